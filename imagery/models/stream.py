"""A transformer over one stream: what is told first, then a picture's tokens (Ramesh et al. 2021, arXiv 2102.12092)."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from imagery.models.blocks import PLACE_WIDTH, Attention, attend, patch_places, place_code

Past = list[Tensor]                               # keys and values (B, h, T, d) of what went before; empty at first


class CachedAttention(Attention):
    """Self-attention under a mask (B, T, past + T), which keeps keys and values in `past` if one is given."""

    def forward(self, x: Tensor, mask: Tensor, past: Past | None = None) -> Tensor:
        query = self.query(x).unflatten(-1, (self.heads, -1)).transpose(1, 2)                       # (B, h, T, d)
        key_value = list(self.key_value(x).unflatten(-1, (2, self.heads, -1)).permute(2, 0, 3, 1, 4))
        if past is not None:
            if past:
                key_value = [torch.cat(each, 2) for each in zip(past, key_value)]
            past[:] = key_value
        return self.out(attend(query, *key_value, mask[:, None]).transpose(1, 2).flatten(2))


class StreamBlock(nn.Module):
    """Pre-norm self-attention and feed-forward."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.norm1, self.attention = nn.LayerNorm(width), CachedAttention(width, heads)
        self.norm2 = nn.LayerNorm(width)
        self.feed = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x: Tensor, mask: Tensor, past: Past | None = None) -> Tensor:
        x = x + self.attention(self.norm1(x), mask, past)
        return x + self.feed(self.norm2(x))


class Stream(nn.Module):
    """Logits of tokens, of which there are `values`, on a grid of `shape` (S, S, Q).

    A number more than there are values stands for a token that is not known. Rows that are told hear each other; tokens
    hear all of them, and each other, or if `causal` those up to themselves.
    """

    def __init__(self, shape: tuple[int, int, int], values: int, width: int, layers: int, heads: int, causal: bool):
        super().__init__()
        self.unknown, self.causal = values, causal
        self.embed = nn.Embedding(values + 1, width)
        self.where = nn.Linear(PLACE_WIDTH, width, bias=False)
        self.level = nn.Parameter(0.02 * torch.randn(shape[2], width))
        self.blocks = nn.ModuleList(StreamBlock(width, heads) for _ in range(layers))
        self.leave = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, values))
        self.register_buffer("places", place_code(patch_places(shape[0])), persistent=False)        # (S * S, 64)

    def located(self, tokens: Tensor) -> Tensor:
        """Tokens (B, N) as rows that know where they are, (B, N, width)."""
        where = (self.where(self.places)[:, None] + self.level).flatten(0, 1)
        return self.embed(tokens) + where

    def mask(self, heard: Tensor, count: int) -> Tensor:
        """Who hears whom, of told rows with mask `heard` (B, R) and so many tokens: (B, R + count, R + count)."""
        told, seen = heard.shape[1], torch.ones(count, count, dtype=torch.bool, device=heard.device)
        seen = F.pad(seen.tril() if self.causal else seen, (0, 0, told, 0))
        return torch.cat([heard[:, None].expand(-1, told + count, -1), seen.expand(len(heard), -1, -1)], -1)

    def run(self, x: Tensor, mask: Tensor, pasts: list[Past] | None = None) -> Tensor:
        """Rows (B, T, width) through all blocks to logits (B, T, values)."""
        for block, past in zip(self.blocks, pasts or [None] * len(self.blocks)):
            x = block(x, mask, past)
        return self.leave(x).float()

    def forward(self, rows: Tensor, heard: Tensor, tokens: Tensor) -> Tensor:
        """Told rows (B, R, width) with mask (B, R), then tokens (B, N): logits (B, N, values)."""
        x = torch.cat([rows, self.located(tokens)], 1)
        return self.run(x, self.mask(heard, tokens.shape[1]))[:, rows.shape[1]:]
