"""Ordinary differential equations to a given accuracy: Dormand & Prince's method of order 5(4), J. Comput. Appl. Math.
6:19 (1980).

Each row of a batch takes steps of its own, so that its result does not depend on what else is in the batch.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from imagery.models.processes import expand, velocity_from_x0
from imagery.models.samplers import Denoiser

Field = Callable[[Tensor, Tensor], Tensor]        # x (B, ...), time (B,) -> dx/dt (B, ...)

NODES = (1 / 5, 3 / 10, 4 / 5, 8 / 9, 1.0, 1.0)
STAGES = ((1 / 5,), (3 / 40, 9 / 40), (44 / 45, -56 / 15, 32 / 9),
          (19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729),
          (9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656),
          (35 / 384, 0.0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84))
FOURTH = (5179 / 57600, 0.0, 7571 / 16695, 393 / 640, -92097 / 339200, 187 / 2100, 1 / 40)
SAFETY, SLOWEST, FASTEST = 0.9, 0.2, 5.0          # of a step's growth (Hairer, Norsett & Wanner 1993, Section II.4)
LAST = 1e-3                                       # where a denoiser is followed to its picture in one step


@dataclass(frozen=True)
class Solution:
    """Where each row arrives, `x` (B, ...), and after how many `evaluations` (B,) of the field."""

    x: Tensor
    evaluations: Tensor


def dormand_prince(field: Field, x: Tensor, start: float, end: float, rtol: float = 1e-3, atol: float = 1e-3,
                   most: int = 1000) -> Solution:
    """x (B, ...) taken from time `start` to `end`, either of which may be the later. The error of a step, as a share of
    atol + rtol |x|, is at most 1 in its mean square over a row. FloatingPointError after `most` steps, or if they
    shrink to nothing: the field is too steep, or not finite."""
    if start == end:
        raise ValueError(f"there is no way to go from time {start} to {end}")
    span = end - start
    time = torch.full((len(x),), float(start), dtype=torch.float64, device=x.device)
    going, slope = torch.ones_like(time, dtype=torch.bool), field(x, time.to(x.dtype))
    evaluations = going.long()
    step = math.copysign(1, span) * _first_step(x, slope, abs(span), rtol, atol)
    for _ in range(most):
        last = (time + step - end) * span >= 0
        step = torch.where(last, end - time, step)                              # 0 for rows that have arrived
        there, next_slope, error = _step(field, x, slope, time, step, rtol, atol)
        evaluations += len(STAGES) * going
        good = error <= 1
        time = torch.where(good, torch.where(last, end, time + step), time)
        x, slope = (torch.where(expand(good, x), new, old) for new, old in ((there, x), (next_slope, slope)))
        growth = (SAFETY * error.clamp(min=1e-10) ** -0.2).clamp(SLOWEST, FASTEST).nan_to_num(SLOWEST)
        step, going = step * growth, time != end
        if not going.any():
            return Solution(x, evaluations)
        if not (step[going].abs() >= 1e-10 * abs(span)).all():                  # not a number, too
            break
    raise FloatingPointError(f"no way from time {start} to {end} to within {rtol:g}: the field is too steep or not "
                             f"finite near time {float(time[going][0]):.4g}")


def _step(field: Field, x: Tensor, slope: Tensor, time: Tensor, step: Tensor, rtol: float,
          atol: float) -> tuple[Tensor, Tensor, Tensor]:
    """Where one step leads (B, ...), the slope there, and the error (B,), 1 being as much as is allowed."""
    slopes, h = [slope], expand(step, x).to(x.dtype)
    for node, weights in zip(NODES, STAGES):
        there = x + h * sum(weight * each for weight, each in zip(weights, slopes))
        slopes.append(field(there, (time + node * step).to(x.dtype)))
    less = x + h * sum(weight * each for weight, each in zip(FOURTH, slopes))
    allowed = atol + rtol * torch.maximum(x.abs(), there.abs())
    return there, slopes[-1], ((there - less) / allowed).flatten(1).square().mean(1).sqrt()


def _first_step(x: Tensor, slope: Tensor, span: float, rtol: float, atol: float) -> Tensor:
    """A hundredth of the way in which x would change by as much as it is (Hairer, Norsett & Wanner 1993, Section II.4,
    a), (B,)."""
    allowed = atol + rtol * x.abs()
    size, speed = ((each / allowed).flatten(1).square().mean(1).sqrt() for each in (x, slope))
    first = torch.where((size < 1e-5) | (speed < 1e-5), 1e-6, 0.01 * size / speed)
    return first.double().clamp(max=span)


def adaptive(denoise: Denoiser, x: Tensor, times: Tensor, rtol: float = 1e-2, atol: float = 1e-2) -> Tensor:
    """A sampler like those of `samplers`, as accurate as is asked for: of `times` only the first and the last count."""
    start, end = float(times[0]), max(float(times[-1]), LAST)
    x = dormand_prince(lambda x, t: velocity_from_x0(denoise(x, t), x, t), x, start, end, rtol, atol).x
    return denoise(x, torch.full((len(x),), end, device=x.device)) if float(times[-1]) == 0 else x
