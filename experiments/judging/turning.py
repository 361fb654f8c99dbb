"""How well things are turned in a medium of imagery: are imagined views told from their mirror figures, what is left of
a thing all the way round, and do the laws of imagery hold?

Block figures and axes are of the validation split unless said otherwise. Errors are root mean squares in units of ink,
which is 1 for black and 0 for paper.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from experiments.upbringing.turning import Case, Cases, matrices, pictures
from imagery.models.turning import Medium, rotation

ANGLES = (30, 60, 90, 120, 150)
QUARTER, FORTH, ON = 90., 60., 40.                # degrees of the turns in laws
MIRROR = torch.diag(torch.tensor([-1., 1., 1.]))


@dataclass(frozen=True)
class Telling:
    """Of views imagined after a turn by `angle` degrees: the share nearer to the true view than to that of the mirror
    figure (`right`), and the mean `error`."""

    angle: float
    right: float
    error: float


@dataclass(frozen=True)
class Drift:
    """After so many `degrees`, in steps: the mean `error`; the share that is nearer to the true view than to that of
    the mirror figure (`shape`), and nearer than to that of any other case (`identity`)."""

    degrees: float
    error: float
    shape: float
    identity: float


@dataclass(frozen=True)
class Law:
    """By how much what comes of so many `operations` differs from what comes of all at once, `error`."""

    law: str
    operations: int
    error: float


def draw_cases(count: int, axis: str, seed: int = 0, split: str = "validation") -> list[Case]:
    """Block figures in legible poses, to be turned about an axis, "plane", "vertical" or "other"."""
    rng, cases = np.random.default_rng((seed, 7)), Cases("blocks", split)
    return [cases.draw(rng, axis) for _ in range(count)]


def error(first: Tensor, second: Tensor) -> Tensor:
    """How far pictures (B, 1, S, S) are apart, (B,)."""
    return (first - second).flatten(1).square().mean(1).sqrt() / 2


@torch.no_grad()
def telling(imagine: Callable[[Tensor, Tensor], Tensor], cases: Sequence[Case],
            angles: Sequence[float] = ANGLES, size: int = 64) -> list[Telling]:
    """`imagine(pictures, turns) -> pictures`, by pixel error alone, each case turned by each angle."""
    before, rows = pictures([case.ink(size=size) for case in cases]), []
    for angle in angles:
        true, mirror = views(cases, angle, size)
        imagined = imagine(before, matrices([case.turn(angle) for case in cases]))
        off = error(imagined, true)
        rows.append(Telling(angle, _share(off < error(imagined, mirror)), float(off.mean())))
    return rows


@torch.no_grad()
def drift(medium: Medium, cases: Sequence[Case], step: float = 30., size: int = 64) -> list[Drift]:
    """All the way round, step by step, what is imagined in one step being turned in the next."""
    code = medium.encode(pictures([case.ink(size=size) for case in cases]))
    turns, rows = matrices([case.turn(step) for case in cases]), []
    for degrees in np.arange(1, round(360 / step) + 1) * step:
        code = medium.turn(code, turns)
        imagined, (true, mirror) = medium.decode(code), views(cases, degrees, size)
        off = error(imagined, true)
        nearest = torch.cdist(imagined.flatten(1), true.flatten(1)).argmin(1)
        rows.append(Drift(float(degrees), float(off.mean()), _share(off < error(imagined, mirror)),
                          _share(nearest == torch.arange(len(cases)))))
    return rows


@torch.no_grad()
def laws(medium: Medium, seen: Tensor, axes: Tensor, times: Sequence[int] = (1, 2, 4)) -> list[Law]:
    """Each law, once and several times over, on pictures (B, 1, S, S) and axes (B, 3): operations one after the other
    come to their product at once, which is the identity in all laws but the last."""
    forth = rotation(axes, torch.full((len(axes),), FORTH))
    on = rotation(axes.roll(1, 0), torch.full((len(axes),), ON))
    chains = {"four quarter turns": (rotation(axes, torch.full((len(axes),), QUARTER)),) * 4,
              "turn and turn back": (forth, forth.mT), "mirror twice": (MIRROR, MIRROR), "composition": (forth, on)}
    rows, start = [], medium.encode(seen)
    for law, chain in chains.items():
        code, product = start, torch.eye(3).expand(len(seen), 3, 3)
        for count in range(1, max(times) + 1):
            for change in chain:
                code = medium.mirror(code) if change is MIRROR else medium.turn(code, change)
                product = change @ product
            if count in times:
                at_once = medium.decode(medium.turn(start, product))
                rows.append(Law(law, count * len(chain), float(error(medium.decode(code), at_once).mean())))
    return rows


def views(cases: Sequence[Case], degrees: float, size: int = 64) -> tuple[Tensor, Tensor]:
    """The true views after a turn and those of the mirror figures, each (B, 1, size, size)."""
    true, mirror = (pictures([case.ink(degrees, same, size) for case in cases]) for same in (True, False))
    return true, mirror


def _share(hits: Tensor) -> float:
    return float(hits.float().mean())
