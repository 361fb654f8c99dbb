"""The experiment: can an ambiguous figure be seen as something else in its image? Cohorts that keep what a figure was
called with its trace, and that do not, through Reversal-v0 (Chambers & Reisberg 1985)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import imagery
from agents.beholder import Beholder
from envs.reversal import CONDITIONS
from envs.stimuli.constructions import vocabulary
from experiments import cohorts, figures
from experiments.page import Page, section
from experiments.reinterpretation.looks import Looks
from experiments.session import run_cohort
from experiments.statistics import Effect, estimate, mean, resampling_weights
from imagery.mind import Mind

COLUMNS = ("participant agent condition item first else1 else2 drawn1 drawn2 seen imagined drawn correct said "
           "ticks").split()
AGENTS = ("dual", "unbound")
WAYS = {"imagined": "share of images seen as the other thing", "drawn": "share of drawings seen as the other thing"}
SEEN = "share of figures taken for either thing"
DIFFERENCES = {"drawing less image": (("usual", "drawn"), ("usual", "imagined")),
               "image after suppression less usual": (("suppression", "imagined"), ("usual", "imagined")),
               "image after a hint less usual": (("hint", "imagined"), ("usual", "imagined"))}
CHAMBERS = "Chambers & Reisberg 1985, Exp. 1: none of 15 people in the image, all 15 in their drawing; from memory"
PEOPLE = {("usual", "imagined"): 0.0, ("usual", "drawn"): 1.0}
FAINT = 10.0                                      # a glimpse: times by which a trace is noisier than one of a map
GLIMPSED = {"steps": 8, "guidance": 3.0}          # how an image is formed of it
TITLE = "Can an image be seen as something else?"
LEAD = (
    "People who have seen an ambiguous figure as one thing hardly ever find the other in its image, but soon find it "
    "in their own drawing of that image (Chambers & Reisberg 1985). They find it more often if they could not name the "
    "figure while they saw it (Brandimonte & Gerbino 1993), and if told that its front may be its back (Peterson et "
    "al. 1992).",
    "Here a figure leaves a noisy trace and, where the voice is free, a name. An image is formed from both by the "
    "generator. The second agent forms it from the trace alone. The eye takes most figures for either of two things.",
)
CAVEATS = ("Built in: that a name is kept where the voice is free, that a hint sets it aside, and that a drawing "
           "follows the trace. Not built in: whether a name keeps an image from being seen as something else.",
           "How noisy a trace is and how much a name counts were set by hand, where a name makes a difference, on "
           "people of seed 100: a trace half as noisy is remembered as it was, with or without a name.",
           "The other thing counts as seen if it is one of two names said; figures taken for neither are left out, so "
           "that conditions may count different figures.")


def run_share(participants: Sequence[int], agents: Sequence[str], seed: int) -> list[dict[str, Any]]:
    """All sessions of some of the participants, in this process."""
    channel, looks, found = imagery.load("pictures"), Looks(), []
    for agent in agents:
        for condition in CONDITIONS:
            people, worlds, observations = cohorts.begin("Reversal", participants, seed, condition=condition)
            beholders = [Beholder(vocabulary(), looks.likeness, bound=agent == "dual") for _ in participants]
            people = [replace(person, noise=FAINT * person.noise, **GLIMPSED) for person in people]
            trials = run_cohort(beholders, worlds, observations, Mind(people, channel))
            found += cohorts.rows(participants, trials, agent)
    return found


def run(agents: Sequence[str], participants: int, seed: int, own: None = None, jobs: int = 1,
        backend: str = "loky") -> pd.DataFrame:
    """The trials of all agents."""
    return cohorts.table(partial(run_share, agents=agents, seed=seed), COLUMNS, participants, jobs, backend)


def analyse(trials: pd.DataFrame, seed: int = 0) -> list[Effect]:
    """Every effect the trials allow, with 95 % intervals over participants; deterministic."""
    return [effect for agent, part in trials.groupby("agent", sort=False) for effect in _of(agent, part, seed)]


def _of(agent: str, trials: pd.DataFrame, seed: int) -> Iterator[Effect]:
    who = np.unique(trials["participant"])
    weights, points, resampled = resampling_weights(who, seed), {}, {}
    for condition in CONDITIONS:
        mine = trials[trials["condition"] == condition]
        yield Effect(SEEN, agent, condition, float(mine["correct"].mean()), None, None, None, CHAMBERS, "emergent")
        counted = mine[mine["correct"] == 1].groupby("participant")
        seen = counted.size().reindex(who, fill_value=0).to_numpy(float)[:, None]
        for way, name in WAYS.items():
            total, key = counted[way].sum().reindex(who, fill_value=0).to_numpy(float)[:, None], (condition, way)
            points[key] = float(mean(total, seen, np.ones(len(who)))[0])
            resampled[key] = None if weights is None else mean(total, seen, weights)[:, 0]
            yield Effect(name, agent, condition, *estimate(points[key], resampled[key]), PEOPLE.get(key), CHAMBERS,
                         "emergent")
    for name, (more, less) in DIFFERENCES.items():
        spread_ = None if weights is None else resampled[more] - resampled[less]
        yield Effect(name, agent, "all", *estimate(points[more] - points[less], spread_), None, CHAMBERS, "emergent")


def report(folder: Path, trials: pd.DataFrame, effects: Sequence[Effect], record: Mapping) -> Path:
    """The report of a run with that manifest."""
    page = Page(Path(folder), effects)
    strip = [{"value": f"{effect.measured:+.2f}", "label": effect.name, "note": effect.agent}
             for effect in page.effects if effect.name in DIFFERENCES and effect.agent == page.effects[0].agent]
    shares = [(f"{effect.agent}, {effect.condition}, {way}", effect.measured, (effect.low, effect.high))
              for way, name in WAYS.items() for effect in page.effects if effect.name == name]
    items = trials[trials["correct"] == 1].groupby(["agent", "item"])[list(WAYS)].mean()
    each = [(f"{agent}, {item}, {way}", float(row[way]), (None, None)) for (agent, item), row in items.iterrows()
            if agent == "dual" for way in WAYS]
    panels = {"shares": page.panel("shares", "share", figures.forest("", "share", shares)),
              "items": page.panel("items", "share", figures.forest("", "share", each))}
    sections = [section("shares", ("Image and drawing", "Shares of figures that were first taken for one thing and "
                                   "then seen as the other; bars are 95 % intervals."), panels=[panels["shares"]]),
                section("items", ("Figure by figure", "Of the agent that keeps names, all conditions together."),
                        panels=[panels["items"]]),
                section("effects", ("All effects", "Every number, with its interval."), topics=page.topics(
                    {"Effects": lambda effect: True}, lambda topic, effect: f"{effect.name}, {effect.condition}"))]
    return page.write(TITLE, LEAD, strip, sections, record, CAVEATS)
