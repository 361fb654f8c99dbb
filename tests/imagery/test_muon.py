"""Muon: updates that are orthogonal, of Adam's size, for kernels as for matrices."""

import pytest
import torch
from torch import nn

from imagery.muon import Muon, orthogonal


@pytest.mark.parametrize("shape", [(24, 24), (16, 96), (96, 16)])
def test_orthogonal_has_singular_values_near_one_and_keeps_directions(shape):
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    found = orthogonal(matrix).float()
    left, values, right = torch.linalg.svd(matrix, full_matrices=False)
    kept = left.T @ found @ right.T                                                  # diagonal in the same directions
    assert torch.linalg.svdvals(found).max() < 1.3
    strong = values > 0.2 * values.max()
    assert (kept.diagonal()[strong] > 0.6).all()
    assert (kept - torch.diag(kept.diagonal())).abs().max() < 0.1


def test_first_step_has_the_size_and_the_shape_asked_for():
    kernel = nn.Parameter(torch.randn(16, 8, 3, 3, generator=torch.Generator().manual_seed(1)))
    before = kernel.detach().clone()
    (kernel ** 2).sum().backward()
    Muon([kernel], lr=0.01).step()
    change = (kernel.detach() - before).square().mean().sqrt()
    assert kernel.shape == (16, 8, 3, 3)
    assert 0.7 * 0.002 < change < 1.3 * 0.002                                         # 0.2 of the rate, as Adam's


def test_learns_an_ill_conditioned_map():
    generator = torch.Generator().manual_seed(2)
    scales, wanted = torch.logspace(0, -1, 8), torch.randn(8, 8, generator=generator)
    weight = nn.Parameter(torch.zeros(8, 8))
    optimizer = Muon([weight], lr=0.1)
    losses = []
    for step in range(200):
        optimizer.param_groups[0]["lr"] = 0.1 * (1 - step / 200)
        loss = ((weight - wanted) * scales).square().sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.01 * losses[0]


def test_leaves_parameters_without_gradient_alone():
    weight = nn.Parameter(torch.ones(2, 2))
    Muon([weight], lr=0.1).step()
    assert torch.equal(weight.detach(), torch.ones(2, 2))
