"""Cohorts of simulated people shared among the processes of a joblib backend: the trials are the same, however many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import gymnasium
import numpy as np
import pandas as pd
import torch
from joblib import Parallel, delayed, parallel_config

import envs.plugin  # noqa: F401  registers the environments
from imagery.mind import Person

Rows = list[dict[str, Any]]


def seed_of(*parts: int) -> int:
    """A seed of its own for every combination of numbers."""
    return int(np.random.SeedSequence(parts).generate_state(1)[0])


def begin(name: str, participants: Sequence[int], seed: int,
          **given: Any) -> tuple[list[Person], list[gymnasium.Env], list[dict[str, Any]]]:
    """The people, each with an environment imagery/NAME-v0 of their own, and what they perceive at its start."""
    people = [Person.sample(np.random.default_rng((seed, who, 1))) for who in participants]
    worlds = [gymnasium.make(f"imagery/{name}-v0", disable_env_checker=True, **given) for _ in participants]
    return people, worlds, [world.reset(seed=seed_of(seed, who, 2))[0] for world, who in zip(worlds, participants)]


def rows(participants: Sequence[int], trials: Sequence[Rows], agent: str) -> Rows:
    """The trials of people under a theory, with who they are."""
    return [{**trial, "participant": who, "agent": agent} for who, own in zip(participants, trials) for trial in own]


def table(share: Callable[[Sequence[int]], Rows], columns: Sequence[str], participants: int, jobs: int,
          backend: str) -> pd.DataFrame:
    """What `share` gives for all participants, agent by agent; the cohort may be shared among `jobs` processes of a
    joblib backend."""
    trials = pd.DataFrame(spread(share, participants, jobs, backend))[list(columns)]
    return trials.sort_values(["agent", "participant"], kind="stable", ignore_index=True)


def spread(share: Callable[[Sequence[int]], Rows], participants: int, jobs: int, backend: str,
           parts: int = 0) -> Rows:
    """The rows that `share` gives for all participants, in as many `parts` as there are processes unless told.

    Raises ValueError where the backend's extra is not installed.
    """
    with _cluster(backend), parallel_config(backend, n_jobs=jobs):
        if jobs == 1:
            return share(range(participants))
        shares = [list(map(int, part)) for part in np.array_split(np.arange(participants), parts or jobs) if len(part)]
        return sum(Parallel()(delayed(_alone)(share, part) for part in shares), [])


def _alone(share: Callable[[Sequence[int]], Rows], participants: Sequence[int]) -> Rows:
    """In a process beside others: on one thread."""
    torch.set_num_threads(1)
    return share(participants)


def _cluster(backend: str) -> AbstractContextManager:
    """What has to be up while a backend works: of dask the cluster that is configured, else one of this machine."""
    try:
        if backend == "ray":
            from ray.util.joblib import register_ray

            register_ray()
        elif backend == "dask":
            from distributed import Client

            return Client()
    except ImportError:
        raise ValueError(f"backend {backend!r} needs an extra: pip install -e '.[{backend}]'") from None
    return nullcontext()
