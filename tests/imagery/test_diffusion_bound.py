"""Learned variance and the bound: against diffusers, scipy, torch.distributions and a Gaussian of known entropy."""

import math

import numpy as np
import pytest
import torch
from diffusers import DDPMScheduler
from scipy.stats import norm

from imagery.models import bound, processes
from imagery.models.schedules import SCHEDULES, offset_cosine
from imagery.models.variational import VariationalDiffusion

SHADES = torch.arange(256) / 127.5 - 1
TINY = {"dit": {"width": 16, "depth": 1, "heads": 2}, "unet": {"channels": (16,), "heads": 2}}


def tiny(network="dit", **settings):
    torch.manual_seed(0)
    return VariationalDiffusion(16, steps=20, network=network, sizes=TINY[network], **settings)


def pictures(count=4):
    shades = torch.randint(0, 256, (count, 3, 16, 16), generator=torch.Generator().manual_seed(0))
    return SHADES[shades]


@pytest.mark.parametrize("schedule, theirs", [("linear", "linear"), ("cosine", "squaredcos_cap_v2")])
def test_variance_against_diffusers(schedule, theirs):
    oracle = DDPMScheduler(beta_schedule=theirs, variance_type="learned_range")
    alpha_bar, raw = SCHEDULES[schedule](1000), torch.linspace(-1, 1, 12).reshape(3, 4)
    for t in (1, 10, 500, 999):
        found = bound.log_variance((raw + 1) / 2, raw, alpha_bar, torch.full((3,), t))
        torch.testing.assert_close(found, oracle._get_variance(t, raw), rtol=1e-3, atol=1e-3)


def test_the_first_step_has_the_second_s_variance_for_its_least():
    alpha_bar, none, raw = SCHEDULES["linear"](1000), torch.zeros(1, 1), torch.zeros(1, 1)
    first, second = (bound.log_variance(none, raw, alpha_bar, torch.tensor([t])) for t in (0, 1))
    torch.testing.assert_close(first, second)


def test_schedules():
    offset = offset_cosine(1000)
    for alpha_bar in (SCHEDULES[name](1000) for name in SCHEDULES):
        assert alpha_bar.shape == (1000,) and (alpha_bar.diff() < 0).all() and 0 <= alpha_bar[-1] < 1e-3
    assert math.isclose(offset[0] ** 0.5, 0.95, rel_tol=1e-5) and math.isclose(offset[-1] ** 0.5, 0.02, rel_tol=1e-3)
    angle = offset.double().sqrt().arccos()
    torch.testing.assert_close(angle.diff(), torch.full((999,), (math.acos(0.02) - math.acos(0.95)) / 999).double(),
                               rtol=0.05, atol=1e-6)
    with pytest.raises(ValueError, match="give 0 < least < most < 1"):
        offset_cosine(10, 0.1, 0.5)


@pytest.mark.parametrize("mean, deviation", [(0.0, 0.1), (-0.95, 0.3), (0.9, 0.003), (0.2, 5.0)])
def test_shades_against_scipy(mean, deviation):
    given = torch.tensor([mean, 2 * math.log(deviation)]).double()
    found = bound.shade_log_likelihood(SHADES.double(), *given)
    assert math.isclose(found.exp().sum(), 1.0, rel_tol=1e-6) and found.isfinite().all()
    shades = SHADES.double().numpy()
    above = np.where(shades > 0.999, np.inf, (shades + 1 / 255 - mean) / deviation)
    below = np.where(shades < -0.999, -np.inf, (shades - 1 / 255 - mean) / deviation)
    with np.errstate(divide="ignore"):
        expected = norm.logcdf(above) + np.log1p(-np.exp(norm.logcdf(below) - norm.logcdf(above)))
    likely = expected > -20                                                  # where a difference of areas is exact
    np.testing.assert_allclose(found.numpy()[likely], expected[likely], rtol=1e-5, atol=1e-5)


def test_a_shade_out_of_reach_still_teaches():
    mean = torch.tensor([-1.0, 0.5, 1.0], requires_grad=True)
    found = bound.shade_log_likelihood(torch.tensor([1.0, 0.5, -1.0]), mean, torch.tensor(-12.0))
    found.sum().backward()
    assert found.isfinite().all() and mean.grad.isfinite().all() and mean.grad[0] > 0 > mean.grad[2]


def test_divergence_against_torch():
    mean, other = torch.randn(2, 3, 4).double().unbind()
    one, two = torch.randn(2, 3, 4).double().unbind()
    expected = torch.distributions.kl_divergence(torch.distributions.Normal(mean, (one / 2).exp()),
                                                 torch.distributions.Normal(other, (two / 2).exp()))
    torch.testing.assert_close(bound.normal_divergence(mean, one, other, two), expected)


MEAN, DEVIATION = 0.1, 0.3


def exact(alpha_bar, learned=True):
    """p(x_(t-1) | x_t) of a Gaussian's own diffusion, or with the posterior's variance instead."""
    def reverse(x, t):
        a_t, a_s = (processes.signal(alpha_bar, each, x) for each in (t, t - 1))
        alpha, var_s, var_t = a_t / a_s, a_s * DEVIATION ** 2 + 1 - a_s, a_t * DEVIATION ** 2 + 1 - a_t
        mean = a_s.sqrt() * MEAN + alpha.sqrt() * var_s / var_t * (x - a_t.sqrt() * MEAN)
        log_var = (var_s * (1 - alpha) / var_t).log().expand_as(x)
        return mean, log_var if learned else bound.log_variance(torch.zeros_like(x), x, alpha_bar, t)

    return reverse


def test_the_bound_of_a_gaussian_is_its_entropy():
    """Known in closed form; a step's variance that is not the true one costs more."""
    alpha_bar = SCHEDULES["cosine"](30)
    generator = torch.Generator().manual_seed(0)
    x0 = MEAN + DEVIATION * torch.randn(40_000, 1, generator=generator)
    x0 = ((x0.clamp(-1, 1) + 1) * 127.5).round() / 127.5 - 1
    entropy = 0.5 * math.log2(2 * math.pi * math.e * DEVIATION ** 2) - math.log2(2 / 255)
    found = bound.bound_bits(exact(alpha_bar), x0, alpha_bar, generator).mean()
    assert abs(found - entropy) < 0.02
    assert bound.bound_bits(exact(alpha_bar, learned=False), x0, alpha_bar, generator).mean() > entropy + 0.05
    guess = bound.bound_bits(exact(alpha_bar), x0, alpha_bar, generator, every=2).mean()
    assert abs(guess - entropy) < 0.03


@pytest.mark.parametrize("network", TINY)
def test_it_learns_noise_and_variance(network):
    model = tiny(network).train()
    x = torch.linspace(-1, 1, 16).expand(8, 3, 16, 16)
    optimizer, logs = torch.optim.AdamW(model.parameters(), 5e-3), []
    for _ in range(40):
        loss, log = model.loss(x, torch.Generator().manual_seed(0))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        logs.append(log)
    assert logs[-1]["error"] < 0.7 * logs[0]["error"] and logs[-1]["bits_per_dim"] < logs[0]["bits_per_dim"]


def test_the_bound_teaches_the_variance_alone(monkeypatch):
    """With the error in noise taken away, nothing flows into the half of the output that is the noise."""
    model = tiny().train()
    torch.nn.init.normal_(model.told.network.leave.linear.weight, std=0.02)
    loss, logs = model.loss(pictures(), torch.Generator().manual_seed(0))
    only = (loss - logs["error"]) / 0.001
    torch.testing.assert_close(only, logs["bits_per_dim"], rtol=1e-3, atol=1e-3)
    monkeypatch.setattr("imagery.models.variational.BOUND_WEIGHT", 0.0)
    weight = model.told.network.leave.linear.weight
    grads = [torch.autograd.grad(each, weight)[0][:48] for each in
             (loss, model.loss(pictures(), torch.Generator().manual_seed(0))[0])]
    torch.testing.assert_close(*grads)


def test_bits_and_samples():
    model = tiny(condition=3).eval()
    told = torch.eye(3)
    bits = model.bits_per_dim(pictures(3), torch.Generator().manual_seed(0), told)
    assert bits.shape == (3,) and (bits > 4).all() and bits.isfinite().all()
    drawn = model.sample(3, 5, told, steps=4)
    assert drawn.shape == (3, 3, 16, 16) and drawn.abs().max() <= 1
    torch.testing.assert_close(model.sample(2, 5, told[:2], steps=4), drawn[:2])
    assert not drawn.equal(model.sample(3, 6, told, steps=4))
