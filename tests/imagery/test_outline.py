"""Outlines finer than pixels, clockwise, and their corners."""

import numpy as np
import pytest

from envs.stimuli.letters import glyph
from envs.stimuli.polygons import VERTICES, figure
from envs.stimuli.turns import PLANE, rotation
from imagery.outline import area, outlines, vertices


def test_a_square_between_pixels_is_where_it_is():
    ink = np.zeros((64, 64))
    ink[16:48, 8:40] = 1
    ink[16:48, 40] = .75                                                 # three quarters of a pixel more
    (path,) = outlines(ink)
    assert area(path) * 64 ** 2 == pytest.approx(32 * 32.75, rel=.01)
    found = vertices(ink) * 64
    assert len(found) == 4 and np.allclose(sorted(found.tolist()), [(8, 16), (8, 48), (40.8, 16), (40.8, 48)], atol=.6)


def test_holes_run_the_other_way_and_the_largest_counts():
    ink = np.zeros((32, 32))
    ink[4:28, 4:28] = 1
    ink[10:14, 10:14] = 0
    ink[30, 30] = 1
    assert sorted(np.sign([area(path) for path in outlines(ink)])) == [-1, 1, 1]
    assert vertices(ink).min() < 5 / 32 and area(vertices(ink)) == pytest.approx(.5625, rel=.05)


def test_pixels_that_touch_at_a_corner():
    assert len(outlines(np.eye(8))) in (1, 8)
    assert all(area(path) > 0 for path in outlines(np.eye(8)))


@pytest.mark.parametrize("count", VERTICES)
def test_polygons_have_their_vertices_however_they_are_turned(count):
    drawn = figure("test", count, 1)
    for degrees in (0, 33, 160):
        turn = rotation(PLANE, degrees)
        true = .5 + .94 * np.array(drawn.points) @ turn[:2, :2].T
        found = vertices(drawn.draw(turn))
        gaps = np.hypot(*(found[:, None] - true).transpose(2, 0, 1))
        assert abs(len(found) - count) <= 2 and np.median(gaps.min(0)) < .03 and area(found) > 0


def test_a_curve_has_as_many_corners_as_it_needs():
    assert len(vertices(glyph("L"))) == 6 and len(vertices(glyph("O"))) > 7


def test_no_ink_no_corners():
    assert vertices(np.zeros((64, 64))).shape == (0, 2)
