"""Cohorts of simulated people shared among the processes of a joblib backend: the trials are the same, however many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from joblib import Parallel, delayed, parallel_config

Rows = list[dict[str, Any]]


def seed_of(*parts: int) -> int:
    """A seed of its own for every combination of numbers."""
    return int(np.random.SeedSequence(parts).generate_state(1)[0])


def spread(share: Callable[[Sequence[int]], Rows], participants: int, jobs: int, backend: str) -> Rows:
    """The rows that `share` gives for all participants, each process taking some of them.

    Raises ValueError where the backend's extra is not installed.
    """
    _prepare(backend)
    if jobs == 1:
        return share(range(participants))
    shares = [list(map(int, part)) for part in np.array_split(np.arange(participants), jobs) if len(part)]
    with parallel_config(backend, n_jobs=jobs):
        return sum(Parallel()(delayed(_alone)(share, part) for part in shares), [])


def _alone(share: Callable[[Sequence[int]], Rows], participants: Sequence[int]) -> Rows:
    """In a process beside others: on one thread."""
    torch.set_num_threads(1)
    return share(participants)


def _prepare(backend: str) -> None:
    """Make a cluster's backend known to joblib."""
    try:
        if backend == "ray":
            from ray.util.joblib import register_ray

            register_ray()
        elif backend == "dask":
            from distributed import Client

            Client()
    except ImportError:
        raise ValueError(f"backend {backend!r} needs an extra: pip install -e '.[{backend}]'") from None
