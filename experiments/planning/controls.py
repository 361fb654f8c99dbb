"""Imagination that is not what it should be, for attribution: of other boards, or of nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import numpy as np

from imagery.foresight import Foresight, Futures


class Spoiled:
    """A foresight that shows what others asked for ("shuffled") or nothing ("blank"), and judges what it shows."""

    def __init__(self, foresight: Foresight, kind: str):
        self.foresight, self.kind, self.novelty = foresight, kind, foresight.novelty

    def imagine(self, first: np.ndarray, last: np.ndarray, actions: Sequence[int]) -> Futures:
        if self.kind == "blank":
            nothing = np.zeros(len(first), np.float32)
            return Futures(np.zeros_like(last), nothing, nothing, nothing)
        found, away = self.foresight.imagine(first, last, actions), max(len(first) // 2, 1)
        return Futures(*(np.roll(getattr(found, each.name), away, 0) for each in fields(found)))
