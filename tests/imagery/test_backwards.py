"""Inversion against diffusers and by the round trip; inpainting against a Gaussian's conditional distribution."""

import pytest
import torch
from diffusers import DDIMInverseScheduler

from imagery.models import processes, samplers
from imagery.models.inpainting import inpaint, noisier
from imagery.models.inversion import invert

ALPHA_BAR = processes.alpha_bars(processes.linear_betas())


def network(x, t):
    """A stand-in for a network, smooth in both."""
    return 0.7 * torch.tanh(x) + 0.1 * torch.cos(t.float() / 300).reshape(-1, 1, 1, 1)


def test_one_round_is_diffusers_inversion():
    oracle = DDIMInverseScheduler(clip_sample=False, timestep_spacing="leading")
    oracle.set_timesteps(10)
    x0 = theirs = torch.randn(2, 3, 4, 4, generator=torch.Generator().manual_seed(0))
    for t in oracle.timesteps:
        theirs = oracle.step(network(theirs, t), int(t), theirs).prev_sample
    ours = invert(network, x0, oracle.timesteps.flip(0), ALPHA_BAR, "epsilon")
    torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("kind", ["x0", "v"])
def test_what_is_predicted_does_not_matter(kind):
    """One network, asked for the noise, the clean picture or v."""
    def predict(x, t):
        x0 = processes.x0_from("epsilon", network(x, t), x, ALPHA_BAR, t)
        return processes.target(kind, x0, network(x, t), ALPHA_BAR, t)

    x0, times = torch.rand(2, 3, 4, 4), torch.linspace(600, 0, 7).long()
    found, wanted = (invert(*each) for each in ((predict, x0, times, ALPHA_BAR, kind),
                                                (network, x0, times, ALPHA_BAR, "epsilon")))
    torch.testing.assert_close(found, wanted, rtol=1e-2, atol=1e-3)


def test_there_and_back_again():
    """Inverted, then sampled, a picture is itself; the more steps or rounds, the nearer."""
    x0 = torch.rand(2, 3, 4, 4, generator=torch.Generator().manual_seed(0)) * 2 - 1

    def predict(x, t):
        """The noise in pictures from N(0, 0.3^2), which is known."""
        a = processes.signal(ALPHA_BAR, t, x)
        return (1 - a).sqrt() * x / (a * 0.09 + 1 - a)

    def lost(steps, rounds):
        times = torch.linspace(999, 0, steps).round().long()
        noise = invert(predict, x0, times, ALPHA_BAR, "epsilon", rounds)
        return float((samplers.ddim(predict, noise, times, ALPHA_BAR, "epsilon") - x0).abs().max())

    errors = [lost(steps, 1) for steps in (10, 50, 250)]
    assert errors == sorted(errors, reverse=True) and errors[-1] < 0.05
    assert lost(50, 20) < 1e-3 < errors[1]


def test_inversion_refuses_what_makes_no_sense():
    with pytest.raises(ValueError, match="timesteps do not fall"):
        invert(network, torch.zeros(1, 1, 1, 1), torch.arange(3), ALPHA_BAR, "epsilon")
    with pytest.raises(ValueError, match="give 1 or more"):
        invert(network, torch.zeros(1, 1, 1, 1), torch.tensor([5, 1]), ALPHA_BAR, "epsilon", rounds=0)


MEAN, COVARIANCE = torch.tensor([0.2, -0.3]), torch.tensor([[0.25, 0.2], [0.2, 0.25]])


def denoise(x, t):
    """E[x0 | x_t] for pictures of two pixels from N(MEAN, COVARIANCE)."""
    t = t[0]
    gain = (1 - t) * COVARIANCE @ torch.linalg.inv((1 - t) ** 2 * COVARIANCE + t ** 2 * torch.eye(2))
    return MEAN + (x - (1 - t) * MEAN) @ gain.T


def test_what_is_missing_suits_what_is_known():
    """The first pixel is known; the second has the conditional mean and spread, which are known. Once through is not
    enough (Lugmayr et al. 2022, Section 4.2)."""
    generator = torch.Generator().manual_seed(0)
    picture, known = torch.full((4000, 1, 1, 2), 0.9), torch.tensor([True, False])
    noise, times = torch.randn(picture.shape, generator=generator), torch.linspace(1, 0, 41)
    wanted = -0.3 + 0.8 * (0.9 - 0.2)
    once, often = (inpaint(denoise, picture, known, noise, times, again, generator) for again in (1, 12))
    assert once[..., 0].equal(picture[..., 0]) and often[..., 0].equal(picture[..., 0])
    assert abs(often[..., 1].mean() - wanted) < 0.05 < abs(once[..., 1].mean() - wanted)
    assert abs(often[..., 1].std() - (0.25 - 0.16) ** 0.5) < 0.05


def test_nothing_known_is_plain_sampling_and_all_known_is_the_picture():
    noise, times = torch.randn(5, 1, 1, 2), torch.linspace(1, 0, 9)
    picture = torch.randn(5, 1, 1, 2)
    free = inpaint(denoise, picture, torch.tensor(False), noise, times, again=1)
    torch.testing.assert_close(free, samplers.euler(denoise, noise, times))
    assert inpaint(denoise, picture, torch.tensor(True), noise, times).equal(picture)


def test_noisier_keeps_to_the_path():
    """From s to t it ends with the signal and the noise that the path has at t."""
    x0, eps = torch.full((20_000, 1, 1, 1), 0.5), torch.randn(20_000, 1, 1, 1)
    s, t = torch.full((20_000,), 0.3), torch.full((20_000,), 0.7)
    x = noisier(processes.interpolate(x0, eps, s), s, t, torch.Generator().manual_seed(0))
    assert abs(x.mean() - 0.3 * 0.5) < 0.02 and abs(x.std() - 0.7) < 0.02


def test_a_mask_that_does_not_fit_is_refused():
    picture, times = torch.zeros(2, 3, 4, 4), torch.linspace(1, 0, 3)
    with pytest.raises(ValueError, match="broadcasts to"):
        inpaint(denoise, picture, torch.ones(5, 5, dtype=torch.bool), picture, times)
    with pytest.raises(ValueError, match="give bool"):
        inpaint(denoise, picture, torch.ones(4, 4), picture, times)
