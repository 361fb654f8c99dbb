"""Which noise goes with which picture: by optimal transport within a batch the paths of a flow hardly cross, are
straighter, and take fewer steps (Tong et al. 2024, arXiv 2302.00482, Section 3.2; Pooladian et al. 2023, arXiv
2304.14772)."""

from __future__ import annotations

from typing import Literal

import torch
from scipy.optimize import linear_sum_assignment
from torch import Tensor

Coupling = Literal["independent", "optimal"]


def optimal_coupling(data: Tensor, noise: Tensor) -> Tensor:
    """Noise (B, ...) in the order that makes the sum of squared distances to data (B, ...) least: the optimal transport
    plan between two batches of one size is a permutation. ValueError if they differ in shape."""
    if data.shape != noise.shape:
        raise ValueError(f"data {tuple(data.shape)} and noise {tuple(noise.shape)} cannot be coupled: give one shape")
    cost = torch.cdist(data.detach().flatten(1).float(), noise.flatten(1).float()).square()
    return noise[torch.from_numpy(linear_sum_assignment(cost.cpu().numpy())[1]).to(noise.device)]


def transport_cost(data: Tensor, noise: Tensor) -> float:
    """Mean squared distance of pairs."""
    return float((data - noise).flatten(1).square().sum(1).mean())
