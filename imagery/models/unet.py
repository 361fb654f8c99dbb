"""The U-Net of every diffusion and flow model here (Ho et al. 2020; text cross-attention as in arXiv 2112.10752)."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

from imagery.models.blocks import PLACE_WIDTH, Attention, ResBlock, patch_places, place_code, sinusoids


def offset_code(words: Tensor, places: Tensor) -> Tensor:
    """Where words point to, seen from places: the place codes of words (..., W) turned back by those of places
    (..., W), which makes them codes of the difference (sin(a - b), cos(a - b) of each frequency)."""
    word, place = words.unflatten(-1, (2, 2, -1)), places.unflatten(-1, (2, 2, -1))             # x or y; sine or cosine
    sine = word[..., 0, :] * place[..., 1, :] - word[..., 1, :] * place[..., 0, :]
    cosine = word[..., 1, :] * place[..., 1, :] + word[..., 0, :] * place[..., 0, :]
    return torch.stack([sine, cosine], -2).flatten(-3)


class PlaceAttention(nn.Module):
    """Every place hears the words that say "here": what they name, and how far off from here they put it.

    A word's weight is the match of its place code, which ends its context, with the place's own code, and a learned
    readiness of the word. Starts without effect.
    """

    def __init__(self, channels: int, context: int):
        super().__init__()
        self.gain = nn.Parameter(torch.tensor(0.4))
        self.readiness, self.what = nn.Linear(context, 1), nn.Linear(context, 2 * channels)
        self.offset, self.out = nn.Linear(PLACE_WIDTH, 2 * channels), nn.Linear(2 * channels, channels)
        nn.init.zeros_(self.readiness.weight)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, x: Tensor, context: Tensor, mask: Tensor) -> Tensor:
        """x (B, C, S, S), words (B, T, D) whose last 64 numbers say where, mask (B, T) -> (B, C, S, S)."""
        code, where = place_code(patch_places(x.shape[-1], x.device)), context[..., -PLACE_WIDTH:].float()
        logits = self.gain * (where @ code.T).transpose(1, 2) + self.readiness(context).float().transpose(1, 2)
        weights = logits.masked_fill(~mask[:, None, :], float("-inf")).softmax(-1)                  # (B, S * S, T)
        offset = offset_code(weights @ where, code)
        heard = self.out(F.silu(weights.to(context.dtype) @ self.what(context)) * self.offset(offset))
        return x + heard.transpose(1, 2).unflatten(2, x.shape[-2:])


class AttentionBlock(nn.Module):
    """Self-attention among image tokens, then cross-attention to text kept apart from it.

    Image tokens carry sinusoidal codes of their place at unit scale, in queries and keys, so that a word which says
    where can find its place. (One softmax over patches and words drowns the few words.)
    """

    def __init__(self, channels: int, heads: int, context: int):
        super().__init__()
        self.norm1 = nn.GroupNorm(8, channels)
        self.place1, self.self_attention = nn.Linear(PLACE_WIDTH, channels), Attention(channels, heads)
        self.norm2 = nn.GroupNorm(8, channels)
        self.place2, self.cross_attention = nn.Linear(PLACE_WIDTH, channels), Attention(channels, heads, context)

    def forward(self, x: Tensor, context: Tensor, mask: Tensor) -> Tensor:
        square = x.shape[-2:]
        code = place_code(patch_places(x.shape[-1], x.device))                         # (T, P)
        tokens = self.norm1(x).flatten(2).transpose(1, 2) + self.place1(code)                       # (B, T, C)
        x = x + self.self_attention(tokens).transpose(1, 2).unflatten(2, square)
        tokens = self.norm2(x).flatten(2).transpose(1, 2) + self.place2(code)
        return x + self.cross_attention(tokens, context, mask).transpose(1, 2).unflatten(2, square)


class Stage(nn.Module):
    """A residual block and, where asked for, attention by place, and among places and to words."""

    def __init__(self, channels: int, out: int, embedding: int, context: int, by_place: bool, heads: int | None):
        super().__init__()
        self.residual = ResBlock(channels, out, embedding)
        self.place = PlaceAttention(out, context) if by_place else None
        self.attention = AttentionBlock(out, heads, context) if heads else None

    def forward(self, x: Tensor, embedding: Tensor, context: Tensor, mask: Tensor) -> Tensor:
        x = self.residual(x, embedding)
        x = self.place(x, context, mask) if self.place else x
        return self.attention(x, context, mask) if self.attention else x


class UNet(ModelMixin, ConfigMixin):
    """U-Net over a square latent with time and text; at the finest level, places attend only to words about them.

    forward: x (B, in_channels, S, S), time (B,) in [0, 1], context (B, T, context_width), whose last 64
    numbers are place codes, mask (B, T) of bool -> (B, in_channels, S, S). Without `by_place`, words are in no place:
    the first of them, which stands for the whole text, then sets gains and shifts everywhere, as time does. A hint
    (B, hint_channels, S, S) is seen beside x.
    """

    @register_to_config
    def __init__(self, in_channels: int = 48, channels: tuple[int, ...] = (96, 160), blocks: int = 1, heads: int = 4,
                 context_width: int = 256, by_place: bool = True, hint_channels: int = 0):
        super().__init__()
        channels = tuple(channels)
        embedding = 4 * channels[0]

        def stage(given: int, wide: int, level: int) -> Stage:
            return Stage(given, wide, embedding, context_width, by_place, heads if level else None)

        self.whole = None if by_place else nn.Sequential(nn.Linear(context_width, embedding), nn.SiLU(),
                                                         nn.Linear(embedding, embedding))
        self.time = nn.Sequential(nn.Linear(64, embedding), nn.SiLU(), nn.Linear(embedding, embedding))
        self.enter = nn.Conv2d(in_channels + hint_channels, channels[0], 3, padding=1)
        self.down, self.shrink, self.up, self.grow = (nn.ModuleList() for _ in range(4))
        last = channels[0]
        for level, wide in enumerate(channels):
            if level:
                self.shrink.append(nn.Conv2d(last, wide, 3, 2, 1))
            self.down.append(nn.ModuleList(stage(wide, wide, level) for _ in range(blocks)))
            last = wide
        self.middle = stage(last, last, len(channels))
        for level, wide in reversed(list(enumerate(channels))):
            self.up.append(nn.ModuleList(stage(2 * wide, wide, level) for _ in range(blocks)))
            if level:
                self.grow.append(nn.Conv2d(wide, channels[level - 1], 3, 1, 1))
        self.leave = nn.Sequential(nn.GroupNorm(8, channels[0]), nn.SiLU(),
                                   nn.Conv2d(channels[0], in_channels, 3, padding=1))
        nn.init.zeros_(self.leave[-1].weight)
        nn.init.zeros_(self.leave[-1].bias)
        self.pass_on = nn.Linear(embedding, in_channels)           # share of the input in the output, by time
        nn.init.zeros_(self.pass_on.weight)
        nn.init.zeros_(self.pass_on.bias)

    def forward(self, x: Tensor, time: Tensor, context: Tensor, mask: Tensor, hint: Tensor | None = None) -> Tensor:
        embedding = self.time(sinusoids(time, 64, 0.25, 64.0))
        if self.whole:
            embedding = embedding + self.whole(context[:, 0])
        h, skips = self.enter(x if hint is None else torch.cat([x, hint.to(x)], 1)), []
        for level, stages in enumerate(self.down):
            h = self.shrink[level - 1](h) if level else h
            for stage in stages:
                h = stage(h, embedding, context, mask)
                skips.append(h)
        h = self.middle(h, embedding, context, mask)
        for level, stages in enumerate(self.up):
            h = self.grow[level - 1](F.interpolate(h, scale_factor=2.0)) if level else h
            for stage in stages:
                h = stage(torch.cat([h, skips.pop()], 1), embedding, context, mask)
        return self.leave(h) + self.pass_on(embedding)[..., None, None] * x
