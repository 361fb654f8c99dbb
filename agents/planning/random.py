"""The random planner: acts by lot, without a thought."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.planning.searching import Planning


class Random:
    name = "random"

    def __init__(self, actions: int = 4, seed: int = 0):
        self.actions, self.rng = actions, np.random.default_rng(seed)
        self.begin()

    def begin(self) -> None:
        self.verdict, self.frames, self.plans = "", 0, 0

    def think(self, observation: dict[str, Any]) -> Planning:
        return int(self.rng.integers(self.actions))
        yield
