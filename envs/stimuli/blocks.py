"""Shepard-Metzler figures: cubes face to face in a chain of four straight arms (Shepard & Metzler 1971, Science 171).

Cubes stand on a lattice and are given by their middles, whole numbers (x, y, z), in the order of the chain. Two figures
have the same shape if one of the 24 rotations of a cube, a shift, and reading the chain from either end bring their
cubes together. A figure that has the shape of its own mirror figure is none for this task and is never listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from itertools import combinations, permutations, product

import numpy as np

from envs.stimuli import views
from envs.stimuli.turns import part

Cubes = tuple[tuple[int, int, int], ...]

CUBES = range(7, 11)  # of a figure that is listed
BENDS = 3
ROTATIONS = np.array([matrix for axes in permutations(np.eye(3, dtype=int)) for signs in product((1, -1), repeat=3)
                      if round(np.linalg.det(matrix := np.array(axes) * signs)) == 1])  # (24, 3, 3)


@dataclass(frozen=True)
class Blocks:
    """One figure. Raises ValueError unless its cubes are a chain that touches itself nowhere."""

    cubes: Cubes
    family = "blocks"

    def __post_init__(self):
        places = np.array(self.cubes)
        if places.ndim != 2 or places.shape[1] != 3 or len(places) < 2 or places.dtype.kind != "i":
            raise ValueError("a block figure is two or more cubes, each three whole numbers")
        apart = np.abs(places[:, None] - places).sum(-1)
        following = np.abs(np.subtract.outer(range(len(places)), range(len(places)))) == 1
        if not ((apart == 1) == following).all() or (apart == 0).sum() > len(places):
            raise ValueError(f"the cubes {self.cubes} are no chain; each shares a face with the next and with no other")

    @property
    def vertices(self) -> int:
        """The measure of complexity: how many cubes there are."""
        return len(self.cubes)

    @property
    def name(self) -> str:
        """The chain's steps, as letters for right, left, down, up, away and near."""
        return "".join("rlduan"[2 * np.abs(step).argmax() + int(step.sum() < 0)]
                       for step in np.diff(self.cubes, axis=0))

    @cached_property
    def solid(self) -> views.Solid:
        """The cubes around the middle of the box around them."""
        places = np.array(self.cubes, float)
        return views.Solid(places - (places.min(0) + places.max(0)) / 2)

    def mirror(self) -> Blocks:
        """The mirror figure: left and right exchanged."""
        return Blocks(tuple((-x, y, z) for x, y, z in self.cubes))

    @cached_property
    def shape(self) -> Cubes:
        """What figures of the same shape have in common: the first of all their chains in the order of numbers."""
        turned = np.array(self.cubes) @ ROTATIONS.transpose(0, 2, 1)  # (24, N, 3)
        both_ways = np.concatenate([turned, turned[:, ::-1]])
        return min(tuple(map(tuple, chain)) for chain in (both_ways - both_ways[:, :1]).tolist())

    @cached_property
    def handed(self) -> bool:
        """Whether no rotation turns the figure into its mirror figure."""
        return self.shape != self.mirror().shape

    def draw(self, turn: np.ndarray, size: int = 64, distance: float = views.DISTANCE) -> np.ndarray:
        """The figure after a turn (3, 3): ink (size, size) float32 in [0, 1]; see `views.draw`."""
        return views.draw(self.solid, turn, size, distance)

    def legible(self, turn: np.ndarray, distance: float = views.DISTANCE) -> bool:
        """Whether something of every cube is seen after a turn (3, 3)."""
        return views.legible(self.solid, turn, distance)


def figures(split: str, cubes: int) -> tuple[Blocks, ...]:
    """The figures with three bends of one split, in an order that looks random; of each mirror pair only one.

    Whatever is in one split, its mirror figure and all their rotations are in no other.
    """
    if cubes not in CUBES:
        raise ValueError(f"there are no figures of {cubes!r} cubes; ask for {CUBES[0]} to {CUBES[-1]}")
    chosen = part(np.arange(len(_all(cubes))), split)
    return tuple(_all(cubes)[index] for index in chosen)


@cache
def _all(cubes: int) -> tuple[Blocks, ...]:
    """Every handed figure with three bends, one of each mirror pair, in the order of their shapes."""
    found = {}
    for lengths, directions in product(_lengths(cubes - 1), _directions()):
        try:
            figure = Blocks(_chain(lengths, directions))
        except ValueError:  # it runs into itself
            continue
        if figure.handed:
            found.setdefault(min(figure.shape, figure.mirror().shape), figure)
    return tuple(found[shape] for shape in sorted(found))


def _lengths(steps: int) -> list[tuple[int, ...]]:
    """All ways to share so many steps among the arms, each at least one."""
    return [tuple(np.diff((0, *borders, steps)).tolist()) for borders in combinations(range(1, steps), BENDS)]


def _directions() -> list[np.ndarray]:
    """All directions (4, 3) of the arms, each square to the one before, the first two given: others are rotations."""
    six = np.concatenate([np.eye(3, dtype=int), -np.eye(3, dtype=int)])
    return [directions for rest in product(six, repeat=BENDS - 1)
            if not np.diag((directions := np.array((six[0], six[1], *rest))) @ directions.T, 1).any()]


def _chain(lengths: tuple[int, ...], directions: np.ndarray) -> Cubes:
    """The cubes of a figure by its arms' lengths in steps and directions (4, 3)."""
    steps = np.repeat(directions, lengths, axis=0)
    return tuple(map(tuple, np.concatenate([np.zeros((1, 3), int), steps.cumsum(0)]).tolist()))
