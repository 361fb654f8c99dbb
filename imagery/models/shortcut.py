"""Few steps: a flow that is told how long its next step is, and learns that one long step goes as far as two short ones
(Frans et al. 2025, One step diffusion via shortcut models, arXiv 2410.12557)."""

from __future__ import annotations

from typing import Any

import torch
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor

from imagery.models import processes
from imagery.models.blocks import sinusoids
from imagery.models.chance import normal_rows
from imagery.models.codec import PixelCodec
from imagery.models.examples import Example, conditions, unpacked
from imagery.models.processes import expand
from imagery.models.told import Network, Told

STEP_WIDTH = 32                                   # of the code of a step's length
HALVINGS = 7                                      # the shortest step is 1/128 of the way (Section 4.1)
CONSISTENT = 4                                    # one in so many of a batch learns to be consistent (Section 4.1)


class Shortcut(ModelMixin, ConfigMixin):
    """The mean velocity over the next step, whose length is 0 (the flow's own velocity), 1/128, 1/64 and so on to 1."""

    @register_to_config
    def __init__(self, size: int = 64, condition: int = 0, network: Network = "unet",
                 sizes: dict[str, Any] | None = None):
        super().__init__()
        self.codec = PixelCodec()
        self.told = Told(network, PixelCodec.channels, PixelCodec.channels, condition + STEP_WIDTH, sizes)

    def forward(self, x: Tensor, t: Tensor, step: Tensor, condition: Tensor) -> Tensor:
        """Mean velocity (B, 48, S, S) from x at time t (B,) over a step (B,) towards data."""
        level = torch.where(step > 0, HALVINGS + 1 + step.clamp(min=2.0 ** -HALVINGS).log2(), 0.0)   # 0, 1 ... 8
        code = sinusoids(level / (HALVINGS + 1), STEP_WIDTH, 0.25, 4.0).to(x)
        return self.told(x, t, torch.cat([condition, code], 1)).float()

    def clean(self, x: Tensor, t: Tensor, condition: Tensor) -> Tensor:
        """The clean code expected from a noisy one (B, 48, S, S) at times t (B,), by the flow's own velocity."""
        return processes.x0_from_velocity(self(x, t, torch.zeros_like(t), condition), x, t)

    def loss(self, batch: Example | Tensor,
             generator: torch.Generator | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        """Flow matching at step 0 and, for a part of the batch, self-consistency (Eq. 5)."""
        pictures, condition = unpacked(batch, self.config.size, self.config.condition)
        x0 = self.codec.encode(pictures)
        eps = processes.noise_like(x0, generator)
        count = len(x0) // CONSISTENT                                           # a batch of fewer only learns the flow
        t = processes.uniform_times(len(x0), generator)
        half = 2.0 ** -torch.randint(1, HALVINGS + 1, (count,), generator=generator)
        t[:count] = 2 * half * (1 + (t[:count] / (2 * half)).floor())          # a whole number of the long steps, to 1
        t, half = t.to(x0.device), half.to(x0.device)
        step = torch.cat([2 * half, half.new_zeros(len(x0) - count)])
        x_t = processes.interpolate(x0, eps, t)
        wanted = processes.velocity(x0, eps)
        wanted[:count] = self._twice(x_t[:count], t[:count], half, condition[:count])
        error = (self(x_t, t, step, condition) - wanted).square().flatten(1).mean(1)
        logs = {"flow": error[count:].mean().detach()}
        if count:
            logs["consistency"] = error[:count].mean().detach()
        return error.mean(), logs

    @torch.no_grad()
    def _twice(self, x: Tensor, t: Tensor, half: Tensor, condition: Tensor) -> Tensor:
        """The mean velocity of two steps of length `half` (B,); two of the shortest are the flow's own."""
        asked = torch.where(half > 2.0 ** -HALVINGS, half, 0.0)
        first = self(x, t, asked, condition)
        return (first + self(x - expand(half, x) * first, t - half, asked, condition)) / 2

    @torch.no_grad()
    def sample(self, n: int, seed: int = 0, condition: Tensor | None = None, steps: int = 1) -> Tensor:
        """n pictures (n, 3, size, size) in [-1, 1] in 1, 2, 4 ... 128 steps (Algorithm 2)."""
        if steps not in (2 ** i for i in range(HALVINGS + 1)):
            raise ValueError(f"{steps} steps are no way it learned: give 1, 2, 4, 8 ... {2 ** HALVINGS}")
        side = self.config.size // 4
        x = normal_rows(n, (PixelCodec.channels, side, side), seed).to(self.device)
        condition = conditions(condition, n, self.config.condition, x)
        step = x.new_full((n,), 1 / steps)
        for i in range(steps):
            x = x - self(x, 1 - i * step, step, condition) / steps
        return self.codec.decode(x)
