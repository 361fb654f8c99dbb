"""Figures to be turned, of three families: letters and digits, random polygons, and block figures.

A figure has a family, a name, a number of vertices (its complexity: those of a polygon, the cubes of a block figure, 0
for letters), a mirror figure, and is drawn after a turn (3, 3) of `envs.stimuli.turns`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import zip_longest
from typing import Protocol

import numpy as np

from envs.stimuli import blocks, letters, polygons
from envs.stimuli.handedness import LEAST, unlikeness
from envs.stimuli.turns import MIRROR, UPRIGHT, check_split, in_plane

FULLEST = .94  # of a picture that the disc around a letter takes up
LETTERS = {"training": "LNPSZabdfgjkpqrsty1369", "validation": "Fhe4", "test": "RJG257"}  # Cooper & Shepard's last
COMPLEXITIES = {"letters": range(0, 1), "polygons": polygons.VERTICES, "blocks": blocks.CUBES}
FAMILIES = tuple(COMPLEXITIES)
FLAT = ("letters", "polygons")


class Figure(Protocol):
    """What is turned."""

    family: str

    @property
    def name(self) -> str: ...

    @property
    def vertices(self) -> int: ...

    @property
    def handed(self) -> bool: ...

    def mirror(self) -> Figure: ...

    def draw(self, turn: np.ndarray, size: int = 64) -> np.ndarray: ...


@dataclass(frozen=True)
class Letter:
    """A letter or digit, or its mirror image."""

    character: str
    font: str = "sans"
    mirrored: bool = False
    family = "letters"
    vertices = 0

    def __post_init__(self):
        letters.check_character(self.character)

    @property
    def name(self) -> str:
        return self.character

    @cached_property
    def handed(self) -> bool:
        """Whether `unlikeness` to its own mirror image is at least `LEAST`."""
        return unlikeness(self.draw(UPRIGHT, 128)) >= LEAST

    def mirror(self) -> Letter:
        return Letter(self.character, self.font, not self.mirrored)

    def draw(self, turn: np.ndarray, size: int = 64) -> np.ndarray:
        """The character after a turn (3, 3) in the plane: ink (size, size) float32 in [0, 1], anti-aliased."""
        scale = FULLEST / np.hypot(*letters.extent(self.character, self.font))
        pose = np.eye(3)
        pose[:2, :2] = scale * in_plane(turn) @ (MIRROR if self.mirrored else UPRIGHT)[:2, :2]
        return letters.warped(self.character, pose, self.font, size)


@lru_cache(64)
def pool(family: str, split: str, vertices: tuple[int, ...], count: int) -> tuple[Figure, ...]:
    """The first `count` figures of a split, their numbers of vertices taking turns while they last; always the same."""
    check_family(family)
    check_split(split)
    if family == "polygons":
        return tuple(polygons.figure(split, vertices[k % len(vertices)], k // len(vertices)) for k in range(count))
    kinds = [map(Letter, LETTERS[split])] if family == "letters" else [blocks.figures(split, n) for n in vertices]
    figures = [figure for turn in zip_longest(*kinds) for figure in turn if figure is not None]
    if count > len(figures):
        raise ValueError(f"there are {len(figures)} {family} for {split}; {count} are too many")
    return tuple(figures[:count])


def check_family(family: str) -> None:
    """Raise ValueError unless `family` is one of `FAMILIES`."""
    if family not in FAMILIES:
        raise ValueError(f"unknown family {family!r}; it is one of {', '.join(FAMILIES)}")
