"""What a statement about a landmark says of its place: the facts behind English descriptions.

A fact names a landmark and the region that its words allow. Positions are (x, y) in map widths, x to the right and
y down; bearings are clockwise from north. Exact statements (centimetres, a clock direction) allow a point or a line,
vague ones (compass, grid, relations) an area. `distance` is how far a place lies from what the words allow, the
measure by which imagined islands are judged; `sample` draws a place that obeys them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from envs.stimuli.islands import Coast

Place = tuple[float, float]
Places = Mapping[str, Place]

CENTRE = (0.5, 0.5)
MAP_CM = 20.0                                    # the printed map is 20 cm wide
GRID = 10                                        # columns A-J from the left, rows 1-10 from the top
DIRECTIONS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")
INLAND = {"shore": (0.27, 0.62), "inland": (0.14, 0.27), "heart": (0.04, 0.16)}  # distance from the centre
NEAR = (0.10, 0.20)                              # how far "just below" reaches
RELATIONS = {"above": 0, "right": 2, "below": 4, "left": 6}    # index into DIRECTIONS


def polar(bearing: float, radius: float, origin: Place = CENTRE) -> Place:
    return origin[0] + radius * np.sin(bearing), origin[1] - radius * np.cos(bearing)


def sector_distance(place: Place, origin: Place, bearing: float, half_angle: float, low: float, high: float) -> float:
    """Distance of `place` from the ring sector around `origin`: bearing within `half_angle`, radius in [low, high]."""
    dx, dy = place[0] - origin[0], place[1] - origin[1]
    radius = float(np.hypot(dx, dy))
    turn = (np.arctan2(dx, -dy) - bearing + np.pi) % (2 * np.pi) - np.pi
    if abs(turn) <= half_angle:
        return max(low - radius, radius - high, 0.0)
    edge = bearing + np.sign(turn) * half_angle
    along = np.clip(dx * np.sin(edge) - dy * np.cos(edge), low, high)
    nearest = polar(edge, along, origin)
    return float(np.hypot(place[0] - nearest[0], place[1] - nearest[1]))


@dataclass(frozen=True)
class Fact:
    """A landmark is somewhere; the bare statement of its presence."""

    kind: str
    register: ClassVar[str] = "bare"
    anchors: ClassVar[tuple[str, ...]] = ()

    def distance(self, places: Places) -> float:
        """Distance in map widths of this landmark from the region its words allow."""
        return 0.0

    def sample(self, rng: np.random.Generator, coast: Coast, places: Places) -> Place:
        bearing = rng.uniform(0, 2 * np.pi)
        return polar(bearing, coast.radius(bearing) * np.sqrt(rng.uniform()))


@dataclass(frozen=True)
class Clock(Fact):
    """On the shore, in a direction of the clock face; `half_hours` 0 to 23 from 12 o'clock."""

    half_hours: int
    register: ClassVar[str] = "clock"

    @property
    def bearing(self) -> float:
        return self.half_hours * np.pi / 12

    def distance(self, places: Places) -> float:
        return sector_distance(places[self.kind], CENTRE, self.bearing, 0.0, *INLAND["shore"])

    def sample(self, rng: np.random.Generator, coast: Coast, places: Places) -> Place:
        return polar(self.bearing, coast.radius(self.bearing) - rng.uniform(0.045, 0.06))


@dataclass(frozen=True)
class Compass(Fact):
    """In one of eight directions, at one of three depths inland."""

    direction: int
    depth: str
    register: ClassVar[str] = "compass"

    def distance(self, places: Places) -> float:
        return sector_distance(places[self.kind], CENTRE, self.direction * np.pi / 4, np.pi / 8, *INLAND[self.depth])

    def sample(self, rng: np.random.Generator, coast: Coast, places: Places) -> Place:
        bearing = (self.direction + rng.uniform(-0.45, 0.45)) * np.pi / 4
        low, high = INLAND[self.depth]
        return polar(bearing, min(rng.uniform(low + 0.01, min(high - 0.01, 0.5)), coast.radius(bearing) - 0.05))


@dataclass(frozen=True)
class Centimetres(Fact):
    """Measured from the left and top edges of the 20 cm map, to the millimetre."""

    left: float
    top: float
    register: ClassVar[str] = "grid"

    def distance(self, places: Places) -> float:
        x, y = places[self.kind]
        return float(np.hypot(x - self.left / MAP_CM, y - self.top / MAP_CM))

    def sample(self, rng: np.random.Generator, coast: Coast, places: Places) -> Place:
        return self.left / MAP_CM, self.top / MAP_CM


@dataclass(frozen=True)
class Square(Fact):
    """Somewhere in a square of the map's 10 x 10 grid."""

    column: int
    row: int
    register: ClassVar[str] = "grid"

    def distance(self, places: Places) -> float:
        x, y = places[self.kind]
        gap = [max(index / GRID - value, value - (index + 1) / GRID, 0.0)
               for index, value in ((self.column, x), (self.row, y))]
        return float(np.hypot(*gap))

    def sample(self, rng: np.random.Generator, coast: Coast, places: Places) -> Place:
        return (self.column + rng.uniform(0.1, 0.9)) / GRID, (self.row + rng.uniform(0.1, 0.9)) / GRID


@dataclass(frozen=True)
class Relation(Fact):
    """Just above, right of, below or left of another landmark."""

    relation: str
    anchor: str
    register: ClassVar[str] = "relation"

    @property
    def anchors(self) -> tuple[str, ...]:
        return (self.anchor,)

    def distance(self, places: Places) -> float:
        bearing = RELATIONS[self.relation] * np.pi / 4
        return sector_distance(places[self.kind], places[self.anchor], bearing, np.pi / 8, *NEAR)

    def sample(self, rng: np.random.Generator, coast: Coast, places: Places) -> Place:
        bearing = RELATIONS[self.relation] * np.pi / 4 + rng.uniform(-0.3, 0.3)
        return polar(bearing, rng.uniform(NEAR[0] + 0.02, NEAR[1] - 0.02), places[self.anchor])


@dataclass(frozen=True)
class Between(Fact):
    """Midway between two other landmarks."""

    first: str
    second: str
    register: ClassVar[str] = "relation"
    TOLERANCE: ClassVar[float] = 0.04

    @property
    def anchors(self) -> tuple[str, ...]:
        return (self.first, self.second)

    def midpoint(self, places: Places) -> Place:
        (x0, y0), (x1, y1) = places[self.first], places[self.second]
        return (x0 + x1) / 2, (y0 + y1) / 2

    def distance(self, places: Places) -> float:
        (x, y), (mx, my) = places[self.kind], self.midpoint(places)
        return max(float(np.hypot(x - mx, y - my)) - self.TOLERANCE, 0.0)

    def sample(self, rng: np.random.Generator, coast: Coast, places: Places) -> Place:
        return polar(rng.uniform(0, 2 * np.pi), self.TOLERANCE * rng.uniform(0, 0.8), self.midpoint(places))


REGISTERS = ("clock", "compass", "grid", "relation", "bare")


def resolve(facts: tuple[Fact, ...], rng: np.random.Generator, coast: Coast) -> dict[str, Place]:
    """A place for every landmark that obeys its fact, anchors first.

    Raises ValueError if a landmark is stated twice, an anchor is named twice or never placed, or relations run in a
    circle.
    """
    kinds = [fact.kind for fact in facts]
    for kind in kinds:
        if kinds.count(kind) > 1:
            raise ValueError(f"the {kind} is described twice; describe each landmark once")
    for fact in facts:
        if len(set(fact.anchors)) < len(fact.anchors):
            raise ValueError(f"the {fact.kind} is placed between the {fact.anchors[0]} and itself; name two different "
                             "landmarks")
        for anchor in fact.anchors:
            if anchor not in kinds:
                raise ValueError(f"the {fact.kind} is placed by the {anchor}, which is not described; describe it too")
    places: dict[str, Place] = {}
    waiting = list(facts)
    while waiting:
        ready = [fact for fact in waiting if all(anchor in places for anchor in fact.anchors)]
        if not ready:
            raise ValueError("relations run in a circle: " + ", ".join(fact.kind for fact in waiting)
                             + "; place one of them by clock, compass or grid")
        for fact in ready:
            places[fact.kind] = fact.sample(rng, coast, places)
        waiting = [fact for fact in waiting if fact not in ready]
    return places


def fitting(rng: np.random.Generator, register: str, kind: str, coast: Coast, places: Places) -> Fact:
    """A random fact of a register about `kind`, given the landmarks already placed."""
    if register == "clock":
        return Clock(kind, int(rng.integers(24)))
    if register == "compass":
        return Compass(kind, int(rng.integers(8)), str(rng.choice(list(INLAND))))
    if register == "grid":
        x, y = Fact(kind).sample(rng, coast, places)
        if rng.uniform() < 0.5:
            return Centimetres(kind, round(x * MAP_CM, 1), round(y * MAP_CM, 1))
        return Square(kind, int(x * GRID), int(y * GRID))
    if register == "relation" and len(places) >= 2 and rng.uniform() < 0.15:
        first, second = rng.choice(list(places), 2, replace=False)
        return Between(kind, str(first), str(second))
    if register == "relation" and places:
        return Relation(kind, str(rng.choice(list(RELATIONS))), str(rng.choice(list(places))))
    return Fact(kind)
