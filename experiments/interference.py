"""The experiment: does looking interfere with imagining, and speaking with remembering words? Cohorts with two
channels, and with one, through Brooks-v0 (Brooks 1968)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import imagery
from agents.reciting import Reciting
from envs.brooks import MATERIALS, REPORTS
from envs.stimuli.recitation import sentences
from experiments import cohorts, figures
from experiments.page import Page, section
from experiments.session import run_cohort
from experiments.statistics import Effect, estimate, mean, resampling_weights
from imagery.mind import Mind

COLUMNS = "participant agent condition report item parts correct ticks".split()
AGENTS = ("dual", "merged")
PACE, ACCURACY = "ticks a corner or word", "share rightly answered"
CROSSOVER = "pointing less speaking, letters less sentences, ticks a part"
BROOKS = "Brooks 1968, Canadian Journal of Psychology 22, 349-368; s a task, recalled and not checked"
SECONDS = {("letter", "point"): 28.2, ("letter", "speak"): 11.3, ("sentence", "point"): 9.8,
           ("sentence", "speak"): 13.8}
TITLE = "Do looking and speaking get into each other's way?"
LEAD = (
    "Going round an imagined block letter and saying of each corner whether it is at the very top or bottom, people "
    "take longest when they have to point at their answers; going through a remembered sentence word by word, when "
    "they have to speak them (Brooks 1968).",
    "Here one train of thought goes through what is in mind and another reports. Each operation needs the visual or "
    "the verbal channel, and a channel does one a tick. The second agent has one channel for everything.",
)
CAVEATS = ("Which operations are visual and which verbal was built in; that two tasks cross over was not.",
           "People's seconds are of whole tasks, the agents' ticks of one corner or word.")


def nouns() -> set[str]:
    """The words that agents know to be nouns."""
    return {word for each in sentences() for word, noun in zip(each.name.split(), each.answers) if noun}


def run_share(participants: Sequence[int], agents: Sequence[str], seed: int) -> list[dict[str, Any]]:
    """All sessions of some of the participants, in this process."""
    channel, found = imagery.load("pictures"), []
    for agent in agents:
        people, worlds, observations = cohorts.begin("Brooks", participants, seed)
        reciting = [Reciting(nouns(), person.fovea, merged=agent == "merged") for person in people]
        found += cohorts.rows(participants, run_cohort(reciting, worlds, observations, Mind(people, channel)), agent)
    return found


def run(agents: Sequence[str], participants: int, seed: int, own: None = None, jobs: int = 1,
        backend: str = "loky") -> pd.DataFrame:
    """The trials of all agents."""
    return cohorts.table(partial(run_share, agents=agents, seed=seed), COLUMNS, participants, jobs, backend)


def analyse(trials: pd.DataFrame, seed: int = 0) -> list[Effect]:
    """Every effect the trials allow, with 95 % intervals over participants; deterministic."""
    return [effect for agent, part in trials.groupby("agent", sort=False) for effect in _of(agent, part, seed)]


def _of(agent: str, trials: pd.DataFrame, seed: int) -> Iterator[Effect]:
    weights = resampling_weights(np.unique(trials["participant"]), seed)
    paces, points, resampled = trials.assign(pace=trials["ticks"] / trials["parts"]), {}, {}
    for condition in MATERIALS:
        for report in REPORTS:
            mine = paces[(paces["condition"] == condition) & (paces["report"] == report)]
            table = mine.pivot_table("pace", "participant", "report").reindex(np.unique(trials["participant"]))
            total, seen = np.nan_to_num(table.to_numpy(float)), np.isfinite(table.to_numpy(float)).astype(float)
            key = condition, report
            points[key] = float(mean(total, seen, np.ones(len(total)))[0])
            resampled[key] = None if weights is None else mean(total, seen, weights)[:, 0]
            yield Effect(PACE, agent, f"{condition}, {report}", *estimate(points[key], resampled[key]), SECONDS[key],
                         BROOKS, "emergent")
            right = float(mine["correct"].mean())
            yield Effect(ACCURACY, agent, f"{condition}, {report}", right, None, None, None, BROOKS, "emergent")

    def crossover(of: Mapping[tuple[str, str], Any]) -> Any:
        return of["letter", "point"] - of["letter", "speak"] - of["sentence", "point"] + of["sentence", "speak"]

    found = estimate(crossover(points), None if weights is None else crossover(resampled))
    yield Effect(CROSSOVER, agent, "all", *found, None, BROOKS, "emergent")


def report(folder: Path, trials: pd.DataFrame, effects: Sequence[Effect], record: Mapping) -> Path:
    """The report of a run with that manifest."""
    page = Page(Path(folder), effects)
    paces = [effect for effect in page.effects if effect.name == PACE]
    rows = [(f"{effect.agent}, {effect.condition}", effect.measured, (effect.low, effect.high)) for effect in paces]
    crossed = [effect for effect in page.effects if effect.name == CROSSOVER]
    strip = [{"value": f"{effect.measured:.1f}", "label": CROSSOVER, "note": effect.agent} for effect in crossed]
    panel = page.panel("paces", PACE, figures.forest("", PACE, rows))
    sections = [section("paces", ("Pointing and speaking", "Ticks that a corner or a word takes, by agent, material "
                                  "and way to report; bars are 95 % intervals."), panels=[panel]),
                section("effects", ("All effects", "Every number, with its interval."), topics=page.topics(
                    {"Effects": lambda effect: True}, lambda topic, effect: f"{effect.name}, {effect.condition}"))]
    return page.write(TITLE, LEAD, strip, sections, record, CAVEATS)
