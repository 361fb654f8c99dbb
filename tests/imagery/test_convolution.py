"""Convolution by hand: against torch and scipy, and the lecture's examples."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import convolve2d

from imagery.models.convolution import KERNELS, convolve, correlate, edges, output_size, pool

SIZES = st.tuples(*(st.integers(1, 20), st.integers(1, 7), st.integers(1, 4), st.integers(0, 4)))    # n, f, s, p


@given(SIZES)
def test_output_size_and_correlation_are_torch_s(sizes):
    size, kernel, stride, padding = sizes
    if kernel > size + 2 * padding:
        with pytest.raises(ValueError, match="does not fit"):
            output_size(size, kernel, stride, padding)
        return
    picture, weights = torch.randn(2, size, size + 1), torch.randn(kernel, kernel)
    theirs = F.conv2d(picture[:, None], weights[None, None], stride=stride, padding=padding)[:, 0]
    assert theirs.shape[1] == output_size(size, kernel, stride, padding)
    torch.testing.assert_close(correlate(picture, weights, stride, padding), theirs, rtol=1e-4, atol=1e-4)


@given(st.integers(3, 12), st.integers(1, 3), st.integers(1, 3), st.sampled_from(["max", "mean"]))
def test_pooling_is_torch_s(side, size, stride, how):
    pictures = torch.randn(2, 3, side, side)
    theirs = {"max": F.max_pool2d, "mean": F.avg_pool2d}[how](pictures, size, stride)
    torch.testing.assert_close(pool(pictures, size, stride, how), theirs)


@pytest.mark.parametrize("name", KERNELS)
def test_convolution_is_scipy_s(name):
    picture = torch.randn(8, 9)
    theirs = torch.from_numpy(convolve2d(picture, KERNELS[name], mode="same"))
    torch.testing.assert_close(convolve(picture, KERNELS[name], padding=1), theirs, rtol=1e-5, atol=1e-5)


def test_the_lecture_s_examples():
    """Four filters of 9 x 9 over 224 x 224, with strides 1 and 2; a 3 x 3 filter over a small picture."""
    assert [output_size(224, 9, stride, 4) for stride in (1, 2)] == [224, 112]
    picture = torch.tensor([[4, 5, 7, 6, 6], [3, 2, 8, 0, 7], [6, 7, 7, 1, 5], [3, 0, 1, 1, 1], [4, 3, 2, 1, 7]])
    sides = torch.tensor([[0, 0, 0], [1, 0, 1], [0, 0, 0]])
    assert correlate(picture, sides).tolist() == [[11, 2, 15], [13, 8, 12], [4, 1, 2]]


def test_what_kernels_are_for():
    ramp = torch.arange(8.0).expand(8, 8)                                # brighter to the right, by 1 a pixel
    inside = (slice(1, -1), slice(1, -1))
    for name, slope in {"identity": None, "blur": None, "gaussian": None, "sharpen": None, "outline": 0.0,
                        "sobel top": 0.0, "sobel left": -8.0, "prewitt left": -6.0}.items():
        seen = correlate(ramp, KERNELS[name])
        torch.testing.assert_close(seen, ramp[inside] if slope is None else torch.full_like(seen, slope))
    assert torch.allclose(edges(ramp)[inside], torch.tensor(8.0)) and torch.allclose(edges(ramp.T)[inside],
                                                                                     torch.tensor(8.0))
