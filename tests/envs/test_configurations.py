"""Poses of a body among obstacles, against oracles that know nothing of pixels or spectra."""

from collections import deque

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.path import Path

from envs.configurations import SHIFTS, SIDE, Configurations
from envs.stimuli.shapes import HEADINGS, Form, rectangle, turned


def scene(seed, dial):
    rng = np.random.default_rng(seed)
    places = rng.integers(6, 26, (4, 2))
    obstacles = tuple(Form.sample(rng, *rng.integers(4, 13, 2)).outline(dial) + place for place in places)
    return Configurations(obstacles, Form.sample(rng, 8, 3).outline(dial))


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_upright_rectangles_are_free_where_intervals_say(seed):
    """Exactly: overlap of positive area with an obstacle, or with the half step of wall around."""
    poses, middle = scene(seed, 0), np.arange(SIDE)
    for heading, (wide, high) in ((0, (8, 3)), (4, (3, 8))):
        left, right, top, bottom = middle - wide / 2, middle + wide / 2, middle - high / 2, middle + high / 2
        free = ((top >= .5) & (bottom <= SIDE - .5))[:, None] & ((left >= .5) & (right <= SIDE - .5))
        for obstacle in poses.obstacles:
            (x, y), (x_too, y_too) = obstacle.min(0), obstacle.max(0)
            free &= ~(((top < y_too) & (bottom > y))[:, None] & ((left < x_too) & (right > x)))
        assert np.array_equal(poses.free[heading], free)


@pytest.mark.parametrize("seed", [0, 1])
def test_free_forms_overlap_where_points_in_polygons_say(seed):
    """At random poses, up to what the pixels cannot resolve: a body a little larger stands for it."""
    poses, rng = scene(seed, 1), np.random.default_rng(seed)
    fine = (np.stack(np.meshgrid(*[np.arange(128)] * 2), -1).reshape(-1, 2) + .5) / 4
    blocked = fine[np.any([Path(obstacle).contains_points(fine) for obstacle in poses.obstacles], axis=0)]
    seen = set()
    for column, row, heading in rng.integers((6, 6, 0), (26, 26, HEADINGS), (60, 3)).tolist():
        body, larger = (Path(turned(scale * poses.body, heading) + (column, row)) for scale in (1, 1.3))
        free = bool(poses.free[heading, row, column])
        seen.add(free)
        assert body.contains_points(blocked).sum() / 16 < 1.5 if free else larger.contains_points(blocked).any()
    assert seen == {True, False}


@pytest.mark.parametrize("dial", [0, 1])
def test_what_can_be_done_can_be_undone(dial):
    poses = scene(3, dial)
    for action, back in ((0, 2), (1, 3), (4, 5)):
        assert np.array_equal(np.roll(poses.possible[action], SHIFTS[action], (0, 1, 2)), poses.possible[back])


def test_actions_join_free_poses_only_and_pass_no_wall():
    wall = rectangle(15.5, 0, 16, SIDE)  # thinner than a step
    poses = Configurations((wall,), rectangle(-2, -2, 2, 2))
    for action, shift in enumerate(SHIFTS):
        joined = poses.possible[action]
        there = np.roll(poses.free, [-k for k in shift], (0, 1, 2))
        assert not (joined & ~poses.free).any() and not (joined & ~there).any()
    far = poses.far(poses.fits((8, 16, 0)))
    assert np.isfinite(far[:, :, :13]).any() and np.isinf(far[:, :, 18:]).all()


def test_a_thin_bar_does_not_step_through_a_thin_wall():
    """Free on both sides, a step apart, but not on the way."""
    poses = Configurations((rectangle(16.5, 0, 17, SIDE),), rectangle(-.2, -3, .3, 3))
    assert poses.free[0, 16, 16] and poses.free[0, 16, 17]
    assert not poses.possible[2, 0, 16, 16] and not poses.possible[0, 0, 16, 17] and poses.possible[0, 0, 16, 16]


def test_a_thin_bar_does_not_swing_through_a_post():
    """Free before and after a turn, but not on the way."""
    bar, post = rectangle(-6, -.5, 6, .5), rectangle(21, 16.7, 21.8, 17.5)
    poses = Configurations((post,), bar)
    assert poses.free[0, 16, 16] and poses.free[1, 16, 16] and not poses.possible[4, 0, 16, 16]
    assert Configurations((), bar).possible[4, 0, 16, 16]


@pytest.mark.parametrize("dial", [0, 1])
def test_distances_are_those_of_breadth_first_search(dial):
    poses = scene(7, dial)
    places = np.argwhere(poses.free)
    heading, row, column = places[len(places) // 3].tolist()
    fits = poses.fits((column, row, heading))
    assert fits[heading, row, column] and not (fits & ~poses.free).any()
    far = {tuple(index): 0 for index in np.argwhere(fits).tolist()}
    frontier = deque(far)
    while frontier:
        pose = frontier.popleft()
        for action, shift in enumerate(SHIFTS):
            if poses.possible[action][pose]:
                following = ((pose[0] + shift[0]) % HEADINGS, pose[1] + shift[1], pose[2] + shift[2])
                if following not in far:
                    far[following] = far[pose] + 1
                    frontier.append(following)
    found = poses.far(fits)
    assert {tuple(index): found[tuple(index)] for index in np.argwhere(np.isfinite(found)).tolist()} == far


def test_a_rectangle_fits_half_turned_and_a_wedge_does_not():
    bar, wedge = rectangle(-4, -1.5, 4, 1.5), np.array([(-4., -2.), (4., 0.), (-4., 2.)])
    at = [np.argwhere(Configurations((), body).fits((16, 16, 2))).tolist() for body in (bar, wedge)]
    assert at == [[[2, 16, 16], [10, 16, 16]], [[2, 16, 16]]]
