"""The tacit-knowledge theory: people asked to scan simulate what seeing would be like (Pylyshyn 1981).

There is no image; the agent knows where things are, knows that going further takes longer, and, asked to scan, lets
the time pass that it would take. Time intervals are produced with scalar noise (Gibbon 1977).
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from agents.propositional import Comprehend, Propositional
from agents.protocol import SIZES
from imagery.operations import Wait

PACE = 30.0             # ticks that crossing the map's width is believed to take
SCALAR_NOISE = 0.12     # coefficient of variation of a produced interval


class Tacit(Propositional):
    name = "tacit"

    def __init__(self, comprehend: Comprehend, seed: int = 0):
        super().__init__(comprehend)
        self.rng = np.random.default_rng(seed)
        self.pace = PACE * self.rng.lognormal(0, 0.15)

    def go(self, target: str) -> Generator[Any, Any, None]:
        places = self.facts.nodes(data="place")
        distance = np.hypot(*np.subtract(places[self.at], places[target])) * SIZES.get(self.size, 1.0)
        for _ in range(round(distance * self.pace * max(self.rng.normal(1, SCALAR_NOISE), 0.0))):
            yield Wait()
        self.at = target
