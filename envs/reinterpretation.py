"""Mental reinterpretation (Finke, Pinker & Farah 1989): imagine a D, turn it on its side, hang a J from it.

A session is a sequence of constructions. Instructions come one by one, at the participant's own pace; then the
participant says what the image looks like, and what else it could be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from envs.checks import check_number, check_one_of
from envs.session import Session, on_paper
from envs.stimuli import constructions
from envs.stimuli.constructions import Item
from envs.stimuli.instructions import plain

READY = 1
FIRST_NAME = 2  # the action that says the first of the names
QUESTIONS = ("What is it?", "What else could it be?", "What else could it be?")
NO_ANSWER = "none"
CONDITIONS = ("imagery", "drawing")
LEAST_NAMES = 300


@dataclass(frozen=True)
class Event:
    """Something said, and shown if `picture` is not black: an instruction or a question about `item`."""

    words: str
    picture: np.ndarray
    item: Item
    question: bool


class Reinterpretation(Session):
    """One participant's session.

    Actions: 0 THINK (a tick passes), 1 READY ends an instruction, and from 2 on the `names` answer a question; both
    count only while there is something to end or answer, and what lasts longer than `limit` ticks ends by itself.
    Observations: the `picture` that is shown, black when there is none, and the `words` of the present event.
    `info["onset"]` tells that an event has just begun, `info["chance"]` how often a random name is right. The reward is
    1 for a target named in any of three answers. The step that ends a construction has its record in `info["trial"]`:
    condition, item, target, answer1 to answer3 ("none" if the limit came first), correct, ticks, parts, steps, and of
    the ticks those of the construction and of each answer. `ticks` is the construction and the first answer together.

    Conditions: `imagery`, words only; `drawing`, in which the result is shown with the questions. `items` are the
    `development` or `published` constructions, or any others; their order is drawn. `names` are the answers there are,
    by default all of `constructions.vocabulary`.
    """

    def __init__(self, condition: str = "imagery", items: str | Sequence[Item] = "development",
                 names: Sequence[str] | None = None, size: int = 64, limit: int = 400, render_mode: str | None = None):
        check_one_of("condition", condition, CONDITIONS)
        check_number("size", size, 16)
        check_number("limit", limit, 1)
        self.condition, self.limit = condition, limit
        self.items = constructions.items(items) if isinstance(items, str) else _checked(items)
        self.names = constructions.vocabulary() if names is None else tuple(names)
        different = len(set(self.names))
        if different < LEAST_NAMES or different < len(self.names):
            raise ValueError(f"there are {different} different names among the {len(self.names)} to answer with; give "
                             f"at least {LEAST_NAMES}, each once")
        super().__init__(FIRST_NAME + len(self.names), (size, size), constructions.MAX_CHARACTERS, render_mode)

    def _act(self, event: Event, action: int) -> bool:
        return self._elapsed >= self.limit or (action >= FIRST_NAME if event.question else action == READY)

    def _ended(self, event: Event, action: int) -> dict | None:
        if not event.question:
            self._construction += self._elapsed
            return None
        name = self.names[action - FIRST_NAME] if action >= FIRST_NAME else NO_ANSWER
        self._answers.append((name, self._elapsed))
        return self._record(event.item) if len(self._answers) == len(QUESTIONS) else None

    def _info(self, onset: bool) -> dict:
        return {"onset": onset, "chance": 1 / len(self.names)}

    def _session(self) -> Iterator[Event]:
        """The events of every construction, in an order of the participant's own."""
        for index in self.np_random.permutation(len(self.items)):
            item = self.items[index]
            self._answers, self._construction = list[tuple[str, int]](), 0
            for words in item.instructions:
                yield Event(plain(words), self.blank, item, question=False)
            drawn = self.condition == "drawing"
            shown = on_paper(item.drawing.draw(len(self.blank))) if drawn else self.blank
            for words in QUESTIONS:
                yield Event(words, shown, item, question=True)

    def _record(self, item: Item) -> dict:
        """A construction's whole record."""
        answers, ticks = zip(*self._answers)
        return {"condition": self.condition, "item": item.name, "target": item.target,
                **{f"answer{number}": name for number, name in enumerate(answers, 1)},
                "correct": int(not item.accepted.isdisjoint(answers)), "ticks": self._construction + ticks[0],
                "parts": len(item.drawing.parts), "steps": len(item.instructions),
                "construction_ticks": self._construction,
                **{f"answer{number}_ticks": elapsed for number, elapsed in enumerate(ticks, 1)}}


def _checked(items: Sequence[Item]) -> tuple[Item, ...]:
    """Constructions that can all be carried out."""
    if not items:
        raise ValueError("there are no constructions to run; give at least one")
    for item in items:
        if not isinstance(item, Item):
            raise ValueError(f"{item!r} is no construction; envs.stimuli.constructions.read_items reads them")
        item.check()
    return tuple(items)
