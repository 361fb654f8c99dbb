"""Thinking passes a tick and changes nothing."""

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

import envs
from envs.deliberation import THINK, Deliberate

envs.register_envs()


def thinker(limit=None, **arguments):
    return Deliberate(gymnasium.make("imagery/Maze-v0", size=3, **arguments), limit)


def test_follows_the_api():
    with pytest.warns(UserWarning, match="has a wrapper"):
        check_env(Deliberate(gymnasium.make("imagery/Maze-v0", size=3).unwrapped), skip_render_check=True)


def test_thinking_changes_nothing_but_the_clock():
    env = thinker()
    picture, info = env.reset(seed=0)
    state = env.unwrapped.state
    for tick in range(1, 300):  # more than the maze's own limit
        seen, reward, over, truncated, known = env.step(THINK)
        assert np.array_equal(seen, picture) and (reward, over, truncated) == (0, False, False)
        assert known == {**info, "ticks": tick} and env.unwrapped.state == state
        seen[:] = 0  # what others do to it is not seen again


def test_its_own_actions_are_the_environments_one_later():
    env = thinker()
    env.reset(seed=0)
    way = env.unwrapped.board.solve()
    rewards = []
    for action in way:
        env.step(THINK)
        rewards.append(env.step(action + 1)[1:])
    assert [reward for reward, *_ in rewards] == [0] * (len(way) - 1) + [1]
    assert rewards[-1][1] and rewards[-1][3]["ticks"] == 2 * len(way)


def test_the_clock_starts_anew():
    env = thinker()
    env.reset(seed=0)
    env.step(THINK)
    assert env.reset(seed=1)[1]["ticks"] == 0 and env.step(THINK)[4]["ticks"] == 1


def test_its_specification_makes_it_again():
    again = gymnasium.make(thinker(limit=7).spec)
    assert isinstance(again, Deliberate) and again.limit == 7 and again.action_space.n == 5


def test_too_much_thought_is_cut_off():
    env = thinker(limit=3)
    env.reset(seed=0)
    assert [env.step(THINK)[3] for _ in range(3)] == [False, False, True]


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match="numbered from 0"):
        Deliberate(gymnasium.make("Pendulum-v1"))
    with pytest.raises(ValueError, match="at least 1"):
        thinker(limit=0)
    env = thinker()
    env.reset(seed=0)
    with pytest.raises(ValueError, match="no action 5; 0 is THINK, .* 1 to 4"):
        env.step(5)
