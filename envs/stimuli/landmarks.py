"""Landmarks of island maps: twenty-four kinds, each drawn anew every time.

A drawing is a list of coloured polygons in units of the landmark's extent: (0, 0) is near the middle, the drawing
reaches from about -.5 to .5 in x and y, and y points down. Each kind has one function that lays its polygons into a
`Sketch`; the table `DRAWINGS` holds them all. `draw` shifts a drawing so that its visual centre of mass falls on the
centre asked for.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
Point = tuple[float, float]

INK_SCALE = 32  # pixels an extent, where the centre of mass is measured
INK_SIZE = 52  # pixels across, there
STEPS = (np.arange(INK_SIZE) + .5 - INK_SIZE / 2) / INK_SCALE
MOMENTS = np.stack([np.tile(STEPS, INK_SIZE), np.repeat(STEPS, INK_SIZE), np.ones(INK_SIZE ** 2)], -1)  # x, y, 1
TYPICAL_LAND = (174, 181, 116)  # what a drawing's visual weight is measured against
CIRCLE = [(math.cos(t), math.sin(t)) for t in np.linspace(0, 2 * math.pi, 20, endpoint=False)]
DOME = [(math.cos(t), math.sin(t)) for t in np.linspace(math.pi, 2 * math.pi, 11)]


class Sketch:
    """Coloured polygons laid one over another, with the random choices that make each drawing its own."""

    def __init__(self, rng: np.random.Generator):
        self.random = rng.random
        self.parts: list[tuple[Colour, tuple[Point, ...]]] = []
        self.cast = [self.between(-14, 14) for _ in range(3)]
        self.frame = self._frame()

    def _frame(self) -> tuple[float, float, float, float]:
        """A 2 x 2 matrix: a slight turn and stretch, mirrored half of the time."""
        turn, wide, high = self.between(-.1, .1), self.between(.9, 1.06), self.between(.9, 1.06)
        wide = -wide if self.chance(.5) else wide
        return wide * math.cos(turn), -high * math.sin(turn), wide * math.sin(turn), high * math.cos(turn)

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self.random()

    def chance(self, probability: float) -> bool:
        return self.random() < probability

    def one_of(self, *options):
        return options[int(self.random() * len(options))]

    def polygon(self, colour: Colour, *points: Point) -> None:
        """Lay a polygon; its colour takes the drawing's cast and a light of its own."""
        light = self.between(-12, 12)
        self.parts.append((tuple([_byte(c + shift + light) for c, shift in zip(colour, self.cast)]), points))

    def box(self, colour: Colour, left: float, top: float, right: float, bottom: float) -> None:
        self.polygon(colour, (left, top), (right, top), (right, bottom), (left, bottom))

    def disc(self, colour: Colour, x: float, y: float, wide: float, high: float) -> None:
        """An ellipse with half axes `wide` and `high`."""
        self.polygon(colour, *[(x + wide * c, y + high * s) for c, s in CIRCLE])

    def dome(self, colour: Colour, x: float, floor: float, wide: float, high: float) -> None:
        """The upper half of an ellipse that stands on `floor`."""
        self.polygon(colour, *[(x + wide * c, floor + high * s) for c, s in DOME])

    def stroke(self, colour: Colour, width: float, *points: Point) -> None:
        for (x0, y0), (x1, y1) in zip(points, points[1:]):
            reach = .5 * width / math.hypot(x1 - x0, y1 - y0)
            dx, dy = reach * (x1 - x0), reach * (y1 - y0)
            self.polygon(colour, (x0 - dx - dy, y0 - dy + dx), (x1 + dx - dy, y1 + dy + dx),
                         (x1 + dx + dy, y1 + dy - dx), (x0 - dx + dy, y0 - dy - dx))

    def placed(self, scale: float, x: float, y: float) -> list[tuple[Colour, list[Point]]]:
        """The polygons in pixels, with the sketch's origin at (x, y) and `scale` pixels an extent."""
        a, b, c, d = (scale * entry for entry in self.frame)
        return [(colour, [(x + a * u + b * v, y + c * u + d * v) for u, v in points]) for colour, points in self.parts]

    def centre_of_mass(self) -> Point:
        """The mean place of the drawing, in extents, each spot weighted by its contrast with typical land."""
        picture = Image.new("L", (INK_SIZE, INK_SIZE))
        pen = ImageDraw.Draw(picture)
        for colour, points in self.placed(INK_SCALE, INK_SIZE / 2, INK_SIZE / 2):
            pen.polygon(points, fill=_contrast(colour))
        x, y, ink = np.frombuffer(picture.tobytes(), np.uint8) @ MOMENTS
        return x / ink, y / ink


def _byte(value: float) -> int:
    return 0 if value < 0 else 255 if value > 255 else int(value)


def _contrast(colour: Colour) -> int:
    """How far a colour stands out from typical land, 0 to 255."""
    return sum([abs(c - land) for c, land in zip(colour, TYPICAL_LAND)]) // 3


def hut(s: Sketch) -> None:
    wide, eave, ridge = s.between(.34, .42), s.between(-.08, .06), s.one_of(0., 0., .18)
    s.box((236, 160, 88), -wide, eave, wide, .44)
    s.polygon((150, 48, 24), (-wide - .1, eave + .04), (-ridge, -.46), (ridge, -.46), (wide + .1, eave + .04))
    door = s.between(-.14, .14)
    s.box((66, 32, 20), door - .1, .14, door + .1, .44)


def well(s: Sketch) -> None:
    rim, wide = s.between(.25, .31), s.between(.4, .46)
    s.disc((226, 226, 230), 0, .16, wide, rim)
    s.disc((12, 22, 120), 0, .15, wide - .13, rim - .1)
    for side in (-1, 1):
        s.box((96, 62, 36), side * (wide - .05) - .04, -.3, side * (wide - .05) + .04, .14)
    if s.chance(.6):
        s.polygon((104, 66, 40), (-wide - .04, -.2), (0, -.48), (wide + .04, -.2))
    else:
        s.box((104, 66, 40), -wide - .04, -.38, wide + .04, -.24)


def lake(s: Sketch) -> None:
    waves = [(s.between(0, .09), s.between(0, 6.3), n) for n in (2, 3)]
    high = s.between(.36, .46)
    shore = [1 + sum(a * math.cos(n * k * math.pi / 10 + phase) for a, phase, n in waves) for k in range(20)]
    for colour, scale in (((240, 244, 232), 1), ((40, 118, 236), .8)):
        s.polygon(colour, *[(.47 * scale * r * x, high * scale * r * y) for (x, y), r in zip(CIRCLE, shore)])
    glint = s.between(-.12, .12)
    s.box((110, 170, 250), glint - .15, glint - .03, glint + .15, glint + .03)


def tree(s: Sketch) -> None:
    s.box((98, 58, 28), -.08, .1, .08, .5)
    if s.chance(.4):
        for top, wide in ((-.05, .4), (-.27, .32), (-.5, .23)):
            s.polygon((18, 84, 40), (-wide, top + .36), (0, top), (wide, top + .36))
        return
    s.disc((18, 84, 40), 0, -.12, s.between(.34, .42), s.between(.32, .38))
    for side in (-1, 1):
        s.disc((30, 96, 48), side * s.between(.15, .24), s.between(-.12, .06), .22, .2)


def rock(s: Sketch) -> None:
    turns = [(k + s.between(-.3, .3)) * math.pi / 3.5 for k in range(7)]
    edge = [(s.between(.44, .52) * math.cos(t), s.between(.38, .46) * math.sin(t)) for t in turns]
    peak = (s.between(-.12, .12), s.between(-.14, .06))
    s.polygon((66, 68, 76), *edge)
    s.polygon((104, 106, 116), edge[3], edge[4], edge[5], peak)
    s.polygon((84, 86, 94), edge[5], edge[6], peak)


def grass(s: Sketch) -> None:
    blades = s.one_of(6, 7, 8)
    for k in range(blades):
        foot = -.34 + .68 * k / (blades - 1)
        tip = (1.4 * foot + s.between(-.06, .06), s.between(-.46, -.22))
        colour = (96, 168, 8) if k % 3 == 1 else (212, 255, 24)
        s.polygon(colour, (foot - .09, .4), tip, (foot + .09, .4))


def beach(s: Sketch) -> None:
    pole, top = s.between(-.14, .14), s.between(-.1, 0)
    s.disc((255, 246, 196), 0, .16, s.between(.46, .52), s.between(.28, .34))
    s.stroke((120, 90, 60), .06, (pole, top), (pole + .04, .3))
    s.dome((236, 30, 48), pole, top, .32, .32)
    s.dome((255, 255, 255), pole, top, .13, .32)


def harbour(s: Sketch) -> None:
    if s.chance(.5):
        s.disc((12, 46, 144), 0, 0, .5, s.between(.38, .46))
    else:
        s.box((12, 46, 144), -.48, -s.between(.34, .42), .46, .4)
    plank, y, end = (214, 142, 66), s.between(-.1, .1), s.between(.12, .26)
    s.box(plank, -.5, y - .08, end, y + .08)
    if s.chance(.5):
        s.box(plank, end - .12, y - .26, end + .04, y + .26)
    else:
        s.box(plank, end - .12, y - .08, end + .04, y + .34)


def lighthouse(s: Sketch) -> None:
    foot, head, bands = s.between(.22, .27), s.between(.13, .16), s.one_of(4, 5)
    edges = [(foot + (head - foot) * k / bands, .5 - .74 * k / bands) for k in range(bands + 1)]
    for k, ((w0, y0), (w1, y1)) in enumerate(zip(edges, edges[1:])):
        s.polygon((255, 255, 255) if k % 2 else (228, 24, 36), (-w0, y0), (-w1, y1), (w1, y1), (w0, y0))
    s.box((255, 226, 60), -.13, -.38, .13, -.22)
    s.dome((60, 20, 30), 0, -.36, .17, .14)


def creek(s: Sketch) -> None:
    bends, swing = s.one_of(4, 5), s.between(.2, .28)
    course = [(swing * (-1) ** k + s.between(-.05, .05), -.42 + .84 * k / (bends - 1)) for k in range(bends)]
    s.stroke((20, 222, 240), s.between(.15, .2), *course)


def cave(s: Sketch) -> None:
    mouth, x = s.between(.22, .28), s.between(-.08, .08)
    if s.chance(.5):
        s.dome((128, 74, 34), 0, .4, .5, s.between(.72, .82))
    else:
        s.polygon((128, 74, 34), (-.5, .4), (-.4, -.1), (-.1, -.4), (.24, -.34), (.44, 0), (.5, .4))
    s.dome((10, 8, 10), x, .4, mouth, s.between(.46, .54))


def castle(s: Sketch) -> None:
    stone, tower, top = (136, 138, 156), s.between(.13, .17), s.between(-.26, -.18)
    s.box(stone, -.4, -.02, .4, .44)
    for x in (-.34, .34):
        s.box(stone, x - tower, top, x + tower, .44)
        for notch in (-1, 1):
            s.box(stone, x + notch * tower - .05, top - .1, x + notch * tower + .05, top)
    s.dome((44, 38, 50), 0, .44, .13, .28)
    mast = s.one_of(-.34, 0., .34)
    s.stroke((60, 50, 50), .05, (mast, -.46), (mast, 0))
    s.polygon((236, 16, 32), (mast, -.52), (mast + .3, -.4), (mast, -.28))


def church(s: Sketch) -> None:
    tower, eave = s.between(.13, .16), s.between(.06, .14)
    s.box((255, 255, 255), -.2, eave, .46, .44)
    s.polygon((30, 44, 132), (-.2, eave), (-.06, eave - .2), (.36, eave - .2), (.5, eave))
    s.box((255, 255, 255), -.3 - tower, -.1, -.3 + tower, .44)
    s.polygon((30, 44, 132), (-.34 - tower, -.06), (-.3, s.between(-.46, -.38)), (-.26 + tower, -.06))
    s.stroke((30, 30, 60), .05, (-.3, -.54), (-.3, -.36))
    s.stroke((30, 30, 60), .05, (-.37, -.47), (-.23, -.47))
    s.box((40, 40, 70), .08, eave + .12, .2, .44)


def windmill(s: Sketch) -> None:
    foot, turn, hub = s.between(.2, .26), s.between(.55, 1.02), -.12
    s.polygon((20, 118, 116), (-foot, .5), (-.13, hub), (.13, hub), (foot, .5))
    for k in range(4):
        dx, dy = math.cos(turn + k * math.pi / 2), math.sin(turn + k * math.pi / 2)
        s.stroke((255, 252, 244), s.between(.1, .14), (.08 * dx, hub + .08 * dy), (.44 * dx, hub + .44 * dy))
    s.disc((50, 40, 40), 0, hub, .08, .08)


def tent(s: Sketch) -> None:
    top, back = s.between(-.1, .06), s.between(.14, .3)
    s.polygon((226, 158, 0), (top, -.4), (top + back, -.34), (.52, .32), (.3, .4))
    s.polygon((255, 222, 20), (-.48, .4), (top, -.42), (.36, .4))
    s.polygon((84, 56, 16), (top - .2, .4), (top, s.between(-.14, 0)), (top + .12, .4))


def bridge(s: Sketch) -> None:
    stone, arch, deck = (112, 44, 112), s.between(.26, .32), s.between(-.2, -.12)
    s.box(stone, -.5, deck, .5, .36)
    s.box((176, 108, 172), -.5, deck - .1, .5, deck)
    if s.chance(.5):
        s.dome((60, 200, 220), 0, .36, arch, .36)
    else:
        for x in (-.24, .24):
            s.dome((60, 200, 220), x, .36, .16, .34)


def volcano(s: Sketch) -> None:
    mouth, top = s.between(.14, .2), s.between(-.3, -.22)
    s.polygon((58, 40, 46), (-.5, .42), (-mouth, top), (mouth, top), (.5, .42))
    s.polygon((240, 40, 12), (-mouth, top), (mouth, top), (mouth + .12, .04), (.05, -.06), (-.02, .16),
              (-.12, -.04), (-mouth - .08, .0))
    s.disc((255, 120, 20), 0, top, mouth, .08)
    if s.chance(.4):
        s.disc((210, 206, 206), s.between(-.1, .1), top - .17, .13, .09)


def palm(s: Sketch) -> None:
    lean, leaves = s.between(.06, .22), s.one_of(5, 6, 7)
    s.stroke((168, 108, 44), .1, (-.5 * lean, .48), (.1 * lean, .15), (lean, -.16))
    for k in range(leaves):
        t = math.pi * (1.12 + (.76 + .24) * k / (leaves - 1)) - .36 + s.between(-.12, .12)
        dx, dy, reach = math.cos(t), math.sin(t), s.between(.36, .44)
        tip = (lean + reach * dx, -.18 + reach * dy + .16)
        s.polygon((0, 158, 78), (lean, -.24), (lean + .6 * reach * dx, -.24 + .6 * reach * dy), tip, (lean, -.12))
    s.disc((92, 48, 20), lean, -.13, .07, .07)


def campfire(s: Sketch) -> None:
    lean, tall = s.between(-.08, .08), s.between(.44, .5)
    for side in (-1, 1):
        s.stroke((96, 48, 20), .11, (-.38 * side, .42), (.38 * side, .24))
    s.polygon((255, 104, 0), (-.22, .28), (-.34, .0), (-.22, -.22), (-.12, -.08), (lean, -tall), (.13, -.12),
              (.24, -.26), (.34, .02), (.22, .28))
    s.polygon((255, 232, 60), (-.13, .28), (-.18, .06), (lean, s.between(-.22, -.12)), (.18, .06), (.13, .28))


def flag(s: Sketch) -> None:
    right, drop = s.between(.4, .48), s.between(.34, .42)
    s.stroke((70, 56, 50), .09, (-.3, .46), (-.3, -.44))
    tail = s.one_of([(right, .5 * drop - .46)], [(right, -.46), (right - .16, .5 * drop - .46), (right, drop - .46)],
                    [(right, -.42), (right, drop - .42)])
    s.polygon((132, 28, 200), (-.28, -.48), *tail, (-.28, drop - .42))


def garden(s: Sketch) -> None:
    s.box((44, 112, 52), -.46, -s.between(.32, .42), .46, .4)
    flowers = s.one_of([(x, y) for x in (-.28, 0, .28) for y in (-.2, .2)] + [(0, 0)],
                       [(x, y) for x in (-.3, 0, .3) for y in (-.22, .02, .26)],
                       [(.3 * x, .26 * y) for x, y in CIRCLE[::3]])
    for x, y in flowers:
        petal = s.one_of((255, 40, 168), (255, 40, 168), (255, 156, 212))
        s.disc(petal, x + s.between(-.04, .04), y + s.between(-.04, .04), .12, .12)


def temple(s: Sketch) -> None:
    marble, columns, eave = (255, 236, 178), s.one_of(3, 4), s.between(-.18, -.1)
    s.box((120, 78, 48), -.4, eave, .4, .36)
    s.polygon(marble, (-.5, eave), (0, s.between(-.48, -.4)), (.5, eave))
    for k in range(columns):
        x = -.38 + .76 * k / (columns - 1)
        s.box(marble, x - .07, eave, x + .07, .36)
    s.box(marble, -.5, .32, .5, .44)


def ship(s: Sketch) -> None:
    deck, mast = s.between(.14, .2), s.between(-.1, .06)
    s.polygon((148, 12, 28), (-.48, deck), (.5, deck - .03), (.32, .44), (-.32, .44))
    s.stroke((70, 44, 30), .06, (mast, -.46), (mast, deck))
    s.polygon((255, 255, 255), (mast + .04, -.44), (mast + s.between(.34, .4), deck - .06), (mast + .04, deck - .06))
    if s.chance(.6):
        s.polygon((250, 250, 250), (mast - .04, -.32), (mast - .04, deck - .06), (mast - .3, deck - .06))


def mine(s: Sketch) -> None:
    peak, door = s.between(-.1, .1), s.between(.15, .19)
    s.polygon((118, 106, 100), (-.5, .42), (-.3, -.1), (peak, -.42), (.32, -.08), (.5, .42))
    s.box((255, 212, 0), -door - .12, -.12, door + .12, .42)
    s.box((8, 8, 12), -door + .02, .03, door - .02, .42)


DRAWINGS: dict[str, Callable[[Sketch], None]] = {
    "hut": hut, "well": well, "lake": lake, "tree": tree, "rock": rock, "grass": grass, "beach": beach,
    "harbour": harbour, "lighthouse": lighthouse, "creek": creek, "cave": cave, "castle": castle, "church": church,
    "windmill": windmill, "tent": tent, "bridge": bridge, "volcano": volcano, "palm": palm, "campfire": campfire,
    "flag": flag, "garden": garden, "temple": temple, "ship": ship, "mine": mine,
}
KINDS: tuple[str, ...] = tuple(DRAWINGS)


def check_kind(kind: str) -> None:
    """Raise ValueError, naming the nearest known kinds, unless `kind` is one of `KINDS`."""
    if kind not in DRAWINGS:
        nearest = ", ".join(difflib.get_close_matches(str(kind), KINDS, n=3, cutoff=0))
        raise ValueError(f"unknown landmark kind {kind!r}; the nearest known kinds are {nearest}")


def draw(kind: str, pen: ImageDraw.ImageDraw, centre: Point, extent: float, rng: np.random.Generator) -> None:
    """Draw a landmark of this kind, its visual centre of mass at `centre`; all lengths in pixels of the canvas.

    Form, proportions and colours are drawn from `rng`; how many numbers are drawn does not depend on `extent`.
    """
    check_kind(kind)
    sketch = Sketch(rng)
    DRAWINGS[kind](sketch)
    x, y = sketch.centre_of_mass()
    for colour, points in sketch.placed(extent, centre[0] - extent * x, centre[1] - extent * y):
        pen.polygon(points, fill=colour)
