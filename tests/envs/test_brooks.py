"""Brooks-v0: what is asked, what counts as an answer, and the clock."""

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from envs.brooks import POINT_NO, POINT_YES, READY, SAY_NO, SAY_YES, Brooks
from envs.session import THINK
from envs.stimuli import recitation


def test_follows_the_api():
    check_env(Brooks(repetitions=1))
    assert gymnasium.make("imagery/Brooks-v0").spec.id == "imagery/Brooks-v0"


def session(env, answer, seed=0):
    """The records of a session in which `answer(env, k)` acts at the k-th step of a task."""
    env.reset(seed=seed)
    records, over, step = [], False, 0
    while not over:
        action = answer(env, step) if env._event.task else READY
        _, _, over, _, info = env.step(action)
        step = 0 if info["onset"] or over else step + 1
        records += [info["trial"]] if "trial" in info else []
    return records


def rightly(env, step):
    wanted = env._event.item.answers[len(env._answers)]
    return {("speak", True): SAY_YES, ("speak", False): SAY_NO, ("point", True): POINT_YES,
            ("point", False): POINT_NO}[env._event.report, wanted]


def test_every_material_with_every_report_as_often():
    records = session(Brooks(repetitions=3), rightly)
    assert sorted((each["condition"], each["report"]) for each in records) == sorted(
        [(material, report) for material in ("letter", "sentence") for report in ("speak", "point")] * 3)
    assert all(each["correct"] == 1 and each["ticks"] == each["parts"] == each["answered"] for each in records)
    assert session(Brooks(3), rightly, seed=1) != records == session(Brooks(3), rightly)


def test_only_answers_in_the_way_asked_for_count_and_thinking_takes_time():
    def wrongly(env, step):
        return THINK if step < 5 else (SAY_YES if env._event.report == "point" else POINT_YES)

    records = session(Brooks(1, limit=20), wrongly)
    assert all(each["answered"] == 0 and each["correct"] == 0 and each["ticks"] == 20 for each in records)
    late = session(Brooks(1), lambda env, step: THINK if step < 5 else rightly(env, step))
    assert all(each["ticks"] == each["parts"] + 5 for each in late)


def test_the_letter_f_is_that_of_brooks():
    [f] = [each for each in recitation.letters() if each.name == "F"]
    assert f.answers == (True, True, True, False, False, False, False, False, False, True)
    [bird] = [each for each in recitation.sentences() if "bird" in each.name]
    assert np.flatnonzero(bird.answers).tolist() == [1, 4, 9] and bird.name == bird.name.lower()


@pytest.mark.parametrize("bad", [{"repetitions": 0}, {"size": 8}, {"limit": 0.5}])
def test_bad_input(bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        Brooks(**bad)
