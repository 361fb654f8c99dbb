"""Line drawings from coloured pictures: where the lines run, what varies, and what does not."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from envs.stimuli.outlines import outline, silhouette

SEEDS = range(12)
Y, X = np.mgrid[:64, :64] + .5


def a_picture(*shapes: tuple[str, tuple, tuple], size: int = 64) -> np.ndarray:
    """A picture (size, size, 4) of Pillow's shapes: method, coordinates on a board of 64, and colour."""
    canvas = Image.new("RGBA", (4 * size, 4 * size))
    pen = ImageDraw.Draw(canvas)
    for method, place, colour in shapes:
        getattr(pen, method)(tuple(np.array(place) * 4 * size / 64), fill=colour)
    return np.array(canvas.reduce(4))


def a_disc(colour=(200, 40, 40), radius: float = 20, size: int = 64) -> np.ndarray:
    return a_picture(("ellipse", (32 - radius, 32 - radius, 32 + radius, 32 + radius), colour), size=size)


def drawings(picture: np.ndarray, make=outline) -> list[np.ndarray]:
    return [make(picture, np.random.default_rng(seed)) for seed in SEEDS]


@pytest.mark.parametrize("make", [outline, silhouette])
def test_same_rng_same_drawing_and_no_two_alike(make):
    again, first = drawings(a_disc(), make), drawings(a_disc(), make)
    assert all(np.array_equal(a, b) for a, b in zip(again, first))
    assert all(np.abs(first[i] - first[j]).sum() > 5 for i in SEEDS for j in range(i))
    assert all(ink.shape == (64, 64) and ink.dtype == np.float32 for ink in first)
    assert min(ink.min() for ink in first) == 0 and max(ink.max() for ink in first) == 1


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (128, 128, 128), (240, 200, 30)])
def test_a_disc_becomes_a_ring_whatever_its_colour(colour):
    distance = np.hypot(X - 32, Y - 32)
    for ink in drawings(a_disc(colour)):
        assert ink[distance < 16].sum() == 0 and ink[distance > 24].sum() == 0
        assert ink.sum() == pytest.approx((ink * distance).sum() / 20, rel=.04)  # its mean radius is 20
        turns = np.linspace(0, 2 * np.pi, 90, endpoint=False)
        rays = [ink[(32 + r * np.sin(turns)).astype(int), (32 + r * np.cos(turns)).astype(int)]
                for r in np.arange(16, 24, .5)]
        assert np.max(rays, axis=0).min() > .4  # no gap in any direction


def test_strokes_are_thin_and_of_varied_width():
    widths = [ink.sum() / (2 * np.pi * 20) for ink in drawings(a_disc())]  # pixels
    assert .8 < min(widths) < 1.6 < max(widths) < 3.2
    assert max(widths) > 1.4 * min(widths)


def test_a_step_of_colour_is_drawn_once():
    """Red beside blue of the same lightness, both within one shape: one line down the middle, no double edge."""
    picture = a_picture(("rectangle", (8, 8, 32, 56), (200, 60, 60)), ("rectangle", (32, 8, 56, 56), (40, 90, 220)))
    for ink in drawings(picture):
        across = ink[32, 14:50]
        inked = np.flatnonzero(across > .05)
        assert 30 <= 14 + inked.mean() <= 34 and across.max() > .5
        assert np.ptp(inked) == len(inked) - 1


def test_faint_edges_are_drawn_at_times_and_strong_ones_always():
    picture = a_picture(("rectangle", (6, 6, 58, 58), (120, 120, 120)), ("ellipse", (22, 22, 42, 42), (150, 140, 130)))
    inner = [ink[16:48, 16:48].sum() for ink in drawings(picture)]
    outer = [ink.sum() - ink[16:48, 16:48].sum() for ink in drawings(picture)]
    assert min(inner) == 0 < max(inner) and min(outer) > 150


@pytest.mark.parametrize("quarters", range(4))
def test_faint_edges_are_drawn_where_they_continue_strong_ones(quarters):
    """A dark bar on grey is drawn into its pale end, though a bar as pale all over is not drawn."""
    def bar(darkest, palest=9):
        darkness = np.r_[np.linspace(darkest, palest, 36), np.full(16, palest)]
        picture = np.full((64, 64, 4), 255, np.uint8)
        picture[:, :, :3] = 140
        picture[24:40, 6:58, :3] -= darkness.astype(np.uint8)[:, None]
        return np.rot90(picture, quarters)

    def ends(picture):
        return [np.rot90(ink, -quarters)[16:48, 46:54].sum() for ink in drawings(picture)]

    assert max(ends(bar(9))) == 0
    assert 2 < np.count_nonzero(ends(bar(90))) < len(SEEDS)


def test_even_colour_leaves_no_line_inside():
    assert all(ink[16:48, 16:48].sum() == 0 for ink in drawings(a_picture(("rectangle", (4, 4, 60, 60), "green"))))


def test_what_touches_the_frame_is_closed_there():
    whole = np.full((64, 64, 4), 255, np.uint8)
    for ink in drawings(whole):
        assert min(ink[:4, 8:56].max(0).min(), ink[-4:, 8:56].max(0).min()) > .4
        assert min(ink[8:56, :4].max(1).min(), ink[8:56, -4:].max(1).min()) > .4


def test_nothing_yields_nothing():
    assert outline(np.zeros((64, 64, 4), np.uint8), np.random.default_rng(0)).sum() == 0
    assert silhouette(np.zeros((64, 64, 4), np.uint8), np.random.default_rng(0)).sum() == 0


def test_colour_that_cannot_be_seen_does_not_count():
    seen = a_disc()
    unseen = seen.copy()
    unseen[seen[:, :, 3] == 0, :3] = np.random.default_rng(0).integers(0, 256, ((seen[:, :, 3] == 0).sum(), 3))
    assert all(np.array_equal(a, b) for a, b in zip(drawings(seen), drawings(unseen)))


def test_a_silhouette_fills_its_shape_and_keeps_its_holes():
    picture = a_picture(("ellipse", (8, 8, 56, 56), "yellow"), ("ellipse", (24, 24, 40, 40), (0, 0, 0, 0)))
    distance = np.hypot(X - 32, Y - 32)
    for ink in drawings(picture, silhouette):
        assert ink[distance < 5].max() == 0 and ink[distance > 27].max() == 0
        assert ink[(distance > 11) & (distance < 21)].min() == 1
        assert ink.sum() == pytest.approx(picture[:, :, 3].sum() / 255, rel=.08)


def test_a_silhouette_does_not_depend_on_colour():
    spotted = a_picture(("ellipse", (12, 12, 52, 52), "red"), ("ellipse", (26, 20, 40, 34), "blue"))
    assert all(np.array_equal(a, b) for a, b in zip(drawings(spotted, silhouette), drawings(a_disc(), silhouette)))


def test_an_outline_runs_round_its_silhouette():
    picture = a_picture(("polygon", (32, 6, 58, 54, 6, 54), "purple"))
    for line, shape in zip(drawings(picture), drawings(picture, silhouette)):
        assert .2 < (line * shape).sum() / line.sum() < .8  # neither within it nor outside
        assert line.sum() < .6 * shape.sum()


@pytest.mark.parametrize("make", [outline, silhouette])
def test_pictures_of_any_size(make):
    for size in (32, 100):
        ink = make(a_disc(size=size), np.random.default_rng(1))
        assert ink.shape == (size, size)
        assert ink.sum() / size ** 2 == pytest.approx(make(a_disc(), np.random.default_rng(1)).sum() / 64 ** 2, rel=.15)
    assert make(a_disc()[8:40], np.random.default_rng(1)).shape == (32, 64)


@pytest.mark.parametrize("wrong", [np.zeros((64, 64, 3), np.uint8), np.zeros((64, 64), np.uint8),
                                   np.zeros((64, 64, 4))])
def test_pictures_without_alpha_or_bytes_are_refused(wrong):
    for make in (outline, silhouette):
        with pytest.raises(ValueError, match="uint8, red, green, blue and alpha"):
            make(wrong, np.random.default_rng(0))
