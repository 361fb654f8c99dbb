"""Places of a figure's corners or joints, known without a picture that shows them, and the turn between two sets."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.spatial.transform import Rotation

LEAST = 3                                         # places that can be turned
ALONG, ON_PART = 32, 8                            # points along an outline by which it is laid over another; on a part


@dataclass(frozen=True, eq=False)
class Places:
    """Places (N, 3), one after another: x to the right, y down, z away from the viewer, in picture widths; `flat` ones
    go round an outline, clockwise, others are a chain."""

    at: np.ndarray
    flat: bool

    def turned(self, turn: np.ndarray) -> Places:
        """After a turn (3,), an axis as long as the angle in degrees."""
        return Places(Rotation.from_rotvec(turn, degrees=True).apply(self.at), self.flat)

    def mirrored(self) -> Places:
        return Places(self.at[::-1] * (-1, 1, 1), self.flat)

    def parts(self) -> list[Places]:
        """The sides or arms from place to place, as points (ON_PART, 3) from end to end."""
        ends = pairwise([*self.at, *self.at[:self.flat]])
        return [Places(np.linspace(start, end, ON_PART), self.flat) for start, end in ends]

    def pieces(self, count: int) -> list[Places]:
        """The same points in so many pieces, of parts that follow one another."""
        parts = np.stack([part.at for part in self.parts()])
        return [Places(np.concatenate(piece), self.flat) for piece in np.array_split(parts, count)]

    def away(self, other: Places) -> np.ndarray:
        """How far each place is from the nearest of others (N,)."""
        return np.linalg.norm(self.at[:, None] - other.at, axis=-1).min(1)

    def outlying(self) -> np.ndarray:
        """How far out from the middle they lie, (ALONG,) from the least to the most: the same however they are turned,
        and of the mirror figure."""
        out = np.linalg.norm(self.pieces(1)[0].at, axis=1) if len(self.at) else [0.0]
        return np.quantile(out, np.linspace(0, 1, ALONG))

    def along(self, start: int) -> np.ndarray:
        """Points (ALONG, 3) evenly along an outline, from one of its corners on."""
        corners = np.roll(self.at, -start, 0)
        corners = np.concatenate([corners, corners[:1]])
        way = np.concatenate([[0.0], np.linalg.norm(np.diff(corners, axis=0), axis=1).cumsum()])
        stops = np.linspace(0, way[-1], ALONG, endpoint=False)
        return np.stack([np.interp(stops, way, each) for each in corners.T], 1)


def centred(at: np.ndarray, flat: bool) -> Places:
    """Places (N, 2 or 3), if any, from their own middle."""
    at = np.pad(np.asarray(at, float), ((0, 0), (0, 3 - np.shape(at)[1])))
    return Places(at - at.mean(0) if len(at) else at, flat)


def turn_between(first: Places, second: Places) -> np.ndarray:
    """The turn (3,), an axis as long as the angle in degrees, that lays one set nearest to another, whichever of its
    places each place may be: of chains, from either end; of outlines, from any corner, in the plane."""
    if not first.flat:
        fits = [Rotation.align_vectors(goal, first.at) for goal in (second.at, second.at[::-1])]
        return min(fits, key=lambda fit: fit[1])[0].as_rotvec(degrees=True)
    ours, theirs = (np.stack([each.along(start)[:, :2] @ (1, 1j) for start in range(len(each.at))])
                    for each in (first, second))
    overlaps = (ours.conj() @ theirs.T).ravel()
    return np.array((0.0, 0.0, np.angle(overlaps[np.abs(overlaps).argmax()], deg=True)))
