"""Frechet distance between two sets of features (Dowson & Landau 1982; Heusel et al. 2017, arXiv 1706.08500)."""

from __future__ import annotations

import torch
from torch import Tensor


def frechet(features: Tensor, others: Tensor) -> float:
    """|m - n|^2 + tr(S + T - 2 (S T)^(1/2)), m, n and S, T being mean and covariance of features (N, D) and of others
    (M, D): the squared distance of the two as normal distributions. It falls with the number of samples (Chong &
    Forsyth 2020, arXiv 1911.07023), so compare only sets of one size."""
    for given in (features, others):
        if given.dim() != 2 or len(given) < 2 or given.shape[1] != features.shape[1]:
            raise ValueError(f"features {tuple(features.shape)} and {tuple(others.shape)} have no distance: give (N, D)"
                             " and (M, D), two or more of each")
    one, other = (each.double() for each in (features, others))
    covariance, other_covariance = (torch.cov(each.T).reshape(each.shape[1], -1) for each in (one, other))
    root = _root(covariance)
    shared = torch.linalg.eigvalsh(root @ other_covariance @ root).clamp(min=0).sqrt().sum()   # tr (S T)^(1/2)
    apart = (one.mean(0) - other.mean(0)).square().sum()
    return float((apart + covariance.trace() + other_covariance.trace() - 2 * shared).clamp(min=0))


def _root(matrix: Tensor) -> Tensor:
    """The square root of a symmetric matrix without negative eigenvalues."""
    values, vectors = torch.linalg.eigh(matrix)
    return vectors * values.clamp(min=0).sqrt() @ vectors.T
