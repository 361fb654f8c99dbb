"""Blocks that every network here shares: sinusoidal codes, attention, feed-forward, residual convolution."""

from __future__ import annotations

from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor, nn

PLACE_WIDTH = 64                                  # of the code of a place


def sinusoids(values: Tensor, width: int, low: float, high: float) -> Tensor:
    """Sines and cosines of `values` (...) at `width`/2 frequencies, `low` to `high` cycles a unit: (..., width)."""
    steps = torch.linspace(0, 1, width // 2, device=values.device, dtype=torch.float32)
    angles = 2 * torch.pi * values.float().unsqueeze(-1) * low * (high / low) ** steps
    return torch.cat([angles.sin(), angles.cos()], -1)


def place_code(places: Tensor) -> Tensor:
    """Code of places (..., 2) in [0, 1]: half of it for x, half for y, from 1/2 to 8 cycles across, (..., 64)."""
    return sinusoids(places, PLACE_WIDTH // 2, 0.5, 8.0).flatten(-2)


@cache
def patch_places(grid: int, device: torch.device | None = None) -> Tensor:
    """Centres of a grid x grid array of patches, row by row: (grid * grid, 2) as (x, y) in [0, 1]."""
    centres = (torch.arange(grid, device=device) + 0.5) / grid
    y, x = torch.meshgrid(centres, centres, indexing="ij")
    return torch.stack([x, y], -1).flatten(0, 1)


def rotate(x: Tensor) -> Tensor:
    """Rotary position code on (B, heads, T, d) (Su et al. 2021, arXiv 2104.09864, Eq. 34)."""
    length, half = x.shape[-2], x.shape[-1] // 2
    rates = 100.0 ** -(torch.arange(half, device=x.device, dtype=torch.float32) / half)
    angles = torch.arange(length, device=x.device, dtype=torch.float32)[:, None] * rates
    cos, sin = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
    first, second = x[..., :half], x[..., half:]
    return torch.cat([first * cos - second * sin, second * cos + first * sin], -1)


def attend(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None) -> Tensor:
    """softmax(QK / sqrt d) V (Vaswani et al. 2017, Eq. 1).

    On a CPU with these short sequences, plain products train faster than torch's fused kernel, whose backward
    pass took a third of a step.
    """
    if query.is_cuda:
        return F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
    scores = (query * query.shape[-1] ** -0.5) @ key.transpose(-1, -2)
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return scores.softmax(-1).to(value.dtype) @ value


class Attention(nn.Module):
    """Multi-head attention (Vaswani et al. 2017, Eq. 1), of tokens to themselves or to a context.

    With `rotary`, self-attention sees relative positions. A boolean `mask` marks the context tokens that count, for
    all (B, S) or for each token (B, T, S).
    """

    def __init__(self, width: int, heads: int, context: int | None = None, rotary: bool = False):
        super().__init__()
        self.heads, self.rotary = heads, rotary
        self.query = nn.Linear(width, width, bias=False)
        self.key_value = nn.Linear(context or width, 2 * width, bias=False)
        self.out = nn.Linear(width, width)

    def forward(self, x: Tensor, context: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        context = x if context is None else context
        query = self.query(x).unflatten(-1, (self.heads, -1)).transpose(1, 2)                       # (B, h, T, d)
        key, value = self.key_value(context).unflatten(-1, (2, self.heads, -1)).permute(2, 0, 3, 1, 4)  # (B, h, S, d)
        if self.rotary:
            query, key = rotate(query), rotate(key)
        if mask is not None:
            mask = mask[:, None, None] if mask.dim() == 2 else mask[:, None]
        return self.out(attend(query, key, value, mask).transpose(1, 2).flatten(2))


class TransformerBlock(nn.Module):
    """Pre-norm self-attention with rotary positions, attention to a context of width `context` if given, and
    feed-forward."""

    def __init__(self, width: int, heads: int, context: int | None = None):
        super().__init__()
        self.norm1, self.attention = nn.LayerNorm(width), Attention(width, heads, rotary=True)
        if context:
            self.norm3, self.cross_attention = nn.LayerNorm(width), Attention(width, heads, context)
        self.norm2 = nn.LayerNorm(width)
        self.feed = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x: Tensor, mask: Tensor, context: Tensor | None = None) -> Tensor:
        x = x + self.attention(self.norm1(x), mask=mask)
        if context is not None:
            x = x + self.cross_attention(self.norm3(x), context)
        return x + self.feed(self.norm2(x))


class ResBlock(nn.Module):
    """Two convolutions, 3 wide, of planes or of `volumes`, with a residual path; an embedding of planes, if any, scales
    and shifts (FiLM) in between."""

    def __init__(self, channels: int, out: int, embedding: int | None = None, volumes: bool = False):
        super().__init__()
        conv = nn.Conv3d if volumes else nn.Conv2d
        self.norm1, self.conv1 = nn.GroupNorm(8, channels), conv(channels, out, 3, padding=1)
        self.norm2, self.conv2 = nn.GroupNorm(8, out), conv(out, out, 3, padding=1)
        self.modulate = None if embedding is None else nn.Linear(embedding, 2 * out)
        self.skip = nn.Identity() if channels == out else conv(channels, out, 1)

    def forward(self, x: Tensor, embedding: Tensor | None = None) -> Tensor:
        h = self.norm2(self.conv1(F.silu(self.norm1(x))))
        if self.modulate is not None:
            scale, shift = self.modulate(F.silu(embedding))[..., None, None].chunk(2, 1)
            h = h * (1 + scale) + shift
        return self.skip(x) + self.conv2(F.silu(h))
