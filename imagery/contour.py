"""The contour of what is imagined, as attention can follow it: from corner to corner."""

from __future__ import annotations

import numpy as np
from torch import Tensor

from imagery.superposition import INK, PAPER

AROUND = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))    # (row, column), clockwise from above
SHARP = 0.035                                     # picture widths by which a corner stands out from its neighbours


def corners(picture: Tensor) -> np.ndarray:
    """Corners (N, 2) of the outer contour of a picture's ink, (3, H, W), clockwise from the lowest on the left, as
    (x, y) in picture widths; none if there is no ink."""
    ink = ((PAPER - picture.mean(0)) / 2 > INK).cpu().numpy()
    if not ink.any():
        return np.empty((0, 2))
    border = _border(np.pad(ink, 1)) - 1
    found = simplified(border, SHARP * ink.shape[1])
    places = (found[:, ::-1] + 0.5) / ink.shape[1]
    start = int(np.argmin(places[:, 0] - places[:, 1]))
    return np.roll(places, -start, axis=0)


def _border(ink: np.ndarray) -> np.ndarray:
    """Pixels (N, 2), as (row, column), along the contour of the first thing met, clockwise (Moore's tracing)."""
    start = tuple(map(int, np.argwhere(ink)[0]))
    here, back = start, 6                         # found coming from the left
    path = []
    while True:
        path.append(here)
        for turn in range(1, 9):
            way = (back + turn) % 8
            ahead = here[0] + AROUND[way][0], here[1] + AROUND[way][1]
            if ink[ahead]:
                break
        else:
            return np.array(path)                 # a single pixel
        here, back = ahead, (way + 5) % 8 if way % 2 else (way + 6) % 8
        if here == start and len(path) > 2:
            return np.array(path)


def simplified(path: np.ndarray, least: float) -> np.ndarray:
    """The corners of a closed path: what stands out by `least` or more (Ramer 1972; Douglas & Peucker 1973)."""
    far = int(np.argmax(np.hypot(*(path - path[0]).T)))
    there, back = path[:far + 1], np.concatenate([path[far:], path[:1]])
    found = np.concatenate([_bends(there, least)[:-1], _bends(back, least)[:-1]])
    kept = [k for k in range(len(found)) if _off(found[k][None], found[k - 1], found[(k + 1) % len(found)])[0] >= least]
    return found[kept] if len(kept) > 2 else found


def _bends(path: np.ndarray, least: float) -> np.ndarray:
    gaps = _off(path, path[0], path[-1])
    worst = int(gaps.argmax())
    if gaps[worst] < least:
        return path[[0, -1]]
    return np.concatenate([_bends(path[:worst + 1], least)[:-1], _bends(path[worst:], least)])


def _off(points: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """How far points (N, 2) are off the line between two others, or off the one if these are the same."""
    way = (end - start).astype(float)
    length = np.hypot(*way)
    arms = points - start
    return np.abs(way[0] * arms[:, 1] - way[1] * arms[:, 0]) / length if length else np.hypot(*arms.T)
