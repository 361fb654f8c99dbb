"""Frechet distance against scipy's matrix square root and against what is known of normal distributions."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import sqrtm

from experiments.judging.frechet import frechet


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 9999), st.integers(1, 6))
def test_against_scipy(seed, width):
    generator = torch.Generator().manual_seed(seed)
    one = torch.randn(40, width, generator=generator) @ torch.randn(width, width, generator=generator) + 1
    other = torch.randn(30, width, generator=generator)
    covariances = [np.atleast_2d(np.cov(each.double().numpy().T)) for each in (one, other)]
    root = np.real(sqrtm(covariances[0] @ covariances[1]))
    apart = float(((one.double().mean(0) - other.double().mean(0)) ** 2).sum())
    expected = apart + np.trace(covariances[0] + covariances[1] - 2 * root)
    assert math.isclose(frechet(one, other), expected, rel_tol=1e-4, abs_tol=1e-5)
    assert math.isclose(frechet(other, one), expected, rel_tol=1e-4, abs_tol=1e-5)


def test_what_is_known():
    features = torch.randn(50, 4, generator=torch.Generator().manual_seed(0))
    assert frechet(features, features) < 1e-6
    assert math.isclose(frechet(features, features + 2), 16.0, rel_tol=1e-5)     # shifted by 2 in each of four
    spread = float(torch.cov(features.T.double()).trace())
    centred = features - features.mean(0)
    assert math.isclose(frechet(centred, 3 * centred), 4 * spread, rel_tol=1e-4)


def test_fewer_samples_than_features():
    found = frechet(torch.randn(5, 40), torch.randn(6, 40))
    assert math.isfinite(found) and found > 0


def test_what_has_no_distance():
    for one, other in ((torch.zeros(3, 2), torch.zeros(3, 4)), (torch.zeros(1, 2), torch.zeros(3, 2))):
        with pytest.raises(ValueError, match="two or more of each"):
            frechet(one, other)
