"""Ambiguous figures in the mind's eye (Chambers & Reisberg 1985): a figure is seen and taken for one thing; can its
image, later, be taken for the other? And a drawing of that image?

A session is a sequence of figures. Each is shown for a while, then the participant says what it was and what else the
image could be, draws it, and says what else the drawing could be. Under articulatory suppression the participant says
la la la while the figure is shown (Brandimonte & Gerbino 1993, Memory & Cognition 21, 23-33); a hint tells that what
was taken for the front may be the back (Peterson et al. 1992).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from envs.checks import check_number, check_one_of
from envs.session import Session, on_paper
from envs.stimuli.ambiguous import Ambiguous, figures
from envs.stimuli.constructions import vocabulary

SAY = 1  # la
FIRST_NAME = 2  # the action that says the first of the names
CONDITIONS = ("usual", "suppression", "hint")
LOOK = {"usual": "Look at this.", "suppression": "Say la la la and look at this.", "hint": "Look at this."}
HINT = "What you took for the front may be the back, and the top the bottom."
FIRST, ELSE, DRAW = "What was it?", "What else could it be?", "Draw it. What else could your drawing be?"
TRIES = 2  # names for each of the later questions
QUESTIONS = (FIRST, *(ELSE,) * TRIES, *(DRAW,) * TRIES)
NO_ANSWER = "none"


@dataclass(frozen=True)
class Event:
    """Something said and shown about a figure for `ticks`; a name ends it, if it is a question."""

    words: str
    picture: np.ndarray
    ticks: int
    figure: Ambiguous
    question: bool = False


class Reversal(Session):
    """One participant's session.

    Actions: 0 THINK, 1 SAY (la), and from 2 on the `names`, which answer questions. The step that ends a figure has its
    record in `info["trial"]`: condition, item, first, else1, else2, drawn1, drawn2 (the names said), seen (which of the
    two things it was taken for, 0 or 1, -1 for neither), imagined and drawn (whether the other thing was named of the
    image, and of the drawing), correct (whether it was either at first), said (share of the ticks of study in which la
    was said), ticks (from the first question to the last answer).
    """

    def __init__(self, condition: str = "usual", size: int = 64, study_ticks: int = 50, limit: int = 200,
                 render_mode: str | None = None):
        check_one_of("condition", condition, CONDITIONS)
        for name, number, least in (("size", size, 16), ("study_ticks", study_ticks, 1), ("limit", limit, 1)):
            check_number(name, number, least)
        self.condition, self.study_ticks, self.limit = condition, study_ticks, limit
        self.names = vocabulary()
        longest = max(map(len, (*LOOK.values(), HINT, *QUESTIONS)))
        super().__init__(FIRST_NAME + len(self.names), (size, size), longest, render_mode)

    def _session(self) -> Iterator[Event]:
        shown = figures()
        for index in self.np_random.permutation(len(shown)):
            figure = shown[index]
            self._answers, self._ticks, self._said = list[str](), 0, 0
            yield Event(LOOK[self.condition], on_paper(figure.draw(len(self.blank))), self.study_ticks, figure)
            for number, words in enumerate(QUESTIONS):
                if number == 1 and self.condition == "hint":
                    yield Event(HINT, self.blank, 1, figure)
                yield Event(words, self.blank, self.limit, figure, question=True)

    def _act(self, event: Event, action: int) -> bool:
        self._said += action == SAY and event.picture.any()
        return self._elapsed >= event.ticks or (event.question and action >= FIRST_NAME)

    def _ended(self, event: Event, action: int) -> dict | None:
        if not event.question:
            return None
        self._answers.append(self.names[action - FIRST_NAME] if action >= FIRST_NAME else NO_ANSWER)
        self._ticks += self._elapsed
        return self._record(event.figure) if len(self._answers) == len(QUESTIONS) else None

    def _record(self, figure: Ambiguous) -> dict:
        first, *others = self._answers
        readings = figure.readings()
        seen = next((k for k, names in enumerate(readings) if first in names), -1)
        imagined, drawn = (int(seen >= 0 and not readings[1 - seen].isdisjoint(said))
                           for said in (others[:TRIES], others[TRIES:]))
        return {"condition": self.condition, "item": figure.name, "first": first,
                **{f"else{k}": name for k, name in enumerate(others[:TRIES], 1)},
                **{f"drawn{k}": name for k, name in enumerate(others[TRIES:], 1)},
                "seen": seen, "imagined": imagined, "drawn": drawn, "correct": int(seen >= 0),
                "said": self._said / self.study_ticks, "ticks": self._ticks}
