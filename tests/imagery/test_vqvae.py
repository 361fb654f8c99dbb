"""VQ-VAE with any quantiser, and the VQ-GAN around it."""

import pytest
import torch
import torch.nn.functional as F

from imagery import weights
from imagery.models.chance import normal_rows
from imagery.models.recogniser import Recogniser
from imagery.models.shades import Shades
from imagery.models.vqgan import VQGAN, PatchCritic
from imagery.models.vqvae import VQVAE
from imagery.training import TrainConfig, fit

CODES = {"vq": (16,), "rvq": (8, 8), "fsq": (4, 3), "lfq": (2,) * 4}
FEATURES = {"classes": ("a", "b"), "size": 32, "width": 8, "hidden": 16}


def quarters(count, seed=0, size=16):
    """Pictures (count, 3, size, size), each quarter of which is dark or bright."""
    bright = 0.7 * normal_rows(count, (1, 2, 2), seed).sign()
    return F.interpolate(bright, size=size).expand(-1, 3, -1, -1).contiguous()


def large(count, seed=0):
    return quarters(count, seed, 32)


def new(quantiser="vq", **given):
    torch.manual_seed(0)
    return VQVAE(quantiser, **{"codes": CODES[quantiser], "width": 8, "halvings": 2, "size": 16} | given)


def train(model, pictures=quarters):
    config = TrainConfig(60, 16, learning_rate=4e-3, warmup=3, ema_decay=0.8, amp=False, log_every=10)
    return list(fit(model, lambda step: pictures(16, step), config, device="cpu"))


@pytest.mark.parametrize("quantiser", CODES)
def test_it_learns_with_any_quantiser(quantiser, tmp_path):
    model = new(quantiser)
    logs = train(model)
    assert logs[-1]["error"] < 0.3 * logs[0]["error"] and logs[-1]["codes"] > 1.5
    pictures = quarters(3, seed=1000)
    tokens = model.tokens(pictures)
    assert tokens.shape == (3, 4, 4, model.depth) and 0 <= tokens.min() and tokens.max() < model.values
    made = model.pictures(tokens)
    torch.testing.assert_close(made, model.decode(model.encode(pictures)))
    assert model.encode(pictures).shape == (3, model.channels, 4, 4) and made.abs().max() <= 1
    weights.save(model, tmp_path / "code", {})
    loaded = weights.load(VQVAE, tmp_path / "code")
    torch.testing.assert_close(loaded.pictures(tokens), made, rtol=0, atol=0.02)


def test_a_resumed_run_has_the_same_codebook(tmp_path):
    config = TrainConfig(8, 16, log_every=2, amp=False, warmup=2)
    models = new(), new()
    whole = list(fit(models[0], lambda step: quarters(16, step), config, device="cpu"))
    run = fit(models[1], lambda step: quarters(16, step), config, folder=tmp_path, max_minutes=0, device="cpu")
    assert [log["step"] for log in run] == [1]
    rest = list(fit(models[1], lambda step: quarters(16, step), config, folder=tmp_path, resume=True, device="cpu"))
    assert rest[-1]["loss"] == whole[-1]["loss"] and models[1].quantise.codebook.equal(models[0].quantise.codebook)


def test_more_halvings_make_fewer_tokens():
    assert new(halvings=3).tokens(quarters(1)).shape == (1, 2, 2, 1)


@pytest.mark.parametrize("make, message", [
    (lambda: new(halvings=5), "multiple of 32"), (lambda: VQVAE("pq"), "none of vq, rvq, fsq, lfq"),
    (lambda: new().tokens(torch.zeros(1, 3, 8, 8)), r"give \(B, 3, 16, 16\)"),
    (lambda: new().pictures(torch.zeros(1, 4, 4, 2, dtype=torch.long)), r"give whole numbers \(B, 4, 4, 1\)"),
    (lambda: Shades(grid=7, size=16), "give a divisor")])
def test_bad_input_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_shades_of_eight_bits_lose_nothing():
    shades = torch.randint(0, 256, (2, 3, 16, 16), generator=torch.Generator().manual_seed(0))
    codec, pictures = Shades(grid=16, size=16), shades / 127.5 - 1
    assert codec.tokens(pictures).equal(shades.movedim(1, -1))
    torch.testing.assert_close(codec.pictures(codec.tokens(pictures)), pictures)
    assert Shades(grid=4, values=2, size=16).tokens(quarters(1)).unique().tolist() == [0, 1]


# ---- VQ-GAN ---------------------------------------------------------------------------------------------------------

def gan(begin=0):
    torch.manual_seed(0)
    model = VQGAN({"codes": CODES["vq"], "width": 8, "halvings": 3, "size": 32}, FEATURES, width=8, begin=begin)
    return model.train()


def gradients(model, prefix):
    return [p.grad for name, p in model.named_parameters() if name.startswith(prefix)]


def test_each_turn_teaches_one_side():
    model, generator = gan(), torch.Generator().manual_seed(0)
    for ours, theirs in (("critic", "codec"), ("codec", "critic")):
        model.zero_grad()
        loss, logs = model.loss(large(8), generator)
        loss.backward()
        assert all(each is not None and (each.dim() < 2 or each.any()) for each in gradients(model, ours))
        assert all(each is None for each in gradients(model, theirs) + gradients(model, "recogniser"))
    assert logs["weight"] > 0 and {"error", "perceived", "codes", "generator"} < set(logs)


def test_the_critic_has_a_say_in_time():
    model, generator = gan(begin=3), torch.Generator().manual_seed(0)
    told = [model.loss(large(8), generator)[1] for _ in range(4)]
    assert ["weight" in logs for logs in told] == [False, False, False, True]


def test_the_adaptive_weight_makes_gradients_alike():
    model = gan()
    made, _ = model.codec.reconstruct(large(8), torch.Generator().manual_seed(0))
    near, doubt = made.square().mean(), 50 * made.mean()
    weight, last = model.adaptive_weight(near, doubt), model.codec.decoder[-1].weight
    slopes = [torch.autograd.grad(each, last, retain_graph=True)[0].norm() for each in (near, weight * doubt)]
    torch.testing.assert_close(*slopes, rtol=1e-3, atol=0)


def test_the_critic_sees_patches():
    """Of 38 pixels."""
    critic = PatchCritic(8).eval()
    critic.layers = torch.nn.Sequential(*(each for each in critic.layers if not isinstance(each, torch.nn.GroupNorm)))
    picture = torch.randn(1, 3, 96, 96).requires_grad_()
    scores = critic(picture)
    assert scores.shape == (1, 1, 12, 12)
    scores[0, 0, 6, 6].backward()
    seen = picture.grad.abs().sum((0, 1)).nonzero()
    assert (seen.amax(0) - seen.amin(0) + 1).tolist() == [38, 38]


def test_it_learns_and_leaves_a_codec(tmp_path):
    model = gan(begin=50)
    before = model.recogniser.dense[2].weight.clone()
    logs = train(model, large)
    assert logs[-1]["error"] < 0.6 * logs[0]["error"] and model.recogniser.dense[2].weight.equal(before)
    weights.save(model.codec, tmp_path / "codec", {})
    weights.save(model, tmp_path / "gan", {})
    codec, whole = weights.load(VQVAE, tmp_path / "codec"), weights.load(VQGAN, tmp_path / "gan")
    torch.testing.assert_close(codec.encode(large(2)), whole.codec.encode(large(2)))


def test_a_loss_that_is_no_number_is_noticed():
    model = gan()
    with torch.no_grad():
        model.critic.layers[0].weight.fill_(float("nan"))
    with pytest.raises(FloatingPointError, match="critic's loss is nan at turn 0"):
        model.loss(large(8), torch.Generator().manual_seed(0))


@torch.no_grad()
def test_features_are_those_of_the_recogniser():
    model, (one, two) = gan().eval(), large(2, seed=4)[:, None]
    assert isinstance(model.recogniser, Recogniser) and model.recogniser.distance(one, two) > 0.01
