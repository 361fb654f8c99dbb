"""Telling figures from their mirror images without turning anything: by what two pictures have in common as pictures
(the objection of Niall 1997), or by a classifier that was trained on nothing else."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from agents.comparer import Comparer
from imagery.operations import Compare, Glance, Operation, Reflect

NOTICED = 0.1           # share of ink from which on a difference is noticed


class Difference(Comparer):
    """Goes through the places where two pictures differ, one a tick; if there are fewer of them than there would be
    were the first mirrored, they are the same."""

    name = "difference"

    def judge(self, seen: np.ndarray, figures: tuple[np.ndarray, ...]) -> Generator[Operation, Any, bool]:
        best, same = np.inf, False
        for figure in figures:
            apart, mirrored = yield Reflect(figure, seen)
            for place in apart[apart > NOTICED]:
                yield Compare(float(place), 0.0)
            if min(apart.sum(), mirrored.sum()) < best:
                best, same = min(apart.sum(), mirrored.sum()), bool(apart.sum() < mirrored.sum())
        return same


class Siamese(Comparer):
    """Knows at a glance, of the figure that it is surest of."""

    name = "siamese"

    def judge(self, seen: np.ndarray, figures: tuple[np.ndarray, ...]) -> Generator[Operation, Any, bool]:
        odds = []
        for figure in figures:
            odds.append((yield Glance(figure, seen)))
        return max(odds, key=abs) > 0
