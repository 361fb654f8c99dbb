"""The U-Net of every diffusion and flow model here (Ho et al. 2020; text cross-attention as in arXiv 2112.10752)."""

from __future__ import annotations

import torch
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

from imagery.models.blocks import Attention, ResBlock, patch_places, place_code, sinusoids


class PlaceAttention(nn.Module):
    """Attention of every place to the words that say "here": a word's weight is the match of its place code, which ends
    its context, with the place's own code, and a learned readiness of the word. Starts without effect."""

    def __init__(self, channels: int, context: int):
        super().__init__()
        self.gain = nn.Parameter(torch.tensor(0.4))
        self.readiness, self.value = nn.Linear(context, 1), nn.Linear(context, channels)
        self.out = nn.Linear(channels, channels)
        nn.init.zeros_(self.readiness.weight)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, code: Tensor, context: Tensor, mask: Tensor) -> Tensor:
        """Codes of places (P, W), words (B, T, D) with W last numbers for where, mask (B, T) -> (B, P, channels)."""
        match = (context[..., -code.shape[-1]:].float() @ code.T).transpose(1, 2)                   # (B, P, T)
        logits = self.gain * match + self.readiness(context).float().transpose(1, 2)
        weights = logits.masked_fill(~mask[:, None, :], float("-inf")).softmax(-1)
        return self.out(weights.to(context.dtype) @ self.value(context))


class AttentionBlock(nn.Module):
    """Self-attention among image tokens, then cross-attention to text kept apart from it, by content and by place.

    Image tokens carry sinusoidal codes of their place at unit scale, in queries and keys, so that a word which says
    where can find its place. (One softmax over patches and words drowns the few words.)
    """

    PLACE_WIDTH = 64

    def __init__(self, channels: int, heads: int, context: int):
        super().__init__()
        self.norm1 = nn.GroupNorm(8, channels)
        self.place1, self.self_attention = nn.Linear(self.PLACE_WIDTH, channels), Attention(channels, heads)
        self.norm2 = nn.GroupNorm(8, channels)
        self.place2, self.cross_attention = nn.Linear(self.PLACE_WIDTH, channels), Attention(channels, heads, context)
        self.place_attention = PlaceAttention(channels, context)

    def forward(self, x: Tensor, context: Tensor, mask: Tensor) -> Tensor:
        height, width = x.shape[-2:]
        code = place_code(patch_places(width, x.device), self.PLACE_WIDTH)                          # (T, P)
        tokens = self.norm1(x).flatten(2).transpose(1, 2) + self.place1(code)                       # (B, T, C)
        x = x + self.self_attention(tokens).transpose(1, 2).unflatten(2, (height, width))
        tokens = self.norm2(x).flatten(2).transpose(1, 2) + self.place2(code)
        heard = self.cross_attention(tokens, context, mask) + self.place_attention(code, context, mask)
        return x + heard.transpose(1, 2).unflatten(2, (height, width))


class UNet(ModelMixin, ConfigMixin):
    """U-Net over a square latent with time and text.

    forward: x (B, in_channels, S, S), time (B,) in [0, 1], context (B, T, context_width), whose last 64
    numbers are place codes, mask (B, T) of bool -> (B, in_channels, S, S).
    """

    @register_to_config
    def __init__(self, in_channels: int = 48, channels: tuple[int, ...] = (96, 160), blocks: int = 2, heads: int = 4,
                 context_width: int = 256):
        super().__init__()
        channels = tuple(channels)
        embedding = 4 * channels[0]
        self.time = nn.Sequential(nn.Linear(64, embedding), nn.SiLU(), nn.Linear(embedding, embedding))
        self.enter = nn.Conv2d(in_channels, channels[0], 3, padding=1)
        self.down, self.shrink, self.up, self.grow = (nn.ModuleList() for _ in range(4))
        skips, last = [], channels[0]
        for level, wide in enumerate(channels):
            for _ in range(blocks):
                self.down.append(self._stage(last, wide, embedding, heads, context_width))
                last = wide
                skips.append(wide)
            self.shrink.append(nn.Conv2d(wide, wide, 3, 2, 1) if level + 1 < len(channels) else nn.Identity())
        for level, wide in reversed(list(enumerate(channels))):
            for _ in range(blocks):
                self.up.append(self._stage(last + skips.pop(), wide, embedding, heads, context_width))
                last = wide
            self.grow.append(nn.Sequential(nn.Upsample(scale_factor=2.0), nn.Conv2d(wide, channels[level - 1], 3, 1, 1))
                             if level else nn.Identity())
            last = channels[level - 1] if level else last
        self.leave = nn.Sequential(nn.GroupNorm(8, last), nn.SiLU(), nn.Conv2d(last, in_channels, 3, padding=1))
        nn.init.zeros_(self.leave[-1].weight)
        nn.init.zeros_(self.leave[-1].bias)
        self.pass_on = nn.Linear(embedding, in_channels)           # share of the input in the output, by time
        nn.init.zeros_(self.pass_on.weight)
        nn.init.zeros_(self.pass_on.bias)

    @staticmethod
    def _stage(channels: int, out: int, embedding: int, heads: int, context: int) -> nn.ModuleList:
        return nn.ModuleList([ResBlock(channels, out, embedding), AttentionBlock(out, heads, context)])

    def forward(self, x: Tensor, time: Tensor, context: Tensor, mask: Tensor) -> Tensor:
        embedding = self.time(sinusoids(time, 64, 0.25, 64.0))
        blocks = self.config.blocks
        h, skips = self.enter(x), []
        for index, (residual, attention) in enumerate(self.down):
            h = attention(residual(h, embedding), context, mask)
            skips.append(h)
            if (index + 1) % blocks == 0:
                h = self.shrink[index // blocks](h)
        for index, (residual, attention) in enumerate(self.up):
            h = attention(residual(torch.cat([h, skips.pop()], 1), embedding), context, mask)
            if (index + 1) % blocks == 0:
                h = self.grow[index // blocks](h)
        return self.leave(h) + self.pass_on(embedding)[..., None, None] * x
