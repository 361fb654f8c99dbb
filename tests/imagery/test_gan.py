"""GANs: objectives against their formulas, penalties against autograd, turns, noticing failures, samples."""

import math
from dataclasses import replace

import pytest
import torch
from torch import nn

from imagery import weights
from imagery.models import adversarial
from imagery.models.adversarial import held, spread
from imagery.models.dcgan import DCGAN
from imagery.models.examples import Example
from imagery.models.gan import OBJECTIVES, gradient_penalty, zero_penalty
from imagery.training import TrainConfig, fit

SCORES = torch.tensor([-2.0, 0.3, 1.5]), torch.tensor([0.7, -1.1, 2.4])
CONFIG = TrainConfig(steps=8, batch_size=8, learning_rate=1e-3, warmup=1, log_every=2, amp=False)


def small(**settings):
    torch.manual_seed(0)
    return DCGAN(**({"size": 8, "width": 4} | settings)).train()


def pictures(step=0, count=8, size=8):
    return torch.rand(count, 3, size, size, generator=torch.Generator().manual_seed(step)) * 2 - 1


def gradients(model):
    return {side: any(p.grad is not None and p.grad.any() for p in getattr(model, side).parameters())
            for side in ("generator", "critic")}


def test_objectives_are_those_of_the_papers():
    (real, fake), sigmoid = SCORES, torch.sigmoid
    value = (sigmoid(real).log() + (1 - sigmoid(fake)).log()).mean()                       # V(D, G), Goodfellow, Eq. 1
    for name in ("minimax", "nonsaturating"):
        torch.testing.assert_close(OBJECTIVES[name].critic(real, fake), -value)
    torch.testing.assert_close(OBJECTIVES["minimax"].generator(fake), (1 - sigmoid(fake)).log().mean())
    torch.testing.assert_close(OBJECTIVES["nonsaturating"].generator(fake), -sigmoid(fake).log().mean())
    torch.testing.assert_close(OBJECTIVES["wasserstein"].critic(real, fake), fake.mean() - real.mean())
    squares = OBJECTIVES["squares"]
    assert squares.critic(torch.ones(2), torch.zeros(2)) == 0 == squares.generator(torch.ones(2))


def test_the_saturating_loss_saturates_where_the_other_does_not():
    """A fake that is told for sure: all but no gradient, and one of 1 (Goodfellow et al. 2014, Section 3)."""
    slopes = {}
    for name in ("minimax", "nonsaturating"):
        score = torch.tensor([-10.0], requires_grad=True)
        slopes[name], = torch.autograd.grad(OBJECTIVES[name].generator(score), score)
    assert slopes["minimax"].abs() < 1e-4 and slopes["nonsaturating"].abs() > 0.999


def test_at_equilibrium_the_critic_loses_two_logs_of_two():
    """D = 1/2 everywhere: V = -log 4, and JS = 0 (Goodfellow et al. 2014, Theorem 1)."""
    assert math.isclose(OBJECTIVES["minimax"].critic(torch.zeros(3), torch.zeros(3)), math.log(4), rel_tol=1e-6)


def test_penalties_against_jacobians():
    torch.manual_seed(0)
    critic = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 1)).double()
    real, fake = torch.randn(2, 4, 6).double()
    share = torch.tensor([0.0, 0.3, 0.7, 1.0]).double()

    def slopes(points):
        return torch.stack([torch.autograd.functional.jacobian(lambda x: critic(x)[0], each).norm() for each in points])

    between = (1 - share)[:, None] * real + share[:, None] * fake
    expected = (slopes(between) - 1).square().mean()
    found = gradient_penalty(critic.float(), real.float(), fake.float(), share)
    torch.testing.assert_close(found, expected.float(), rtol=1e-4, atol=1e-6)
    torch.testing.assert_close(zero_penalty(critic, real.float()), (slopes(real.float()) ** 2).mean() / 2,
                               rtol=1e-4, atol=1e-6)
    rough = gradient_penalty(critic.float(), real.float(), fake.bfloat16(), share)          # as they come of autocast
    torch.testing.assert_close(rough, found, rtol=0.05, atol=0.01)
    found.backward()
    assert critic[0].weight.grad.any()                                       # a penalty that teaches


def test_a_critic_of_slope_one_has_no_penalty():
    critic = nn.Linear(2, 1, bias=False)
    critic.weight.data = torch.tensor([[0.6, 0.8]])
    assert gradient_penalty(critic, torch.randn(5, 2), torch.randn(5, 2), torch.rand(5)) < 1e-10


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("condition", [0, 5])
def test_sides_take_turns_and_teach_only_themselves(objective, condition):
    model = small(objective=objective, critic_turns=2, condition=condition)
    batch = Example(pictures(), torch.eye(5)[torch.arange(8) % 5] if condition else None)
    for side in ("critic", "critic", "generator", "critic"):
        model.zero_grad()
        loss, logs = model.loss(batch, torch.Generator().manual_seed(1))
        loss.backward()
        assert gradients(model) == {"generator": side == "generator", "critic": side == "critic"}
        assert side in logs and all(not value.requires_grad for value in logs.values())
    assert int(model.turn) == 4 and all(p.requires_grad for p in model.parameters())
    model.eval().loss(batch, torch.Generator().manual_seed(1))
    assert int(model.turn) == 4                                              # looking on is no turn


def test_held_lets_gradients_through_and_nothing_in():
    outer, inner = nn.Linear(2, 2), nn.Linear(2, 1)
    inner.bias.requires_grad_(False)
    with held(inner):
        inner(outer(torch.ones(1, 2))).sum().backward()
    assert outer.weight.grad.any() and inner.weight.grad is None
    assert inner.weight.requires_grad and not inner.bias.requires_grad


def test_the_one_loop_trains_both_and_resumes_to_the_same_curve(tmp_path):
    def curve(model, **settings):
        return [{k: v for k, v in log.items() if "samples" not in k and "minutes" not in k}
                for log in fit(model, pictures, CONFIG, device="cpu", **settings)]

    whole = curve(small())
    assert {"critic", "generator", "diversity", "loss"} < set(whole[0])
    for _ in range(3):
        curve(small(), folder=tmp_path, resume=True, max_minutes=0)          # a step each
    assert curve(small(), folder=tmp_path, resume=True) == whole[1:]


def test_a_collapsed_generator_is_noticed_and_said(monkeypatch):
    monkeypatch.setattr(adversarial, "PATIENCE", 2)
    model = small()
    nn.init.zeros_(model.generator.layers[-2].weight)
    nn.init.zeros_(model.generator.layers[-2].bias)                          # it draws one picture, whatever the latent
    with pytest.raises(FloatingPointError, match="the generator collapsed: its pictures differ .*%"):
        list(fit(model, pictures, replace(CONFIG, steps=60, learning_rate=1e-9), device="cpu"))
    assert not model.training and int(model.turn) < 30


def test_a_healthy_generator_is_not_taken_for_collapsed():
    model = small()
    assert len(list(fit(model, pictures, replace(CONFIG, steps=30), device="cpu"))) == 15 and model.diversity > 0.05


def test_a_loss_that_is_not_finite_is_said_before_it_is_learned_from():
    model = small()
    model.critic.leave.weight.data.fill_(float("inf"))
    before = model.generator.layers[0].weight.clone()
    with pytest.raises(FloatingPointError, match="the critic's loss is (nan|inf) at turn 0: try a smaller"):
        list(fit(model, pictures, CONFIG, device="cpu"))
    assert model.generator.layers[0].weight.equal(before)


@pytest.mark.parametrize("size", [8, 64])
def test_samples_are_pictures_that_the_seed_decides(size):
    model = small(size=size, condition=3)
    model.loss(Example(pictures(size=size), torch.randn(8, 3)))             # so that the norms have seen something
    model.eval()
    told = torch.randn(5, 3)
    drawn = model.sample(5, 3, told)
    assert drawn.shape == (5, 3, size, size) and drawn.abs().max() <= 1 and not drawn.equal(model.sample(5, 4, told))
    torch.testing.assert_close(model.sample(2, 3, told[:2]), drawn[:2])
    assert not torch.allclose(model.sample(5, 3, -told), drawn, atol=1e-5)


def test_a_real_picture_under_another_s_condition_counts_as_fake(monkeypatch):
    """The critic scores 1 where a picture is as bright as told: of four real ones, told 1, 1, -1, -1, those that the
    wrong condition could be told from are two."""
    model, told = small(condition=1, objective="wasserstein"), torch.tensor([[1.0], [1.0], [-1.0], [-1.0]])
    real = 0.5 * told[..., None, None].expand(-1, 3, 8, 8)
    monkeypatch.setattr(DCGAN, "judge", lambda self, x, c: 2 * (x.mean((1, 2, 3)) * c[:, 0]))
    monkeypatch.setattr(DCGAN, "penalty", lambda self, *given: torch.zeros(()))
    monkeypatch.setattr(DCGAN, "generate", lambda self, latent, c: torch.zeros(4, 3, 8, 8))
    fakes = torch.tensor([0.0, 0.0, 0.0, 0.0, -1.0, -1.0])                   # generated, then real ones told wrongly
    torch.testing.assert_close(model.critic_loss(Example(real, told), None), fakes.mean() - 1)


def test_weights_round_trip(tmp_path):
    model = small().eval()
    model.turn += 7
    weights.save(model, tmp_path / "gan", {})
    loaded = weights.load(DCGAN, tmp_path / "gan")
    assert int(loaded.turn) == 7
    torch.testing.assert_close(loaded.sample(2), model.sample(2), atol=1e-3, rtol=1e-2)


def test_spread():
    assert spread(torch.ones(4, 3, 2, 2)) == 0
    assert math.isclose(spread(torch.tensor([0.0, 2.0]).reshape(2, 1, 1, 1)), 2 ** 0.5, rel_tol=1e-6)


@pytest.mark.parametrize("batch, message", [
    (torch.zeros(2, 3, 16, 16), r"give \(B, 3, 8, 8\)"), (torch.zeros(2, 3, 8, 8).byte(), "real numbers"),
    (torch.full((2, 3, 8, 8), 255.0), r"values in \[-1, 1\]"),
    (torch.full((2, 3, 8, 8), math.nan), r"values in \[-1, 1\]"),
    (torch.zeros(1, 3, 8, 8), "two or more"),
    (Example(torch.zeros(2, 3, 8, 8), torch.zeros(2, 4)), r"give \(2, 0\)")])
def test_bad_batches_are_refused(batch, message):
    with pytest.raises(ValueError, match=message):
        small().loss(batch)


def test_a_size_that_is_no_power_of_two_is_refused():
    with pytest.raises(ValueError, match="give 8, 16, 32 or 64"):
        DCGAN(size=48)
