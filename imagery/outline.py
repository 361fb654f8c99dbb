"""The outline of a seen figure, finer than its pixels: where, between them, the ink is half as dark as it can be."""

from __future__ import annotations

import numpy as np

from imagery.contour import simplified

HALF = .5
FINE = .02                                        # picture widths by which a corner stands out from its neighbours
# By which sides (0 above, 1 right, 2 below, 3 left) an outline enters and leaves a square of four pixels' middles, ink
# on its right, by which of its corners have ink: 1 above left, 2 above right, 4 below right, 8 below left.
WAYS = {1: ((0, 3),), 2: ((1, 0),), 3: ((1, 3),), 4: ((2, 1),), 5: ((0, 3), (2, 1)), 6: ((2, 0),), 7: ((2, 3),),
        8: ((3, 2),), 9: ((0, 2),), 10: ((1, 0), (3, 2)), 11: ((1, 2),), 12: ((3, 1),), 13: ((0, 1),), 14: ((3, 0),)}
SIDES = (((0, 0), (0, 1)), ((0, 1), (1, 1)), ((1, 0), (1, 1)), ((0, 0), (1, 0)))            # as (row, column) of ends


def vertices(ink: np.ndarray) -> np.ndarray:
    """Corners (N, 2) of the largest outline of ink (H, W) in [0, 1], clockwise, as (x, y) in picture widths; a curve
    has as many as it needs. None if there is no ink."""
    path = max(outlines(ink), key=area, default=np.empty((0, 2)))
    return simplified(path, FINE) if len(path) else path


def area(path: np.ndarray) -> float:
    """Area within a closed path (N, 2), positive if it runs clockwise where y points down."""
    following = np.roll(path, -1, 0)
    return float((path[:, 0] * following[:, 1] - path[:, 1] * following[:, 0]).sum() / 2)


def outlines(ink: np.ndarray) -> list[np.ndarray]:
    """All outlines (N, 2) of ink (H, W), with the ink on their right, as (x, y) in picture widths (marching squares:
    Lorensen & Cline 1987)."""
    dark = np.pad(ink, 1)
    onward = _links(dark > HALF)
    paths = []
    while onward:
        start, here = onward.popitem()
        path = [start]
        while here != start:
            path.append(here)
            here = onward.pop(here)
        paths.append(_crossings(dark, np.array(path)))
    return paths


def _links(dark: np.ndarray) -> dict[tuple, tuple]:
    """From each crossing on to the next; a crossing is two neighbours, one of them dark: (row, column, row, column)."""
    kinds = dark[:-1, :-1] + 2 * dark[:-1, 1:] + 4 * dark[1:, 1:] + 8 * dark[1:, :-1]
    found = {}
    for row, column in np.argwhere((kinds > 0) & (kinds < 15)).tolist():
        for way in WAYS[int(kinds[row, column])]:
            entry, leaving = (tuple(at + end[k] for end in SIDES[side] for k, at in enumerate((row, column)))
                              for side in way)
            found[entry] = leaving
    return found


def _crossings(dark: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Where between neighbours (N, 4) the ink is half as dark as it can be, of a picture with a margin: (N, 2)."""
    first, second = dark[pairs[:, 0], pairs[:, 1]], dark[pairs[:, 2], pairs[:, 3]]
    share = ((HALF - first) / (second - first))[:, None]
    places = pairs[:, :2] + share * (pairs[:, 2:] - pairs[:, :2])
    return (places[:, ::-1] - .5) / (dark.shape[1] - 2)
