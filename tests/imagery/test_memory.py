"""Memory traces: precise as far as study went, and recollected no better than that."""

import pytest
import torch

from imagery.memory import AMBIENT, Trace

CODE = torch.linspace(-1, 1, 4)[:, None, None].expand(4, 16, 16)


def studied(ticks, seed=0, focus=(0.5, 0.5), sigma=3.0, radius=10.0):
    trace, generator = Trace.blank(4, 16, sigma), torch.Generator().manual_seed(seed)
    for _ in range(ticks):
        trace = trace.studied(CODE, focus, radius, generator)
    return trace


def test_more_study_is_remembered_better():
    errors = [(studied(ticks).mean - CODE).std().item() for ticks in (1, 10, 100, 1000)]
    assert errors == sorted(errors, reverse=True) and errors[-1] < 0.12


@pytest.mark.parametrize("ticks", [3, 30])
def test_spread_is_what_memory_errs_by(ticks):
    """sigma / sqrt(weight), also where attention was elsewhere."""
    trace = studied(ticks, focus=(0.2, 0.2), radius=0.2)
    assert torch.allclose(trace.spread, 3.0 / trace.weight.sqrt())
    errors = torch.stack([studied(ticks, seed, (0.2, 0.2), radius=0.2).mean - CODE for seed in range(60)]).std((0, 1))
    for y, x in ((3, 3), (15, 15)):
        near = errors[max(y - 1, 0):y + 2, max(x - 1, 0):x + 2].mean()
        assert near == pytest.approx(trace.spread[y, x].item(), rel=0.15)
    assert trace.spread[15, 15] == pytest.approx(3.0 / (AMBIENT * ticks) ** 0.5, rel=0.02)


def test_nothing_studied_is_nothing_known():
    x = torch.randn(4, 16, 16)
    assert Trace.blank(4, 16, 3.0).at(x, 1.0, 0.9, torch.Generator()).equal(x)


def test_memory_holds_where_it_is_good():
    """At a level s the remembered part lies on the path, with noise of s in all; the rest is as imagined."""
    trace, x, s = studied(20, focus=(0.2, 0.2), radius=0.15, sigma=1.0), torch.full((4, 16, 16), 9.0), 0.3
    holds = trace.spread <= s / (1 - s)
    assert holds[3, 3] and not holds[15, 15]
    draws = torch.stack([studied(20, seed, (0.2, 0.2), radius=0.15, sigma=1.0)
                         .at(x, 0.5, s, torch.Generator().manual_seed(seed + 1000)) for seed in range(200)])
    assert (draws[:, :, ~holds] == 9).all()
    assert draws.mean(0)[:, 3, 3] == pytest.approx((1 - s) * CODE[:, 3, 3], abs=0.1)
    assert draws[:, :, 3, 3].std(0).mean().item() == pytest.approx(s, rel=0.1)


def test_at_the_end_the_picture_is_as_imagined():
    x = torch.randn(4, 16, 16)
    assert studied(100).at(x, 0.25, 0.0, torch.Generator()).equal(x)


def test_what_is_kept_stays_and_the_rest_is_imagined():
    known = torch.zeros(16, 16, dtype=torch.bool)
    known[:, :8] = True
    trace, x, generator = Trace.kept(CODE, known), torch.full((4, 16, 16), 7.0), torch.Generator().manual_seed(0)
    end, midway = trace.at(x, 0.2, 0.0, generator), trace.at(x, 0.8, 0.5, generator)
    assert torch.allclose(end[..., :8], CODE[..., :8], atol=1e-4) and (end[..., 8:] == 7).all()
    assert (midway[..., 8:] == 7).all() and (midway[..., :8] - 0.5 * CODE[..., :8]).std() == pytest.approx(0.5, rel=0.1)
    assert (studied(30).at(x, 0.2, 0.0, generator) == 7).all()                        # an inexact trace is not pasted


def test_a_blend_lies_between():
    first, second = studied(40), Trace.blank(4, 16, 3.0)
    for seed in range(40):
        second = second.studied(-CODE, (0.5, 0.5), 10.0, torch.Generator().manual_seed(100 + seed))
    for share in (0.0, 0.25, 1.0):
        blend = first.blended(second, share)
        assert torch.allclose(blend.mean, (1 - share) * first.mean + share * second.mean, atol=1e-4)
    assert torch.allclose(first.blended(second, 0.0).spread, first.spread, rtol=1e-4)
    assert (first.blended(second, 0.5).spread < first.spread).all()


def test_an_attribute_is_added_to_what_is_remembered():
    trace, direction = studied(10), torch.ones(4, 16, 16)
    assert torch.allclose(trace.shifted(direction).mean, trace.mean + 1, atol=1e-5)
    assert trace.shifted(direction).spread.equal(trace.spread)
