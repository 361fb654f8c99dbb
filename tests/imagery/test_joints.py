"""The detector of joints: where it looks, from which end, and that it learns."""

import pytest
import torch
from learning import learn

from imagery.models.joints import JOINTS, Jointed, Joints, ordered

TINY = {"width": 16, "deep": 32, "blocks": 1}


@pytest.fixture
def model():
    torch.manual_seed(0)
    return Joints(**TINY).eval()


@pytest.fixture(scope="module")
def batch():
    draw = torch.Generator().manual_seed(1)
    return Jointed(torch.rand(6, 1, 64, 64, generator=draw) * 2 - 1, torch.randn(6, JOINTS, 3, generator=draw) / 5)


def test_the_other_end_is_as_good(model, batch):
    found = model(batch.pictures)
    assert found.shape == (6, JOINTS, 3) and found.dtype == torch.float32
    assert torch.allclose(model(batch.pictures.expand(-1, 3, -1, -1)), found, atol=1e-5)
    assert ordered(batch.joints.flip(1), batch.joints).equal(batch.joints)
    reversed_ = Jointed(batch.pictures, batch.joints.flip(1))
    assert model.loss(batch)[0].equal(model.loss(reversed_)[0])


def test_it_learns_with_every_parameter(model, batch):
    losses = learn(model, batch, 120)
    assert losses[-1] < .25 * losses[0] and model.loss(batch)[1]["off"] < .1
    assert not [name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()]


def test_what_is_wrong_is_refused(model, batch):
    with pytest.raises(ValueError, match="give \\(B, 1 or 3, 64, 64\\)"):
        model(batch.pictures[..., :32])
    with pytest.raises(ValueError, match="not finite"):
        model(torch.full_like(batch.pictures, torch.nan))
    assert model(torch.ones(1, 1, 64, 64)).isfinite().all()                                # nothing seen
