"""Text first, then the picture token by token: a decoder-only transformer over a codec's tokens, as in DALL-E (Ramesh
et al. 2021, arXiv 2102.12092, Section 2).

Words come encoded by the verbal channel, so they are heard but not predicted.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from diffusers.configuration_utils import register_to_config
from torch import Tensor

from imagery.models.chance import row_by_row
from imagery.models.stream import Past, Stream
from imagery.models.tokenwise import Autoregressive, Tokeniser, both_ways, categorical, guided


class TokenTransformer(Autoregressive):
    """p(tokens | told) as a product over tokens."""

    @register_to_config
    def __init__(self, tokeniser: Tokeniser = "vqvae", code: dict[str, Any] | None = None, context_width: int = 256,
                 width: int = 192, layers: int = 6, heads: int = 6):
        super().__init__(tokeniser, code, context_width, width)
        self.stream = Stream(self.shape, self.codec.values, width, layers, heads, causal=True)

    def log_probs(self, tokens: Tensor, rows: Tensor, heard: Tensor) -> Tensor:
        before = F.pad(tokens[:, :-1], (1, 0), value=self.stream.unknown)
        logits = self.stream(rows, heard, before)
        return -F.cross_entropy(logits.transpose(1, 2), tokens, reduction="none")

    @torch.no_grad()
    def draw_tokens(self, rows: Tensor, heard: Tensor, seed: int = 0, guidance: float = 1.0,
                    temperature: float = 1.0) -> Tensor:
        """One after another. What went before is heard by keys and values that are kept, so a token costs one row."""
        draw, count = row_by_row(len(rows), seed), len(rows)
        rows, heard = both_ways(rows, heard, guidance)
        told, mask = rows.shape[1], self.stream.mask(heard, self.length)
        pasts: list[Past] = [[] for _ in self.stream.blocks]
        tokens = torch.full((count, self.length + 1), self.stream.unknown, device=rows.device)      # from a start on
        for i in range(self.length):
            before = tokens[:, :-1].repeat(len(rows) // count, 1)
            x = self.stream.located(before)[:, i:i + 1]
            x, first = (torch.cat([rows, x], 1), 0) if i == 0 else (x, told + i)
            logits = self.stream.run(x, mask[:, first:told + i + 1, :told + i + 1], pasts)[:, -1]
            tokens[:, i + 1] = categorical(guided(logits, guidance) / temperature, draw)
        return tokens[:, 1:]
