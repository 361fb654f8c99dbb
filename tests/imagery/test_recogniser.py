"""The recogniser learns what there is to see, says so, and knows what is alike."""

import pytest
import torch

from imagery import weights
from imagery.models.recogniser import Labelled, Recogniser
from imagery.training import TrainConfig, fit

CLASSES = ("top", "left", "neither")


def bars(count, seed=0):
    """A bright bar at the top, at the left, or none, in noise."""
    generator = torch.Generator().manual_seed(seed)
    pictures, labels = 0.2 * torch.randn(count, 3, 32, 32, generator=generator), torch.arange(count) % 3
    pictures[labels == 0, :, :8] += 0.5
    pictures[labels == 1, :, :, :8] += 0.5
    return pictures.clamp(-1, 1), labels


@pytest.fixture(scope="module")
def taught():
    torch.manual_seed(0)
    model = Recogniser(CLASSES, size=32, width=8, hidden=32)
    config = TrainConfig(30, 24, learning_rate=3e-3, warmup=3, ema_decay=0.8, amp=False)
    list(fit(model, lambda step: Labelled(*bars(24, step)), config, device="cpu"))
    return model


def test_it_recognises_what_it_was_taught(taught):
    pictures, labels = bars(30, seed=100)
    said = taught.classify(pictures, most=2)
    assert [each[0][0] for each in said] == [CLASSES[label] for label in labels]
    assert all(len(each) == 2 and 1 >= each[0][1] >= each[1][1] >= 0 for each in said)


@torch.no_grad()
def test_what_is_perceived_as_alike(taught):
    (top, left, _), (again, *_) = bars(3, seed=1)[0], bars(3, seed=2)[0]
    far, near = taught.distance(top[None], left[None]), taught.distance(top[None], again[None])
    assert far.shape == (1,) and far > 1.3 * near and taught.distance(top[None], top[None]) == 0
    assert [len(each.shape) for each in taught.features(top[None])] == [4] * 5
    assert taught.vector(top[None]).shape == (1, 32)


def test_several_classes_at_once():
    model = Recogniser(CLASSES, size=32, width=8, hidden=32)
    pictures, labels = bars(6)
    several = torch.nn.functional.one_hot(labels, 3)
    loss, logs = model.loss(Labelled(pictures, several))
    loss.backward()
    assert loss.item() == pytest.approx(0.69, abs=0.1) and 0 <= logs["right"] <= 1
    assert all(p.grad is not None and p.grad.any() for p in model.parameters())


def test_weights_round_trip(taught, tmp_path):
    weights.save(taught, tmp_path / "eye", {})
    loaded, (pictures, _) = weights.load(Recogniser, tmp_path / "eye"), bars(3)
    assert loaded.classify(pictures)[0][0][0] == "top"


def test_bad_input_is_refused(taught):
    with pytest.raises(ValueError, match=r"give \(B, 3, 32, 32\)"):
        taught(torch.zeros(1, 3, 64, 64))
    with pytest.raises(ValueError, match="does not fit"):
        Recogniser(CLASSES, size=8)
