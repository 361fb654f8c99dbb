"""Shepard-Metzler figures and their views: shapes, hands, splits, and hidden surfaces against casting rays."""

from itertools import pairwise, product
from time import thread_time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envs.stimuli import views
from envs.stimuli.blocks import CUBES, ROTATIONS, Blocks, figures
from envs.stimuli.turns import (
    LEAST_OFF,
    MIRROR,
    PLANE,
    SPLITS,
    UPRIGHT,
    VERTICAL,
    in_plane,
    other_axes,
    random_turn,
    rotation,
)

ALL = [figure for split in SPLITS for cubes in CUBES for figure in figures(split, cubes)]
seeds = st.integers(0, 2**32 - 1)


def some(seed):
    """A figure and a turn."""
    rng = np.random.default_rng(seed)
    return ALL[rng.integers(len(ALL))], random_turn(rng)


def cells(figure, rotation=UPRIGHT):
    """A figure's cubes after a rotation of the lattice, shifted to the origin: an oracle of shape."""
    places = np.rint(np.array(figure.cubes) @ np.asarray(rotation).T).astype(int)
    return frozenset(map(tuple, (places - places.min(0)).tolist()))


def first_of(figure):
    """The first of a figure's sets of cells in all rotations: the same for the same shape."""
    return min(tuple(sorted(cells(figure, turn))) for turn in ROTATIONS)


def seen_by_rays(solid, turn, size, distance):
    """Which cube the ray through each pixel's middle meets first, -1 for none, and how far off all that is hit."""
    scale = views.FULLEST / 2 * (1 - distance ** -2) ** .5 / solid.radius
    x, y = np.meshgrid(*[(np.arange(size) + .5) / size - .5] * 2)
    if np.isinf(distance):
        start = np.stack([x / scale, y / scale, np.full_like(x, -100)], -1)
        ray = np.broadcast_to((0., 0., 1.), start.shape)
    else:
        start = np.broadcast_to((0., 0., -distance * solid.radius), (*x.shape, 3))
        ray = np.stack([x / scale, y / scale, np.full_like(x, distance * solid.radius)], -1)
    start, ray = start @ turn, ray @ turn  # into the solid's own coordinates
    nearest, owner = np.full(x.shape, np.inf), np.full(x.shape, -1)
    for cube, middle in enumerate(solid.cubes):
        with np.errstate(divide="ignore"):
            bounds = np.stack([(middle + side - start) / ray for side in (-.5, .5)])
        enter, leave = bounds.min(0).max(-1), bounds.max(0).min(-1)
        hit = (enter < leave) & (enter < nearest)
        nearest[hit], owner[hit] = enter[hit], cube
    return owner


def inside(owner):
    """Pixels all around which, two pixels far, the same is shown: Pillow's polygons take in the pixels they touch."""
    same = np.ones_like(owner, bool)
    for down, right in product(range(-2, 3), repeat=2):
        same &= owner == np.roll(owner, (down, right), (0, 1))
    return same


# ---- shapes ---------------------------------------------------------------------------------------------------------


def test_rotations_are_those_of_a_cube():
    assert len({matrix.tobytes() for matrix in ROTATIONS}) == 24
    assert all(np.array_equal(matrix @ matrix.T, np.eye(3)) and np.linalg.det(matrix) > 0 for matrix in ROTATIONS)


def test_listed_figures_are_chains_with_three_bends():
    assert len(ALL) == 24 + 50 + 90 + 147
    for figure in ALL:
        steps = np.diff(figure.cubes, axis=0)
        assert (np.abs(steps).sum(1) == 1).all() and len(figure.cubes) in CUBES
        assert sum(a.tolist() != b.tolist() for a, b in pairwise(steps)) == 3
        assert figure.vertices == len(figure.cubes) == len(figure.name) + 1


@pytest.mark.parametrize("cubes", CUBES)
def test_every_handed_shape_is_listed_once(cubes):
    """Against counting all walks on the lattice, by sets of cells."""
    listed = [{first_of(each) for each in (figure, figure.mirror())}
              for split in SPLITS for figure in figures(split, cubes)]
    assert all(len(both) == 2 for both in listed)
    assert len(set().union(*listed)) == 2 * len(listed)
    if cubes > 7:  # too many walks
        return
    found = set()
    for walk in product(range(6), repeat=cubes - 2):
        walk = (0, *walk)
        if sum(a != b for a, b in pairwise(walk)) != 3 or any(abs(a - b) == 3 for a, b in pairwise(walk)):
            continue
        steps = np.concatenate([np.eye(3, dtype=int), -np.eye(3, dtype=int)])[list(walk)]
        try:
            figure = Blocks(tuple(map(tuple, np.concatenate([[(0, 0, 0)], steps.cumsum(0)]).tolist())))
        except ValueError:
            continue
        hands = {first_of(figure), first_of(figure.mirror())}
        if len(hands) == 2:
            found |= hands
    assert found == set().union(*listed)


def test_no_shape_nor_its_mirror_is_in_two_splits():
    shapes = {split: {each.shape for cubes in CUBES for figure in figures(split, cubes)
                      for each in (figure, figure.mirror())} for split in SPLITS}
    assert sum(map(len, shapes.values())) == len(set().union(*shapes.values())) == 2 * len(ALL)
    assert len(shapes["training"]) > 3 * len(shapes["test"]) > 3 * len(shapes["validation"]) > 0


@settings(deadline=None, max_examples=30)
@given(seeds, st.integers(0, 23), st.booleans())
def test_shape_is_what_rotation_shift_and_reading_backwards_leave(seed, which, backwards):
    figure, _ = some(seed)
    places = np.array(figure.cubes) @ ROTATIONS[which].T + (3, -1, 2)
    moved = Blocks(tuple(map(tuple, (places[::-1] if backwards else places).tolist())))
    assert moved.shape == figure.shape != moved.mirror().shape == figure.mirror().shape
    assert moved.handed and figure.mirror().mirror() == figure


@pytest.mark.parametrize(("cubes", "handed"), [
    (((0, 0, 0), (1, 0, 0), (2, 0, 0)), False),  # a bar
    (((0, 0, 0), (1, 0, 0), (1, 1, 0), (2, 1, 0)), False),  # flat
    (((0, 1, 0), (0, 0, 0), (1, 0, 0), (1, 0, 1)), True),
    (((0, 2, 0), (0, 1, 0), (0, 0, 0), (1, 0, 0), (1, 0, 1), (1, 0, 2)), True),
    (((0, 0, 0), (0, 0, 1), (1, 0, 1), (1, 1, 1), (1, 1, 0)), False)])  # three bends, not flat, yet symmetric
def test_handedness_agrees_with_sets_of_cells(cubes, handed):
    figure = Blocks(cubes)
    assert figure.handed == (cells(figure.mirror()) not in {cells(figure, turn) for turn in ROTATIONS}) == handed


# ---- views ----------------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=20)
@given(seeds, st.sampled_from([1.5, 3., views.DISTANCE, np.inf]))
def test_hidden_surfaces_are_right(seed, distance):
    """Away from borders each pixel shows the cube that a ray meets first."""
    figure, turn = some(seed)
    rays = seen_by_rays(figure.solid, turn, 128, distance)
    shown = views.owners(figure.solid, turn, 128, distance)
    clear = inside(rays)
    assert clear.mean() > .5 and (rays[clear] >= 0).any()
    assert (shown[clear] == rays[clear]).all()


@pytest.mark.parametrize("which", range(24))
@pytest.mark.parametrize("distance", [3., np.inf])
def test_hidden_surfaces_are_right_along_the_lattice(which, distance):
    """Where the line of sight lies in lattice planes, ties in depth abound."""
    figure, turn = ALL[which], ROTATIONS[which].astype(float)
    rays = seen_by_rays(figure.solid, turn + 1e-12, 96, distance)
    clear = inside(rays)
    assert (views.owners(figure.solid, turn, 96, distance)[clear] == rays[clear]).all()


def test_an_order_by_depth_alone_would_be_caught(monkeypatch):
    """The oracle tells a wrong order from the right one."""
    monkeypatch.setattr(views.np, "lexsort", lambda keys: np.arange(len(keys[0])))
    wrong = 0
    for seed in range(10):
        figure, turn = some(seed)
        rays = seen_by_rays(figure.solid, turn, 96, 3.)
        clear = inside(rays)
        wrong += (views.owners(figure.solid, turn, 96, 3.)[clear] != rays[clear]).any()
    assert wrong > 2


@settings(deadline=None, max_examples=12)
@given(seeds)
def test_a_mirror_figure_looks_like_the_picture_mirrored(seed):
    figure, turn = some(seed)
    mirrored = figure.mirror().draw(MIRROR @ turn @ MIRROR)
    assert np.abs(mirrored[:, ::-1] - figure.draw(turn)).mean() < .003


@settings(deadline=None, max_examples=12)
@given(seeds)
def test_a_turn_in_the_plane_turns_the_picture(seed):
    figure, turn = some(seed)
    clockwise = figure.draw(rotation(PLANE, 90) @ turn)
    assert np.abs(np.rot90(figure.draw(turn), -1) - clockwise).mean() < .02


@settings(deadline=None, max_examples=20)
@given(seeds, st.sampled_from([2., views.DISTANCE, np.inf]))
def test_figures_fit_at_every_turn(seed, distance):
    figure, turn = some(seed)
    ink = figure.draw(turn, 64, distance)
    assert ink.dtype == np.float32 and ink.shape == (64, 64) and 0 <= ink.min() and .7 < ink.max() <= 1
    assert not ink[[0, -1]].any() and not ink[:, [0, -1]].any()


def test_lattice_rotations_of_a_figure_change_no_view():
    figure, turn = some(3)
    for lattice in ROTATIONS:
        other = Blocks(tuple(map(tuple, (np.array(figure.cubes) @ lattice.T).tolist())))
        assert np.abs(other.draw(turn @ lattice.T) - figure.draw(turn)).max() < .02


def test_near_things_are_larger_unless_orthographic():
    bar = Blocks(tuple((0, 0, z) for z in range(5)))
    turn = rotation(VERTICAL, 45) @ rotation(np.array((1, 0, 0)), 60)
    areas = {distance: np.bincount(views.owners(bar.solid, turn, 256, distance).ravel() + 1)[[1, -1]]
             for distance in (3., np.inf)}
    hidden = np.ptp(areas[np.inf]) / areas[np.inf].max()
    assert hidden < .5 and areas[3.].max() / areas[3.].min() > 1.2 * areas[np.inf].max() / areas[np.inf].min()


def test_same_picture_at_every_resolution():
    figure, turn = some(5)
    fine = figure.draw(turn, 256).reshape(64, 4, 64, 4).mean((1, 3))
    assert np.abs(fine - figure.draw(turn)).mean() < .02


def test_legible_views_show_something_of_every_cube():
    rng, found = np.random.default_rng(0), []
    for _ in range(60):
        figure, turn = ALL[rng.integers(len(ALL))], random_turn(rng)
        counts = np.bincount(seen_by_rays(figure.solid, turn, 64, views.DISTANCE).ravel() + 1,
                             minlength=len(figure.cubes) + 1)[1:]
        found.append(figure.legible(turn))
        if found[-1]:
            assert counts.min() > 0
    assert .2 < np.mean(found) < .7


def test_draws_two_thousand_views_a_second():
    """About 3,500 on one idle core, in its own time; the bound leaves room for a busy machine."""
    rng, rates = np.random.default_rng(0), []
    figure = figures("training", 10)[0]
    turns = [random_turn(rng) for _ in range(100)]
    for _ in range(6):
        start = thread_time()
        for turn in turns:
            figure.draw(turn)
        rates.append(len(turns) / (thread_time() - start))
    assert max(rates) > 2000


# ---- turns ----------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.lists(st.floats(-1, 1), min_size=3, max_size=3).filter(lambda axis: np.linalg.norm(axis) > .01),
       st.floats(-720, 720), st.floats(-720, 720))
def test_turns_compose_and_keep_their_axis(axis, one, other):
    turn = rotation(np.array(axis), one)
    assert np.allclose(turn @ turn.T, np.eye(3)) and np.isclose(np.linalg.det(turn), 1)
    assert np.allclose(turn @ axis, axis)
    assert np.allclose(turn @ rotation(np.array(axis), other), rotation(np.array(axis), one + other))
    assert np.isclose(np.trace(turn), 1 + 2 * np.cos(np.deg2rad(one)))


def test_turns_go_the_stated_way():
    assert np.allclose(rotation(PLANE, 90) @ (1, 0, 0), (0, 1, 0))  # right goes down: clockwise
    assert np.allclose(rotation(VERTICAL, 90) @ (0, 0, 1), (1, 0, 0))
    assert np.allclose(in_plane(rotation(PLANE, 90)), ((0, -1), (1, 0)))


def test_random_turns_are_even():
    rng = np.random.default_rng(0)
    turns = np.array([random_turn(rng) for _ in range(4000)])
    assert np.allclose(turns @ turns.transpose(0, 2, 1), np.eye(3)) and np.allclose(np.linalg.det(turns), 1)
    assert np.abs(turns.mean(0)).max() < .04 and np.abs((turns ** 2).mean(0) - 1 / 3).max() < .03


def test_other_axes_are_apart_from_plane_and_vertical_and_between_splits():
    axes = {split: other_axes(split) for split in SPLITS}
    together = np.concatenate(list(axes.values()))
    assert np.allclose(np.linalg.norm(together, axis=1), 1) and min(map(len, axes.values())) > 8
    assert np.abs(together @ np.stack([PLANE, VERTICAL], -1)).max() < np.cos(np.deg2rad(LEAST_OFF))
    likeness = np.abs(together @ together.T)
    np.fill_diagonal(likeness, 0)
    assert likeness.max() < np.cos(np.deg2rad(5))


# ---- bad input ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("attempt", "right"), [
    (lambda: figures("exam", 8), "training, validation, test"), (lambda: figures("test", 6), "7 to 10"),
    (lambda: Blocks(((0, 0, 0),)), "two or more"), (lambda: Blocks(((0, 0, 0), (1., 0, 0))), "whole numbers"),
    (lambda: Blocks(((0, 0, 0), (2, 0, 0))), "no chain"),
    (lambda: Blocks(((0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0))), "with no other"),
    (lambda: Blocks(((0, 0, 0), (1, 0, 0), (0, 0, 0))), "no chain"),
    (lambda: rotation(PLANE, np.nan), "finite"), (lambda: rotation(PLANE, np.inf), "finite"),
    (lambda: rotation(np.zeros(3), 10), "not all 0"), (lambda: rotation(np.array((0, np.nan, 1)), 10), "three numbers"),
    (lambda: in_plane(rotation(VERTICAL, 10)), "in the plane only"),
    (lambda: ALL[0].draw(UPRIGHT, 8), "least size is 16"), (lambda: ALL[0].draw(UPRIGHT, distance=.5), "above 1"),
    (lambda: ALL[0].draw(UPRIGHT, distance=np.nan), "above 1")])
def test_bad_input_says_what_would_be_right(attempt, right):
    with pytest.raises(ValueError, match=right) as caught:
        attempt()
    assert "\n" not in str(caught.value)
