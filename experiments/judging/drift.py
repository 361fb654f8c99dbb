"""How long imagined walks stay true: frames imagined one from another, read, and compared with what would be so."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np

HORIZONS = (5, 10, 20, 40)
Imagine = Callable[[np.ndarray, np.ndarray, Sequence[int]], np.ndarray]
Read = Callable[[np.ndarray], Sequence[Hashable]]


@dataclass(frozen=True)
class TrueWalks:
    """N walks of T actions: the `first` pictures (N, H, W, 3), the `actions` (N, T), and what is so after each of
    them, as a reader that errs nowhere would read it, (N, T)."""

    first: np.ndarray
    actions: np.ndarray
    states: Sequence[Sequence[Hashable]]


def right(walks: TrueWalks, imagine: Imagine, read: Read) -> np.ndarray:
    """Whether each imagined frame is read to show what is so, (N, T). `imagine` gives the next pictures from the first,
    the last and the actions."""
    last, hits = walks.first, np.zeros(walks.actions.shape, bool)
    for step, actions in enumerate(walks.actions.T):
        last = imagine(walks.first, last, actions.tolist())
        hits[:, step] = [seen == states[step] for seen, states in zip(read(last), walks.states)]
    return hits


def drift(hits: np.ndarray, horizons: Sequence[int] = HORIZONS) -> dict[int, float]:
    """The share of frames read right at each horizon, the number of steps imagined in a row."""
    wrong = [horizon for horizon in horizons if not 1 <= horizon <= hits.shape[1]]
    if wrong:
        raise ValueError(f"no frames {wrong[0]} steps on; the walks have {hits.shape[1]}")
    return {horizon: float(hits[:, horizon - 1].mean()) for horizon in horizons}
