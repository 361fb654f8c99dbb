"""Hopfield networks: the classical one of binary units, and the modern one, whose update is attention.

A memory here recalls a whole from a part: `recall(part, known)` takes states (B, N) and a mask (N,) or (B, N) that is
true where the part is known; what `part` holds elsewhere does not matter.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor

CAPACITY = 0.138                                  # patterns a unit (Amit, Gutfreund & Sompolinsky 1985, PRL 55:1530)


def check_width(states: Tensor, units: int) -> None:
    if states.dim() != 2 or states.shape[1] != units:
        raise ValueError(f"states of shape {tuple(states.shape)} do not fit a network of {units} units: give "
                         f"(B, {units})")


class Hopfield(ModelMixin, ConfigMixin):
    """Associative memory of units that are -1 or 1 (Hopfield 1982, PNAS 79:2554).

    `weights` (N, N) are N times Hebb's, and so whole numbers: fields and their ties at 0 are exact.
    """

    @register_to_config
    def __init__(self, units: int = 1024):
        super().__init__()
        self.register_buffer("weights", torch.zeros(units, units))

    def store(self, patterns: Tensor) -> None:
        """Hebb's rule: each of the patterns (K, N) adds p_i p_j to the weight between units i and j, and no unit is
        joined to itself (Eq. 2)."""
        check_width(patterns, self.config.units)
        if not (patterns.abs() == 1).all():
            raise ValueError("a pattern to store must hold nothing but -1 and 1")
        patterns = patterns.to(self.weights)
        self.weights += (patterns.T @ patterns).fill_diagonal_(0)

    def energy(self, states: Tensor) -> Tensor:
        """E = -1/2 sum_ij w_ij s_i s_j of states (B, N), with Hebb's weights w (Eq. 7). (B,)"""
        return -(states * (states @ self.weights)).sum(-1) / (2 * self.config.units)

    def sweep(self, states: Tensor, order: Sequence[int]) -> Tensor:
        """States (B, N) after every unit, one after another in the given order, took the sign of its field (Eq. 1).

        The sign of 0 is 1, as in the lecture. A unit that was silent (0) so far comes to life. Energy never rises. One
        by one is no work for a GPU: it is done on the CPU.
        """
        weights = self.weights.cpu().numpy()
        fields, found = ((x.T.cpu().contiguous().clone().numpy()) for x in (states @ self.weights, states))   # (N, B)
        for unit in order:
            change = np.where(fields[unit] >= 0, np.float32(1), np.float32(-1)) - found[unit]
            if (moved := change.nonzero()[0]).size:
                found[unit] += change
                fields[:, moved] += weights[unit, :, None] * change[moved]
        return torch.from_numpy(found).T.contiguous().to(states)

    def recall(self, part: Tensor, known: Tensor | None = None, seed: int = 0, most: int = 100) -> Tensor:
        """The stable states (B, N) that parts settle in, by at most so many sweeps in random orders.

        Units that are not known are silent until their first turn; none is held fast after it.
        """
        check_width(part, self.config.units)
        states = part.to(self.weights) if known is None else part.to(self.weights) * known
        generator = torch.Generator().manual_seed(seed)
        for _ in range(most):
            settled = self.sweep(states, torch.randperm(self.config.units, generator=generator).tolist())
            if settled.equal(states):
                break
            states = settled
        return states


class ModernHopfield(ModelMixin, ConfigMixin):
    """Memory of up to `slots` patterns of real numbers, retrieved by one step of attention (Ramsauer et al. 2020, arXiv
    2008.02217). `beta` is the inverse temperature: a small one recalls means of what is alike, a large one the nearest.
    """

    @register_to_config
    def __init__(self, units: int = 2048, slots: int = 1024, beta: float = 8.0):
        super().__init__()
        self.register_buffer("stored", torch.zeros(slots, units))
        self.register_buffer("count", torch.zeros((), dtype=torch.long))

    @property
    def patterns(self) -> Tensor:
        """What is stored, (K, N)."""
        return self.stored[:self.count]

    def store(self, patterns: Tensor) -> None:
        check_width(patterns, self.config.units)
        start, end = int(self.count), int(self.count) + len(patterns)
        if end > self.config.slots:
            raise ValueError(f"{len(patterns)} patterns do not fit: {self.config.slots - start} of "
                             f"{self.config.slots} slots are free")
        self.stored[start:end] = patterns
        self.count.fill_(end)

    def energy(self, states: Tensor) -> Tensor:
        """Eq. 2 of states (B, N): -lse(beta, X s) + s s / 2 + log(K) / beta + M^2 / 2, never below 0. (B,)"""
        beta, longest = self.config.beta, self.patterns.norm(dim=1).max()
        likeness = (beta * states @ self.patterns.T).logsumexp(1) / beta
        return -likeness + states.square().sum(1) / 2 + self.count.log() / beta + longest ** 2 / 2

    def step(self, states: Tensor) -> Tensor:
        """Eq. 3: softmax(beta s X^T) X, attention of the states (B, N) to the patterns."""
        return (self.config.beta * states @ self.patterns.T).softmax(1) @ self.patterns

    @torch.no_grad()
    def recall(self, part: Tensor, known: Tensor | None = None, most: int = 20, tolerance: float = 1e-4) -> Tensor:
        """The fixed points (B, N) that parts lead to, by at most so many steps; what is not known is 0 at first."""
        check_width(part, self.config.units)
        if not self.count:
            raise ValueError("nothing is stored yet, so nothing can be recalled")
        states = part.to(self.stored) if known is None else part.to(self.stored) * known
        for _ in range(most):
            states, before = self.step(states), states
            if (states - before).norm(dim=1).max() <= tolerance * states.norm(dim=1).max():
                break
        return states


def random_patterns(count: int, units: int, seed: int) -> Tensor:
    """Fair and independent -1 and 1, (count, units)."""
    return 2.0 * torch.randint(2, (count, units), generator=torch.Generator().manual_seed(seed)) - 1


def retention(units: int, count: int, seed: int = 0, asked: int = 30) -> float:
    """Mean overlap p s / N of stored random patterns p, so many of the `count`, with the states s they settle in: 1 if
    all are stable."""
    patterns, memory = random_patterns(count, units, seed), Hopfield(units)
    memory.store(patterns)
    asked_for = patterns[:asked]
    return float((asked_for * memory.recall(asked_for, seed=seed)).sum(1).mean() / units)


def capacity(units: int, seeds: int = 3, least: float = 0.9) -> float:
    """The load, in random patterns a unit, up to which mean `retention` over so many seeds is `least`, by bisection.

    In large networks overlap falls from .967 to .35 at CAPACITY; in small ones gradually.
    """
    low, high = 0, units // 4
    while high - low > max(1, units // 200):
        count = (low + high) // 2
        kept = sum(retention(units, count, seed) for seed in range(seeds)) / seeds
        low, high = (count, high) if kept >= least else (low, count)
    return (low + high) / 2 / units
