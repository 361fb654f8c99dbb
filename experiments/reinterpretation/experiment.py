"""The experiment: can people see something new in what they imagined from words? Cohorts of each theory through
Reinterpretation-v0 (Finke, Pinker & Farah 1989)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

import numpy as np
import pandas as pd
import torch

import imagery
from agents.associative import Associative
from agents.controls import Guesser
from agents.interpreter import called
from agents.protocol import Agent
from agents.structural import Structural
from agents.synthesis import Depictive, Dual, Space
from envs.stimuli import constructions, letters
from envs.stimuli.constructions import Item, vocabulary
from envs.stimuli.drawings import Construction, perform
from envs.stimuli.pictures import on
from envs.stimuli.steps import NAMES
from experiments import cohorts
from experiments.cohorts import seed_of
from experiments.reinterpretation.looks import Looks
from experiments.reinterpretation.structures import Structures
from experiments.session import run_cohort
from experiments.upbringing.picturing import figure_tile, letter_tile
from experiments.upbringing.scenes import pictures_to_tensor
from imagery.channels import TextToImage
from imagery.image import MentalImage
from imagery.mind import Mind

COLUMNS = "participant agent condition item target answer1 answer2 answer3 correct ticks".split()
AGENTS = ("dual", "depictive", "propositional", "verbal", "random")
MAIN_AGENTS = AGENTS[:4]
SPACE = Space(constructions.read, perform, Construction())
SEEN = 1.0                                        # weight of the image where the propositional agent is given one


@dataclass(frozen=True)
class Block:
    """One session of every participant: the environment's condition and, for attributions, the `parts` given in place
    of imagined ones, or the image that the propositional agent forms as well; `label` then names the condition."""

    label: str
    env: Mapping[str, Any] = field(default_factory=dict)
    parts: str | None = None
    image: bool = False


def plan(agent: str) -> list[Block]:
    """The sessions an agent goes through."""
    blocks = [Block("imagery")]
    if agent in ("dual", "depictive"):
        blocks.append(Block("drawing", {"condition": "drawing"}))
    if agent == "dual":
        blocks += [Block(parts, parts=parts) for parts in ("perfect", "shuffled", "blank")]
    if agent == "propositional":
        blocks.append(Block("with_image", image=True))
    return blocks


@cache
def drawn(name: str) -> MentalImage:
    """A part as it should be imagined."""
    tile = letter_tile(name) if name in letters.CHARACTERS else figure_tile(name)
    return MentalImage(pictures_to_tensor(on(tile)[None])[0])


def given_parts(kind: str | None, rng: np.random.Generator) -> Callable[[str], MentalImage] | None:
    """What an attribution condition gives for the words that ask for a part: what they name, something else, or
    nothing."""
    names = {called(name): name for name in NAMES}
    match kind:
        case "perfect":
            return lambda words: drawn(names[words])
        case "shuffled":
            return lambda words: drawn(str(rng.choice(NAMES)))
        case "blank":
            return lambda words: MentalImage(torch.ones(3, 64, 64))
    return None


def make_agent(name: str, block: Block, seed: int, structures: Structures, looks: Looks) -> Agent:
    rng, names = np.random.default_rng(seed), vocabulary()
    match name:
        case "dual":
            return Dual(SPACE, names, looks.likeness, given_parts(block.parts, rng))
        case "depictive":
            return Depictive(SPACE, names, looks.likeness)
        case "propositional":
            imager = Dual(SPACE, names, looks.likeness) if block.image else None
            return Structural(SPACE, names, structures.likeness, imager, SEEN)
        case "verbal":
            return Associative(names)
        case "random":
            return Guesser(len(names), seed)
    raise ValueError(f"no agent is called {name!r}; there are {', '.join(AGENTS)}")


def run_block(agent: str, block: Block, participants: Sequence[int], seed: int, items: Sequence[Item],
              channel: TextToImage, structures: Structures, looks: Looks) -> list[dict[str, Any]]:
    """The trials of one session of a cohort, as rows of trials.tsv."""
    people, worlds, observations = cohorts.begin("Reinterpretation", participants, seed, items=items, **block.env)
    agents = [make_agent(agent, block, seed_of(seed, who, 3), structures, looks) for who in participants]
    trials = run_cohort(agents, worlds, observations, Mind(people, channel))
    return [{**row, "condition": block.label} for row in cohorts.rows(participants, trials, agent)]


def run_share(participants: Sequence[int], agents: Sequence[str], seed: int,
              items: Sequence[Item]) -> list[dict[str, Any]]:
    """All sessions of some of the participants, in this process."""
    channel, structures, looks = imagery.load("pictures"), Structures(), Looks()
    return [trial for agent in agents for block in plan(agent)
            for trial in run_block(agent, block, participants, seed, items, channel, structures, looks)]


def items_of(own: str | None) -> tuple[Item, ...]:
    """The published constructions, or a user's own, as JSON."""
    return constructions.items("published") if own is None else constructions.read_items(own)


def run(agents: Sequence[str], participants: int, seed: int, own: str | None = None, jobs: int = 1,
        backend: str = "loky") -> pd.DataFrame:
    """The trials of all agents and conditions."""
    share = partial(run_share, agents=agents, seed=seed, items=items_of(own))
    return cohorts.table(share, COLUMNS, participants, jobs, backend)
