"""Tiles that grid worlds are drawn from, in two styles: the same things, drawn anew.

A tile is a list of strokes on a unit square, x to the right and y down: an `oval` or a `box` by its corners, a `shape`
by its points, a `line` by its points and its width.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw

STYLES = ("plain", "chalk")
SUPERSAMPLING = 4
FINER = 2  # a board is put together at about this many times the size asked for
WALL, THINNEST = .16, 1.5  # breadth of a wall between cells, in cells, and at least, in pixels
MARGIN = .1  # around a board, in cells

Place = tuple[int, int]  # row and column
Still = tuple[tuple[Place, str], ...]  # what each place holds, one thing at a time
Segment = tuple[Place, Place]  # a wall between two corners of the grid

PLAIN = {
    "floor": [("box", (0, 0, 1, 1), "#d8d2c4"), ("box", (.03, .03, .97, .97), "#ece7da")],
    "wall": [("box", (0, 0, 1, 1), "#4a4e58"), ("box", (.06, .06, .94, .94), "#646a78")],
    "you": [("oval", (.14, .14, .86, .86), "#16365f"), ("oval", (.2, .2, .8, .8), "#2f74d0"),
            ("oval", (.33, .34, .45, .48), "#ffffff"), ("oval", (.55, .34, .67, .48), "#ffffff")],
    "goal": [("line", (.3, .1, .3, .92), .1, "#5a4632"), ("shape", (.3, .1, .88, .3, .3, .54), "#d8302f")],
    "box": [("box", (.1, .1, .9, .9), "#6d4318"), ("box", (.18, .18, .82, .82), "#c98a3c"),
            ("line", (.2, .2, .8, .8), .09, "#6d4318"), ("line", (.8, .2, .2, .8), .09, "#6d4318")],
    "target": [("oval", (.24, .24, .76, .76), "#d8302f"), ("oval", (.34, .34, .66, .66), "#ece7da"),
               ("oval", (.42, .42, .58, .58), "#d8302f")],
    "stored": [("box", (.1, .1, .9, .9), "#1d5a2a"), ("box", (.18, .18, .82, .82), "#4fae5b"),
               ("line", (.2, .2, .8, .8), .09, "#1d5a2a"), ("line", (.8, .2, .2, .8), .09, "#1d5a2a")],
    "printer": [("box", (.3, .08, .7, .4), "#ffffff"), ("box", (.12, .32, .88, .78), "#3a3f47"),
                ("box", (.26, .6, .74, .92), "#ffffff"), ("oval", (.7, .4, .8, .5), "#4fd06a")],
    "table": [("box", (0, 0, 1, 1), "#8a5a2b"), ("box", (.04, .06, .96, .94), "#b07a43"),
              ("line", (.04, .5, .96, .5), .05, "#9a6735")],
    "carried": [("box", (.34, .44, .66, .6), "#ffffff"), ("box", (.22, .54, .78, .86), "#3a3f47"),
                ("oval", (.64, .6, .73, .69), "#4fd06a")],
    "ice": [("box", (0, 0, 1, 1), "#b9d8ea"), ("box", (.04, .04, .96, .96), "#dcf0fa"),
            ("line", (.2, .7, .4, .5), .05, "#b9d8ea")],
    "hole": [("oval", (.1, .14, .9, .9), "#5f8fb0"), ("oval", (.17, .22, .83, .86), "#123a5c")],
}
CHALK = {
    "floor": [("box", (0, 0, 1, 1), "#22332c"), ("oval", (.46, .46, .54, .54), "#3d5a4d")],
    "wall": [("box", (0, 0, 1, 1), "#8fb59f"), ("line", (0, .34, 1, .34), .06, "#22332c"),
             ("line", (0, .67, 1, .67), .06, "#22332c"), ("line", (.5, 0, .5, .34), .06, "#22332c"),
             ("line", (.25, .34, .25, .67), .06, "#22332c"), ("line", (.75, .67, .75, 1), .06, "#22332c")],
    "you": [("shape", (.5, .08, .88, .86, .5, .68, .12, .86), "#ffd84d")],
    "goal": [("shape", (.5, .06, .62, .38, .95, .39, .69, .6, .79, .93, .5, .73, .21, .93, .31, .6, .05, .39, .38, .38),
              "#ff7fb2")],
    "box": [("box", (.12, .12, .88, .88), "#f0f0e6"), ("box", (.22, .22, .78, .78), "#22332c"),
            ("line", (.5, .2, .5, .8), .1, "#f0f0e6"), ("line", (.2, .5, .8, .5), .1, "#f0f0e6")],
    "target": [("line", (.25, .25, .75, .75), .12, "#ff7fb2"), ("line", (.75, .25, .25, .75), .12, "#ff7fb2")],
    "stored": [("box", (.12, .12, .88, .88), "#ff7fb2"), ("box", (.22, .22, .78, .78), "#22332c"),
               ("line", (.5, .2, .5, .8), .1, "#ff7fb2"), ("line", (.2, .5, .8, .5), .1, "#ff7fb2")],
    "printer": [("shape", (.1, .45, .9, .45, .8, .9, .2, .9), "#6fc3ff"), ("box", (.28, .1, .72, .45), "#f0f0e6"),
                ("line", (.36, .22, .64, .22), .05, "#22332c"), ("line", (.36, .34, .64, .34), .05, "#22332c")],
    "table": [("box", (0, 0, 1, 1), "#a05a78"), ("line", (0, 0, 1, 1), .06, "#c27f9c"),
              ("line", (0, 1, 1, 0), .06, "#c27f9c")],
    "carried": [("shape", (.22, .62, .78, .62, .7, .96, .3, .96), "#6fc3ff"), ("box", (.36, .42, .64, .62), "#f0f0e6")],
    "ice": [("box", (0, 0, 1, 1), "#31516b"), ("line", (.15, .3, .85, .3), .05, "#46708f"),
            ("line", (.15, .7, .85, .7), .05, "#46708f")],
    "hole": [("shape", (.5, .1, .9, .5, .5, .9, .1, .5), "#000000")],
}
TILES = {"plain": PLAIN, "chalk": CHALK}
WALLS = {"plain": "#33373f", "chalk": "#a8d0b9"}  # between cells, and around a board


def draw(cells: Mapping[Place, Iterable[str]], rows: int, columns: int, pixels: int = 64, style: str = STYLES[0],
         ground: str = "floor", still: Still = (), walls: tuple[Segment, ...] = ()) -> np.ndarray:
    """A board's picture, (pixels, pixels, 3) uint8: on the `ground` what is `still`, then what the `cells` hold, the
    last on top.

    `walls` run between corners of cells, which are counted in rows and columns from the upper left.
    """
    canvas = _scene(rows, columns, pixels, style, ground, still, walls).copy()
    cell, _, left, top = _frame(rows, columns, pixels)
    for (row, column), names in cells.items():
        for name in names:
            drawn = tile(name, style, cell)
            canvas.paste(drawn, (left + column * cell, top + row * cell), drawn)
    return np.array(canvas.resize((pixels, pixels), Image.Resampling.BOX))


@lru_cache(256)
def tile(name: str, style: str, pixels: int) -> Image.Image:
    """One tile, RGBA, transparent where nothing is drawn."""
    large = SUPERSAMPLING * pixels
    canvas = Image.new("RGBA", (large, large))
    pen = ImageDraw.Draw(canvas)
    for what, points, *width, colour in TILES[style][name]:
        points = [large * number for number in points]
        match what:
            case "oval":
                pen.ellipse(points, fill=colour)
            case "box":
                pen.rectangle((*points[:2], points[2] - 1, points[3] - 1), fill=colour)
            case "shape":
                pen.polygon(points, fill=colour)
            case "line":
                pen.line(points, fill=colour, width=max(1, round(large * width[0])))
    return canvas.reduce(SUPERSAMPLING)


@lru_cache(256)
def _scene(rows: int, columns: int, pixels: int, style: str, ground: str, still: Still, walls: tuple[Segment, ...]
           ) -> Image.Image:
    """All of a board that does not move."""
    cell, margin, left, top = _frame(rows, columns, pixels)
    canvas = Image.new("RGB", (max(rows, columns) * cell + 2 * margin,) * 2, WALLS[style])
    everywhere = (((row, column), ground) for row in range(rows) for column in range(columns))
    for (row, column), name in (*everywhere, *still):
        drawn = tile(name, style, cell)
        canvas.paste(drawn, (left + column * cell, top + row * cell), drawn)
    pen = ImageDraw.Draw(canvas)
    half = max(WALL * cell, THINNEST * FINER) / 2
    for one, other in walls:
        (y, x), (y_too, x_too) = sorted((one, other))
        pen.rectangle((left + x * cell - half, top + y * cell - half, left + x_too * cell + half - 1,
                       top + y_too * cell + half - 1), fill=WALLS[style])
    return canvas


def _frame(rows: int, columns: int, pixels: int) -> tuple[int, int, int, int]:
    """Pixels to a cell, around a board, left of it and above it, before it is scaled down."""
    longer = max(rows, columns)
    cell = FINER * -(-pixels // longer)
    margin = max(round(MARGIN * cell), FINER)
    left, top = (margin + (longer - count) * cell // 2 for count in (columns, rows))
    return cell, margin, left, top
