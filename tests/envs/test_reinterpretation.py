"""The environment of mental reinterpretation: its clock, its answers, and that nothing gives the target away."""

import warnings

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from envs.reinterpretation import CONDITIONS, FIRST_NAME, QUESTIONS, READY, Reinterpretation
from envs.stimuli.constructions import items


def session(env, answer, seed=0):
    """All trials of a participant who is ready at once; `answer(trial number)` gives an action."""
    observation, info = env.reset(seed=seed)
    trials, over = [], False
    while not over:
        action = answer(len(trials)) if observation["words"] in QUESTIONS else READY
        observation, _, over, _, info = env.step(action)
        trials += [info["trial"]] if "trial" in info else []
    return trials


@pytest.mark.parametrize("condition", CONDITIONS)
def test_follows_the_api(condition):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(gymnasium.make("imagery/Reinterpretation-v0", condition=condition).unwrapped)


def test_random_names_are_right_by_chance_and_the_targets_always():
    env, rng = Reinterpretation(), np.random.default_rng(0)
    guesses = session(env, lambda trial: FIRST_NAME + int(rng.integers(len(env.names))))
    assert len(guesses) == len(env.items) and np.mean([trial["correct"] for trial in guesses]) < 0.1
    order = [trial["item"] for trial in guesses]
    targets = {item.name: next(name for name in env.names if name in item.accepted) for item in env.items}
    known = session(env, lambda trial: FIRST_NAME + env.names.index(targets[order[trial]]))
    assert [trial["item"] for trial in known] == order and all(trial["correct"] for trial in known)
    assert all(trial["ticks"] == trial["steps"] + 1 for trial in known)
    assert [trial["item"] for trial in session(env, lambda trial: FIRST_NAME, seed=1)] != order


def test_only_the_drawing_is_shown_and_only_when_asked():
    for condition in CONDITIONS:
        env = Reinterpretation(condition, items("published"))
        observation, _ = env.reset(seed=0)
        over = False
        while not over:
            asked = observation["words"] in QUESTIONS
            assert observation["picture"].any() == (asked and condition == "drawing")
            observation, _, over, _, _ = env.step(FIRST_NAME if asked else READY)
