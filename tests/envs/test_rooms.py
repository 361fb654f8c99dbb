"""Rooms: solutions, words that lose nothing at one end of the dial, rooms refused."""

import re

import numpy as np
import pytest

from envs.board import Board
from envs.configurations import SIDE, Configurations
from envs.rooms import LONGEST, SHORTEST, TURNS, Room, RoomEnv

NUMBER = r"(-?\d+(?:\.\d+)?)"
PLAIN = {"obstacles": [[[14, 0], [18, 0], [18, 12], [14, 12]], [[14, 20], [18, 20], [18, 32], [14, 32]]],
         "body": [[-5, -2], [5, -2], [5, 2], [-5, 2]], "start": [6, 8, 4], "goal": [26, 8, 4]}


def rectangle(left, top, right, bottom):
    return [[left, top], [right, top], [right, bottom], [left, bottom]]


def read_words(words):
    """A room of rectangles, from what is said."""
    boxes = re.findall(f"{NUMBER} to {NUMBER} steps from the left, {NUMBER} to {NUMBER} from the top", words)
    long, broad = map(float, re.search(f"You are {NUMBER} steps long and {NUMBER} steps broad", words).groups())
    poses = [[int(column), int(row), round(float(degrees) / 22.5)] for column, row, degrees in re.findall(
        f"the middle {NUMBER} steps from the left and {NUMBER} from the top, turned clockwise by {NUMBER} deg", words)]
    return {"obstacles": [rectangle(left, top, right, bottom) for left, right, top, bottom in
                          (map(float, box) for box in boxes)],
            "body": rectangle(-long / 2, -broad / 2, long / 2, broad / 2), "start": poses[0], "goal": poses[1]}


@pytest.mark.parametrize("seed", range(3))
def test_words_lose_nothing_at_zero(seed):
    env = RoomEnv(dial=0)
    told = Room.read(read_words(env.reset(seed=seed)[1]["description"]))
    assert (told.start, told.goal) == (env.board.start, env.board.goal)
    assert np.array_equal(told.far, env.board.far)
    assert np.abs(told.draw(told.start).astype(float) - env.board.draw(env.board.start)).mean() < .5


def test_words_lose_more_and_more_beyond():
    """The room that they tell of is not the room there is: how many poses are free in only one of them?"""
    lost = []
    for dial in (.2, .5, 1.):
        env = RoomEnv(dial=dial)
        told = read_words(env.reset(seed=1)[1]["description"])
        free = Configurations(tuple(map(np.array, told["obstacles"])), np.array(told["body"])).free
        lost.append((free != env.board.poses.free).mean())
    assert .01 < lost[0] < lost[1] < lost[2]


@pytest.mark.parametrize("dial", [0, 1])
def test_rooms_by_lot_take_moves_and_turns(dial):
    env = RoomEnv(dial=dial)
    for seed in range(3):
        env.reset(seed=seed)
        way = env.board.solve()
        assert SHORTEST <= len(way) <= LONGEST and not set(TURNS).isdisjoint(way)


def test_a_bar_goes_lengthwise_through_a_door_too_narrow_for_its_length():
    """Upright bar, 10 x 4, upright again behind a door of 8: it must lie down and get up again."""
    board = Room.read(PLAIN)
    way = board.solve()
    assert len(way) == len(Board.solve(board)) and sum(action in TURNS for action in way) >= 4
    wide = Room.read({**PLAIN, "obstacles": []}).solve()
    assert wide == (2,) * 20


def test_states_say_where_the_body_is_seen():
    board = Room.read(PLAIN)
    for state in ((6, 8, 0), (24, 20, 4), (10, 16, 0)):
        picture = board.draw(state).astype(int)
        blue = picture[..., 2] - picture[..., 0] > 60
        x, y = np.argwhere(blue).mean(0)[::-1] + .5
        assert abs(x * SIDE / 64 - state[0]) < .5 and abs(y * SIDE / 64 - state[1]) < .5


@pytest.mark.parametrize(("change", "right"), [
    ({"obstacles": [[[14, 0], [18, 0], [18, 32], [14, 32]]]}, "has no path"),
    ({"start": [26, 8, 12]}, "solved before it begins"),
    ({"start": [6, 2, 4]}, "at the start the body overlaps"), ({"goal": [16, 6, 0]}, "at the goal the body overlaps"),
    ({"start": [6, 40, 0]}, "below 32, 32 and 16"), ({"start": [6.5, 8, 0]}, "whole"), ({"goal": "there"}, "whole"),
    ({"body": [[0, 0], [20, 0], [0, 9]]}, "from 1 to 16 steps"), ({"body": [[4, 4], [9, 4], [9, 9]]}, "around"),
    ({"body": [[0, 0], [.2, 0], [.2, .2]]}, "from 1 to 16"), ({"body": [[0, 0]]}, "three points"),
    ({"obstacles": [[[1, 1], [2, 2], [3, 3]]]}, "encloses nothing"), ({"obstacles": 3}, "a room is"),
    ({"door": []}, "a room is")])
def test_malformed_and_closed_rooms_are_refused(change, right):
    with pytest.raises(ValueError, match=right) as caught:
        RoomEnv(board={**PLAIN, **change})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("dial", [-.1, 1.1, "free", None, True])
def test_bad_dials_are_refused(dial):
    with pytest.raises(ValueError, match="from 0, .* to 1"):
        RoomEnv(dial=dial)
