"""Processes and samplers against diffusers' schedulers, and against Gaussian data, whose score is known."""

import pytest
import torch
from diffusers import (
    DDIMScheduler,
    DDPMScheduler,
    DPMSolverMultistepScheduler,
    FlowMatchEulerDiscreteScheduler,
    FlowMatchHeunDiscreteScheduler,
)

from imagery.models import processes as p
from imagery.models import samplers

KINDS = {"epsilon": "epsilon", "x0": "sample", "v": "v_prediction"}  # ours: diffusers'
BETAS = {"linear": p.linear_betas, "squaredcos_cap_v2": p.cosine_betas}
DDPM = {"clip_sample": False, "timestep_spacing": "leading"}
CLOSE = {"rtol": 1e-5, "atol": 1e-5}


def network(x, t):
    """A stand-in for a network, smooth in both."""
    return 0.7 * torch.tanh(x) + 0.1 * torch.cos(t.float()).reshape(-1, 1, 1, 1)


@pytest.fixture
def images():
    generator = torch.Generator().manual_seed(0)
    return torch.randn(2, 4, 3, 8, 8, generator=generator).unbind()  # x0, eps


@pytest.mark.parametrize("schedule", BETAS)
def test_schedules_and_noise(schedule, images):
    x0, eps = images
    oracle = DDPMScheduler(beta_schedule=schedule)
    betas = BETAS[schedule]()
    alpha_bar, t = p.alpha_bars(betas), torch.tensor([0, 1, 500, 999])
    torch.testing.assert_close(betas, oracle.betas, **CLOSE)
    torch.testing.assert_close(alpha_bar, oracle.alphas_cumprod, **CLOSE)
    torch.testing.assert_close(p.add_noise(x0, eps, alpha_bar, t), oracle.add_noise(x0, eps, t), **CLOSE)
    torch.testing.assert_close(p.target("v", x0, eps, alpha_bar, t), oracle.get_velocity(x0, eps, t), **CLOSE)


@pytest.mark.parametrize("kind", KINDS)
def test_predictions_round_trip(kind, images):
    x0, eps = images
    alpha_bar, t = p.alpha_bars(p.linear_betas()), torch.tensor([10, 100, 300, 500])
    x_t = p.add_noise(x0, eps, alpha_bar, t)
    prediction = p.target(kind, x0, eps, alpha_bar, t)
    torch.testing.assert_close(p.x0_from(kind, prediction, x_t, alpha_bar, t), x0, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(p.epsilon_from(kind, prediction, x_t, alpha_bar, t), eps, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_weights_measure_every_prediction_alike(kind, images):
    """The same wrong x0 costs the same in each kind; the bound's cost is the KL divergence of Eq. 8."""
    x0, eps = (image.double() for image in images)
    wrong = x0 + 0.1 * eps.flip(0)
    betas = p.linear_betas().double()
    alpha_bar, t = p.alpha_bars(betas), torch.tensor([1, 100, 500, 900])
    x_t = p.add_noise(x0, eps, alpha_bar, t)
    wrong_eps = p.epsilon_from("x0", wrong, x_t, alpha_bar, t)
    prediction = p.target(kind, wrong, wrong_eps, alpha_bar, t)
    error = (prediction - p.target(kind, x0, eps, alpha_bar, t)).square().flatten(1).sum(1)
    simple = p.simple_weight(kind, alpha_bar, t) * error
    torch.testing.assert_close(simple, (wrong_eps - eps).square().flatten(1).sum(1))
    means = [p.posterior(image, x_t, alpha_bar, t)[0] for image in (x0, wrong)]
    divergence = (means[0] - means[1]).square().flatten(1).sum(1) / (2 * betas[t])
    torch.testing.assert_close(p.bound_weight(kind, alpha_bar, t) * error, divergence)
    assert p.bound_weight(kind, alpha_bar, torch.arange(1000)).isfinite().all()


def test_unknown_prediction_is_refused(images):
    with pytest.raises(ValueError, match="none of epsilon"):
        p.target("noise", *images, p.alpha_bars(p.linear_betas()), torch.zeros(4, dtype=torch.long))


def test_posterior(images):
    """The mean is DDPMScheduler's step without its noise; its noise has our variance."""
    x0, x_t = images
    oracle = DDPMScheduler(variance_type="fixed_small", prediction_type="sample", clip_sample=False)
    alpha_bar = p.alpha_bars(p.linear_betas())
    for t in (0, 1, 500, 999):
        mean, variance = p.posterior(x0, x_t, alpha_bar, torch.full((4,), t))
        noise = torch.randn(x_t.shape, generator=torch.Generator().manual_seed(1))
        stepped = oracle.step(x0, t, x_t, generator=torch.Generator().manual_seed(1)).prev_sample
        torch.testing.assert_close(mean + variance.sqrt() * noise, stepped, **CLOSE)


def test_flow_path_and_conversions(images):
    x0, eps = images
    oracle = FlowMatchEulerDiscreteScheduler()
    t = oracle.sigmas[[100, 300, 500, 900]]
    x_t = p.interpolate(x0, eps, t)
    torch.testing.assert_close(x_t, oracle.scale_noise(x0, oracle.timesteps[[100, 300, 500, 900]], eps), **CLOSE)
    v = p.velocity(x0, eps)
    torch.testing.assert_close(p.x0_from_velocity(v, x_t, t), x0, **CLOSE)
    torch.testing.assert_close(p.velocity_from_x0(x0, x_t, t), v, rtol=1e-4, atol=1e-4)
    ends = p.interpolate(x0, eps, torch.tensor([0.0, 1.0, 0.0, 1.0]))
    assert ends[0].equal(x0[0]) and ends[1].equal(eps[1])


def test_times_follow_the_generator():
    first, again = (p.uniform_times(1000, torch.Generator().manual_seed(3)) for _ in range(2))
    assert first.equal(again) and 0 <= first.min() and first.max() <= 1 and abs(first.mean() - 0.5) < 0.05


@pytest.mark.parametrize("start", [1.0, 0.6])
@pytest.mark.parametrize(
    "sampler, oracle",
    [(samplers.euler, FlowMatchEulerDiscreteScheduler), (samplers.heun, FlowMatchHeunDiscreteScheduler)],
)
def test_flow_samplers(sampler, oracle, start, images):
    x, times = images[0], torch.linspace(start, 0, 8)
    scheduler = oracle()
    if oracle is FlowMatchEulerDiscreteScheduler:
        scheduler.set_timesteps(sigmas=times[:-1].tolist())
    else:  # it takes no sigmas of ours: each but the first is there twice, for its two calls
        scheduler.set_timesteps(len(times) - 1)
        scheduler.sigmas = torch.cat([times[:1], times[1:-1].repeat_interleave(2), times[-1:]])
        scheduler.timesteps = scheduler.sigmas[:-1] * 1000
        scheduler.set_begin_index(0)
    theirs = x
    for step in scheduler.timesteps:
        t = (step / 1000).expand(len(x))
        v = p.velocity_from_x0(network(theirs, t), theirs, t)
        theirs = scheduler.step(v, step, theirs).prev_sample
    torch.testing.assert_close(sampler(network, x, times), theirs, rtol=1e-4, atol=1e-5)


def test_dpm_solver_on_diffusers_own_times(images):
    x = images[0]
    oracle = DPMSolverMultistepScheduler(use_flow_sigmas=True, prediction_type="flow_prediction")
    oracle.set_timesteps(6)
    theirs = x
    for t, step in zip(oracle.sigmas, oracle.timesteps, strict=False):
        t = t.expand(len(x))
        theirs = oracle.step(p.velocity_from_x0(network(theirs, t), theirs, t), step, theirs).prev_sample
    torch.testing.assert_close(samplers.dpm_solver(network, x, oracle.sigmas), theirs, **CLOSE)


def test_euler_ends_at_x0_exactly(images):
    x, x0 = images
    assert samplers.euler_step(x, x0, torch.rand(4), torch.zeros(4)).equal(x0)
    assert samplers.euler(lambda x, t: x0, x, torch.linspace(1, 0, 4)).equal(x0)


@pytest.mark.parametrize("kind", KINDS)
def test_ancestral(kind, images):
    x = images[0]
    oracle = DDPMScheduler(prediction_type=KINDS[kind], **DDPM)
    oracle.set_timesteps(10)
    generator, theirs = torch.Generator().manual_seed(5), x
    for t in oracle.timesteps:
        theirs = oracle.step(network(theirs, t), t, theirs, generator=generator).prev_sample
    alpha_bar = p.alpha_bars(p.linear_betas())
    ours = samplers.ancestral(network, x, oracle.timesteps, alpha_bar, kind, torch.Generator().manual_seed(5))
    torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("eta", [0.0, 1.0])
@pytest.mark.parametrize("kind", KINDS)
def test_ddim(kind, eta, images):
    x = images[0]
    oracle = DDIMScheduler(prediction_type=KINDS[kind], **DDPM)
    oracle.set_timesteps(10)
    generator, theirs = torch.Generator().manual_seed(5), x
    for t in oracle.timesteps:
        theirs = oracle.step(network(theirs, t), t, theirs, eta=eta, generator=generator).prev_sample
    alpha_bar = p.alpha_bars(p.linear_betas())
    generator = torch.Generator().manual_seed(5)
    ours = samplers.ddim(network, x, oracle.timesteps, alpha_bar, kind, eta=eta, generator=generator)
    torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-4)


def test_guidance(images):
    x, t = images[0], torch.ones(4)
    asked, unasked = (lambda x, t: x + 1), (lambda x, t: x)
    assert samplers.guided(asked, unasked, 1.0)(x, t).equal(asked(x, t))
    torch.testing.assert_close(samplers.guided(asked, unasked, 3.0)(x, t), x + 3)


MEAN, STD = 0.5, 0.2


def gaussian(x, t):
    """E[x0 | x_t] for data from N(MEAN, STD^2) on the linear path."""
    t = p.expand(t, x)
    return MEAN + (1 - t) * STD**2 / ((1 - t) ** 2 * STD**2 + t**2) * (x - (1 - t) * MEAN)


@pytest.mark.parametrize(
    "sampler, steps, tolerance",
    [(samplers.euler, 400, 0.01), (samplers.heun, 60, 0.01), (samplers.dpm_solver, 60, 0.01)],
)
def test_flow_recovers_gaussian_data(sampler, steps, tolerance):
    noise = torch.randn(20_000, 1, 1, 1, generator=torch.Generator().manual_seed(0))
    x = sampler(gaussian, noise, torch.linspace(1, 0, steps + 1))
    assert abs(x.mean() - MEAN) < tolerance and abs(x.std() - STD) < tolerance


def test_heun_is_of_second_order():
    """The path from each point is known: x - MEAN grows in proportion to the spread. Half the step, a quarter error."""
    x, start, end = torch.full((1, 1, 1, 1), 0.9), 0.9, 0.1
    spread = [((1 - t) ** 2 * STD**2 + t**2) ** 0.5 for t in (start, end)]
    truth = (1 - end) * MEAN + (0.9 - (1 - start) * MEAN) * spread[1] / spread[0]
    errors = []
    for steps in (20, 40):
        errors.append(abs(samplers.heun(gaussian, x.double(), torch.linspace(start, end, steps + 1).double()) - truth))
    assert 3 < errors[0] / errors[1] < 5


def test_ddpm_recovers_gaussian_data():
    alpha_bar, generator = p.alpha_bars(p.linear_betas()), torch.Generator().manual_seed(0)

    def predict(x, t):
        a = p.signal(alpha_bar, t, x)
        return MEAN + a.sqrt() * STD**2 / (a * STD**2 + 1 - a) * (x - a.sqrt() * MEAN)

    noise = torch.randn(20_000, 1, 1, 1, generator=generator)
    x = samplers.ancestral(predict, noise, torch.arange(999, -1, -1), alpha_bar, "x0", generator)
    assert abs(x.mean() - MEAN) < 0.01 and abs(x.std() - STD) < 0.01
