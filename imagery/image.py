"""Mental images: what was generated, and everything done to it since."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from torch import Tensor

Place = tuple[float, float]                       # (x, y), x to the right and y down


def scaling(factor: float) -> np.ndarray:
    """3 x 3 pose that scales about the origin."""
    return np.diag([factor, factor, 1.0])


def rotation(degrees: float) -> np.ndarray:
    """3 x 3 pose that turns clockwise (as y points down) about the origin."""
    angle = np.deg2rad(degrees)
    return np.array([[np.cos(angle), -np.sin(angle), 0.0], [np.sin(angle), np.cos(angle), 0.0], [0.0, 0.0, 1.0]])


def translation(dx: float, dy: float) -> np.ndarray:
    return np.array([[1.0, 0.0, dx], [0.0, 1.0, dy], [0.0, 0.0, 1.0]])


@dataclass(frozen=True, eq=False)
class MentalImage:
    """An image in the visual buffer, which spans [0, 1] x [0, 1]. Frozen: operations return a new one.

    `source` (3, H, W) in [-1, 1] is what was generated; `pose` maps its coordinates, centred and in picture widths,
    to those of the buffer, centred; `vividness` in (0, 1] fades with time; `focus` is where attention is, in the
    buffer. Poses compose and the source is warped once, so that no number of operations blurs it.
    """

    source: Tensor
    pose: np.ndarray = field(default_factory=lambda: np.eye(3))
    vividness: float = 1.0
    focus: Place = (0.5, 0.5)

    def posed(self, change: np.ndarray) -> MentalImage:
        """The image after a further change of pose."""
        return replace(self, pose=change @ self.pose)

    @property
    def scale(self) -> float:
        """Buffer widths per picture width."""
        return float(np.sqrt(abs(np.linalg.det(self.pose[:2, :2]))))

    @property
    def turn(self) -> float:
        """Clockwise rotation of the pose, in degrees."""
        return float(np.rad2deg(np.arctan2(self.pose[1, 0], self.pose[0, 0])))

    def in_buffer(self, places: np.ndarray) -> np.ndarray:
        """Places of the picture (..., 2) as places of the buffer."""
        return (np.asarray(places) - 0.5) @ self.pose[:2, :2].T + self.pose[:2, 2] + 0.5

    def shows(self, places: np.ndarray) -> np.ndarray:
        """Whether places of the picture (..., 2) lie in the buffer, (...)."""
        where = self.in_buffer(places)
        return ((where >= 0) & (where <= 1)).all(-1)

    def in_picture(self, places: np.ndarray) -> np.ndarray:
        """Places of the buffer (..., 2) as places of the picture."""
        return (np.asarray(places) - 0.5 - self.pose[:2, 2]) @ np.linalg.inv(self.pose[:2, :2]).T + 0.5


@dataclass(frozen=True, eq=False)
class Imagining:
    """An image in the making: the noisy code `x` (C, S, S) after `step` steps."""

    x: Tensor
    step: int
