"""The video planner: imagines the whole way to the goal at once, and reads off what was done (Du et al. 2023, arXiv
2302.00111)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from agents.planning.foreseeing import Branch, Foresee, Outcome
from agents.planning.imagery import Gallery
from agents.planning.search import NO_PATH, OUT_OF_BUDGET
from agents.planning.searching import Planning

FILMS = 4                                         # that a board is worth


class Film(Protocol):
    """A model of whole ways, as `imagery.projector.Projector` is: any object of this form will do."""

    def imagine_all(self, first: np.ndarray, goals: Sequence[np.ndarray | None]) -> list[np.ndarray]:
        """Pictures (T, H, W, 3) of a way from each of the first (B, H, W, 3), which they leave out, to its goal, a
        picture or, if none is shown, what the first says it is. T = 0: there is no way."""

    def deeds(self, before: np.ndarray, after: np.ndarray) -> np.ndarray:
        """The action that leads from each picture (T, H, W, 3) to the one after it (T,)."""


class Showing:
    """A film as what planners ask: in the one thing that can be done in a pair of a picture and a goal, a way begins.
    Its outcome is the way and what is done on it."""

    actions = 1

    def __init__(self, film: Film):
        self.source = film

    def expand(self, branches: Sequence[Branch]) -> list[Outcome]:
        first, goals = zip(*(state for state, _ in branches))
        outcomes = []
        for begun, way in zip(first, self.source.imagine_all(np.stack(first), goals)):
            deeds = self.source.deeds(np.concatenate([begun[None], way[:-1]]), way) if len(way) else ()
            outcomes.append(Outcome(list(zip(way, deeds)), None))
        return outcomes


class Video:
    """Does what the film shows for as long as the world looks like it; then imagines another, up to `films` in all."""

    name = "video"

    def __init__(self, film: Film, goal: np.ndarray | None = None, films: int = FILMS):
        self.showing, self.goal, self.films = Showing(film), goal, films
        self.begin()

    def begin(self) -> None:
        self.gallery = Gallery()
        self.ahead: list[tuple[int, int]] = []    # actions, and the states they are to bring
        self.expected: int | None = None
        self.verdict, self.frames, self.plans = "", 0, 0

    def think(self, observation: dict[str, Any]) -> Planning:
        picture = observation["picture"]
        if not self.ahead or self.gallery.number(picture) != self.expected:
            if self.plans == self.films:
                self.verdict = OUT_OF_BUDGET
                return None
            (film,) = yield Foresee(self.showing, (((picture, self.goal), 0),))
            self.ahead = [(int(deed), self.gallery.number(each)) for each, deed in film.state]
            self.frames, self.plans = self.frames + len(film.state), self.plans + 1
            self.verdict = "" if film.state else NO_PATH
        if not self.ahead:
            return None
        action, self.expected = self.ahead.pop(0)
        return action
