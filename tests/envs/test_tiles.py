"""Tiles: the same things in both styles, none like another, and boards of any shape put together of them."""

from itertools import combinations

import numpy as np
import pytest

from envs.stimuli.tiles import STYLES, TILES, draw, tile

GROUNDS = {"floor", "wall", "table", "ice"}


def test_both_styles_have_every_tile():
    assert set(TILES["plain"]) == set(TILES["chalk"]) and tuple(TILES) == STYLES


@pytest.mark.parametrize("style", STYLES)
def test_no_tile_looks_like_another_even_when_small(style):
    seen = {name: draw({(1, 1): [name]}, 8, 8, 64, style).astype(float) for name in TILES[style]}
    for one, other in combinations(seen, 2):
        assert np.abs(seen[one] - seen[other])[8:16, 8:16].mean() > 4, (one, other)


@pytest.mark.parametrize("name", TILES["plain"])
def test_no_tile_looks_alike_in_both_styles(name):
    one, other = (np.asarray(tile(name, style, 24), float) for style in STYLES)
    assert np.abs(one - other).mean() > 15


@pytest.mark.parametrize("style", STYLES)
def test_only_grounds_fill_their_cell(style):
    for name in TILES[style]:
        assert (np.asarray(tile(name, style, 24))[..., 3].min() == 255) == (name in GROUNDS), name


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (3, 5), (7, 2), (12, 12)])
def test_things_are_drawn_where_they_are(rows, columns):
    bare = draw({}, rows, columns).astype(float)
    side = 64 / max(rows, columns)
    for place in ((0, 0), (rows - 1, columns - 1), (rows // 2, columns // 2)):
        y, x = np.argwhere(np.abs(draw({place: ["you"]}, rows, columns) - bare).max(-1) > 20).mean(0) + .5
        row, column = (32 + (index + .5 - count / 2) * side for index, count in zip(place, (rows, columns)))
        assert abs(y - row) < 1.6 and abs(x - column) < 1.6


def test_pictures_are_the_callers_own():
    first = draw({(0, 0): ["you"]}, 3, 3)
    kept = first.copy()
    first[:] = 0
    assert np.array_equal(draw({(0, 0): ["you"]}, 3, 3), kept)
