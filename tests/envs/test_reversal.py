"""Ambiguous figures as an environment: what is shown and asked, and what counts as seen."""

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from playing import session

import envs
from envs.reversal import CONDITIONS, FIRST_NAME, HINT, LOOK, NO_ANSWER, QUESTIONS, SAY, Reversal
from envs.session import THINK
from envs.stimuli.ambiguous import figures
from envs.stimuli.constructions import vocabulary

NAMES = vocabulary()
envs.register_envs()


def answering(*names):
    """Somebody who answers the questions about every figure with these names, in their order."""
    said = []

    def act(words, onset, picture):
        if not words.endswith("?"):
            said.clear()
            return THINK
        said.append(names[len(said)])
        return FIRST_NAME + NAMES.index(said[-1])

    return act


@pytest.mark.parametrize("condition", CONDITIONS)
def test_is_clean(condition):
    check_env(gymnasium.make("imagery/Reversal-v0", condition=condition).unwrapped, skip_render_check=True)


def test_both_things_have_names_that_can_be_said_and_figures_differ():
    for figure in figures():
        first, second = figure.readings()
        assert first & set(NAMES) and second & set(NAMES) and not first & second
    drawn = [figure.draw() for figure in figures()]
    assert len({ink.tobytes() for ink in drawn}) == len(drawn) >= 16
    assert all(0.02 < ink.mean() < 0.3 and ink[0].max() == ink[-1].max() == 0 for ink in drawn)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_every_figure_is_shown_alone_and_asked_about_unseen(condition):
    perceived, trials = session(Reversal(condition, study_ticks=3), answering(*["duck"] * len(QUESTIONS)))
    events = [(words, picture) for words, onset, picture in perceived[:-1] if onset]
    assert {words for words, picture in events if picture.any()} == {LOOK[condition]}
    assert sum(words == HINT for words, _ in events) == (len(figures()) if condition == "hint" else 0)
    assert [words for words, _ in events if words.endswith("?")] == [*QUESTIONS] * len(figures())
    assert sorted(trial["item"] for trial in trials) == sorted(figure.name for figure in figures())


@pytest.mark.parametrize(("said", "seen", "imagined", "drawn"), [
    (("duck", "rabbit", "dog", "dog", "cook"), 0, 1, 0),
    (("rabbit", "dog", "cook", "cook", "duck"), 1, 0, 1),
    (("rabbit", "rabbit", "cook", "cook", "rabbit"), 1, 0, 0),
    (("sun", "duck", "rabbit", "duck", "rabbit"), -1, 0, 0)])
def test_the_other_thing_counts_and_only_after_the_one(said, seen, imagined, drawn):
    trials = session(Reversal(), answering(*said))[1]
    trial = next(trial for trial in trials if trial["item"] == "duck/rabbit")
    assert (trial["seen"], trial["imagined"], trial["drawn"]) == (seen, imagined, drawn)
    assert trial["correct"] == (seen >= 0) and (trial["first"], trial["else2"], trial["drawn2"]) == (*said[::2],)


def test_who_speaks_while_looking_and_who_never_answers():
    perceived, trials = session(Reversal("suppression", study_ticks=4, limit=2),
                                lambda words, onset, picture: SAY if picture.any() else THINK)
    assert {trial["said"] for trial in trials} == {1.0}
    assert {trial["first"] for trial in trials} == {NO_ANSWER} and {trial["ticks"] for trial in trials} == {10}
    assert not np.array_equal(perceived[0][2], np.zeros((64, 64, 3)))


def test_bad_input():
    with pytest.raises(ValueError, match="condition"):
        Reversal("drawing")
    with pytest.raises(ValueError, match="study_ticks"):
        Reversal(study_ticks=0)
