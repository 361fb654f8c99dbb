"""All poses of a rigid body among obstacles, and how far each is from a goal (configuration space, Lozano-Perez 1983).

Poses lie on a lattice: places a step apart, headings of `envs.stimuli.shapes`. Actions step one place left, down,
right or up, or turn by one heading clockwise or back; on its way from pose to pose the body may overlap nothing either.
Arrays are by heading, row and column.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from envs.board import STEPS
from envs.stimuli import shapes
from envs.stimuli.shapes import HEADINGS, turned

SIDE = 32  # steps; all lengths are in steps
FINE = 2  # pixels to a step, when it is asked whether things overlap: those of a picture of 64 x 64
BETWEEN = 3  # headings looked at on the way from one to the next
FIT = .85  # share of the goal that the body covers when it is there
SHIFTS = (*((0, *step) for step in STEPS), (1, 0, 0), (-1, 0, 0))  # of heading, row and column, by action
Pose = tuple[int, int, int]  # column and row of the body's middle, in steps, and its heading


@dataclass(frozen=True, eq=False)
class Configurations:
    """The poses of a `body`, an outline around its middle, among `obstacles`, outlines in a room of SIDE x SIDE."""

    obstacles: tuple[np.ndarray, ...]
    body: np.ndarray

    @property
    def free(self) -> np.ndarray:
        """Where the body overlaps neither an obstacle nor the room's edge, (HEADINGS, SIDE, SIDE) bool."""
        return self._clear[::BETWEEN, ::FINE, ::FINE]

    @cached_property
    def possible(self) -> np.ndarray:
        """Which actions can be done where, (6, HEADINGS, SIDE, SIDE) bool."""
        clear, at = self._clear, FINE * np.arange(SIDE)
        moves = [[clear[::BETWEEN, ((at + k * down) % len(clear[0]))[:, None], (at + k * across) % len(clear[0])]
                  for k in range(FINE + 1)] for down, across in STEPS]
        turns = [np.roll(clear, -k, 0)[::BETWEEN, ::FINE, ::FINE] for k in range(BETWEEN + 1)]
        clockwise = np.logical_and.reduce(turns)
        return np.stack([*(np.logical_and.reduce(move) for move in moves), clockwise, np.roll(clockwise, 1, 0)])

    def fits(self, goal: Pose) -> np.ndarray:
        """Where the body covers what it covers at the goal, by `FIT` at least, (HEADINGS, SIDE, SIDE) bool."""
        column, row, heading = goal
        there = _filled([turned(self.body, heading) + (column, row)])
        return self.free & (_overlap(there, self.body, 1) >= FIT * there.sum())[:, ::FINE, ::FINE]

    def far(self, fits: np.ndarray) -> np.ndarray:
        """The least number of actions to where `fits` is true, (HEADINGS, SIDE, SIDE), inf where none leads there.

        Breadth-first from the goal: what can be done can be undone.
        """
        far, front, count = np.where(fits, 0., np.inf), fits, 0
        while front.any():
            count += 1
            reached = [np.roll(front & way, shift, (0, 1, 2)) for way, shift in zip(self.possible, SHIFTS)]
            front = np.logical_or.reduce(reached) & np.isinf(far)
            far[front] = count
        return far

    @cached_property
    def _clear(self) -> np.ndarray:
        """Where the body overlaps nothing, by fine heading and pixel, (HEADINGS BETWEEN, SIDE FINE, SIDE FINE) bool."""
        blocked = _filled(self.obstacles)
        blocked[[0, -1]] = blocked[:, [0, -1]] = True
        return _overlap(blocked, self.body, BETWEEN) < .5


def _overlap(picture: np.ndarray, body: np.ndarray, between: int) -> np.ndarray:
    """How many pixels of a picture (S, S) the body covers with its middle at each pixel's corner, by fine heading.

    (HEADINGS between, S, S); by the correlation theorem, the picture taken as going round at its edges.
    """
    size = len(picture)
    bodies = shapes.mask(np.stack([turned(body, k / between) for k in range(HEADINGS * between)]), size, FINE)
    spectra = np.fft.rfft2(np.fft.ifftshift(bodies, axes=(1, 2)).astype(np.float32))
    return np.fft.irfft2(np.fft.rfft2(picture.astype(np.float32)) * spectra.conj(), (size, size))


def _filled(outlines: Iterable[np.ndarray]) -> np.ndarray:
    """Outlines placed in a room, as pixels, (SIDE FINE, SIDE FINE) bool."""
    filled = np.zeros((SIDE * FINE, SIDE * FINE), bool)
    for outline in outlines:
        filled |= shapes.mask(outline - SIDE / 2, SIDE * FINE, FINE)
    return filled
