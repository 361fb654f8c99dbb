"""Mental synthesis (Finke & Slayton 1988): figures put together in the visual buffer, part by part, and then named.

The parts are imagined one at a time, by a generator told their names. The words say what is to be done with them, and
the image is turned, moved, stretched and erased until it is as they say, in steps that each take a tick. What the
figure is called is seen by looking at it, and by what it looks like.

With two codes (`Dual`; Paivio 1971) a person also knows, in words, what lines a D consists of and can find "the flat
line" of it. With images alone (`Depictive`) a part is so much ink, with a top and a bottom and nothing in it that has a
name (Reed 1974): what is told of its lines cannot be done.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Protocol

import numpy as np

from agents.interpreter import Interpreter, called
from imagery import operations as op
from imagery.image import MentalImage, scaling, translation
from imagery.mind import MIRROR, MOVE_STEP, ROTATION_STEP, ZOOM_STEP
from imagery.operations import Operation, Picture
from imagery.superposition import INK, Part, Superposition, distance

UNIT = 0.2                                        # buffer widths that a capital is high while a figure is put together
FULL = 0.8                                        # of the buffer that a figure fills when it is looked at
MOVED = 1e-3                                      # of a pose: less is no change
SPECKS = 24                                       # specks across the buffer, at most
SPECK = np.array([(-0.01, 0.0), (0.0, 0.01), (0.01, 0.0)])


class Line(Protocol):
    """A line of a drawing: its `points` (N, 2), the `part` it is of, and its `pose` (3, 3), from the coordinates in
    which that part was imagined to those of the drawing."""

    points: np.ndarray
    part: int
    pose: np.ndarray


class Drawing(Protocol):
    """Lines in mind: its `parts` have names; its `strokes` are what is left of their lines."""

    parts: Sequence[Any]
    strokes: Sequence[Line]


@dataclass(frozen=True)
class Space:
    """Spatial reasoning: `read` instructions as steps, `perform` a step on a drawing, from `nothing` on; the lines
    (N, 2) of a part that the step adds may be given."""

    read: Callable[[Sequence[str]], Iterable[Any]]
    perform: Callable[[Drawing, Any, Sequence[np.ndarray] | None], Drawing]
    nothing: Drawing


@dataclass(frozen=True, eq=False)
class Piece:
    """A part of the figure, or of a part, that is in one pose: the lines that it shows."""

    lines: tuple[Line, ...]
    part: Part

    @property
    def number(self) -> int:
        return self.lines[0].part

    @property
    def pose(self) -> np.ndarray:
        return self.lines[0].pose


def journey(picture: Picture, change: np.ndarray, about: np.ndarray) -> Generator[Operation, Any, Picture]:
    """Bring a picture into another pose of the buffer, `change` (3, 3) in coordinates from its centre: mirror, turn and
    stretch it about its middle `about`, then move it, tick by tick."""
    linear, place = change[:2, :2], tuple(map(float, about))
    mirrored = np.linalg.det(linear) < 0
    if mirrored:
        picture = yield op.Flip(picture, place)
        linear = linear @ MIRROR[:2, :2]
    left, sizes, right = np.linalg.svd(linear)
    turn, stretch = left @ right, left * sizes @ left.T          # polar decomposition: turn, then stretch
    degrees = float(np.rad2deg(np.arctan2(turn[1, 0], turn[0, 0])))
    for step in _equal(degrees, ROTATION_STEP):
        picture = yield op.Rotate(picture, step, place)
    factors = np.diag(stretch)
    ticks = int(np.ceil(np.abs(np.log(factors)).max() / np.log(ZOOM_STEP) - MOVED))
    for _ in range(ticks):
        picture = yield op.Resize(picture, tuple(map(float, factors ** (1 / ticks))), place)
    middle = about - 0.5
    way = change[:2, :2] @ middle + change[:2, 2] - middle                       # of the middle, which stayed till now
    ticks = int(np.ceil(np.hypot(*way) / MOVE_STEP - MOVED))
    for _ in range(ticks):
        picture = yield op.Move(picture, tuple(map(float, way / ticks)))
    return picture


def _equal(amount: float, most: float) -> list[float]:
    """An amount in equal steps, none larger than `most`."""
    count = int(np.ceil(abs(amount) / most - MOVED))
    return [amount / count] * count if count > 0 else []


class Dual(Interpreter):
    """Puts figures together and names them. `names` are the answers there are, in their order; `looks` is what the
    things that they name are remembered to look like. `given`, pictures by what they are to be of, take the place of
    imagined ones, for attribution of errors only."""

    name = "dual"

    def __init__(self, space: Space, names: Sequence[str], looks: Callable[[np.ndarray], np.ndarray],
                 given: Callable[[str], MentalImage] | None = None):
        self.space, self.looks, self.given = space, looks, given
        super().__init__(names)

    def begin(self) -> None:
        super().begin()
        self.drawing, self.images = self.space.nothing, dict[int, Part]()
        self.pieces: list[Piece] = []

    # ---- doing as told ----------------------------------------------------------------------------------------------

    def follow(self, words: str) -> Generator[Operation, Any, None]:
        for step in self.space.read([words]):
            part = getattr(step, "part", None)
            image = None if part is None else (yield from self.imagine(called(part.name)))
            try:
                after = self.space.perform(self.drawing, step, None if image is None else self.perceive(image))
            except ValueError:                                      # it cannot be done with what is in mind
                continue
            if image is not None:
                yield from self.align(image, after)
            yield from self.change(after)
            self.drawing = after

    def imagine(self, words: str) -> Generator[Operation, Any, Part]:
        state = self.given(words) if self.given else (yield op.Generate(words))
        while not isinstance(state, MentalImage):
            state = yield op.Generate(words, begun=state)
        return Part(state)

    def perceive(self, image: Part) -> Sequence[np.ndarray] | None:
        """The lines that a part is taken to consist of, if not those that it is known to have."""
        return None

    def align(self, image: Part, after: Drawing) -> Generator[Operation, Any, None]:
        """Take a part in its own coordinates: its ink is seen to be where its lines are known to be."""
        number = len(after.parts) - 1
        seen = yield op.Inspect(image)
        points = np.concatenate([_own(line) for line in after.strokes if line.part == number])
        self.images[number] = image if seen is None else image.posed(_fit(seen, points))

    def change(self, after: Drawing) -> Generator[Operation, Any, None]:
        """Erase what is gone, and bring every piece where it belongs; what goes the same way goes together."""
        moved: list[tuple[np.ndarray, Piece]] = []
        for lines in _pieces(after.strokes):
            source = self._source(lines)
            part, change = source.part, _buffer(lines[0].pose @ np.linalg.inv(source.pose))
            if _length(lines) < _length(source.lines) - MOVED:
                shown = [_buffered(_own(line), source.pose) for line in lines]
                part = yield op.Erase(part, [_buffered(_own(line), source.pose) for line in source.lines], shown)
            moved.append((change, Piece(lines, part)))
        pieces: list[Piece] = []
        for change, group in _alike(moved):
            figure: Any = Superposition(tuple(piece.part for piece in group))
            if np.abs(change - np.eye(3)).max() > MOVED:
                figure = yield from journey(figure, change, _middle(group, change))
            pieces += [Piece(piece.lines, part) for piece, part in zip(group, figure.parts)]
        yield op.Superimpose(tuple(piece.part for piece in pieces))
        self.pieces = pieces

    def _source(self, lines: tuple[Line, ...]) -> Piece:
        """The piece that lines come from: of those of the same part, the one whose lines they lie on."""
        number, point = lines[0].part, _own(lines[0])[:2].mean(0, keepdims=True)
        found = [piece for piece in self.pieces if piece.number == number]
        if not found:
            start = tuple(_Start(_own(line), number, np.eye(3)) for line in lines)
            return Piece(start, self.images[number])
        return min(found, key=lambda piece: float(distance(point, [_own(line) for line in piece.lines])[0]))

    # ---- what it is -------------------------------------------------------------------------------------------------

    def recognise(self, picture: np.ndarray) -> Generator[Operation, Any, np.ndarray]:
        if picture.any():
            return self.looks((yield op.Regard(picture)))
        figure: Any = yield op.Superimpose(tuple(piece.part for piece in self.pieces))
        seen = yield op.Inspect(figure)
        if seen is not None:
            low, high = seen
            scale = FULL / (high - low).max()
            change = scaling(scale) @ translation(*(0.5 - (low + high) / 2))
            figure = yield from journey(figure, change, (low + high) / 2)
        return self.looks((yield op.Regard(figure)))


class Depictive(Dual):
    """Has images alone: parts are ink."""

    name = "depictive"

    def perceive(self, image: Part) -> Sequence[np.ndarray] | None:
        """Specks of ink, in capitals' heights as far as can be told from the picture."""
        rows, columns = (image.seen(SPECKS).mean(0) < 1 - 2 * INK).nonzero(as_tuple=True)
        places = (np.stack([columns, rows], 1) + 0.5) / SPECKS - 0.5
        size = np.ptp(places, axis=0).max() if len(places) else 0.0
        return [place / size + SPECK for place in places] if size > 0 else None


@dataclass(frozen=True, eq=False)
class _Start:
    """A line as it was imagined."""

    points: np.ndarray
    part: int
    pose: np.ndarray


def _own(line: Line) -> np.ndarray:
    """A line's points in the coordinates in which its part was imagined."""
    back = np.linalg.inv(line.pose)
    return line.points @ back[:2, :2].T + back[:2, 2]


def _fit(seen: tuple[np.ndarray, np.ndarray], points: np.ndarray) -> np.ndarray:
    """The pose that brings ink seen in a box of the buffer to where lines are, at `UNIT`: the longer sides agree."""
    low, high = points.min(0), points.max(0)
    scale = UNIT * (high - low).max() / (seen[1] - seen[0]).max()
    centre = UNIT * (low + high) / 2 - scale * (sum(seen) / 2 - 0.5)
    return translation(*centre) @ scaling(scale)


def _buffer(pose: np.ndarray) -> np.ndarray:
    """A change of a drawing as one of the buffer, where its unit is `UNIT`."""
    return scaling(UNIT) @ pose @ scaling(1 / UNIT)


def _buffered(points: np.ndarray, pose: np.ndarray) -> np.ndarray:
    """Points of a part as places of the buffer."""
    return UNIT * (points @ pose[:2, :2].T + pose[:2, 2]) + 0.5


def _length(lines: Iterable[Line]) -> float:
    return sum(float(np.hypot(*np.diff(_own(line), axis=0).T).sum()) for line in lines)


def _pieces(lines: Sequence[Line]) -> list[tuple[Line, ...]]:
    """Lines of one part in one pose, together."""
    def key(line: Line) -> tuple:
        return line.part, *np.round(line.pose[:2], 4).ravel().tolist()

    return [tuple(group) for _, group in groupby(sorted(lines, key=key), key)]


def _alike(moved: list[tuple[np.ndarray, Piece]]) -> list[tuple[np.ndarray, list[Piece]]]:
    """Pieces that go the same way."""
    groups: list[tuple[np.ndarray, list[Piece]]] = []
    for change, piece in moved:
        for other, group in groups:
            if np.abs(change - other).max() <= MOVED:
                group.append(piece)
                break
        else:
            groups.append((change, [piece]))
    return groups


def _middle(pieces: list[Piece], change: np.ndarray) -> np.ndarray:
    """The middle of pieces in the buffer before a change: that of their lines."""
    after = np.concatenate([UNIT * line.points for piece in pieces for line in piece.lines])
    back = np.linalg.inv(change)
    points = after @ back[:2, :2].T + back[:2, 2] + 0.5
    return (points.min(0) + points.max(0)) / 2
