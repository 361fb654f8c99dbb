"""Mazes: solutions against a graph read from the words, pictures that tell states apart, boards refused."""

import re

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spoken import places

from envs.board import DIRECTIONS
from envs.maze import Maze, MazeEnv

OPEN = ["#######", "#S    #", "# # # #", "#     #", "# # # #", "#    G#", "#######"]  # with loops


def graph(words):
    """What the words say: ways between cells, where one is and where the flag is."""
    rows, columns = map(int, re.search(r"has (\d+) rows and (\d+) columns", words).groups())
    you, flag, walls = re.search(
        r"You are in (.*?)\. The flag is in (.*?)\. Walls stand all round, (.*)\.$", words).groups()
    right, below = re.fullmatch(r"to the right of (.*), and below (.*)", walls).groups()
    grid = nx.grid_2d_graph(rows, columns)
    grid.remove_edges_from([((r, c), (r, c + 1)) for r, c in places(right)])
    grid.remove_edges_from([((r, c), (r + 1, c)) for r, c in places(below)])
    return grid, places(you)[0], places(flag)[0]


@settings(max_examples=20, deadline=None)
@given(st.integers(3, 12), st.sampled_from(["kruskal", "wilson", "depth_first"]), st.integers(0, 10**6))
def test_words_are_exact_and_solutions_shortest(size, method, seed):
    env = MazeEnv(size=size, method=method)
    _, info = env.reset(seed=seed)
    grid, you, flag = graph(info["description"])
    assert nx.is_tree(grid) and len(grid) == size**2
    assert len(env.board.solve()) == nx.shortest_path_length(grid, you, flag)


def test_loops_are_allowed_and_shortest_is_shortest():
    board = Maze.read(OPEN)
    assert len(board.solve()) == 4 and board.solve((2, 2)) == () and len(board.solve((0, 2))) == 2


def test_walls_stop_and_ways_do_not():
    board = Maze.read(["#####", "#S#G#", "# # #", "#   #", "#####"])
    left, down, right, up = range(4)
    assert DIRECTIONS == ("left", "down", "right", "up")
    assert [board.after((0, 0), action) for action in range(4)] == [(0, 0), (1, 0), (0, 0), (0, 0)]
    assert board.solve() == (down, right, up) and left not in board.solve()


@pytest.mark.parametrize("style", ["plain", "chalk"])
@pytest.mark.parametrize("size", [3, 12])
def test_every_place_looks_different(size, style):
    env = MazeEnv(size=size, style=style)
    env.reset(seed=0)
    pictures = {env.board.draw((r, c), 64, style).tobytes() for r in range(size) for c in range(size)}
    assert len(pictures) == size**2


@pytest.mark.parametrize("style", ["plain", "chalk"])
def test_every_wall_is_seen(style):
    """On the largest maze, what a wall adds shows where it stands."""
    closed = np.full((25, 25), "#")
    closed[1::2, 1::2] = " "
    closed[1, 1], closed[23, 23] = "S", "G"
    board = Maze(tuple(map("".join, closed.tolist())))
    whole = board.draw((0, 0), 64, style).astype(float)
    for row, column in ((5, 6), (6, 5), (13, 22), (22, 1)):
        opened = closed.copy()
        opened[row, column] = " "
        change = np.abs(Maze(tuple(map("".join, opened.tolist()))).draw((0, 0), 64, style) - whole).max(-1)
        y, x = np.argwhere(change > 40).mean(0) + .5
        assert abs(y - row * 64 / 24) < 3.5 and abs(x - column * 64 / 24) < 3.5


@pytest.mark.parametrize(("board", "right"), [
    (["####", "#SG#", "####"], "2 m \\+ 1 rows"), (["#####", "#S#G#", "#####"], "has no path"),
    (["#####", "#S G ", "#####"], "walls all round"), (["#####", "#SG #", "#####"], "one of them 'S', one 'G'"),
    (["#####", "#S  #", "#####"], "'G' once"), (["#####", "#S.G#", "#####"], "row 2"),
    (["#######", "#S ##G#", "#######"], "even letters of its even rows")])
def test_malformed_and_closed_boards_are_refused(board, right):
    with pytest.raises(ValueError, match=right) as caught:
        MazeEnv(board=board)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("wrong", "right"), [({"size": 2}, "from 3 to 12"), ({"size": 13}, "from 3 to 12"),
                                              ({"method": "prim"}, "kruskal, wilson, depth_first")])
def test_bad_arguments_say_what_would_be_right(wrong, right):
    with pytest.raises(ValueError, match=right):
        MazeEnv(**wrong)
