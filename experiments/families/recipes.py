"""Recipes of every family of generators, all from the same islands and pictures, of the recogniser whose features the
VQ-GAN is judged by, and of the painter of semantic maps.

Steps at preset small are to be what ten minutes of one core allow (`python -m experiments.families.pace`).
"""

from __future__ import annotations

from functools import cache, partial

import numpy as np
import torch
from torch import Tensor

import imagery
from envs.stimuli.landmarks import KINDS
from envs.stimuli.pictures import on, pack
from experiments.families.family import Family
from experiments.families.mixture import SEED, Mixture, Silence, picturing
from experiments.families.registry import FAMILIES, SWIFT, UNET
from experiments.families.translating import CLASSES, Painting
from experiments.upbringing.recipe import Built, Recipe
from experiments.upbringing.scenes import Scenes, draw_scenes, pictures_to_tensor
from imagery.models.recogniser import Labelled, Recogniser
from imagery.models.semantic import SemanticPainter
from imagery.training import TrainConfig

ISLANDS = {"tiny": 48, "small": 16_000, "full": 100_000}


def _build(family: Family, preset: str, scenes: int, config: TrainConfig) -> Built:
    verbal = imagery.load("verbal")
    model = family.build(preset, verbal)
    heard = verbal if family.way.told else Silence()
    return model, Mixture(draw_scenes(scenes, SEED), heard, config.batch_size, family.way.eats, config.seed)


def recipe_of(family: Family) -> Recipe:
    """The recipe that teaches a family, at a budget that is the same for all."""
    learning = {"log_every": 25, **family.learning}
    tiny = {**learning, "warmup": 5, "log_every": 5}
    return Recipe(partial(_build, family), {
        "tiny": (ISLANDS["tiny"], TrainConfig(20, 8, **tiny)),
        "small": (ISLANDS["small"], TrainConfig(family.steps, 64, **learning)),
        "full": (ISLANDS["full"], TrainConfig(40_000, 256, **{**learning, "log_every": 100}))},
        data_seed=SEED, after=("verbal", *family.after))


@cache
def classes() -> tuple[str, ...]:
    """The names of all things of the pack, and of the kinds of landmarks that are not among them."""
    names = [concept.name for concept in pack().concepts]
    return (*names, *(kind for kind in KINDS if kind not in names))


class Namings:
    """Batches for the recogniser: in turn islands, with all kinds that are on them, and single pictures of things."""

    def __init__(self, scenes: Scenes, batch_size: int, seed: int = 0):
        self.scenes, self.batch_size, self.seed = scenes, batch_size, seed
        self.pack = picturing().pack
        self.kinds = [classes().index(kind) for kind in KINDS]

    def __call__(self, step: int) -> Labelled:
        rng = np.random.default_rng((self.seed, 9, step))
        return self._islands(rng) if step % 2 else self._things(rng)

    def _islands(self, rng: np.random.Generator) -> Labelled:
        chosen = rng.integers(len(self.scenes), size=self.batch_size)
        labels = torch.zeros(self.batch_size, len(classes()))
        labels[:, self.kinds] = torch.from_numpy(np.isfinite(self.scenes.places[chosen, :, 0])).float()
        return Labelled(pictures_to_tensor(self.scenes.pictures[chosen]), labels)

    def _things(self, rng: np.random.Generator) -> Labelled:
        pictures, concepts = self.pack.pictures, self.pack.concept
        chosen = rng.integers(len(pictures), size=self.batch_size)
        return Labelled(shifted(pictures_to_tensor(on(pictures[chosen])), rng),
                        torch.from_numpy(concepts[chosen]).long())


def shifted(pictures: Tensor, rng: np.random.Generator, most: int = 4) -> Tensor:
    """Pictures (B, 3, H, W), each moved and mirrored by chance, as AlexNet's were (Krizhevsky et al. 2012, Section
    4.1)."""
    wide = torch.nn.functional.pad(pictures, (most,) * 4, value=1.0)
    side = pictures.shape[-1]
    moved = [each[:, y:y + side, x:x + side] for each, (y, x) in zip(wide, rng.integers(2 * most + 1,
                                                                                      size=(len(pictures), 2)))]
    return torch.stack([each.flip(-1) if rng.uniform() < 0.5 else each for each in moved])


def _recogniser(preset: str, scenes: int, config: TrainConfig) -> Built:
    model = Recogniser(classes(), width=8 if preset == "tiny" else 32, hidden=32 if preset == "tiny" else 256)
    return model, Namings(draw_scenes(scenes, SEED), config.batch_size, config.seed)


def _semantic(preset: str, scenes: int, config: TrainConfig) -> Built:
    model = SemanticPainter(CLASSES, **{**UNET[""], **UNET.get(preset, {})})
    return model, Painting(draw_scenes(scenes, SEED), config.batch_size, config.seed)


FAMILIES_RECIPES = {name: recipe_of(family) for name, family in FAMILIES.items()} | {
    "recogniser": Recipe(_recogniser, {
        "tiny": (ISLANDS["tiny"], TrainConfig(20, 8, warmup=5, log_every=5)),
        "small": (ISLANDS["small"], TrainConfig(1500, 64, learning_rate=1e-3, log_every=25)),
        "full": (ISLANDS["full"], TrainConfig(20_000, 256, learning_rate=1e-3, log_every=100))}, data_seed=SEED),
    "semantic": Recipe(_semantic, {
        "tiny": (ISLANDS["tiny"], TrainConfig(20, 8, warmup=5, log_every=5, **SWIFT)),
        "small": (ISLANDS["small"], TrainConfig(500, 64, log_every=25, **SWIFT)),
        "full": (ISLANDS["full"], TrainConfig(20_000, 256, log_every=100, **SWIFT))}, data_seed=SEED)}
