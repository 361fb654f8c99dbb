"""The video planner: imagines the whole way to the goal at once, and reads off what was done (Du et al. 2023, arXiv
2302.00111)."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from agents.planning.imagery import Gallery
from agents.planning.search import NO_PATH
from agents.planning.searching import Planning


class Film(Protocol):
    """A model of whole ways, as `imagery.projector.Projector` is: any object of this form will do."""

    def imagine(self, first: np.ndarray, goal: np.ndarray | None) -> np.ndarray:
        """Pictures (T, H, W, 3) of a way from the first (H, W, 3), which they leave out, to the goal, a picture or, if
        none is shown, what the first says it is. T = 0: there is no way."""

    def deeds(self, before: np.ndarray, after: np.ndarray) -> np.ndarray:
        """The action that leads from each picture (T, H, W, 3) to the one after it (T,)."""


class Video:
    """Does what the film shows for as long as the world looks like it; then imagines another."""

    name = "video"

    def __init__(self, film: Film, goal: np.ndarray | None = None):
        self.film, self.goal = film, goal
        self.begin()

    def begin(self) -> None:
        self.gallery = Gallery()
        self.ahead: list[tuple[int, int]] = []    # actions, and the states they are to bring
        self.expected: int | None = None
        self.verdict, self.frames, self.plans = "", 0, 0

    def think(self, observation: dict[str, Any]) -> Planning:
        picture = observation["picture"]
        if not self.ahead or self.gallery.number(picture) != self.expected:
            self._imagine(picture)
        if not self.ahead:
            return None
        action, self.expected = self.ahead.pop(0)
        return action
        yield

    def _imagine(self, picture: np.ndarray) -> None:
        way = self.film.imagine(picture, self.goal)
        deeds = self.film.deeds(np.concatenate([picture[None], way[:-1]]), way) if len(way) else ()
        self.ahead = [(int(deed), self.gallery.number(each)) for deed, each in zip(deeds, way)]
        self.frames, self.plans = self.frames + len(way), self.plans + 1
        self.verdict = "" if len(way) else NO_PATH
