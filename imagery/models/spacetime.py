"""The space-time diffusion transformer: a film as patches of a few frames each, that attend in turn to the other places
of their frames and to the other frames at their place (Ma et al. 2024, Latte, arXiv 2401.03048, Section 3.1, variant 1;
patches in time: Arnab et al. 2021, arXiv 2103.15691, Section 3.2)."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

from imagery.models.blocks import PLACE_WIDTH, patch_places, place_code, sinusoids
from imagery.models.dit import DiTBlock, FinalLayer


class SpaceTimeDiT(ModelMixin, ConfigMixin):
    """`patch` places a side and `span` frames are one token; `depth` pairs of blocks, one for space and one for time,
    each under adaLN-Zero (Peebles & Xie 2023, arXiv 2212.09748, Section 3.2).

    forward: x (B, T, channels, S, S), time (B,) in [0, 1] and what is known of each patch's place (B, (S/patch)^2,
    width) -> as x. S is divided by `patch`, T by `span`.
    """

    @register_to_config
    def __init__(self, channels: int = 48, patch: int = 2, span: int = 2, width: int = 128, depth: int = 2,
                 heads: int = 4):
        super().__init__()
        token = channels * span * patch ** 2
        self.enter, self.place = nn.Linear(token, width), nn.Linear(PLACE_WIDTH, width, bias=False)
        self.frame = nn.Linear(PLACE_WIDTH, width, bias=False)
        self.time = nn.Sequential(nn.Linear(64, width), nn.SiLU(), nn.Linear(width, width))
        self.space_blocks, self.time_blocks = (
            nn.ModuleList(DiTBlock(width, heads, 0, by_place=False) for _ in range(depth)) for _ in range(2))
        self.leave = FinalLayer(width, token)

    def forward(self, x: Tensor, time: Tensor, known: Tensor) -> Tensor:
        patches = F.pixel_unshuffle(x.unflatten(1, (-1, self.config.span)).flatten(2, 3), self.config.patch)
        count, moments, _, side, _ = patches.shape
        frames = sinusoids((torch.arange(moments, device=x.device) + 0.5) / moments, PLACE_WIDTH, 0.5, 8.0)
        here = self.place(place_code(patch_places(side, x.device))) + known                         # (B, P, W)
        tokens = self.enter(patches.flatten(3).transpose(2, 3)) + here[:, None] + self.frame(frames)[:, None]
        embedding = self.time(sinusoids(time, 64, 0.25, 64.0))                                      # (B, W)
        by_frame, by_place = (embedding.repeat_interleave(each, 0) for each in (moments, side * side))
        for among_places, among_frames in zip(self.space_blocks, self.time_blocks):
            tokens = among_places(tokens.flatten(0, 1), by_frame, None, None).unflatten(0, (count, moments))
            tokens = among_frames(tokens.transpose(1, 2).flatten(0, 1), by_place, None, None)
            tokens = tokens.unflatten(0, (count, -1)).transpose(1, 2)                               # (B, T, P, W)
        tokens = self.leave(tokens.flatten(1, 2), embedding).unflatten(1, (moments, -1))
        patches = tokens.transpose(2, 3).unflatten(3, (side, side))
        return F.pixel_shuffle(patches, self.config.patch).unflatten(2, (self.config.span, -1)).flatten(1, 2)
