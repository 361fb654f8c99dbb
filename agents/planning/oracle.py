"""The oracle: is told a shortest way by the experimenter, who knows the true state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from agents.planning.search import NO_PATH
from agents.planning.searching import Planning


class Oracle:
    """`solve` gives a shortest list of actions from the state that is so now, or None where there is none."""

    name = "oracle"

    def __init__(self, solve: Callable[[], Sequence[int] | None]):
        self.solve = solve
        self.begin()

    def begin(self) -> None:
        self.verdict, self.frames, self.plans = "", 0, 0

    def think(self, observation: dict[str, Any]) -> Planning:
        way = self.solve()
        self.verdict = "" if way else NO_PATH
        return int(way[0]) if way else None
        yield
