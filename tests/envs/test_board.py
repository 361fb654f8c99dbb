"""What holds in every world of boards: the interface, seeds, pictures, words, solutions, and what is refused."""

import copy
import json
import warnings

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

import envs
from envs.board import Board, checked_rows, say_all
from envs.deliberation import Deliberate

WORLDS = {
    "Maze": {"size": 4}, "MiniBehavior": {"size": 5}, "Sokoban": {"size": 6, "boxes": 1}, "FrozenLake": {"size": 4},
    "Room": {"dial": .5}, "FormBoard": {"dial": .5}}
envs.register_envs()
every_world = pytest.mark.parametrize("name", WORLDS)


def made(name, **arguments):
    return gymnasium.make(f"imagery/{name}-v0", **WORLDS[name], **arguments)


def episode(env, actions, seed):
    """Pictures, words and rewards, from the reset on, until it ends."""
    picture, info = env.reset(seed=seed)
    told = [(picture.tobytes(), info["description"], 0.)]
    for action in actions:
        picture, reward, over, truncated, info = env.step(action)
        told.append((picture.tobytes(), info["description"], reward))
        if over or truncated:
            break
    return told


def test_every_world_is_registered():
    assert set(WORLDS) == set(envs.ENVS) - {"Scanning", "Reinterpretation", "Reversal", "Rotation", "Brooks"}


@every_world
def test_follows_the_api(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(made(name, render_mode="rgb_array").unwrapped)


@every_world
def test_a_shortest_solution_earns_the_reward_with_its_last_step(name):
    env = made(name)
    env.reset(seed=3)
    board = env.unwrapped.board
    way = board.solve()
    outcomes = [env.step(action)[1:4] for action in way]
    assert way and outcomes == [(0, False, False)] * (len(way) - 1) + [(1, True, False)]
    assert board.solve(env.unwrapped.state) == ()
    assert len(Board.solve(board)) == len(way)  # breadth-first, whatever the world's own way to solve is


@every_world
def test_seeds_hold_through_wrappers_and_vectors(name):
    actions = np.random.default_rng(0).integers(made(name).action_space.n, size=6)
    told = episode(made(name), actions, seed=5)
    assert told == episode(gymnasium.wrappers.RecordEpisodeStatistics(made(name)), actions, seed=5)
    assert told[0] != episode(made(name), [], seed=6)[0]
    thought = episode(Deliberate(made(name)), [number for action in actions for number in (0, action + 1)], seed=5)
    assert thought[::2] == told and [row[0] for row in thought[1::2]] == [row[0] for row in told[:len(thought) // 2]]
    vector = gymnasium.make_vec(f"imagery/{name}-v0", num_envs=2, vectorization_mode="sync", wrappers=[Deliberate],
                                **WORLDS[name])
    pictures, infos = vector.reset(seed=[6, 5])
    assert (pictures[1].tobytes(), infos["description"][1]) == told[0][:2]
    for action, (picture, words, reward) in zip(actions, told[1:], strict=False):
        pictures, rewards, _, _, infos = vector.step(np.array([0, action + 1]))
        assert (pictures[1].tobytes(), infos["description"][1], rewards[1]) == (picture, words, reward)
    vector.close()


@every_world
def test_boards_travel_as_plain_data(name):
    env, other = made(name), made(name)
    picture, info = env.reset(seed=1)
    plain = json.loads(json.dumps(env.unwrapped.board.plain()))
    assert np.array_equal(other.reset(seed=9, options={"board": plain})[0], picture)
    given = made(name, board=plain)
    for seed in range(2):
        again, words = given.reset(seed=seed)
        assert np.array_equal(again, picture) and words == info
    assert given.unwrapped.board.solve() == env.unwrapped.board.solve()


@every_world
def test_pictures_are_as_large_as_asked_and_in_two_styles(name):
    env = made(name, pixels=96, render_mode="rgb_array")
    large = env.reset(seed=1)[0]
    assert large.shape == (96, 96, 3) and large.dtype == np.uint8 and env.render().shape == (384, 384, 3)
    small = made(name).reset(seed=1)[0]
    shrunk = large.reshape(32, 3, 32, 3, 3).mean((1, 3)) - small.reshape(32, 2, 32, 2, 3).mean((1, 3))
    assert np.abs(shrunk).mean() < 8  # the same picture
    other = made(name, style="chalk").reset(seed=1)[0]
    assert np.abs(other.astype(float) - small).mean() > 30


@every_world
def test_a_copy_goes_its_own_way(name):
    env = made(name)
    env.reset(seed=2)
    branch = copy.deepcopy(env)
    way = env.unwrapped.board.solve()
    for action in way:
        branch.step(action)
    assert env.unwrapped.state == env.unwrapped.board.start != branch.unwrapped.state


@every_world
def test_pictures_and_words_change_with_the_state_and_only_then(name):
    env = made(name)
    picture, info = env.reset(seed=4)
    for action in env.unwrapped.board.solve():
        before, picture_before, words_before = env.unwrapped.state, picture, info["description"]
        picture, *_, info = env.step(action)
        same = env.unwrapped.state == before
        assert np.array_equal(picture, picture_before) == same == (info["description"] == words_before)


@every_world
def test_episodes_are_cut_off(name):
    env = made(name, limit=2)
    env.reset(seed=0)
    first, second = (env.step(0)[3] for _ in range(2))
    assert (first, second) == (False, True)


@every_world
def test_what_is_no_action_option_or_argument_is_refused(name):
    env = made(name).unwrapped
    env.reset(seed=0)
    for action in (env.action_space.n, -1, 1.5, "left"):
        with pytest.raises(ValueError, match="there is no action .*; the actions are 0 ") as caught:
            env.step(action)
        assert "\n" not in str(caught.value)
    with pytest.raises(ValueError, match="unknown option 'bord'; it is one of board"):
        env.reset(options={"bord": None})
    for board in (None, 7, "S", [], {}, ["ab", "c"], [1, 2]):
        with pytest.raises(ValueError) as caught:
            env.reset(options={"board": board})
        assert "\n" not in str(caught.value) and "; " in str(caught.value) and len(str(caught.value)) < 300
    for wrong, right in (({"pixels": 8}, "at least 16"), ({"style": "oil"}, "plain, chalk"),
                         ({"limit": 0}, "at least 1"), ({"render_mode": "human"}, "rgb_array")):
        with pytest.raises(ValueError, match=right):
            type(env)(**wrong)


def test_places_are_told_row_by_row():
    assert say_all([(2, 0), (0, 4), (0, 1)]) == "row 1, columns 2, 5; row 3, column 1" and say_all([]) == "nowhere"


def test_rows_are_told_apart_from_what_is_none():
    assert checked_rows(["S.", ".G"], ".SG", "SG", "a board") == ("S.", ".G")
    for plain, right in ((["S.", "."], "row 2 is '.'"), (["S.", ".x"], "row 2 is '.x'"), (["S.", ".."], "'G' once"),
                         (["SS", ".G"], "2 times"), ("SG", "this is 'SG'"), ([["S", "G"]], "row 1 is")):
        with pytest.raises(ValueError, match=right):
            checked_rows(plain, ".SG", "SG", "a board")
