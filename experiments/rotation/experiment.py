"""The experiment: are images turned, and is that how figures are told from their mirror images? Cohorts of each theory
through Rotation-v0 (Shepard & Metzler 1971; Cooper & Shepard 1973; Hamrick & Griffiths 2014)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import pandas as pd

import imagery
from agents.aphantasic import Aphantasic
from agents.comparer import Comparer
from agents.controls import Chance
from agents.describing import Describing
from agents.glancing import Difference, Siamese
from agents.rotating import Piecemeal, Rotating
from envs.stimuli.pairs import Design, published, read_designs
from experiments import cohorts
from experiments.cohorts import seed_of
from experiments.rotation.true_views import TrueViews
from experiments.rotation.vividness import vividness
from experiments.session import run_cohort
from imagery.mind import Mind, Person
from imagery.solids import Solids

COLUMNS = "participant agent condition family axis angle vertices same response correct ticks".split()
AGENTS = ("depictive", "piecemeal", "propositional", "difference", "siamese", "aphantasic", "random")
MAIN_AGENTS = AGENTS[:6]
NETWORKS = ("volume", "comparison", "keypoints", "landmarks", "siamese", "joints")
ONCE = {"repetitions": 1, "blocks": 1}            # fewer trials a person than were published: people are many
DESIGNS = {"hamrick-2014": replace(published("hamrick-2014"), **ONCE),
           "shepard-1971": replace(published("shepard-1971"), **ONCE),
           "ganis-2015": replace(published("ganis-2015"), repetitions=2),
           "cooper-1973": replace(published("cooper-1973"), repetitions=2),
           "cooper-1975": replace(published("cooper-1975"), repetitions=3),
           "any-axis": Design("any-axis", "blocks", ("other",), count=20),
           "practice": Design("practice", angles=(0, 60, 120, 180), vertices=(5, 6), count=4, blocks=4)}


@dataclass(frozen=True)
class Block:
    """One session of every participant: a design and, for the depictive agent's attributions, the `views` given in
    place of imagined ones; in a "vviq" group vividness varies as it does with people. `label` names the condition."""

    design: Design
    env: Mapping[str, Any] = field(default_factory=dict)
    views: str | None = None
    group: str | None = None

    @property
    def label(self) -> str:
        return " ".join([self.design.name, *self.env.values(), *filter(None, (self.views, self.group))])


def plan(agent: str, own: Sequence[Design] = ()) -> list[Block]:
    """The sessions an agent goes through: of a user's own designs, if there are any."""
    blocks = [Block(design) for design in own or DESIGNS.values()]
    if own:
        return blocks
    blocks += [Block(DESIGNS["cooper-1973"], {"advance": advance}) for advance in ("identity", "orientation", "both")]
    if agent == "depictive":
        blocks += [Block(DESIGNS["shepard-1971"], views=views) for views in ("perfect", "shuffled", "blank")]
        blocks += [Block(DESIGNS[name], group="vviq") for name in ("hamrick-2014", "shepard-1971")]
    return blocks


def make_agent(name: str, person: Person, seed: int) -> Comparer:
    match name:
        case "depictive":
            return Rotating(person.turning)
        case "piecemeal":
            return Piecemeal(person.turning)
        case "propositional":
            return Describing()
        case "difference":
            return Difference()
        case "siamese":
            return Siamese()
        case "aphantasic":
            return Aphantasic(person.turning)
        case "random":
            return Chance(seed)
    raise ValueError(f"no agent is called {name!r}; there are {', '.join(AGENTS)}")


def run_block(agent: str, block: Block, participants: Sequence[int], seed: int, solids: Solids) -> list[dict[str, Any]]:
    """The trials of one session of a cohort, as rows of trials.tsv."""
    people, worlds, observations = cohorts.begin("Rotation", participants, seed, design=block.design,
                                                 **block.env)
    if block.group == "vviq":
        people = [replace(person, vividness=vividness(seed, who)) for person, who in zip(people, participants)]
    if block.views is not None:
        pairs = [pair for world in worlds for part in world.unwrapped.pairs for pair in part]
        solids = replace(solids, medium=TrueViews(pairs, block.views, seed))
    agents = [make_agent(agent, person, seed_of(seed, who, 3)) for person, who in zip(people, participants)]
    trials = run_cohort(agents, worlds, observations, Mind(people, solids=solids))
    return [{**row, "condition": f"practice {row['block']}" if block.design.name == "practice" else block.label}
            for row in cohorts.rows(participants, trials, agent)]


def shipped() -> Solids:
    """The networks as they are shipped, imagery in latent volumes."""
    networks = {name: imagery.load(name) for name in NETWORKS}
    return Solids(medium=networks["volume"], **networks)


def run_share(participants: Sequence[int], agents: Sequence[str], seed: int,
              own: Sequence[Design]) -> list[dict[str, Any]]:
    """All sessions of some of the participants, in this process."""
    solids = shipped()
    return [trial for agent in agents for block in plan(agent, own)
            for trial in run_block(agent, block, participants, seed, solids)]


def run(agents: Sequence[str], participants: int, seed: int, own: str | None = None, jobs: int = 1,
        backend: str = "loky") -> pd.DataFrame:
    """The trials of all agents and conditions, or of a user's own designs, as JSON."""
    share = partial(run_share, agents=agents, seed=seed, own=() if own is None else read_designs(own))
    return cohorts.table(share, COLUMNS, participants, jobs, backend)
