"""Trials of scanning, gathered by pairs of landmarks: who took how long from where to where.

N trials, P participants, K unordered pairs, R resamples of the participants. Only true probes rightly answered
"present" have times.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from experiments.statistics import Estimate, Scale, estimate, mean, resampling_weights


@dataclass(frozen=True)
class Cell:
    """The trials of one agent in one condition, and who is drawn how often in each resample (R, P)."""

    agent: str
    condition: str
    trials: pd.DataFrame
    weights: np.ndarray | None

    @classmethod
    def of(cls, trials: pd.DataFrame, seed: int) -> Cell:
        """From the rows of one agent and condition."""
        agent, condition = trials[["agent", "condition"]].iloc[0]
        return cls(agent, condition, trials, resampling_weights(np.unique(trials["participant"]), seed))

    @cached_property
    def person(self) -> np.ndarray:
        """Index of each trial's participant (N,)."""
        return np.unique(self.trials["participant"], return_inverse=True)[1]

    @cached_property
    def timed(self) -> np.ndarray:
        """Whether each trial has a time: a true probe rightly answered (N,)."""
        right = (self.trials["present"] == 1) & (self.trials["correct"] == 1) & (self.trials["response"] == "present")
        return (right & np.isfinite(self.trials["distance"]) & np.isfinite(self.trials["ticks"])).to_numpy()

    @cached_property
    def pair(self) -> np.ndarray:
        """Index of each trial's unordered pair of landmarks, by distance; -1 for catch probes (N,)."""
        true = ((self.trials["present"] == 1) & np.isfinite(self.trials["distance"])).to_numpy()
        ends = np.sort(self.trials[["source", "target"]].to_numpy(str), axis=1)
        keys = pd.MultiIndex.from_arrays([self.trials["stimulus"].to_numpy(str), *ends.T])
        index = np.full(len(true), -1)
        index[true] = pd.factorize(keys[true], sort=True)[0]
        distance = _means(index, self.trials["distance"].to_numpy(float))
        rank = np.argsort(np.argsort(distance, kind="stable"))
        index[true] = rank[index[true]]
        return index

    def of_pairs(self, column: str) -> np.ndarray:
        """What a column says of each pair (K,), such as its distance or its links."""
        return _means(self.pair, self.trials[column].to_numpy(float))

    @cached_property
    def sums(self) -> tuple[np.ndarray, np.ndarray]:
        """Each person's ticks and number of times for each pair, (P, K) both."""
        total = np.zeros((self.person.max() + 1, self.pair.max() + 1))
        count = np.zeros_like(total)
        cell = self.person[self.timed], self.pair[self.timed]
        np.add.at(total, cell, self.trials["ticks"].to_numpy(float)[self.timed])
        np.add.at(count, cell, 1)
        return total, count

    @cached_property
    def means(self) -> np.ndarray:
        """Mean time of each pair (K,), nan where nobody was right."""
        return mean(*self.sums, np.ones(len(self.sums[0])))

    @cached_property
    def resampled(self) -> np.ndarray | None:
        """The same in each resample of the participants (R, K)."""
        return None if self.weights is None else mean(*self.sums, self.weights)

    def estimate(self, statistic: Callable, scale: Scale | None = None) -> Estimate:
        """A statistic of the pair means, with its interval; `statistic` works along the last axis."""
        return estimate(statistic(self.means), None if self.resampled is None else statistic(self.resampled), scale)


def _means(index: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Mean of `values` for each `index`, -1 left out."""
    chosen = index >= 0
    return np.bincount(index[chosen], values[chosen]) / np.maximum(np.bincount(index[chosen]), 1)


def cells_of(trials: pd.DataFrame, seed: int = 0, kind: type[Cell] = Cell) -> dict[tuple[str, str], Cell]:
    """Trials by agent and condition, in the order in which they were run."""
    return {key: kind.of(part, seed) for key, part in trials.groupby(["agent", "condition"], sort=False)}
