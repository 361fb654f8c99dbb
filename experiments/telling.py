"""Islands for generators that are told by one vector: of what is said of the island, or of what it looks like."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from experiments.upbringing import Scenes, pictures_to_tensor
from imagery.models.examples import Example
from imagery.models.unclip import Embedded
from imagery.models.verbal import VerbalChannel
from imagery.worded import meanings


class _Islands:
    """Islands drawn at random, one in ten with nothing said of them. Each is described once, beforehand."""

    def __init__(self, scenes: Scenes, verbal: VerbalChannel, batch_size: int, seed: int = 0):
        self.scenes, self.verbal, self.batch_size, self.seed = scenes, verbal, batch_size, seed
        rng = np.random.default_rng((seed, 7))
        texts = [scenes.text(index, rng) for index in range(len(scenes))]
        self.told = torch.cat([meanings(verbal, texts[i:i + 128]).cpu() for i in range(0, len(texts), 128)])

    def _drawn(self, step: int) -> tuple[Tensor, Tensor]:
        """Pictures (B, 3, 64, 64) and what is said of them (B, D)."""
        rng = np.random.default_rng((self.seed, 8, step))
        chosen = rng.integers(len(self.scenes), size=self.batch_size)
        heard = torch.from_numpy(rng.uniform(size=len(chosen)) >= 0.1)[:, None]
        return pictures_to_tensor(self.scenes.pictures[chosen]), self.told[chosen] * heard

    @torch.no_grad()
    def _seen(self, pictures: Tensor) -> Tensor:
        return self.verbal.picture_vector(pictures.to(self.verbal.device)).cpu()


class ToldIslands(_Islands):
    """Batches with the text's vector, for `imagery.worded.Worded`."""

    def __call__(self, step: int) -> Example:
        return Example(*self._drawn(step))


class SeenIslands(_Islands):
    """Batches with the picture's own embedding, for unCLIP's decoder."""

    def __call__(self, step: int) -> Example:
        pictures, told = self._drawn(step)
        return Example(pictures, told.shape[1] ** 0.5 * self._seen(pictures))


class EmbeddedIslands(_Islands):
    """Both embeddings, for unCLIP's prior."""

    def __call__(self, step: int) -> Embedded:
        pictures, told = self._drawn(step)
        return Embedded(told / told.shape[1] ** 0.5, self._seen(pictures))
