"""Reinterpretation's analysis on hand-made trials: subjects that must show an effect, and subjects that must not."""

import numpy as np
import pandas as pd
import pytest

from envs.stimuli.constructions import items
from experiments.reinterpretation import analysis as named
from experiments.reinterpretation.analysis import analyse, missed
from experiments.reinterpretation.examples import Film
from experiments.reinterpretation.experiment import COLUMNS, MAIN_AGENTS, plan
from experiments.reinterpretation.report import write_report

ITEMS = items("published")
MANIFEST = {"command": "imagery run reinterpretation", "seed": 0, "versions": {"numpy": "2"}, "weights": {},
            "configuration": {"agents": ["dual"]}}


def made(agent, condition, chance, people=20, ticks=lambda item: 10.0, seed=0):
    """Trials in which each item is named with a chance of its own."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame([(who, agent, condition, item.name, item.target, item.target if hit else "none", "none", "none",
                          float(hit), float(ticks(item))) for who in range(people) for item in ITEMS
                         for hit in [rng.uniform() < chance(item)]], columns=COLUMNS)


def find(effects, name, agent="dual", condition="imagery"):
    [effect] = [each for each in effects if (each.name, each.agent, each.condition) == (name, agent, condition)]
    return effect


def test_naming_and_what_people_name():
    effects = analyse(made("dual", "imagery", lambda item: item.named, people=200))
    share = find(effects, named.NAMED)
    assert share.low < share.measured < share.high and share.measured == pytest.approx(share.published, abs=0.04)
    assert find(effects, named.PEOPLE_R).measured > 0.9 and find(effects, named.FIRST).measured == share.measured
    assert find(effects, named.TARGETS).measured == pytest.approx(sum(item.named >= 0.5 for item in ITEMS), abs=2)
    other = analyse(made("dual", "imagery", lambda item: 1 - item.named, people=200))
    assert find(other, named.PEOPLE_R).measured < -0.9


def test_time_grows_with_parts_only_where_it_does():
    growing = made("dual", "imagery", lambda item: 1.0, ticks=lambda item: 5 + 4 * len(item.drawing.parts))
    flat = made("flat", "imagery", lambda item: 1.0)
    effects = analyse(pd.concat([growing, flat]))
    assert find(effects, named.PARTS).measured == pytest.approx(4.0)
    assert find(effects, named.PARTS, "flat").measured == pytest.approx(0.0, abs=1e-9)


def test_who_is_ahead():
    trials = pd.concat([made("dual", "imagery", lambda item: 0.8), made("dual", "blank", lambda item: 0.0, seed=1),
                        made("propositional", "imagery", lambda item: 0.8, seed=2)])
    effects = analyse(trials)
    blank = find(effects, f"{named.AHEAD} dual, blank")
    rival = find(effects, f"{named.AHEAD} propositional")
    assert blank.low > 0.6 and rival.low < 0 < rival.high
    assert analyse(trials, 5) == analyse(trials, 5)


def test_few_people_give_numbers_without_intervals():
    effects = analyse(made("dual", "imagery", lambda item: 0.5, people=1))
    assert find(effects, named.NAMED).low is None and find(effects, named.NAMED).measured is not None


def test_where_what_is_missed_was_lost():
    lost = {ITEMS[0].name: ("perfect", "drawing"), ITEMS[1].name: ("drawing",), ITEMS[2].name: ()}
    trials = pd.concat([made("dual", condition, lambda item, condition=condition: float(
        item.name not in lost or condition in lost[item.name])) for condition in ("imagery", "perfect", "drawing")])
    assert missed(trials, ITEMS) == {"generation": [ITEMS[0].target], "reasoning": [ITEMS[1].target],
                                     "interpretation": [ITEMS[2].target]}


def test_every_main_agent_imagines_from_words_first():
    assert all(plan(agent)[0].label == "imagery" for agent in MAIN_AGENTS)
    labels = {block.label for agent in MAIN_AGENTS for block in plan(agent)}
    assert labels == {"imagery", "drawing", "perfect", "shuffled", "blank", "with_image"}


def test_the_report_shows_all_there_is(tmp_path):
    trials = pd.concat([made(agent, condition, lambda item: 0.5, people=4) for agent, condition in
                        (("dual", "imagery"), ("dual", "perfect"), ("dual", "drawing"), ("propositional", "imagery"))])
    image = np.full((64, 64, 3), 255, np.uint8)
    film = Film(ITEMS[0], (image,) * (len(ITEMS[0].instructions) + 1), ("T", "umbrella", "F"), 42)
    html = write_report(tmp_path, trials, analyse(trials), ITEMS, [film], MANIFEST).read_text(encoding="utf-8")
    for text in (*ITEMS[0].instructions, "Seen as: T, umbrella, F.", "42 ticks", "propositional",
                 "dual, perfect", "Who names what", named.NAMED):
        assert text in html, text
    assert "http" not in html.replace("http-equiv", "").replace("http://www.w3.org", "") and "<script" not in html
    assert len(list((tmp_path / "figures").iterdir())) == 3
    alone = trials[(trials["agent"] == "propositional")]
    html = write_report(tmp_path / "b", alone, analyse(alone), ITEMS, [], MANIFEST).read_text(encoding="utf-8")
    assert "What went through one mind" not in html and "Is it the image" not in html
