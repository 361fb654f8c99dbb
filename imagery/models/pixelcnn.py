"""Gated PixelCNN (van den Oord et al. 2016, arXiv 1606.05328): tokens row by row, by convolutions that see what is
above and to the left.

The paper masks kernels; here the picture is moved by one place first and kernels reach up and to the left only, which
is the same. A vertical stack sees all that is above, a horizontal one what is to the left: there is no blind spot.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn

from imagery.models.blocks import PLACE_WIDTH, Attention, patch_places, place_code
from imagery.models.chance import row_by_row
from imagery.models.tokenwise import Autoregressive, Tokeniser, both_ways, categorical, guided


def gate(x: Tensor) -> Tensor:
    """tanh of one half of the channels times the sigmoid of the other (Eq. 2)."""
    signal, share = x.chunk(2, 1)
    return signal.tanh() * share.sigmoid()


class GatedLayer(nn.Module):
    """One layer of both stacks (Figure 2), told by a map `told` (B, W, S, S) (Eq. 5). Both add to what they get, not
    the horizontal one alone."""

    def __init__(self, width: int, kernel: int):
        super().__init__()
        self.reach = kernel // 2
        self.above = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel))
        self.left = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.across = nn.Conv2d(2 * width, 2 * width, 1)
        self.told = nn.Conv2d(width, 4 * width, 1, bias=False)
        self.out = nn.Conv2d(width, width, 1)

    def down(self, vertical: Tensor, told: Tensor) -> tuple[Tensor, Tensor]:
        """The vertical stack after this layer, (B, W, S, S), and what it tells the horizontal one, (B, 2W, S, S)."""
        down, right = self.told(told).chunk(2, 1)
        above = self.above(F.pad(vertical, (self.reach, self.reach, self.reach, 0)))
        return vertical + gate(above + down), self.across(above) + right

    def right(self, horizontal: Tensor, note: Tensor) -> Tensor:
        """The horizontal stack after this layer, each row by itself, (B, W, S, S)."""
        return horizontal + self.out(gate(self.left(F.pad(horizontal, (self.reach, 0))) + note))


class PixelCNN(Autoregressive):
    """p(tokens | told) as a product over places and, within each, over its Q tokens, as red, then green, then blue.

    Every place attends to what is told.
    """

    @register_to_config
    def __init__(self, tokeniser: Tokeniser = "vqvae", code: dict[str, Any] | None = None, context_width: int = 256,
                 width: int = 96, layers: int = 8, kernel: int = 5, heads: int = 4):
        super().__init__(tokeniser, code, context_width, width)
        depth, values = self.codec.depth, self.codec.values
        self.enter = nn.ModuleList(nn.Embedding(values, width) for _ in range(depth))
        self.within = nn.ModuleList(nn.Embedding(values, width) for _ in range(depth - 1))
        self.where, self.attention = nn.Linear(PLACE_WIDTH, width), Attention(width, heads, width)
        self.stack = nn.ModuleList(GatedLayer(width, kernel) for _ in range(layers))
        self.leave = nn.ModuleList(
            nn.Sequential(nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, values))
            for _ in range(depth))
        self.register_buffer("places", place_code(patch_places(self.codec.grid)), persistent=False)

    def told(self, rows: Tensor, heard: Tensor) -> Tensor:
        """What each place hears, (B, W, S, S)."""
        where = self.where(self.places)
        told = where + self.attention(where.expand(len(rows), -1, -1), rows, heard)
        return told.transpose(1, 2).unflatten(2, self.shape[:2])

    def _entered(self, tokens: Tensor) -> Tensor:
        """(B, H, S, Q) -> (B, W, H, S)"""
        return sum(embed(tokens[..., q]) for q, embed in enumerate(self.enter)).movedim(-1, 1)

    def above(self, tokens: Tensor, told: Tensor) -> list[Tensor]:
        """What each layer knows of the rows above each place, (B, 2W, H, S), from tokens (B, H, S, Q) and told
        (B, W, H, S) of the first H rows."""
        vertical, notes = F.pad(self._entered(tokens), (0, 0, 1, -1)), []
        for layer in self.stack:
            vertical, note = layer.down(vertical, told)
            notes.append(note)
        return notes

    def along(self, tokens: Tensor, notes: list[Tensor]) -> Tensor:
        """What is known at each place before its own tokens, (B, H, S, W), from tokens (B, H, S, Q) of any rows and
        what is known of those above them."""
        horizontal = F.pad(self._entered(tokens), (1, -1))
        for layer, note in zip(self.stack, notes):
            horizontal = layer.right(horizontal, note)
        return horizontal.movedim(1, -1)

    def log_probs(self, tokens: Tensor, rows: Tensor, heard: Tensor) -> Tensor:
        tokens = tokens.unflatten(1, self.shape)
        state, found = self.along(tokens, self.above(tokens, self.told(rows, heard))), []
        for q, leave in enumerate(self.leave):
            logits = leave(state).float()
            found.append(-F.cross_entropy(logits.movedim(-1, 1), tokens[..., q], reduction="none"))
            if q < len(self.within):
                state = state + self.within[q](tokens[..., q])
        return torch.stack(found, -1).flatten(1)

    @torch.no_grad()
    def draw_tokens(self, rows: Tensor, heard: Tensor, seed: int = 0, guidance: float = 1.0,
                    temperature: float = 1.0) -> Tensor:
        """One after another: what is above is looked at once a row, what is to the left for each place."""
        draw, count = row_by_row(len(rows), seed), len(rows)
        rows, heard = both_ways(rows, heard, guidance)
        told, times = self.told(rows, heard), len(rows) // count
        tokens = torch.zeros(count, *self.shape, dtype=torch.long, device=rows.device)
        for y in range(self.codec.grid):
            notes = self.above(tokens[:, :y + 1].repeat(times, 1, 1, 1), told[:, :, :y + 1])
            notes = [note[:, :, y:] for note in notes]
            for x in range(self.codec.grid):
                state = self.along(tokens[:, y:y + 1].repeat(times, 1, 1, 1), notes)[:, 0, x]
                for q, leave in enumerate(self.leave):
                    tokens[:, y, x, q] = categorical(guided(leave(state).float(), guidance) / temperature, draw)
                    if q < len(self.within):
                        state = state + self.within[q](tokens[:, y, x, q].repeat(times))
        return tokens.flatten(1)
