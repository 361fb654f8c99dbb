"""Figures put together from parts: nothing blurs, ink adds up, and what is erased stays erased wherever it goes."""

import numpy as np
import pytest
import torch

from imagery.image import MentalImage, rotation, scaling, translation
from imagery.superposition import Part, Superposition, distance, ink_box


def bar(column, row=slice(None)):
    """Black, a column 4 pixels wide, on white paper."""
    source = torch.ones(3, 64, 64)
    source[:, row, column:column + 4] = -1
    return Part(MentalImage(source))


def ink(figure):
    return ((1 - figure.seen(64)) / 2).mean(0)


MIRROR = np.diag([-1.0, 1.0, 1.0])
DOWN = {column: np.array([((column + 2) / 64, 0.0), ((column + 2) / 64, 1.0)]) for column in (10, 40)}


def test_parts_add_up_and_the_darkest_shows():
    one, two = Superposition((bar(10),)), Superposition((bar(40),))
    both = Superposition((bar(10), bar(40)))
    assert torch.allclose(ink(both), torch.maximum(ink(one), ink(two))) and ink(Superposition()).sum() == 0
    assert ink(Superposition((*both.parts, bar(40)))).sum() == pytest.approx(ink(both).sum().item())


def test_the_whole_turns_and_mirrors_as_one():
    figure = Superposition((bar(10), bar(14)))
    assert torch.allclose(ink(figure.posed(MIRROR)), ink(figure).flip(1), atol=1e-5)
    assert torch.allclose(ink(figure.posed(rotation(90.0))), ink(figure).rot90(-1), atol=1e-5)
    turned = figure
    for _ in range(60):
        turned = turned.posed(rotation(6.0))
    assert torch.allclose(ink(turned), ink(figure), atol=1e-3)


def test_what_is_erased_stays_erased_wherever_it_goes():
    """One source with two bars, of which one is taken away."""
    both = Part(MentalImage(torch.minimum(bar(10).image.source, bar(40).image.source)))
    left = both.without([DOWN[10], DOWN[40]], [DOWN[40]])
    assert torch.allclose(ink(left), ink(bar(40))) and ink(both.without([DOWN[10]], [])).sum() < 1
    moved = left.posed(translation(-0.4, 0.0)).posed(MIRROR).posed(rotation(90.0))
    assert ink(moved).max() == 1 and 256 <= ink(moved).sum() < 1.3 * 256              # the darkest of a pixel counts
    upper = np.array([(0.65625, 0.0), (0.65625, 0.5)])
    assert ink(left.without([DOWN[40]], [upper])).sum() < 32 * 4 + 9 * 4 + 1          # of what stays
    halved = left.posed(scaling(0.5)).without([0.25 + DOWN[40] / 2], [0.25 + upper / 2])
    assert 32 <= ink(halved).sum() < 1.6 * 34


def test_thin_lines_do_not_vanish():
    assert ink(bar(30).posed(scaling(0.2))).max() > 0.6


def test_a_faded_part_is_pale():
    assert bar(10).faded(0.5).faded(0.5).seen(64).min() == pytest.approx(1 - 2 * 0.25)
    assert Superposition((bar(10),)).faded(0.25).seen().min() == pytest.approx(0.5)


def test_where_the_ink_is():
    low, high = ink_box(bar(10, slice(8, 24)).seen(64))
    assert np.allclose(low * 64, (10, 8), atol=1) and np.allclose(high * 64, (14, 24), atol=1)
    assert ink_box(torch.ones(3, 64, 64)) is None


def test_distance_to_lines():
    cross = [np.array([(0.0, 0.5), (1.0, 0.5)]), np.array([(0.5, 0.0), (0.5, 1.0)])]
    assert np.allclose(distance(np.array([(0.1, 0.1), (0.5, 2.0), (0.3, 0.5)]), cross), (0.4, 1.0, 0.0))
    assert np.isinf(distance(np.zeros((2, 2)), [])).all()
