"""What comes of steps, exactly: line drawings whose every stroke knows which part it is of and how it lies.

Lengths are in heights of a capital letter, x to the right and y down; a figure's longer side is 1 unless its size is
given. A drawing is what a perfect image would be: stimuli and controls are drawn from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, reduce

import numpy as np

from envs.stimuli import letter_strokes, lines
from envs.stimuli import steps as S

MOST_STEPS, MOST_PARTS = 20, 12
CLOSE = .02  # what is nearer meets
UPRIGHT = 8.  # degrees: lines no further from the vertical or the level are called so
CORNER = 30.  # degrees: a sharper turn ends a stroke
FRAMED = .8  # of a picture that a drawing takes up

SCALES = {"": (1, 1), "tiny": (.15, .15), "small": (.4, .4), "large": (1.6, 1.6), "huge": (2.5, 2.5),  # the longer side
          "short": (.5, 1), "long": (2, 1), "narrow": (1, .4)}  # and the other
INSIDE = {"": .55, "tiny": .12, "small": .28, "large": .8, "huge": .95, "short": .3, "long": .85, "narrow": .55}
IN_A_CORNER = .5  # of these, for what is inside near a side or corner
AROUND = {"large": 1.5, "huge": 2., "same size": 1.}  # times the least that surrounds it
ROOMY = 1.1  # if nothing is said
GAP = .2
OVERLAP = .5  # of the thinner of the two
TOWARDS = {"top": (0, -1), "bottom": (0, 1), "left": (-1, 0), "right": (1, 0), "middle": (0, 0), "": (0, 0)}
FACES = {"above": "top", "below": "bottom", "left": "left", "right": "right"}
OPPOSITE = {"top": "bottom", "bottom": "top", "left": "right", "right": "left"}


@dataclass(frozen=True, eq=False)
class Stroke:
    """A polyline (N, 2), the number of the part that it is of, and whether it is curved; a straight one has N = 2.

    `pose` (3, 3) is all that was done to it since it was imagined, from the part's own coordinates to the drawing's.
    """

    points: np.ndarray
    part: int
    curved: bool
    pose: np.ndarray = field(default_factory=lambda: np.eye(3))

    @property
    def kind(self) -> str:
        """How it lies: one of `steps.KINDS`."""
        if self.curved:
            return "curved"
        x, y = np.abs(self.points[-1] - self.points[0])
        steep = np.rad2deg(np.arctan2(y, x))
        return "vertical" if steep >= 90 - UPRIGHT else "horizontal" if steep <= UPRIGHT else "diagonal"

    @property
    def length(self) -> float:
        return float(np.hypot(*np.diff(self.points, axis=0).T).sum())

    @property
    def middle(self) -> np.ndarray:
        return (self.points.min(0) + self.points.max(0)) / 2


Strokes = tuple[Stroke, ...]
Pieces = tuple[tuple[np.ndarray, bool], ...]


@dataclass(frozen=True, eq=False)
class Construction:
    """A drawing, the steps that led to it, and the parts imagined on the way, whether they are still there or not."""

    steps: tuple[S.Step, ...] = ()
    parts: tuple[S.Part, ...] = ()
    strokes: Strokes = ()

    def after(self, k: int) -> Construction:
        """The drawing after the first `k` steps."""
        if not 0 <= k <= len(self.steps):
            raise ValueError(f"there are {len(self.steps)} steps, and none after {k} of them")
        return reduce(perform, self.steps[:k], Construction())

    def draw(self, size: int = 64, width: float = .05) -> np.ndarray:
        """The drawing as ink (size, size) in [0, 1], framed to fit; `width` of strokes in picture widths."""
        if not self.strokes:
            return np.zeros((size, size), np.float32)
        low, high = box(self.strokes)
        scale = FRAMED / (high - low).max()
        return lines.draw(tuple((stroke.points - (low + high) / 2) * scale for stroke in self.strokes), size, width)


def build(steps: Sequence[S.Step]) -> Construction:
    """The drawing that steps lead to.

    Raises ValueError, in one line that says which step it is, where there is nothing of what a step speaks of.
    """
    if not steps:
        raise ValueError("there are no steps; begin with one that imagines something")
    if len(steps) > MOST_STEPS:
        raise ValueError(f"{len(steps)} steps are more than anyone keeps in mind; give at most {MOST_STEPS}")
    parts = sum(isinstance(step, (S.Imagine, S.Add)) for step in steps)
    if parts > MOST_PARTS:
        raise ValueError(f"{parts} parts are more than anyone keeps in mind; give at most {MOST_PARTS}")
    drawing = Construction()
    for number, step in enumerate(steps, 1):
        try:
            drawing = perform(drawing, step)
        except ValueError as error:
            raise ValueError(f"step {number}: {error}") from None
    return drawing


def perform(drawing: Construction, step: S.Step, seen: Sequence[np.ndarray] | None = None) -> Construction:
    """The drawing after one more step; `seen`, curves (N, 2), are what a part imagined in it consists of, if not of the
    strokes that it is known to have."""
    S.check(step)
    if isinstance(step, S.Imagine) == bool(drawing.steps):
        raise ValueError("the first step, and no other, imagines something; later ones add to it")
    parts = drawing.parts + ((step.part,) if isinstance(step, (S.Imagine, S.Add)) else ())
    strokes = _performed(drawing, step, None if seen is None else tuple((line, True) for line in seen))
    if not strokes:
        raise ValueError("that leaves nothing of the image")
    return Construction((*drawing.steps, step), parts, strokes)


def _performed(drawing: Construction, step: S.Step, pieces: Pieces | None) -> Strokes:
    match step:
        case S.Imagine(part):
            return _imagined(part, 0, pieces)
        case S.Add(part, place):
            anchor = select(drawing, place.of)[0]
            natural = replace(part, size="") if part.size in S.FITS else part
            new = _sized(_imagined(natural, len(drawing.parts), pieces), part, place, anchor)
            return drawing.strokes + _placed(new, place, anchor)
        case S.Turn(degrees, what):
            chosen, rest = select(drawing, what)
            return rest + _about(chosen, _middle(chosen), lines.at(degrees=degrees))
        case S.Flip(axis, what):
            chosen, rest = select(drawing, what)
            return rest + _about(chosen, _middle(chosen), lines.at(scale=(-1, 1) if axis == "left-right" else (1, -1)))
        case S.Mirror(what, line):
            chosen, rest = select(drawing, what)
            edge = _straight(select(drawing, line)[0])
            (x, y), start = edge.points[-1] - edge.points[0], edge.points[0]
            return rest + _about(chosen, start, lines.at(scale=(1, -1), degrees=2 * np.rad2deg(np.arctan2(y, x))))
        case S.Align(line, kind):
            chosen, rest = select(drawing, line)
            joint = _joint(chosen, rest)
            return rest + _about(chosen, _middle(chosen) if joint is None else joint,
                                 lines.at(degrees=_to_lie(_straight(chosen), kind)))
        case S.Remove(what):
            chosen, rest = select(drawing, what)
            if isinstance(what, (S.Line, S.Lines)):
                rest = tuple(left for stroke in rest for left in _uncovered(stroke, chosen))
            return rest
        case S.Resize(factor, dimension, what):
            chosen, rest = select(drawing, what)
            joint = _joint(chosen, rest)
            scale = {"size": (factor, factor), "width": (factor, 1), "height": (1, factor)}[dimension]
            return rest + _about(chosen, _middle(chosen) if joint is None else joint, lines.at(scale=scale))
        case S.Move(what, place):
            chosen, rest = select(drawing, what)
            anchor = select(replace(drawing, strokes=rest), place.of)[0]
            return rest + _placed(chosen, place, anchor, _joint(chosen, anchor))


# ---- parts ----------------------------------------------------------------------------------------------------------

def _imagined(part: S.Part, number: int, pieces: Pieces | None) -> Strokes:
    """A part by itself, its middle at (0, 0)."""
    along, aside = SCALES[part.size]
    pieces = pieces or _pieces(part.name)
    wide, high = np.ptp(np.concatenate([line for line, _ in pieces]), axis=0)
    sized = lines.at(scale=(along, aside) if wide >= high else (aside, along))
    strokes = tuple(Stroke(line, number, curved) for line, curved in pieces)
    strokes = _about(strokes, np.zeros(2), _way(part) @ sized)
    return _moved(strokes, -_middle(strokes))


def _way(part: S.Part) -> np.ndarray:
    """The pose (3, 3) that makes a part lie, stand, point or open as is said."""
    does, _, where = part.way.rpartition(" ")
    if does in S.FACING:
        natural = S.FACING[does][part.name]
        return lines.at(degrees=90. * (S.DIRECTIONS.index(where) - S.DIRECTIONS.index(natural)))
    if part.way in S.LYING:
        wide, high = lines.extent(part.name)
        level = 0. if wide >= high else 90.
        return lines.at(degrees=level + {"horizontal": 0., "vertical": -90., "rising": -45., "falling": 45.}[part.way])
    turns = {"upside down": 180., "on its left side": -90., "on its right side": 90.}
    return lines.at(scale=(-1, 1)) if part.way == "mirrored" else lines.at(degrees=turns.get(part.way, 0.))


@cache
def _pieces(name: str) -> Pieces:
    """A part's strokes, each (N, 2), and whether they are curved; figures are cut at their corners."""
    if len(name) == 1:
        return tuple((line, len(line) > 2) for line in letter_strokes.strokes(name))
    pieces = (piece for line in lines.strokes(name) for piece in _cut_at_corners(line))
    return tuple((piece, True) if _bent(piece) else (piece[[0, -1]], False) for piece in pieces)


def _cut_at_corners(line: np.ndarray) -> list[np.ndarray]:
    ways = np.diff(line, axis=0)
    closed = np.allclose(line[0], line[-1])
    before = np.roll(ways, 1, axis=0)  # of the way that leaves each point but the last
    turn = np.abs(np.rad2deg(np.arctan2(_cross(before, ways), (before * ways).sum(1))))
    corners = np.flatnonzero(turn > CORNER)
    if closed and len(corners):
        line = np.concatenate([line[corners[0]:-1], line[:corners[0] + 1]])
        corners = corners - corners[0]
    inner = [corner for corner in corners if corner > 0]
    return [line[start:stop + 1] for start, stop in zip([0, *inner], [*inner, len(line) - 1])]


def _bent(line: np.ndarray) -> bool:
    x, y = line[-1] - line[0]
    chord = np.hypot(x, y)
    return chord < CLOSE or np.abs((line - line[0]) @ (-y, x)).max() > CLOSE * chord * chord


# ---- places ---------------------------------------------------------------------------------------------------------

def box(strokes: Strokes) -> tuple[np.ndarray, np.ndarray]:
    """The least and greatest (x, y)."""
    points = np.concatenate([stroke.points for stroke in strokes])
    return points.min(0), points.max(0)


def _middle(strokes: Strokes) -> np.ndarray:
    return sum(box(strokes)) / 2


def _extent(strokes: Strokes) -> np.ndarray:
    low, high = box(strokes)
    return high - low


def _about(strokes: Strokes, point: np.ndarray, pose: np.ndarray) -> Strokes:
    """Strokes after a pose (3, 3) about a point."""
    return _posed(strokes, lines.at(*point) @ pose @ lines.at(*-point))


def _moved(strokes: Strokes, shift: np.ndarray) -> Strokes:
    return _posed(strokes, lines.at(*shift))


def _posed(strokes: Strokes, pose: np.ndarray) -> Strokes:
    return tuple(replace(stroke, points=stroke.points @ pose[:2, :2].T + pose[:2, 2], pose=pose @ stroke.pose)
                 for stroke in strokes)


def _sized(new: Strokes, part: S.Part, place: S.Place, anchor: Strokes) -> Strokes:
    """A new part in the size that its words and its place ask for."""
    own, other = _extent(new), _extent(anchor)
    if part.size in S.FITS:
        axis = {"same width": 0, "same height": 1}.get(part.size)
        if axis is None or min(own[axis], other[axis]) < CLOSE:
            scale = other.max() / own.max()
        else:
            scale = other[axis] / own[axis]
    elif place.relation == "inside":
        if min(other) < CLOSE:
            raise ValueError("a line has no inside to put anything in")
        fill = INSIDE[part.size] * (IN_A_CORNER if place.spot else 1)
        scale = min(fill * there / here for here, there in zip(own, other) if here > CLOSE)
    elif place.relation == "around":
        scale = AROUND.get(part.size, ROOMY) * _surrounding(new, anchor)
    elif place.contact == "sharing" and not part.size:
        scale = _side(anchor, place.relation).length / _side(new, _across(place)).length
    else:
        return new
    return _about(new, _middle(new), lines.at(scale=float(scale)))


def _surrounding(new: Strokes, anchor: Strokes) -> float:
    """The least scale at which the hull of one surrounds the other's, their middles together."""
    turns = np.linspace(0, 2 * np.pi, 360, endpoint=False)
    ways = np.stack([np.cos(turns), np.sin(turns)])
    reach = [np.max((np.concatenate([s.points for s in strokes]) - _middle(strokes)) @ ways, axis=0)
             for strokes in (new, anchor)]
    return float(np.max(reach[1] / np.maximum(reach[0], CLOSE)))


def _placed(new: Strokes, place: S.Place, anchor: Strokes, joint: np.ndarray | None = None) -> Strokes:
    """Strokes moved to where they belong; to a place on the anchor by their `joint` if there is one."""
    if place.relation == "from":
        return _stretched(new, *(_spot(anchor, spot) for spot in place.spot.split(" to ")))
    if place.relation in S.BESIDE:
        return _moved(new, _beside(new, place, anchor))
    if place.relation == "along":
        return _moved(new, _along(new, place, anchor))
    if place.relation == "at":
        return _moved(new, _spot(anchor, place.spot) - (_middle(new) if joint is None else joint))
    return _moved(new, (_middle(anchor) + _spot(anchor, place.spot)) / 2 - _middle(new))


def _spot(strokes: Strokes, spot: str) -> np.ndarray:
    """A corner of the box around strokes, the middle of a side, or its middle."""
    return _middle(strokes) + sum(np.array(TOWARDS[word]) for word in spot.split() or [""]) * _extent(strokes) / 2


def _stretched(new: Strokes, start: np.ndarray, end: np.ndarray) -> Strokes:
    """Strokes turned and scaled so that their longer way reaches from one point to another."""
    wide, high = _extent(new)
    way = end - start
    if np.hypot(*way) < CLOSE:
        raise ValueError("a line from there to there has no length")
    turn = np.rad2deg(np.arctan2(*way[::-1])) - (0 if wide >= high else 90)
    pose = lines.at(scale=float(np.hypot(*way) / max(wide, high)), degrees=float(turn))
    return _moved(_about(new, _middle(new), pose), (start + end) / 2 - _middle(new))


def _beside(new: Strokes, place: S.Place, anchor: Strokes) -> np.ndarray:
    face = FACES[place.relation]
    out = np.array(TOWARDS[face])
    if place.contact == "sharing":
        return _side(anchor, place.relation).middle - _side(new, _across(place)).middle
    if place.contact == "touching":
        return _end(anchor, face, place.spot) - _end(new, OPPOSITE[face])
    low, high = box(anchor)
    along = np.array(TOWARDS[place.spot])
    apart = {"": 0, "gap": GAP, "overlapping": -OVERLAP * min((np.abs(out) @ _extent(new)), np.abs(out) @ (high - low))}
    centred = (low + high) / 2 - _middle(new)
    return (centred + along * (high - low - _extent(new)) / 2
            + out * ((high - low + _extent(new)) / 2 + apart[place.contact]))


def _end(strokes: Strokes, face: str, spot: str = "") -> np.ndarray:
    """Where something is attached: the middle of what reaches furthest that way, or a spot on that side of its box."""
    low, high = box(strokes)
    out = np.array(TOWARDS[face])
    if spot:
        return (low + high) / 2 + (out + np.array(TOWARDS[spot])) * (high - low) / 2
    points = np.concatenate([stroke.points for stroke in strokes])
    furthest = points[points @ out >= (points @ out).max() - CLOSE]
    across = (furthest.min(0) + furthest.max(0)) / 2
    return np.where(out != 0, ((low + high) + out * (high - low)) / 2, across)


def _across(place: S.Place) -> str:
    """The relation in which the anchor stands to what is placed."""
    return {"above": "below", "below": "above", "left": "right", "right": "left"}[place.relation]


def _side(strokes: Strokes, relation: str) -> Stroke:
    """The outermost straight line on the side that faces something in that relation."""
    kind = "horizontal" if relation in ("above", "below") else "vertical"
    found = [stroke for stroke in strokes if stroke.kind == kind]
    if not found:
        raise ValueError(f"no {kind} line is there to be shared")
    return max(found, key=lambda stroke: (round(float(stroke.middle @ TOWARDS[FACES[relation]]), 3), stroke.length))


def _along(new: Strokes, place: S.Place, anchor: Strokes) -> np.ndarray:
    edge = _straight(anchor)
    way = (edge.points[-1] - edge.points[0]) / edge.length
    same = [stroke for stroke in new if not stroke.curved
            and abs(_cross(way, stroke.points[-1] - stroke.points[0])) < np.sin(np.deg2rad(UPRIGHT)) * stroke.length]
    if not same:
        raise ValueError("it has no line that runs that way and could be laid along the other")
    laid = max(same, key=lambda stroke: stroke.length)
    if not place.spot:
        return edge.middle - laid.middle
    out = np.array(TOWARDS[place.spot])
    return max(edge.points[[0, -1]], key=lambda end: end @ out) - max(laid.points[[0, -1]], key=lambda end: end @ out)


def _straight(strokes: Strokes) -> Stroke:
    """The straight line that strokes make up, from end to end."""
    found = [stroke for stroke in strokes if not stroke.curved]
    if not found:
        raise ValueError("that is not a straight line")
    longest = max(found, key=lambda stroke: stroke.length)
    way = longest.points[-1] - longest.points[0]
    ends = sorted(np.concatenate([stroke.points for stroke in found if _in_line(stroke, longest)]),
                  key=lambda point: float(point @ way))
    return replace(longest, points=np.array([ends[0], ends[-1]]))


def _to_lie(line: Stroke, kind: str) -> float:
    """The smaller turn, in degrees clockwise, that makes a line vertical or horizontal."""
    x, y = line.points[-1] - line.points[0]
    steep = np.rad2deg(np.arctan2(y, x))
    return (({"vertical": 90., "horizontal": 0.}[kind] - steep) + 90.) % 180. - 90.


def _joint(strokes: Strokes, others: Strokes) -> np.ndarray | None:
    """The point at which strokes meet others, if it is one point."""
    met = [point for one in strokes for other in others for point in _meetings(one, other)]
    if not met or np.ptp(met, axis=0).max() > 2 * CLOSE:
        return None
    return np.mean(met, axis=0)


def _meetings(one: Stroke, other: Stroke) -> list[np.ndarray]:
    """Where one stroke comes close to another: its ends, the other's ends, and where they cross."""
    ends = [end for end in one.points[[0, -1]] if _distance(end, other.points) < CLOSE]
    ends += [end for end in other.points[[0, -1]] if _distance(end, one.points) < CLOSE]
    a, b = one.points[:-1, None], one.points[1:, None]
    c, d = other.points[None, :-1], other.points[None, 1:]
    across = _cross(b - a, d - c)
    parallel = np.abs(across) < 1e-12
    across = np.where(parallel, 1, across)
    t, u = _cross(c - a, d - c) / across, _cross(c - a, b - a) / across
    crossed = ~parallel & (0 <= t) & (t <= 1) & (0 <= u) & (u <= 1)
    return ends + list((a + t[..., None] * (b - a))[crossed])


def _cross(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The cross products of vectors (..., 2)."""
    return one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0]


def _distance(point: np.ndarray, line: np.ndarray) -> float:
    """From a point (2,) to a polyline (N, 2)."""
    start, way = line[:-1], np.diff(line, axis=0)
    t = np.clip(((point - start) * way).sum(1) / np.maximum((way * way).sum(1), 1e-12), 0, 1)
    return float(np.hypot(*(start + t[:, None] * way - point).T).min())


# ---- what is spoken of ----------------------------------------------------------------------------------------------

def select(drawing: Construction, thing: S.Thing) -> tuple[Strokes, Strokes]:
    """The strokes that a thing is made of, cut out where need be, and all the others."""
    match thing:
        case S.Whole():
            return drawing.strokes, ()
        case S.Named("line" | "arc" as name, which) if which in ("", *S.SIDES) and not _there(drawing, name):
            return select(drawing, S.Line("straight" if name == "line" else "curved", which))
        case S.Named(name, which):
            number = _which(drawing, name, which)
            return _split(drawing.strokes, lambda stroke: stroke.part == number)
        case S.Line(kind, which, of):
            whole = select(drawing, of)[0]
            line = _one_line(_of_kind(whole, kind), which, whole)
            return _split(drawing.strokes, lambda stroke: any(stroke is one for one in line))
        case S.Lines(kind, of):
            found = _of_kind(select(drawing, of)[0], kind)
            return _split(drawing.strokes, lambda stroke: any(stroke is one for one in found))
        case S.Half(side, of):
            whole, others = select(drawing, of)
            border = _middle(whole)
            return _cut(whole, others, side, border)
        case S.Beyond(side, line, of):
            whole, others = select(drawing, of)
            low, high = box(_edge(drawing, line, whole))
            side = FACES.get(side, side)
            return _cut(whole, others, side, low if side in ("top", "left") else high)


def _there(drawing: Construction, name: str) -> list[int]:
    """The numbers of the parts of that name of which something is left."""
    left = {stroke.part for stroke in drawing.strokes}
    return [number for number, part in enumerate(drawing.parts) if part.name == name and number in left]


def _which(drawing: Construction, name: str, which: str) -> int:
    there = _there(drawing, name)
    if which in S.SIZES and which:
        there = [number for number in there if drawing.parts[number].size == which]
    if not there or which in S.ORDER[:-1] and len(there) <= S.ORDER.index(which):
        parts = [S.called(part.name) for number, part in enumerate(drawing.parts) if _there(drawing, part.name)]
        raise ValueError(f"there is no {f'{which} {name}'.strip()}; there is {', '.join(dict.fromkeys(parts))}")
    if which in S.SIDES:
        return max(there, key=lambda number: float(_middle(_part(drawing, number)) @ TOWARDS[which]))
    return there[S.ORDER.index(which) if which in S.ORDER[:-1] else -1]


def _part(drawing: Construction, number: int) -> Strokes:
    return tuple(stroke for stroke in drawing.strokes if stroke.part == number)


def _edge(drawing: Construction, line: S.Line | S.Named, whole: Strokes) -> Strokes:
    """A line that something is divided by: its own if it has such a one."""
    if isinstance(line, S.Line) and line.of == S.Whole():
        own = replace(drawing, strokes=whole)
        try:
            return select(own, line)[0]
        except ValueError:
            pass
    return select(drawing, line)[0]


def _of_kind(strokes: Strokes, kind: str) -> Strokes:
    """The strokes of a kind; there must be one."""
    kinds = {"": S.KINDS, "straight": S.KINDS[:3], "flat": ("horizontal",)}.get(kind, (kind,))
    found = tuple(stroke for stroke in strokes if stroke.kind in kinds)
    if kind == "flat" and not found:
        return _of_kind(strokes, "straight")
    if not found:
        raise ValueError(f"there is no {kind} line; the lines there are {', '.join(sorted({s.kind for s in strokes}))}")
    return found


def _one_line(found: Strokes, which: str, whole: Strokes) -> Strokes:
    """One line among those found, with what continues it or runs along it."""
    if which == "middle":
        middle = _middle(whole)
        first = min(found, key=lambda stroke: np.hypot(*(stroke.middle - middle)))
    elif which:
        first = max(found, key=lambda stroke: (round(float(stroke.middle @ TOWARDS[which]), 3), stroke.length))
    else:
        first = max(found, key=lambda stroke: stroke.length)
    line, grown = [], [first]
    while grown:
        line += grown
        grown = [stroke for stroke in found if not any(stroke is one for one in line)
                 and any(_in_line(stroke, one) and _meetings(stroke, one) for one in line)]
    return tuple(line)


def _in_line(one: Stroke, other: Stroke) -> bool:
    """Whether two straight strokes lie on one line."""
    if one.curved or other.curved:
        return False
    way = (other.points[-1] - other.points[0]) / max(other.length, 1e-9)
    return bool(np.abs(_cross(way, one.points - other.points[0])).max() < CLOSE)


def _split(strokes: Strokes, chosen: Callable[[Stroke], bool]) -> tuple[Strokes, Strokes]:
    return tuple(filter(chosen, strokes)), tuple(stroke for stroke in strokes if not chosen(stroke))


def _cut(whole: Strokes, others: Strokes, side: str, border: np.ndarray) -> tuple[Strokes, Strokes]:
    """What of `whole` lies on that side of a border (x, y), and everything else."""
    out = np.array(TOWARDS[side], float)
    pieces = [piece for stroke in whole for piece in _divided(stroke, out, float(border @ out))]
    beyond, within = _split(tuple(pieces), lambda piece: float(_halfway(piece) @ out) > border @ out + 1e-6)
    if not beyond:
        raise ValueError(f"nothing lies on that side, the {side}")
    return beyond, within + others


def _divided(stroke: Stroke, out: np.ndarray, border: float) -> list[Stroke]:
    """A stroke cut wherever it crosses the line at `border` along `out`."""
    reach = stroke.points @ out - border
    reach[np.abs(reach) < 1e-6] = 0
    pieces, run = [], [stroke.points[0]]
    for k in range(1, len(reach)):
        a, b = stroke.points[k - 1], stroke.points[k]
        if reach[k - 1] * reach[k] < 0:
            cut = a + (b - a) * reach[k - 1] / (reach[k - 1] - reach[k])
            pieces.append([*run, cut])
            run = [cut]
        run.append(b)
        if reach[k] == 0 and k + 1 < len(reach):
            pieces.append(run)
            run = [b]
    pieces.append(run)
    return [replace(stroke, points=np.array(piece)) for piece in pieces]


def _halfway(stroke: Stroke) -> np.ndarray:
    return stroke.points.mean(0)


def _uncovered(stroke: Stroke, erased: Iterable[Stroke]) -> Strokes:
    """What is left of a stroke where straight lines along it are erased."""
    left = [stroke]
    for line in erased:
        left = [piece for one in left for piece in (_without(one, line) if _in_line(one, line) else [one])]
    return tuple(left)


def _without(stroke: Stroke, line: Stroke) -> list[Stroke]:
    """A straight stroke without the stretch that another, on the same line, covers."""
    start, way = stroke.points[0], stroke.points[-1] - stroke.points[0]
    low, high = sorted(float((end - start) @ way / (way @ way)) for end in line.points[[0, -1]])
    least = CLOSE / stroke.length
    kept = [(0., min(low, 1.)), (max(high, 0.), 1.)]
    return [replace(stroke, points=np.array([start + a * way, start + b * way])) for a, b in kept if b - a > least]
