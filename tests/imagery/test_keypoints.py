"""Keypoints: turns are found from points, flat ones in their plane, and points are learned from turns alone."""

import pytest
import torch
from learning import learn

from experiments.turning import Turnings
from imagery.models.keypoints import Keypoints, turn_between, turn_in_plane
from imagery.models.turning import Turning, axis_angle, rotation


@pytest.fixture(scope="module")
def points():
    return torch.randn(6, 8, 3, generator=torch.Generator().manual_seed(0))


def test_turns_are_found_from_points(points):
    turns = rotation(torch.randn(6, 3), torch.tensor([0., 10., 90., 150., 179., -120.]))
    found = turn_between(points, points @ turns.mT)
    assert torch.allclose(found, turns, atol=1e-4)
    noisy = turn_between(points, points @ turns.mT + 0.05 * torch.randn(6, 8, 3))
    assert axis_angle(noisy @ turns.mT)[1].max() < 10
    mirrored = turn_between(points, points * torch.tensor([-1., 1., 1.]))
    assert torch.allclose(torch.linalg.det(mirrored), torch.ones(6), atol=1e-4)          # still no reflection


def test_flat_things_stay_in_their_plane(points):
    turns = rotation(torch.tensor([[0., 0., 1.]]).expand(6, 3), torch.tensor([0., 30., 90., 179., -60., -150.]))
    tilted = points @ turns.mT + torch.tensor([0., 0., 3.])
    assert torch.allclose(turn_in_plane(points, tilted), turns, atol=1e-4)


def test_points_are_learned_from_seeing_things_turn():
    torch.manual_seed(0)
    model, batch = Keypoints(width=16, deep=32, blocks=1), Turnings(8, largest=60.0)(0)
    logs = model.loss(batch)[1]
    learn(model, batch, 60)
    after = model.loss(batch)[1]
    assert after["off"] < 0.7 * logs["off"] and after["apart"] < 0.5 * logs["apart"]
    scatter = torch.linalg.eigvalsh((lambda p: p.mT @ p)(model(batch.before).detach()))
    assert (scatter[:, 0] > 1e-4 * scatter[:, 2]).all()                                  # in depth too


def test_what_is_wrong_is_refused():
    model, seen = Keypoints(width=16, deep=32, blocks=1), torch.ones(2, 1, 64, 64)
    with pytest.raises(ValueError, match="no rotation"):
        model.loss(Turning(seen, 2 * torch.eye(3).expand(2, 3, 3), seen))
    with pytest.raises(ValueError, match="give \\(B, 1 or 3, 64, 64\\)"):
        model(seen[..., :32])
    assert model(seen).isfinite().all()
