"""Divergences between samples against closed forms and quadrature."""

import math

import numpy as np
import pytest
import torch
from scipy.integrate import quad
from scipy.stats import norm
from torch.distributions import Normal, kl_divergence

from imagery.divergences import js_classifier, js_knn, kl_knn

N = 1000


def normals(mean, spread, dimensions=2, seed=0, count=N):
    return mean + spread * torch.randn(count, dimensions, generator=torch.Generator().manual_seed(seed))


def js_exact(gap):
    """Of N(0, 1) and N(gap, 1) on the line."""
    def half(one, other):
        def term(x):
            return one.pdf(x) * (one.logpdf(x) - np.log((one.pdf(x) + other.pdf(x)) / 2)) if one.pdf(x) > 1e-300 else 0
        return quad(term, one.mean() - 12, one.mean() + 12, limit=200)[0]
    p, q = norm(0, 1), norm(gap, 1)
    return (half(p, q) + half(q, p)) / 2


@pytest.mark.parametrize("mean, spread", [(0.0, 1.0), (1.0, 1.0), (0.0, 2.0), (1.0, 1.5)])
@pytest.mark.parametrize("dimensions", [1, 3])
def test_kl_of_normals(mean, spread, dimensions):
    p, q = normals(0.0, 1.0, dimensions), normals(mean, spread, dimensions, seed=1)
    exact = dimensions * float(kl_divergence(Normal(0.0, 1.0), Normal(mean, spread)))
    assert kl_knn(p, q) == pytest.approx(exact, abs=0.15 + 0.1 * exact)


def test_kl_is_not_symmetric_and_too_low_where_the_other_has_no_samples():
    one, both = normals(0, 1, 1), torch.cat([normals(0, 1, 1, seed=1), normals(8, 1, 1, seed=2)])
    assert kl_knn(one, both) == pytest.approx(math.log(2), abs=0.1) and 2 < kl_knn(both, one) < 10
    exact = float(kl_divergence(Normal(0.0, 5.0), Normal(0.0, 1.0)))
    assert kl_knn(5 * normals(0, 1, 1, seed=1), one) < exact / 2


@pytest.mark.parametrize("gap", [0.0, 2.0])
@pytest.mark.parametrize("estimate, tolerance", [(js_knn, 0.06), (js_classifier, 0.05)])
def test_js_of_normals_apart(gap, estimate, tolerance):
    p, q = normals(0.0, 1.0, 1), normals(gap, 1.0, 1, seed=1)
    assert estimate(p, q) == pytest.approx(js_exact(gap), abs=tolerance)


def test_js_saturates_at_log_2_and_kl_does_not():
    gaps = (8.0, 16.0)
    samples = normals(0.0, 1.0, 1), [normals(gap, 1.0, 1, seed=1) for gap in gaps]
    for estimate in (lambda p, q: js_knn(p, q, k=5), js_classifier):
        found = [estimate(samples[0], q) for q in samples[1]]
        assert found == pytest.approx([math.log(2)] * 2, abs=0.05)
    assert js_exact(8.0) == pytest.approx(math.log(2), abs=1e-4)
    near, far = (kl_knn(samples[0], q) for q in samples[1])
    assert far > near + 0.5


def test_the_classifier_s_estimate_leaves_the_random_state_and_heeds_its_seed():
    p, q = normals(0, 1, count=100), normals(1, 1, seed=1, count=100)
    before = torch.get_rng_state()
    first, again, other = (js_classifier(p, q, steps=20, seed=seed) for seed in (0, 0, 1))
    assert first == again != other and torch.get_rng_state().equal(before)


def test_bad_input_is_refused():
    p = normals(0, 1, count=10)
    with pytest.raises(ValueError, match="cannot be compared"):
        kl_knn(p, p[:, :1])
    with pytest.raises(ValueError, match="coincide"):
        kl_knn(p, p, k=1)
    with pytest.raises(ValueError, match="no neighbour number 10"):
        kl_knn(p, p + 1, k=10)
    with pytest.raises(ValueError, match="no even mixture"):
        js_knn(p, p[:5])
