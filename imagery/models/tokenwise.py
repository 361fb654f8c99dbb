"""What generators over the tokens of a codec share: the codec, what they hear, and their use.

They are told by words (`Lesson`), or by one vector a picture, as a class of one-hot (`Example`), or not at all.
"""

from __future__ import annotations

import math
from typing import Any, Literal

import torch
from diffusers.configuration_utils import ConfigMixin
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

from imagery.models.chance import Draw
from imagery.models.examples import Example
from imagery.models.imaginer import Lesson
from imagery.models.shades import Shades
from imagery.models.vqvae import VQVAE

TOKENISERS = {"vqvae": VQVAE, "shades": Shades}
Tokeniser = Literal["vqvae", "shades"]


def categorical(logits: Tensor, draw: Draw) -> Tensor:
    """One of the last axis, drawn for each: (B, ..., V) -> (B, ...)."""
    below = logits.double().softmax(-1).cumsum(-1)
    return (below < below[..., -1:] * draw(below[..., 0])[..., None]).sum(-1).clamp(max=logits.shape[-1] - 1)


class Tokenwise(ModelMixin, ConfigMixin):
    """Base of generators over tokens, as many as `length`, row by row of the grid, those of one place together.

    `code` are the arguments of the tokeniser, which was taught beforehand; `context_width` is that of what is told, 0
    if nothing is. All that is heard are rows (B, 1 + N, width), the first of which is there untold too.
    """

    def __init__(self, tokeniser: Tokeniser, code: dict[str, Any] | None, context_width: int, width: int):
        super().__init__()
        self.codec = TOKENISERS[tokeniser](**(code or {})).requires_grad_(False)
        self.shape = (self.codec.grid, self.codec.grid, self.codec.depth)
        self.length = math.prod(self.shape)
        self.start = nn.Parameter(torch.zeros(1, 1, width))
        self.words = nn.Linear(context_width, width) if context_width else None

    def tokens(self, pictures: Tensor) -> Tensor:
        """(B, 3, H, W) -> (B, length)."""
        with torch.no_grad():
            return self.codec.tokens(pictures).flatten(1)

    def pictures(self, tokens: Tensor) -> Tensor:
        """(B, length) -> (B, 3, H, W) in [-1, 1]."""
        with torch.no_grad():
            return self.codec.pictures(tokens.unflatten(1, self.shape))

    def hear(self, count: int, context: Tensor | None, mask: Tensor | None) -> tuple[Tensor, Tensor]:
        """What is told `count` times by context (B, N, D) with mask (B, N), as rows (B, 1 + N, width) and mask."""
        rows, heard = self.start.expand(count, -1, -1), self.start.new_ones(count, 1, dtype=torch.bool)
        if context is None or not self.words:
            return rows, heard
        if context.shape[::2] != (count, self.words.in_features) or mask.shape != context.shape[:2]:
            raise ValueError(f"a context of shape {tuple(context.shape)} with a mask of shape {tuple(mask.shape)} does "
                             f"not fit: give ({count}, N, {self.words.in_features}) and ({count}, N)")
        return torch.cat([rows, self.words(context.to(rows))], 1), torch.cat([heard, mask.to(heard)], 1)

    def lesson(self, batch: Lesson | Example | Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Tokens of a batch, rows of what is told, and their mask."""
        context = mask = None
        if isinstance(batch, Lesson):
            context, mask = batch.context, batch.mask
        elif isinstance(batch, Example) and batch.condition is not None:
            context, mask = batch.condition[:, None], batch.condition.any(1, keepdim=True)
        pictures = batch if isinstance(batch, Tensor) else batch.pictures
        return self.tokens(pictures), *self.hear(len(pictures), context, mask)

    # ---- use --------------------------------------------------------------------------------------------------------

    def draw_tokens(self, rows: Tensor, heard: Tensor, seed: int, guidance: float, **how: Any) -> Tensor:
        """Tokens (B, length) drawn under what is heard; `guidance` as in `guided`."""
        raise NotImplementedError

    @torch.no_grad()
    def draw(self, context: Tensor, mask: Tensor, seed: int = 0, guidance: float = 1.0, **how: Any) -> Tensor:
        """Pictures (B, 3, H, W) in [-1, 1] of what is told."""
        return self.pictures(self.draw_tokens(*self.hear(len(context), context, mask), seed, guidance, **how))

    @torch.no_grad()
    def sample(self, n: int, seed: int = 0, **how: Any) -> Tensor:
        """n pictures of nothing in particular."""
        return self.pictures(self.draw_tokens(*self.hear(n, None, None), seed, 1.0, **how))


def both_ways(rows: Tensor, heard: Tensor, guidance: float) -> tuple[Tensor, Tensor]:
    """Rows told, and once more as if untold, where guidance needs that: (2B, 1 + N, width) and mask."""
    if guidance == 1.0:
        return rows, heard
    untold = torch.zeros_like(heard)
    untold[:, 0] = True
    return torch.cat([rows, rows]), torch.cat([heard, untold])


def guided(logits: Tensor, guidance: float) -> Tensor:
    """Logits (2B, ...), told and untold, as (B, ...) that lean towards the told (Ho & Salimans 2022, arXiv 2207.12598,
    Eq. 6, of logits); 1 is no guidance, and then they are (B, ...) already."""
    if guidance == 1.0:
        return logits
    told, untold = logits.chunk(2)
    return untold + guidance * (told - untold)


class Autoregressive(Tokenwise):
    """Base of those that give each token's probability after those before it, and so the likelihood of all."""

    def log_probs(self, tokens: Tensor, rows: Tensor, heard: Tensor) -> Tensor:
        """log p of each token, given those before and what is heard: (B, length)."""
        raise NotImplementedError

    def log_likelihood(self, pictures: Tensor, context: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        """log p of the pictures' tokens in nats, exact. (B,)"""
        return self.log_probs(self.tokens(pictures), *self.hear(len(pictures), context, mask)).sum(1)

    def bits_per_dim(self, pictures: Tensor, context: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        """Bits of the tokens, a value of the picture; of the picture itself where the codec loses nothing. (B,)"""
        return -self.log_likelihood(pictures, context, mask) / (math.log(2) * pictures[0].numel())

    def loss(self, batch: Lesson | Example | Tensor,
             generator: torch.Generator | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        """Mean -log p of a token in nats, and in bits."""
        loss = -self.log_probs(*self.lesson(batch)).mean()
        return loss, {"bits_per_token": loss.detach() / math.log(2)}
