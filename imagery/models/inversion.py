"""From a picture back to the noise it would be made of: DDIM run backwards (Song et al. 2021, arXiv 2010.02502, Section
4.3). Denoised under the same words it is the picture again, under others an edited one."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor

from imagery.models.processes import Prediction, epsilon_from, signal
from imagery.models.samplers import Denoiser


def invert(predict: Denoiser, x0: Tensor, timesteps: Tensor, alpha_bar: Tensor, kind: Prediction,
           rounds: int = 1) -> Tensor:
    """x at timesteps[0], from which `samplers.ddim` along the same falling `timesteps` comes to x0.

    DDIM's step from t to s is undone by the noise that is predicted at t, of which only x_s is known: one round asks at
    x_s itself, as is usual; more go on from what they find, towards the x_t that DDIM would take to x_s exactly. Each
    round is one call a step. ValueError if timesteps do not fall.
    """
    if rounds < 1:
        raise ValueError(f"{rounds} rounds find nothing: give 1 or more")
    if (timesteps.diff() >= 0).any():
        raise ValueError(f"timesteps do not fall: {timesteps.tolist()}; give those that DDIM is to go along")
    x = x0
    for s, t in pairwise([-1, *reversed(timesteps.tolist())]):
        t, s = (torch.full((len(x),), each, device=x.device) for each in (t, s))
        a_t, a_s = signal(alpha_bar, t, x), signal(alpha_bar, s, x)
        guess = x
        for _ in range(rounds):
            eps = epsilon_from(kind, predict(guess, t), guess, alpha_bar, t)
            clean = (x - (1 - a_s).sqrt() * eps) / a_s.sqrt()
            guess = a_t.sqrt() * clean + (1 - a_t).sqrt() * eps
        x = guess
    return x
