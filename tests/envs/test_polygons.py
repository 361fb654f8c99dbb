"""Random polygons: outlines that do not cross, hands, mirrors, splits, and how a picture's unlikeness is measured."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envs.stimuli.handedness import LEAST, unlikeness
from envs.stimuli.polygons import BEND, LEAST_AREA, VERTICES, Polygon, area, figure, sample
from envs.stimuli.turns import MIRROR, PLANE, SPLITS, UPRIGHT, VERTICAL, rotation

QUICK = range(5, 11)  # the more vertices, the longer a polygon is sought
SQUARE = ((-.3, -.3), (.3, -.3), (.3, .3), (-.3, .3))
KITE = ((0, -.5), (.2, -.2), (0, .4), (-.2, -.2))
POLYGONS = [figure("training", vertices, number) for vertices in QUICK for number in range(3)]
polygons = st.sampled_from(POLYGONS)


def crossing(a, b, c, d):
    """Whether the segments from a to b and from c to d meet: the ends of each lie on either side of the other."""
    def turn(p, q, r):
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return turn(a, b, c) * turn(a, b, d) <= 0 and turn(c, d, a) * turn(c, d, b) <= 0


def within(points, size):
    """Pixels whose middle is in the polygon, by counting crossings to the right; (size, size) bool."""
    x, y = np.meshgrid(*[((np.arange(size) + .5) / size - .5) / .94] * 2)
    inside = np.zeros_like(x, bool)
    for (ax, ay), (bx, by) in zip(points, np.roll(points, -1, 0)):
        if ay != by:
            inside ^= ((ay > y) != (by > y)) & (x < ax + (y - ay) / (by - ay) * (bx - ax))
    return inside


def slow_unlikeness(ink, step=2):
    """The least share of the figure outside its turned mirror image, turn by turn, pixel by pixel."""
    shape = ink > .5
    row, column = np.nonzero(shape)
    y, x = row - row.mean(), column - column.mean()
    left = []
    for degrees in range(0, 360, step):
        cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
        there = np.rint([row.mean() + sin * x + cos * y, column.mean() - cos * x + sin * y]).astype(int)
        in_sight = ((there >= 0) & (there < len(ink))).all(0)
        left.append(1 - (shape[tuple(np.where(in_sight, there, 0))] & in_sight).mean())
    return min(left)


@pytest.mark.parametrize("polygon", POLYGONS, ids=lambda polygon: polygon.name)
def test_polygons_are_simple_centred_and_clear(polygon):
    points = np.array(polygon.points)
    sides = list(zip(points, np.roll(points, -1, 0)))
    assert not any(crossing(*sides[i], *sides[j]) for i, j in combinations(range(len(sides)), 2)
                   if 1 < j - i < len(sides) - 1)
    assert np.isclose(np.hypot(*points.T).max(), .5) and area(points) >= LEAST_AREA * np.pi / 4
    row, column = np.nonzero(within(points, 200))
    assert abs(row.mean() - 99.5) < .7 and abs(column.mean() - 99.5) < .7
    back, forth = np.roll(points, 1, 0) - points, np.roll(points, -1, 0) - points
    cosine = (back * forth).sum(1) / np.hypot(*back.T) / np.hypot(*forth.T)
    assert (np.rad2deg(np.arccos(cosine)) >= BEND[0]).all() and (np.rad2deg(np.arccos(cosine)) <= BEND[1]).all()
    assert polygon.family == "polygons" and polygon.vertices == len(points)


@pytest.mark.parametrize("polygon", POLYGONS, ids=lambda polygon: polygon.name)
def test_polygons_are_unlike_their_mirror_images(polygon):
    assert polygon.handed and polygon.mirror().handed
    assert slow_unlikeness(polygon.draw(UPRIGHT, 64)) > LEAST - .04


def test_twelve_vertices():
    polygon = sample(np.random.default_rng(2), 12)
    assert polygon.vertices == 12 == VERTICES[-1] and polygon.handed


@settings(deadline=None, max_examples=25)
@given(polygons)
def test_drawn_where_it_is(polygon):
    ink = polygon.draw(UPRIGHT, 96)
    truth = within(np.array(polygon.points), 96)
    assert ink.dtype == np.float32 and ink.min() == 0 and ink.max() == 1 and ((ink > .5) != truth).mean() < .01
    assert abs(ink.sum() - truth.sum()) < .06 * truth.sum()


@settings(deadline=None, max_examples=25)
@given(polygons, st.floats(-360, 360))
def test_whole_at_every_angle(polygon, degrees):
    ink = polygon.draw(rotation(PLANE, degrees))
    assert not ink[[0, -1]].any() and not ink[:, [0, -1]].any()
    assert ink.sum() == pytest.approx(polygon.draw(UPRIGHT).sum(), rel=.04)


@settings(deadline=None, max_examples=25)
@given(polygons, st.floats(-180, 180))
def test_mirror_and_quarter_turn(polygon, degrees):
    turn = rotation(PLANE, degrees)
    ink = polygon.draw(turn)
    assert np.abs(polygon.mirror().draw(MIRROR @ turn @ MIRROR)[:, ::-1] - ink).mean() < .004
    assert np.abs(polygon.draw(rotation(PLANE, 90) @ turn) - np.rot90(ink, -1)).mean() < .008
    assert polygon.mirror().mirror() == polygon != polygon.mirror()


def test_same_picture_at_every_resolution():
    fine = POLYGONS[4].draw(UPRIGHT, 256).reshape(64, 4, 64, 4).mean((1, 3))
    assert np.abs(fine - POLYGONS[4].draw(UPRIGHT)).mean() < .012


def test_splits_share_no_polygon():
    shown = {split: [figure(split, 6, number) for number in range(6)] for split in SPLITS}
    assert shown["test"] == [figure("test", 6, number) for number in range(6)]
    lengths = {tuple(np.round(sorted(np.hypot(*np.array(each.points).T)), 6)) for split in SPLITS
               for each in shown[split]}  # the same for all rotations and mirror images
    assert len(lengths) == 18


# ---- the measure ----------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=15)
@given(polygons)
def test_unlikeness_agrees_with_trying_turn_by_turn(polygon):
    ink = polygon.draw(UPRIGHT, 96)
    assert unlikeness(ink) == pytest.approx(slow_unlikeness(ink), abs=.035)


@settings(deadline=None, max_examples=15)
@given(polygons, st.floats(-180, 180))
def test_unlikeness_is_the_same_however_turned_or_mirrored(polygon, degrees):
    upright = unlikeness(polygon.draw(UPRIGHT, 128))
    assert unlikeness(polygon.draw(rotation(PLANE, degrees), 128)) == pytest.approx(upright, abs=.02)
    assert unlikeness(polygon.draw(UPRIGHT, 128)[:, ::-1]) == pytest.approx(upright, abs=.005)


@pytest.mark.parametrize("points", [SQUARE, KITE])
@pytest.mark.parametrize("degrees", [0, 37])
def test_what_is_its_own_mirror_image_has_no_hand(points, degrees):
    polygon = Polygon(points)
    assert unlikeness(polygon.draw(rotation(PLANE, degrees), 128)) < .03 and not polygon.handed


def test_a_picture_of_one_colour():
    assert unlikeness(np.ones((64, 64))) < .03
    with pytest.raises(ValueError, match="without a figure"):
        unlikeness(np.zeros((64, 64)))


@pytest.mark.parametrize(("attempt", "right"), [
    (lambda: figure("exam", 6), "training, validation, test"),
    (lambda: figure("test", 4), "5 to 12"), (lambda: sample(np.random.default_rng(0), 13), "5 to 12"),
    (lambda: Polygon(((0, 0), (1, 1))), "three or more"), (lambda: Polygon(((0, 0), (1, 1), (0, np.nan))), "finite"),
    (lambda: Polygon(((0, 0), (1, 1), (1, 0), (0, 1))), "must not cross"),
    (lambda: Polygon(((0, 0), (0, 0), (1, 0), (0, 1))), "must not cross"),
    (lambda: Polygon(SQUARE).draw(rotation(VERTICAL, 30)), "in the plane only")])
def test_bad_input_says_what_would_be_right(attempt, right):
    with pytest.raises(ValueError, match=right) as caught:
        attempt()
    assert "\n" not in str(caught.value)
