"""Selective interference (Brooks 1968): going round an imagined letter, or through a remembered sentence, and saying of
every corner or word what it is, aloud or by pointing.

Going round a letter is slowest when one has to point, going through a sentence when one has to speak.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from envs.checks import check_number
from envs.session import Session
from envs.stimuli import recitation
from envs.stimuli.recitation import Recitation

SAY_YES, SAY_NO, POINT_YES, POINT_NO, READY = range(1, 6)
REPORTS = {"speak": (SAY_YES, SAY_NO), "point": (POINT_YES, POINT_NO)}
MATERIALS = {"letter": recitation.letters, "sentence": recitation.sentences}
LEARN = {"letter": "Imagine a block letter {name}.", "sentence": "Remember this: {name}"}
ASK = {"letter": "Go round it from the lowest corner on the left, clockwise: is each corner at the very top or bottom?",
       "sentence": "Go through it word by word: is each word a noun?"}
HOW = {"speak": "Say yes or no.", "point": "Point at yes or no."}
MOST_CHARACTERS = 160


@dataclass(frozen=True)
class Event:
    """Something said: what to keep in mind, ended by READY, or the task, ended by the last answer."""

    words: str
    picture: np.ndarray
    material: str
    report: str
    item: Recitation
    task: bool


class Brooks(Session):
    """One participant's session: every material with every way to report, `repetitions` times, in random order.

    Actions: 0 THINK (a tick passes), 1 and 2 say yes and no, 3 and 4 point at yes and no, 5 READY. Observations: the
    `picture`, always black, and the `words` of the present event. The step that ends a task has its record in
    `info["trial"]`: condition (letter or sentence), report, item, parts, answered, correct (the share of parts rightly
    answered) and ticks. An answer in a way that was not asked for is a tick of thought; what lasts longer than `limit`
    ticks ends by itself. The reward is the share rightly answered.
    """

    def __init__(self, repetitions: int = 5, size: int = 64, limit: int = 600,
                 render_mode: str | None = None):
        check_number("repetitions", repetitions, 1, 100)
        check_number("size", size, 16)
        check_number("limit", limit, 1)
        self.repetitions, self.limit = repetitions, limit
        super().__init__(6, (size, size), MOST_CHARACTERS, render_mode)

    def _act(self, event: Event, action: int) -> bool:
        if event.task and action in REPORTS[event.report]:
            self._answers.append(action == REPORTS[event.report][0])
        done = len(self._answers) == len(event.item.answers) if event.task else action == READY
        return done or self._elapsed >= self.limit

    def _ended(self, event: Event, action: int) -> dict | None:
        return self._record(event) if event.task else None

    def _session(self) -> Iterator[Event]:
        tasks = [(material, report) for material in MATERIALS for report in REPORTS] * self.repetitions
        for k in self.np_random.permutation(len(tasks)):
            material, report = tasks[k]
            items = MATERIALS[material]()
            item = items[int(self.np_random.integers(len(items)))]
            self._answers = list[bool]()
            yield Event(LEARN[material].format(name=item.name), self.blank, material, report, item, task=False)
            yield Event(f"{ASK[material]} {HOW[report]}", self.blank, material, report, item, task=True)

    def _record(self, event: Event) -> dict:
        right = sum(given == wanted for given, wanted in zip(self._answers, event.item.answers))
        return {"condition": event.material, "report": event.report, "item": event.item.name,
                "parts": len(event.item.answers), "answered": len(self._answers),
                "correct": right / len(event.item.answers), "ticks": self._elapsed}
