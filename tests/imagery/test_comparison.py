"""The comparison: no picture comes first, every place counts, and it learns."""

import pytest
import torch

from imagery.models.comparison import Compared, Comparison

TINY = {"width": 16, "deep": 32, "layers": 1, "heads": 2}


@pytest.fixture
def model():
    torch.manual_seed(0)
    return Comparison(**TINY).eval()


@pytest.fixture(scope="module")
def seen():
    rough = torch.rand(6, 1, 64, 64, generator=torch.Generator().manual_seed(1)) * 2 - 1
    return torch.nn.functional.avg_pool2d(rough, 9, 1, 4) * 4


@torch.no_grad()
def test_whichever_comes_first(model, seen):
    odds = model(seen, seen.flip(0))
    assert odds.shape == (6,) and torch.allclose(odds, model(seen.flip(0), seen), atol=1e-5)
    assert odds.equal(model(seen, seen.flip(0))) and torch.allclose(odds, odds.flip(0), atol=1e-5)
    assert torch.allclose(model(seen.expand(-1, 3, -1, -1), seen.flip(0).expand(-1, 3, -1, -1)), odds, atol=1e-4)
    assert torch.allclose(model(seen[:1], seen[5:]), odds[:1], atol=1e-5)


@torch.no_grad()
@pytest.mark.parametrize("place", [(0, 0), (60, 0), (30, 30), (60, 60)])
def test_every_place_counts(model, seen, place):
    other = seen.clone()
    other[..., place[0]:place[0] + 4, place[1]:place[1] + 4] *= -1
    assert not torch.allclose(model(seen, other), model(seen, seen), atol=1e-5)


def test_learns_with_every_parameter_what_is_the_same(model, seen):
    batch = Compared(seen, torch.cat([seen[:3], seen[3:].flip(-1)]), torch.arange(6) < 3)
    optimizer, losses = torch.optim.AdamW(model.parameters(), 3e-3), []
    for _ in range(40):
        loss, logs = model.loss(batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < .1 and logs["right"] == 1
    assert not [name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()]


def test_what_is_wrong_is_refused(model, seen):
    with pytest.raises(ValueError, match="no pairs"):
        model(seen, seen[:2])
    with pytest.raises(ValueError, match="give \\(B, 1 or 3, 64, 64\\)"):
        model(seen[..., :32], seen[..., :32])
    with pytest.raises(ValueError, match="not finite"):
        model(seen, torch.full_like(seen, torch.nan))
