"""What pictures (B, 3, H, W) of 8 bits cost under models that give them a likelihood, in bits a value (B,)."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from imagery.models.shades import SHADE


def exact(model: nn.Module, given: Tensor) -> Tensor:
    """By a flow (B,)."""
    return model.bits_per_dim(given, torch.Generator().manual_seed(0))


def bound(model: nn.Module, given: Tensor) -> Tensor:
    """At most, by the full bound of a diffusion model, from a fiftieth of its steps (B,)."""
    return model.bits_per_dim(given, torch.Generator().manual_seed(0), every=50)


def elbo(model: nn.Module, given: Tensor) -> Tensor:
    """At most, by a variational autoencoder (B,)."""
    nats = model.elbo(given, torch.Generator().manual_seed(0)) / given[0].numel() + math.log(SHADE)
    return -nats / math.log(2)
