"""Mental images laid over one another: how a figure is put together from parts that are imagined one at a time.

Each part keeps its own source and pose, so that turning or moving the whole, or one part of it, blurs nothing: every
source is warped once, when the figure is looked at. Parts are ink on light paper, and the darkest ink shows, as with
drawings on glass. What is erased from a part is erased from its own picture and moves along with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from imagery.image import MentalImage
from imagery.models.blocks import patch_places

PAPER = 1.0                                       # brightness of what nothing was imagined on
INK = 0.3                                         # share of black from which on there is ink
FINE = 3                                          # points looked at along a pixel
NEARER = 0.02                                     # picture widths by which what is erased lies off what stays

Lines = Sequence[np.ndarray]                      # polylines (N, 2)


@dataclass(frozen=True, eq=False)
class Part:
    """An imagined part and what was erased from it: of each erasure, the lines there were and those that stayed, of its
    own picture."""

    image: MentalImage
    erased: tuple[tuple[Lines, Lines], ...] = ()

    def posed(self, change: np.ndarray) -> Part:
        return replace(self, image=self.image.posed(change))

    def without(self, lines: Lines, rest: Lines) -> Part:
        """Without the ink that lies nearer to one of the `lines` than to the `rest` of them, polylines in the buffer;
        all of it if there is no rest."""
        in_picture = self.image.in_picture
        return replace(self, erased=(*self.erased, ([in_picture(line) for line in lines],
                                                    [in_picture(line) for line in rest])))

    def faded(self, share: float) -> Part:
        """With that share of its vividness left."""
        return replace(self, image=replace(self.image, vividness=self.image.vividness * share))

    def seen(self, size: int) -> Tensor:
        """The part in the buffer: (3, size, size) in [-1, 1]. However small it is made, its lines do not vanish: of the
        `FINE` x `FINE` points of a pixel, the darkest counts."""
        fine = FINE * size
        where = self.image.in_picture(patch_places(fine).numpy())                        # (fine * fine, 2)
        grid = torch.from_numpy(2 * where - 1).float().unflatten(0, (fine, fine))[None]
        ink = F.grid_sample((PAPER - self.image.source)[None], grid, padding_mode="zeros", align_corners=False)[0]
        near = np.flatnonzero((ink > 0).any(0).flatten().numpy())
        for lines, rest in self.erased:
            gone = distance(where[near], lines) < distance(where[near], rest) - NEARER
            ink.flatten(1)[:, near[gone]] = 0.0
        return PAPER - F.max_pool2d(ink, FINE) * self.image.vividness


@dataclass(frozen=True, eq=False)
class Superposition:
    """A figure in the visual buffer: its parts in the order in which they were imagined."""

    parts: tuple[Part, ...] = ()

    def posed(self, change: np.ndarray) -> Superposition:
        """After a further change of pose (3, 3) of the whole."""
        return Superposition(tuple(part.posed(change) for part in self.parts))

    def faded(self, share: float) -> Superposition:
        return Superposition(tuple(part.faded(share) for part in self.parts))

    def seen(self, size: int = 64) -> Tensor:
        """What the buffer shows: (3, size, size) in [-1, 1]."""
        blank = torch.full((3, size, size), PAPER)
        return torch.stack([blank, *(part.seen(size) for part in self.parts)]).amin(0)


def ink_box(picture: Tensor) -> tuple[np.ndarray, np.ndarray] | None:
    """The least and greatest (x, y) of the ink in a picture (3, H, W), in picture widths; None where there is none."""
    rows, columns = ((PAPER - picture.mean(0)) / 2 > INK).nonzero(as_tuple=True)
    if not len(rows):
        return None
    size = picture.shape[-1]
    low, high = ((float(pick(columns)), float(pick(rows))) for pick in (torch.min, torch.max))
    return np.array(low) / size, (np.array(high) + 1) / size


def inside(places: Tensor, region: np.ndarray) -> Tensor:
    """Whether places (M, 2) lie in a convex polygon (N, 2), clockwise as y points down: (M,)."""
    corners = torch.from_numpy(np.asarray(region)).to(places)
    edges = corners.roll(-1, 0) - corners
    arms = places[:, None] - corners                                                              # (M, N, 2)
    return (edges[:, 0] * arms[..., 1] - edges[:, 1] * arms[..., 0] >= 0).all(1)


def distance(places: np.ndarray, lines: Lines) -> np.ndarray:
    """From places (M, 2) to the nearest of some polylines (N, 2), (M,); infinite if there is none."""
    nearest = np.full(len(places), np.inf)
    for line in lines:
        start, way = line[:-1], np.diff(line, axis=0)                                    # (N - 1, 2)
        arms = places[:, None] - start                                                   # (M, N - 1, 2)
        along = np.clip((arms * way).sum(-1) / np.maximum((way ** 2).sum(-1), 1e-12), 0, 1)
        nearest = np.minimum(nearest, np.hypot(*np.moveaxis(arms - along[..., None] * way, -1, 0)).min(1))
    return nearest
