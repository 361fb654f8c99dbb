"""How samples resemble what they were learned from, by features of both: how real they are, how various, how new.

Precision and recall (Kynkaanniemi et al. 2019, arXiv 1904.06991), density and coverage (Naeem et al. 2020, arXiv
2002.09797). Features are (N, D), distances Euclidean.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from scipy.stats import t as student
from torch import Tensor

from experiments.judging.frechet import frechet
from experiments.judging.judges import memorised

NEIGHBOURS = 5                                    # k of both papers, nearly


def radii(features: Tensor, neighbours: int = NEIGHBOURS) -> Tensor:
    """The distance (N,) of each to the k-th nearest of the others."""
    if len(features) <= neighbours:
        raise ValueError(f"{len(features)} samples have no {neighbours} neighbours each: give more")
    return torch.cdist(features, features).kthvalue(neighbours + 1, 1).values


def neighbourhoods(made: Tensor, real: Tensor, neighbours: int = NEIGHBOURS) -> dict[str, float]:
    """`precision`, the share of samples within reach of a real one; `recall`, of real ones within reach of a sample;
    `density`, how many real ones reach a sample, as a share of k; `coverage`, the share of real ones that reach any.
    One's reach is as far as its k-th neighbour."""
    apart = torch.cdist(made, real)                                                             # (M, N)
    near = apart <= radii(real, neighbours)
    return {"precision": near.any(1).float().mean().item(),
            "recall": (apart <= radii(made, neighbours)[:, None]).any(0).float().mean().item(),
            "density": near.float().sum(1).mean().item() / neighbours, "coverage": near.any(0).float().mean().item()}


def variety(features: Tensor) -> float:
    """Mean squared distance of two of them, 0 if all are the same."""
    return 2 * features.double().var(0).sum().item()


def resemblance(made: Tensor, real: Tensor, learned: Tensor) -> dict[str, float]:
    """All of it, of samples and as many real pictures that were not learned from. `diversity` is the variety of samples
    as a share of that of real pictures; `memorisation` the share of samples that are nearer to a `learned` picture than
    the real one beside them is, one half if they are as new."""
    return {"frechet": frechet(made, real), **neighbourhoods(made, real), "diversity": variety(made) / variety(real),
            "memorisation": memorised(made, learned, real).share}


def likeness(made: Tensor, given: Tensor) -> float:
    """Peak signal-to-noise ratio in dB of pictures (B, 3, H, W) in [-1, 1], the mean over them."""
    error = (made - given).square().flatten(1).mean(1).clamp(min=1e-10)
    return (10 * (4 / error).log10()).mean().item()


def interval(values: Sequence[float]) -> list[float] | None:
    """The mean's 95 % interval by Student's t; None for fewer than two values."""
    if len(values) < 2:
        return None
    half = float(student.ppf(0.975, len(values) - 1)) * float(np.std(values, ddof=1)) / math.sqrt(len(values))
    return [float(np.mean(values)) - half, float(np.mean(values)) + half]
