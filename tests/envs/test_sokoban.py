"""Sokoban: rules by hand, the solver against breadth-first search, boards by lot, the test set."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spoken import places

from envs import sokoban_solver
from envs.board import Board
from envs.sokoban import LONGEST, SHORTEST, Sokoban, SokobanEnv, generate, test_boards

test_boards.__test__ = False  # boards to test agents on
LEFT, DOWN, RIGHT, UP = range(4)
SMALL = ["#######", "#@ $ .#", "#     #", "#######"]


def test_boxes_are_pushed_and_never_pulled():
    board = Sokoban.read(SMALL)
    beside = (1, 2), frozenset({(1, 3)})
    assert board.after(beside, RIGHT) == ((1, 3), frozenset({(1, 4)}))
    assert board.after(((1, 4), frozenset({(1, 3)})), RIGHT) == ((1, 5), frozenset({(1, 3)}))
    assert board.solve() == (RIGHT,) * 3


def test_walls_and_second_boxes_stop_a_push():
    board = Sokoban(("#######", "#@$$..#", "#######"))
    assert board.after(board.start, RIGHT) == board.start and board.solve() is None
    against = Sokoban(("#####", "#.@$#", "#####"))
    assert against.after(against.start, RIGHT) == against.start and against.solve() is None


def test_a_known_puzzle():
    """By hand: the box goes round a corner, which takes a walk to its other side."""
    board = Sokoban.read(["######", "#@   #", "# $  #", "#   .#", "######"])
    assert len(board.solve()) == 6  # down, right, right, up, right, down
    state = board.start
    for action in (DOWN, RIGHT, RIGHT, UP, RIGHT, DOWN):
        state = board.after(state, action)
    assert board.solved(state)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 2))
def test_the_solver_agrees_with_breadth_first_search(seed, boxes):
    """On boards of which many have no solution."""
    rng = np.random.default_rng(seed)
    letters = np.full((7, 7), "#")
    letters[1:-1, 1:-1] = np.where(rng.random((5, 5)) < .2, "#", " ")
    free = np.argwhere(letters == " ")
    for letter, cell in zip("." * boxes + "$" * boxes + "@", rng.permutation(free)[:2 * boxes + 1].tolist()):
        letters[*cell] = letter
    board = Sokoban(tuple("".join(row) for row in letters.tolist()))
    way, search = board.solve(), Board.solve(board)
    assert (way is None) == (search is None)
    if way is not None:
        assert len(way) == len(search)
        state = board.start
        for action in way:
            state = board.after(state, action)
        assert board.solved(state)


def test_boards_by_lot_can_be_solved_and_are_not_trivial():
    for seed in range(4):
        board = generate(np.random.default_rng(seed))
        assert SHORTEST <= len(Sokoban.read(board.plain()).solve()) <= LONGEST
        assert len(board.start[1]) == len(board.targets) == 2


def test_the_test_set_is_always_the_same():
    boards = test_boards(5)
    assert boards == test_boards(6)[:5] and len(set(boards)) == 5
    assert boards[0].plain() == ["#######", "#.    #", "#   . #", "# $  @#", "#$  # #", "#   # #", "#######"]


def test_a_search_that_is_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(sokoban_solver, "MOST", 20)
    with pytest.raises(ValueError, match="given up after 20 positions; give one with fewer boxes"):
        Sokoban.read(["########", "#@     #", "#  $   #", "#      #", "#     .#", "########"])


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_words_are_exact(seed):
    env = SokobanEnv(size=6, boxes=1)
    words = env.reset(seed=seed)[1]["description"]
    rows, columns = map(int, re.search(r"has (\d+) rows and (\d+) columns", words).groups())
    said = re.search(r"You are in (.*?)\. Boxes are in (.*?)\. Targets are in (.*?)\. Walls are in (.*)\.$", words)
    you, boxes, targets, walls = map(places, said.groups())
    letter = {(0, 0, 0): " ", (1, 0, 0): "@", (0, 1, 0): "$", (0, 0, 1): ".", (0, 1, 1): "*", (1, 0, 1): "+"}
    told = ["".join("#" if (r, c) in walls else letter[tuple((r, c) in things for things in (you, boxes, targets))]
                    for c in range(columns)) for r in range(rows)]
    assert told == env.board.plain()


@pytest.mark.parametrize("style", ["plain", "chalk"])
def test_what_is_where_is_seen(style):
    board = Sokoban.read(["#######", "#@ $ .#", "#   * #", "#######"])
    states = [board.start, ((1, 2), board.start[1]), ((1, 5), board.start[1]), ((1, 1), frozenset({(1, 5), (2, 4)})),
              ((1, 1), frozenset({(1, 3), (2, 3)})), ((1, 1), frozenset({(1, 4), (2, 4)}))]
    assert len({board.draw(state, 64, style).tobytes() for state in states}) == len(states)


@pytest.mark.parametrize(("board", "right"), [
    (["#####", "# $.#", "#####"], "one '@' or '\\+'"), (["#####", "#@$ #", "#####"], "1 boxes and 0 targets"),
    (["#####", "#@  #", "#####"], "at least one"), (["#####", "#.@$#", "#####"], "has no path"),
    (["#####", "#@* #", "#####"], "solved before"), (["#####", "#@$.", "#####"], "row 2"), (["#@$.x#"], "row 1")])
def test_malformed_and_hopeless_boards_are_refused(board, right):
    with pytest.raises(ValueError, match=right) as caught:
        SokobanEnv(board=board)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("wrong", [{"size": 4}, {"size": 11}, {"boxes": 0}, {"boxes": 4}])
def test_bad_arguments_are_refused(wrong):
    with pytest.raises(ValueError, match="whole number from"):
        SokobanEnv(**wrong)
