"""Shapes on the dial: rectangles at 0, the same box around them everywhere, areas of masks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envs.stimuli.shapes import HEADINGS, Form, area, extent, mask, picture, read_outline, rectangle, turned

seeds, dials = st.integers(0, 10**6), st.floats(0, 1)


def form(seed, wide=8., high=5.):
    return Form.sample(np.random.default_rng(seed), wide, high)


@settings(max_examples=40, deadline=None)
@given(seeds, dials, st.floats(1, 12), st.floats(1, 12))
def test_the_box_is_the_same_at_every_setting(seed, dial, wide, high):
    outline = form(seed, wide, high).outline(dial)
    assert np.allclose(extent(outline), (wide, high)) and np.allclose(outline.min(0) + outline.max(0), 0)


def test_at_zero_it_is_the_rectangle_and_beyond_less_and_less():
    areas = np.array([[area(form(seed).outline(dial)) for dial in (0, .25, .5, .75, 1)] for seed in range(50)])
    assert np.allclose(areas[:, 0], 40) and (np.diff(areas.mean(0)) < -1).all() and areas.min() > 8


def test_free_forms_differ_and_kin_differ_less():
    def unlike(one, other):
        one, other = (mask(form.outline(1), 64, 5) for form in (one, other))
        return 1 - (one & other).sum() / (one | other).sum()

    rng = np.random.default_rng(0)
    pairs = [(first, Form.sample(rng, 8, 8), first.like(rng, 8, 8)) for first in (form(k, 8, 8) for k in range(40))]
    strangers, kin = np.mean([(unlike(one, other), unlike(one, alike)) for one, other, alike in pairs], axis=0)
    assert .1 < kin < .85 * strangers


@settings(max_examples=30, deadline=None)
@given(seeds, dials, st.integers(0, HEADINGS))
def test_masks_have_the_area_of_their_outlines(seed, dial, heading):
    outline = turned(form(seed).outline(dial), heading)
    assert mask(outline, 64, 5).sum() / 25 == pytest.approx(area(outline), rel=.05)
    assert area(outline) == pytest.approx(area(form(seed).outline(dial)))


def test_masks_of_whole_pixels_are_exact():
    found = np.argwhere(mask(rectangle(-2, -1, 3, 2), 20, 2))
    assert len(found) == 60 and found.min(0).tolist() == [8, 6] and found.max(0).tolist() == [13, 15]


def test_pictures_show_outlines_where_they_are_the_last_on_top():
    parts = (rectangle(0, 0, 10, 10), "#ff0000", None), (rectangle(5, 0, 20, 10), "#0000ff", "#00ff00")
    seen = picture(parts, 20, 40, "black")
    assert (seen[:19, :9] == (255, 0, 0)).all() and (seen[2:18, 12:38] == (0, 0, 255)).all() and not seen[21:].any()
    assert seen[9, 10, 1] > 30  # the rim


def test_headings_turn_clockwise():
    right = np.array([(1., 0)])
    assert np.allclose(turned(right, HEADINGS / 4), (0, 1)) and np.allclose(turned(right, HEADINGS), right)


@pytest.mark.parametrize("plain", [None, 3, [], [[0, 0], [1, 1]], [[0, 0], [1, 1], [2]], [["a", 0], [1, 1], [2, 0]],
                                   [[0, 0], [1, 0], [float("nan"), 1]]])
def test_what_is_no_outline_is_refused(plain):
    with pytest.raises(ValueError, match="the body is a list of at least three points"):
        read_outline(plain, "the body")


def test_what_encloses_nothing_is_refused():
    with pytest.raises(ValueError, match="encloses nothing"):
        read_outline([[0, 0], [1, 1], [2, 2]], "the body")
