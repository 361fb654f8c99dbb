"""Next views: as few small turns as will do, each told its axis and angle; the flow and the regression learn."""

import pytest
import torch

from imagery.models.nextview import NextView
from imagery.models.turning import Turning, imagine, rotation

TINY = {"channels": (16, 32), "heads": 2, "steps": 3}
AXES = torch.tensor([(0., 0., 1.), (0., 1., 0.), (.6, 0., .8)])


@pytest.fixture(params=["flow", "regression"])
def model(request):
    torch.manual_seed(0)
    made = NextView(process=request.param, **TINY).eval()
    torch.nn.init.normal_(made.unet.leave[-1].weight, std=.1)
    return made


@pytest.fixture(scope="module")
def seen():
    return torch.rand(3, 1, 64, 64, generator=torch.Generator().manual_seed(1)) * 2 - 1


def turned(*degrees):
    return rotation(AXES, torch.tensor(degrees))


@torch.no_grad()
def test_seed_and_turn_decide(model, seen):
    shown = imagine(model, seen, turned(20., 20., 20.))
    assert shown.shape == (3, 1, 64, 64) and shown.abs().max() <= 1 and shown.std() > .01
    assert imagine(model, seen, turned(20., 20., 20.)).equal(shown)
    assert imagine(model, seen.expand(-1, 3, -1, -1), turned(20., 20., 20.)).sub(shown).abs().max() < 1e-3
    assert not torch.allclose(imagine(model, seen, turned(-20., -20., -20.)), shown, atol=1e-3)
    with_other_noise = model.turn(seen, turned(20., 20., 20.), seed=1)
    assert torch.allclose(with_other_noise, shown) == (model.config.process == "regression")


@torch.no_grad()
def test_evaluations_are_as_many_as_said(model, seen, monkeypatch):
    calls, real = [], model.unet.forward
    monkeypatch.setattr(model.unet, "forward", lambda *given: calls.append(len(given[0])) or real(*given))
    model.turn(seen, turned(0., 30., 75.))
    a_view = 1 if model.config.process == "regression" else TINY["steps"]
    assert calls == [2] * a_view + [1] * 2 * a_view


def test_large_turns_are_equal_small_ones(seen, monkeypatch):
    model, told = NextView(**TINY), []

    def view(pictures, axes, degrees, generator):
        told.append((axes, degrees))
        return pictures + 1

    monkeypatch.setattr(model, "view", view)
    shown = model.turn(seen, turned(0., 30., -100.))
    assert torch.allclose((shown - seen).flatten(1).mean(1), torch.tensor([0., 1., 4.]), atol=1e-4)
    assert torch.allclose(torch.stack([axes[-1] * degrees[-1] for axes, degrees in told]),
                          (-25 * AXES[2]).expand(4, 3), atol=1e-3)


def test_mirrors_exactly(model, seen):
    assert model.mirror(seen).equal(seen.flip(-1)) and model.mirror(model.mirror(seen)).equal(seen)


@pytest.mark.parametrize("process", ["flow", "regression"])
def test_overfits_one_batch_with_every_parameter(process, seen):
    torch.manual_seed(0)
    model, losses = NextView(process=process, **TINY), []
    smooth = 6 * torch.nn.functional.avg_pool2d(seen, 9, 1, 4)
    batch = Turning(smooth, turned(10., 20., -30.), smooth.flip(0))
    optimizer = torch.optim.AdamW(model.parameters(), 5e-3)
    for _ in range(25):
        loss, _ = model.loss(batch, torch.Generator().manual_seed(3))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < .6 * losses[0]
    assert not [name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()]


def test_what_is_wrong_is_refused(model, seen):
    with pytest.raises(ValueError, match="31 degrees at once; the most is 30"):
        model.view(seen, AXES, torch.tensor([1., 31., 1.]), torch.Generator())
    with pytest.raises(ValueError, match="give \\(B, 1 or 3, 64, 64\\)"):
        model.encode(seen[:, :, :32])
    with pytest.raises(ValueError, match="no rotation"):
        model.turn(seen, torch.zeros(3, 3, 3))
    with pytest.raises(ValueError, match="for 3 pictures"):
        model.loss(Turning(seen, turned(0., 0., 0.)[:2], seen))
