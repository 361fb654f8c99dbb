"""Masked parallel decoding (Chang et al. 2022, arXiv 2202.04200): all tokens are guessed at once, the surest kept and
the others guessed again."""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as F
from diffusers.configuration_utils import register_to_config
from torch import Tensor

from imagery.models.chance import row_by_row
from imagery.models.examples import Example
from imagery.models.imaginer import Lesson
from imagery.models.stream import Stream
from imagery.models.tokenwise import Tokeniser, Tokenwise, both_ways, categorical, guided

SMOOTHING = 0.1                                   # of labels (Section 4)


def masked_share(done: Tensor | float) -> Tensor:
    """The cosine schedule gamma(r) = cos(pi r / 2): share of tokens masked at progress r in [0, 1] (Section 3.3)."""
    return torch.cos(torch.as_tensor(done, dtype=torch.float64) * math.pi / 2)


def still_masked(step: int, steps: int, length: int) -> int:
    """Tokens masked after so many of the steps: ceil(gamma(step / steps) length) (Section 3.2), at least one fewer each
    time."""
    count = math.ceil(float(masked_share(step / steps)) * length - 1e-9)
    return min(count, length - step)


class MaskGIT(Tokenwise):
    """Masked tokens from those that are known and what is told."""

    @register_to_config
    def __init__(self, tokeniser: Tokeniser = "vqvae", code: dict[str, Any] | None = None, context_width: int = 256,
                 width: int = 192, layers: int = 6, heads: int = 6):
        super().__init__(tokeniser, code, context_width, width)
        self.stream = Stream(self.shape, self.codec.values, width, layers, heads, causal=False)

    def loss(self, batch: Lesson | Example | Tensor,
             generator: torch.Generator | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        """Cross-entropy of masked tokens, a random share of them by the schedule (Eq. 1); `right` is the share guessed.
        """
        tokens, rows, heard = self.lesson(batch)
        count = (masked_share(torch.rand(len(tokens), generator=generator)) * self.length).ceil()
        rank = torch.rand(tokens.shape, generator=generator).argsort(1).argsort(1)
        masked = (rank < count[:, None]).to(tokens.device)
        logits = self.stream(rows, heard, tokens.masked_fill(masked, self.stream.unknown))[masked]
        wanted = tokens[masked]
        right = (logits.argmax(1) == wanted).float().mean()
        return F.cross_entropy(logits, wanted, label_smoothing=SMOOTHING), {"right": right}

    @torch.no_grad()
    def draw_tokens(self, rows: Tensor, heard: Tensor, seed: int = 0, guidance: float = 1.0, steps: int = 8,
                    temperature: float = 4.5) -> Tensor:
        """In so many steps (Section 3.2). What is sure is log p of what was drawn and, falling to none, as many times
        Gumbel noise as `temperature` says, without which all pictures would come out alike."""
        if not 1 <= steps <= self.length:
            raise ValueError(f"{steps} steps do not suit {self.length} tokens: give 1 to {self.length}")
        draw, count = row_by_row(len(rows), seed), len(rows)
        rows, heard = both_ways(rows, heard, guidance)
        tokens = torch.full((count, self.length), self.stream.unknown, device=rows.device)
        for step in range(1, steps + 1):
            logits = self.stream(rows, heard, tokens.repeat(len(rows) // count, 1))
            log_p = guided(logits, guidance).log_softmax(-1)                                        # (B, N, V)
            drawn = torch.where(tokens == self.stream.unknown, categorical(log_p, draw), tokens)
            sure = log_p.gather(-1, drawn[..., None])[..., 0]
            gumbel = -(-draw(sure).clamp(1e-9, 1 - 1e-7).log()).log()
            sure = sure + temperature * (1 - step / steps) * gumbel
            sure = sure.masked_fill(tokens != self.stream.unknown, float("inf"))
            again = sure.argsort(1).argsort(1) < still_masked(step, steps, self.length)
            tokens = drawn.masked_fill(again, self.stream.unknown)
        return tokens
