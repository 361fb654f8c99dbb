"""What every family of generators learns from and is measured on: islands with their descriptions and, half and half,
pictures of things with their names, both as the verbal channel hears them.

Islands of the test are of another seed, and a tenth of the pack's pictures is kept from all training.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

from envs.stimuli.descriptions import article
from envs.stimuli.pictures import Pack, on, pack
from experiments.judging.grounding import fresh_descriptions
from experiments.upbringing.picturing import Picturing, taken
from experiments.upbringing.scenes import Lessons, Scenes, pictures_to_tensor, seen
from experiments.upbringing.schooling import Exhibits
from imagery.models.blocks import PLACE_WIDTH
from imagery.models.grounded import Prompt
from imagery.models.imaginer import Lesson
from imagery.models.verbal import VerbalChannel

SEED, TEST_SEED = 31, 20_031                      # of the islands to learn from, and of those to be measured on
HELD_OUT = 10                                     # one picture of the pack in so many is kept for the test


@cache
def held_out() -> np.ndarray:
    """Which pictures of the pack (N,) nobody learns from: never all of a concept."""
    rng, concept = np.random.default_rng(SEED), pack().concept
    chosen = rng.permutation(len(concept))[:len(concept) // HELD_OUT]
    _, one_each = np.unique(concept[chosen], return_index=True)
    held = np.zeros(len(concept), bool)
    held[chosen[one_each]] = True
    return held & (np.bincount(concept)[concept] > 1)


def part(chosen: np.ndarray) -> Pack:
    """The pack with the pictures marked (N,) alone."""
    whole = pack()
    return Pack(whole.concepts, whole.pictures[chosen], whole.concept[chosen], whole.style[chosen])


@cache
def picturing() -> Picturing:
    """What pictures of things are learned from."""
    return Picturing(Exhibits(pictures=part(~held_out())))


def padded(first: Tensor, second: Tensor, value: float = 0) -> Tensor:
    """(A, N, ...) and (B, M, ...) in one, (A + B, max(N, M), ...)."""
    rows = max(first.shape[1], second.shape[1])
    grown = [torch.cat([each, each.new_full((len(each), rows - each.shape[1], *each.shape[2:]), value)], 1)
             for each in (first, second)]
    return torch.cat(grown)


def joined(first: Lesson, second: Lesson) -> Lesson:
    """Two batches as one."""
    links = [torch.nn.functional.pad(each.links, (0, max(0, other.links.shape[1] - each.links.shape[1])))
             for each, other in ((first, second), (second, first))]
    return Lesson(torch.cat([first.pictures, second.pictures]), padded(first.context, second.context),
                  padded(first.mask, second.mask), padded(*links), padded(first.places, second.places, torch.nan),
                  torch.cat([first.weight, second.weight]))


class Silence:
    """In place of a verbal channel, for families that are told nothing: one row of zeros a text."""

    device = torch.device("cpu")

    def prompt(self, texts: Sequence[str]) -> Prompt:
        count = len(texts)
        return Prompt(torch.zeros(count, 1, PLACE_WIDTH), torch.zeros(count, 1, 1, dtype=torch.bool),
                      torch.full((count, 1), -1), torch.ones(count, 1, dtype=torch.bool))


class Things:
    """Batches of pictures of things under their names, one in ten untold; what is named is in the middle."""

    def __init__(self, verbal: VerbalChannel | Silence, batch_size: int, seed: int = 0):
        self.picturing, self.verbal, self.batch_size, self.seed = picturing(), verbal, batch_size, seed

    @torch.no_grad()
    def __call__(self, step: int) -> Lesson:
        rng = np.random.default_rng((self.seed, 7, step))
        texts, pictures, told, weight = taken(self.picturing, self.batch_size, rng)
        prompt = self.verbal.prompt(texts)
        places = torch.full((*prompt.kinds.shape, 2), 0.5)
        return Lesson(pictures, prompt.context.float(), prompt.mask & told[:, None], prompt.links, places, weight)


class Mixture:
    """Batches for every family, of which each takes what it can learn from: `eats(lesson, verbal)`."""

    def __init__(self, scenes: Scenes, verbal: VerbalChannel | Silence, batch_size: int,
                 eats: Callable[[Lesson, Any], Any], seed: int = 0):
        self.verbal, self.eats = verbal, eats
        self.islands = Lessons(scenes, self.verbal, batch_size - batch_size // 2, seed)
        self.things = Things(self.verbal, batch_size // 2, seed)

    @torch.no_grad()
    def __call__(self, step: int) -> Any:
        return self.eats(joined(self.islands(step), self.things(step)), self.verbal)


@dataclass(frozen=True)
class Shown:
    """Pictures (N, 3, 64, 64) in [-1, 1] with a text true of each."""

    pictures: Tensor
    texts: Sequence[str]


def islands(count: int, seed: int) -> Shown:
    """Fresh islands, in every register that is judged."""
    described = fresh_descriptions(count, seed)
    return Shown(seen(each.island for each in described), [each.text for each in described])


def unseen(count: int, seed: int = TEST_SEED) -> Shown:
    """Fresh islands and pictures that nobody learned from, half and half, with their texts."""
    rng, kept = np.random.default_rng((seed, 8)), part(held_out())
    first, chosen = islands(count - count // 2, seed), rng.permutation(len(kept.concept))[:count // 2]
    names = [article(kept.concepts[kept.concept[index]].name) for index in chosen]
    return Shown(torch.cat([first.pictures, pictures_to_tensor(on(kept.pictures[chosen]))]), [*first.texts, *names])


def learned(scenes: Scenes) -> Tensor:
    """Pictures (N, 3, 64, 64) that were learned from: islands, and all of the pack but those held out."""
    return pictures_to_tensor(np.concatenate([scenes.pictures, on(part(~held_out()).pictures)]))
