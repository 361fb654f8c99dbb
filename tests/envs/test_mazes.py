"""Mazes are spanning trees, and Wilson's are every tree alike."""

from collections import Counter

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envs.stimuli.mazes import LEAST, METHODS, MOST, depth_first, kruskal, maze, wilson

seeds = st.integers(0, 2**32 - 1)


@settings(max_examples=30, deadline=None)
@given(st.integers(LEAST, MOST), st.sampled_from(sorted(METHODS)), seeds)
def test_every_maze_is_a_spanning_tree_of_the_grid(size, method, seed):
    ways = METHODS[method](size, np.random.default_rng(seed))
    tree = nx.Graph(ways)
    assert nx.is_tree(tree) and len(tree) == size**2 and len(ways) == size**2 - 1
    assert all(abs(r - r_too) + abs(c - c_too) == 1 for (r, c), (r_too, c_too) in ways)


@settings(max_examples=20, deadline=None)
@given(st.integers(LEAST, MOST), st.sampled_from(sorted(METHODS)), seeds)
def test_letters_say_what_the_tree_says(size, method, seed):
    rows = maze(size, method, np.random.default_rng(seed))
    open_ = {(r, c) for r, row in enumerate(rows) for c, letter in enumerate(row) if letter != "#"}
    tree = nx.Graph(METHODS[method](size, np.random.default_rng(seed)))
    assert open_ == {(2 * r + 1, 2 * c + 1) for r, c in tree} | {(r + r_too + 1, c + c_too + 1)
                                                                for (r, c), (r_too, c_too) in tree.edges}
    text = "".join(rows)
    assert text.count("S") == text.count("G") == 1 and all("SG".count(row[::2].strip("# ")) for row in rows)


def unevenness(method, count=2000):
    """Chi-square, in standard deviations above its mean, of how often each spanning tree of 3 x 3 cells comes up."""
    rng, trees = np.random.default_rng(0), 192  # by Kirchhoff's theorem
    found = Counter(frozenset(map(frozenset, method(3, rng))) for _ in range(count))
    expected = count / trees
    times = np.array([*found.values(), *[0] * (trees - len(found))])
    return (((times - expected) ** 2 / expected).sum() - (trees - 1)) / np.sqrt(2 * (trees - 1))


def test_wilson_draws_every_tree_alike_and_depth_first_does_not():
    assert abs(unevenness(wilson)) < 4 < 20 < unevenness(depth_first)


def test_depth_first_has_the_longest_corridors():
    def dead_ends(method):
        rng = np.random.default_rng(1)
        return np.mean([sum(degree == 1 for _, degree in nx.Graph(method(8, rng)).degree) for _ in range(30)])

    assert dead_ends(depth_first) < .6 * min(dead_ends(kruskal), dead_ends(wilson))


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_the_same_maze(method):
    one, same, other = (maze(6, method, np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert one == same != other
