"""What is learned of turning things: figures of the training split before and after a turn, and pairs of pictures that
show the same or not. Batches are functions of the step alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from envs.checks import check_one_of
from envs.stimuli import blocks
from envs.stimuli.figures import COMPLEXITIES, FAMILIES, FLAT, LETTERS, Figure, pool
from envs.stimuli.pairs import AXES, legible_start, second
from envs.stimuli.turns import PLANE, VERTICAL, other_axes, rotation
from experiments.upbringing.scenes import blurred
from imagery.devices import swift
from imagery.eye import turned
from imagery.models.comparison import Compared
from imagery.models.turning import Turning, axis_angle
from imagery.models.volume import PATCH, LatentVolume

OFTEN = (.25, .25, .5)                            # how often things turn in the plane, about the vertical, otherwise
SHARES = {"letters": .1, "polygons": .15, "blocks": .75}                       # of what is compared
KINDS = {"same": .32, "turned": .3, "mirror": .24, "other": .14}
VIVID, ACUITY = (.7, 1.), 1.                      # of imagined views: their contrast; blur in pixels at most
NEAR = 10.                                        # degrees: how near one who has to find out how to turn has to come
JITTER = 5.                                       # degrees: how far apart two views of the same may stand at most
ASTRAY = 20.                                      # degrees: how far one may be off the way at most
ONWARDS = .6                                      # of what is turned further: share that is about the same axis
OFF = 12., 180.                                   # degrees by which what counts as not the same is turned away


@dataclass(frozen=True, eq=False)
class Case:
    """A figure that stands in a pose `start` (3, 3) and is to be turned about an `axis` (3,)."""

    figure: Figure
    start: np.ndarray
    axis: np.ndarray

    def turn(self, degrees: float) -> np.ndarray:
        return rotation(self.axis, degrees)

    def ink(self, degrees: float = 0., same: bool = True, size: int = 64) -> np.ndarray:
        """The view after a turn, or that of the mirror figure: ink (size, size) in [0, 1]."""
        return second(self.figure, self.start, self.turn(degrees), same, size)


@dataclass(frozen=True)
class Cases:
    """All figures of a family in a split, in both hands; of polygons, which have no end, so many `polygons`."""

    family: str
    split: str = "training"
    polygons: int = 0

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        counts = {"letters": len(LETTERS[self.split]), "polygons": self.polygons,
                  "blocks": sum(len(blocks.figures(self.split, cubes)) for cubes in blocks.CUBES)}
        found = pool(self.family, self.split, tuple(COMPLEXITIES[self.family]), counts[self.family])
        return tuple(each for figure in found for each in (figure, figure.mirror()))

    @cached_property
    def others(self) -> np.ndarray:
        return other_axes(self.split)

    def draw(self, rng: np.random.Generator, axis: str | None = None) -> Case:
        """A figure in a legible pose that has any bearing in the plane, and one of `AXES`, any if none is given."""
        figure = self.figures[rng.integers(len(self.figures))]
        start = rotation(PLANE, rng.uniform(0, 360)) @ legible_start(figure, (), rng)
        axis = "plane" if self.family in FLAT else axis or str(rng.choice(AXES, p=OFTEN))
        check_one_of("axis", axis, AXES)
        return Case(figure, start, rng.choice(self.others) if axis == "other" else
                    PLANE if axis == "plane" else VERTICAL)


def pictures(inks: Sequence[np.ndarray]) -> Tensor:
    """Drawings (S, S), black on white, as pictures (B, 1, S, S) in [-1, 1]."""
    return torch.from_numpy(1 - 2 * np.stack(inks))[:, None]


def matrices(turns: Sequence[np.ndarray]) -> Tensor:
    """Turns as one tensor (B, 3, 3)."""
    return torch.from_numpy(np.stack(turns)).float()


class Turnings:
    """Block figures before and after turns of up to `largest` degrees about any axis, each pair there and back."""

    def __init__(self, batch_size: int, largest: float = 180., size: int = 64, seed: int = 0, split: str = "training"):
        if batch_size < 2 or batch_size % 2:
            raise ValueError(f"a batch of {batch_size} cannot be turned there and back; give an even number")
        self.batch_size, self.largest, self.size, self.seed = batch_size, largest, size, seed
        self.cases = Cases("blocks", split)

    def __call__(self, step: int) -> Turning:
        rng = np.random.default_rng((self.seed, 4, step))
        cases = [self.cases.draw(rng) for _ in range(self.batch_size // 2)]
        angles = rng.uniform(-self.largest, self.largest, len(cases))
        before = pictures([case.ink(0, size=self.size) for case in cases])
        after = pictures([case.ink(angle, size=self.size) for case, angle in zip(cases, angles)])
        turn = matrices([case.turn(angle) for case, angle in zip(cases, angles)])
        return Turning(torch.cat([before, after]), torch.cat([turn, turn.mT]), torch.cat([after, before]))


class Pairs:
    """Pairs as they are seen, at any angle: the same figure, or as often its mirror figure. `shares` are those of the
    families."""

    shares = SHARES

    def __init__(self, batch_size: int, polygons: int, size: int = 64, seed: int = 0, split: str = "training"):
        self.batch_size, self.size, self.seed = batch_size, size, seed
        self.cases = {family: Cases(family, split, polygons) for family in FAMILIES}

    def __call__(self, step: int) -> Compared:
        rng = np.random.default_rng((self.seed, 5, step))
        cases, same = self._cases(rng), rng.uniform(size=self.batch_size) < .5
        second = [case.ink(angle, agree, self.size)
                  for case, angle, agree in zip(cases, rng.uniform(-180, 180, len(cases)), same)]
        return Compared(pictures([case.ink(size=self.size) for case in cases]), pictures(second),
                        torch.from_numpy(same))

    def _cases(self, rng: np.random.Generator) -> list[Case]:
        families = rng.choice(list(self.shares), self.batch_size, p=list(self.shares.values()))
        return [self.cases[family].draw(rng) for family in families]


class Bearings(Pairs):
    """Flat figures before and after any turn, each pair there and back, one of them more or less sharp."""

    shares = {"letters": .5, "polygons": .5}

    def __call__(self, step: int) -> Turning:
        rng = np.random.default_rng((self.seed, 9, step))
        cases = self._cases(rng)[:self.batch_size // 2]
        angles = rng.uniform(-180, 180, len(cases))
        before = pictures([case.ink(size=self.size) for case in cases])
        after = pictures([case.ink(angle, size=self.size) for case, angle in zip(cases, angles)])
        turn = matrices([case.turn(angle) for case, angle in zip(cases, angles)])
        views = torch.cat([before, after])
        views = blurred(views.expand(-1, 3, -1, -1), rng, ACUITY).mean(1, keepdim=True)
        return Turning(views, torch.cat([turn, turn.mT]), torch.cat([after, before]))


class Approaches:
    """Block figures after some of a turn, or as often before any, beside what is seen at its end: the volumes that the
    `medium` lifts from what is seen, and has turned, and what is left of the turn."""

    def __init__(self, batch_size: int, medium: LatentVolume, seed: int = 0, split: str = "training"):
        self.batch_size, self.medium, self.seed = batch_size, medium, seed
        self.cases = Cases("blocks", split)

    @torch.no_grad()
    def __call__(self, step: int) -> Turning:
        rng = np.random.default_rng((self.seed, 11, step))
        cases = [self.cases.draw(rng) for _ in range(self.batch_size)]
        angles, shares = rng.uniform(-180, 180, self.batch_size), rng.uniform(0, 1, self.batch_size)
        done = matrices([rotation(rng.normal(size=3), rng.uniform(-ASTRAY, ASTRAY)) @ case.turn(angle * share)
                         for case, angle, share in zip(cases, angles, shares)])
        done[::2] = torch.eye(3)
        views = pictures([case.ink(angle, size=PATCH * self.medium.config.grid)
                          for whose in (np.zeros(self.batch_size), angles) for case, angle in zip(cases, whose)])
        views = blurred(views.expand(-1, 3, -1, -1), rng, ACUITY)
        with swift(views.device):
            volumes = self.medium.encode(views)
            volumes = self.medium.turn(volumes, torch.cat([done, volumes.pose[self.batch_size:]])).standing()
        left = matrices([case.turn(angle) for case, angle in zip(cases, angles)]) @ done.mT
        return Turning(volumes[:self.batch_size], left, volumes[self.batch_size:])


class Comparisons(Pairs):
    """Imagined views, more or less vivid and sharp, beside what is seen: the same figure but for some degrees, or
    turned further about any axis, its mirror figure turned as much or further, or another figure of its family.

    Flat figures are turned as mental images are, block figures by `imagine(pictures, turns)`; half of those that need
    not be turned further are turned as someone would who has to find out how: by `aim(pictures, pictures)`.
    """

    def __init__(self, batch_size: int, polygons: int, imagine: Callable[[Tensor, Tensor], Tensor],
                 aim: Callable[[Tensor, Tensor], Tensor], size: int = 64, seed: int = 0, split: str = "training"):
        super().__init__(batch_size, polygons, size, seed, split)
        self.imagine, self.aim = imagine, aim

    @torch.no_grad()
    def __call__(self, step: int) -> Compared:
        rng = np.random.default_rng((self.seed, 6, step))
        cases, angles = self._cases(rng), rng.uniform(-180, 180, self.batch_size)
        kinds = rng.choice(list(KINDS), self.batch_size, p=list(KINDS.values()))
        rests = [self._rest(case, kind, rng) for case, kind in zip(cases, kinds)]
        wholes = [rest @ case.turn(angle) for case, angle, rest in zip(cases, angles, rests)]
        seen = pictures([self._seen(case, whole, kind, rng) for case, whole, kind in zip(cases, wholes, kinds)])
        views = pictures([case.ink(size=self.size) for case in cases])
        deep = np.array([case.figure.family not in FLAT for case in cases])
        turns, same = matrices([case.turn(angle) for case, angle in zip(cases, angles)]), kinds == "same"
        found = np.flatnonzero(deep & (kinds != "turned") & (rng.uniform(size=len(cases)) < .5))
        with swift(views.device):
            if len(found):
                turns[found] = self.aim(views[found], seen[found])
                same[found] &= axis_angle(turns[found].mT @ matrices(wholes)[found])[1].numpy() < NEAR
            if deep.any():
                views[deep] = self.imagine(views[deep], turns[deep])
        for row in np.flatnonzero(~deep):
            views[row] = turned(views[row:row + 1], angles[row])[0]
        views = 1 - (1 - views) * torch.from_numpy(rng.uniform(*VIVID, (len(views), 1, 1, 1))).float()
        views = blurred(views.expand(-1, 3, -1, -1), rng, ACUITY).mean(1, keepdim=True)
        return Compared(views, seen, torch.from_numpy(same))

    @staticmethod
    def _rest(case: Case, kind: str, rng: np.random.Generator) -> np.ndarray:
        """How much further what is seen is turned than what is imagined; half the mirror figures hardly are."""
        far = kind == "turned" or (kind == "mirror" and rng.uniform() < .5)
        degrees = rng.choice((-1, 1)) * rng.uniform(*OFF) if far else rng.uniform(-JITTER, JITTER)
        own = case.figure.family in FLAT or (far and rng.uniform() < ONWARDS)
        return rotation(case.axis if own else rng.normal(size=3), degrees)

    def _seen(self, case: Case, turn: np.ndarray, kind: str, rng: np.random.Generator) -> np.ndarray:
        if kind == "other":
            return self.cases[case.figure.family].draw(rng).ink(size=self.size)
        return second(case.figure, case.start, turn, kind != "mirror", self.size)
