"""DDPM with learned variance, and its likelihood (Nichol & Dhariwal 2021, arXiv 2102.09672)."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import torch
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor

from imagery.models import processes
from imagery.models.bound import bound_bits, log_variance, step_bits
from imagery.models.chance import normal_rows
from imagery.models.codec import PixelCodec
from imagery.models.examples import Example, conditions, unpacked
from imagery.models.schedules import SCHEDULES, Schedule
from imagery.models.told import Network, Told

BOUND_WEIGHT = 0.001                              # lambda of Eq. 16


class VariationalDiffusion(ModelMixin, ConfigMixin):
    """Predicts the noise, and where the variance lies between its limits; learns L_simple + lambda L_vlb (Eq. 16)."""

    @register_to_config
    def __init__(self, size: int = 64, condition: int = 0, schedule: Schedule = "cosine", steps: int = 1000,
                 network: Network = "dit", sizes: dict[str, Any] | None = None):
        super().__init__()
        self.codec = PixelCodec()
        self.told = Told(network, PixelCodec.channels, 2 * PixelCodec.channels, condition, sizes)
        self.register_buffer("alpha_bar", SCHEDULES[schedule](steps), persistent=False)

    def forward(self, x: Tensor, t: Tensor, condition: Tensor) -> tuple[Tensor, Tensor]:
        """Noise in x (B, 48, S, S) at steps t (B,), and the share of the log variance's way, 1/2 where the network's
        output is 0; each (B, 48, S, S)."""
        noise, share = self.told(x, t / len(self.alpha_bar), condition).float().chunk(2, 1)
        return noise, (share + 1) / 2

    def reverse(self, x: Tensor, t: Tensor, condition: Tensor, s: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Mean and log variance of p(x_s | x_t), s being t - 1 unless given."""
        noise, share = self(x, t, condition)
        x0 = processes.x0_from("epsilon", noise, x, self.alpha_bar, t)
        if not self.training:
            x0 = x0.clamp(-1, 1)
        return processes.posterior(x0, x, self.alpha_bar, t, s)[0], log_variance(share, x, self.alpha_bar, t, s)

    def clean(self, x: Tensor, t: Tensor, condition: Tensor) -> Tensor:
        """The clean code expected from a noisy one (B, 48, S, S) on the linear path at times t (B,)."""
        x, step = processes.to_ddpm(x, t, self.alpha_bar)
        return processes.x0_from("epsilon", self(x, step, condition)[0], x, self.alpha_bar, step).clamp(-1, 1)

    def loss(self, batch: Example | Tensor,
             generator: torch.Generator | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        """The bound teaches the variance alone: the mean is held in it (Section 3.1)."""
        pictures, condition = unpacked(batch, self.config.size, self.config.condition)
        x0 = self.codec.encode(pictures)
        eps = processes.noise_like(x0, generator)
        t = torch.randint(len(self.alpha_bar), (len(x0),), generator=generator).to(x0.device)
        x_t = processes.add_noise(x0, eps, self.alpha_bar, t)
        noise, share = self(x_t, t, condition)
        error = (noise - eps).square().mean()

        def reverse(x: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
            guess = processes.x0_from("epsilon", noise.detach(), x, self.alpha_bar, t)
            return processes.posterior(guess, x, self.alpha_bar, t)[0], log_variance(share, x, self.alpha_bar, t)

        bound = len(self.alpha_bar) * step_bits(reverse, x0, x_t, self.alpha_bar, t).mean()
        return error + BOUND_WEIGHT * bound, {"error": error.detach(), "bits_per_dim": bound.detach()}

    @torch.no_grad()
    def bits_per_dim(self, pictures: Tensor, generator: torch.Generator | None = None,
                     condition: Tensor | None = None, every: int = 1) -> Tensor:
        """Upper bound on what pictures of 8 bits in [-1, 1] cost; T evaluations, or T / `every` for a guess. (B,)"""
        pictures, condition = unpacked(Example(pictures, condition), self.config.size, self.config.condition)
        return bound_bits(lambda x, t: self.reverse(x, t, condition), self.codec.encode(pictures), self.alpha_bar,
                          generator, every)

    @torch.no_grad()
    def sample(self, n: int, seed: int = 0, condition: Tensor | None = None, steps: int = 50) -> Tensor:
        """n pictures (n, 3, size, size) in [-1, 1] by the learned reverse process in strides (Section 4)."""

        def noise(step: int) -> Tensor:
            side = self.config.size // 4
            return normal_rows(n, (PixelCodec.channels, side, side), seed * 65537 + step).to(self.device)

        x = noise(0)
        condition = conditions(condition, n, self.config.condition, x)
        times = torch.linspace(len(self.alpha_bar) - 1, 0, steps).round().long().tolist()
        for i, (t, s) in enumerate(pairwise([*times, -1]), 1):
            t, s = (torch.full((n,), each, device=x.device) for each in (t, s))
            x, log_var = self.reverse(x, t, condition, s)
            if i < steps:                                                            # none at the clean image
                x = x + (log_var / 2).exp() * noise(i)
        return self.codec.decode(x)
