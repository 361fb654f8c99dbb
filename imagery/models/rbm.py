"""Restricted Boltzmann machine: no links within a layer (Smolensky 1986; Hinton 2002, Neural Computation 14:1771)."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

from imagery.models.boltzmann import all_states, check_bits
from imagery.models.chance import Draw, all_at_once, bernoulli, row_by_row


class RBM(ModelMixin, ConfigMixin):
    """Visible and hidden units of 0 and 1; (B, visible) is seen, and may be probabilities.

    Learns by contrastive divergence with `steps` of Gibbs sampling, from the data, or with `chains` > 0 from as many
    states that live on from one update to the next (Tieleman 2008).
    """

    @register_to_config
    def __init__(self, visible: int = 784, hidden: int = 128, steps: int = 1, chains: int = 0):
        super().__init__()
        self.weight = nn.Parameter(0.01 * torch.randn(visible, hidden))
        self.visible_bias, self.hidden_bias = nn.Parameter(torch.zeros(visible)), nn.Parameter(torch.zeros(hidden))
        self.register_buffer("fantasies", torch.bernoulli(torch.full((chains, visible), 0.5)))

    def hidden_given(self, visible: Tensor, beta: float = 1.0) -> Tensor:
        """p(h = 1 | v) at inverse temperature beta, (B, hidden)."""
        return (beta * (visible @ self.weight + self.hidden_bias).float()).sigmoid()

    def visible_given(self, hidden: Tensor) -> Tensor:
        """p(v = 1 | h), (B, visible)."""
        return (hidden @ self.weight.T + self.visible_bias).float().sigmoid()

    def energy(self, visible: Tensor) -> Tensor:
        """Free energy F(v) = -b v - sum_j log(1 + exp(c_j + v W_j)); p(v) = exp(-F(v)) / Z (Hinton 2012, a practical
        guide, Eq. 25). (B,)"""
        return -(visible @ self.visible_bias) - F.softplus(visible @ self.weight + self.hidden_bias).sum(1)

    @torch.no_grad()
    def gibbs(self, visible: Tensor, draw: Draw, steps: int = 1) -> Tensor:
        """v -> h -> v, so many times. (B, visible)"""
        for _ in range(steps):
            visible = bernoulli(self.visible_given(bernoulli(self.hidden_given(visible), draw)), draw)
        return visible

    def loss(self, batch: Tensor, generator: torch.Generator | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        """F(data) - F(fantasies): its gradient is that of contrastive divergence (Hinton 2002, Eq. 5, the small last
        term ignored), fantasies being held constant."""
        check_bits(batch, self.config.visible)
        start = self.fantasies if self.config.chains else batch
        fantasies = self.gibbs(start, all_at_once(generator), self.config.steps)
        if self.config.chains and self.training:
            self.fantasies.copy_(fantasies)
        error = (batch - self.visible_given(self.hidden_given(batch))).square().mean()
        return self.energy(batch).mean() - self.energy(fantasies).mean(), {"reconstruction": error.detach()}

    def sample(self, n: int, seed: int = 0, steps: int = 1000) -> Tensor:
        """n states (n, visible) after so many steps of Gibbs sampling from random ones."""
        draw = row_by_row(n, seed)
        return self.gibbs(bernoulli(torch.full((n, self.config.visible), 0.5), draw), draw, steps)

    @torch.no_grad()
    def recall(self, part: Tensor, known: Tensor, seed: int = 0, steps: int = 100) -> Tensor:
        """p(v = 1 | h) at the end of Gibbs sampling in which the known units, (visible,) or (B, visible), are held."""
        check_bits(part, self.config.visible)
        draw = row_by_row(len(part), seed)
        probability = torch.where(known, part, 0.5)
        for _ in range(steps):
            seen = bernoulli(probability, draw)
            probability = torch.where(known, part, self.visible_given(bernoulli(self.hidden_given(seen), draw)))
        return probability

    def log_partition(self) -> Tensor:
        """log Z, exact, by visiting every state of the smaller layer."""
        if self.config.hidden < self.config.visible:
            hidden = all_states(self.config.hidden).to(self.weight)
            visible = F.softplus(hidden @ self.weight.T + self.visible_bias).sum(1)
            return (hidden @ self.hidden_bias + visible).logsumexp(0)
        return (-self.energy(all_states(self.config.visible).to(self.weight))).logsumexp(0)

    def log_likelihood(self, visible: Tensor) -> Tensor:
        """log p(v), exact, for machines whose smaller layer can be enumerated. (B,)"""
        check_bits(visible, self.config.visible)
        return -self.energy(visible) - self.log_partition()
