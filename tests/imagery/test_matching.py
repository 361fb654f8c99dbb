"""Flow matching: paths by torchcfm's formulas and by autograd, couplings by trying all, the solver against scipy."""

import math
from itertools import permutations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from imagery.models.coupling import optimal_coupling, transport_cost
from imagery.models.matching import PATHS, FlowMatching
from imagery.models.ode import adaptive, dormand_prince
from imagery.models.processes import expand

SIGMA = 0.2


@pytest.fixture
def drawn():
    """data, noise, jitter (B, D), and times of ours."""
    generator = torch.Generator().manual_seed(0)
    times = torch.tensor([0.1, 0.4, 0.5, 0.9]).double()
    return *torch.randn(3, 4, 3, 2, 2, generator=generator).double().unbind(), times


def theirs(path, x0, x1, eps, t):
    """torchcfm 1.0.7: from noise x0 at t = 0 to data x1 at 1. x_t and u_t as its matchers define them."""
    t = expand(t, x0)
    mean, sigma = {"linear": (t * x1 + (1 - t) * x0, SIGMA), "gaussian": (t * x1, 1 - (1 - SIGMA) * t),
                   "trigonometric": (torch.cos(math.pi / 2 * t) * x0 + torch.sin(math.pi / 2 * t) * x1, SIGMA),
                   "bridge": (t * x1 + (1 - t) * x0, SIGMA * (t * (1 - t)).sqrt())}[path]
    x_t = mean + sigma * eps
    return x_t, {"linear": x1 - x0, "gaussian": (x1 - (1 - SIGMA) * x_t) / (1 - (1 - SIGMA) * t),
                 "trigonometric": math.pi / 2 * (torch.cos(math.pi / 2 * t) * x1 - torch.sin(math.pi / 2 * t) * x0),
                 "bridge": (1 - 2 * t) / (2 * t * (1 - t)) * (x_t - mean) + x1 - x0}[path]


@pytest.mark.parametrize("path", PATHS)
def test_paths_are_torchcfm_s_with_time_turned(path, drawn):
    data, noise, jitter, t = drawn
    place, velocity = PATHS[path](data, noise, t, jitter, SIGMA)
    x_t, u_t = theirs(path, noise, data, noise if path == "gaussian" else jitter, 1 - t)
    torch.testing.assert_close(place, x_t)
    torch.testing.assert_close(velocity, -u_t)


@pytest.mark.parametrize("path", PATHS)
def test_a_velocity_is_the_derivative_of_the_place(path, drawn):
    data, noise, jitter, t = drawn
    place = torch.autograd.functional.jvp(lambda each: PATHS[path](data, noise, each, jitter, SIGMA)[0], t,
                                          torch.ones_like(t))[1]
    torch.testing.assert_close(PATHS[path](data, noise, t, jitter, SIGMA)[1], place)


@pytest.mark.parametrize("path", PATHS)
def test_paths_lead_from_data_to_noise(path, drawn):
    data, noise, jitter, _ = drawn
    for time, end in ((0.0, data), (1.0, noise)):
        place, velocity = PATHS[path](data, noise, torch.full((4,), time).double(), jitter, 0.0)
        torch.testing.assert_close(place, end)
        assert velocity.isfinite().all()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 9999), st.integers(1, 5))
def test_no_other_coupling_is_shorter(seed, count):
    data, noise = torch.randn(2, count, 3, generator=torch.Generator().manual_seed(seed))
    coupled = optimal_coupling(data, noise)
    least = min(transport_cost(data, noise[list(order)]) for order in permutations(range(count)))
    assert math.isclose(transport_cost(data, coupled), least, rel_tol=1e-5)
    assert sorted(coupled.flatten().tolist()) == sorted(noise.flatten().tolist())


def test_shapes_that_differ_are_not_coupled():
    with pytest.raises(ValueError, match="give one shape"):
        optimal_coupling(torch.zeros(2, 3), torch.zeros(3, 3))


# ---- the solver -----------------------------------------------------------------------------------------------------


def swing(x, t):
    """Van der Pol's oscillator, driven; x (B, 2)."""
    return torch.stack([x[:, 1], (1 - x[:, 0] ** 2) * x[:, 1] - x[:, 0] + torch.sin(t)], 1)


@pytest.mark.parametrize("start, end", [(0.0, 3.0), (3.0, 0.0)])
@pytest.mark.parametrize("rtol", [1e-3, 1e-6])
def test_against_scipy(start, end, rtol):
    x = torch.tensor([[1.0, 0.0], [0.2, -1.0], [2.0, 1.0]]).double() * (0.3 if start else 1.0)
    found = dormand_prince(swing, x, start, end, rtol, rtol)
    for row, place in zip(x, found.x):
        exact = solve_ivp(lambda t, y: swing(torch.from_numpy(y)[None], torch.tensor([t]))[0].numpy(), (start, end),
                          row.numpy(), rtol=1e-11, atol=1e-11)
        np.testing.assert_allclose(place, exact.y[:, -1], rtol=0, atol=100 * rtol)
    assert (found.evaluations % 6 == 1).all()


def test_tighter_bounds_cost_more_and_err_less():
    x, exact = torch.ones(1, 1).double(), math.exp(-2)
    solved = [dormand_prince(lambda x, t: -2 * x, x, 0.0, 1.0, rtol, rtol) for rtol in (1e-2, 1e-5, 1e-8)]
    errors = [abs(float(each.x) - exact) for each in solved]
    assert errors == sorted(errors, reverse=True) and errors[-1] < 1e-8
    assert solved[0].evaluations < solved[1].evaluations < solved[2].evaluations


def test_polynomials_of_fifth_degree_are_exact():
    """Order 5: one step integrates t^4 without error."""
    found = dormand_prince(lambda x, t: 5 * t[:, None] ** 4, torch.zeros(1, 1).double(), 0.0, 2.0, 1.0, 1e9)
    assert math.isclose(float(found.x), 32.0, rel_tol=1e-12)


def test_a_row_goes_its_own_way():
    """What it comes to, and at what cost, does not depend on its company."""
    x = torch.tensor([[0.1, 0.1], [5.0, -5.0]]).double()
    both, alone = dormand_prince(swing, x, 0.0, 1.0), dormand_prince(swing, x[:1], 0.0, 1.0)
    torch.testing.assert_close(both.x[:1], alone.x, rtol=0, atol=1e-14)
    assert both.evaluations[0] == alone.evaluations[0] < both.evaluations[1]


@pytest.mark.parametrize("field", [lambda x, t: x ** 2, lambda x, t: x * float("nan")])
def test_no_way_through_is_said(field):
    """x' = x^2 from 1 is infinite at time 1."""
    with pytest.raises(FloatingPointError, match="too steep or not finite near time"):
        dormand_prince(field, torch.ones(1, 1).double(), 0.0, 2.0)
    with pytest.raises(ValueError, match="no way to go"):
        dormand_prince(field, torch.ones(1, 1), 1.0, 1.0)


def test_adaptive_recovers_gaussian_data():
    def denoise(x, t):
        t = expand(t, x)
        return 0.5 + (1 - t) * 0.04 / ((1 - t) ** 2 * 0.04 + t ** 2) * (x - (1 - t) * 0.5)

    noise = torch.tensor([[-1.0], [0.0], [2.0]])
    found = adaptive(denoise, noise, torch.linspace(1, 0, 2), 1e-4, 1e-4)
    torch.testing.assert_close(found, 0.5 + 0.2 * noise, rtol=0, atol=2e-3)


# ---- the model ------------------------------------------------------------------------------------------------------


def tiny(**settings):
    torch.manual_seed(0)
    return FlowMatching(16, sizes={"channels": (16,), "heads": 2}, **settings).train()


@pytest.mark.parametrize("coupling", ["independent", "optimal"])
@pytest.mark.parametrize("path", PATHS)
def test_every_path_is_learned(path, coupling):
    model, x = tiny(path=path, coupling=coupling, sigma=0.05), torch.linspace(-1, 1, 16).expand(4, 3, 16, 16)
    optimizer, losses = torch.optim.AdamW(model.parameters(), 5e-3), []
    for _ in range(12):
        loss, _ = model.loss(x, torch.Generator().manual_seed(0))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.85 * losses[0]


def test_samples_are_pictures_that_seed_and_condition_decide():
    model = tiny(condition=2).eval()
    torch.nn.init.normal_(model.told.network.leave[-1].weight, std=0.1)
    told = torch.eye(2)[[0, 1, 0]]
    drawn = model.sample(3, 1, told, steps=3)
    assert drawn.shape == (3, 3, 16, 16) and drawn.abs().max() <= 1
    torch.testing.assert_close(model.sample(2, 1, told[:2], steps=3), drawn[:2], rtol=1e-4, atol=1e-5)
    assert not torch.allclose(model.sample(3, 1, told.flip(1), steps=3), drawn, atol=1e-3)
    both, alone = model.solve(2, 1, told[:2]), model.solve(1, 1, told[:1])
    torch.testing.assert_close(both.x[:1], alone.x, rtol=1e-3, atol=1e-4)
    with pytest.raises(ValueError, match=r"give \(3, 2\)"):
        model.sample(3, 1, torch.zeros(3, 5))
