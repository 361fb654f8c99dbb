"""Boltzmann machine: a Hopfield network with hidden units and chance (Ackley, Hinton & Sejnowski 1985, Cognitive
Science 9:147)."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

from imagery.models.chance import Draw, all_at_once, bernoulli, row_by_row

ENUMERABLE = 20                                   # units whose states can all be visited
COOLING = (8.0, 4.0, 2.0, 1.5, 1.0)               # temperatures of annealing, each for some sweeps


def all_states(units: int) -> Tensor:
    """Every state of so many units of 0 and 1, (2^units, units), from all 0 on, the last unit fastest."""
    if units > ENUMERABLE:
        raise ValueError(f"{units} units have too many states to visit: {ENUMERABLE} is the most")
    codes = torch.arange(2 ** units)[:, None] >> torch.arange(units - 1, -1, -1)
    return (codes & 1).float()


class BoltzmannMachine(ModelMixin, ConfigMixin):
    """Units of 0 and 1, the visible ones first, each pair joined; `sweeps` a temperature of annealing.

    States are (B, visible + hidden), what is seen (B, visible).
    """

    @register_to_config
    def __init__(self, visible: int = 16, hidden: int = 8, sweeps: int = 4):
        super().__init__()
        self.units = visible + hidden
        self.coupling = nn.Parameter(0.01 * torch.randn(self.units, self.units))      # only above the diagonal
        self.bias = nn.Parameter(torch.zeros(self.units))

    @property
    def weights(self) -> Tensor:
        """(N, N), symmetric, no unit joined to itself."""
        upper = self.coupling.triu(1)
        return upper + upper.T

    def energy(self, states: Tensor) -> Tensor:
        """E = -sum_{i<j} w_ij s_i s_j - sum_i b_i s_i; b is minus the lecture's threshold theta. (B,)"""
        return -(states @ self.coupling.triu(1) * states).sum(1) - states @ self.bias

    @torch.no_grad()
    def gibbs(self, states: Tensor, draw: Draw, sweeps: int = 1, temperature: float = 1.0,
              held: Tensor | None = None) -> Tensor:
        """States after sweeps over all units but those `held` (N,): each is 1 with probability sigmoid(dE / T)."""
        states, weights = states.clone(), self.weights
        free = range(self.units) if held is None else (~held).nonzero()[:, 0].tolist()
        for _ in range(sweeps):
            chances = draw(states)
            for unit in free:
                gap = states @ weights[unit] + self.bias[unit]                 # E with it at 0 less E with it at 1
                states[:, unit] = (chances[:, unit] < (gap / temperature).sigmoid()).float()
        return states

    def anneal(self, states: Tensor, draw: Draw, held: Tensor | None = None,
               temperatures: Iterable[float] = COOLING) -> Tensor:
        """States after `sweeps` at each of the temperatures (Kirkpatrick, Gelatt & Vecchi 1983)."""
        for temperature in temperatures:
            states = self.gibbs(states, draw, self.config.sweeps, temperature, held)
        return states

    def loss(self, batch: Tensor, generator: torch.Generator | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        """Mean energy with what is seen held (the positive phase) less that of running freely (the negative phase),
        each annealed from a random state: its gradient in w_ij is -(p+_ij - p-_ij), that of KL(P+ || P-)."""
        self._check(batch)
        draw = all_at_once(generator)
        start = bernoulli(torch.full((len(batch), self.units), 0.5), draw).to(batch)
        held = torch.arange(self.units) < self.config.visible
        positive = self.energy(self.anneal(torch.where(held, self._widened(batch), start), draw, held)).mean()
        negative = self.energy(self.anneal(start, draw)).mean()
        return positive - negative, {"positive": positive.detach(), "negative": negative.detach()}

    def sample(self, n: int, seed: int = 0) -> Tensor:
        """What is seen in n states annealed from random ones, (n, visible)."""
        draw = row_by_row(n, seed)
        states = bernoulli(torch.full((n, self.units), 0.5), draw)
        return self.anneal(states, draw)[:, :self.config.visible]

    def recall(self, part: Tensor, known: Tensor, seed: int = 0) -> Tensor:
        """What is seen (B, visible) after annealing with the known units (visible,) held."""
        self._check(part)
        draw, held = row_by_row(len(part), seed), torch.zeros(self.units, dtype=torch.bool)
        held[:self.config.visible] = known
        start = bernoulli(torch.full((len(part), self.units), 0.5), draw)
        return self.anneal(torch.where(held, self._widened(part), start), draw, held)[:, :self.config.visible]

    def log_partition(self) -> Tensor:
        """log Z, by visiting every state."""
        return (-self.energy(all_states(self.units).to(self.bias))).logsumexp(0)

    def log_likelihood(self, seen: Tensor) -> Tensor:
        """log p(v), exact, by visiting every hidden state of each of (B, visible), and every state. (B,)"""
        self._check(seen)
        log_partition, hidden = self.log_partition(), all_states(self.config.hidden).to(self.bias)
        states = torch.cat([seen.repeat_interleave(len(hidden), 0).to(hidden), hidden.repeat(len(seen), 1)], 1)
        return (-self.energy(states)).unflatten(0, (len(seen), -1)).logsumexp(1) - log_partition

    def _widened(self, seen: Tensor) -> Tensor:
        return nn.functional.pad(seen, (0, self.config.hidden))

    def _check(self, seen: Tensor) -> None:
        check_bits(seen, self.config.visible)


def check_bits(seen: Tensor, visible: int) -> None:
    if seen.dim() != 2 or seen.shape[1] != visible:
        raise ValueError(f"what is seen has shape {tuple(seen.shape)}, but the visible units want (B, {visible})")
    if not ((seen >= 0) & (seen <= 1)).all():
        raise ValueError("visible units take values in [0, 1]")
