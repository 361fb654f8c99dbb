"""Conditional flow matching: paths from data to noise, and a model of pictures that learns to go along one (Lipman et
al. 2023, arXiv 2210.02747; Tong et al. 2024, arXiv 2302.00482).

Time runs as in `processes`: 0 is data, 1 is noise, and a velocity is dx/dt, so that papers' t is our 1 - t and their
velocity ours reversed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any, Literal

import torch
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor

from imagery.models import processes, samplers
from imagery.models.chance import normal_rows
from imagery.models.codec import PixelCodec
from imagery.models.coupling import Coupling, optimal_coupling
from imagery.models.examples import Example, conditions, unpacked
from imagery.models.ode import Solution, dormand_prince
from imagery.models.processes import expand
from imagery.models.told import Network, Told

Path = Callable[[Tensor, Tensor, Tensor, Tensor, float], tuple[Tensor, Tensor]]
PathName = Literal["linear", "gaussian", "trigonometric", "bridge"]


def linear(data: Tensor, noise: Tensor, t: Tensor, jitter: Tensor, sigma: float) -> tuple[Tensor, Tensor]:
    """Place and velocity on the straight line, with constant deviation sigma (Tong et al. 2024, Eq. 14-15)."""
    return processes.interpolate(data, noise, t) + sigma * jitter, processes.velocity(data, noise)


def gaussian(data: Tensor, noise: Tensor, t: Tensor, jitter: Tensor, sigma: float) -> tuple[Tensor, Tensor]:
    """N((1 - t) x, (1 - (1 - sigma)(1 - t))^2) around each datum x, its noise standing in for the jitter (Lipman et
    al. 2023, Eq. 20-22)."""
    t = expand(t, data)
    return (1 - t) * data + (1 - (1 - sigma) * (1 - t)) * noise, (1 - sigma) * noise - data


def trigonometric(data: Tensor, noise: Tensor, t: Tensor, jitter: Tensor, sigma: float) -> tuple[Tensor, Tensor]:
    """On a quarter of a circle, which keeps the variance (Albergo & Vanden-Eijnden 2023, arXiv 2209.15571)."""
    angle = expand(t, data) * math.pi / 2
    place = angle.cos() * data + angle.sin() * noise + sigma * jitter
    return place, math.pi / 2 * (angle.cos() * noise - angle.sin() * data)


def bridge(data: Tensor, noise: Tensor, t: Tensor, jitter: Tensor, sigma: float) -> tuple[Tensor, Tensor]:
    """A Brownian bridge from datum to noise, of deviation sigma sqrt(t (1 - t)) (Tong et al. 2024, Section 3.2.3)."""
    t = expand(t, data)
    spread = (t * (1 - t)).sqrt()
    place = (1 - t) * data + t * noise + sigma * spread * jitter
    drift = (1 - 2 * t) / (2 * spread.clamp(min=1e-4)) * sigma * jitter
    return place, noise - data + drift


PATHS: dict[PathName, Path] = {"linear": linear, "gaussian": gaussian, "trigonometric": trigonometric, "bridge": bridge}


class FlowMatching(ModelMixin, ConfigMixin):
    """Learns the velocity along a path between pictures and noise, coupled at random or by optimal transport; pictures
    are had by solving its equation to the accuracy asked for. Coupling looks at pictures alone: under a condition it
    lets the noise tell something of it."""

    @register_to_config
    def __init__(self, size: int = 64, condition: int = 0, path: PathName = "linear", sigma: float = 0.0,
                 coupling: Coupling = "independent", network: Network = "unet", sizes: dict[str, Any] | None = None):
        super().__init__()
        self.codec = PixelCodec()
        self.told = Told(network, PixelCodec.channels, PixelCodec.channels, condition, sizes)

    def forward(self, x: Tensor, t: Tensor, condition: Tensor) -> Tensor:
        """Velocity at x (B, 48, S, S) and times t (B,)."""
        return self.told(x, t, condition).float()

    def clean(self, x: Tensor, t: Tensor, condition: Tensor) -> Tensor:
        """The clean code expected from a noisy one (B, 48, S, S) on the linear path at times t (B,)."""
        return processes.x0_from_velocity(self(x, t, condition), x, t)

    def loss(self, batch: Example | Tensor,
             generator: torch.Generator | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        """Squared error in the velocity (Lipman et al. 2023, Eq. 9)."""
        pictures, condition = unpacked(batch, self.config.size, self.config.condition)
        data = self.codec.encode(pictures)
        noise, jitter = processes.noise_like(data, generator), processes.noise_like(data, generator)
        t = processes.uniform_times(len(data), generator).to(data.device)
        if self.config.coupling == "optimal":
            noise = optimal_coupling(data, noise)
        x, wanted = PATHS[self.config.path](data, noise, t, jitter, self.config.sigma)
        error = (self(x, t, condition) - wanted).square().mean()
        return error, {"error": error.detach()}

    @torch.no_grad()
    def solve(self, n: int, seed: int = 0, condition: Tensor | None = None, rtol: float = 1e-2) -> Solution:
        """Codes of n pictures, as accurate as `rtol` says, and how many evaluations each took."""
        noise = self._noise(n, seed)
        condition = conditions(condition, n, self.config.condition, noise)
        return dormand_prince(lambda x, t: self(x, t, condition), noise, 1.0, 0.0, rtol, rtol)

    @torch.no_grad()
    def sample(self, n: int, seed: int = 0, condition: Tensor | None = None, steps: int = 8) -> Tensor:
        """n pictures (n, 3, size, size) in [-1, 1] by so many steps of Euler's method."""
        x = self._noise(n, seed)
        clean = partial(self.clean, condition=conditions(condition, n, self.config.condition, x))
        return self.codec.decode(samplers.euler(clean, x, torch.linspace(1, 0, steps + 1)))

    def _noise(self, n: int, seed: int) -> Tensor:
        side = self.config.size // 4
        return normal_rows(n, (PixelCodec.channels, side, side), seed).to(self.device)
