"""How unlike its own mirror image a picture is, whatever way that is turned."""

from __future__ import annotations

import numpy as np

RINGS, SPOKES = 64, 360  # of the polar grid about the centre of mass
LEAST = .15  # of a figure whose hand people are to tell


def unlikeness(ink: np.ndarray) -> float:
    """The share of a figure's area that its mirror image leaves uncovered at the best of all turns, in [0, 1].

    Of `ink` (S, S) in [0, 1], what is above .5 is the figure; the two centres of mass lie on each other. A disc has 0.
    All turns are tried at once, as a circular correlation along each ring of a polar grid.
    """
    row, column = np.nonzero(np.asarray(ink) > .5)
    if not len(row):
        raise ValueError("a picture without a figure has no mirror image to be compared with; draw with more ink")
    middle = np.array([(row.mean(),), (column.mean(),)])
    reach = np.hypot(*(np.stack([row, column]) - middle)).max() + 1
    radius = reach * (np.arange(RINGS) + .5) / RINGS
    turn = 2 * np.pi * np.arange(SPOKES) / SPOKES
    places = np.rint(middle[:, :, None] + radius[:, None] * np.stack([np.sin(turn), np.cos(turn)])[:, None]).astype(int)
    inside = ((places >= 0) & (places < len(ink))).all(0)
    y, x = np.where(inside, places, 0)
    polar = np.where(inside, np.asarray(ink)[y, x] > .5, False)  # (RINGS, SPOKES)
    waves = np.fft.rfft(polar)
    shared = np.fft.irfft(waves * waves, SPOKES)  # with the mirror image, whose waves are the conjugates
    return float(1 - (radius @ shared).max() / (radius @ polar.sum(1)))
