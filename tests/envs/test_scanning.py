"""The scanning experiment as an environment: sessions, clock, records, and what a participant may know."""

import math
import warnings
from collections import Counter

import gymnasium
import numpy as np
import pytest
from gymnasium.envs.registration import namespace, registry
from gymnasium.utils.env_checker import check_env

import envs
from envs.scanning import ABSENT, CONDITIONS, INSTRUCTIONS, LISTEN, PRESENT, STUDY, THINK, Scanning
from envs.stimuli import geometry
from envs.stimuli.landmarks import KINDS

OWN = "There is a hut. The well is just below the hut; at 11 o\u2019clock there is a cave."
KEYS = ["condition", "stimulus", "source", "target", "distance", "links", "between", "present", "response", "correct",
        "ticks"]
QUICK = {"study_ticks": 3, "sentence_ticks": 2, "focus_ticks": 2, "limit": 7}
envs.register_envs()


def arguments(condition):
    return {"condition": condition, **QUICK, **({"description": OWN} if condition == "own" else {})}


def session(env, answer=lambda words, known: PRESENT, seed=0):
    """Play a session; `answer` is asked at every tick. What was perceived, (words, onset, picture), and the records."""
    observation, info = env.reset(seed=seed)
    perceived, trials, over = [(observation["words"], info["onset"], observation["picture"])], [], False
    while not over:
        observation, reward, over, truncated, info = env.step(answer(observation["words"], info["onset"]))
        assert not truncated and set(info) <= {"onset", "trial"}
        if "trial" in info:
            trials.append(info["trial"])
            assert reward == info["trial"]["correct"]
        else:
            assert reward == 0
        perceived.append((observation["words"], info["onset"], observation["picture"]))
    return perceived, trials


def by_place(env):
    """A participant who knows where things are, from the experimenter."""
    return lambda words, onset: PRESENT if words.split()[-1].rstrip("?") in env.unwrapped.island.positions() else ABSENT


@pytest.mark.parametrize("condition", CONDITIONS)
def test_follows_the_api(condition):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(gymnasium.make("imagery/Scanning-v0", **arguments(condition)).unwrapped)
        env = gymnasium.make("imagery/Scanning-v0", render_mode="rgb_array", **arguments(condition))
        session(env, answer=lambda words, onset: env.action_space.sample())


def test_registers_by_hand_and_as_a_plugin():
    before = dict(registry)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            del registry["imagery/Scanning-v0"]
            with namespace("imagery"):
                envs.register_envs()
            envs.register_envs()
            assert isinstance(gymnasium.make("imagery/Scanning-v0").unwrapped, Scanning)
        assert set(registry) == set(before)
    finally:
        registry.update(before)


def test_same_seed_same_session():
    one, other = (session(gymnasium.make("imagery/Scanning-v0", **QUICK), seed=5) for _ in range(2))
    for (words, onset, picture), (words_too, onset_too, picture_too) in zip(one[0], other[0], strict=True):
        assert (words, onset) == (words_too, onset_too) and np.array_equal(picture, picture_too)
    assert str(one[1]) == str(other[1])
    assert str(one[1]) != str(session(Scanning(**QUICK), seed=6)[1])


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_same_seed_same_trials_in_a_vector(mode):
    vector = gymnasium.make_vec("imagery/Scanning-v0", num_envs=2, vectorization_mode=mode, **arguments("described"))
    vector.reset(seed=[3, 4])
    trials = ([], [])
    while min(map(len, trials)) < 30:
        _, _, _, _, info = vector.step(np.full(2, PRESENT))
        for index in np.flatnonzero(info.get("_trial", ())):
            trials[index].append({key: info["trial"][key][index] for key in KEYS})
    vector.close()
    for seed, found in zip((3, 4), trials, strict=True):
        assert str([list(map(str, trial.values())) for trial in found]) == str(
            [list(map(str, trial.values())) for trial in session(Scanning(**arguments("described")), seed=seed)[1]])


@pytest.mark.parametrize("condition", CONDITIONS)
def test_every_pair_once_and_as_many_catches(condition):
    env = Scanning(**arguments(condition))
    _, trials = session(env, by_place(env))
    places = env.island.positions()
    true = [trial for trial in trials if trial["present"]]
    catches = [trial for trial in trials if not trial["present"]]
    asked = Counter(frozenset((trial["source"], trial["target"])) for trial in true)
    assert len(true) == len(catches) == (9 if condition == "intervening" else math.comb(len(places), 2))
    assert set(asked.values()) == {1}
    assert all(trial["source"] in places and trial["target"] in set(KINDS) - set(places) for trial in catches)
    assert Counter(trial["source"] for trial in true) == Counter(trial["source"] for trial in catches)
    assert [trial["present"] for trial in trials] != sorted(trial["present"] for trial in trials)
    for trial in trials:
        assert list(trial) == KEYS and trial["correct"] == 1 and trial["ticks"] == 1
        assert trial["response"] == ("present" if trial["present"] else "absent")
    for trial in true:
        ends = trial["source"], trial["target"]
        assert trial["distance"] == math.dist(*map(places.get, ends))
        assert trial["links"] == geometry.links(places)[ends[0]][ends[1]] >= 1
        assert trial["between"] == geometry.between(places, *ends) >= 0
    assert all(math.isnan(trial["distance"]) and trial["links"] == trial["between"] == -1 for trial in catches)


def test_both_directions_occur():
    firsts = {session(Scanning(**QUICK), seed=seed)[1][0]["source"] for seed in range(12)}
    assert len(firsts) > 3


@pytest.mark.parametrize("ticks", [1, 4, 7])
def test_clock_runs_from_the_probe(ticks):
    waited = 0

    def answer(words, onset):
        nonlocal waited
        waited = 1 if onset else waited + 1
        return PRESENT if words.endswith("?") and waited == ticks else THINK

    _, trials = session(Scanning(**QUICK), answer)
    assert {(trial["ticks"], trial["response"]) for trial in trials} == {(ticks, "present")}


def test_no_answer_in_time_is_wrong():
    _, trials = session(Scanning(**QUICK), lambda words, onset: THINK)
    assert {(trial["response"], trial["correct"], trial["ticks"]) for trial in trials} == {("none", 0, 7)}


def test_events_last_as_told_whatever_is_answered_before_the_probe():
    perceived, trials = session(Scanning(**{**QUICK, "instruction_ticks": 4}), lambda words, onset: ABSENT)
    onsets = [i for i, (_, onset, _) in enumerate(perceived) if onset]
    events = [(perceived[a][0], b - a) for a, b in zip(onsets, [*onsets[1:], len(perceived) - 1], strict=True)]
    assert events[:2] == [(INSTRUCTIONS["scan"][0], 4), (STUDY, 3)]
    assert events[2:] == [event for trial in trials for event in (
        (f"Focus on the {trial['source']}.", 2),
        (f"Is there {'an' if trial['target'][0] in 'aeiou' else 'a'} {trial['target']}?", 1))]


@pytest.mark.parametrize("condition", ["scan", "no_scan", "half", "full", "overflow", "intervening"])
def test_seen_islands_are_shown_while_they_are_studied(condition):
    env = Scanning(**arguments(condition))
    perceived, _ = session(env)
    begun = [words for words, onset, _ in perceived if onset]
    assert begun[:begun.index(STUDY)] == list(INSTRUCTIONS[condition]) and begun.count(STUDY) == 1
    for words, _, picture in perceived:
        assert picture.any() == (words == STUDY)


@pytest.mark.parametrize(("order", "hearings"), [("good", 1), ("random", 3)])
def test_described_island_is_heard(order, hearings):
    env = Scanning("described", order=order, hearings=hearings, **QUICK)
    perceived, trials = session(env)
    heard = [words for words, onset, picture in perceived if onset and not words.startswith(("Focus", "Is there"))][1:]
    once = heard[:len(heard) // hearings]
    assert heard == once * hearings and once[0] == LISTEN and len(once) == 8
    assert [next(fact.kind for fact in env.facts if fact.kind in words) for words in once[2:]] == [
        fact.kind for fact in env.facts]
    assert not any(picture.any() for _, _, picture in perceived)
    assert {trial["condition"] for trial in trials} == {f"described_{order}_{hearings}"}
    assert {trial["stimulus"] for trial in trials} == {"denis-1992"}


def test_trials_may_follow_each_hearing():
    perceived, trials = session(Scanning("described", hearings=3, each_hearing=True, **QUICK))
    conditions = [trial["condition"] for trial in trials]
    assert conditions == [f"described_good_{hearing}" for hearing in (1, 2, 3) for _ in range(30)]
    begun = [words for words, onset, _ in perceived if onset]
    heard = [i for i, words in enumerate(begun) if words == LISTEN]
    assert np.diff(heard).tolist() == [8 + 60] * 2 and begun[heard[0]:heard[0] + 8] == begun[heard[2]:heard[2] + 8]


def test_own_island_is_heard_as_written():
    env = Scanning(**arguments("own"))
    perceived, trials = session(env)
    heard = [words for words, onset, _ in perceived if onset][1:5]
    assert heard == [LISTEN, "There is a hut.", "The well is just below the hut.", "at 11 o'clock there is a cave."]
    assert all(fact.distance(env.island.positions()) <= .004 for fact in env.facts)
    places = env.island.positions()
    session(env, seed=9)
    assert env.island.positions() == places and {trial["condition"] for trial in trials} == {"own"}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_nothing_leaks(condition):
    """Before a trial ends there are words, a picture while it is studied, and onsets; the words never count."""
    env = Scanning(**arguments(condition))
    sentences = set(INSTRUCTIONS[condition]) | {STUDY, LISTEN, ""}
    observation, info = env.reset(seed=1)
    over = False
    while not over:
        assert set(info) == {"onset"} or (set(info) == {"onset", "trial"} and info["trial"]["response"])
        assert set(observation) == {"picture", "words"} and type(info["onset"]) is bool
        if not observation["words"].startswith(("Focus on the ", "Is there a")) and not env.facts:
            assert observation["words"] in sentences
        if not env.facts:
            assert not any(character.isdigit() for character in observation["words"])
        observation, _, over, _, info = env.step(THINK)


def test_participants_differ_in_drawing():
    pictures = []
    for seed in range(3):
        perceived, _ = session(Scanning(**QUICK), seed=seed)
        pictures.append(next(picture for words, _, picture in perceived if words == STUDY))
    assert len({picture.tobytes() for picture in pictures}) == 3


def test_perceptions_are_the_participants_own():
    env = Scanning(**QUICK)
    env.reset(seed=0)
    seen = env.step(THINK)[0]["picture"]
    before = seen.copy()
    seen[:] = 0
    assert np.array_equal(env.step(THINK)[0]["picture"], before)


def test_size_repetitions_and_rendering():
    env = Scanning(size=32, trials_per_pair=2, render_mode="rgb_array", **QUICK)
    _, trials = session(env)
    assert len(trials) == 84 and env.render().shape == (128, 128, 3) and not env.render().any()
    env.reset(seed=0)
    observation = env.step(THINK)[0]
    assert np.array_equal(env.render()[::4, ::4], observation["picture"]) and observation["picture"].any()


@pytest.mark.parametrize(("wrong", "right"), [
    ({"condition": "rotate"}, "no_scan"), ({"order": "bad"}, "good, random"), ({"hearings": 0}, "from 1 to 6"),
    ({"hearings": 7}, "from 1 to 6"), ({"hearings": 2.5}, "whole number"), ({"size": 8}, "at least 16"),
    ({"trials_per_pair": 0}, "at least 1"), ({"limit": -1}, "at least 1"), ({"focus_ticks": True}, "whole number"),
    ({"render_mode": "human"}, "rgb_array"), ({"description": OWN}, "no other condition"),
    ({"condition": "own"}, "needs a description"), ({"condition": "own", "description": " "}, "empty"),
    ({"condition": "own", "description": "There is a hut."}, "at least two"),
    ({"condition": "own", "description": "There is a hut. There is a wel."}, "well"),
    ({"condition": "own", "description": "There is a hut. The well is just below the rock."}, "describe it too"),
    ({"condition": "own", "description": "A hut is in square A1. A hut is in square B2."}, "once"),
    ({"condition": "own", "description": "A hut is 3 cm from the left edge and 4 cm from the top. "
                                         "A well is 3.2 cm from the left edge and 4 cm from the top."}, "least 1 cm"),
    ({"condition": "own", "description": "A hut is 20 cm from the left edge and 4 cm from the top. "
                                         "The well is just to the right of the hut."}, "off the map")])
def test_bad_arguments_say_what_would_be_right(wrong, right):
    with pytest.raises(ValueError, match=right) as caught:
        Scanning(**wrong)
    assert "\n" not in str(caught.value)


def test_thinking_is_fast():
    """About 1 microsecond a step on one core; the bound leaves room for a busy machine."""
    from time import perf_counter

    env = Scanning(limit=10_000)
    env.reset(seed=0)
    while not env.step(THINK)[0]["words"].endswith("?"):
        pass
    times = []
    for _ in range(5):
        start = perf_counter()
        for _ in range(1000):
            env.step(THINK)
        times.append((perf_counter() - start) / 1000)
    assert min(times) < 15e-6
