"""Fetching the printer: against the published boards' shortest solutions, by hand, and from the words alone."""

import re

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envs.minibehavior import CARRIED, DROP, LYING, PICK, PLACED, TABLE, MiniBehavior, MiniBehaviorEnv

LEFT, DOWN, RIGHT, UP = range(4)
SMALL = ["S....", ".....", "TTT..", "TTT..", "....P"]


def room(size, start, printer, table):
    """A room with the upper left cell of its table."""
    letters = np.full((size, size), ".")
    letters[table[0]:table[0] + 2, table[1]:table[1] + 3] = "T"
    letters[start], letters[printer] = "S", "P"
    return ["".join(row) for row in letters.tolist()]


@pytest.mark.parametrize(("size", "start", "printer", "table", "steps"), [
    (5, (2, 4), (1, 1), (3, 1), 5), (5, (2, 1), (1, 2), (2, 2), 4), (5, (3, 0), (1, 2), (2, 2), 6),
    (6, (5, 4), (0, 5), (4, 0), 12), (6, (4, 5), (0, 5), (4, 0), 10), (6, (3, 4), (0, 5), (4, 0), 10)])
def test_published_boards_take_as_many_steps_as_published(size, start, printer, table, steps):
    """Places and numbers of states from the test set of Visual Planning (yix8/VisualPlanning, minibehaviour)."""
    assert len(MiniBehavior.read(room(size, start, printer, table)).solve()) == steps


def test_the_printer_is_picked_up_beside_and_put_down_beside():
    board = MiniBehavior.read(SMALL)
    assert board.after(((4, 3), LYING), PICK) == ((4, 3), CARRIED) == board.after(((4, 3), CARRIED), PICK)
    assert board.after(((4, 2), LYING), PICK) == ((4, 2), LYING)
    assert board.after(((4, 2), CARRIED), DROP) == ((4, 2), PLACED) and board.solved(((4, 2), PLACED))
    assert board.after(((4, 3), CARRIED), DROP) == ((4, 3), CARRIED)  # touches the table at a corner
    assert board.after(((4, 2), LYING), DROP) == ((4, 2), LYING)


def test_table_printer_and_edge_are_in_the_way():
    board = MiniBehavior.read(SMALL)
    assert board.after(((1, 0), LYING), DOWN) == ((1, 0), LYING) == board.after(((1, 0), LYING), LEFT)
    assert board.after(((4, 3), LYING), RIGHT) == ((4, 3), LYING)
    assert board.after(((4, 3), CARRIED), RIGHT) == ((4, 4), CARRIED)
    assert board.after(((0, 0), LYING), UP) == ((0, 0), LYING)


def read_words(words):
    """A room and the state, from what is said."""
    rows, columns, row, column = map(int, re.search(
        r"has (\d+) rows and (\d+) columns\. You are in row (\d+), column (\d+)\.", words).groups())
    table = re.search(r"covers rows (\d+) to (\d+), columns (\d+) to (\d+)", words)
    top, bottom, left, right = map(int, table.groups())
    letters = np.full((rows, columns), ".")
    letters[top - 1:bottom, left - 1:right] = "T"
    letters[row - 1, column - 1] = "S"
    where = re.search(r"The printer is (.*?)\. The", words)[1]
    if where.startswith("in row"):
        letters[tuple(int(number) - 1 for number in re.findall(r"\d+", where))] = "P"
    return ["".join(row) for row in letters.tolist()], where


@settings(max_examples=25, deadline=None)
@given(st.integers(4, 8), st.integers(0, 10**6))
def test_words_are_exact_and_solutions_shortest(size, seed):
    env = MiniBehaviorEnv(size=size)
    _, info = env.reset(seed=seed)
    rows, _ = read_words(info["description"])
    assert rows == env.board.plain()
    table = np.argwhere(np.array([list(row) for row in rows]) == "T")
    assert (np.ptp(table, axis=0) + 1).tolist() == list(TABLE)
    before, after = nx.grid_2d_graph(size, size), nx.grid_2d_graph(size, size)
    after.remove_nodes_from(env.board.table)
    before.remove_nodes_from(env.board.table | {env.board.printer})
    you = env.board.start[0]
    to_printer = nx.single_source_shortest_path_length(before, you)
    grid = nx.grid_2d_graph(size, size)
    picks = [cell for cell in grid[env.board.printer] if cell in to_printer]
    drops = [cell for cell in after if set(grid[cell]) & env.board.table]
    ways = [to_printer[pick] + nx.single_source_shortest_path_length(after, pick).get(drop, np.inf) + 2
            for pick in picks for drop in drops]
    assert len(env.board.solve()) == min(ways)


def test_words_say_where_the_printer_is():
    env = MiniBehaviorEnv(board=room(5, (2, 4), (1, 1), (3, 1)))
    said = [read_words(env.reset()[1]["description"])[1]]
    said += [read_words(env.step(action)[4]["description"])[1] for action in (LEFT, LEFT, LEFT, PICK, DROP)]
    assert said == ["in row 2, column 2"] * 4 + ["in your hands", "on the table"]


@pytest.mark.parametrize("style", ["plain", "chalk"])
def test_every_state_looks_different(style):
    board = MiniBehavior.read(SMALL)
    states = [((r, c), phase) for r in range(5) for c in range(5) for phase in (LYING, CARRIED)
              if SMALL[r][c] not in ("T" if phase else "TP")] + [((4, 0), PLACED), ((4, 1), PLACED), ((1, 0), PLACED)]
    assert len({board.draw(state, 64, style).tobytes() for state in states}) == len(states)


@pytest.mark.parametrize(("board", "right"), [
    (["S....", ".TT..", "..T..", ".....", "....P"], "one table, a rectangle"), (["S...P"], "one table"),
    (["STP"], "has no path"), (["S.TTT", "..TTT", "TT...", "....P"], "one table"), (["SxT", "..P"], "row 1 is 'SxT'"),
    (["..TP"], "'S' once")])
def test_malformed_and_closed_rooms_are_refused(board, right):
    with pytest.raises(ValueError, match=right) as caught:
        MiniBehaviorEnv(board=board)
    assert "\n" not in str(caught.value)


def test_bad_sizes_are_refused():
    for size in (3, 13, 5.5):
        with pytest.raises(ValueError, match="from 4 to 12"):
            MiniBehaviorEnv(size=size)
