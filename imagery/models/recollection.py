"""What things look like by and large, recalled from their names before they are drawn in full.

A flow (Lipman et al. 2023, arXiv 2210.02747) over principal components of coarse pictures, conditioned on the words: a
prior from text to a code of the picture, from which a generator draws (Ramesh et al. 2022, arXiv 2204.06125). People,
too, first form the global shape and then add to it (Kosslyn, Reiser, Farah & Fliegel 1983).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from imagery.models import processes, samplers
from imagery.models.blocks import sinusoids

SIDE = 32                                         # pixels a side of a coarse picture
ROWS = 2                                          # rows of a context that hold the code of one
STEPS = 4
SURVEYED = 20_000                                 # memories that components are taken from
FAINT = 1e-4, 1e-6                                # variances of meaning: that of rounding, and that of none at all


@dataclass(frozen=True)
class Memories:
    """A batch: coarse `pictures` (B, 3072) of uint8, and the features (B, F) of the `words` for them."""

    pictures: Tensor
    words: Tensor

    def __getitem__(self, chosen: Tensor | slice) -> Memories:
        return Memories(self.pictures[chosen], self.words[chosen])

    def shades(self) -> Tensor:
        """The pictures in [-1, 1]."""
        return self.pictures.float() / 127.5 - 1


def coarse(pictures: Tensor) -> Tensor:
    """Pictures (B, 3, H, W) in [-1, 1] at 32 x 32, flat (B, 3072)."""
    return F.adaptive_avg_pool2d(pictures, SIDE).flatten(1)


def features(context: Tensor, mask: Tensor) -> Tensor:
    """A text, of which the whole and every word are rows of a context (B, 1 + T, D): the whole, and the words' mean,
    (B, 2 D)."""
    said = mask[:, 1:, None].to(context.dtype)
    mean = (context[:, 1:] * said).sum(1) / said.sum(1).clamp(min=1)
    return torch.cat([context[:, 0], mean], 1).float()


class Recollection(nn.Module):
    """Flow over codes (B, K) of coarse pictures, K = 2 D, under the `features` (B, 2 D) of words; D is the `context`'s
    width.

    Words are whitened, for things alike are told apart by what varies least in their names' codes.
    """

    def __init__(self, context: int):
        super().__init__()
        code, width = ROWS * context, 3 * context
        for name, shape in {"usual": (3 * SIDE ** 2,), "basis": (code, 3 * SIDE ** 2), "spread": (1,),
                            "middle": (2 * context,), "whitening": (4 * context ** 2,)}.items():    # flat: kept exactly
            self.register_buffer(name, torch.ones(shape) if name == "spread" else torch.zeros(shape))
        self.enter = nn.Linear(code + 2 * context + 64, width)
        self.deeper = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width))
        self.leave = nn.Sequential(nn.LayerNorm(width), nn.SiLU(), nn.Linear(width, code))

    @torch.no_grad()
    def fit(self, memories: Memories) -> None:
        """Take the principal components of pictures, and how words vary, from the first `SURVEYED` memories."""
        pictures, words = memories[:SURVEYED].shades(), memories[:SURVEYED].words.float()
        self.usual.copy_(pictures.mean(0))
        _, basis = torch.linalg.eigh(torch.cov(pictures.T))
        self.basis.copy_(basis.T.flip(0)[:len(self.basis)])
        self.spread.copy_(self.code(pictures).std())
        self.middle.copy_(words.mean(0))
        variance, axes = torch.linalg.eigh(torch.cov(words.T))
        rounding, none = FAINT
        self.whitening.copy_((axes * (variance + rounding).rsqrt() * (variance > none)).flatten())

    def code(self, pictures: Tensor) -> Tensor:
        """Codes (B, K) of coarse pictures (B, 3072)."""
        return (pictures - self.usual) @ self.basis.T / self.spread

    def picture(self, code: Tensor) -> Tensor:
        """The coarse pictures (B, 3, 32, 32) that codes (B, K) stand for."""
        return (code * self.spread @ self.basis + self.usual).unflatten(1, (3, SIDE, SIDE))

    def forward(self, z: Tensor, t: Tensor, words: Tensor) -> Tensor:
        """Codes expected from noisy ones, both (B, K), at times t (B,)."""
        with torch.autocast(z.device.type, enabled=False):                          # which would round them away
            told = (words.float() - self.middle) @ self.whitening.view(len(self.middle), -1)
        h = self.enter(torch.cat([z, told, sinusoids(t, 64, 0.25, 64.0)], 1))
        return self.leave(h + self.deeper(h)).float()

    def loss(self, memories: Memories, generator: torch.Generator | None) -> Tensor:
        z0 = self.code(memories.shades())
        return F.mse_loss(self._from_trace(z0, memories.words, generator), z0)

    @torch.no_grad()
    def faint(self, pictures: Tensor, words: Tensor, generator: torch.Generator | None) -> Tensor:
        """Codes (B, K) of pictures (B, 3, H, W) as they are recalled from traces of them of any strength."""
        return self._from_trace(self.code(coarse(pictures)), words, generator)

    def _from_trace(self, z0: Tensor, words: Tensor, generator: torch.Generator | None) -> Tensor:
        """Codes expected from words and traces of codes; mostly from words alone, else from traces as faint as one of
        those on the way back from noise."""
        level = torch.randint(2 * STEPS, (len(z0),), generator=generator).clamp(max=STEPS - 1) + 1
        t = (level / STEPS).to(z0.device)
        return self(processes.interpolate(z0, processes.noise_like(z0, generator), t), t, words)

    @torch.no_grad()
    def recall(self, words: Tensor, noise: Tensor) -> Tensor:
        """Codes (B, K) of what the words call to mind, chosen by `noise` (B, K)."""
        return samplers.euler(lambda z, t: self(z, t, words), noise, torch.linspace(1, 0, STEPS + 1))
