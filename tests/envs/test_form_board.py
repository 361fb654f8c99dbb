"""Form boards: one piece fills the hole, words tell which at one end of the dial and not at the other."""

import re

import numpy as np
import pytest

from envs.form_board import FIT, PIECES, PRESS, UNLIKE, FormBoard, FormBoardEnv
from envs.stimuli.shapes import HEADINGS

CLOCKWISE, ANTICLOCKWISE = PIECES, PIECES + 1


def boards(dial, count=4):
    env = FormBoardEnv(dial=dial)
    for seed in range(count):
        words = env.reset(seed=seed)[1]["description"]
        yield env.board, words


def sides(words):
    """Length and breadth of the hole and of every piece, as told."""
    return [tuple(map(float, pair)) for pair in re.findall(r"is ([\d.]+) long and ([\d.]+) broad", words)]


@pytest.mark.parametrize("dial", [0, .5, 1])
def test_one_piece_fills_the_hole(dial):
    for board, _ in boards(dial):
        best = np.sort(board.fits.max(1))
        assert best[-1] >= FIT and best[-2] <= UNLIKE


def test_the_right_piece_is_any():
    assert len({int(board.fits.max(1).argmax()) for board, _ in boards(1, 12)}) >= 4


def test_words_tell_at_zero_and_nothing_at_one():
    for board, words in boards(0):
        hole, *pieces = sides(words)
        assert [k for k, piece in enumerate(pieces) if piece == hole] == [board.solve()[0]]
    for _, words in boards(1):
        assert len(sides(words)) == PIECES + 1 and len(set(sides(words))) == 1


def test_pieces_are_taken_turned_and_pressed():
    board = next(boards(.5))[0]
    first = board.pieces[0][1]
    state = board.after(board.start, 0)
    assert state == (0, first, False) == board.after(state, 0)
    assert board.after(state, CLOCKWISE) == (0, (first + 1) % HEADINGS, False)
    assert board.after(board.after(state, CLOCKWISE), ANTICLOCKWISE) == state
    assert board.after(board.after(state, CLOCKWISE), 1) == (1, board.pieces[1][1], False)
    assert board.after(board.after(board.after(state, CLOCKWISE), 1), 0) == state  # laid back as it lay
    for action in (CLOCKWISE, ANTICLOCKWISE, PRESS):
        assert board.after(board.start, action) == board.start  # there is nothing to turn or press
    pressed = board.after(state, PRESS)
    assert board.over(pressed) and board.after(pressed, 1) == pressed


def test_a_wrong_piece_or_pose_ends_it_without_reward():
    env = FormBoardEnv(dial=1)
    env.reset(seed=0)
    right, *turns, _ = env.board.solve()
    for actions, reward in (((right, *turns, PRESS), 1), (((right + 1) % PIECES, PRESS), 0),
                            ((right, *turns, *[CLOCKWISE] * 4, PRESS), 0)):
        env.reset(seed=0)
        assert [env.step(action)[1:3] for action in actions][-1] == (reward, True)


@pytest.mark.parametrize("style", ["plain", "chalk"])
def test_every_state_looks_different(style):
    board = next(boards(1))[0]
    states = [(k, heading, pressed) for k in range(PIECES) for heading in range(0, HEADINGS, 3)
              for pressed in (False, True)] + [board.start]
    assert len({board.draw(state, 64, style).tobytes() for state in states}) == len(states)


@pytest.mark.parametrize(("change", "right"), [
    ({"pieces": []}, "with 5 pieces"), ({"pieces": 3}, "with 5 pieces"), ({"lid": 1}, "a form board is"),
    ({"hole": [[0, 0], [1, 0], [1, 1]]}, "the hole is {'outline'"),
    ({"hole": {"outline": [[0, 0], [3, 0], [0, 3]], "heading": 16}}, "from 0 to 15"),
    ({"hole": {"outline": [[0, 0], [30, 0], [0, 3]], "heading": 0}}, "reaches 30.0 units"),
    ({"hole": {"outline": [[0, 0], [3, 0]], "heading": 0}}, "outline of the hole is a list of at least three"),
    ({"hole": {"outline": [[-5, -5], [5, -5], [5, 5], [-5, 5]], "heading": 0}}, "has no path")])
def test_malformed_and_hopeless_boards_are_refused(change, right):
    plain = next(boards(0))[0].plain()
    with pytest.raises(ValueError, match=right) as caught:
        FormBoardEnv(board={**plain, **change})
    assert "\n" not in str(caught.value)


def test_given_pieces_are_checked_one_by_one():
    plain = next(boards(0))[0].plain()
    plain["pieces"][2] = {"outline": 7, "heading": 0}
    with pytest.raises(ValueError, match="outline of piece 3"):
        FormBoard.read(plain)
