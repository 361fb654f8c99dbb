"""How long work takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any


def fastest(work: Callable[..., Any], repeats: int = 3) -> float:
    """Seconds of the fastest of some runs, after one to warm up; each with a `seed` of its own, so that nothing
    remembered is counted as speed."""
    work(seed=0)
    times = []
    for seed in range(1, 1 + repeats):
        start = time.perf_counter()
        work(seed=seed)
        times.append(time.perf_counter() - start)
    return min(times)
