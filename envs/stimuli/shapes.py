"""Shapes on a dial: at 0 rectangles, which a sentence gives without loss, at 1 free forms, which none does.

An outline is a closed polygon, (N, 2) float, x to the right and y down, around (0, 0), in any unit of length. Headings
count turns of 22.5 degrees clockwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

HEADINGS = 16
POINTS = 16  # on each side of a rectangle
ORDERS = np.arange(2, 6)  # of the waves in a free form's radius
WAVES = .5 / ORDERS  # standard deviations of their amplitudes, as shares of the mean radius
LEAST = .4  # radius of a free form, as a share of the mean
SMALLEST = 1e-3  # area of an outline that is one
COLOURS = {  # by style: ground, what is solid, what is moved, its rim, what is sought, its rim
    "plain": ("#ece7da", "#646a78", "#2f74d0", "#16365f", "#f3b6ae", "#d8302f"),
    "chalk": ("#22332c", "#8fb59f", "#ffd84d", "#fff3bf", "#5d3348", "#ff7fb2")}
RIM = .01  # breadth, in widths of a picture
SUPERSAMPLING = 4


@dataclass(frozen=True, eq=False)
class Form:
    """A rectangle, `wide` and `high`, and `waves`, cosine and sine by order (2, K), that bend it into a free form."""

    wide: float
    high: float
    waves: np.ndarray

    @classmethod
    def sample(cls, rng: np.random.Generator, wide: float, high: float) -> Form:
        return cls(wide, high, rng.normal(0, WAVES, (2, len(ORDERS))))

    def like(self, rng: np.random.Generator, wide: float, high: float) -> Form:
        """Another form, whose bends are as much this one's as its own."""
        return Form(wide, high, np.sqrt(.5) * (self.waves + Form.sample(rng, wide, high).waves))

    def outline(self, dial: float) -> np.ndarray:
        """Its outline (4 POINTS, 2) at a setting of the dial, from 0 to 1: every point is that far along its way.

        The box around it is `wide` and `high` at every setting.
        """
        side, edge = np.linspace(-1, 1, POINTS, endpoint=False), np.ones(POINTS)
        square = np.concatenate([np.stack(pair, -1) for pair in ((side, -edge), (edge, side), (-side, edge),
                                                                   (-edge, -side))])
        turns = np.arctan2(square[:, 1], square[:, 0])[:, None] * ORDERS
        radius = np.maximum(1 + np.cos(turns) @ self.waves[0] + np.sin(turns) @ self.waves[1], LEAST)
        free = radius[:, None] * square / np.linalg.norm(square, axis=1, keepdims=True)
        mixed = (1 - dial) * square + dial * free
        low, high = mixed.min(0), mixed.max(0)
        return ((mixed - low) / (high - low) - .5) * (self.wide, self.high)


def check_dial(dial: float) -> None:
    if isinstance(dial, bool) or not isinstance(dial, (int, float)) or not 0 <= dial <= 1:
        raise ValueError(f"the dial is {dial!r}; it goes from 0, what words give without loss, to 1, free forms")


def turned(outline: np.ndarray, heading: float) -> np.ndarray:
    """The outline at a heading, whole or not."""
    turn = heading * 2 * np.pi / HEADINGS
    return outline @ np.array([(np.cos(turn), np.sin(turn)), (-np.sin(turn), np.cos(turn))])


def extent(outline: np.ndarray) -> tuple[float, float]:
    """Width and height of the box around an outline."""
    return tuple(np.ptp(outline, axis=0).tolist())


def say(length: float) -> str:
    """A length in words, to a tenth."""
    return f"{round(float(length), 1):g}"


def picture(parts: Iterable[tuple[np.ndarray, str | None, str | None]], side: float, pixels: int, ground: str
            ) -> np.ndarray:
    """Outlines on a ground, each with the colours of its inside and its rim, the last on top.

    (pixels, pixels, 3) uint8, from (0, 0) to (side, side) in the outlines' unit.
    """
    large = SUPERSAMPLING * pixels
    canvas = Image.new("RGB", (large, large), ground)
    pen = ImageDraw.Draw(canvas)
    for outline, inside, rim in parts:
        corners = large / side * outline - .5
        pen.polygon(corners.ravel().tolist(), inside, rim, max(1, round(RIM * large)))
    return np.array(canvas.reduce(SUPERSAMPLING))


def rectangle(left: float, top: float, right: float, bottom: float) -> np.ndarray:
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], float)


def mask(outlines: np.ndarray, pixels: int, scale: float) -> np.ndarray:
    """The pixels whose middles lie in outlines (..., N, 2), (..., pixels, pixels) bool.

    (0, 0) is the middle of the frame, and `scale` pixels are a unit. By crossings: in each row of pixels, what is right
    of an odd number of edges is inside.
    """
    x, y = np.moveaxis(scale * outlines + pixels / 2, -1, 0)[..., None, :]  # each (..., 1, N)
    x_too, y_too = np.roll(x, -1, -1), np.roll(y, -1, -1)
    middles = np.arange(pixels)[:, None] + .5
    crossed = (y <= middles) != (y_too <= middles)  # (..., pixels, N)
    with np.errstate(divide="ignore", invalid="ignore"):
        where = x + (middles - y) * (x_too - x) / (y_too - y)
    first = np.clip(np.ceil(where[crossed] - .5), 0, pixels).astype(int)  # pixel to the right of the edge
    flips = np.zeros((*crossed.shape[:-1], pixels + 1), int)
    np.add.at(flips, (*np.nonzero(crossed)[:-1], first), 1)
    return flips.cumsum(-1)[..., :-1] % 2 == 1


def read_outline(plain: object, what: str) -> np.ndarray:
    """An outline from a list of points; ValueError where it is none."""
    try:
        outline = np.array(plain, float)
    except (TypeError, ValueError):
        outline = np.empty(0)
    if outline.ndim != 2 or outline.shape[1] != 2 or len(outline) < 3 or not np.isfinite(outline).all():
        raise ValueError(f"{what} is a list of at least three points [x, y]; this is {str(plain)[:60]}")
    if area(outline) < SMALLEST:
        raise ValueError(f"{what} encloses nothing; its points are {str(plain)[:60]}")
    return outline


def area(outline: np.ndarray) -> float:
    """What a simple outline encloses."""
    x, y = outline.T
    return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2
