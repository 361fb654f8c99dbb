"""The next view: a model that imagines the picture after a small turn, and after larger ones by going on.

Flow matching (Lipman et al. 2023, arXiv 2210.02747) conditioned on the picture and the turn; there is nothing between
one view and the next but the view itself.
"""

from __future__ import annotations

from typing import Literal

import torch
import torch.nn.functional as F
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

from imagery.models import processes
from imagery.models.blocks import patch_places, place_code, sinusoids
from imagery.models.samplers import euler
from imagery.models.turning import Turning, axis_angle, check_turns, grey
from imagery.models.unet import UNet

PATCH = 4                                         # pixels a cell of the U-Net is wide
CODE = 32                                         # width of the code of one component of a turn, and of a glance
GRAIN = 0.05                                      # noise on what is given in learning: imagined views are not perfect


class NextView(ModelMixin, ConfigMixin):
    """Pictures (B, 1 or 3, `size`, `size`) in [-1, 1] after turns of at most `largest` degrees.

    A `Medium` of imagery, whose code is the picture. `process` is "flow", with so many `steps` a view, or "regression":
    the mean of all views that may follow, in one step, which is the flow's first without its noise.
    """

    @register_to_config
    def __init__(self, size: int = 64, channels: tuple[int, ...] = (80, 144), blocks: int = 1, heads: int = 4,
                 largest: float = 30.0, steps: int = 4, process: Literal["flow", "regression"] = "flow"):
        super().__init__()
        self.unet = UNet(2 * PATCH ** 2, channels, blocks, heads, 3 * CODE, by_place=False)
        self.glance = nn.Conv2d(PATCH ** 2, CODE, 2, 2)

    def forward(self, x: Tensor, time: Tensor, given: Tensor, turn: Tensor) -> Tensor:
        """The next view expected from a noisy one x (B, 16, S/4, S/4) at a time (B,), after the one `given`, alike, and
        the code of a turn (B, 96). The turn acts everywhere; what is given can be looked up from any place."""
        glances = self.glance(given).flatten(2).transpose(1, 2)                                     # (B, T, 32)
        places = place_code(patch_places(given.shape[-1] // 2, x.device)).expand(len(x), -1, -1)
        context = torch.cat([turn[:, None], torch.cat([glances.float(), places], -1)], 1)
        mask = torch.ones(context.shape[:2], dtype=torch.bool, device=x.device)
        shares = self.unet(torch.cat([x, given], 1), time, context, mask)
        return shares.float().unflatten(1, (2, -1)).sum(1)                     # of the noisy view and of the one given

    def loss(self, batch: Turning, generator: torch.Generator | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        """Squared error in velocity, of the view itself in regression; `left` is the latter's share of what the turn
        changed."""
        check_turns(batch.turn, len(batch.before))
        given, x0 = self._patches(batch.before), self._patches(batch.after)
        noisy = given + GRAIN * processes.noise_like(given, generator)
        if self.config.process == "flow":
            time = processes.uniform_times(len(x0), generator).to(x0.device)
            x = processes.interpolate(x0, processes.noise_like(x0, generator), time)
            weight = processes.x0_weight(time, x0)
        else:
            time, x, weight = torch.ones(len(x0), device=x0.device), torch.zeros_like(x0), 1.0
        error = (self(x, time, noisy, self._code(*axis_angle(batch.turn))) - x0) ** 2
        return (weight * error).mean(), {"left": error.mean().detach() / F.mse_loss(given, x0)}

    def view(self, pictures: Tensor, axes: Tensor, degrees: Tensor, generator: torch.Generator) -> Tensor:
        """Pictures (B, 1, size, size) after small turns about axes (B, 3) by degrees (B,)."""
        if not (degrees.abs() <= self.config.largest + 1e-3).all():
            raise ValueError(f"a turn by {degrees.abs().max():.4g} degrees at once; the most is {self.config.largest}")
        given, code = self._patches(pictures), self._code(axes, degrees)
        flow = self.config.process == "flow"
        noise = processes.noise_like(given, generator) if flow else torch.zeros_like(given)
        times = torch.linspace(1, 0, self.config.steps + 1 if flow else 2)
        view = euler(lambda x, time: self(x, time, given, code), noise, times)
        return F.pixel_shuffle(view, PATCH).clamp(-1, 1)

    def encode(self, pictures: Tensor) -> Tensor:
        return grey(pictures, self.config.size)

    def turn(self, pictures: Tensor, turns: Tensor, seed: int = 0) -> Tensor:
        """Pictures after turns (B, 3, 3) of any size, each in as few equal small turns as will do."""
        check_turns(turns, len(pictures))
        generator = torch.Generator().manual_seed(seed)
        axes, degrees = axis_angle(turns)
        counts = (degrees / self.config.largest - 1e-3).ceil()
        pictures = pictures.clone()
        for done in range(int(counts.max())):
            on = counts > done
            pictures[on] = self.view(pictures[on], axes[on], (degrees / counts)[on], generator)
        return pictures

    def mirror(self, pictures: Tensor) -> Tensor:
        """Left and right exchanged."""
        return pictures.flip(-1)

    def decode(self, pictures: Tensor) -> Tensor:
        return pictures

    def _patches(self, pictures: Tensor) -> Tensor:
        return F.pixel_unshuffle(grey(pictures, self.config.size), PATCH)

    def _code(self, axes: Tensor, degrees: Tensor) -> Tensor:
        """Code (B, 96) of a turn: its axis times its angle, in the largest."""
        return sinusoids(axes * (degrees / self.config.largest)[:, None], CODE, 0.1, 2.0).flatten(1)
