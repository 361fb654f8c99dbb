"""The dual-coding planner: chooses in which code to think, and whether to think at all, by what that is worth.

Expected value of computation (Russell & Wefald 1991; Lieder & Griffiths 2017): the chance of success, learned from
experience, less the price of the time that thinking takes. Codes: pictures and words (Paivio 1986).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from agents.planning.foreseeing import Foresee, Outcome
from agents.planning.search import NO_PATH


@dataclass
class Experience:
    """How a way of thinking did: as if it had succeeded once in two before it was ever tried, at no cost."""

    tries: int = 2
    successes: int = 1
    frames: float = 0.0

    def worth(self, price: float) -> float:
        """The chance of success less what its time costs."""
        return self.successes / self.tries - price * self.frames / max(self.tries - 2, 1)


class Dual:
    """`ways` are planners by name; one of them may be `Random`, which does not think. `price` is that of one outcome
    foreseen, in units of the reward; `sort` tells which boards are of a sort, by what is observed. A way that gives up,
    as imagination does before pictures unlike all it knows, leaves the board to the next best. `learn` is called after
    each board with whether it was solved."""

    name = "dual"

    def __init__(self, ways: Mapping[str, Any], price: float = 0.001,
                 sort: Callable[[dict[str, Any]], Hashable] = lambda observation: None):
        self.ways, self.price, self.sort = dict(ways), price, sort
        self.experience: dict[tuple[Hashable, str], Experience] = {}
        self.begin()

    def begin(self) -> None:
        self.tried, self.here = list[str](), None
        for way in self.ways.values():
            way.begin()

    def think(self, observation: dict[str, Any]) -> Generator[Foresee, list[Outcome], int | None]:
        if not self.tried:
            self.here = self.sort(observation)
            self._choose()
        deed = yield from self.ways[self.chosen].think(observation)
        while deed is None and self.verdict != NO_PATH and len(self.tried) < len(self.ways):
            self._choose()
            deed = yield from self.ways[self.chosen].think(observation)
        return deed

    def learn(self, success: bool) -> None:
        if not self.tried:
            raise ValueError("nothing to learn from: no board was thought about since the last one")
        for name in self.tried:
            known = self._known(name)
            known.tries, known.successes = known.tries + 1, known.successes + (success and name == self.chosen)
            known.frames += self.ways[name].frames

    @property
    def chosen(self) -> str:
        return self.tried[-1] if self.tried else ""

    @property
    def verdict(self) -> str:
        return self.ways[self.chosen].verdict if self.tried else ""

    @property
    def frames(self) -> int:
        return sum(self.ways[name].frames for name in self.tried)

    @property
    def plans(self) -> int:
        return sum(self.ways[name].plans for name in self.tried)

    def _choose(self) -> None:
        self.tried.append(max((name for name in self.ways if name not in self.tried),
                              key=lambda name: self._known(name).worth(self.price)))

    def _known(self, name: str) -> Experience:
        return self.experience.setdefault((self.here, name), Experience())
