"""The analysis of selective interference on hand-made trials: with a crossover, and without one."""

import pandas as pd
import pytest

from experiments import interference as named
from experiments.interference import COLUMNS, analyse, report
from experiments.page import number

MANIFEST = {"command": "imagery run interference", "seed": 0, "versions": {}, "weights": {}, "configuration": {}}


def made(agent, paces, people=12):
    """Trials of ten parts, each condition and report at a pace, people a little apart."""
    return pd.DataFrame([(who, agent, condition, report, "F", 10, 1.0, 10 * (pace + 0.1 * (who % 3)))
                         for who in range(people) for (condition, report), pace in paces.items()
                         for _ in range(2)], columns=COLUMNS)


CROSSED = {("letter", "point"): 6.0, ("letter", "speak"): 4.0, ("sentence", "point"): 2.0, ("sentence", "speak"): 5.0}
FLAT = dict.fromkeys(CROSSED, 5.0)


def find(effects, name, agent, condition):
    [effect] = [each for each in effects if (each.name, each.agent, each.condition) == (name, agent, condition)]
    return effect


def test_a_crossover_is_found_where_there_is_one():
    effects = analyse(pd.concat([made("dual", CROSSED), made("merged", FLAT)]))
    assert find(effects, named.CROSSOVER, "dual", "all").measured == pytest.approx(5.0)
    assert find(effects, named.CROSSOVER, "dual", "all").low > 4.9
    assert find(effects, named.CROSSOVER, "merged", "all").measured == pytest.approx(0.0, abs=1e-9)
    pace = find(effects, named.PACE, "dual", "letter, point")
    assert pace.measured == pytest.approx(6.1) and pace.low < 6.1 < pace.high and pace.published == 28.2
    assert find(effects, named.ACCURACY, "dual", "letter, point").measured == 1.0


def test_few_people_give_numbers_without_intervals():
    effects = analyse(made("dual", CROSSED, people=2))
    assert find(effects, named.CROSSOVER, "dual", "all").low is None


def test_the_report(tmp_path):
    trials = pd.concat([made("dual", CROSSED), made("merged", FLAT)])
    html = report(tmp_path, trials, analyse(trials), MANIFEST).read_text(encoding="utf-8")
    for text in (named.CROSSOVER, "merged", "letter, point", number(6.1), "Brooks 1968"):
        assert text in html, text
