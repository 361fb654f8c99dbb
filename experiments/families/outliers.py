"""Outliers by likelihood, and where that fails.

A picture may be far from all that was learned and likely all the same, if it is simple: such are islands without
landmarks to a flow that saw none without (Nalisnick et al. 2019, arXiv 1810.09136; Serra et al. 2020, arXiv
1909.11480)."""

from __future__ import annotations

from collections.abc import Callable

import torch
from scipy.stats import rankdata
from torch import Tensor

from imagery.models.shades import SHADE


def shaded(pictures: Tensor) -> Tensor:
    """Pictures in [-1, 1] in shades of 8 bits."""
    return ((pictures + 1) / SHADE).round() * SHADE - 1


def strangers(pictures: Tensor, seed: int = 0) -> dict[str, Tensor]:
    """Pictures that are none of the kind given (B, 3, S, S), each with as many: noise of their shades, their pixels in
    random order, their negatives, the same faded to a fifth of their contrast, and plain colours from their pixels."""
    generator = torch.Generator().manual_seed(seed)
    count, channels, *side = pictures.shape
    pixels = pictures.flatten(2)
    order = torch.rand(count, 1, pixels.shape[2], generator=generator).argsort(-1).expand(-1, channels, -1)
    shades = torch.randint(0, 256, pictures.shape, generator=generator) * SHADE - 1
    return {"noise": shades, "shuffled": pixels.gather(2, order).unflatten(2, side), "negative": -pictures,
            "faded": shaded(0.8 * pictures.mean((2, 3), keepdim=True) + 0.2 * pictures),
            "plain": pixels.gather(2, order[..., :1]).unflatten(2, (1, 1)).expand_as(pictures)}


def area_under_curve(familiar: Tensor, strange: Tensor) -> float:
    """How often a stranger has the greater score: 1 if always, .5 by chance, 0 if never (Mann & Whitney 1947)."""
    ranks = rankdata(torch.cat([familiar, strange]).numpy())[len(familiar):]
    return float((ranks.mean() - (len(strange) + 1) / 2) / len(familiar))


@torch.no_grad()
def detection(bits: Callable[[Tensor], Tensor], pictures: Tensor, strange: dict[str, Tensor]) -> dict[str, float]:
    """`area_under_curve` of the bits a value (B,) that pictures (B, 3, S, S) cost, for each sort of strangers; below .5
    they pass for more usual than what is."""
    familiar = bits(pictures)
    return {kind: area_under_curve(familiar, bits(each)) for kind, each in strange.items()}
