"""What translators of islands learn from: maps of some islands and sketches of others (CycleGAN, no pairs), and islands
with their semantic maps."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from envs.stimuli.islands import Landmark
from envs.stimuli.landmarks import KINDS
from envs.stimuli.outlines import outline
from envs.stimuli.pictures import on
from experiments.upbringing.picturing import ink
from experiments.upbringing.scenes import Scenes, pictures_to_tensor
from imagery.models.cyclegan import Unpaired
from imagery.models.semantic import Mapped

SEA, LAND = 0, 1                                  # classes of the ground; kinds of landmarks follow
CLASSES = 2 + len(KINDS)
PIXELS = 64
SEEN = 6                                          # pixels beyond the map's frame


def sketched(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """An island (64, 64, 3) of uint8 as drawn with a pen on white paper, likewise; no two drawings are alike."""
    wider = np.pad(picture, ((SEEN, SEEN), (SEEN, SEEN), (0, 0)), mode="edge")      # its frame is not to be drawn
    drawn = outline(np.concatenate([wider, np.full_like(wider[..., :1], 255)], -1), rng)
    return on(ink(drawn[SEEN:-SEEN, SEEN:-SEEN]))


def drawn(given: Tensor) -> Tensor:
    """Pictures (B, 3, 64, 64) in [-1, 1] as drawn with a pen."""
    rng = np.random.default_rng(0)
    arrays = ((given + 1) * 127.5).round().byte().movedim(1, -1).numpy()
    return torch.stack([torch.from_numpy(sketched(each, rng)).movedim(-1, 0).float() / 127.5 - 1 for each in arrays])


def semantic_map(picture: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Classes (64, 64) of int64 of an island (64, 64, 3) of uint8 whose landmarks are at `places` (24, 2), not-a-number
    where there is none: the sea is what is more blue than red, a landmark a disc of its usual extent."""
    classes = np.where(picture[..., 2] > picture[..., 0], SEA, LAND)
    y, x = (np.indices(classes.shape) + 0.5) / PIXELS
    for kind in np.flatnonzero(np.isfinite(places[:, 0])):
        classes[np.hypot(x - places[kind, 0], y - places[kind, 1]) < Landmark.size / 2] = 2 + kind
    return classes


class MapsAndSketches:
    """Batches of maps of the first half of the islands and, unpaired, sketches of the second."""

    def __init__(self, scenes: Scenes, batch_size: int, seed: int = 0):
        half = len(scenes) // 2
        rng = np.random.default_rng((seed, 4))
        self.maps = scenes.pictures[:half]
        self.sketches = np.stack([sketched(each, rng) for each in scenes.pictures[half:]])
        self.batch_size, self.seed = batch_size, seed

    def __call__(self, step: int) -> Unpaired:
        rng = np.random.default_rng((self.seed, 5, step))
        return Unpaired(*(pictures_to_tensor(pool[rng.integers(len(pool), size=self.batch_size)])
                          for pool in (self.maps, self.sketches)))


class Painting:
    """Batches of islands with their semantic maps, one in ten of which says nothing."""

    def __init__(self, scenes: Scenes, batch_size: int, seed: int = 0):
        self.scenes, self.batch_size, self.seed = scenes, batch_size, seed

    def __call__(self, step: int) -> Mapped:
        rng = np.random.default_rng((self.seed, 6, step))
        chosen = rng.integers(len(self.scenes), size=self.batch_size)
        pictures = self.scenes.pictures[chosen]
        maps = np.stack([semantic_map(*each) for each in zip(pictures, self.scenes.places[chosen])])
        maps[rng.uniform(size=len(chosen)) < 0.1] = -1
        return Mapped(pictures_to_tensor(pictures), torch.from_numpy(maps))
