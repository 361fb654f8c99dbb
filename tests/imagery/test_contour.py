"""Contours as attention follows them: the corners of letters, from the lowest on the left, clockwise."""

import numpy as np
import pytest
import torch

from envs.stimuli.letters import glyph
from imagery.contour import corners


def picture(ink):
    return torch.as_tensor(1 - 2 * np.asarray(ink, np.float32)).expand(3, -1, -1)


@pytest.mark.parametrize("letter, count", [("F", 10), ("E", 12), ("L", 6), ("T", 8), ("H", 12), ("I", 4)])
@pytest.mark.parametrize("font", ["sans bold", "sans"])
def test_block_letters_have_their_corners(letter, count, font):
    assert len(corners(picture(glyph(letter, font, 64, 0.8)))) == count


def test_they_are_met_clockwise_from_the_lowest_left():
    found = corners(picture(glyph("F", "sans bold", 64, 0.8)))
    low, high = found.min(0), found.max(0)
    extreme = [bool(y < low[1] + 0.05 or y > high[1] - 0.05) for _, y in found]
    assert extreme == [True, True, True, False, False, False, False, False, False, True]       # as in Brooks (1968)
    area = (found[:, 0] * np.roll(found[:, 1], -1) - found[:, 1] * np.roll(found[:, 0], -1)).sum()
    assert area > 0                                                                # clockwise as y points down


def test_a_square_is_where_it_is():
    ink = np.zeros((64, 64))
    ink[16:48, 8:40] = 1
    found = corners(picture(ink))
    assert np.allclose(found * 64, [(8.5, 47.5), (8.5, 16.5), (39.5, 16.5), (39.5, 47.5)])


def test_no_ink_no_corners_and_a_dot_is_its_own():
    assert len(corners(torch.ones(3, 64, 64))) == 0
    ink = np.zeros((64, 64))
    ink[5, 7] = 1
    assert len(corners(picture(ink))) == 1 or np.allclose(corners(picture(ink)), (7.5 / 64, 5.5 / 64))
