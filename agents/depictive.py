"""The depictive theory: people form images and move attention across them (Kosslyn, Ball & Reiser 1978; Kosslyn 1980).

What was seen or told is kept as a visual trace, precise where and as far as it was studied. The image is recollected
from it and scanned: a shift of attention reaches one fovea radius at most, and where to shift is what the blurred
periphery suggests.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from typing import Any

import numpy as np

from agents.protocol import ABSENT, PRESENT, SIZES, Thought, understand
from imagery.eye import Percept
from imagery.image import MentalImage, Place
from imagery.memory import Trace
from imagery.operations import Encode, Generate, Look, Perceive, Refresh, Shift, Zoom
from imagery.reminding import article

HOPE = 0.0              # log-odds below which a glimpse in the periphery is not worth a visit
DIM = 0.85              # vividness at which an image is refreshed
PARTS = np.array([(x, y) for x in (0.06, 0.5, 0.94) for y in (0.06, 0.5, 0.94)])    # of a picture, searched in turn


def bare(names: list[str]) -> str:
    """What there is, without where."""
    return " ".join(f"There is {article(name)}." for name in names)


class Depictive:
    """`given`, a mental image in place of the recollected one, is for attribution of errors only."""

    name = "depictive"

    def __init__(self, given: MentalImage | None = None):
        self.given = given
        self.trace: Trace | None = None
        self.names: list[str] = []
        self.told: list[str] = []
        self.image: MentalImage | None = None
        self.recollected = False
        self.size, self.scanning = 1.0, True

    def think(self, observation: Mapping[str, Any]) -> Thought:
        heard = understand(observation["words"])
        match heard.act:
            case "scan" | "answer":
                self.scanning = heard.act == "scan"
            case "size":
                self.size = SIZES[heard.about]
            case "study":
                yield from self.study(observation["picture"])
            case "listen":
                self.image, self.recollected = None, False
            case "tell":
                yield from self.picture(heard.about)
            case "focus":
                yield from self.focus(heard.about)
            case "probe" if self.scanning:
                return (yield from self.scan(heard.about))
            case "probe":
                seen = yield Look(self.image, whole=True)
                return PRESENT if seen.is_(heard.about) else ABSENT

    # ---- learning ---------------------------------------------------------------------------------------------------

    def study(self, picture: np.ndarray) -> Thought:
        """Attend to what the map shows, thing after thing, as long as there is time."""
        things = yield Perceive(picture)
        self.names = list(things)
        while things:
            for place in things.values():
                self.trace = yield Encode(picture, place, self.trace)

    def picture(self, sentence: str) -> Thought:
        """Add what a sentence says to the image, go there, and attend to it as long as there is time."""
        new = sentence not in self.told
        if new:
            self.told.append(sentence)
        if new or self.image is None:
            self.image = yield from self.form(" ".join(self.told))
        seen = yield Look(self.image)
        named = [word for word in re.findall("[a-z]+", sentence.lower()) if word in seen.names]
        for name in named:
            if name not in self.names:
                self.names.append(name)
            yield from self.find(name)
        while named:
            x, y = self.image.in_picture(self.image.focus)
            self.trace = yield Encode(self.image, (float(x), float(y)), self.trace)

    # ---- imagery ----------------------------------------------------------------------------------------------------

    def form(self, words: str) -> Generator[Any, Any, MentalImage]:
        """Form an image from words and what memory holds, step by step; attention stays where it was."""
        focus = self.image.focus if self.image else (0.5, 0.5)
        state = yield Generate(words, self.trace)
        while not isinstance(state, MentalImage):
            state = yield Generate(words, self.trace, state)
        return MentalImage(state.source, state.pose, state.vividness, focus)

    def recollect(self) -> Thought:
        """The island as it is remembered: things by name, places from the trace; then at the size asked for."""
        self.image = self.given or (yield from self.form(bare(self.names)))
        if self.size != 1.0:
            self.image = yield Zoom(self.image, self.size)
        self.recollected = True

    def find(self, name: str) -> Generator[Any, Any, bool]:
        """Shift attention over the image until `name` is seen at the fovea, or nothing like it is left to visit."""
        visited: list[Place] = []                                              # in the picture, as the image may slide
        unseen = PARTS
        while True:
            seen = yield Look(self.image)
            if seen.is_(name):
                return True
            unseen = unseen[~self.image.shows(unseen)]
            goal = self.worth_a_visit(seen, name, visited)
            if goal is None and not len(unseen):
                return False
            if goal is None:
                beyond = self.image.in_buffer(unseen)
                goal = tuple(beyond[np.hypot(*(beyond - self.image.focus).T).argmin()])
            elif np.hypot(*np.subtract(goal, self.image.focus)) < seen.fovea / 2:
                visited.append(tuple(self.image.in_picture(goal)))              # been there: it is something else
                continue
            self.image = yield Shift(self.image, goal)
            if self.image.vividness < DIM:
                self.image = yield Refresh(self.image)

    def worth_a_visit(self, seen: Percept, name: str, visited: list[Place]) -> Place | None:
        away = [tuple(self.image.in_buffer(place)) for place in visited]
        return seen.best(name, away) if seen.strongest(name, away) > HOPE else None

    # ---- the task ---------------------------------------------------------------------------------------------------

    def focus(self, name: str) -> Thought:
        if not self.recollected:
            yield from self.recollect()
        yield from self.find(name)

    def scan(self, name: str) -> Generator[Any, Any, int]:
        return PRESENT if (yield from self.find(name)) else ABSENT
