"""How signal gives way to noise over the steps of a DDPM: (T,) tensors of alpha_bar, by name."""

from __future__ import annotations

import math
from typing import Literal

import torch
from torch import Tensor

from imagery.models.processes import alpha_bars, cosine_betas, linear_betas

Schedule = Literal["linear", "cosine", "offset cosine"]


def offset_cosine(steps: int = 1000, most: float = 0.95, least: float = 0.02) -> Tensor:
    """alpha_bar that falls like a squared cosine from `most`^2 to `least`^2, the shares of signal at the ends: never
    quite clean, never quite noise (Foster 2023, Generative Deep Learning, ch. 8). Its angle grows evenly. (T,)"""
    if not 0 < least < most < 1:
        raise ValueError(f"signal cannot fall from {most} to {least}: give 0 < least < most < 1")
    angle = torch.linspace(math.acos(most), math.acos(least), steps, dtype=torch.float64)
    return angle.cos().square().float()


SCHEDULES = {"linear": lambda steps: alpha_bars(linear_betas(steps)),
             "cosine": lambda steps: alpha_bars(cosine_betas(steps)),
             "offset cosine": offset_cosine}
