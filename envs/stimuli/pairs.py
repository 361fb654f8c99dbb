"""Pairs of figures, one turned against the other, the same or mirror figures; and the published designs of such pairs.

A mirror pair is made by reflecting the first picture left to right, and turning what that shows.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import cycle, product
from numbers import Real
from typing import Any

import numpy as np

from envs.stimuli.figures import COMPLEXITIES, FLAT, Figure, check_family, pool
from envs.stimuli.own import read_list
from envs.stimuli.turns import MIRROR, PLANE, UPRIGHT, VERTICAL, check_split, other_axes, random_turn, rotation

AXES = ("plane", "vertical", "other")
PRESENTATIONS = ("pair", "memory")
OWN = "name family axes angles vertices count both_hands repetitions blocks presentation".split()  # of a user's design
MOST = 1000  # figures, repetitions or blocks of a design
TRIES = 100  # to find a view from which both figures of a pair are legible


@dataclass(frozen=True)
class Pair:
    """Two figures: `first` at `start` (3, 3), and the same figure or its mirror figure after a further `turn` (3, 3).

    The `angle` of the turn is in degrees from 0 to 180, its `direction` 1 or -1 about the axis; 1 is clockwise.
    """

    first: Figure
    start: np.ndarray
    axis: str
    angle: float
    direction: int
    turn: np.ndarray
    same: bool

    def pictures(self, size: int = 64) -> tuple[np.ndarray, np.ndarray]:
        """Both as ink, (size, size) float32 in [0, 1]."""
        return self.first.draw(self.start, size), second(self.first, self.start, self.turn, self.same, size)


def second(figure: Figure, start: np.ndarray, turn: np.ndarray, same: bool, size: int = 64) -> np.ndarray:
    """The second picture of a pair as ink, (size, size) float32 in [0, 1]."""
    if same:
        return figure.draw(turn @ start, size)
    return figure.mirror().draw(turn @ MIRROR @ start @ MIRROR, size)


@dataclass(frozen=True)
class Design:
    """Which pairs a participant is shown: at every angle about every axis as many same as mirror pairs, each
    `repetitions` times in a block, in random order, of figures that take turns; anew in each of the `blocks`.

    `presentation` is "pair", both side by side, or "memory": the figures are learned first, and then only the second
    is shown. The figures are `count` of a `split`, with `vertices` taking turns, and, with `both_hands`, their mirror
    figures; or those given as `figures`. Angles are in degrees from 0 to 180, in either direction.
    """

    name: str = "own"
    family: str = "polygons"
    axes: tuple[str, ...] = ("plane",)
    angles: tuple[float, ...] = tuple(range(0, 181, 20))
    vertices: tuple[int, ...] = ()
    count: int = 6
    both_hands: bool = False
    figures: tuple[Figure, ...] = ()
    repetitions: int = 1
    blocks: int = 1
    presentation: str = "pair"
    split: str = "test"

    def __post_init__(self):
        check_family(self.family)
        check_split(self.split)
        known = COMPLEXITIES[self.family]
        for many in ("axes", "angles", "vertices", "figures"):
            object.__setattr__(self, many, tuple(getattr(self, many)))
        object.__setattr__(self, "vertices", self.vertices or tuple(known))
        _check_known("presentation", (self.presentation,), PRESENTATIONS)
        _check_known("axis", self.axes, AXES)
        _check_known(f"number of vertices of {self.family}", self.vertices, known)
        if self.family in FLAT and set(self.axes) - {"plane"}:
            raise ValueError(f"{self.family} are flat and turn in the plane only, not about {', '.join(self.axes)}")
        if not self.axes or not self.angles:
            raise ValueError("a design without axes or without angles has no pairs; give at least one of each")
        for angle in self.angles:
            check_angle(angle)
        for what in ("count", "repetitions", "blocks"):
            number = getattr(self, what)
            if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= MOST:
                raise ValueError(f"{what} is {number!r}; it must be a whole number from 1 to {MOST}")
        if not self.figures:
            shapes = pool(self.family, self.split, self.vertices, self.count)
            mirrors = tuple(shape.mirror() for shape in shapes) if self.both_hands else ()
            object.__setattr__(self, "figures", shapes + mirrors)
        for figure in self.figures:
            if figure.family != self.family:
                raise ValueError(f"{figure.name} is one of the {figure.family}; this design is of {self.family}")
            if not figure.handed:
                raise ValueError(f"{figure.name}, one of the {figure.family}, is its own mirror image once it is "
                                 f"turned, or nearly so; give figures that differ from their mirror images")

    def session(self, rng: np.random.Generator) -> tuple[tuple[Pair, ...], ...]:
        """The pairs of every block."""
        starts = {figure: self._start(figure, rng) for figure in self.figures} if self.presentation == "memory" else {}
        return tuple(tuple(self._block(rng, starts)) for _ in range(self.blocks))

    def _block(self, rng: np.random.Generator, starts: dict[Figure, np.ndarray]) -> Iterator[Pair]:
        cells = list(product(self.axes, self.angles, (True, False))) * self.repetitions
        turns = cycle(self.figures[i] for i in rng.permutation(len(self.figures)))
        figures = [next(turns) for _ in cells]  # one after the other, so that each occurs as often
        directions = rng.choice((1, -1), len(cells))
        figures = [figures[i] for i in rng.permutation(len(cells))]
        for i in rng.permutation(len(cells)):
            (axis, angle, same), figure, direction = cells[i], figures[i], int(directions[i])
            turn = rotation(self._axis(axis, rng), direction * angle)
            start = starts[figure] if starts else legible_start(figure, ((turn, same),), rng)
            yield Pair(figure, start, axis, angle, direction, turn, same)

    def _start(self, figure: Figure, rng: np.random.Generator) -> np.ndarray:
        """One pose to learn a figure in."""
        return legible_start(figure, tuple(
            (rotation(self._axis(axis, rng), sign * angle), same)
            for axis, angle, same, sign in product(self.axes, self.angles, (True, False), (1, -1))), rng)

    def _axis(self, axis: str, rng: np.random.Generator) -> np.ndarray:
        if axis == "other":
            return rng.choice(other_axes(self.split))
        return PLANE if axis == "plane" else VERTICAL


def legible_start(figure: Figure, turns: tuple[tuple[np.ndarray, bool], ...], rng: np.random.Generator) -> np.ndarray:
    """A pose (3, 3) from which a block figure and as many as can be of its `turns` (turn, same) are legible.

    Shepard & Metzler showed no view in which a part was wholly hidden. Flat figures stand upright.
    """
    if figure.family in FLAT:
        return UPRIGHT
    mirror, best, most = figure.mirror(), UPRIGHT, -1
    for _ in range(TRIES):
        start = random_turn(rng)
        if not figure.legible(start):
            continue
        reflected = MIRROR @ start @ MIRROR
        seen = sum(figure.legible(turn @ start) if same else mirror.legible(turn @ reflected) for turn, same in turns)
        if seen > most:
            best, most = start, seen
        if seen == len(turns):
            break
    return best


def check_angle(angle: float) -> None:
    """Raise ValueError unless `angle` is in degrees from 0 to 180."""
    if not isinstance(angle, Real) or not 0 <= angle <= 180:
        raise ValueError(f"an angle of {angle!r} degrees is out of range; angles are numbers from 0 to 180")


def _check_known(what: str, given: Iterable, known: Collection) -> None:
    for value in given:
        if value not in known:
            raise ValueError(f"unknown {what} {value!r}; it is one of {', '.join(map(str, known))}")


def published(name: str) -> Design:
    """A published design by name."""
    _check_known("design", (name,), PUBLISHED)
    return Design(name, **PUBLISHED[name])


def read_designs(text: str) -> tuple[Design, ...]:
    """Designs as JSON: a list of names of published ones, and of objects that give a `name` and fields of `Design`.

    Raises ValueError for anything else, for two of the same name, and for one named like another of the experiment's.
    """
    rows = read_list(text, "designs", "a list of names of published ones, or of objects with a name")
    designs = tuple(map(_read, rows))
    names = [design.name for design in designs]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"two designs are called {min(twice)!r}; give each a name of its own")
    return designs


def _read(row: Any) -> Design:
    if isinstance(row, str):
        return published(row)
    if not isinstance(row, dict) or not isinstance(row.get("name"), str) or not row["name"].strip():
        raise ValueError(f"{json.dumps(row)} is no design; give the name of a published one or an object with a name")
    _check_known("part of a design", row, OWN)
    if row["name"].split()[0] in (*PUBLISHED, *OURS):
        raise ValueError(f"the name {row['name']!r} begins as that of a design of the experiment's; give it another")
    try:
        return Design(**row)
    except TypeError as error:
        raise ValueError(f"the design {row['name']!r} cannot be read: {error}") from None


OURS = "any-axis", "practice"                     # designs of the experiment that nobody published
PUBLISHED = {
    # 20 shapes of five or six vertices; two blocks of 100 trials, at each angle five same and five mirror pairs
    "hamrick-2014": {"family": "polygons", "vertices": (5, 6), "count": 20, "repetitions": 5, "blocks": 2},
    # ten objects of ten cubes, five and their mirror figures; in the plane and in depth
    "shepard-1971": {"family": "blocks", "axes": ("plane", "vertical"), "vertices": (10,), "count": 5,
                     "both_hands": True, "repetitions": 2},
    # R, J, G, 2, 5, 7, normal or backward, every 60 degrees around
    "cooper-1973": {"family": "letters", "angles": (0, 60, 120, 180), "count": 6, "repetitions": 6,
                    "presentation": "memory"},
    # random forms of rising complexity, learned in one orientation
    "cooper-1975": {"family": "polygons", "vertices": (6, 8, 12), "angles": (0, 60, 120, 180), "count": 6,
                    "repetitions": 6, "presentation": "memory"},
    # 48 objects in depth, 96 trials
    "ganis-2015": {"family": "blocks", "axes": ("vertical",), "angles": (0, 50, 100, 150), "count": 48,
                   "repetitions": 12},
}
