"""Line figures: circles, squares, crosses and the like as polylines, and figures composed of them and of letters.

A figure has coordinates of its own: its longer side is 1, (0, 0) is the middle of the box around it, x points to the
right and y down. A pose is a 3 x 3 affine matrix that maps these to a picture's coordinates, which are measured from
the picture's centre in picture widths, so that a picture reaches from -.5 to .5. A picture is ink, from 0 for paper
to 1 for a stroke. A name of one character is a letter or digit; those are in `envs.stimuli.letters`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

import numpy as np
from PIL import Image, ImageDraw

from envs.stimuli import letters

Strokes = tuple[np.ndarray, ...]  # polylines, each (N, 2); one is closed if its last point is its first
Part = tuple[str, np.ndarray]  # the name of a line figure, or a character, and its pose

SUPERSAMPLING = 4
LEAST_TOUCH = 2.  # pixels: strokes are laid down in touches of this length, or of their width if that is more


def strokes(name: str) -> Strokes:
    """The polylines of a line figure, in its own coordinates."""
    check_name(name)
    return STROKES[name]


def placed(lines: Strokes, pose: np.ndarray) -> Strokes:
    """The same polylines after a pose (3, 3)."""
    return tuple(line @ pose[:2, :2].T + pose[:2, 2] for line in lines)


def at(x: float = 0., y: float = 0., scale: float | tuple[float, float] = 1., degrees: float = 0.) -> np.ndarray:
    """The pose (3, 3) that scales, then turns clockwise, then moves.

    A pair of scales is for across and down; one of them negative mirrors.
    """
    turn = np.deg2rad(degrees)
    across, down = np.broadcast_to(scale, 2).astype(float)
    return np.array([(across * np.cos(turn), -down * np.sin(turn), x),
                     (across * np.sin(turn), down * np.cos(turn), y), (0, 0, 1)])


def draw(lines: Strokes, size: int = 64, width: float = .04, filled: bool = False) -> np.ndarray:
    """Polylines as ink, (size, size) float32 in [0, 1], anti-aliased, with round ends and corners.

    `width` is that of the stroke in picture widths, whatever the pose. `filled` inks the inside of closed lines, too.
    """
    if not width > 0:
        raise ValueError(f"a stroke of width {width} leaves no ink; the width is in picture widths, above 0")
    lines = tuple((line + .5) * size for line in lines)
    if not lines:
        return np.zeros((size, size), np.float32)
    ink = brush(*_touches(lines, max(LEAST_TOUCH, width * size)), width * size, (size, size))
    return np.maximum(ink, _inside(lines, size)) if filled else ink


def figure(parts: Iterable[Part], size: int = 64, width: float = .04, font: str = "sans",
           filled: bool = False) -> np.ndarray:
    """A figure composed of line figures and letters, as ink (size, size) float32 in [0, 1].

    Lines are drawn with strokes of one width, letters in the weight that the font and their pose give them.
    """
    parts = tuple(parts)
    lines = [line for name, pose in parts if len(name) != 1 for line in placed(strokes(name), pose)]
    characters = [letters.warped(name, pose, font, size) for name, pose in parts if len(name) == 1]
    return np.maximum.reduce([draw(tuple(lines), size, width, filled), *characters])


def posed(parts: Iterable[Part], pose: np.ndarray) -> tuple[Part, ...]:
    """A figure after a further pose (3, 3) of the whole."""
    return tuple((name, pose @ before) for name, before in parts)


def extent(name: str, font: str = "sans") -> tuple[float, float]:
    """Width and height of a line figure or a character, in its own coordinates."""
    if len(name) == 1:
        return letters.extent(name, font)
    low, high = _box(strokes(name))
    return tuple((high - low).tolist())


def check_name(name: str) -> None:
    """Raise ValueError, naming the nearest known names, unless `name` is one of `FIGURES`."""
    if name not in STROKES:
        nearest = ", ".join(difflib.get_close_matches(str(name), FIGURES, n=3, cutoff=0))
        raise ValueError(f"unknown line figure {name!r}; the nearest known names are {nearest}")


def brush(middles: np.ndarray, reaches: np.ndarray, widths: np.ndarray | float, shape: tuple[int, int]) -> np.ndarray:
    """Ink of short straight touches with round ends, (H, W) float32 in [0, 1]; touches that overlap blacken once.

    `middles` (N, 2) are their midpoints (x, y) in pixels from the upper left corner, `reaches` (N, 2) the steps from
    there to one end, `widths` (N,) or one for all; all in pixels. The cost goes with the square of the longest touch.
    """
    tall, wide = shape
    half = np.hypot(reaches[:, 0], reaches[:, 1])
    radius = np.broadcast_to(np.asarray(widths) / 2, half.shape)
    span = int(np.max(radius + half, initial=0.) + 1)  # how far from the pixel of its middle a touch leaves ink
    pixel = np.floor(middles).astype(int)
    near = ((pixel >= -span) & (pixel < (wide + span, tall + span))).all(1)
    middles, pixel, half, radius = middles[near], pixel[near], half[near], radius[near]
    along = np.where(half[:, None] > 0, reaches[near] / np.maximum(half, 1e-9)[:, None], (1, 0)).astype(np.float32)

    window = np.arange(-span, span + 1)
    offset = (pixel + .5 - middles)[:, :, None] + window  # (N, 2, 2 span + 1)
    x, y = offset[:, 0, None, :].astype(np.float32), offset[:, 1, :, None].astype(np.float32)
    ux, uy = along[:, 0, None, None], along[:, 1, None, None]
    beyond = np.maximum(np.abs(x * ux + y * uy) - half.astype(np.float32)[:, None, None], 0)
    aside = x * uy - y * ux
    distance = np.sqrt(beyond * beyond + aside * aside) - radius.astype(np.float32)[:, None, None]

    margin = 2 * span
    row = (pixel[:, 1, None] + margin + window) * (wide + 2 * margin)
    column = pixel[:, 0, None] + margin + window
    nearest = np.full((tall + 2 * margin, wide + 2 * margin), 1, np.float32)
    np.minimum.at(nearest.reshape(-1), (row[:, :, None] + column[:, None, :]).ravel(), distance.ravel())
    return np.clip(.5 - nearest[margin:margin + tall, margin:margin + wide], 0, 1)


def _touches(lines: Strokes, longest: float) -> tuple[np.ndarray, np.ndarray]:
    """Polylines cut into touches of equal length, at most `longest`: their middles and reaches, both (N, 2)."""
    start = np.concatenate([line[:-1] for line in lines])
    way = np.concatenate([line[1:] for line in lines]) - start
    pieces = np.maximum(np.ceil(np.hypot(way[:, 0], way[:, 1]) / longest).astype(int), 1)
    segment = np.repeat(np.arange(len(pieces)), pieces)
    place = np.arange(len(segment)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    step = way[segment] / pieces[segment, None]
    return start[segment] + (place + .5)[:, None] * step, step / 2


def _inside(lines: Strokes, size: int) -> np.ndarray:
    """The insides of those polylines that are closed, in pixels; (size, size) float32 in [0, 1]."""
    canvas = Image.new("L", (SUPERSAMPLING * size, SUPERSAMPLING * size))
    pen = ImageDraw.Draw(canvas)
    for line in lines:
        if np.allclose(line[0], line[-1]):
            pen.polygon((SUPERSAMPLING * line - .5).ravel().tolist(), fill=255)
    return np.asarray(canvas.reduce(SUPERSAMPLING), np.float32) / 255


def _box(lines: Strokes) -> tuple[np.ndarray, np.ndarray]:
    """The least and greatest (x, y) of polylines."""
    points = np.concatenate(lines)
    return points.min(0), points.max(0)


def _fitted(*lines: np.ndarray) -> Strokes:
    """Polylines moved and scaled so that the box around them is centred on (0, 0) and its longer side is 1."""
    lines = tuple(np.asarray(line, float) for line in lines)
    low, high = _box(lines)
    fitted = tuple((line - (low + high) / 2) / (high - low).max() for line in lines)
    for line in fitted:
        line.flags.writeable = False
    return fitted


def _arc(start: float, stop: float, wide: float = 1., high: float = 1., x: float = 0., y: float = 0.) -> np.ndarray:
    """Part of an ellipse with these half axes about (x, y), in degrees clockwise from the right, (N, 2)."""
    turns = np.deg2rad(np.linspace(start, stop, max(int(abs(stop - start) / 6), 8) + 1))
    return np.stack([x + wide * np.cos(turns), y + high * np.sin(turns)], -1)


def _closed(*points: np.ndarray | tuple[float, float]) -> np.ndarray:
    """Points and runs of points (N, 2) as one closed polyline."""
    line = np.concatenate([np.atleast_2d(point) for point in points])
    return np.concatenate([line, line[:1]])


def _corners(count: int, radii: tuple[float, ...] = (1.,)) -> np.ndarray:
    """A closed polygon with corners at equal turns from the top, their distances from the middle taking turns."""
    turns = np.arange(count) * 2 * np.pi / count
    radius = np.resize(radii, count)
    return _closed(np.stack([radius * np.sin(turns), -radius * np.cos(turns)], -1))


def _spokes(count: int) -> list[np.ndarray]:
    """Lines through the middle at equal turns, the first of them upright."""
    ends = np.deg2rad(np.arange(count) * 180 / count)
    return [np.array([(-np.sin(turn), np.cos(turn)), (np.sin(turn), -np.cos(turn))]) for turn in ends]


def _spiral(rounds: float = 2.5, inner: float = .05) -> np.ndarray:
    turn = np.linspace(0, 2 * np.pi * rounds, int(24 * rounds) + 1)
    return (inner + turn / (2 * np.pi * rounds))[:, None] * np.stack([np.cos(turn), np.sin(turn)], -1)


def _heart() -> np.ndarray:
    t = np.linspace(0, 2 * np.pi, 61)
    return np.stack([16 * np.sin(t) ** 3, -13 * np.cos(t) + 5 * np.cos(2 * t) + 2 * np.cos(3 * t) + np.cos(4 * t)], -1)


def _drop() -> np.ndarray:
    t = np.linspace(0, 2 * np.pi, 61)
    return np.stack([.72 * np.sin(t) * np.sin(t / 2) ** 2, -np.cos(t)], -1)


def _infinity() -> np.ndarray:
    t = np.linspace(0, 2 * np.pi, 61)
    return np.stack([np.cos(t), .9 * np.sin(t) * np.cos(t)], -1)


def _wave() -> np.ndarray:
    x = np.linspace(0, 2.5, 61)
    return np.stack([x, -.35 * np.sin(2 * np.pi * x)], -1)


def _head(x: float, back: float) -> list[tuple[float, float]]:
    """An arrow's head with its tip at (x, 0)."""
    return [(x + back, -.3), (x, 0), (x + back, .3)]


DRAWINGS: dict[str, tuple[np.ndarray | list[tuple[float, float]], ...]] = {
    "circle": (_arc(0, 360),),
    "ellipse": (_arc(0, 360, 1, .6),),
    "semicircle": (_closed(_arc(180, 360)),),
    "arc": (_arc(195, 345),),
    "crescent": (_closed(_arc(50, 310), _arc(287.6, 72.4, .804, .804, .4)),),
    "square": (_closed((0, 0), (1, 0), (1, 1), (0, 1)),),
    "rectangle": (_closed((0, 0), (1, 0), (1, .5), (0, .5)),),
    "trapezoid": (_closed((.25, 0), (.75, 0), (1, .6), (0, .6)),),
    "parallelogram": (_closed((.3, 0), (1, 0), (.7, .5), (0, .5)),),
    "triangle": (_corners(3),),
    "diamond": (_closed((.31, 0), (.62, .5), (.31, 1), (0, .5)),),
    "pentagon": (_corners(5),),
    "hexagon": (_corners(6),),
    "star": (_corners(10, (1, .4)),),
    "heart": (_heart(),),
    "drop": (_drop(),),
    "line": ([(0, 0), (1, 0)],),
    "parallel lines": ([(0, 0), (1, 0)], [(0, .3), (1, .3)]),
    "cross": tuple(_spokes(2)),
    "x mark": ([(0, 0), (1, 1)], [(1, 0), (0, 1)]),
    "asterisk": tuple(_spokes(3)),
    "grid": tuple([line for k in (1, 2) for line in ([(k, 0), (k, 3)], [(0, k), (3, k)])]),
    "chevron": ([(0, 0), (.5, .8), (1, 0)],),
    "zigzag": ([(k, -.9 * (k % 2)) for k in range(6)],),
    "wave": (_wave(),),
    "stairs": ([(k // 2, -((k + 1) // 2)) for k in range(8)],),
    "bracket": ([(0, 0), (0, .8), (1, .8), (1, 0)],),
    "spiral": (_spiral(),),
    "infinity sign": (_infinity(),),
    "arrow": ([(-1, 0), (1, 0)], _head(1, -.5)),
    "double arrow": ([(-1, 0), (1, 0)], _head(1, -.5), _head(-1, .5)),
    "bullseye": (_arc(0, 360), _arc(0, 360, .5, .5)),
    "ring of dots": tuple([_arc(0, 360, .05, .05, *point) for point in _arc(0, 360)[:-1:6]]),
}
STROKES: dict[str, Strokes] = {name: _fitted(*lines) for name, lines in DRAWINGS.items()}
FIGURES: tuple[str, ...] = tuple(STROKES)
CALLED: dict[str, tuple[str, ...]] = {  # what people say, the commonest first
    "circle": ("circle", "ring", "round"), "ellipse": ("ellipse", "oval"),
    "semicircle": ("semicircle", "half circle", "dome"), "arc": ("arc", "curve", "bow"),
    "crescent": ("crescent", "sickle"), "square": ("square",), "rectangle": ("rectangle", "oblong"),
    "trapezoid": ("trapezoid", "trapezium"), "parallelogram": ("parallelogram", "slanted rectangle"),
    "triangle": ("triangle",), "diamond": ("diamond", "rhombus", "lozenge"), "pentagon": ("pentagon",),
    "hexagon": ("hexagon",), "star": ("star", "five-pointed star"), "heart": ("heart", "heart shape"),
    "drop": ("drop", "teardrop"), "line": ("line", "straight line", "bar"),
    "parallel lines": ("parallel lines", "equals sign", "two bars"), "cross": ("cross", "plus sign", "plus"),
    "x mark": ("x mark", "diagonal cross", "times sign"), "asterisk": ("asterisk", "six-armed star"),
    "grid": ("grid", "hash sign", "noughts and crosses board"), "chevron": ("chevron", "wedge"),
    "zigzag": ("zigzag", "jagged line"), "wave": ("wave", "wavy line", "ripple"), "stairs": ("stairs", "steps"),
    "bracket": ("bracket", "open box"), "spiral": ("spiral", "coil"),
    "infinity sign": ("infinity sign", "figure of eight"), "arrow": ("arrow",),
    "double arrow": ("double arrow", "two-headed arrow"), "bullseye": ("bullseye", "target", "concentric circles"),
    "ring of dots": ("ring of dots", "circle of dots"),
}
