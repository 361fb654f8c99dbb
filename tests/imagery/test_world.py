"""The world model: it learns what actions bring, knows what it never saw, and obeys its settings."""

import numpy as np
import pytest
import torch

from imagery import weights
from imagery.foresight import Foresight, seen, shown
from imagery.models.world import Steps, WorldModel

SIDE = 32


def squares(places, colour=(1.0, -0.5, 0.0)):
    """Pictures of a square in one of 4 columns, on a striped ground."""
    pictures = torch.full((len(places), 3, SIDE, SIDE), -0.8)
    pictures[:, :, ::8] = 0.3
    for picture, place in zip(pictures, places):
        picture[:, 8:20, 8 * place:8 * place + 8] = torch.tensor(colour)[:, None, None]
    return pictures


def lesson(count=16, seed=0):
    """A corridor of four: action 0 goes left, 1 right; the right end is the goal and rewarded."""
    rng = np.random.default_rng(seed)
    start, action = rng.integers(3, size=count), rng.integers(2, size=count)
    after = np.clip(start + 2 * action - 1, 0, 3)
    reward = torch.from_numpy(after == 3).float()
    return Steps(squares(np.zeros(count, int)), squares(start), torch.from_numpy(action), squares(after), reward,
                 reward, torch.from_numpy(3 - after).float())


def tiny(**changes):
    torch.manual_seed(0)
    return WorldModel(**{"actions": 2, "channels": (16, 24), "judge_widths": (8, 16, 16)} | changes)


def slippery(count=16, seed=0):
    """The same corridor, where action 1 leads left one time in three."""
    rng = np.random.default_rng(seed)
    start, action = rng.integers(1, 3, size=count), rng.integers(2, size=count)
    after = start + np.where((action == 1) & (rng.uniform(size=count) < 2 / 3), 1, -1)
    none = torch.zeros(count)
    return Steps(squares(np.zeros(count, int)), squares(start), torch.from_numpy(action), squares(after), none, none,
                 torch.from_numpy(3 - after).float())


def taught(model, steps, lesson=lesson):
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), 4e-3)
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = 4e-3 * min(1, 2 - 2 * step / steps)
        loss, _ = model.loss(lesson(32, step), torch.Generator().manual_seed(step))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model.eval()


@pytest.fixture(scope="module", params=["flow", "regression"])
def model(request):
    return taught(tiny(process=request.param), 140 if request.param == "flow" else 80)


@pytest.mark.parametrize("steps", [1, 2, 4])
def test_it_learns_what_actions_bring(model, steps):
    batch = lesson(32, 10_000)
    found = model.imagine(batch.first, batch.last, batch.action, torch.Generator().manual_seed(0), steps)
    moved = (batch.following != batch.last).flatten(1).any(1)
    error, staying = (((each - batch.following)[moved] ** 2).mean() for each in (found.pictures, batch.last))
    assert error < 0.1 * staying
    assert ((found.reward > 0.5) == (batch.reward > 0.5)).float().mean() > 0.9
    assert (found.left - batch.left).abs().mean() < 0.6


def test_errors_do_not_add_up(model):
    """Eight steps, each from the picture imagined before."""
    foresight, first = Foresight(model, seed=1), shown(squares([0]))
    last, place = first, 0
    for action in (1, 1, 0, 1, 0, 0, 1, 1):
        last, place = foresight.imagine(first, last, [action]).pictures, max(0, place + 2 * action - 1)
        errors = ((seen(last) - squares(range(4))) ** 2).mean((1, 2, 3))
        assert errors.argmin() == place


def test_pictures_unlike_those_learned_from_are_known(model):
    usual = model.novelty(lesson(16, 77).following)
    others = torch.cat([squares([0, 1, 2], (-1.0, 1.0, 1.0)), -squares([0, 1]), torch.rand(3, 3, SIDE, SIDE) * 2 - 1])
    unusual = model.novelty(others)
    assert usual.abs().max() < 3 and unusual.min() > 3 + usual.max()


def test_where_chance_decides_one_thing_or_another_is_imagined_as_often_as_it_comes_about():
    model = taught(tiny(chancy=1), 200, slippery)
    here = squares([1]).expand(150, -1, -1, -1)
    found = model.imagine(squares([0]).expand(150, -1, -1, -1), here, torch.ones(150, dtype=torch.long),
                          torch.Generator().manual_seed(0)).pictures
    errors = ((found[:, None] - squares(range(4))) ** 2).mean((2, 3, 4))
    assert errors.amin(1).max() < 0.1 * ((squares([0]) - squares([2])) ** 2).mean()                 # never a blend
    shares = torch.bincount(errors.argmin(1), minlength=4) / 150
    assert shares[[0, 2]].sum() == 1 and 0.5 < shares[2] < 0.83


def test_untaught_everything_stays_as_it_is():
    model, pictures = tiny(), squares([0, 3])
    found = model.imagine(pictures[:1].expand(2, -1, -1, -1), pictures, torch.tensor([0, 1]))
    assert torch.allclose(found.pictures, pictures, atol=1e-5)


@pytest.mark.parametrize("process", ["flow", "regression"])
def test_every_parameter_learns(process):
    model = tiny(process=process)
    torch.nn.init.normal_(model.unet.leave[-1].weight, std=0.1)
    loss, logs = model.loss(lesson(), torch.Generator().manual_seed(0))
    loss.backward()
    assert not [name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()]
    assert all(not value.requires_grad for value in logs.values())


def test_the_seed_decides_and_regression_needs_none():
    first, last, action = squares([0, 0]), squares([1, 2]), torch.tensor([0, 1])
    for process, differs in (("flow", True), ("regression", False)):
        model = tiny(process=process).eval()
        torch.nn.init.normal_(model.unet.leave[-1].weight, std=0.1)
        one, again, other = (model.imagine(first, last, action, torch.Generator().manual_seed(seed)).pictures
                             for seed in (0, 0, 1))
        assert one.equal(again) and one.equal(other) != differs


@pytest.mark.parametrize("process, steps, calls", [("flow", 1, 1), ("flow", 4, 4), ("regression", 4, 1)])
def test_evaluations_are_as_many_as_said(process, steps, calls, monkeypatch):
    model, counted = tiny(process=process), []
    forward = model.unet.forward
    monkeypatch.setattr(model.unet, "forward", lambda *args: counted.append(1) or forward(*args))
    model.imagine(squares([0]), squares([1]), torch.tensor([1]), steps=steps)
    assert len(counted) == calls


def test_what_it_does_not_know_is_refused():
    model, one = tiny(), squares([0])
    for steps in (0, 3, 5):
        with pytest.raises(ValueError, match="in 1, 2 or 4 steps"):
            model.imagine(one, one, torch.tensor([0]), steps=steps)
    for action in (2, -1):
        with pytest.raises(ValueError, match=f"there is no action {action}; the model knows 0 to 1"):
            model.imagine(one, one, torch.tensor([action]))
    for pictures in (np.zeros((1, 30, 32, 3), np.uint8), np.zeros((1, 32, 32, 3)), np.zeros((32, 32, 3), np.uint8)):
        with pytest.raises(ValueError, match="multiples of 16"):
            Foresight(model).novelty(pictures)


def test_batches_of_any_size_are_imagined(monkeypatch):
    """As many as are asked for, in their order, however many go through the network at once."""
    model = tiny(process="regression").eval()
    torch.nn.init.normal_(model.unet.leave[-1].weight, std=0.1)
    last, actions = shown(squares([0, 1, 2, 3, 1])), [0, 1, 0, 1, 1]
    whole = Foresight(model).imagine(last, last, actions)
    monkeypatch.setattr("imagery.foresight.MOST", 2)
    parts = Foresight(model).imagine(last, last, actions)
    assert whole.pictures.shape == (5, SIDE, SIDE, 3) and whole.pictures.dtype == np.uint8
    assert np.abs(whole.pictures.astype(int) - parts.pictures).max() <= 4       # bfloat16
    assert np.allclose(whole.reward, parts.reward, atol=0.02)


def test_pictures_survive_being_seen_and_shown():
    pictures = np.random.default_rng(0).integers(0, 256, (2, 16, 32, 3), np.uint8)
    assert np.array_equal(shown(seen(pictures)), pictures)


def test_the_full_size_is_small_and_weights_round_trip(tmp_path):
    count = sum(p.numel() for p in WorldModel().parameters())
    assert 2 * count <= 6e6
    model = taught(tiny(), 1)
    weights.save(model, tmp_path / "world", {})
    loaded = weights.load(WorldModel, tmp_path / "world")
    pictures = squares([2])
    assert torch.allclose(loaded.novelty(pictures), model.novelty(pictures), rtol=0.02, atol=0.02)
