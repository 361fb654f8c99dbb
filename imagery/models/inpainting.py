"""The missing part of a picture, imagined so that it suits the rest: RePaint (Lugmayr et al. 2022, arXiv 2201.09865),
on the linear path. The denoiser need not have been taught to inpaint."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor

from imagery.models.processes import expand, interpolate, noise_like
from imagery.models.samplers import Denoiser, euler_step


def noisier(x: Tensor, s: Tensor, t: Tensor, generator: torch.Generator | None) -> Tensor:
    """From time s on to the later t, (B,) each, as the linear path does: signal by (1 - t) / (1 - s), and as much noise
    as is lacking."""
    s, t = expand(s, x), expand(t, x)
    kept = (1 - t) / (1 - s)
    return kept * x + (t ** 2 - (kept * s) ** 2).clamp(min=0).sqrt() * noise_like(x, generator)


def inpaint(denoise: Denoiser, picture: Tensor, known: Tensor, noise: Tensor, times: Tensor, again: int = 5,
            generator: torch.Generator | None = None) -> Tensor:
    """`picture` (B, C, S, S), or a code of it, kept where `known` is true (a mask that broadcasts to it), else imagined
    from `noise` along `times` that fall from 1 to 0.

    At each time the known part is put in with as much noise as the rest has (Eq. 8). Every step but the last is taken
    `again` times, back to its start and anew, so that what is imagined takes note of what is known (Algorithm 1, U).
    ValueError if the mask does not fit.
    """
    if known.dtype != torch.bool:
        raise ValueError(f"the mask is {known.dtype}: give bool, true where the picture is known")
    try:
        known = known.expand_as(picture)
    except RuntimeError:
        raise ValueError(f"a mask of shape {tuple(known.shape)} does not fit: give one that broadcasts to "
                         f"{tuple(picture.shape)}") from None
    x = noise
    for t, s in pairwise(times.to(picture.device)):
        t, s = t.expand(len(x)), s.expand(len(x))
        for turn in range(again if s.any() else 1):
            if turn:
                x = noisier(x, s, t, generator)
            x = euler_step(x, denoise(x, t), t, s)
            x = torch.where(known, interpolate(picture, noise_like(x, generator), s), x)
    return x
