"""Flows: inverse and log-determinant against autograd, likelihood as a density, learning, outliers."""

import math

import pytest
import torch

from imagery import weights
from imagery.models.bijections import ActNorm, Coupling, InvertibleConv, Squeeze
from imagery.models.flows import Glow, RealNVP
from imagery.models.shades import SHADE

FLOWS = {"realnvp": lambda: RealNVP(2, 8, width=8, scales=2), "glow": lambda: Glow(2, 8, width=8, scales=2, depth=2)}
STEPS = {"squeeze": lambda: Squeeze(), "actnorm": lambda: ActNorm(4), "conv": lambda: InvertibleConv(4),
         **{f"{mask} {flipped}": lambda mask=mask, flipped=flipped: Coupling(4, 4, 8, mask, flipped)
            for mask in ("checkerboard", "channels") for flipped in (False, True)}}


def stirred(module):
    """With every parameter away from its start."""
    torch.manual_seed(0)
    for parameter in module.parameters():
        parameter.data += 0.05 * torch.randn_like(parameter)
    return module.double().eval()


def pictures(count=4, channels=2, size=8):
    shades = torch.randint(0, 256, (count, channels, size, size), generator=torch.Generator().manual_seed(0))
    return shades * SHADE - 1


def check_against_autograd(forward, inverse, x):
    y, log_det = forward(x)
    jacobian = torch.autograd.functional.jacobian(lambda each: forward(each)[0].sum(0).flatten(), x)
    for i in range(len(x)):
        one = jacobian[:, i].reshape(y[0].numel(), -1)
        torch.testing.assert_close(torch.linalg.slogdet(one)[1], log_det[i], rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(inverse(y), x, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", STEPS)
def test_steps_against_autograd(name):
    step = stirred(STEPS[name]())
    check_against_autograd(step, step.inverse, torch.randn(2, 4, 4, 4).double())


@pytest.mark.parametrize("name", FLOWS)
def test_flows_against_autograd(name):
    flow = stirred(FLOWS[name]())
    x = torch.randn(2, 2, 8, 8).double()
    check_against_autograd(flow, flow.inverse, x)
    z, log_det = flow(x)
    normal = torch.distributions.Normal(0.0, 1.0)
    torch.testing.assert_close(flow.log_likelihood(x), normal.log_prob(z).sum(1) + log_det)


@pytest.mark.parametrize("mask", ["checkerboard", "channels"])
def test_a_coupling_leaves_its_half_alone(mask):
    x, (one, other) = torch.randn(1, 4, 4, 4).double(), (Coupling(4, 4, 8, mask, flipped) for flipped in (False, True))
    same = [(stirred(each)(x)[0] == x)[0] for each in (one, other)]
    assert (same[0] ^ same[1]).all() and same[0].float().mean() == 0.5


def test_actnorm_makes_the_first_batch_standard_and_no_later_one():
    norm, x = ActNorm(3).train(), 5 + 3 * torch.randn(8, 3, 4, 4)
    y = norm(x)[0]
    assert y.mean((0, 2, 3)).abs().max() < 1e-5 and (y.std((0, 2, 3)) - 1).abs().max() < 1e-5
    assert norm(2 * x)[0].std() > 1.5


@pytest.mark.parametrize("name", FLOWS)
def test_it_learns_a_density_whose_entropy_is_known(name):
    """Pictures of one grey each, of two shades: at most a bit a picture. What is not so costs more."""
    torch.manual_seed(0)
    flow, generator = FLOWS[name]().train(), torch.Generator().manual_seed(0)
    optimizer = torch.optim.Adam(flow.parameters(), 5e-3)
    bits = []
    for _ in range(50):
        grey = torch.randint(0, 2, (16, 1, 1, 1), generator=generator) * 0.5 - 0.25
        loss, _ = flow.loss(grey.expand(-1, 2, 8, 8), generator)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        bits.append(loss.item())
    assert bits[0] > 5 and bits[-1] < bits[0] - 2
    flow.eval()
    with torch.no_grad():
        familiar = flow.bits_per_dim(torch.full((4, 2, 8, 8), 0.25), generator)
        assert flow.bits_per_dim(pictures(), generator).min() > familiar.max() + 2


@pytest.mark.parametrize("name", FLOWS)
def test_bits_at_the_start_are_those_of_a_normal_distribution(name):
    """Nothing is learned yet: rotations and halves in new order of N(0, 1), cut into shades."""
    flow, x = FLOWS[name]().eval(), pictures()
    normal = torch.distributions.Normal(0.0, 1.0)
    expected = -(normal.cdf(x + SHADE / 2) - normal.cdf(x - SHADE / 2)).log2().mean((1, 2, 3))
    torch.testing.assert_close(flow.bits_per_dim(x, torch.Generator().manual_seed(0)), expected, atol=1e-3, rtol=0)
    assert math.isclose(SHADE * 127.5, 1.0)


@pytest.mark.parametrize("name", FLOWS)
def test_samples_are_pictures_that_the_seed_decides(name):
    flow = stirred(FLOWS[name]()).float()
    drawn = flow.sample(5, seed=3)
    assert drawn.shape == (5, 2, 8, 8) and drawn.abs().max() <= 1 and not drawn.equal(flow.sample(5, seed=4))
    torch.testing.assert_close(flow.sample(2, seed=3), drawn[:2])
    assert flow.sample(5, seed=3, temperature=0.1).std() < drawn.std()


@pytest.mark.parametrize("name", FLOWS)
def test_weights_round_trip(name, tmp_path):
    flow = stirred(FLOWS[name]()).float()
    weights.save(flow, tmp_path / "flow", {})
    loaded = weights.load(type(flow), tmp_path / "flow")
    torch.testing.assert_close(loaded.log_likelihood(pictures()), flow.log_likelihood(pictures()), rtol=0.01, atol=1)


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="multiple of 8"):
        Glow(3, 12, scales=3)
    with pytest.raises(ValueError, match=r"give \(B, 2, 8, 8\)"):
        FLOWS["glow"]().log_likelihood(torch.zeros(1, 3, 8, 8))
