"""The runner of mental rotation: sessions as planned, rows as promised, and imagination in its place."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from envs.stimuli.pairs import Design
from experiments.rotation import experiment
from experiments.rotation.experiment import COLUMNS, DESIGNS, MAIN_AGENTS, make_agent, plan, run_block
from experiments.rotation.true_views import KINDS, TrueViews
from imagery.mind import Person
from imagery.solids import Solids

PAIR = Design("blocks", "blocks", ("plane", "vertical"), angles=(0, 40, 100), count=4)


@pytest.fixture
def quick(monkeypatch, tiny):
    """Short sessions, and untaught networks, which never find a match but soon give up."""
    few = {name: replace(each, angles=each.angles[:2], figures=(), count=2, repetitions=1, vertices=each.vertices[:1],
                         blocks=min(each.blocks, 2)) for name, each in DESIGNS.items()}
    monkeypatch.setattr(experiment, "DESIGNS", few)
    monkeypatch.setattr(experiment.imagery, "load", tiny.__getitem__)
    monkeypatch.setattr("agents.rotating.ALL_ROUND", 40.0)


@pytest.mark.parametrize("agent", MAIN_AGENTS)
def test_every_agent_goes_through_its_sessions(quick, agent):
    trials = experiment.run([agent], 2, 0)
    assert list(trials.columns) == COLUMNS and set(trials["agent"]) == {agent}
    assert set(trials["correct"]) <= {0, 1} and (trials["ticks"] > 0).all()
    assert set(trials["response"]) <= {"same", "mirror", "none"}
    assert ((trials["response"] == trials["same"].map({1: "same", 0: "mirror"})) == (trials["correct"] == 1)).all()
    own = {"shepard-1971 perfect", "shepard-1971 shuffled", "shepard-1971 blank", "hamrick-2014 vviq",
           "shepard-1971 vviq"} if agent == "depictive" else set()
    assert set(trials["condition"]) == {*DESIGNS} - {"practice"} | own | {
        "practice 1", "practice 2", "cooper-1973 identity", "cooper-1973 orientation", "cooper-1973 both"}
    assert set(trials["family"]) == {"polygons", "blocks", "letters"}


def test_the_same_seed_gives_the_same_trials(quick):
    agents = [agent for agent in MAIN_AGENTS if agent not in ("depictive", "piecemeal")]          # which take longest
    assert experiment.run(agents, 2, 0).equals(experiment.run(agents, 2, 0))


def test_rivals_of_one_participant_see_the_same_pairs(quick):
    trials = experiment.run(("difference", "siamese"), 2, 0)
    one, other = (trials[trials["agent"] == agent].drop(columns=["agent", "response", "correct", "ticks"])
                  .reset_index(drop=True) for agent in ("difference", "siamese"))
    assert one.equals(other)


def test_unknown_agents_are_refused():
    with pytest.raises(ValueError, match="no agent is called 'cat'; there are depictive"):
        make_agent("cat", Person(), 0)
    assert [block.label for block in plan("depictive")][-5:] == [
        *(f"shepard-1971 {kind}" for kind in KINDS), "hamrick-2014 vviq", "shepard-1971 vviq"]


# ---- attribution ----------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def pairs():
    return [pair for block in PAIR.session(np.random.default_rng(2)) for pair in block]


def shown(pair, size=64):
    return [torch.from_numpy(1 - 2 * np.rint(255 * ink) / 255).float().expand(3, -1, -1) for ink in pair.pictures(size)]


def test_true_views_are_true(pairs):
    views = TrueViews(pairs, "perfect")
    for pair in pairs:
        first, second = shown(pair)
        seen = views.decode(views.encode(torch.stack([first, second])))
        assert (seen - torch.stack([first, second])[:, :1]).abs().max() < 0.02
        back = views.decode(views.turn(views.encode(second[None]), torch.from_numpy(pair.turn.T)[None]))
        assert ((back - first[:1]).abs().mean() < 0.01) == pair.same or pair.angle == 0


def test_others_or_nothing_in_place_of_true_views(pairs):
    seen = torch.stack([picture for pair in pairs for picture in shown(pair)])
    blank, shuffled = (TrueViews(pairs, kind, seed=1) for kind in ("blank", "shuffled"))
    assert (blank.decode(blank.encode(seen)) == 1).all()
    other = shuffled.decode(shuffled.encode(seen))
    apart = (other - seen[:, :1]).flatten(1).abs().mean(1)
    assert (apart > 0.02).float().mean() > 0.8 and other.min() < 0


def test_who_imagines_perfectly_and_compares_truly_errs_never(monkeypatch):
    """Views are compared pixel by pixel, and the way on is told."""
    standing = []
    real = Solids.seen

    def seen(self, things):
        standing[:] = [thing.code.pose for thing in things]
        return real(self, things)

    def compare(views, pictures):
        near = (views - pictures.mean(1, keepdim=True)).flatten(1).abs().mean(1) < 0.03
        return torch.where(near, 9.0, -9.0)

    def points(self, seen, things):
        """Three fixed points of what stands there, whichever picture it is known by."""
        poses = torch.cat(standing) if seen.shape[1] == 1 else truth.encode(seen).pose
        return poses.mT.float()

    monkeypatch.setattr(Solids, "seen", seen)
    monkeypatch.setattr(Solids, "points", points)
    monkeypatch.setattr("imagery.mind.BUFFER_NOISE", 0.0)
    worlds = experiment.cohorts.begin("Rotation", range(2), 5, design=PAIR)[1]
    truth = TrueViews([pair for world in worlds for block in world.unwrapped.pairs for pair in block], "perfect")
    block = experiment.Block(PAIR, views="perfect")
    rows = run_block("depictive", block, range(2), 5, Solids(None, compare, *[None] * 5))
    assert len(rows) == 24 and all(row["correct"] for row in rows)
    ticks = {angle: [row["ticks"] for row in rows if row["same"] and row["angle"] == angle] for angle in PAIR.angles}
    assert max(ticks[0]) < min(ticks[40]) <= max(ticks[40]) < min(ticks[100])
