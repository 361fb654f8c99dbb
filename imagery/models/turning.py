"""Pictures before and after a turn: what models that turn things learn from, and how they are told of turns.

A turn is a matrix (B, 3, 3) that columns (x, y, z) are multiplied by: x points to the right, y down, z away from the
viewer. Turns about z are seen clockwise. Pictures are in grey, for shape is all that turns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor


@dataclass(frozen=True)
class Turning:
    """A batch for learning: pictures `before` and `after` (B, 1 or 3, S, S) in [-1, 1], or what a medium made of them,
    and the `turn` (B, 3, 3) that lies between them."""

    before: Tensor
    turn: Tensor
    after: Tensor


class Medium(Protocol):
    """Something in which pictures are held, turned and mirrored any number of times before they are looked at."""

    def encode(self, pictures: Tensor) -> Any: ...

    def turn(self, code: Any, turns: Tensor) -> Any: ...

    def mirror(self, code: Any) -> Any: ...

    def decode(self, code: Any) -> Tensor: ...


def imagine(medium: Medium, pictures: Tensor, turns: Tensor) -> Tensor:
    """What pictures (B, 1 or 3, S, S) will show after turns (B, 3, 3), as pictures (B, 1, S, S)."""
    return medium.decode(medium.turn(medium.encode(pictures), turns))


def grey(pictures: Tensor, size: int) -> Tensor:
    """Pictures (B, 1 or 3, `size`, `size`) in grey, (B, 1, `size`, `size`)."""
    if pictures.dim() != 4 or pictures.shape[1] not in (1, 3) or pictures.shape[2:] != (size, size):
        raise ValueError(f"pictures of shape {tuple(pictures.shape)}; give (B, 1 or 3, {size}, {size})")
    if not pictures.isfinite().all():
        raise ValueError("a picture has values that are not finite; give numbers in [-1, 1]")
    return pictures.mean(1, keepdim=True)


def check_turns(turns: Tensor, count: int) -> None:
    """Raise ValueError unless these are `count` rotations."""
    if turns.shape != (count, 3, 3):
        raise ValueError(f"turns of shape {tuple(turns.shape)} for {count} pictures; give ({count}, 3, 3)")
    turns = turns.double()
    off = (turns @ turns.mT - torch.eye(3).to(turns)).abs().amax((1, 2))
    if not ((off < 1e-3) & (torch.linalg.det(turns) > 0)).all():
        raise ValueError("a turn is no rotation; give matrices with R R' = 1 and determinant 1")


def rotation(axes: Tensor, degrees: Tensor) -> Tensor:
    """Turns (B, 3, 3) about axes (B, 3) of any length (Rodrigues' formula, as the exponential of a cross product)."""
    x, y, z = (torch.nn.functional.normalize(axes.double()) * degrees.double().deg2rad()[:, None]).unbind(-1)
    zero = torch.zeros_like(x)
    cross = torch.stack([zero, -z, y, z, zero, -x, -y, x, zero], -1).unflatten(-1, (3, 3))
    return torch.linalg.matrix_exp(cross).float()


def axis_angle(turns: Tensor) -> tuple[Tensor, Tensor]:
    """Axes (B, 3) of length 1 and angles (B,) in degrees from 0 to 180 of turns (B, 3, 3); without a turn, any axis.

    By the unit quaternion that fits best (Bar-Itzhack 2000, Journal of Guidance, Control, and Dynamics 23, 1085).
    """
    turns = turns.double()
    trace = turns.diagonal(dim1=-2, dim2=-1).sum(-1)
    skew = turns - turns.mT
    fit = turns.new_zeros(len(turns), 4, 4)
    fit[:, :3, :3] = turns + turns.mT - trace[:, None, None] * torch.eye(3).to(turns)
    fit[:, :3, 3] = fit[:, 3, :3] = torch.stack([skew[:, 2, 1], skew[:, 0, 2], skew[:, 1, 0]], -1)
    fit[:, 3, 3] = trace
    best = torch.linalg.eigh(fit).eigenvectors[..., -1]
    best = torch.where(best[:, 3:] < 0, -best, best)
    length = best[:, :3].norm(dim=1)
    axes = torch.where(length[:, None] > 0, best[:, :3], torch.tensor([0., 0., 1.]).to(turns))
    return torch.nn.functional.normalize(axes).float(), (2 * torch.atan2(length, best[:, 3])).rad2deg().float()
