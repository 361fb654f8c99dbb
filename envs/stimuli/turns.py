"""Turns in depth and in the plane, as rotation matrices of view coordinates.

In view coordinates x points to the right, y down and z away from the viewer. A turn is a (3, 3) matrix that columns are
multiplied by; turns about z are seen clockwise. A mirror image is the reflection left to right, in the plane x = 0.
"""

from __future__ import annotations

import numpy as np

PLANE, VERTICAL = np.array((0., 0., 1.)), np.array((0., 1., 0.))  # axes: along the line of sight, upright
UPRIGHT = np.eye(3)
MIRROR = np.diag((-1., 1., 1.))
DIRECTIONS = 120  # equally spread over half a sphere, from which the other axes are taken
LEAST_OFF = 20.  # degrees between another axis and those of the plane and the vertical
SPLITS = ("training", "validation", "test")
SHARES = (.7, .8)  # of what there is, ordered at random, where validation and test begin


def rotation(axis: np.ndarray, degrees: float) -> np.ndarray:
    """The turn (3, 3) about an axis (3,) of any length (Rodrigues' formula)."""
    axis = np.asarray(axis, float)
    if axis.shape != (3,) or not np.isfinite(axis).all() or not axis.any():
        raise ValueError(f"an axis is three numbers that are not all 0; this one is {axis.tolist()}")
    if not np.isfinite(degrees):
        raise ValueError(f"a turn by {degrees} degrees does not exist; give a finite number")
    x, y, z = axis / np.linalg.norm(axis)
    cross = np.array(((0, -z, y), (z, 0, -x), (-y, x, 0)))
    turn = np.deg2rad(degrees)
    return np.eye(3) + np.sin(turn) * cross + (1 - np.cos(turn)) * cross @ cross


def random_turn(rng: np.random.Generator) -> np.ndarray:
    """A turn (3, 3), all of them equally likely: a random unit quaternion (Shoemake 1992, Graphics Gems III, 124)."""
    w, x, y, z = (quaternion := rng.normal(size=4)) / np.linalg.norm(quaternion)
    return np.array(((1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)),
                     (2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)),
                     (2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y))))


def in_plane(turn: np.ndarray) -> np.ndarray:
    """What a turn (3, 3) does to a flat figure, (2, 2). Raises ValueError if it would turn it out of the plane."""
    if not abs(turn[2, 2] - 1) < 1e-9:
        raise ValueError("flat figures turn in the plane only; give a turn about the line of sight")
    return turn[:2, :2]


def other_axes(split: str) -> np.ndarray:
    """Axes (N, 3) neither of the plane nor vertical; those of the three splits differ, in direction and sense."""
    step = np.arange(DIRECTIONS) + .5
    height, bearing = step / DIRECTIONS, np.pi * (1 + 5 ** .5) * step  # Fibonacci's lattice on the half sphere
    ring = np.sqrt(1 - height ** 2)
    axes = np.stack([ring * np.cos(bearing), ring * np.sin(bearing), height], -1)
    near = np.abs(axes @ np.stack([PLANE, VERTICAL], -1)).max(1) > np.cos(np.deg2rad(LEAST_OFF))
    return part(axes[~near], split)


def part(things: np.ndarray, split: str) -> np.ndarray:
    """The things (N, ...) that belong to a split, in an order that looks random and is always the same."""
    check_split(split)
    order = np.random.default_rng(0).permutation(len(things))
    borders = [0, *(round(share * len(things)) for share in SHARES), len(things)]
    which = SPLITS.index(split)
    return things[order[borders[which]:borders[which + 1]]]


def check_split(split: str) -> None:
    """Raise ValueError unless `split` is one of `SPLITS`."""
    if split not in SPLITS:
        raise ValueError(f"unknown split {split!r}; it is one of {', '.join(SPLITS)}")
