"""Random polygons of 5 to 12 vertices (Cooper 1975, Cognitive Psychology 7, 20-43; Hamrick & Griffiths 2014).

They are made by the first method of Attneave & Arnoult (1956, Psychological Bulletin 53, 452-471): random points, the
outermost joined to a convex polygon, into whose sides the others are taken one by one. A polygon has coordinates of its
own: (0, 0) is its centre of mass, its farthest vertex is .5 from there, x points to the right and y down.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PIL import Image, ImageDraw

from envs.stimuli.handedness import LEAST, unlikeness
from envs.stimuli.turns import SPLITS, UPRIGHT, check_split, in_plane

VERTICES = range(5, 13)
LEAST_GAP = .045  # between a vertex and a side that does not end there: three pixels of 64
BEND = 20., 165.  # degrees: bounds of the angle between the sides at a vertex
LEAST_AREA = .25  # of the disc that takes in the polygon
SUPERSAMPLING = 4
FULLEST = .94  # of a picture that this disc takes up


@dataclass(frozen=True)
class Polygon:
    """One polygon, filled. Raises ValueError for sides that cross."""

    points: tuple[tuple[float, float], ...]
    name: str = "polygon"
    family = "polygons"

    def __post_init__(self):
        points = np.array(self.points, float)
        if points.ndim != 2 or points.shape[1] != 2 or len(points) < 3 or not np.isfinite(points).all():
            raise ValueError("a polygon is three or more points, each two finite numbers")
        if not _simple(points):
            raise ValueError("the sides of a polygon must not cross or touch; order its points along its outline")

    @property
    def vertices(self) -> int:
        return len(self.points)

    @cached_property
    def handed(self) -> bool:
        """Whether `unlikeness` to its own mirror image is at least `LEAST`."""
        return unlikeness(self.draw(UPRIGHT, 128)) >= LEAST

    def mirror(self) -> Polygon:
        """The mirror polygon: left and right exchanged."""
        return Polygon(tuple((-x, y) for x, y in self.points), self.name)

    def draw(self, turn: np.ndarray, size: int = 64) -> np.ndarray:
        """The polygon after a turn (3, 3) in the plane: ink (size, size) float32 in [0, 1], anti-aliased."""
        fine = SUPERSAMPLING * size
        canvas = Image.new("L", (fine, fine))
        places = fine * (.5 + FULLEST * np.array(self.points) @ in_plane(turn).T)
        ImageDraw.Draw(canvas).polygon(places.ravel().tolist(), fill=255)
        return np.asarray(canvas.reduce(SUPERSAMPLING), np.float32) / 255


def figure(split: str, vertices: int, number: int = 0) -> Polygon:
    """One of the polygons of a split, by number from 0 up; always the same, and in no other split."""
    check_split(split)
    rng = np.random.default_rng((SPLITS.index(split), vertices, number))
    return sample(rng, vertices, f"{split}-{vertices}-{number}")


def sample(rng: np.random.Generator, vertices: int, name: str = "polygon") -> Polygon:
    """A random polygon, every vertex of which is seen, and which is unlike its own mirror image by `LEAST` or more."""
    if vertices not in VERTICES:
        raise ValueError(f"there are no polygons of {vertices!r} vertices; ask for {VERTICES[0]} to {VERTICES[-1]}")
    while True:
        points = _attneave(rng, vertices)
        if points is not None and _clear(points := _centred(points)):
            polygon = Polygon(tuple(map(tuple, points.tolist())), name)
            if polygon.handed:
                return polygon


def area(points: np.ndarray) -> float:
    """Area of a polygon (N, 2), positive if its points follow clockwise where y points down."""
    return float(_crosses(points, np.roll(points, -1, 0)).sum() / 2)


def _attneave(rng: np.random.Generator, vertices: int) -> np.ndarray | None:
    """Random points (N, 2) in the order of an outline, clockwise, or None if a point found no side to be taken into."""
    points = rng.uniform(-1, 1, (vertices, 2))
    outline = _hull(points)
    for point in rng.permutation(sorted(set(range(vertices)) - set(outline))):
        for side in rng.permutation(len(outline)):
            wider = [*outline[:side + 1], point, *outline[side + 1:]]
            if _simple(points[wider]):
                outline = wider
                break
        else:
            return None
    return points[outline]


def _hull(points: np.ndarray) -> list[int]:
    """The outermost points by index, clockwise where y points down (gift wrapping)."""
    hull = [int(points[:, 0].argmin())]
    while True:
        arms = points - points[hull[-1]]
        crosses = arms[:, None, 0] * arms[None, :, 1] - arms[:, None, 1] * arms[None, :, 0]
        crosses[:, hull[-1]] = 0
        crosses[hull[-1]] = -1
        following = int(np.flatnonzero((crosses >= 0).all(1))[0])  # all others lie on the right of the way there
        if following == hull[0]:
            return hull
        hull.append(following)


def _simple(points: np.ndarray) -> bool:
    """Whether no two sides of the outline (N, 2) cross or touch, but for neighbours at their common vertex."""
    ends = np.roll(points, -1, 0)
    before = _sides(points, ends, points) * _sides(points, ends, ends) <= 0  # side i's line parts the ends of side j
    steps = np.subtract.outer(range(len(points)), range(len(points))) % len(points)
    apart = (steps > 1) & (steps < len(points) - 1)
    distinct = (np.abs(ends - points).max(1) > 0).all()
    return bool(distinct and not (before & before.T & apart).any())


def _sides(start: np.ndarray, end: np.ndarray, points: np.ndarray) -> np.ndarray:
    """On which side of the lines from `start` to `end` (N, 2) `points` (M, 2) lie: signs, (N, M)."""
    return np.sign(_crosses((end - start)[:, None], points - start[:, None]))


def _clear(points: np.ndarray) -> bool:
    """Whether every vertex of a centred outline (N, 2) is seen: none close to another side, none nearly straight."""
    back, forth = np.roll(points, 1, 0) - points, np.roll(points, -1, 0) - points
    bend = np.rad2deg(np.abs(np.arctan2(_crosses(back, forth), (back * forth).sum(1))))
    arms = points[:, None] - points  # (vertex, side, 2)
    along = np.clip((arms * forth).sum(-1) / (forth * forth).sum(-1), 0, 1)
    gaps = np.hypot(*(arms - along[..., None] * forth).transpose(2, 0, 1))
    own = np.eye(len(points), dtype=bool)
    return bool((bend >= BEND[0]).all() and (bend <= BEND[1]).all() and area(points) >= LEAST_AREA * np.pi / 4
                and gaps[~(own | np.roll(own, -1, 1))].min() >= LEAST_GAP)


def _centred(points: np.ndarray) -> np.ndarray:
    """The polygon (N, 2) about its centre of mass, its farthest vertex at .5."""
    following = np.roll(points, -1, 0)
    weights = _crosses(points, following)[:, None]
    points = points - ((points + following) * weights).sum(0) / (3 * weights.sum())
    return points / (2 * np.hypot(*points.T).max())


def _crosses(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Cross products (...,) of plane vectors (..., 2)."""
    return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
