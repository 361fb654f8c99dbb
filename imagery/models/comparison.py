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
KIN_WEIGHT = 0.25                                 # of kinship in the loss


@dataclass(frozen=True)
class Compared:
    """A batch for learning: pictures `first` and `second` (B, 1 or 3, S, S) in [-1, 1], whether they count as the
    `same`, (B,) of bool, or at least are of one figure, however it is turned or mirrored (`kin`)."""

    first: Tensor
    second: Tensor
    same: Tensor
    kin: Tensor


@dataclass(frozen=True)
class Judged:
    """Log-odds (B,) that pictures show the `same`, and that they show `kin`."""

    same: Tensor
    kin: Tensor


class Comparison(ModelMixin, ConfigMixin):
    """Judges pictures (B, 1 or 3, `size`, `size`); which is the first does not matter.

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
        self.vote = nn.Sequential(nn.LayerNorm(deep), nn.Linear(deep, deep), nn.GELU(), nn.Linear(deep, 2))

    def forward(self, first: Tensor, second: Tensor) -> Judged:
        if len(first) != len(second):
            raise ValueError(f"{len(first)} and {len(second)} pictures are no pairs; give as many of both")
        both = torch.cat([grey(each, self.config.size) for each in (first, second)])
        tokens = self.trunk(both).flatten(2).transpose(1, 2)                                    # (2B, T, D)
        tokens = self.beside(torch.cat([tokens, tokens - _other(tokens)], -1))
        tokens = tokens + self.place(place_code(patch_places(self.config.size // (2 * PATCH), both.device)))
        for layer in self.exchange:
            tokens = layer(tokens, None, context=_other(tokens))
        votes = self.vote(tokens).float().mean(1).unflatten(0, (2, -1)).sum(0)                  # (B, 2)
        return Judged(votes[:, 0], votes[:, 1])

    def loss(self, batch: Compared, generator: torch.Generator | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        """Binary cross-entropies; `right` is the share judged right."""
        judged = self(batch.first, batch.second)
        same, kin = (F.binary_cross_entropy_with_logits(odds, wanted.float()) for odds, wanted in
                     ((judged.same, batch.same), (judged.kin, batch.kin)))
        return same + KIN_WEIGHT * kin, {"right": ((judged.same > 0) == batch.same).float().mean()}


def _other(both: Tensor) -> Tensor:
    """What belongs to the other picture of each pair, of (2B, ...)."""
    return both.roll(len(both) // 2, 0)
