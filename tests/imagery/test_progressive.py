"""Progressive growing and StyleGAN: their parts against formulas, growth without jumps, styles that mix."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from imagery.models.progressive import EqualConv, ProgressiveGAN, pixel_norm, with_deviation
from imagery.models.stylegan import StyleGAN, adain


def growing(turn=0):
    torch.manual_seed(0)
    model = ProgressiveGAN(16, width=4, latent=8, phase=10).train()
    model.turn += turn
    return model


def styled(**given):
    torch.manual_seed(0)
    return StyleGAN(16, width=4, latent=8, depth=2, **given).train()


MODELS = {"progressive": lambda: growing(100), "styled": styled}


def pictures(count=8):
    return torch.rand(count, 3, 16, 16, generator=torch.Generator().manual_seed(0)) * 2 - 1


STAGES = {0: (0, None), 9: (0, None), 10: (1, 0.1), 19: (1, 1.0), 20: (1, None), 29: (1, None), 30: (2, 0.1),
          35: (2, 0.6), 40: (2, None), 50: (2, None), 999: (2, None)}


@pytest.mark.parametrize("turn", STAGES)
def test_levels_fade_in_and_stay(turn):
    (level, share), (found, faded) = STAGES[turn], growing(turn).stage()
    assert found == level and (faded is share is None or math.isclose(faded, share, rel_tol=1e-6))


def test_growth_does_not_jump():
    """A level that has not faded in at all draws, and is judged, as the one below."""
    model = growing()
    latent, told, none = torch.randn(4, 8), torch.zeros(4, 0), torch.zeros(())
    small = model.generator(latent, 0, None)
    torch.testing.assert_close(model.generator(latent, 1, none), small.repeat_interleave(2, 2).repeat_interleave(2, 3))
    real = torch.rand(4, 3, 8, 8)
    below = model.critic(torch.nn.functional.avg_pool2d(real, 2), told, 0, None)
    torch.testing.assert_close(model.critic(real, told, 1, none), below)


def test_only_what_has_grown_learns():
    for turn, grown in ((0, []), (15, [0]), (35, [0, 1])):
        model = growing(turn)
        loss, _ = model.loss(pictures(), torch.Generator().manual_seed(0))
        loss.backward()
        side = model.critic if turn % 2 == 0 else model.generator            # who take turns one by one
        assert [i for i, level in enumerate(side.levels) if level[0].weight.grad is not None] == grown


def test_pictures_are_coarse_until_grown():
    model = growing().eval()
    drawn = model.sample(3)
    assert drawn.shape == (3, 3, 16, 16)
    blocks = drawn.unflatten(2, (4, 4)).unflatten(4, (4, 4))
    assert (blocks == blocks[:, :, :, :1, :, :1]).all()                      # 4 x 4 large pixels
    real, _ = model._unpacked(pictures())
    assert torch.allclose(real, torch.nn.functional.interpolate(torch.nn.functional.avg_pool2d(pictures(), 4), 16))


def test_parts_against_their_formulas():
    x = torch.randn(4, 6, 5, 5)
    torch.testing.assert_close(pixel_norm(x).square().mean(1), torch.ones(4, 5, 5), rtol=1e-4, atol=1e-4)
    told = with_deviation(x, group=4)
    assert told.shape == (4, 7, 5, 5)
    torch.testing.assert_close(told[:, 6], x.std(0, correction=0).mean().expand(4, 5, 5), rtol=1e-4, atol=1e-5)
    assert with_deviation(x[:1].expand(4, -1, -1, -1))[:, 6].max() < 2e-4    # a collapsed batch shows
    y = EqualConv(64, 32)(torch.randn(2, 64, 16, 16))
    assert abs(y.std() - 2 ** 0.5) < 0.15                                    # gain of He's start


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 999))
def test_adain_is_the_lecture_s_formula(seed):
    """y_s (x - mu(x)) / sigma(x) + y_b."""
    x, scale, bias = (torch.randn(shape, generator=torch.Generator().manual_seed(seed)) for shape in
                      ((2, 3, 4, 4), (2, 3), (2, 3)))
    mean, sigma = x.mean((2, 3), keepdim=True), x.std((2, 3), keepdim=True, correction=0)
    expected = scale[..., None, None] * (x - mean) / sigma + bias[..., None, None]
    torch.testing.assert_close(adain(x, scale, bias), expected, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("name", MODELS)
def test_every_parameter_has_its_turn(name):
    model = MODELS[name]()
    for _ in range(2):
        loss, _ = model.loss(pictures(), torch.Generator().manual_seed(0))
        loss.backward()
    idle = {key for key, p in model.named_parameters() if p.grad is None or not p.grad.any()}
    gone_by = {key for key in idle if "colours" in key}                      # ways to colours of levels gone by
    assert idle == (gone_by if name == "progressive" else set())


@pytest.mark.parametrize("name", MODELS)
def test_samples_are_pictures_that_the_seed_decides(name):
    model = MODELS[name]().eval()
    drawn = model.sample(5, seed=3)
    assert drawn.shape == (5, 3, 16, 16) and drawn.abs().max() <= 1 and not drawn.equal(model.sample(5, seed=4))
    torch.testing.assert_close(model.sample(2, seed=3), drawn[:2])


@torch.no_grad()
def test_styles_mix_at_a_layer():
    model = styled().eval()
    codes, told = torch.randn(2, 4, 8), torch.zeros(4, 0)
    coarse, fine = (model.style(each, told) for each in codes)
    layers = len(model.synthesis.layers)
    torch.testing.assert_close(model.mix(coarse, fine, layers), model.mix(coarse, coarse, 0))
    torch.testing.assert_close(model.mix(coarse, fine, 0), model.mix(fine, fine, 0))
    between = model.mix(coarse, fine, 2)
    for whole in (coarse, fine):
        assert not torch.allclose(between, model.mix(whole, whole, 0))
    chosen = model.mixed(coarse, fine, torch.full((4, 1), 2.0))
    assert (chosen[:, :2] == coarse[:, None]).all() and (chosen[:, 2:] == fine[:, None]).all()


def test_nine_pictures_in_ten_have_two_styles_while_it_learns(monkeypatch):
    model, seen = styled(), []
    real = StyleGAN.mixed
    monkeypatch.setattr(StyleGAN, "mixed", lambda self, a, b, where: seen.append(where) or real(self, a, b, where))
    latent = torch.randn(600, model.latent_size, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        model.generate(latent, torch.zeros(600, 0))
    layers = len(model.synthesis.layers)
    assert abs((seen[0] < layers).float().mean() - 0.9) < 0.04 and seen[0].min() == 1


def test_truncation_ends_at_the_mean_style():
    model = styled().eval()
    model.mean_style += torch.randn(8)
    for layer in model.synthesis.layers:
        layer.strength.data.zero_()                                          # no noise
    drawn = model.sample(3, truncation=0.0)
    torch.testing.assert_close(drawn, drawn[:1].expand(3, -1, -1, -1))
    assert not torch.allclose(model.sample(3)[0], model.sample(3)[1])


def test_other_sizes_are_refused():
    for cls in (ProgressiveGAN, StyleGAN):
        with pytest.raises(ValueError, match="give 8, 16, 32 or 64"):
            cls(size=24)
