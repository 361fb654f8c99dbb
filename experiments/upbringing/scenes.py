"""The agents' upbringing: islands seen with their descriptions, as batches to learn from.

Here, and only here, stimuli meet models. A pool of rendered islands is drawn once from a seed; each time an island is
shown it is described anew, so that no sentence is learned by heart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from joblib import Parallel, delayed
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from envs.stimuli.descriptions import OPENINGS, describe, sample_scene
from envs.stimuli.facts import REGISTERS, Fact
from envs.stimuli.islands import Island, render
from envs.stimuli.landmarks import KINDS
from imagery.devices import swift
from imagery.models.blocks import patch_places
from imagery.models.grounded import GroundedWords, Pointing, Prompt
from imagery.models.imaginer import Lesson
from imagery.models.text import Tokenizer


@dataclass(frozen=True)
class Scenes:
    """A pool of islands: `pictures` (N, 64, 64, 3) of uint8, `places` (N, 24, 2), not-a-number for absent kinds,
    `facts` and whether the island is `round`."""

    pictures: np.ndarray
    places: np.ndarray
    facts: tuple[tuple[Fact, ...], ...]
    round: np.ndarray

    def __len__(self) -> int:
        return len(self.facts)

    @cached_property
    def by_number(self) -> list[np.ndarray]:
        """Indices of the islands with 1 or 2 landmarks, 3 or 4, and so on: texts of like length make a batch."""
        pairs = (np.isfinite(self.places[..., 0]).sum(1) + 1) // 2
        return [np.flatnonzero(pairs == pair) for pair in range(1, pairs.max() + 1)]

    def text(self, index: int, rng: np.random.Generator, bare: bool = False) -> str:
        """A fresh description of one island, in a fresh order; `bare`, of what there is but not where."""
        facts = [Fact(fact.kind) for fact in self.facts[index]] if bare else self.facts[index]
        opening = None
        if rng.uniform() < 0.5:
            opening = str(rng.choice(OPENINGS[2:] if self.round[index] else OPENINGS[:2]))
        return describe([facts[i] for i in rng.permutation(len(facts))], rng, opening)


def pictures_to_tensor(pictures: np.ndarray) -> Tensor:
    """(B, H, W, 3) of uint8 -> (B, 3, H, W) in [-1, 1]."""
    return torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1


def seen(islands: Iterable[Island]) -> Tensor:
    """Pictures of islands (B, 3, 64, 64) in [-1, 1]."""
    return pictures_to_tensor(np.stack([render(island) for island in islands]))


def placed(island: Island) -> np.ndarray:
    """Where each kind of landmark is, (24, 2), not-a-number for those that are absent."""
    where = np.full((len(KINDS), 2), np.nan, np.float32)
    for kind, place in island.positions().items():
        where[KINDS.index(kind)] = place
    return where


def _draw(seed: int, count: int, most: int, registers: Sequence[str]) -> tuple[list, list, list, list]:
    rng = np.random.default_rng(seed)
    pictures, places, facts, round_ = [], [], [], []
    for _ in range(count):
        island, said = sample_scene(rng, int(rng.integers(1, most + 1)), registers)
        pictures.append(render(island))
        places.append(placed(island))
        facts.append(said)
        round_.append(np.ptp(island.coast.radii) < 1e-6)
    return pictures, places, facts, round_


def draw_scenes(count: int, seed: int, most: int = 8, registers: Sequence[str] = REGISTERS, jobs: int = 2) -> Scenes:
    """`count` islands of 1 to `most` landmarks; the same for the same seed, however many jobs share the work."""
    chunk = 500
    parts = Parallel(jobs)(delayed(_draw)(seed * 1_000_003 + start, min(chunk, count - start), most, registers)
                           for start in range(0, count, chunk))
    pictures, places, facts, round_ = (sum((part[i] for part in parts), []) for i in range(4))
    return Scenes(np.stack(pictures), np.stack(places), tuple(facts), np.array(round_))


def blurred(pictures: Tensor, rng: np.random.Generator, most: float = 3.0) -> Tensor:
    """Each picture at an acuity of its own, from sharp to the far periphery's (standard deviation 0 to `most` pixels),
    with a little noise and its brightness changed, so that words are matched to poor and imagined views as well."""
    sigma = torch.from_numpy(np.maximum(rng.uniform(-1.0, most, len(pictures)), 0.05)).float()
    offsets = torch.arange(-7, 8).float()
    kernel = torch.exp(-0.5 * (offsets / sigma[:, None]) ** 2)
    kernel = (kernel / kernel.sum(1, keepdim=True)).repeat_interleave(3, 0)                       # (3B, 15)
    flat = torch.nn.functional.pad(pictures.flatten(0, 1)[None], (7, 7, 7, 7), mode="reflect")
    flat = torch.conv2d(torch.conv2d(flat, kernel[:, None, None, :], groups=len(kernel)),
                        kernel[:, None, :, None], groups=len(kernel))
    seen = flat[0].unflatten(0, (-1, 3))
    gain = torch.from_numpy(rng.uniform(0.9, 1.1, (len(pictures), 1, 1, 1))).float()
    grain = torch.from_numpy(rng.normal(size=pictures.shape).astype(np.float32)) * 0.04
    return seen * gain + grain


class Pictures:
    """Batches for the autoencoder: islands alone."""

    def __init__(self, scenes: Scenes, batch_size: int):
        self.scenes, self.batch_size = scenes, batch_size

    def __call__(self, step: int) -> Tensor:
        chosen = np.random.default_rng((2, step)).integers(0, len(self.scenes), self.batch_size)
        return pictures_to_tensor(self.scenes.pictures[chosen])


class Pointings:
    """Batches that ground the words of islands: islands at many acuities, fresh descriptions, where each thing is.

    From step `then` on the islands are those of `later`: relations, which need two steps of inference, come last.
    """

    def __init__(self, scenes: Scenes, words: Sequence[str], batch_size: int, seed: int = 0,
                 later: Scenes | None = None, then: int = 0):
        self.scenes, self.batch_size, self.seed = scenes, batch_size, seed
        self.later, self.then = later, then
        self.tokenizer = Tokenizer(words)

    def __call__(self, step: int) -> Pointing:
        rng = np.random.default_rng((self.seed, step))
        scenes = self.later if self.later is not None and step >= self.then else self.scenes
        chosen = rng.choice(scenes.by_number[rng.integers(len(scenes.by_number))], self.batch_size)
        texts = [scenes.text(index, rng) for index in chosen]
        pictures = blurred(pictures_to_tensor(scenes.pictures[chosen]), rng)
        return Pointing(pictures, self.tokenizer(texts), torch.from_numpy(scenes.places[chosen]))


class Lessons:
    """Batches for a generator: islands with encoded descriptions.

    The verbal channel does not change meanwhile, so each island is described and encoded once, beforehand; one in four
    by what there is alone, as people remember what they saw. One in ten descriptions is withheld, so that the
    generator also knows what islands look like untold.
    """

    def __init__(self, scenes: Scenes, verbal: GroundedWords, batch_size: int, seed: int = 0):
        self.scenes, self.batch_size, self.seed = scenes, batch_size, seed
        self.prompts: dict[int, Prompt] = {}                            # of one island each, without padding
        rng = np.random.default_rng((seed, 2))
        for part in (part for pool in scenes.by_number for part in np.array_split(pool, len(pool) // 128 + 1)):
            texts = [scenes.text(index, rng, bare=rng.uniform() < 0.25) for index in part]
            self.prompts.update(zip(part, self._heard(texts, verbal)))

    @staticmethod
    @torch.no_grad()
    def _heard(texts: list[str], verbal: GroundedWords) -> list[Prompt]:
        with swift(verbal.device):
            prompt = verbal.prompt(texts)
        return [Prompt(context[mask].half(), links[mask][:, mask], kinds[mask], mask[mask])
                for context, links, kinds, mask in zip(prompt.context.cpu(), prompt.links.cpu(), prompt.kinds.cpu(),
                                                       prompt.mask.cpu())]

    def __call__(self, step: int) -> Lesson:
        rng = np.random.default_rng((self.seed, 1, step))
        pools = self.scenes.by_number
        chosen = rng.choice(pools[rng.integers(len(pools))], self.batch_size)
        prompts = [self.prompts[index] for index in chosen]
        kinds = pad_sequence([prompt.kinds for prompt in prompts], batch_first=True, padding_value=-1)  # (B, N)
        links = torch.zeros(*kinds.shape, kinds.shape[1], dtype=torch.bool)
        for row, prompt in zip(links, prompts):
            row[:len(prompt.kinds), :len(prompt.kinds)] = prompt.links
        places = torch.from_numpy(self.scenes.places[chosen])                                       # (B, K, 2)
        named = torch.nn.functional.pad(places, (0, 0, 1, 0), value=torch.nan)                      # whatever -1 names
        mask = pad_sequence([prompt.mask for prompt in prompts], batch_first=True)
        told = torch.from_numpy(rng.uniform(size=len(chosen)) >= 0.1)
        return Lesson(pictures_to_tensor(self.scenes.pictures[chosen]),
                      pad_sequence([prompt.context for prompt in prompts], batch_first=True).float(),
                      mask & told[:, None], links, named.gather(1, (kinds + 1)[..., None].expand(-1, -1, 2)),
                      self._weight(places))

    @staticmethod
    def _weight(places: Tensor) -> Tensor:
        """Weight of every pixel in the loss: things count four times as much as the ground (B, 1, 64, 64)."""
        near = ((places[:, :, None, :] - patch_places(64)[:64, :1]).abs() < 0.07).float()           # (B, K, 64, 2)
        covered = near[..., 1].transpose(1, 2) @ near[..., 0] > 0                                   # (B, 64, 64)
        return torch.where(covered, 4.0, 1.0)[:, None]
