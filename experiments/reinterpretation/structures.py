"""What things look like, in so many words: which kinds of lines a drawing has, and where.

A structural description tells for each of 5 x 5 parts of a figure's box how much there runs level, rises, stands
upright and falls: categories of line by categories of place, as in Hummel & Biederman (1992) and in Kosslyn's (1987)
categorical relations. Things are known by the descriptions of the edges of their pictures and icons, letters and
figures by those of their strokes. A new description is compared with them where descriptions of one thing differ least
(linear discriminant analysis: Fisher 1936; Ledoit & Wolf 2004 for the shrinkage).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

from envs.stimuli import letter_strokes, letters, lines, outlines
from envs.stimuli.constructions import vocabulary
from envs.stimuli.pictures import icons, pack

FILE = Path(__file__).parents[1] / "shipped" / "structures.safetensors"
LEVELS = 255                                      # of the numbers of a description as they are kept
CELLS, KINDS = 5, 4
STEP = 0.02                                       # of a figure's longer side, between points looked at along a line
BLURS = (0.8, 1.3)                                # pixels, at which pictures' edges are sought
CONTRAST = 0.2                                    # of edges
SHRUNK = 0.2                                      # share of the mean variance in the covariance within things


def along(strokes: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Points (N, 2) along polylines, evenly spaced, and in which direction (N,) the line runs there, radians."""
    size = max(float(np.ptp(np.concatenate(list(strokes)), axis=0).max()), 1e-6)
    points, ways = [], []
    for stroke in strokes:
        for start, end in zip(stroke[:-1], stroke[1:]):
            count = max(1, round(float(np.hypot(*(end - start))) / (STEP * size)))
            points.append(start + (np.arange(count) + 0.5)[:, None] / count * (end - start))
            ways.append(np.full(count, np.arctan2(*(end - start)[::-1])))
    return np.concatenate(points), np.concatenate(ways)


def description(points: np.ndarray, ways: np.ndarray) -> np.ndarray:
    """How much there is of each kind of line in each part of the box around the points, (100,), of unit length."""
    low, high = points.min(0), points.max(0)
    places = (points - (low + high) / 2) / max((high - low).max(), 1e-6) + 0.5            # the box fills [0, 1] one way
    cells = _shares(places * CELLS - 0.5, CELLS)                                          # (N, 2, CELLS)
    turn = ways / np.pi * KINDS
    gap = np.abs((turn[:, None] - np.arange(KINDS) + KINDS / 2) % KINDS - KINDS / 2)
    kinds = np.clip(1 - gap, 0, None)                                                     # (N, KINDS)
    table = np.einsum("nx,ny,nk->xyk", cells[:, 0], cells[:, 1], kinds).ravel()
    table = np.sqrt(table / max(table.sum(), 1e-9))
    return table / np.linalg.norm(table)


def _shares(places: np.ndarray, count: int) -> np.ndarray:
    """How far places (...) belong to each of `count` neighbouring bins at 0, 1, ...: (..., count)."""
    places = np.clip(places, 0, count - 1)
    return np.clip(1 - np.abs(places[..., None] - np.arange(count)), 0, None)


def described() -> tuple[np.ndarray, np.ndarray]:
    """Descriptions (M, 100) of all pictures, icons, letters and figures, and the index of each one's name (M,)."""
    found, of, index = [], [], {name: number for number, name in enumerate(vocabulary())}
    for things, blurs in ((pack(), BLURS), (icons(), BLURS[:1])):
        for concept, tile in zip(things.concept, things.pictures):
            for blur in blurs:
                points, normals = outlines.edges(tile, blur, CONTRAST)
                if len(points) > 8:
                    found.append(description(points, np.arctan2(normals[:, 0], -normals[:, 1])))
                    of.append(index[things.concepts[concept].name])
    for name in (*letters.CHARACTERS, *lines.FIGURES):
        strokes = letter_strokes.strokes(name) if len(name) == 1 else lines.strokes(name)
        found.append(description(*along(strokes)))
        of.append(index[name])
    return np.array(found), np.array(of)


class Structures:
    """Structural knowledge of everything that has a name in the vocabulary. Its descriptions are read from `FILE`;
    `python -m experiments.reinterpretation.structures` makes them anew."""

    def __init__(self) -> None:
        self.names = vocabulary()

    @cached_property
    def _known(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Descriptions (M, 100), which name each is of (M,), and what whitens their differences within names."""
        kept = load_file(FILE)
        descriptions, of = kept["descriptions"] / LEVELS, kept["of"]
        means = np.zeros((len(self.names), descriptions.shape[1]))
        np.add.at(means, of, descriptions)
        rest = descriptions - (means / np.bincount(of, minlength=len(self.names))[:, None])[of]
        covariance = rest.T @ rest / len(rest)
        spread = np.trace(covariance) / len(covariance)
        covariance = (1 - SHRUNK) * covariance + SHRUNK * spread * np.eye(len(covariance))
        values, vectors = np.linalg.eigh(covariance)
        return descriptions, of, vectors / np.sqrt(values)

    def likeness(self, strokes: Sequence[np.ndarray]) -> np.ndarray:
        """How like each named thing polylines (N, 2) are: minus the distance to the nearest of its descriptions."""
        descriptions, of, white = self._known
        gaps = np.linalg.norm((descriptions - description(*along(strokes))) @ white, axis=1)
        nearest = np.full(len(self.names), np.inf)
        np.minimum.at(nearest, of, gaps)
        return -nearest


if __name__ == "__main__":
    descriptions, of = described()
    save_file({"descriptions": np.rint(descriptions * LEVELS).astype(np.uint8), "of": of.astype(np.int16)}, FILE)
