"""Annealed importance sampling of an RBM's partition function (Neal 2001, Statistics and Computing 11:125;
Salakhutdinov & Murray 2008, On the quantitative analysis of deep belief networks, Section 4)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from imagery.models.chance import bernoulli, row_by_row
from imagery.models.rbm import RBM


@dataclass(frozen=True, eq=False)
class Partition:
    """Estimates of log Z: `log_weights` (R,) of independent runs, each exp of which has Z as its mean."""

    log_weights: Tensor

    @property
    def log_z(self) -> float:
        """The logarithm of the mean, which errs on the low side."""
        return float(self.log_weights.logsumexp(0)) - math.log(len(self.log_weights))

    @property
    def interval(self) -> tuple[float, float]:
        """log of the mean weight less and plus three standard errors; -inf where that is below 0."""
        share = (self.log_weights - self.log_z).exp()
        error = 3 * float(share.std()) / math.sqrt(len(share))
        return self.log_z + (math.log(1 - error) if error < 1 else -math.inf), self.log_z + math.log(1 + error)


@torch.no_grad()
def anneal(rbm: RBM, runs: int = 100, steps: int = 1000, seed: int = 0, rates: Tensor | None = None) -> Partition:
    """Runs from units independent of each other, 1 at the `rates` (visible,) of the data or evenly, to the RBM, in so
    many steps of equal inverse temperature (Eq. 15-18 of Salakhutdinov & Murray)."""
    rates = torch.full_like(rbm.visible_bias, 0.5) if rates is None else rates.to(rbm.visible_bias).clamp(0.02, 0.98)
    base, draw = rates.logit(), row_by_row(runs, seed)

    def log_p(visible: Tensor, beta: float) -> Tensor:
        """log of the unnormalised p_beta(v), (R,)."""
        hidden = F.softplus(beta * (visible @ rbm.weight + rbm.hidden_bias)).sum(1)
        return visible @ ((1 - beta) * base + beta * rbm.visible_bias) + hidden

    visible = bernoulli(rates.expand(runs, -1), draw)
    log_z_of_base = F.softplus(base).sum() + rbm.config.hidden * math.log(2)
    log_weights = log_z_of_base.expand(runs).clone()
    betas = torch.linspace(0, 1, steps + 1).tolist()
    for before, beta in zip(betas, betas[1:]):
        log_weights += log_p(visible, beta) - log_p(visible, before)
        hidden = bernoulli(rbm.hidden_given(visible, beta), draw)
        field = (1 - beta) * base + beta * (hidden @ rbm.weight.T + rbm.visible_bias)
        visible = bernoulli(field.sigmoid(), draw)
    return Partition(log_weights)
