"""Frozen lakes: Gymnasium's rules and pixels, the exact optimum on slippery ice, words, boards refused."""

import re

import gymnasium
import numpy as np
import pytest
from gymnasium.envs.toy_text.frozen_lake import MAPS, FrozenLakeEnv
from hypothesis import given, settings
from hypothesis import strategies as st
from spoken import places

from envs.frozen_lake import FrozenLake, Lake

LIMITS = {"4x4": 100, "8x8": 200}


@pytest.mark.parametrize("slippery", [False, True])
@pytest.mark.parametrize("name", MAPS)
def test_goes_as_gymnasiums_own(name, slippery):
    ours = FrozenLake(board=MAPS[name], slippery=slippery, limit=LIMITS[name], style="plain")
    own = gymnasium.make("FrozenLake-v1", map_name=name, is_slippery=slippery, max_episode_steps=LIMITS[name])
    rng = np.random.default_rng(0)
    for seed in range(10):
        ours.reset(seed=seed)
        assert own.reset(seed=seed)[0] == ours.state
        over = truncated = False
        while not (over or truncated):
            action = int(rng.integers(4))
            state, *outcome, _ = own.step(action)
            assert ours.step(action)[1:4] == tuple(outcome) and ours.state == state
            _, over, truncated = outcome


@pytest.mark.parametrize("size", [3, 4, 8, 11])
def test_pixels_are_gymnasiums_own_scaled(size):
    env = FrozenLake(size=size)
    env.reset(seed=0)
    own = FrozenLakeEnv(desc=env.board.plain(), render_mode="rgb_array")
    for state in (env.board.start, "".join(env.board.rows).index("G"), "".join(env.board.rows).find("H")):
        if state < 0:
            continue
        own.reset()
        own.s = state
        side = 512 // size * size if size > 8 else 64 * size
        whole = own.render()[:side, :side].astype(float)
        seen = env.board.draw(state, 64).astype(float)
        edges = np.linspace(0, side, 65)
        for y, x in np.random.default_rng(state).integers(0, 64, (40, 2)):
            top, bottom, left, right = edges[y], edges[y + 1], edges[x], edges[x + 1]
            mean = whole[int(top):int(np.ceil(bottom)), int(left):int(np.ceil(right))].mean((0, 1))
            assert np.abs(mean - seen[y, x]).max() < (2 if side % 64 == 0 else 60)
        assert abs(whole.mean() - seen.mean()) < 1


def test_pictures_of_lakes_that_are_not_square_are_not_stretched():
    seen = Lake.read(["SFG"]).draw(0, 63)
    assert not seen[:21].any() and not seen[42:].any() and seen[21:42].all()


@pytest.mark.parametrize(("name", "best", "by_chance"), [("4x4", .7442, .0139), ("8x8", .9132, .0019)])
def test_the_optimum_under_the_limit_is_exact(name, best, by_chance):
    lake = Lake.read(MAPS[name])
    assert round(lake.chances(LIMITS[name])[-1, lake.start], 4) == best
    assert round(lake.chances(LIMITS[name], random=True)[-1, lake.start], 4) == by_chance


def test_the_best_policy_does_as_well_as_computed():
    lake, limit, episodes = Lake.read(MAPS["4x4"]), 30, 1500
    policy, own = lake.policy(limit), FrozenLakeEnv(map_name="4x4", is_slippery=True)
    own.reset(seed=1)
    won = 0
    for _ in range(episodes):
        state, _ = own.reset()
        for left in range(limit, 0, -1):
            state, reward, over, *_ = own.step(int(policy[left, state]))
            won += reward
            if over:
                break
    expected = lake.chances(limit)[-1, lake.start]
    assert abs(won / episodes - expected) < 4 * np.sqrt(expected * (1 - expected) / episodes)


def test_chances_grow_with_the_steps_left():
    values = Lake.read(MAPS["4x4"]).chances(20)
    assert values.shape == (21, 16) and (np.diff(values, axis=0) >= 0).all() and values[0].sum() == 1
    assert not values[:, [5, 7, 11, 12]].any() and (values[:, 15] == 1).all()  # holes, and the goal


@settings(max_examples=15, deadline=None)
@given(st.integers(3, 8), st.booleans(), st.integers(0, 10**6))
def test_words_are_exact(size, slippery, seed):
    env = FrozenLake(size=size, slippery=slippery, style="plain")
    words = env.reset(seed=seed)[1]["description"]
    rows, columns = map(int, re.search(r"has (\d+) rows and (\d+) columns", words).groups())
    said = re.search(r"You are in (.*?)\. The goal is in (.*?)\. There are holes in (.*?)\. All else is ice\.", words)
    you, goal, holes = map(places, said.groups())
    letters = {**dict.fromkeys(holes, "H"), you[0]: "S", goal[0]: "G"}
    assert ["".join(letters.get((r, c), "F") for c in range(columns)) for r in range(rows)] == env.board.plain()
    assert words.endswith("The ice is slippery.") == slippery


def test_start_and_goal_are_anywhere_and_holes_as_often_as_told():
    env = FrozenLake(size=4, style="plain", pixels=16)
    boards = []
    for seed in range(200):
        env.reset(seed=seed)
        boards.append("".join(env.board.rows))
    for letter in "SG":
        assert len({board.index(letter) for board in boards}) == 16
    assert .1 < sum(board.count("H") for board in boards) / (14 * 200) < .2  # those with a path have fewer than .2


@pytest.mark.parametrize("style", ["gymnasium", "plain", "chalk"])
def test_every_place_looks_different(style):
    board = Lake.read(["SFF", "FFF", "FFG"])
    assert len({board.draw(state, 64, style).tobytes() for state in range(9)}) == 9


@pytest.mark.parametrize(("board", "right"), [
    (["SH", "HG"], "has no path"), (["SF", "FF"], "'G' once"), (["SF", "G"], "row 2"), (["SX", "FG"], "row 1 is 'SX'"),
    (["SS", "FG"], "'S' once; here it is there 2 times")])
def test_malformed_and_closed_lakes_are_refused(board, right):
    with pytest.raises(ValueError, match=right) as caught:
        FrozenLake(board=board)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("wrong", "right"), [({"size": 2}, "from 3 to 12"), ({"holes": .7}, "from 0 to 0.6"),
                                              ({"style": "oil"}, "gymnasium, plain, chalk")])
def test_bad_arguments_say_what_would_be_right(wrong, right):
    with pytest.raises(ValueError, match=right):
        FrozenLake(**wrong)
