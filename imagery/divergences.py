"""Divergences between two distributions of which only samples are known, in nats.

The Jensen-Shannon divergence saturates. It is the mutual information between a sample of the even mixture and the name
of its source, and so no more than what the name holds, log 2. JS = log 2 - 1/2 E_p log(1 + q/p) - 1/2 E_q log(1 + p/q):
where the supports do not meet, both logarithms are 0, however far apart they are, and its gradient is 0 too. A GAN's
generator that is told apart perfectly learns nothing from it (Arjovsky & Bottou 2017, arXiv 1701.04862, Theorem 2.4).
KL(p || q) goes on growing, and is infinite where q has no mass.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def kl_knn(p: Tensor, q: Tensor, k: int = 1) -> float:
    """KL(P || Q) from samples p (N, D) and q (M, D) by distances to k-th neighbours (Wang, Kulkarni & Verdu 2009, IEEE
    Trans. Inf. Theory 55:2392, Eq. 5; Perez-Cruz 2008). Consistent, but too low where q has hardly any samples."""
    _check(p, q)
    if not 1 <= k < min(len(p), len(q) + 1):
        raise ValueError(f"no neighbour number {k} among {len(p)} and {len(q)} samples; the least is 1")
    within = _distances(p, p).kthvalue(k + 1, dim=1).values                       # the nearest is the sample itself
    across = _distances(p, q).kthvalue(k, dim=1).values
    if not (within.all() and across.all()):
        raise ValueError("some samples coincide; neighbours' distances want a continuous distribution")
    return float(p.shape[1] * (across / within).log().mean()) + math.log(len(q) / (len(p) - 1))


def js_knn(p: Tensor, q: Tensor, k: int = 1) -> float:
    """JS(P, Q) = KL(P || M) / 2 + KL(Q || M) / 2 by `kl_knn`, the mixture M being made of the second half of each
    sample, (N, D) both."""
    _check(p, q)
    if len(p) != len(q):
        raise ValueError(f"{len(p)} and {len(q)} samples make no even mixture: give as many of each")
    half = len(p) // 2
    mixture = torch.cat([p[half:], q[half:]])
    return (kl_knn(p[:half], mixture, k) + kl_knn(q[:half], mixture, k)) / 2


def js_classifier(p: Tensor, q: Tensor, steps: int = 200, width: int = 64, seed: int = 0) -> float:
    """log 2 less the cross entropy of a small network that tells p (N, D) from q (M, D), on samples it was not taught
    with: in the mean a lower bound on JS, reached by the optimal one p / (p + q) (Goodfellow et al. 2014, Eq. 4-6)."""
    _check(p, q)
    everything = torch.cat([p, q])
    mean, spread = everything.mean(0), everything.std(0).clamp(min=1e-6)
    folds = [((p[i::2] - mean) / spread, (q[i::2] - mean) / spread) for i in range(2)]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        entropies = [_cross_entropy(_discriminator(*folds[i], steps, width), *folds[1 - i]) for i in range(2)]
    return math.log(2) - float(sum(entropies)) / 2


def _discriminator(p: Tensor, q: Tensor, steps: int, width: int) -> nn.Module:
    network = nn.Sequential(nn.Linear(p.shape[1], width), nn.SiLU(), nn.Linear(width, width), nn.SiLU(),
                            nn.Linear(width, 1))
    optimizer = torch.optim.AdamW(network.parameters(), 3e-3, weight_decay=1e-2)
    for _ in range(steps):
        optimizer.zero_grad()
        _cross_entropy(network, p, q).backward()
        optimizer.step()
    return network.requires_grad_(False)


def _cross_entropy(network: nn.Module, p: Tensor, q: Tensor) -> Tensor:
    """Of the two sources weighed evenly, in nats; log 2 is chance."""
    return (F.softplus(-network(p)).mean() + F.softplus(network(q)).mean()) / 2


def _distances(p: Tensor, q: Tensor) -> Tensor:
    """(N, M); not by products of the samples, in which small distances drown."""
    return torch.cdist(p, q, compute_mode="donot_use_mm_for_euclid_dist")


def _check(p: Tensor, q: Tensor) -> None:
    if p.dim() != 2 or q.dim() != 2 or p.shape[1] != q.shape[1]:
        raise ValueError(f"samples of shapes {tuple(p.shape)} and {tuple(q.shape)} cannot be compared: give (N, D) and "
                         "(M, D)")
