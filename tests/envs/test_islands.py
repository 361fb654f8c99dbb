"""Islands and their landmarks: what is drawn, where, and how differently."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from envs.stimuli.islands import LEAST_RADIUS, LIMIT, Coast, Island, Landmark, render
from envs.stimuli.landmarks import KINDS

BEARINGS = np.linspace(0, 2 * np.pi, 720, endpoint=False)
PUBLISHED = .5 + np.array([(-.386, .373), (-.233, .31), (-.065, -.128), (.191, -.373), (-.154, .369), (-.001, .239),
                           (.386, -.113)])


def an_island(style: int = 3) -> Island:
    places = [("hut", .3, .3), ("lake", .7, .35), ("castle", .5, .5), ("palm", .35, .7), ("ship", .68, .7)]
    return Island(tuple(Landmark(*place) for place in places), Coast.sample(np.random.default_rng(style)), style)


@cache
def draws(kind: str, first: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Single landmarks at random places: signed differences from bare land (count, 64, 64, 3), and places in pixels."""
    differences, places = [], []
    for style in range(first, first + count):
        rng = np.random.default_rng((7, style))
        (x, y), size = rng.uniform(.4, .6, 2), rng.uniform(.095, .135)
        island = Island((Landmark(kind, x, y, size),), Coast.circle(), style)
        differences.append(render(island).astype(int) - render(replace(island, landmarks=())))
        places.append((64 * x, 64 * y))
    return np.array(differences), np.array(places)


def patches(kind: str, first: int, count: int) -> np.ndarray:
    """Differences in the 12 x 12 pixels about each landmark, flattened."""
    corners = [(int(y) - 5, int(x) - 5) for x, y in draws(kind, first, count)[1]]
    pictures = draws(kind, first, count)[0]
    return np.array([p[top:top + 12, left:left + 12].ravel() for p, (top, left) in zip(pictures, corners)])


def test_same_island_same_pixels():
    assert np.array_equal(render(an_island()), render(an_island()))
    assert not np.array_equal(render(an_island()), render(replace(an_island(), style=4)))


@pytest.mark.parametrize("size", [16, 37, 64, 256])
def test_any_size(size):
    picture = render(an_island(), size)
    assert picture.shape == (size, size, 3) and picture.dtype == np.uint8 and picture.flags.writeable


def test_same_picture_at_every_resolution():
    small, large = render(an_island(), 64).astype(float), render(an_island(), 256).astype(float)
    reduced = large.reshape(64, 4, 64, 4, 3).mean((1, 3))
    assert np.abs(small - reduced).mean() < 3
    assert np.corrcoef(small.ravel(), reduced.ravel())[0, 1] > .98


def test_a_landmark_looks_the_same_whatever_stands_beside_it():
    island = an_island()
    alone = replace(island, landmarks=island.landmarks[2:3])
    assert np.array_equal(render(island)[26:38, 26:38], render(alone)[26:38, 26:38])


@pytest.mark.parametrize("kind", KINDS)
def test_centre_of_mass(kind):
    differences, places = draws(kind, 0, 40)
    ink = np.abs(differences).sum(-1)
    steps, total = np.arange(64) + .5, ink.sum((1, 2))
    centres = np.stack([ink.sum(1) @ steps / total, ink.sum(2) @ steps / total], -1)
    assert np.hypot(*(centres - places).T).mean() < .4
    assert np.abs((centres - places).mean(0)).max() < .3


@pytest.mark.parametrize("kind", KINDS)
def test_no_two_draws_alike(kind):
    looks = {render(Island((Landmark(kind, .5, .5),), Coast.circle(), style)).tobytes() for style in range(30)}
    assert len(looks) == 30


@pytest.mark.parametrize("kind", KINDS)
def test_size_is_the_extent_in_map_widths(kind):
    for size in (.1, .3):
        island = Island((Landmark(kind, .5, .5, size),), Coast.circle(), 1)
        rows, columns = np.nonzero((render(island, 128) != render(replace(island, landmarks=()), 128)).any(-1))
        assert .75 * size < max(np.ptp(rows), np.ptp(columns)) / 128 < 1.25 * size


def test_kinds_are_told_apart():
    """The nearest of the kinds' mean patches names fresh draws, by colours and places of pixels alone."""
    means = np.array([patches(kind, 0, 40).mean(0) for kind in KINDS])
    hits = []
    for k, kind in enumerate(KINDS):
        distances = ((patches(kind, 100, 20)[:, None] - means) ** 2).sum(-1)
        hits.append((distances.argmin(1) == k).mean())
    assert np.mean(hits) > .93 and min(hits) >= .6, dict(zip(KINDS, hits))


def test_landmarks_stand_out_from_the_land():
    for kind in KINDS:
        assert np.abs(draws(kind, 0, 40)[0]).max((1, 2, 3)).min() > 60, kind


def test_order_of_kinds():
    assert " ".join(KINDS[:12]) == "hut well lake tree rock grass beach harbour lighthouse creek cave castle"
    assert " ".join(KINDS[12:]) == "church windmill tent bridge volcano palm campfire flag garden temple ship mine"


def test_errors():
    with pytest.raises(ValueError, match="'lighthose'.*lighthouse"):
        Landmark("lighthose", .5, .5)
    for x, y in ((-.01, .5), (.5, 1.01), (float("nan"), .5)):
        with pytest.raises(ValueError, match="off the map"):
            Landmark("hut", x, y)
    with pytest.raises(ValueError, match="size"):
        Landmark("hut", .5, .5, 0.)
    with pytest.raises(ValueError, match="once at most.*hut"):
        Island((Landmark("hut", .5, .5), Landmark("hut", .4, .5)), Coast.circle(), 0)
    with pytest.raises(ValueError, match="16"):
        render(an_island(), 15)


def test_positions():
    assert an_island().positions()["lake"] == (.7, .35)


def test_sampled_coasts_keep_to_the_map_and_vary():
    coasts = [Coast.sample(np.random.default_rng(seed)) for seed in range(300)]
    radii = np.array([coast.radius(BEARINGS) for coast in coasts])
    assert radii.min() >= LEAST_RADIUS
    assert all(np.abs(coast.outline - .5).max() <= LIMIT + 1e-12 for coast in coasts)
    assert np.mean(radii.max(1) > .57) > .1 and np.mean(radii.max(1) < .5) > .4
    assert np.abs(np.diff(radii, axis=1)).max() < .02


def test_radius_passes_the_knots_clockwise_from_north():
    coast = Coast.sample(np.random.default_rng(1))
    knots = np.arange(len(coast.radii)) * 2 * np.pi / len(coast.radii)
    assert np.allclose(coast.radius(knots), coast.radii)
    assert np.allclose(coast.radius(knots - 4 * np.pi), coast.radii)
    assert np.allclose(coast.outline[0], (.5, .5 - coast.radii[0]))
    assert coast.outline[len(coast.outline) // 4, 0] > .8


def test_contains():
    coast = Coast.circle(.4)
    assert coast.contains(.5, .11) and not coast.contains(.5, .09)
    assert coast.contains(.5, .17, margin=.06) and not coast.contains(.5, .15, margin=.06)
    assert coast.contains(np.full((2, 3), .5), np.full((2, 3), .5), margin=.1).shape == (2, 3)


def test_land_is_drawn_where_the_coast_says():
    island = replace(an_island(), landmarks=())
    picture, (y, x) = render(island).astype(int), (np.mgrid[:64, :64] + .5) / 64
    inland, offshore = island.coast.contains(x, y, margin=.02), ~island.coast.contains(x, y)
    assert (picture[inland, 2] < picture[inland, 1]).all() and np.ptp(picture[inland], axis=0).max() == 0
    offshore &= ~Coast(tuple(r + .04 for r in island.coast.radii)).contains(x, y)
    assert (picture[offshore, 2] > picture[offshore, 0]).all()


def test_a_coast_around_a_published_map():
    coast = Coast.around(PUBLISHED)
    assert coast.contains(*PUBLISHED.T, margin=.069).all()
    assert np.abs(coast.outline - .5).max() <= LIMIT + 1e-12
    assert coast.radius(BEARINGS).min() >= LEAST_RADIUS
    assert np.abs(np.diff(coast.radius(BEARINGS))).max() < .01


def test_a_coast_around_points_by_the_edge_is_clipped_to_the_map():
    coast = Coast.around([(.99, .5), (.5, .5)])
    assert np.abs(coast.outline - .5).max() <= LIMIT + 1e-12
