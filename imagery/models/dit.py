"""The diffusion transformer (Peebles & Xie 2023, arXiv 2212.09748), with the same call as the U-Net."""

from __future__ import annotations

from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

from imagery.models.blocks import PLACE_WIDTH, Attention, patch_places, place_code, sinusoids
from imagery.models.unet import PlaceAttention


def modulated(x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
    """x (B, T, D) with gain 1 + scale and shift, (B, D) each."""
    return x * (1 + scale[:, None]) + shift[:, None]


class DiTBlock(nn.Module):
    """Self-attention and feed-forward under adaLN-Zero: an embedding gives each its shift, scale and gate, and at the
    start every gate is 0, so that the block passes on what it gets (Section 3.2, Figure 3). Where words have places,
    the tokens there hear them in between."""

    def __init__(self, width: int, heads: int, context: int, by_place: bool):
        super().__init__()
        self.norm1, self.norm2 = (nn.LayerNorm(width, elementwise_affine=False) for _ in range(2))
        self.attention = Attention(width, heads)
        self.place = PlaceAttention(width, context) if by_place else None
        self.feed = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU("tanh"), nn.Linear(4 * width, width))
        self.modulation = nn.Sequential(nn.SiLU(), nn.Linear(width, 6 * width))
        nn.init.zeros_(self.modulation[-1].weight)
        nn.init.zeros_(self.modulation[-1].bias)

    def forward(self, x: Tensor, embedding: Tensor, context: Tensor, mask: Tensor) -> Tensor:
        shift1, scale1, gate1, shift2, scale2, gate2 = self.modulation(embedding).chunk(6, 1)
        x = x + gate1[:, None] * self.attention(modulated(self.norm1(x), shift1, scale1))
        if self.place:
            side = round(x.shape[1] ** 0.5)
            square = x.transpose(1, 2).unflatten(2, (side, side))
            x = self.place(square, context, mask).flatten(2).transpose(1, 2)
        return x + gate2[:, None] * self.feed(modulated(self.norm2(x), shift2, scale2))


class FinalLayer(nn.Module):
    """Tokens (B, T, W) to what they stand for (B, T, out), under an embedding (B, W) (Fig. 3); zero to begin with."""

    def __init__(self, width: int, out: int):
        super().__init__()
        self.norm = nn.LayerNorm(width, elementwise_affine=False)
        self.modulation = nn.Sequential(nn.SiLU(), nn.Linear(width, 2 * width))
        self.linear = nn.Linear(width, out)
        for layer in (self.modulation[-1], self.linear):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, tokens: Tensor, embedding: Tensor) -> Tensor:
        return self.linear(modulated(self.norm(tokens), *self.modulation(embedding).chunk(2, 1)))


class DiT(ModelMixin, ConfigMixin):
    """Transformer over the places of a square latent, each a token; the codec makes the patches.

    forward: as the U-Net's, x (B, in_channels, S, S), time (B,) in [0, 1], context (B, T, context_width), mask (B, T)
    -> (B, in_channels, S, S). With `by_place`, words are heard at their places; without, the first of them stands for
    all that is said and joins the time (adaLN-Zero, the paper's best way).
    """

    @register_to_config
    def __init__(self, in_channels: int = 48, width: int = 160, depth: int = 6, heads: int = 4,
                 context_width: int = 256, by_place: bool = True):
        super().__init__()
        self.enter, self.place = nn.Linear(in_channels, width), nn.Linear(PLACE_WIDTH, width, bias=False)
        self.time = nn.Sequential(nn.Linear(64, width), nn.SiLU(), nn.Linear(width, width))
        self.whole = None if by_place else nn.Linear(context_width, width)
        self.blocks = nn.ModuleList(DiTBlock(width, heads, context_width, by_place) for _ in range(depth))
        self.leave = FinalLayer(width, in_channels)

    def forward(self, x: Tensor, time: Tensor, context: Tensor, mask: Tensor) -> Tensor:
        square = x.shape[-2:]
        embedding = self.time(sinusoids(time, 64, 0.25, 64.0))
        if self.whole:
            embedding = embedding + self.whole(context[:, 0])
        code = place_code(patch_places(square[0], x.device))
        tokens = self.enter(x.flatten(2).transpose(1, 2)) + self.place(code)
        for block in self.blocks:
            tokens = block(tokens, embedding, context, mask)
        tokens = self.leave(tokens, embedding)
        return tokens.transpose(1, 2).unflatten(2, square)
