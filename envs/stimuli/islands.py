"""Islands: land in a square sea with landmarks on it, described by numbers and rendered to pixels.

Positions are (x, y) in units of the map's width, x to the right and y down, both in [0, 1]; the map's centre is
(.5, .5). Bearings are radians clockwise from north.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from PIL import Image, ImageDraw

from envs.stimuli.landmarks import KINDS, check_kind, draw

CENTRE = .5
KNOTS = 96  # radii that describe a coast
OUTLINE = 192  # vertices of a coast as drawn and as measured against
LEAST_RADIUS = .33  # of sampled and fitted coasts
LIMIT = .485  # of every coast, from the centre in |x| and in |y|
SUPERSAMPLING = 4
SHORE = .011  # breadth of the pale rim outside the coast


@dataclass(frozen=True)
class Landmark:
    """One thing on a map: its kind, the position of its centre of mass, and its extent in map widths."""

    kind: str
    x: float
    y: float
    size: float = .115

    def __post_init__(self):
        check_kind(self.kind)
        if not (0 <= self.x <= 1 and 0 <= self.y <= 1):
            raise ValueError(f"the {self.kind} at ({self.x}, {self.y}) lies off the map; x and y must be in [0, 1]")
        if not 0 < self.size <= 1:
            raise ValueError(f"the {self.kind} has size {self.size}; a size is in map widths, in (0, 1]")


@dataclass(frozen=True)
class Coast:
    """A coast line around the map's centre: radii in map widths at equally spaced bearings, the first at north."""

    radii: tuple[float, ...]

    @classmethod
    def circle(cls, radius: float = .42) -> Coast:
        return cls((radius,) * KNOTS)

    @classmethod
    def sample(cls, rng: np.random.Generator) -> Coast:
        """A roundish, elongated or squarish coast; its radius is nowhere less than `LEAST_RADIUS`."""
        shape = (_roundish, _elongated, _squarish)[rng.integers(3)]
        ripples = _harmonics(rng, orders=range(3, 7), amplitude=.006)
        lowest = LEAST_RADIUS + .005  # room for the interpolation between knots
        return cls(tuple(np.clip(shape(rng) + ripples, lowest, _limit(_bearings(KNOTS))).tolist()))

    @classmethod
    def around(cls, points: Iterable[tuple[float, float]], margin: float = .07) -> Coast:
        """The smoothest coast that keeps the map positions `points` (N, 2) at least `margin` inside, where land fits.

        Least bending and departure from a circle of radius .4, between the radii the points need and the map's limit.
        """
        upper = _limit(_bearings(KNOTS))
        lower = np.minimum(np.maximum(_needed(np.asarray(points, float) - CENTRE, margin), LEAST_RADIUS + .005), upper)
        return cls(tuple(_smoothest(.4, lower, upper).tolist()))

    def radius(self, bearing: np.ndarray | float) -> np.ndarray:
        """Distance of the coast from the centre, in map widths, along each bearing; any shape, periodic and smooth."""
        knots = np.asarray(self.radii)
        place = np.asarray(bearing, float) * (len(knots) / (2 * np.pi))
        k = np.floor(place).astype(int)
        t = place - k
        a, b, c, d = (knots[(k + step) % len(knots)] for step in (-1, 0, 1, 2))
        curve = b + .5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))  # Catmull-Rom
        return np.minimum(curve, _limit(bearing))

    @cached_property
    def outline(self) -> np.ndarray:
        """The coast as a closed polygon of map positions, (OUTLINE, 2), clockwise from north."""
        bearings = _bearings(OUTLINE)
        return CENTRE + self.radius(bearings)[:, None] * _directions(bearings)

    def contains(self, x: np.ndarray | float, y: np.ndarray | float, margin: float = 0.) -> np.ndarray:
        """Whether each map position is on land and at least `margin` map widths from the coast; any shape."""
        east, south = np.asarray(x, float) - CENTRE, np.asarray(y, float) - CENTRE
        inside = np.hypot(east, south) <= self.radius(np.arctan2(east, -south))
        if margin <= 0:
            return inside
        coast = self.outline - CENTRE
        distance = np.hypot(east[..., None] - coast[:, 0], south[..., None] - coast[:, 1]).min(-1)
        return inside & (distance >= margin)


@dataclass(frozen=True)
class Island:
    """A map: its landmarks (each kind once at most), its coast, and a seed >= 0 for all else that is seen."""

    landmarks: tuple[Landmark, ...]
    coast: Coast
    style: int

    def __post_init__(self):
        kinds = [landmark.kind for landmark in self.landmarks]
        twice = sorted({kind for kind in kinds if kinds.count(kind) > 1})
        if twice:
            raise ValueError(f"an island holds each kind once at most; given more than once: {', '.join(twice)}")

    def positions(self) -> dict[str, tuple[float, float]]:
        return {landmark.kind: (landmark.x, landmark.y) for landmark in self.landmarks}


def render(island: Island, size: int = 64) -> np.ndarray:
    """The map's pixels, (size, size, 3) uint8 RGB, anti-aliased; the island alone determines them.

    A landmark's looks depend on the island's style and its own kind only, so that moving or removing one leaves the
    others as they were.
    """
    if size < 16:
        raise ValueError(f"a map of {size} pixels is too small to draw; the least size is 16")
    return _drawn(island, size).copy()


@lru_cache(256)                                   # a participant sees one map in many sessions
def _drawn(island: Island, size: int) -> np.ndarray:
    canvas_size = SUPERSAMPLING * size
    sea, shore, land = _ground_colours(np.random.default_rng((island.style, len(KINDS))))
    canvas = Image.new("RGB", (canvas_size, canvas_size), sea)
    pen = ImageDraw.Draw(canvas)
    pen.polygon((canvas_size * _widened(island.coast.outline, SHORE)).ravel().tolist(), fill=shore)
    pen.polygon((canvas_size * island.coast.outline).ravel().tolist(), fill=land)
    for landmark in island.landmarks:
        rng = np.random.default_rng((island.style, KINDS.index(landmark.kind)))
        draw(landmark.kind, pen, (canvas_size * landmark.x, canvas_size * landmark.y), canvas_size * landmark.size, rng)
    return np.array(canvas.reduce(SUPERSAMPLING))


def _ground_colours(rng: np.random.Generator) -> list[tuple[int, int, int]]:
    """Sea, shore and land: blue, pale, and somewhere between green and tan."""
    green, tan = np.array((146, 180, 100)), np.array((204, 184, 132))
    hues = np.stack([(66, 116, 178), (236, 230, 208), green + rng.random() * (tan - green)])
    return [tuple(hue) for hue in (hues + rng.uniform(-10, 10, (3, 3))).astype(int).tolist()]


def _widened(outline: np.ndarray, breadth: float) -> np.ndarray:
    """The outline (N, 2) moved outward from the centre by `breadth`."""
    arms = outline - CENTRE
    return outline + breadth * arms / np.hypot(arms[:, :1], arms[:, 1:])


def _bearings(count: int) -> np.ndarray:
    return np.arange(count) * (2 * np.pi / count)


def _directions(bearings: np.ndarray) -> np.ndarray:
    """Unit steps (x, y) along bearings, (N, 2)."""
    return np.stack([np.sin(bearings), -np.cos(bearings)], -1)


def _limit(bearing: np.ndarray | float) -> np.ndarray:
    """The greatest radius along each bearing that stays within `LIMIT` of the centre in |x| and |y|."""
    return LIMIT / np.maximum(np.abs(np.sin(bearing)), np.abs(np.cos(bearing)))


def _harmonics(rng: np.random.Generator, orders: Iterable[int], amplitude: float) -> np.ndarray:
    """A sum of cosines of the bearing with random amplitudes and phases, (KNOTS,)."""
    order = np.array(list(orders))[:, None]
    scale, phase = rng.normal(0, amplitude, order.shape), rng.uniform(0, 2 * np.pi, order.shape)
    return (scale * np.cos(order * _bearings(KNOTS) + phase)).sum(0)


def _superellipse(wide: float, high: float, power: float, turn: float = 0.) -> np.ndarray:
    """Radii (KNOTS,) of a superellipse with these half axes: 2 is an ellipse, greater powers near a rectangle."""
    step = np.abs(_directions(_bearings(KNOTS) - turn)) / (wide, high)
    return (step ** power).sum(-1) ** (-1 / power)


def _roundish(rng: np.random.Generator) -> np.ndarray:
    return rng.uniform(.4, .45) + _harmonics(rng, orders=range(2, 6), amplitude=.018)


def _elongated(rng: np.random.Generator) -> np.ndarray:
    return _superellipse(rng.uniform(.43, .48), rng.uniform(.335, .37), rng.uniform(2, 2.6), rng.uniform(0, np.pi))


def _squarish(rng: np.random.Generator) -> np.ndarray:
    return _superellipse(*rng.uniform(.44, .475, 2), rng.uniform(3.5, 7))


def _needed(arms: np.ndarray, margin: float, fineness: int = 20) -> np.ndarray:
    """Radii (KNOTS,) that take in a disc of radius `margin` about each point, `arms` (N, 2) from the centre.

    A knot takes the greatest need within one step of bearing on either side of it.
    """
    directions = _directions(_bearings(KNOTS * fineness))
    along, across = arms @ directions.T, arms @ (directions[:, ::-1] * (1, -1)).T
    reach = np.where(np.abs(across) <= margin, along + np.sqrt(np.maximum(margin ** 2 - across ** 2, 0)), 0).max(0)
    blocks = reach.reshape(KNOTS, fineness).max(1)  # each from one knot to the next
    return np.maximum(blocks, np.roll(blocks, 1))


def _smoothest(target: float, lower: np.ndarray, upper: np.ndarray, bending: float = 1e-2) -> np.ndarray:
    """Radii between bounds, all (KNOTS,), of least squared departure from `target` plus `bending` by curvature."""
    order = np.fft.rfftfreq(KNOTS, 1 / KNOTS)
    stiffness = 1 + bending * order ** 4
    bounded, excess = np.clip(np.full(KNOTS, target), lower, upper), np.zeros(KNOTS)
    for _ in range(2000):  # alternating direction method of multipliers, with penalty 1
        wish = np.fft.rfft(bounded - excess)
        wish[0] += KNOTS * target
        smooth = np.fft.irfft(wish / (stiffness + 1), KNOTS)
        bounded = np.clip(smooth + excess, lower, upper)
        excess += smooth - bounded
    return bounded
