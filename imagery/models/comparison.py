"""Do two pictures show the same thing? A siamese network (Bromley et al. 1993) that gives the log-odds of it.

Trained on imagined views beside seen ones, it judges when a mental image has come to match; trained on pairs as they
are seen, at any angle, it is the theory that nothing need be imagined.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

from imagery.models.blocks import PLACE_WIDTH, ResBlock, TransformerBlock, patch_places, place_code
from imagery.models.turning import grey

PATCH = 4                                         # pixels


@dataclass(frozen=True)
class Compared:
    """A batch for learning: pictures `first` and `second` (B, 1 or 3, S, S) in [-1, 1], and whether they count as the
    `same`, (B,) of bool."""

    first: Tensor
    second: Tensor
    same: Tensor


class Comparison(ModelMixin, ConfigMixin):
    """Log-odds (B,) that pictures (B, 1 or 3, `size`, `size`) show the same; which is the first does not matter.

    Both go through one network. Each place then knows what the other picture shows there, looks around in its own
    picture and in all of the other, and the places of both vote.
    """

    @register_to_config
    def __init__(self, size: int = 64, width: int = 64, deep: int = 128, layers: int = 2, heads: int = 4):
        super().__init__()
        self.trunk = nn.Sequential(nn.PixelUnshuffle(PATCH), nn.Conv2d(PATCH ** 2, width, 3, padding=1),
                                   ResBlock(width, width), nn.Conv2d(width, deep, 3, 2, 1), ResBlock(deep, deep))
        self.beside, self.place = nn.Linear(2 * deep, deep), nn.Linear(PLACE_WIDTH, deep)
        self.exchange = nn.ModuleList(TransformerBlock(deep, heads, context=deep) for _ in range(layers))
        self.vote = nn.Sequential(nn.LayerNorm(deep), nn.Linear(deep, deep), nn.GELU(), nn.Linear(deep, 1))

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        if len(first) != len(second):
            raise ValueError(f"{len(first)} and {len(second)} pictures are no pairs; give as many of both")
        both = torch.cat([grey(each, self.config.size) for each in (first, second)])
        tokens = self.trunk(both).flatten(2).transpose(1, 2)                                    # (2B, T, D)
        tokens = self.beside(torch.cat([tokens, tokens - _other(tokens)], -1))
        tokens = tokens + self.place(place_code(patch_places(self.config.size // (2 * PATCH), both.device)))
        for layer in self.exchange:
            tokens = layer(tokens, None, context=_other(tokens))
        return self.vote(tokens).float().mean((1, 2)).unflatten(0, (2, -1)).sum(0)

    def loss(self, batch: Compared, generator: torch.Generator | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        """Binary cross-entropy; `right` is the share judged right."""
        odds = self(batch.first, batch.second)
        right = (odds > 0) == batch.same
        return F.binary_cross_entropy_with_logits(odds, batch.same.float()), {"right": right.float().mean()}


def _other(both: Tensor) -> Tensor:
    """What belongs to the other picture of each pair, of (2B, ...)."""
    return both.roll(len(both) // 2, 0)
