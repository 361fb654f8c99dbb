"""Things imagined so that they can be turned: solids in a medium of imagery, flat figures as pictures in a pose.

What a medium holds (`imagery.models.turning.Medium`) is a tensor or a dataclass of tensors with a batch of one; those
of a whole cohort are put together for each call of a network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from imagery.devices import swift
from imagery.image import MentalImage, rotation
from imagery.models.blocks import patch_places
from imagery.models.comparison import Comparison
from imagery.models.keypoints import Keypoints, Landmarks, apart, turn_between, turn_in_plane
from imagery.models.turning import Medium, axis_angle
from imagery.models.turning import rotation as about
from imagery.models.volume import LatentVolume, Volume

CPU = torch.device("cpu")
SHADES = (0.2, 0.8)                               # of ink, between which a picture is shaded
SHADED = 0.4                                      # share of a thing's picture, so shaded, from which on it is solid


@dataclass(frozen=True, eq=False)
class Solid:
    """A thing imagined in depth: the `code` that a medium has of it, and its `vividness`, as of a `MentalImage`."""

    code: Any
    vividness: float = 1.0


@dataclass(frozen=True, eq=False)
class Goal:
    """A seen `picture` (3, S, S) that a thing may be turned to, and the `points` (P, 3) of what it shows."""

    picture: Tensor
    points: Tensor


@dataclass(frozen=True)
class Likeness:
    """How an imagined thing compares with a seen one: log-odds that they are the `same` now; the `rest` of the turn
    (3,), an axis as long as the angle in degrees; and the `fit`, at most 1, of their points once so turned."""

    same: float
    rest: np.ndarray
    fit: float


@dataclass(frozen=True)
class Solids:
    """What a mind turns and compares things with. Which way to turn is told by `keypoints` in the view of a flat thing
    and by `landmarks` in the volume of a solid: that which is turned, or, where the medium is another, the `volume`
    that its view is lifted to. The `siamese` comparison judges at a glance, with nothing turned; `joints` finds the
    parts of a solid."""

    medium: Medium
    comparison: Comparison
    keypoints: Keypoints
    volume: LatentVolume
    landmarks: Landmarks
    siamese: Comparison
    joints: nn.Module

    @torch.no_grad()
    def lift(self, pictures: Sequence[Tensor]) -> list[Solid | MentalImage]:
        """Seen pictures (3, S, S) as things to be turned: in depth if they are shaded."""
        solid = [is_shaded(picture) for picture in pictures]
        with swift(CPU):
            codes = iter(_apart(self.medium.encode(torch.stack(
                [picture for picture, deep in zip(pictures, solid) if deep])))) if any(solid) else iter(())
        return [Solid(next(codes)) if deep else MentalImage(picture) for picture, deep in zip(pictures, solid)]

    @torch.no_grad()
    def turn(self, things: Sequence[Solid | MentalImage], turns: np.ndarray) -> list[Solid | MentalImage]:
        """Things after turns (N, 3), each an axis as long as the angle in degrees; what is flat stays in its plane."""
        solids = [row for row, thing in enumerate(things) if isinstance(thing, Solid)]
        found = [thing if isinstance(thing, Solid) else thing.posed(rotation(float(turn[2])))
                 for thing, turn in zip(things, turns)]
        if solids:
            vectors = torch.from_numpy(np.asarray(turns)[solids])
            matrices = about(vectors, vectors.norm(dim=1))
            with swift(CPU):
                codes = _apart(self.medium.turn(_together([things[row].code for row in solids]), matrices))
            for row, code in zip(solids, codes):
                found[row] = replace(found[row], code=code)
        return found

    @torch.no_grad()
    def seen(self, things: Sequence[Solid | MentalImage]) -> Tensor:
        """What things look like now, however vividly, (N, 1, S, S)."""
        views = [None if isinstance(thing, Solid) else _posed(thing) for thing in things]
        solids = [row for row, view in enumerate(views) if view is None]
        if solids:
            with swift(CPU):
                decoded = self.medium.decode(_together([things[row].code for row in solids])).float()
            for row, view in zip(solids, decoded):
                views[row] = view
        return torch.stack(views)

    @torch.no_grad()
    def goals(self, pictures: Sequence[Tensor]) -> list[Goal]:
        """Seen pictures (3, S, S), with the points by which what they show is known again."""
        points = self.points(torch.stack(list(pictures)), self.lift(pictures))
        return [Goal(*each) for each in zip(pictures, points)]

    @torch.no_grad()
    def points(self, views: Tensor, things: Sequence[Solid | MentalImage]) -> Tensor:
        """The points (N, P, 3) by which things that look as in `views` (N, 1 or 3, S, S) are known again."""
        flat, held, shown = [], [], []
        for row, thing in enumerate(things):
            (flat if isinstance(thing, MentalImage) else held if isinstance(thing.code, Volume) else shown).append(row)
        found = torch.empty(len(views), self.keypoints.config.points, 3)
        with swift(CPU):
            if flat:
                found[flat] = self.keypoints(views[flat])
            if held:
                found[held] = self.landmarks(_together([things[row].code for row in held]).standing())
            if shown:
                found[shown] = self.landmarks(self.volume.encode(views[shown]).features)
        return found

    @torch.no_grad()
    def compare(self, views: Tensor, goals: Sequence[Sequence[Goal]],
                things: Sequence[Solid | MentalImage]) -> list[list[Likeness]]:
        """Views (N, 1, S, S) of `things`, each beside goals of its own."""
        rows = torch.arange(len(views)).repeat_interleave(torch.tensor([len(each) for each in goals]))
        every = [goal for each in goals for goal in each]
        with swift(CPU):
            same = self.comparison(views[rows], torch.stack([goal.picture for goal in every]))
        flat = torch.tensor([isinstance(thing, MentalImage) for thing in things])
        now, then = self.points(views, things)[rows], torch.stack([goal.points for goal in every])
        turns = torch.where(flat[rows, None, None], turn_in_plane(now, then), turn_between(now, then))
        axes, degrees = axis_angle(turns)
        found = map(Likeness, same.tolist(), (axes * degrees[:, None]).double().numpy(),
                    (1 - apart(now, turns, then)).tolist())
        return [[next(found) for _ in each] for each in goals]

    @torch.no_grad()
    def glance(self, first: Tensor, second: Tensor) -> Tensor:
        """Log-odds (N,) that seen pictures (N, 3, S, S) are of the same thing, however it is turned."""
        with swift(CPU):
            return self.siamese(first, second)


def superposed(things: Sequence[Solid | MentalImage]) -> Solid | MentalImage:
    """Things one over the other as one thing, of which, if it is in depth, there is nothing but a view."""
    first = things[0]
    return first if len(things) == 1 or isinstance(first, MentalImage) else replace(first, code=None)


def is_shaded(picture: Tensor) -> bool:
    """Whether a picture (3, S, S) shows a thing in shades of grey, as light falls on a solid."""
    ink = (1 - picture.mean(0)) / 2
    thing = ink > SHADES[0]
    return bool((thing & (ink < SHADES[1])).sum() > SHADED * thing.sum())


def _posed(image: MentalImage) -> Tensor:
    """A flat image in its pose, (1, S, S)."""
    size = image.source.shape[-1]
    where = torch.from_numpy(2 * image.in_picture(patch_places(size).numpy()) - 1).float().unflatten(0, (size, size))
    return F.grid_sample(image.source.mean(0)[None, None], where[None], padding_mode="border", align_corners=False)[0]


def _together(codes: Sequence[Any]) -> Any:
    """Codes as one with a greater batch."""
    if isinstance(codes[0], Tensor):
        return torch.cat(list(codes))
    return replace(codes[0], **{field.name: _together([getattr(code, field.name) for code in codes])
                                for field in fields(codes[0])})


def _apart(code: Any) -> list[Any]:
    """A code with a batch, as codes with a batch of one."""
    if isinstance(code, Tensor):
        return list(code.split(1))
    parts = [_apart(getattr(code, field.name)) for field in fields(code)]
    return [type(code)(*each) for each in zip(*parts)]
