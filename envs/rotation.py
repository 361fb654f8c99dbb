"""Mental rotation: is this the same figure, or its mirror image? (Shepard & Metzler 1971; Cooper & Shepard 1973).

A session is a sequence of events: an instruction, the learning of figures if only one is to be shown at a time, and
trials. In a trial the participant may be told ahead what comes and how it stands, and is then asked; the clock runs
from that question.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from envs.checks import check_number, check_one_of
from envs.session import Session, on_paper
from envs.stimuli import lines
from envs.stimuli.pairs import Design, Pair, published

SAME, MIRROR, READY = 1, 2, 3
RESPONSES = ("none", "same", "mirror")  # by action
ADVANCE = ("none", "identity", "orientation", "both")  # what is known ahead (Cooper & Shepard 1973)
INSTRUCTION = "Tell figures from their mirror images, however they are turned."
LEARN, WHICH, WHITHER = "Learn this figure.", "This figure comes next.", "Its top will point this way."
QUESTIONS = {"pair": "Is it the same figure or its mirror image?", "memory": "Is it as you learned it or mirrored?"}
MOST_CHARACTERS = 64
ARROW = .6  # picture widths


@dataclass(frozen=True)
class Event:
    """Something said and shown for at most `ticks`; READY ends it, or, if it is a question, an answer."""

    words: str
    ticks: int
    picture: np.ndarray
    block: int = 0
    pair: Pair | None = None
    question: bool = False


class Rotation(Session):
    """One participant's session.

    Actions: 0 THINK (a tick passes), 1 SAME and 2 MIRROR answer a question, 3 READY ends any other event; what lasts
    longer than it may ends by itself. Observations: the `picture` that is shown, black on white, black all over when
    there is none, and the `words` of the present event, which are the same in all trials. `info["onset"]` tells that an
    event has just begun. The reward is 1 for a right answer. The step that ends a trial has its record in
    `info["trial"]`: condition (the design's name), advance, block, stimulus, family, axis, angle (degrees), direction
    (1 clockwise), vertices, same, response, correct, ticks, and preparation, the ticks spent on what was told ahead.

    `design` is a published one by name (`envs.stimuli.pairs.PUBLISHED`) or any `Design`. A picture is (size, 2 * size)
    where two figures stand side by side, the first on the left, else (size, size). `advance` says what is told ahead of
    each question: the figure, upright; where its top will point, by an arrow (turns in the plane only); or both. The
    `pairs` of the session, block by block, are for experimenters.
    """

    def __init__(self, design: str | Design = "hamrick-2014", advance: str = "none", size: int = 64,
                 instruction_ticks: int = 1, study_ticks: int = 60, advance_ticks: int = 40, limit: int = 400,
                 render_mode: str | None = None):
        check_one_of("advance information", advance, ADVANCE)
        check_number("size", size, 16)
        for name, number in (("instruction_ticks", instruction_ticks), ("study_ticks", study_ticks),
                             ("advance_ticks", advance_ticks), ("limit", limit)):
            check_number(name, number, 1)
        self.design = design if isinstance(design, Design) else published(design)
        if advance in ("orientation", "both") and set(self.design.axes) != {"plane"}:
            raise ValueError(f"an arrow cannot tell of turns about the axes {', '.join(self.design.axes)}; advance "
                             f"information about orientation needs a design of turns in the plane only")
        self.advance, self.size, self.limit = advance, size, limit
        self.instruction_ticks, self.study_ticks, self.advance_ticks = instruction_ticks, study_ticks, advance_ticks
        wide = size * (2 if self.design.presentation == "pair" else 1)
        super().__init__(4, (size, wide), MOST_CHARACTERS, render_mode)

    def _act(self, event: Event, action: int) -> bool:
        return self._elapsed >= event.ticks or (action in (SAME, MIRROR) if event.question else action == READY)

    def _ended(self, event: Event, action: int) -> dict | None:
        if event.question:
            record = self._record(event, RESPONSES[action] if action in (SAME, MIRROR) else "none")
            self._preparation = 0
            return record
        if event.pair is not None:
            self._preparation += self._elapsed
        return None

    def _session(self) -> Iterator[Event]:
        self._preparation = 0
        self.pairs = self.design.session(self.np_random)
        return self._told(self.pairs)

    def _told(self, blocks: tuple[tuple[Pair, ...], ...]) -> Iterator[Event]:
        """All events; pictures are drawn when they are shown."""
        yield Event(INSTRUCTION, self.instruction_ticks, self.blank)
        if self.design.presentation == "memory":
            starts = {pair.first: pair.start for block in blocks for pair in block}
            for figure, start in starts.items():
                yield Event(LEARN, self.study_ticks, on_paper(figure.draw(start, self.size)))
        for block, pairs in enumerate(blocks, 1):
            for pair in pairs:
                yield from self._trial(block, pair)

    def _trial(self, block: int, pair: Pair) -> Iterator[Event]:
        """What is told ahead, and the question."""
        first, second = pair.pictures(self.size)
        nothing = np.zeros_like(first)
        beside = self.design.presentation == "pair"
        if self.advance in ("identity", "both"):
            shown = (first, nothing) if beside else (first,)
            yield Event(WHICH, self.advance_ticks, on_paper(np.hstack(shown)), block, pair)
        if self.advance in ("orientation", "both"):
            degrees = pair.direction * pair.angle - 90  # the arrow as drawn points to the right
            arrow = lines.figure((("arrow", lines.at(scale=ARROW, degrees=degrees)),), self.size)
            shown = (nothing, arrow) if beside else (arrow,)
            yield Event(WHITHER, self.advance_ticks, on_paper(np.hstack(shown)), block, pair)
        shown = (first, second) if beside else (second,)
        question = QUESTIONS[self.design.presentation]
        yield Event(question, self.limit, on_paper(np.hstack(shown)), block, pair, question=True)

    def _record(self, event: Event, response: str) -> dict:
        """A trial's whole record."""
        pair = event.pair
        return {"condition": self.design.name, "advance": self.advance, "block": event.block,
                "stimulus": pair.first.name, "family": pair.first.family, "axis": pair.axis, "angle": pair.angle,
                "direction": pair.direction, "vertices": pair.first.vertices, "same": int(pair.same),
                "response": response, "correct": int(response == ("same" if pair.same else "mirror")),
                "ticks": self._elapsed, "preparation": self._preparation}
