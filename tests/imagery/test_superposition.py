"""Figures put together from parts: nothing blurs, ink adds up, and what is erased stays erased wherever it goes."""

import numpy as np
import pytest
import torch

from imagery.image import MentalImage, rotation, scaling, translation
from imagery.superposition import Part, Superposition, inside


def bar(column):
    """Black, a column 4 pixels wide, on white paper."""
    source = torch.ones(3, 64, 64)
    source[:, :, column:column + 4] = -1
    return MentalImage(source)


def ink(figure):
    return ((1 - figure.seen()) / 2).mean(0)


MIRROR = np.diag([-1.0, 1.0, 1.0])
LEFT = np.array([(0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)])


def test_parts_add_up_and_the_darkest_shows():
    one, two = Superposition().with_part(bar(10)), Superposition().with_part(bar(40))
    both = one.with_part(bar(40))
    assert torch.allclose(ink(both), torch.maximum(ink(one), ink(two))) and ink(Superposition()).sum() == 0
    assert ink(both.with_part(bar(40))).sum() == pytest.approx(ink(both).sum().item())


def test_the_whole_turns_and_mirrors_as_one():
    figure = Superposition().with_part(bar(10)).with_part(bar(14))
    assert torch.allclose(ink(figure.posed(MIRROR)), ink(figure).flip(1), atol=1e-5)
    assert torch.allclose(ink(figure.posed(rotation(90.0))), ink(figure).rot90(-1), atol=1e-5)
    turned = figure
    for _ in range(60):
        turned = turned.posed(rotation(6.0))
    assert torch.allclose(ink(turned), ink(figure), atol=1e-3)


@pytest.mark.parametrize("region", [LEFT, LEFT[::-1]], ids=["clockwise", "counter-clockwise"])
def test_what_is_erased_stays_erased_wherever_it_goes(region):
    figure = Superposition().with_part(bar(10)).with_part(bar(40)).without(region)
    assert ink(figure)[:, :32].sum() == 0 and torch.allclose(ink(figure)[:, 32:], ink(Superposition()
                                                                                   .with_part(bar(40)))[:, 32:])
    moved = figure.posed(translation(-0.4, 0.0)).posed(MIRROR)
    assert ink(moved).sum() == pytest.approx(256, rel=0.02)
    again = moved.with_part(bar(10))
    assert ink(again)[:, 10:14].sum() == pytest.approx(256)


def test_one_part_may_change_and_the_others_stay():
    figure = Superposition().with_part(bar(10)).with_part(bar(40))
    halved = figure.changed(1, figure.parts[1].posed(scaling(0.5)))
    assert torch.allclose(ink(halved)[:, :16], ink(figure)[:, :16])
    assert ink(halved)[:, 16:].sum() == pytest.approx(64, rel=0.05)
    assert torch.allclose(ink(figure.changed(1, None)), ink(Superposition().with_part(bar(10))))


def test_a_faded_part_is_pale():
    image = MentalImage(bar(10).source, vividness=0.25)
    assert Part(image).seen(64).min() == pytest.approx(1 - 2 * 0.25)


def test_inside_a_triangle():
    triangle = np.array([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)])
    assert inside(torch.tensor([[0.2, 0.2], [0.9, 0.9], [-0.1, 0.5]]), triangle).tolist() == [True, False, False]
