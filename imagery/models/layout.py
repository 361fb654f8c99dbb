"""Where things are to be imagined: words that leave room are taken to mean one place.

A description is true of many islands, an image shows one. A flow over the places of all the things named (Lipman et al.
2023), conditioned on their words, decides on places that go together, as people settle on one model of what they are
told (Knauff, Rauh & Schlieder 1995). A word that says nothing of where is left open, for memory or the picture itself.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from imagery.models import processes, samplers
from imagery.models.blocks import PLACE_WIDTH, TransformerBlock, place_code, sinusoids

SAYS_WHERE = 4.5        # squared length of a word's place code above which it says where: exact, 32; bare names, 4
SPREAD = 0.2            # map widths: the unit of places on the flow's path
STEPS = 4


def read_places(where: Tensor) -> Tensor:
    """The places that codes (..., 64) point to on the whole, x and y each by itself, (..., 2)."""
    line = (torch.arange(64, device=where.device) + 0.5) / 64
    code = place_code(torch.stack([line, line], -1)).unflatten(-1, (2, -1))                      # (64, 2, 32)
    return torch.einsum("...cw,ncw->...cn", where.float().unflatten(-1, (2, -1)), code).softmax(-1) @ line


class Layout(nn.Module):
    """Flow over the places of things.

    Things are rows of a context (B, N, D) whose last 64 numbers say where, with a `mask` (B, N); the first row stands
    for the text as a whole. `links` (B, N, N) tell what is named in one sentence, so that what is "just above the hut"
    hears where the hut is: messages pass along them between transformer blocks.
    """

    def __init__(self, context: int, width: int = 128, layers: int = 3, heads: int = 4):
        super().__init__()
        self.enter, self.time = nn.Linear(context + 2 * PLACE_WIDTH + 4, width), nn.Linear(64, width)
        self.messages = nn.ModuleList(nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width))
                                      for _ in range(layers))
        self.blocks = nn.ModuleList(TransformerBlock(width, heads) for _ in range(layers))
        self.leave = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 2))
        nn.init.zeros_(self.leave[-1].weight)
        nn.init.zeros_(self.leave[-1].bias)

    @staticmethod
    def told(context: Tensor, mask: Tensor) -> Tensor:
        """Which things the words place, (B, N)."""
        return mask & (context[..., -PLACE_WIDTH:].float().square().sum(-1) > SAYS_WHERE)

    def forward(self, z: Tensor, t: Tensor, context: Tensor, links: Tensor, mask: Tensor) -> Tensor:
        """Places expected from noisy ones, both (B, N, 2) in units of SPREAD from the map's centre; t (B,)."""
        said = (read_places(context[..., -PLACE_WIDTH:]) - 0.5) / SPREAD
        codes = [place_code(0.5 + SPREAD * place) for place in (z, said)]
        h = self.enter(torch.cat([context, *codes, z, said], -1)) + self.time(sinusoids(t, 64, 0.25, 64.0))[:, None]
        share = links / links.sum(-1, keepdim=True).clamp(min=1)
        attended = mask.clone()
        attended[:, 0] = True
        for message, block in zip(self.messages, self.blocks):
            h = block(h + share.to(h.dtype) @ message(h), attended)
        return said + self.leave(h).float()

    def loss(self, context: Tensor, links: Tensor, mask: Tensor, places: Tensor,
             generator: torch.Generator | None) -> Tensor:
        """Error in the `places` (B, N, 2) of things that the words place."""
        told = self.told(context, mask)
        z0 = torch.where(told[..., None], (places - 0.5) / SPREAD, 0.0)
        eps, t = processes.noise_like(z0, generator), processes.uniform_times(len(z0), generator).to(z0.device)
        error = (self(processes.interpolate(z0, eps, t), t, context, links, mask) - z0) ** 2
        return (processes.x0_weight(t, z0) * error)[told].sum() / (2 * told.sum()).clamp(min=1)

    def placed(self, context: Tensor, mask: Tensor, places: Tensor) -> Tensor:
        """The context with those things at `places` (B, N, 2) that the words place."""
        codes = place_code(places.nan_to_num(0.5)).to(context.dtype)
        where = torch.where(self.told(context, mask)[..., None], codes, context[..., -PLACE_WIDTH:])
        return torch.cat([context[..., :-PLACE_WIDTH], where], -1)

    @torch.no_grad()
    def settle(self, context: Tensor, links: Tensor, mask: Tensor, noise: Tensor) -> Tensor:
        """The context with things at places that the words allow, chosen by `noise` (B, N, 2)."""
        z = samplers.euler(lambda z, t: self(z, t, context, links, mask), noise, torch.linspace(1, 0, STEPS + 1))
        return self.placed(context, mask, 0.5 + SPREAD * z)
