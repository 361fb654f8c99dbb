"""Mental reinterpretation as an environment: sessions at the participant's pace, clock, records, and what is shown."""

import warnings

import gymnasium
import numpy as np
import playing
import pytest
from gymnasium.envs.registration import registry
from gymnasium.utils.env_checker import check_env

import envs
from envs.reinterpretation import CONDITIONS, FIRST_NAME, NO_ANSWER, QUESTIONS, READY, Reinterpretation
from envs.session import THINK
from envs.stimuli import constructions
from envs.stimuli.constructions import Item, items, vocabulary

ID = "imagery/Reinterpretation-v0"
KEYS = ["condition", "item", "target", "answer1", "answer2", "answer3", "correct", "ticks", "parts", "steps",
        "construction_ticks", "answer1_ticks", "answer2_ticks", "answer3_ticks"]
FEW = items("development")[:4]
envs.register_envs()


def session(env, participant, seed=0):
    return playing.session(env, participant, seed, told={"onset", "chance", "trial"})


class Knowing:
    """Somebody who knows what each construction is meant to be, and says so at the `turn`-th question."""

    def __init__(self, env, turn):
        self.names, self.turn, self.heard = env.names, turn, ()
        self.meant = {item.instructions: item for item in env.items}

    def __call__(self, words, onset, picture):
        if words not in QUESTIONS:
            self.heard = (words,) if words.startswith(("Imagine", "Picture")) else (*self.heard, words)
            self.asked = 0
            return READY
        self.asked += 1
        accepted = self.meant[self.heard].accepted
        right = (index for index, name in enumerate(self.names) if name in accepted)
        wrong = (index for index, name in enumerate(self.names) if name not in accepted)
        return FIRST_NAME + next(right if self.asked == self.turn else wrong)


def guessing(env, seed):
    """Somebody who never listens."""
    rng = np.random.default_rng(seed)
    return lambda words, onset, picture: (
        FIRST_NAME + int(rng.integers(len(env.unwrapped.names))) if words in QUESTIONS else READY)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_follows_the_api(condition):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(gymnasium.make(ID, condition=condition, limit=3).unwrapped)
        env = gymnasium.make(ID, condition=condition, items=FEW, limit=30, render_mode="rgb_array")
        session(env, lambda words, onset, picture: env.action_space.sample())


def test_registers():
    before = dict(registry)
    try:
        del registry[ID]
        envs.register_envs()
        envs.register_envs()
        assert isinstance(gymnasium.make(ID, items=FEW).unwrapped, Reinterpretation) and set(registry) == set(before)
    finally:
        registry.update(before)


def test_same_seed_same_session():
    orders = []
    for seed in (5, 5, 6):
        env = gymnasium.make(ID)
        orders.append([trial["item"] for trial in session(env, guessing(env, 0), seed)[1]])
    assert orders[0] == orders[1] != orders[2]
    assert sorted(orders[0]) == sorted(orders[2]) == sorted(item.name for item in items("development"))


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_same_seed_same_trials_in_a_vector(mode):
    vector = gymnasium.make_vec(ID, num_envs=2, vectorization_mode=mode, items="published", limit=2)
    vector.reset(seed=[3, 4])
    trials = ([], [])
    while min(map(len, trials)) < 12:
        _, _, _, _, info = vector.step(np.full(2, FIRST_NAME + 7))
        for index in np.flatnonzero(info.get("_trial", ())):
            trials[index].append({key: str(info["trial"][key][index]) for key in KEYS})
    vector.close()
    for seed, found in zip((3, 4), trials, strict=True):
        alone = session(Reinterpretation(items="published", limit=2), lambda *seen: FIRST_NAME + 7, seed)[1]
        assert found[:12] == [{key: str(value) for key, value in trial.items()} for trial in alone]


@pytest.mark.parametrize("origin", ["published", "development"])
@pytest.mark.parametrize("turn", [1, 2, 3])
def test_who_knows_is_right_at_any_of_three_answers(origin, turn):
    env = Reinterpretation(items=origin)
    _, trials = session(env, Knowing(env, turn))
    assert len(trials) == len(items(origin)) and all(trial["correct"] == 1 for trial in trials)
    for trial in trials:
        accepted = next(item for item in env.items if item.name == trial["item"]).accepted
        assert [number for number in (1, 2, 3) if trial[f"answer{number}"] in accepted] == [turn]


def test_who_guesses_is_right_by_chance():
    env = Reinterpretation()
    found = [trial["correct"] for seed in range(12) for trial in session(env, guessing(env, seed), seed)[1]]
    per_answer = np.mean([len(item.accepted & set(env.names)) for item in env.items]) / len(env.names)
    expected = len(found) * (1 - (1 - per_answer) ** 3)
    assert expected < 20 and abs(sum(found) - expected) < 4 * expected ** .5
    assert env.reset()[1]["chance"] == 1 / len(env.names) < 1 / 300


@pytest.mark.parametrize(("building", "answering"), [(1, 1), (3, 2), (2, 5)])
def test_clock_runs_from_the_first_instruction_and_from_each_question(building, answering):
    waited = 0

    def participant(words, onset, picture):
        nonlocal waited
        waited = 1 if onset else waited + 1
        if words in QUESTIONS:
            return FIRST_NAME if waited == answering else READY  # READY ends no question
        return READY if waited == building else FIRST_NAME  # and a name no instruction

    _, trials = session(Reinterpretation(items=FEW), participant)
    for trial in trials:
        assert list(trial) == KEYS
        assert trial["construction_ticks"] == building * trial["steps"]
        assert trial["ticks"] == building * trial["steps"] + answering
        assert [trial[f"answer{number}_ticks"] for number in (1, 2, 3)] == [answering] * 3


def test_the_limit_ends_what_is_not_ended():
    _, trials = session(Reinterpretation(items=FEW, limit=4), lambda *seen: THINK)
    for trial in trials:
        assert trial["answer1"] == trial["answer2"] == trial["answer3"] == NO_ANSWER and trial["correct"] == 0
        assert trial["construction_ticks"] == 4 * trial["steps"] and trial["ticks"] == 4 * trial["steps"] + 4


def test_instructions_come_one_by_one_and_three_questions_follow():
    env = Reinterpretation(items=FEW)
    perceived, trials = session(env, guessing(env, 1))
    begun = [words for words, onset, _ in perceived if onset]
    by_name = {item.name: item for item in FEW}
    assert begun == [words for trial in trials for words in (*by_name[trial["item"]].instructions, *QUESTIONS)]
    for trial in trials:
        item = by_name[trial["item"]]
        assert (trial["target"], trial["steps"], trial["parts"], trial["condition"]) == (
            item.target, len(item.instructions), len(item.drawing.parts), "imagery")


def test_only_drawings_are_seen_and_only_with_the_questions():
    heard = session(Reinterpretation(items=FEW, limit=2), lambda *seen: THINK)[0]
    assert not any(picture.any() for _, _, picture in heard)
    env = Reinterpretation("drawing", FEW, limit=2)
    shown = []
    for words, onset, picture in session(env, lambda *seen: THINK)[0]:
        assert picture.any() == (words in QUESTIONS)
        if words == QUESTIONS[0] and onset:
            shown.append(picture)
    wanted = {np.rint(255 * (1 - item.drawing.draw(64))).astype(np.uint8).tobytes() for item in FEW}
    assert {np.ascontiguousarray(picture[..., 0]).tobytes() for picture in shown} == wanted


@pytest.mark.parametrize("condition", CONDITIONS)
def test_nothing_leaks(condition):
    """Before the last answer there are instructions, questions, onsets and chance, and nothing else."""
    env = Reinterpretation(condition, FEW, limit=3)
    said = {words for item in FEW for words in item.instructions} | set(QUESTIONS)
    observation, info = env.reset(seed=1)
    answers, over = 0, False
    while not over:
        assert set(info) <= {"onset", "chance", "trial"} and type(info["onset"]) is bool
        assert set(observation) == {"picture", "words"} and observation["words"] in said
        asked = observation["words"] in QUESTIONS
        observation, _, over, _, info = env.step(THINK)
        answers += asked and (info["onset"] or over)
        assert ("trial" in info) == (asked and (info["onset"] or over) and answers % 3 == 0)


def test_perceptions_are_the_participants_own():
    env = Reinterpretation("drawing", FEW)
    env.reset(seed=0)
    while not (seen := env.step(READY)[0])["picture"].any():
        pass
    before = seen["picture"].copy()
    seen["picture"][:] = 0
    assert np.array_equal(env.step(THINK)[0]["picture"], before)


def test_own_items_names_size_and_rendering():
    own = Item("mine", "zorb", ("Imagine a \u201cD\u201d.", "Turn it 90\u00b0 to the left, and hang a J from it."))
    names = ["zorb", *vocabulary()[:320]]
    env = Reinterpretation("drawing", [own], names, size=32, render_mode="rgb_array")
    perceived, (trial,) = session(env, lambda words, *seen: FIRST_NAME if words in QUESTIONS else READY)
    assert trial["correct"] == 1 and trial["answer1"] == "zorb" and (trial["parts"], trial["steps"]) == (2, 2)
    assert env.action_space.n == FIRST_NAME + 321 and all(words.isascii() for words, *_ in perceived)
    assert env.render().shape == (128, 128, 3) and np.array_equal(env.render()[::4, ::4], perceived[-1][2])


@pytest.mark.parametrize(("wrong", "right"), [
    ({"condition": "blank"}, "imagery, drawing"), ({"items": "own"}, "published and development"),
    ({"items": []}, "at least one"), ({"items": ["umbrella"]}, "read_items"),
    ({"items": [Item("mine", "umbrella", ("Imagine a squere.",))]}, "mine, 'umbrella'.*square"),
    ({"items": [Item("mine", "umbrella", ())]}, "no steps"), ({"names": ["umbrella"]}, "at least 300"),
    ({"names": [*vocabulary(), "umbrella"]}, "each once"), ({"size": 8}, "at least 16"), ({"limit": 0}, "at least 1"),
    ({"render_mode": "human"}, "rgb_array")])
def test_bad_arguments_say_what_would_be_right(wrong, right):
    with pytest.raises(ValueError, match=right) as caught:
        Reinterpretation(**wrong)
    assert "\n" not in str(caught.value)


def test_every_instruction_fits_the_space():
    space = Reinterpretation(items="published").observation_space["words"]
    assert all(words in space for item in (*items("published"), *items("development")) for words in item.instructions)
    assert all(words in space for words in QUESTIONS) and space.max_length == constructions.MAX_CHARACTERS
