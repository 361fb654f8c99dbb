"""The experiment: do people scan mental images, or follow propositions? Cohorts of each theory through Scanning-v0."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import torch

import imagery
from agents.controls import Flat, Oracle, Random
from agents.depictive import Depictive
from agents.propositional import Place, Propositional
from agents.protocol import Agent
from agents.tacit import Tacit
from envs.stimuli.descriptions import OPENINGS, parse, sentences
from envs.stimuli.facts import Fact, resolve
from envs.stimuli.islands import Coast, Island, Landmark, render
from envs.stimuli.published import ORDERS
from experiments import cohorts
from experiments.cohorts import seed_of
from experiments.session import run_cohort
from experiments.upbringing.scenes import pictures_to_tensor
from imagery.channels import TextToImage
from imagery.image import MentalImage
from imagery.mind import Mind

COLUMNS = ("participant agent condition stimulus source target distance links between present response correct "
           "ticks").split()
AGENTS = ("depictive", "propositional", "tacit", "flat", "random", "oracle")
MAIN_AGENTS = AGENTS[:3]


@dataclass(frozen=True)
class Block:
    """One session of every participant: the environment's arguments, and, for the depictive agent's attributions,
    the `image` given in place of the recollected one, or the bound on shifts lifted; `label` then names the
    condition."""

    env: Mapping[str, Any]
    label: str = ""
    image: str | None = None
    bounded: bool = True


def plan(agent: str, description: str | None) -> list[Block]:
    """The sessions an agent goes through."""
    if description is not None:
        return [Block({"condition": "own", "description": description})]
    blocks = [Block({"condition": name}) for name in ("scan", "no_scan", "half", "full", "overflow", "intervening")]
    blocks += [Block({"condition": "described", "order": order, "each_hearing": True})
               for order in ORDERS]
    if agent == "depictive":
        blocks += [Block({"condition": "scan"}, f"scan_{image}", image) for image in ("perfect", "shuffled", "blank")]
        blocks += [Block({"condition": "scan"}, "scan_saccade", bounded=False)]
    return blocks


def comprehend(text: str) -> dict[str, Place]:
    """Where a description says things are, for agents that understand it without loss: the middle of many places that
    obey it, on a round island."""
    return _placed(parse(text))


def check(description: str) -> None:
    """Raise ValueError for a description that agents cannot understand or imagine."""
    comprehend(description)
    imagery.load("islands").hear([description], [0])


def _placed(facts: tuple[Fact, ...]) -> dict[str, Place]:
    draws = [resolve(facts, np.random.default_rng(seed), Coast.circle()) for seed in range(24)]
    return {kind: tuple(np.mean([places[kind] for places in draws], 0)) for kind in draws[0]}


def _anchored(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """The facts that do not hang on a thing yet to be told of."""
    kinds = {fact.kind for fact in facts}
    found = tuple(fact for fact in facts if kinds.issuperset(fact.anchors))
    return facts if found == facts else _anchored(found)


class Comprehension:
    """`comprehend` with a memory: many agents hear the same sentences. Until a thing's anchor is told of, it is
    nowhere."""

    def __init__(self) -> None:
        self.understood: dict[str, dict[str, Place]] = {}

    def __call__(self, text: str) -> dict[str, Place]:
        if text not in self.understood:
            placed = any(sentence not in OPENINGS for sentence in sentences(text.lower()))
            facts = _anchored(parse(text)) if placed else ()
            self.understood[text] = _placed(facts) if facts else {}
        return self.understood[text]


def given_image(kind: str | None, island: Island, rng: np.random.Generator) -> MentalImage | None:
    """The image an attribution condition gives: the stimulus itself, one with its things in other places, or none."""
    if kind is None:
        return None
    if kind == "blank":
        return MentalImage(torch.zeros(3, 64, 64))
    landmarks = island.landmarks
    if kind == "shuffled":
        places = rng.permutation([(each.x, each.y) for each in landmarks])
        landmarks = tuple(Landmark(each.kind, float(x), float(y), each.size) for each, (x, y) in zip(landmarks, places))
    picture = render(Island(landmarks, island.coast, island.style))
    return MentalImage(pictures_to_tensor(picture[None])[0])


def make_agent(name: str, seed: int, island: Island, understand: Callable[[str], dict[str, Place]],
               image: str | None = None) -> Agent:
    rng = np.random.default_rng(seed)
    return {"depictive": lambda: Depictive(given_image(image, island, rng)),
            "propositional": lambda: Propositional(understand), "tacit": lambda: Tacit(understand, seed),
            "flat": lambda: Flat(understand), "random": lambda: Random(seed),
            "oracle": lambda: Oracle(island.positions())}[name]()


def run_block(agent: str, block: Block, participants: Sequence[int], seed: int, channel: TextToImage,
              understand: Comprehension) -> list[dict[str, Any]]:
    """The trials of one session of a cohort, as rows of trials.tsv."""
    people, worlds, observations = cohorts.begin("Scanning", participants, seed, **block.env)
    agents = [make_agent(agent, seed_of(seed, who, 3), env.unwrapped.island, understand, block.image)
              for env, who in zip(worlds, participants)]
    trials = run_cohort(agents, worlds, observations, Mind(people, channel, block.bounded))
    return [{**row, "condition": block.label or row["condition"]} for row in cohorts.rows(participants, trials, agent)]


def run_share(participants: Sequence[int], agents: Sequence[str], seed: int,
              description: str | None) -> list[dict[str, Any]]:
    """All sessions of some of the participants, in this process."""
    channel, understand = imagery.load("islands"), Comprehension()
    return [trial for agent in agents for block in plan(agent, description)
            for trial in run_block(agent, block, participants, seed, channel, understand)]


def run(agents: Sequence[str], participants: int, seed: int, description: str | None = None, jobs: int = 1,
        backend: str = "loky") -> pd.DataFrame:
    """The trials of all agents and conditions."""
    share = partial(run_share, agents=agents, seed=seed, description=description)
    return cohorts.table(share, COLUMNS, participants, jobs, backend)
