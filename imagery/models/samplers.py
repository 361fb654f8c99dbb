"""Ways back from noise, each a function of a callable.

In the flow, `denoise(x, t) -> x0_hat` takes t as a (B,) tensor, and `times` falls from where x is, at most 1, to 0. In
DDPM, `predict(x, timestep)` gives a prediction of the named kind (see `processes`), `timesteps` falls to the last one
at which the network is asked, and the clean image follows it. To clip or to watch, wrap the callable.
"""

from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor

from imagery.models.processes import Prediction, expand, noise_like, posterior, signal, x0_from

Denoiser = Callable[[Tensor, Tensor], Tensor]


def guided(denoise: Denoiser, denoise_uncond: Denoiser, scale: float | Tensor) -> Denoiser:
    """Classifier-free guidance (Ho & Salimans 2022, arXiv 2207.12598, Eq. 6, scale = 1 + w, one number or one
    for each picture, to be broadcast); 1 is no guidance."""

    def towards(x: Tensor, t: Tensor) -> Tensor:
        without = denoise_uncond(x, t)
        return without + scale * (denoise(x, t) - without)

    return towards


def euler_step(x: Tensor, x0: Tensor, t: Tensor, s: Tensor) -> Tensor:
    """From time t to the earlier s, each (B,), along the straight line to x0, which s = 0 returns exactly.

    x + (s - t) v with v = (x - x0) / t: the first-order step of the flow (Liu et al. 2023, arXiv 2209.03003).
    """
    return x0 + expand(s / t, x) * (x - x0)


def euler(denoise: Denoiser, x: Tensor, times: Tensor) -> Tensor:
    """First order: one call a step."""
    for t, s in _pairs(times, x):
        x = euler_step(x, denoise(x, t), t, s)
    return x


def heun(denoise: Denoiser, x: Tensor, times: Tensor) -> Tensor:
    """Second order: two calls a step, one in the last (Karras et al. 2022, arXiv 2206.00364, Alg. 1)."""
    for t, s in _pairs(times, x):
        x0 = denoise(x, t)
        guess = euler_step(x, x0, t, s)
        if s.any():
            slope = (x - x0) / expand(t, x) + (guess - denoise(guess, s)) / expand(s, x)
            guess = x + expand(s - t, x) * slope / 2
        x = guess
    return x


def dpm_solver(denoise: Denoiser, x: Tensor, times: Tensor) -> Tensor:
    """DPM-Solver++(2M): second order, one call a step (Lu et al. 2022, arXiv 2211.01095, Alg. 2), by diffusers."""
    from diffusers import DPMSolverMultistepScheduler  # slow to import

    scheduler = DPMSolverMultistepScheduler(prediction_type="sample", use_flow_sigmas=True)
    scheduler.set_timesteps(len(times) - 1)
    scheduler.set_begin_index(0)
    scheduler.sigmas = times.float().cpu()
    for step, (t, _) in zip(scheduler.timesteps, _pairs(times, x), strict=True):
        x = scheduler.step(denoise(x, t), step, x).prev_sample
    return x


def ancestral(
    predict: Denoiser, x: Tensor, timesteps: Tensor, alpha_bar: Tensor, kind: Prediction, generator: torch.Generator
) -> Tensor:
    """DDPM's own sampler (Ho et al. 2020, arXiv 2006.11239, Alg. 2), with the posterior's variance."""
    for t, s in _pairs(_then_clean(timesteps), x):
        x0 = x0_from(kind, predict(x, t), x, alpha_bar, t)
        mean, variance = posterior(x0, x, alpha_bar, t, s)
        x = mean + variance.sqrt() * noise_like(x, generator)
    return x


def ddim(
    predict: Denoiser,
    x: Tensor,
    timesteps: Tensor,
    alpha_bar: Tensor,
    kind: Prediction,
    eta: float = 0.0,
    generator: torch.Generator | None = None,
) -> Tensor:
    """DDIM (Song et al. 2021, arXiv 2010.02502, Eq. 12, 16): eta = 0 draws no noise, eta = 1 as much as DDPM."""
    for t, s in _pairs(_then_clean(timesteps), x):
        x0 = x0_from(kind, predict(x, t), x, alpha_bar, t)
        a_t, a_s = signal(alpha_bar, t, x), signal(alpha_bar, s, x)
        eps = (x - a_t.sqrt() * x0) / (1 - a_t).sqrt()
        variance = eta**2 * (1 - a_s) / (1 - a_t) * (1 - a_t / a_s)
        x = a_s.sqrt() * x0 + (1 - a_s - variance).clamp(min=0).sqrt() * eps
        if eta:
            x = x + variance.sqrt() * noise_like(x, generator)
    return x


def _pairs(times: Tensor, x: Tensor) -> list[tuple[Tensor, Tensor]]:
    """Each time and the next, as (B,) tensors on the device of x."""
    times = times.to(x.device)
    return [(t.expand(len(x)), s.expand(len(x))) for t, s in pairwise(times)]


def _then_clean(timesteps: Tensor) -> Tensor:
    return torch.cat([timesteps, timesteps.new_tensor([-1])])
