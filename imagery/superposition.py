"""Mental images laid over one another: how a figure is put together from parts that are imagined one at a time.

Each part keeps its own source and pose, so that turning or moving the whole, or one part of it, blurs nothing: every
source is warped once, when the figure is looked at. Parts are ink on light paper, and the darkest ink shows, as with
drawings on glass. What is erased from a part is a region of its own picture and moves along with it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from imagery.image import MentalImage
from imagery.models.blocks import patch_places

PAPER = 1.0                                       # brightness of what nothing was imagined on


@dataclass(frozen=True, eq=False)
class Part:
    """An imagined part and the regions erased from it, convex polygons (N, 2) of its own picture, clockwise."""

    image: MentalImage
    erased: tuple[np.ndarray, ...] = ()

    def posed(self, change: np.ndarray) -> Part:
        return replace(self, image=self.image.posed(change))

    def without(self, region: np.ndarray) -> Part:
        """Without a convex region (N, 2) of the buffer."""
        region = _clockwise(self.image.in_picture(region))
        return replace(self, erased=(*self.erased, region))

    def seen(self, size: int) -> Tensor:
        """The part in the buffer: (3, size, size) in [-1, 1]."""
        where = torch.from_numpy(self.image.in_picture(patch_places(size).numpy())).float()        # (size * size, 2)
        grid = (2 * where - 1).unflatten(0, (size, size))[None]
        ink = F.grid_sample((PAPER - self.image.source)[None], grid, padding_mode="zeros", align_corners=False)[0]
        for region in self.erased:
            ink = ink * ~inside(where, region).unflatten(0, (size, size))
        return PAPER - ink * self.image.vividness


@dataclass(frozen=True, eq=False)
class Superposition:
    """A figure in the visual buffer: its parts in the order in which they were imagined."""

    parts: tuple[Part, ...] = ()

    def with_part(self, image: MentalImage) -> Superposition:
        return Superposition((*self.parts, Part(image)))

    def posed(self, change: np.ndarray) -> Superposition:
        """After a further change of pose (3, 3) of the whole."""
        return Superposition(tuple(part.posed(change) for part in self.parts))

    def changed(self, which: int, part: Part | None) -> Superposition:
        """With one part changed, or gone."""
        return Superposition((*self.parts[:which], *([part] if part else []), *self.parts[which + 1:]))

    def without(self, region: np.ndarray) -> Superposition:
        """Without a convex region (N, 2) of the buffer."""
        return Superposition(tuple(part.without(region) for part in self.parts))

    def seen(self, size: int = 64) -> Tensor:
        """What the buffer shows: (3, size, size) in [-1, 1]."""
        blank = torch.full((3, size, size), PAPER)
        return torch.stack([blank, *(part.seen(size) for part in self.parts)]).amin(0)


def inside(places: Tensor, region: np.ndarray) -> Tensor:
    """Whether places (M, 2) lie in a convex polygon (N, 2), clockwise as y points down: (M,)."""
    corners = torch.from_numpy(np.asarray(region)).to(places)
    edges = corners.roll(-1, 0) - corners
    arms = places[:, None] - corners                                                              # (M, N, 2)
    return (edges[:, 0] * arms[..., 1] - edges[:, 1] * arms[..., 0] >= 0).all(1)


def _clockwise(region: np.ndarray) -> np.ndarray:
    x, y = region.T
    area = (x * np.roll(y, -1) - y * np.roll(x, -1)).sum()
    return region if area >= 0 else region[::-1].copy()
