"""Keypoints: turns are found from points, flat ones in their plane, and points are learned from turns alone."""

import pytest
import torch
from learning import learn

from experiments.upbringing.turning import Approaches, Turnings
from imagery.models.keypoints import Keypoints, Landmarks, turn_between, turn_in_plane
from imagery.models.points import UNIT, agreed
from imagery.models.turning import Turning, axis_angle, rotation
from imagery.models.volume import LatentVolume, resample


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


@pytest.mark.parametrize("solid", [False, True])
def test_points_are_learned_from_seeing_things_turn(solid):
    torch.manual_seed(0)
    volume = LatentVolume(features=4, width=(16, 16), deep=(16, 16), blocks=(1, 1)).eval()
    model = Landmarks(4, width=16, blocks=1) if solid else Keypoints(width=16, deep=32, blocks=1)
    batch = Approaches(8, volume)(0) if solid else Turnings(8, largest=60.0)(0)
    logs = model.loss(batch)[1]
    learn(model, batch, 60)
    after = model.loss(batch)[1]
    assert after["off"] < 0.7 * logs["off"] and after["apart"] < 0.5 * logs["apart"]
    scatter = torch.linalg.eigvalsh((lambda p: p.mT @ p)(model(batch.before).detach()))
    assert (scatter[:, 0] > 1e-4 * scatter[:, 2]).all()                                  # in depth too


def test_points_are_where_a_volume_says_and_turn_with_it():
    torch.manual_seed(0)
    said = torch.zeros(1, 4, 8, 8, 8)
    said[0, 0, 2, 6, 1] = 50.0                                                           # z, y, x
    [[point]] = agreed(said)
    assert torch.allclose(point, torch.tensor([1.5, 6.5, 2.5]) / 8 - 0.5, atol=1e-4)
    said[0, 1:, 2, 6, 1] = torch.tensor([1.0, 0.0, -1.0])
    assert torch.allclose(agreed(said)[0, 0] - point, torch.tensor([UNIT, 0, -UNIT]), atol=1e-4)
    features = torch.zeros(1, 1, 8, 8, 8)
    features[0, 0, 2, 6, 1] = 1.0
    turn = rotation(torch.tensor([[0., 1., 0.]]), torch.tensor([90.]))
    turned = resample(features, turn)
    where = torch.stack(torch.meshgrid(*[torch.arange(8)] * 3, indexing="ij")[::-1], -1)[turned[0, 0] > 0.5]
    assert torch.allclose((where[0] + 0.5) / 8 - 0.5, point @ turn[0].T, atol=1e-4)


def test_what_is_wrong_is_refused():
    model, seen = Keypoints(width=16, deep=32, blocks=1), torch.ones(2, 1, 64, 64)
    with pytest.raises(ValueError, match="no rotation"):
        model.loss(Turning(seen, 2 * torch.eye(3).expand(2, 3, 3), seen))
    with pytest.raises(ValueError, match="give \\(B, 1 or 3, 64, 64\\)"):
        model(seen[..., :32])
    assert model(seen).isfinite().all()
    with pytest.raises(ValueError, match="give \\(B, 4, G, G, G\\)"):
        Landmarks(4, width=16, blocks=1)(torch.ones(2, 3, 16, 16, 16))
