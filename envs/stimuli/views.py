"""Views of cubes on a lattice: perspective or orthographic, flat shading, hidden surfaces exactly right.

Cubes are given by their middles (N, 3) around the origin, one cube apart, and seen after a turn (3, 3) in the
coordinates of `envs.stimuli.turns`: x to the right, y down, z away. The viewer carries the light, and it weakens with
depth. A figure turned in the plane therefore looks like its picture turned, and a mirror figure like its picture
mirrored.
"""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

DISTANCE = 5.  # of the viewer from the middle, in radii of the figure; infinite for orthographic views
FARTHEST = 1e6  # what counts as infinite
FULLEST = .94  # of the picture that the sphere around the figure takes up
LEAST_SIZE = 16
SUPERSAMPLING = 4
EDGE = .011  # picture widths: breadth of the lines along edges
EDGE_INK = .95
DIM, BRIGHT = .25, .6  # what a face sends back when it is seen edge on, and how much more when it is seen straight on
FADE = .25  # how much less comes from the middle than from the front of the sphere around the figure, as a share
LEAST_SEEN = .2  # of a face seen straight on that must be seen of each cube of a legible view
LEGIBLE_AT = 48  # pixels, where that is counted
NORMALS = np.concatenate([np.eye(3), -np.eye(3)])  # (6, 3)
FACES = np.stack([np.insert(((-.5, -.5), (.5, -.5), (.5, .5), (-.5, .5)), axis, sign / 2, axis=1)
                  for sign in (1, -1) for axis in range(3)])  # (6, 4, 3): corners from a cube's middle, face by face


class Solid:
    """Cubes, by their middles (N, 3), and those faces of theirs that touch no other cube: corners (F, 4, 3),
    middles and normals (F, 3), and whose they are (F,). The `radius` is the farthest corner's distance."""

    def __init__(self, middles: np.ndarray):
        self.cubes = np.asarray(middles, float)
        beside = self.cubes[:, None] + NORMALS  # (N, 6, 3)
        bare = ~(np.abs(beside[:, :, None] - self.cubes).max(-1) < .5).any(-1)
        self.owner, side = np.nonzero(bare)
        self.normals = NORMALS[side]
        self.faces = self.cubes[self.owner] + self.normals / 2
        self.corners = self.cubes[self.owner, None] + FACES[side]
        self.radius = float(np.linalg.norm(np.abs(self.cubes) + .5, axis=1).max())


def draw(solid: Solid, turn: np.ndarray, size: int = 64, distance: float = DISTANCE) -> np.ndarray:
    """The view as ink, (size, size) float32 in [0, 1], 0 for paper and dark faces darker, anti-aliased.

    `distance` is the viewer's, in radii of the solid from its middle, and infinite for an orthographic view.
    """
    if size < LEAST_SIZE:
        raise ValueError(f"a view of {size} pixels is too small to draw; the least size is {LEAST_SIZE}")
    fine = SUPERSAMPLING * size
    canvas = Image.new("L", (fine, fine))
    pen = ImageDraw.Draw(canvas)
    corners, inks, _ = _faces(solid, turn, distance)
    line, black = max(round(EDGE * fine), 1), round(255 * EDGE_INK)
    for face, ink in zip(_pixels(corners, fine), (255 * inks).astype(int).tolist()):
        pen.polygon(face, fill=ink)
        pen.line(face + face[:2], fill=black, width=line)
    return np.asarray(canvas.reduce(SUPERSAMPLING), np.float32) / 255


def owners(solid: Solid, turn: np.ndarray, size: int = 64, distance: float = DISTANCE) -> np.ndarray:
    """Which cube each pixel shows, (size, size) int32, or -1 for none."""
    canvas = Image.new("I", (size, size), -1)
    pen = ImageDraw.Draw(canvas)
    corners, _, cubes = _faces(solid, turn, distance)
    for face, cube in zip(_pixels(corners, size), cubes.tolist()):
        pen.polygon(face, fill=cube)
    return np.asarray(canvas)


def legible(solid: Solid, turn: np.ndarray, distance: float = DISTANCE) -> bool:
    """Whether at least `LEAST_SEEN` of a face is seen of every cube."""
    shown = owners(solid, turn, LEGIBLE_AT, distance)
    counts = np.bincount(shown[shown >= 0], minlength=len(solid.cubes))
    return bool(counts.min() >= LEAST_SEEN * (LEGIBLE_AT * FULLEST / 2 / solid.radius) ** 2)


def _faces(solid: Solid, turn: np.ndarray, distance: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The faces that look at the viewer, from the back to the front.

    Their corners (F, 4, 2) in picture widths from the picture's centre, their ink (F,), and their cubes (F,).
    Of two cubes on a lattice the one on the viewer's side of a lattice plane between them is never hidden by the
    other. Cubes are drawn by how far their layers across x are from the viewer's, within a layer by y, then by z.
    """
    if not distance > 1:
        raise ValueError(f"a viewer at {distance} radii stands in the figure; the distance must be above 1")
    distance = min(distance, FARTHEST)
    viewer = -distance * solid.radius * turn[2]  # in the solid's own coordinates
    toward = viewer - solid.faces
    facing = (toward * solid.normals).sum(1)
    seen = np.flatnonzero(facing > 1e-9)
    away = np.abs(solid.cubes - viewer)[solid.owner[seen]]
    seen = seen[np.lexsort((-away[:, 2], -away[:, 1], -away[:, 0]))]

    places = solid.corners[seen] @ (turn.T / solid.radius)  # (F, 4, 3)
    depth = places[..., 2]
    scale = FULLEST / 2 * (1 - distance ** -2) ** .5
    slant = facing[seen] / np.sqrt((toward[seen] ** 2).sum(1))
    light = (DIM + BRIGHT * slant) * (1 - FADE * depth.mean(1))
    return places[..., :2] * (scale / (1 + depth / distance))[..., None], 1 - np.clip(light, 0, 1), solid.owner[seen]


def _pixels(corners: np.ndarray, size: int) -> list[list[float]]:
    """Corners (F, 4, 2) as flat lists of pixels for Pillow, whose whole numbers are the borders between pixels."""
    return (corners * size + size / 2).reshape(len(corners), 8).tolist()
