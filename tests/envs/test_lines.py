"""Line figures: their form, how poses act on them, how ink is laid, and what is composed of them."""

import numpy as np
import pytest

from envs.stimuli import letters
from envs.stimuli.lines import CALLED, FIGURES, at, brush, draw, extent, figure, placed, posed, strokes


def length(lines) -> float:
    return sum(np.hypot(*np.diff(line, axis=0).T).sum() for line in lines)


def unlike(a: np.ndarray, b: np.ndarray) -> float:
    """Difference of two drawings as a share of their ink: 0 the same, 1 nothing in common."""
    return np.abs(a - b).sum() / (a + b).sum()


def a_drawing(name: str, **options) -> np.ndarray:
    return draw(placed(strokes(name), at(scale=.7)), **options)


@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_centred_and_a_unit_across(name):
    points = np.concatenate(strokes(name))
    assert np.allclose(points.min(0) + points.max(0), 0)
    assert np.ptp(points, axis=0).max() == pytest.approx(1)
    assert extent(name) == pytest.approx(tuple(np.ptp(points, axis=0)))
    assert all(line.ndim == 2 and line.shape[1] == 2 and not line.flags.writeable for line in strokes(name))


def test_there_are_many_figures_and_none_looks_like_another():
    drawings = np.stack([a_drawing(name).ravel() for name in FIGURES])
    assert len(FIGURES) >= 18
    alike = drawings @ drawings.T / np.outer(np.linalg.norm(drawings, axis=1), np.linalg.norm(drawings, axis=1))
    np.fill_diagonal(alike, 0)
    first, second = np.unravel_index(alike.argmax(), alike.shape)
    assert alike.max() < .9, (FIGURES[first], FIGURES[second])


def test_every_figure_has_names_that_no_other_has():
    assert set(CALLED) == set(FIGURES)
    said = [phrase for phrases in CALLED.values() for phrase in phrases]
    assert len(set(said)) == len(said)
    assert all(name in CALLED[name] and len(name) > 1 for name in FIGURES)


def test_lengths_are_those_of_geometry():
    assert length(strokes("circle")) == pytest.approx(np.pi, rel=.002)
    assert length(strokes("semicircle")) == pytest.approx(np.pi / 2 + 1, rel=.002)
    assert length(strokes("square")) == pytest.approx(4)
    assert length(strokes("triangle")) == pytest.approx(3)
    assert length(strokes("cross")) == pytest.approx(2)
    assert length(strokes("x mark")) == pytest.approx(2 * np.sqrt(2))


@pytest.mark.parametrize("size", [48, 64, 200])
@pytest.mark.parametrize("width", [.02, .04, .08])
def test_ink_is_length_times_width(size, width):
    circle = placed(strokes("circle"), at(.03, -.05, .7))
    assert draw(circle, size, width).sum() == pytest.approx(size ** 2 * width * length(circle), rel=.02)


def test_a_line_has_its_width_and_round_ends():
    ink = draw((np.array([(-.25, 0), (.25, 0)]),), size=100, width=.1)
    assert ink[:, 50].sum() == pytest.approx(10, rel=.01)
    assert ink.sum() == pytest.approx(50 * 10 + np.pi * 5 ** 2, rel=.01)
    assert np.allclose(ink, ink[::-1], atol=1e-5) and np.allclose(ink, ink[:, ::-1], atol=1e-5)


def test_how_a_line_is_cut_does_not_show():
    whole = np.array([(-.31, -.22), (.37, .28)])
    pieces = whole[0] + np.linspace(0, 1, 40)[:, None] * (whole[1] - whole[0])
    assert np.allclose(draw((whole,)), draw((pieces,)), atol=1e-4)


def test_ink_lies_about_the_true_line():
    """Against the distance of every pixel from the segment, worked out the plain way."""
    start, end, size, width = np.array((.2, -.3)), np.array((-.4, .1)), 80, .06
    y, x = (np.mgrid[:size, :size] + .5) / size - .5
    way = end - start
    along = np.clip(((x - start[0]) * way[0] + (y - start[1]) * way[1]) / (way @ way), 0, 1)
    away = np.hypot(x - start[0] - along * way[0], y - start[1] - along * way[1])
    expected = np.clip(.5 + size * (width / 2 - away), 0, 1)
    assert np.allclose(draw((np.stack([start, end]),), size, width), expected, atol=1e-4)


def test_same_picture_at_every_resolution():
    for name in ("star", "spiral", "bullseye"):
        fine = a_drawing(name, size=256).reshape(64, 4, 64, 4).mean((1, 3))
        assert unlike(fine, a_drawing(name, size=64)) < .05


def test_filling_inks_the_inside_of_closed_lines_only():
    disc = a_drawing("circle", width=.02, filled=True)
    assert disc.sum() == pytest.approx(64 ** 2 * np.pi * .36 ** 2, rel=.02)
    assert disc[32, 32] == 1 and a_drawing("circle", width=.02)[32, 32] == 0
    assert np.array_equal(a_drawing("wave", filled=True), a_drawing("wave"))


def test_poses_compose():
    one, two = at(.1, -.05, (.5, -.8), 30), at(-.1, .1, .7, -75)
    for name in ("arrow", "spiral"):
        twice, once = placed(placed(strokes(name), one), two), placed(strokes(name), two @ one)
        assert all(np.allclose(a, b) for a, b in zip(twice, once))


def test_a_pose_scales_then_turns_clockwise_then_moves():
    pose = at(.1, .2, (2, 1), 90)
    assert np.allclose(pose @ (1, 0, 1), (.1, 2.2, 1))
    assert np.allclose(pose @ (0, 1, 1), (-.9, .2, 1))
    assert np.allclose(at(scale=(-1, 1)), np.diag((-1, 1, 1)))


def test_a_quarter_turn_of_the_lines_is_a_quarter_turn_of_the_picture():
    turned = draw(placed(strokes("arrow"), at(scale=.7, degrees=90)))
    assert np.allclose(turned, np.rot90(a_drawing("arrow"), -1), atol=1e-4)
    assert unlike(turned, np.rot90(a_drawing("arrow"))) > .1


def test_strokes_keep_their_width_whatever_the_pose():
    big, small = (draw(placed(strokes("cross"), at(scale=scale))) for scale in (.8, .4))
    assert big.max(1).sum() > 1.8 * small.max(1).sum()
    assert big[20].sum() == pytest.approx(small[28].sum(), rel=.01)


def test_parts_are_composed_by_their_poses():
    house = (("square", at(0, .2, .5)), ("triangle", at(0, -.25, (.5, .4))))
    apart = np.maximum(*(draw(placed(strokes(name), pose)) for name, pose in house))
    assert np.allclose(figure(house), apart, atol=1e-4)


def test_letters_join_figures():
    parts = (("circle", at(scale=.9)), ("R", at(scale=.5)))
    assert np.allclose(figure(parts), np.maximum(draw(placed(strokes("circle"), at(scale=.9))),
                                                 letters.warped("R", at(scale=.5))))
    assert np.allclose(figure((("R", at(scale=.5)),), font="serif"), letters.warped("R", at(scale=.5), "serif"))
    assert extent("R", "serif") == letters.extent("R", "serif")


def test_a_figure_is_posed_as_a_whole():
    parts = (("R", at(-.2, 0, .4)), ("arrow", at(.2, .1, .4, -30)))
    turned = figure(posed(parts, at(degrees=90)))
    assert unlike(turned, np.rot90(figure(parts), -1)) < .03
    there_and_back = parts
    for _ in range(36):
        there_and_back = posed(there_and_back, at(degrees=10))
    assert unlike(figure(there_and_back), figure(parts)) < .01


def test_what_lies_outside_leaves_no_ink_inside():
    assert draw(placed(strokes("square"), at(scale=3))).sum() == 0
    assert draw(placed(strokes("circle"), at(x=5))).sum() == 0
    assert figure(()).sum() == 0
    half = draw(placed(strokes("line"), at(x=.5, scale=.5)))
    assert half.sum() == pytest.approx(draw(placed(strokes("line"), at(scale=.5))).sum() / 2, rel=.01)


def test_touches_of_different_widths():
    middles, reaches = np.array([(10., 10.), (30., 30.)]), np.zeros((2, 2))
    ink = brush(middles, reaches, np.array([4., 8.]), (40, 40))
    assert ink[:20, :20].sum() == pytest.approx(np.pi * 2 ** 2, rel=.05)
    assert ink[20:, 20:].sum() == pytest.approx(np.pi * 4 ** 2, rel=.02)
    assert brush(np.zeros((0, 2)), np.zeros((0, 2)), 3., (5, 7)).shape == (5, 7)


def test_unknown_names_bring_up_the_nearest():
    with pytest.raises(ValueError, match="'cirkle'.*circle"):
        strokes("cirkle")
    with pytest.raises(ValueError, match="unknown line figure"):
        figure((("unicorn", at()),))
    with pytest.raises(ValueError, match="no letter or digit"):
        figure((("?", at()),))


def test_a_stroke_needs_a_width():
    with pytest.raises(ValueError, match="width 0"):
        a_drawing("star", width=0)
