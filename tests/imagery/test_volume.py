"""The latent volume: it turns as things do, is resampled once, and learns."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from envs.stimuli.blocks import ROTATIONS
from envs.stimuli.turns import MIRROR, random_turn
from imagery.models import volume as module
from imagery.models.turning import Turning, imagine, rotation
from imagery.models.volume import LatentVolume, resample

CELLS = torch.stack(torch.meshgrid(*[torch.linspace(-1, 1, 17)[1:] - 1 / 16] * 3, indexing="ij"), -1).flip(-1)


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    return LatentVolume(features=4, width=(16, 16), deep=(16, 16), blocks=(1, 1)).eval()


@pytest.fixture(scope="module")
def seen():
    return torch.rand(3, 1, 64, 64, generator=torch.Generator().manual_seed(1)) * 2 - 1


def turns(count, seed=0):
    rng = np.random.default_rng(seed)
    return torch.from_numpy(np.stack([random_turn(rng) for _ in range(count)])).float()


def blobs(places):
    """A smooth volume (1, 1, 16, 16, 16) with a blob at each of the places (N, 3)."""
    return torch.exp(-((CELLS[..., None, :] - places) ** 2).sum(-1) / .2).sum(-1)[None, None]


def apart(first, second):
    """The largest difference within the sphere that no turn takes out of the volume."""
    return (first - second)[..., CELLS.norm(dim=-1) < .9].abs().max()


def test_right_angles_move_cells_to_cells():
    """Each cell shows what was where the turn brought it from, by whole numbers."""
    features = torch.randn(24, 2, 4, 4, 4)
    where = np.stack(np.meshgrid(*[np.arange(-3, 4, 2)] * 3, indexing="ij"), -1)[..., ::-1]          # x, y, z
    for pose, before, after in zip(ROTATIONS, features, resample(features, torch.tensor(ROTATIONS).float())):
        x, y, z = np.moveaxis((where @ pose + 3) // 2, -1, 0)                    # rows times a turn: turned back
        assert torch.allclose(after, before[:, z, y, x], atol=1e-5)


def test_a_mirror_exchanges_left_and_right():
    features = torch.randn(1, 2, 4, 4, 4)
    mirror = torch.from_numpy(MIRROR).float()[None]
    assert torch.allclose(resample(features, mirror), features.flip(-1), atol=1e-5)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000))
def test_things_go_where_they_are_turned(seed):
    first, second = turns(2, seed)
    places = torch.tensor([(.4, 0., 0.), (0., -.3, .2), (-.1, .1, .45)])
    expected = blobs(places @ (second @ first).T)
    assert apart(resample(resample(blobs(places), first[None]), second[None]), expected) < .2
    assert apart(resample(blobs(places), (second @ first)[None]), expected) < .1


def test_order_of_turns_matters():
    first, second = turns(2, 3)
    places = torch.tensor([(.4, 0., 0.), (0., -.3, .2)])
    found = resample(resample(blobs(places), first[None]), second[None])
    assert apart(found, blobs(places @ (first @ second).T)) > .3


@torch.no_grad()
def test_lifts_and_shows(model, seen):
    volume = model.encode(seen)
    assert volume.features.shape == (3, 4, 16, 16, 16) and volume.pose.equal(torch.eye(3).expand(3, 3, 3))
    shown = model.decode(volume)
    assert shown.shape == (3, 1, 64, 64) and shown.abs().max() <= 1 and shown.std() > 0
    assert imagine(model, seen, turns(3)).equal(imagine(model, seen, turns(3)))
    assert torch.allclose(model.encode(seen.expand(-1, 3, -1, -1)).features, volume.features, atol=1e-5)


@torch.no_grad()
def test_no_turn_changes_nothing_and_another_does(model, seen):
    shown = model.decode(model.encode(seen))
    assert torch.allclose(imagine(model, seen, torch.eye(3).expand(3, 3, 3)), shown, atol=1e-4)
    assert not torch.allclose(imagine(model, seen, turns(3)), shown, atol=1e-2)


@torch.no_grad()
def test_poses_compose_and_the_volume_is_resampled_once(model, seen, monkeypatch):
    calls, real = [], module.resample
    monkeypatch.setattr(module, "resample", lambda *given: calls.append(1) or real(*given))
    first, second = turns(3, 1), turns(3, 2)
    start = model.encode(seen)
    stepwise = model.turn(model.turn(start, first), second)
    assert not calls and stepwise.features is start.features
    assert torch.allclose(model.decode(stepwise), imagine(model, seen, second @ first), atol=1e-4)
    round_about, step = start, rotation(torch.randn(3, 3), torch.full((3,), 6.))
    for _ in range(60):
        round_about = model.turn(round_about, step)
    calls.clear()
    assert torch.allclose(model.decode(round_about), model.decode(start), atol=1e-3) and len(calls) == 2
    assert torch.allclose(model.decode(model.mirror(model.mirror(start))), model.decode(start), atol=1e-4)


def test_places_are_exact_in_half_precision():
    features, pose = torch.randn(2, 2, 8, 8, 8), turns(2)
    with torch.autocast("cpu", torch.bfloat16):
        assert resample(features, pose).equal(resample(features, pose.clone()))
        half = resample(features, pose)
    assert half.dtype == torch.float32 and half.equal(resample(features, pose))


def test_overfits_one_batch_with_every_parameter(model, seen):
    torch.manual_seed(1)
    fresh = LatentVolume(**{key: value for key, value in model.config.items() if not key.startswith("_")})
    smooth = torch.nn.functional.avg_pool2d(seen, 9, 1, 4)
    batch, losses = Turning(smooth, turns(3), smooth.flip(0)), []
    optimizer = torch.optim.AdamW(fresh.parameters(), 5e-3)
    for _ in range(25):
        loss, logs = fresh.loss(batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < .5 * losses[0] and logs["left"] == pytest.approx(
        losses[-1] / (batch.before - batch.after).square().mean().item(), rel=1e-3)
    assert not [name for name, p in fresh.named_parameters() if p.grad is None or not p.grad.any()]


def test_is_small_enough_to_ship():
    assert sum(2 * p.numel() for p in LatentVolume().parameters()) < 6e6


def test_what_is_wrong_is_refused(model, seen):
    with pytest.raises(ValueError, match="give \\(B, 1 or 3, 64, 64\\)"):
        model.encode(seen[..., :32])
    with pytest.raises(ValueError, match="give \\(3, 3, 3\\)"):
        model.turn(model.encode(seen), turns(2))
    with pytest.raises(ValueError, match="no rotation"):
        model.turn(model.encode(seen), 2 * turns(3))
