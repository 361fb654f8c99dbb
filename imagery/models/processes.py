"""What noise means: the linear flow (Lipman et al. 2023, arXiv 2210.02747) and DDPM (Ho et al. 2020, arXiv 2006.11239).

Pure functions. Images are (B, C, H, W), or any other (B, ...). In the flow, t is a (B,) tensor of reals in [0, 1] and
1 is noise, as in diffusers. In DDPM, t is a (B,) tensor of integers in [0, T), so t = 0 is the paper's first step, and
t = -1 is the clean image; `alpha_bar` is the (T,) tensor of cumulative products that `alpha_bars` returns.
"""

import math
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

Prediction = Literal["epsilon", "x0", "v"]


def expand(values: Tensor, like: Tensor) -> Tensor:
    """(B,) -> (B, 1, 1, 1), on the device of `like` and with as many axes."""
    return values.to(like.device).reshape(-1, *[1] * (like.dim() - 1))


def noise_like(x: Tensor, generator: torch.Generator | None) -> Tensor:
    """Standard normal noise, drawn where the generator lives (a CPU), then moved: a seed means the same anywhere."""
    device = generator.device if generator else "cpu"
    return torch.randn(x.shape, generator=generator, device=device).to(x)


# Flow matching on the linear path: rectified flow (Liu et al. 2023, arXiv 2209.03003).


def interpolate(x0: Tensor, eps: Tensor, t: Tensor) -> Tensor:
    """x_t = (1 - t) x0 + t eps (Lipman et al. 2023, Eq. 22, time reversed)."""
    t = expand(t, x0)
    return (1 - t) * x0 + t * eps


def velocity(x0: Tensor, eps: Tensor) -> Tensor:
    """v = dx_t / dt = eps - x0, the target of flow matching (Lipman et al. 2023, Eq. 23; Liu et al. 2023, Eq. 1)."""
    return eps - x0


def x0_from_velocity(v: Tensor, x_t: Tensor, t: Tensor) -> Tensor:
    """x0 = x_t - t v."""
    return x_t - expand(t, x_t) * v


def velocity_from_x0(x0: Tensor, x_t: Tensor, t: Tensor) -> Tensor:
    """v = (x_t - x0) / t, for t > 0."""
    return (x_t - x0) / expand(t, x_t)


def x0_weight(t: Tensor, like: Tensor, near: float = 0.2) -> Tensor:
    """Weight of a squared error in x0 that makes it one in velocity, 1 / t^2, where t is above `near`, and no more
    below. Its mean over t is 1. (B, 1, 1, 1)"""
    return near / (2 - near) / expand(t, like).clamp(min=near) ** 2


def uniform_times(n: int, generator: torch.Generator | None = None) -> Tensor:
    """n times drawn evenly from [0, 1)."""
    return torch.rand(n, generator=generator)


# DDPM


def linear_betas(steps: int = 1000, start: float = 1e-4, end: float = 0.02) -> Tensor:
    """Variances of the forward process, growing linearly (Ho et al. 2020, Section 4). (T,)"""
    return torch.linspace(start, end, steps)


def cosine_betas(steps: int = 1000, offset: float = 0.008, largest: float = 0.999) -> Tensor:
    """Variances that let alpha_bar fall like a squared cosine (Nichol & Dhariwal 2021, Eq. 17). (T,)"""
    t = torch.linspace(0, 1, steps + 1, dtype=torch.float64)
    f = torch.cos((t + offset) / (1 + offset) * math.pi / 2) ** 2
    return (1 - f[1:] / f[:-1]).clamp(max=largest).float()


def alpha_bars(betas: Tensor) -> Tensor:
    """alpha_bar_t, the product of 1 - beta up to t (Ho et al. 2020, below Eq. 3). (T,)"""
    return torch.cumprod(1 - betas, dim=0)


def signal(alpha_bar: Tensor, t: Tensor, like: Tensor) -> Tensor:
    """alpha_bar_t as (B, 1, 1, 1); 1 for the clean image at t = -1."""
    return expand(F.pad(alpha_bar, (1, 0), value=1.0)[t.to(alpha_bar.device) + 1], like)


def to_ddpm(x: Tensor, t: Tensor, alpha_bar: Tensor) -> tuple[Tensor, Tensor]:
    """A noisy image on the linear path at times t (B,) as one of a DDPM: scaled, at the step (B,) with the most similar
    ratio of signal to noise. The two walk the same way back (Karras et al. 2022, arXiv 2206.00364, Section 4)."""
    norm = ((1 - t) ** 2 + t ** 2).sqrt()
    step = (alpha_bar.to(t.device) - ((1 - t) / norm)[:, None] ** 2).abs().argmin(1)
    return x / expand(norm, x), step


def add_noise(x0: Tensor, eps: Tensor, alpha_bar: Tensor, t: Tensor) -> Tensor:
    """A sample of q(x_t | x0) (Ho et al. 2020, Eq. 4)."""
    a = signal(alpha_bar, t, x0)
    return a.sqrt() * x0 + (1 - a).sqrt() * eps


def posterior(x0: Tensor, x_t: Tensor, alpha_bar: Tensor, t: Tensor, s: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Mean (B, C, H, W) and variance (B, 1, 1, 1) of q(x_s | x_t, x0) (Ho et al. 2020, Eq. 6-7).

    s is the next time on the way back, t - 1 unless given: with fewer steps, the effective beta of the longer stride
    takes beta's place (Nichol & Dhariwal 2021, Eq. 19).
    """
    a_t, a_s = signal(alpha_bar, t, x_t), signal(alpha_bar, t - 1 if s is None else s, x_t)
    alpha = a_t / a_s
    mean = (a_s.sqrt() * (1 - alpha) * x0 + alpha.sqrt() * (1 - a_s) * x_t) / (1 - a_t)
    return mean, (1 - a_s) / (1 - a_t) * (1 - alpha)


def target(kind: Prediction, x0: Tensor, eps: Tensor, alpha_bar: Tensor, t: Tensor) -> Tensor:
    """What the network is to predict: eps (Ho et al. 2020), x0, or v (Salimans & Ho 2022, arXiv 2202.00512, App. D)."""
    if kind == "epsilon":
        return eps
    if kind == "x0":
        return x0
    if kind == "v":
        a = signal(alpha_bar, t, x0)
        return a.sqrt() * eps - (1 - a).sqrt() * x0
    raise ValueError(f"prediction {kind!r} is none of epsilon, x0, v")


def x0_from(kind: Prediction, prediction: Tensor, x_t: Tensor, alpha_bar: Tensor, t: Tensor) -> Tensor:
    """The clean image a prediction implies (Ho et al. 2020, Eq. 15; Salimans & Ho 2022, App. D)."""
    a = signal(alpha_bar, t, x_t)
    if kind == "epsilon":
        return (x_t - (1 - a).sqrt() * prediction) / a.sqrt()
    if kind == "x0":
        return prediction
    if kind == "v":
        return a.sqrt() * x_t - (1 - a).sqrt() * prediction
    raise ValueError(f"prediction {kind!r} is none of epsilon, x0, v")


def epsilon_from(kind: Prediction, prediction: Tensor, x_t: Tensor, alpha_bar: Tensor, t: Tensor) -> Tensor:
    """The noise a prediction implies (Ho et al. 2020, Eq. 4 solved for eps)."""
    if kind == "epsilon":
        return prediction
    a = signal(alpha_bar, t, x_t)
    return (x_t - a.sqrt() * x0_from(kind, prediction, x_t, alpha_bar, t)) / (1 - a).sqrt()


def simple_weight(kind: Prediction, alpha_bar: Tensor, t: Tensor) -> Tensor:
    """Weight of a squared error in `kind` that makes it L_simple, the error in eps (Ho et al. 2020, Eq. 14). (B,)"""
    a = alpha_bar[t.to(alpha_bar.device)].to(t.device)
    return {"epsilon": torch.ones_like(a), "x0": a / (1 - a), "v": a}[kind]


def bound_weight(kind: Prediction, alpha_bar: Tensor, t: Tensor) -> Tensor:
    """Weight of a squared error in `kind`, summed over an image, in the variational bound in nats. (B,)

    beta^2 / (2 sigma^2 alpha (1 - alpha_bar)) for eps (Ho et al. 2020, Eq. 8-12), with sigma^2 = beta, the first of
    their two choices, which also gives the decoder's term at t = 0 a finite weight.
    """
    a_t, a_s = (signal(alpha_bar, s, t) for s in (t, t - 1))
    alpha = a_t / a_s
    return (1 - alpha) / (2 * alpha * (1 - a_t)) * simple_weight(kind, alpha_bar, t)
