"""The variational autoencoder: its divergence and bound against torch.distributions, and what its space is good for."""

import math

import pytest
import torch
from torch.distributions import Normal, kl_divergence

from imagery import weights
from imagery.models.shades import SHADE
from imagery.models.vae import VAE, divergence
from imagery.training import TrainConfig, fit


def greys(count, seed=0):
    """Pictures of one grey each."""
    shade = torch.rand(count, 1, 1, 1, generator=torch.Generator().manual_seed(seed)) * 1.6 - 0.8
    return shade.expand(-1, 3, 16, 16).contiguous()


def new(**given):
    torch.manual_seed(0)
    return VAE(**{"width": 8, "latent": 3, "size": 16} | given)


def taught(**given):
    model = new(**given)
    config = TrainConfig(120, 16, learning_rate=4e-3, warmup=5, ema_decay=0.8, amp=False)
    return model, list(fit(model, lambda step: greys(16, step), config, device="cpu"))


@pytest.fixture(scope="module")
def vae():
    return taught()


def test_divergence_is_torch_s():
    mean, log_variance = torch.randn(4, 5), torch.randn(4, 5)
    theirs = kl_divergence(Normal(mean, (log_variance / 2).exp()), Normal(0.0, 1.0)).sum(1)
    torch.testing.assert_close(divergence(mean, log_variance), theirs)


@torch.no_grad()
def test_the_bound_is_that_of_its_distributions():
    model, pictures = new().eval(), greys(3)
    mean, log_variance = model.posterior(pictures)
    q = Normal(mean, (log_variance / 2).exp())
    noise = torch.randn(mean.shape, generator=torch.Generator().manual_seed(5))
    made = Normal(model.decoder(q.mean + q.stddev * noise), model.scale)
    theirs = made.log_prob(pictures).flatten(1).sum(1) - kl_divergence(q, Normal(0.0, 1.0)).sum(1)
    generator = torch.Generator().manual_seed
    torch.testing.assert_close(model.elbo(pictures, generator(5)), theirs, rtol=1e-5, atol=1e-2)
    loss, logs = model.loss(pictures, generator(5))
    bits = -theirs.mean() / pictures[0].numel() / math.log(2) - math.log2(SHADE)
    torch.testing.assert_close(loss, -theirs.mean() / pictures[0].numel(), rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(logs["bits_per_dim"], bits, rtol=1e-4, atol=1e-4)


@torch.no_grad()
def test_the_bound_is_below_the_likelihood_by_importance_sampling(vae):
    """log E p(x, z) / q(z|x) >= E log (Burda et al. 2016): the mean over draws of the bound is no higher."""
    model, picture = vae[0], greys(1)
    mean, log_variance = model.posterior(picture)
    q = Normal(mean, (log_variance / 2).exp())
    z = q.sample((200,))[:, 0]
    joint = Normal(model.decoder(z), model.scale).log_prob(picture).flatten(1).sum(1)
    joint = joint + Normal(0.0, 1.0).log_prob(z).sum(1)
    likelihood = (joint - q.log_prob(z).sum(1)).logsumexp(0) - math.log(200)
    bound = torch.stack([model.elbo(picture, torch.Generator().manual_seed(i)) for i in range(30)]).mean()
    assert bound < likelihood + 0.5


def test_beta_trades_likeness_for_plainness(vae):
    plain, heavy = vae[1][-1], taught(divergence=60.0)[1][-1]
    assert plain["bits_per_dim"] < vae[1][0]["bits_per_dim"] - 1 and plain["scale"] < 0.3
    assert heavy["kl"] < 0.7 * plain["kl"] and heavy["scale"] > plain["scale"]


@torch.no_grad()
def test_attributes_and_interpolation(vae):
    """Brightness is an attribute of greys."""
    model, pictures = vae[0], greys(40)
    shade = pictures.mean((1, 2, 3))
    bright = model.attribute(pictures, shade > 0)
    varied = model.vary(pictures[:2], bright, torch.tensor([-1.0, 0.0, 1.0])).mean((2, 3, 4))
    assert varied.shape == (2, 3) and (varied.diff(dim=1) > 0.1).all()
    darkest, brightest = pictures[shade.argmin()][None], pictures[shade.argmax()][None]
    way = model.interpolate(darkest, brightest, steps=5)
    assert way.shape == (1, 5, 3, 16, 16) and (way.mean((2, 3, 4)).diff(dim=1) > 0).all()
    torch.testing.assert_close(way[:, -1], model.decode(model.encode(brightest)))
    with pytest.raises(ValueError, match="pictures that have not"):
        model.attribute(pictures, shade > -2)


def test_samples_are_pictures_that_the_seed_decides(vae):
    drawn = vae[0].sample(5, seed=3)
    assert drawn.shape == (5, 3, 16, 16) and drawn.abs().max() <= 1 and not drawn.equal(vae[0].sample(5, seed=4))
    torch.testing.assert_close(vae[0].sample(2, seed=3), drawn[:2])
    chart = vae[0].chart(3)
    assert chart.shape == (3, 3, 3, 16, 16)
    torch.testing.assert_close(chart[1, 1], vae[0].decode(torch.zeros(1, 3))[0])


def test_the_plain_autoencoder_draws_no_noise():
    model, pictures = new(divergence=0.0), greys(2)
    first, second = (model.loss(pictures, torch.Generator().manual_seed(seed))[0] for seed in (0, 1))
    assert first == second
    model = new()
    assert model.loss(pictures, torch.Generator().manual_seed(0))[0] != model.loss(pictures, None)[0]


def test_weights_round_trip(vae, tmp_path):
    weights.save(vae[0], tmp_path / "vae", {})
    loaded = weights.load(VAE, tmp_path / "vae")
    torch.testing.assert_close(loaded.sample(2), vae[0].sample(2), rtol=0, atol=0.02)


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match=r"give \(B, 3, 16, 16\)"):
        new().loss(torch.zeros(2, 3, 32, 32))
    with pytest.raises(ValueError, match="give 16, 32, 64"):
        new(size=24)
