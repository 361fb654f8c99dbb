"""The full variational bound of a DDPM in bits a value, with learned variance (Nichol & Dhariwal 2021, arXiv
2102.09672).

Pure functions. `reverse(x_t, t)` gives mean and log variance of p(x_(t-1) | x_t), both (B, ...); steps t count from 0
as in `processes`. Pictures are of 8 bits in [-1, 1].
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from imagery.models.processes import add_noise, noise_like, posterior, signal

Reverse = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]
HALF_SHADE = 1 / 255                              # half the way between neighbouring values of 8 bits


def log_variance(share: Tensor, x_t: Tensor, alpha_bar: Tensor, t: Tensor, s: Tensor | None = None) -> Tensor:
    """Log variance of the step from t to s, t - 1 unless given: a `share` (B, ...) of the way from the posterior's, the
    least there can be, to beta's, the most (Eq. 15). Where the posterior has none, at the clean image, that of the next
    step takes its place."""
    s = t - 1 if s is None else s
    most = (1 - signal(alpha_bar, t, x_t) / signal(alpha_bar, s, x_t)).log()
    near = s.clamp(min=0)
    least = posterior(x_t, x_t, alpha_bar, torch.maximum(t, near + 1), near)[1].log()
    return torch.lerp(least.expand_as(share), most.expand_as(share), share)


def normal_divergence(mean: Tensor, log_var: Tensor, other: Tensor, other_log_var: Tensor) -> Tensor:
    """KL(N(mean, var) || N(other, other var)) of each value, in nats."""
    return 0.5 * (other_log_var - log_var - 1 + (log_var - other_log_var).exp()
                  + (mean - other).square() * (-other_log_var).exp())


def shade_log_likelihood(x0: Tensor, mean: Tensor, log_var: Tensor) -> Tensor:
    """log of what N(mean, var) gives to the shade of each value, the first and last having all beyond them (Ho et al.
    2020, arXiv 2006.11239, Eq. 13)."""
    precision = (-log_var / 2).exp()
    above = torch.where(x0 > 1 - HALF_SHADE, math.inf, (x0 - mean + HALF_SHADE) * precision)
    below = torch.where(x0 < HALF_SHADE - 1, -math.inf, (x0 - mean - HALF_SHADE) * precision)
    right = below > 0                                     # there both areas are near 1: take the same ones on the left
    above, below = torch.where(right, -below, above), torch.where(right, -above, below)
    more, less = torch.special.log_ndtr(above), torch.special.log_ndtr(below)
    return more + (-torch.expm1(less - more)).log()


def bits(nats: Tensor) -> Tensor:
    """Nats of each value (B, ...) as mean bits a value (B,)."""
    return nats.flatten(1).mean(1) / math.log(2)


def step_bits(reverse: Reverse, x0: Tensor, x_t: Tensor, alpha_bar: Tensor, t: Tensor) -> Tensor:
    """The bound's term of step t (B,): L_(t-1) = KL(q(x_(t-1) | x_t, x0) || p), at the first step the decoder's L_0
    (Eq. 4-6). (B,)"""
    mean, log_var = reverse(x_t, t)
    true_mean, true_var = posterior(x0, x_t, alpha_bar, t)
    true_log_var = true_var.clamp(min=1e-20).log().expand_as(mean)
    divergence = normal_divergence(true_mean, true_log_var, mean, log_var)
    return torch.where(t == 0, bits(-shade_log_likelihood(x0, mean, log_var)), bits(divergence))


def prior_bits(x0: Tensor, alpha_bar: Tensor) -> Tensor:
    """L_T = KL(q(x_T | x0) || N(0, 1)) (Eq. 7), which nothing learned changes. (B,)"""
    last = signal(alpha_bar, torch.full((len(x0),), len(alpha_bar) - 1), x0)
    log_var = (1 - last).log().expand_as(x0)
    return bits(normal_divergence(last.sqrt() * x0, log_var, torch.zeros_like(x0), torch.zeros_like(x0)))


def bound_bits(reverse: Reverse, x0: Tensor, alpha_bar: Tensor, generator: torch.Generator | None = None,
               every: int = 1) -> Tensor:
    """L_T + ... + L_0 (Eq. 4-7), an upper bound on -log2 p(x0) a value, each step at noise of its own. With `every` >
    1 it is estimated, without bias, from the first step and one drawn from each so many of the others. (B,)"""
    total = prior_bits(x0, alpha_bar)
    for steps in (torch.zeros(1, dtype=torch.long), *torch.arange(1, len(alpha_bar)).split(every)):
        t = steps[torch.randint(len(steps), (len(x0),), generator=generator)].to(x0.device)
        x_t = add_noise(x0, noise_like(x0, generator), alpha_bar, t)
        total = total + len(steps) * step_bits(reverse, x0, x_t, alpha_bar, t)
    return total
