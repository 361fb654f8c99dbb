"""Mental images: poses, what a tick can do to them, attention that moves across them, fading."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lamp import BLANK, STEADY, after, lamp_at, log_odds, look, mind_of

from imagery.image import rotation, scaling, translation
from imagery.mind import ROTATION_STEP, Person
from imagery.operations import Refresh, Rotate, Shift, Zoom

CHANGES = st.lists(st.one_of(st.floats(0.5, 2).map(scaling), st.floats(-180, 180).map(rotation),
                             st.tuples(*[st.floats(-0.5, 0.5)] * 2).map(lambda step: translation(*step))), max_size=6)
PLACES = np.random.default_rng(0).uniform(size=(5, 2))


@settings(max_examples=60, deadline=None)
@given(CHANGES)
def test_poses_compose_and_invert(changes):
    """Places that move change by change end where the composed pose puts them."""
    image, moved = BLANK, np.c_[PLACES - 0.5, np.ones(5)].T
    for change in changes:
        image, moved = image.posed(change), change @ moved
    assert np.allclose(image.in_buffer(PLACES), moved[:2].T + 0.5)
    assert np.allclose(image.in_picture(image.in_buffer(PLACES)), PLACES)
    assert image.source is BLANK.source


def test_a_quarter_turn_is_clockwise():
    assert np.allclose(BLANK.posed(rotation(90)).in_buffer((1.0, 0.5)), (0.5, 1.0))
    assert np.isclose(BLANK.posed(rotation(90)).turn, 90) and np.isclose(BLANK.posed(scaling(1.6)).scale, 1.6)


def test_four_quarter_turns_and_zoom_there_and_back_are_nothing():
    turns = [lambda image: Rotate(image, ROTATION_STEP)] * 60
    zooms = [lambda image, factor=factor: Zoom(image, factor) for factor in (2.0, 1.5, 0.5, 1 / 1.5)]
    assert np.allclose(after(mind_of(STEADY), *turns).pose, np.eye(3))
    assert np.allclose(after(mind_of(STEADY), *zooms).pose, np.eye(3))


def test_120_small_steps_blur_nothing():
    """The source is warped once: after a full turn in 120 steps the image shows what it showed."""
    image, _ = lamp_at(11, 4)
    turned = image
    for _ in range(120):
        [turned] = mind_of(STEADY).perform([Rotate(turned, 3.0)])
    assert turned.source is image.source
    assert np.allclose(log_odds(look(turned)), log_odds(look(image)), atol=1e-4)


@pytest.mark.parametrize("operation, extent", [(Rotate(BLANK, 90.0), 6.0), (Rotate(BLANK, -90.0), -6.0),
                                               (Zoom(BLANK, 9.0), 2.0), (Zoom(BLANK, 0.1), 0.5)], ids=str)
def test_a_tick_is_bounded(operation, extent):
    [image] = mind_of(STEADY).perform([operation])
    assert np.isclose(image.turn if isinstance(operation, Rotate) else image.scale, extent)


def test_shift_reaches_one_fovea_radius():
    """So the time to get somewhere grows with its distance."""
    mind, image, ticks = mind_of(Person(fovea=0.1)), BLANK, 0
    while not np.allclose(image.focus, (0.95, 0.5)):
        [moved] = mind.perform([Shift(image, (0.95, 0.5))])
        assert np.hypot(*np.subtract(moved.focus, image.focus)) <= 0.1 + 1e-9
        image, ticks = moved, ticks + 1
    assert ticks == 5 and image.pose is BLANK.pose


def test_unbounded_shift_is_there_at_once():
    [image] = mind_of(Person(fovea=0.1), bounded=False).perform([Shift(BLANK, (0.95, 0.1))])
    assert np.allclose(image.focus, (0.95, 0.1))


def test_an_overflowing_image_slides_beneath_the_focus():
    """Whatever the picture's edge, attention stays in the buffer and gets there."""
    [image] = mind_of(STEADY).perform([Zoom(BLANK, 1.6)])
    assert image.in_buffer((0.98, 0.5))[0] > 1
    for _ in range(20):
        [image] = mind_of(STEADY).perform([Shift(image, tuple(image.in_buffer((0.98, 0.5))))])
        assert all(0 <= value <= 1 for value in image.focus)
    assert np.allclose(image.in_picture(image.focus), (0.98, 0.5)) and np.isclose(image.scale, 1.6)
    assert np.isclose(image.focus[0], 1.0)


def test_vividness_halves_and_is_renewed():
    mind, image = mind_of(Person(fading=5.0)), BLANK
    for _ in range(5):
        [image] = mind.perform([Shift(image, (0.5, 0.5))])
    assert np.isclose(image.vividness, 0.5)
    [fresh] = mind.perform([Refresh(image)])
    assert fresh.vividness == 1 and fresh.source is image.source and image.vividness < 1
