"""Text to image: a flow that decides where things are, or what they look like by and large, and a U-Net that denoises a
picture's code under its guidance.

Processes: flow matching on the linear path (Lipman et al. 2023) and DDPM (Ho et al. 2020), with any prediction. The
words come encoded by the verbal channel, which stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor

from imagery.models import processes
from imagery.models.codec import CODECS
from imagery.models.layout import Layout
from imagery.models.recollection import ROWS, Recollection
from imagery.models.samplers import Denoiser
from imagery.models.unet import UNet

HINT = 12                                         # channels of a coarse picture in the code's places


@dataclass(frozen=True)
class Lesson:
    """A batch for learning: `pictures` (B, 3, H, W) in [-1, 1], `context` (B, N, D) of things named with `mask`
    (B, N), all false where the description is withheld, their `links` (B, N, N) and `places` (B, N, 2), not-a-number
    where there is none, both None if they are in no place; `weight` (B, 1, H, W) of each pixel in the loss; codes (B,
    K) of what is `recalled` with the texts, if anything is."""

    pictures: Tensor
    context: Tensor
    mask: Tensor
    links: Tensor | None
    places: Tensor | None
    weight: Tensor
    recalled: Tensor | None = None


class Imaginer(ModelMixin, ConfigMixin):
    """Generator of pictures in the code of a codec, conditioned on words.

    `code` is that of a codec: "pixels" or "latents". `process` is "flow" or "ddpm"; `prediction` what the network
    gives: "x0", "epsilon" or "v" (for flow, v is the velocity); `schedule` ("linear", "cosine") and `bound` (weights of
    the variational bound in place of L_simple) are DDPM's. It is told of "things", each at its place, or by "words"
    that are in no place, of which it first recalls what they stand for.
    """

    @register_to_config
    def __init__(self, code: Literal["pixels", "latents"] = "pixels", process: Literal["flow", "ddpm"] = "flow",
                 prediction: Literal["x0", "epsilon", "v"] = "x0", schedule: Literal["linear", "cosine"] = "cosine",
                 bound: bool = False, channels: tuple[int, ...] = (96, 160), blocks: int = 1, heads: int = 4,
                 context_width: int = 256, told: Literal["things", "words"] = "things",
                 names: int = 0, traces: int = 0):
        super().__init__()
        self.codec = CODECS[code]().requires_grad_(False)      # learned beforehand; else the code would shrink
        things = told == "things"
        self.unet = UNet(self.codec.channels, channels, blocks, heads, context_width, by_place=things,
                         hint_channels=0 if things else HINT)
        self.layout = Layout(context_width) if things else None
        self.recollection = None if things else Recollection(context_width, names, traces)
        self.untold = torch.nn.Parameter(torch.zeros(1, 1, context_width))
        betas = processes.linear_betas() if schedule == "linear" else processes.cosine_betas()
        self.register_buffer("alpha_bar", processes.alpha_bars(betas), persistent=False)

    def forward(self, x: Tensor, time: Tensor, context: Tensor, mask: Tensor) -> Tensor:
        """The network's prediction. x (B, C, S, S), time (B,) in [0, 1], context (B, N, D) of things at their places,
        or of words after what they call to mind, mask (B, N)."""
        start, hint = self.untold.expand(len(x), -1, -1).to(context.dtype), None   # attended to by all; alone if untold
        if self.recollection:                                  # the whole text leads, where there is one
            told = mask[:, :1, None]
            recalled = self.recollection.picture(context[:, 1:1 + ROWS].flatten(1))
            hint = F.pixel_unshuffle(recalled, recalled.shape[-1] // x.shape[-1]) * told[..., None]
            start = torch.where(told, context[:, :1], start)
            context, mask = context[:, 1 + ROWS:], mask[:, 1 + ROWS:]
        context = torch.cat([start, context], 1)
        mask = torch.cat([mask.new_ones(len(x), 1), mask], 1)
        return self.unet(x, time, context, mask, hint)

    @staticmethod
    def recalling(context: Tensor, mask: Tensor, code: Tensor) -> tuple[Tensor, Tensor]:
        """A text's context and mask with the code (B, K) of what it calls to mind behind its first row."""
        rows = code.to(context).unflatten(1, (ROWS, -1))
        return (torch.cat([context[:, :1], rows, context[:, 1:]], 1),
                torch.cat([mask[:, :1].expand(-1, 1 + ROWS), mask[:, 1:]], 1))

    def loss(self, batch: Lesson, generator: torch.Generator | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        x0 = self.codec.encode(batch.pictures)
        eps = processes.noise_like(x0, generator)
        if self.config.process == "flow":
            time = processes.uniform_times(len(x0), generator).to(x0.device)
            x_t = processes.interpolate(x0, eps, time)
            wanted = {"x0": x0, "epsilon": eps, "v": processes.velocity(x0, eps)}[self.config.prediction]
            weight = 1.0
            if self.config.prediction == "x0":                  # errors count as those in velocity would
                weight = processes.x0_weight(time, x0)
        else:
            step = torch.randint(len(self.alpha_bar), (len(x0),), generator=generator).to(x0.device)
            x_t = processes.add_noise(x0, eps, self.alpha_bar, step)
            wanted = processes.target(self.config.prediction, x0, eps, self.alpha_bar, step)
            weight = processes.bound_weight if self.config.bound else processes.simple_weight
            weight = processes.expand(weight(self.config.prediction, self.alpha_bar, step), x0)
            time = step / len(self.alpha_bar)
        layout, context, mask = self.layout, batch.context, batch.mask
        if layout:
            context = layout.placed(context, mask, batch.places)
        else:
            context, mask = self.recalling(context, mask, batch.recalled)
        predicted = self(x_t, time, context, mask).float()
        error = (predicted - wanted) ** 2
        loss, logs = (weight * self.codec.weigh(batch.weight) * error).mean(), {"error": error.mean().detach()}
        if layout:
            misplaced = layout.loss(batch.context, batch.links, batch.mask, batch.places, generator)
            loss, logs = loss + misplaced, logs | {"layout": misplaced.detach()}
        return loss, logs

    def denoiser(self, context: Tensor, mask: Tensor) -> Denoiser:
        """The clean code expected from a noisy one on the linear path, under these words: (x, t) -> x0.

        A DDPM is asked on its own path.
        """
        def flow(x: Tensor, t: Tensor) -> Tensor:
            return self.clean(self(x, t, context, mask).float(), x, t)

        def ddpm(x: Tensor, t: Tensor) -> Tensor:
            x, step = processes.to_ddpm(x, t, self.alpha_bar)
            predicted = self.predictor(context, mask)(x, step)
            return processes.x0_from(self.config.prediction, predicted, x, self.alpha_bar, step)

        return flow if self.config.process == "flow" else ddpm

    def predictor(self, context: Tensor, mask: Tensor) -> Denoiser:
        """What a DDPM predicts at a step, as its own samplers want it: (x, step) -> prediction."""
        return lambda x, step: self(x, step / len(self.alpha_bar), context, mask).float()

    def clean(self, predicted: Tensor, x: Tensor, t: Tensor) -> Tensor:
        """x0 of the linear path from what a flow's network predicts."""
        if self.config.prediction == "x0":
            return predicted
        if self.config.prediction == "v":
            return processes.x0_from_velocity(predicted, x, t)
        t = processes.expand(t, x)
        return (x - t * predicted) / (1 - t).clamp(min=1e-3)
