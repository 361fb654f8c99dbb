"""Theories of thought, driven by hand: what they ask for, what they answer, and how long it takes them."""

from dataclasses import replace
from types import SimpleNamespace

import gymnasium
import networkx as nx
import numpy as np
import pytest
import torch

from agents.controls import Flat, Oracle, Random
from agents.depictive import HOPE, Depictive, bare
from agents.propositional import Propositional, facts_of, relation
from agents.protocol import ABSENT, PRESENT, Heard, understand
from agents.tacit import SIZES, Tacit
from imagery.eye import CENTRES, CONVINCED, Percept
from imagery.image import Imagining, MentalImage, scaling
from imagery.mind import Mind, Person
from imagery.operations import Encode, Generate, Look, Perceive, Refresh, Shift

FOVEA = 0.05
PLAIN, HINT = CONVINCED + 3, (CONVINCED + HOPE) / 2      # log-odds at the fovea and beyond it
ROW = {"hut": (0.1, 0.5), "well": (0.3, 0.5), "tree": (0.5, 0.5), "rock": (0.9, 0.5)}
NOTHING = np.zeros((4, 4, 3), np.uint8)
SCAN, ANSWER = "Scan from landmark to landmark.", "Answer as soon as you know."


class World:
    """A mind with a hand-made eye and memory: things are at `places` of every image."""

    def __init__(self, places):
        words = SimpleNamespace(names=(), name_vectors=lambda names: torch.zeros(0, 1), scale=torch.zeros(2))
        self.mind = Mind([Person(fovea=FOVEA, fading=10.0)], SimpleNamespace(verbal=words))
        self.places, self.log = places, []

    def __call__(self, operation):
        self.log.append(operation)
        match operation:
            case Perceive():
                return dict(self.places)
            case Encode():
                return "trace"
            case Generate(_, _, begun):
                return MentalImage(torch.zeros(3, 64, 64)) if begun else Imagining(torch.zeros(1), 1)
            case Look(image, whole):
                return self.percept(image, whole)
        return self.mind.perform([operation])[0]

    def percept(self, image, whole):
        """Things in the buffer are plain at the fovea and hinted at beyond it."""
        names, spots = (*self.places, "cave"), image.in_buffer(CENTRES)
        evidence = np.full((len(names), 256), -6.0)
        for row, place in zip(evidence, self.places.values()):
            patch = np.hypot(*(CENTRES - place).T).argmin()
            row[patch] = PLAIN if np.hypot(*(spots[patch] - image.focus)) <= FOVEA or whole else HINT
        visible = ((spots >= 0) & (spots <= 1)).all(-1)
        return Percept(names, np.where(visible, evidence, -np.inf), spots, image.focus, np.inf if whole else FOVEA)


def think(agent, words, world, limit=400):
    """The response to words, and the ticks until it came or, at the limit, until the thought was broken off."""
    thought, result = agent.think({"words": words, "picture": NOTHING}), None
    for ticks in range(limit):
        try:
            operation = thought.send(result)
        except StopIteration as end:
            return end.value, ticks
        result = world(operation)
    thought.close()
    return None, limit


def comprehend(text):
    """Reads only the names of things in the row."""
    return {name: place for name, place in ROW.items() if name in text}


def taught(agent, world, instruction=SCAN, size=None):
    """After instruction and study of the map."""
    think(agent, instruction, world)
    if size:
        think(agent, f"Imagine the island {size}.", world)
    think(agent, "Study the map.", world, limit=30)
    return agent


def probe(agent, world, source, target):
    think(agent, f"Focus on the {source}.", world)
    return think(agent, f"Is there a {target}?", world)


def times(agent, world, source="hut"):
    """Ticks from one thing to each other, nearest first."""
    found = [probe(agent, world, source, target) for target in world.places if target != source]
    assert all(response == PRESENT for response, _ in found)
    return [ticks for _, ticks in found]


# ---- what was said --------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("words, heard", [
    (SCAN, Heard("scan")), (ANSWER, Heard("answer")), ("Study the map.", Heard("study")),
    ("Listen to the description.", Heard("listen")), ("Focus on the hut.", Heard("focus", "hut")),
    ("Is there an obelisk?", Heard("probe", "obelisk")), ("is there a well? ", Heard("probe", "well")),
    ("Imagine the island larger than you can see at once.", Heard("size", "larger than you can see at once")),
    (" At 3 o'clock there is a hut. ", Heard("tell", "At 3 o'clock there is a hut.")), ("", Heard("tell"))])
def test_understanding(words, heard):
    assert understand(words) == heard


@pytest.mark.parametrize("condition, acts", [
    ("scan", "scan study focus probe"), ("no_scan", "answer study focus probe"),
    ("overflow", "scan size study focus probe"), ("described", "scan listen tell focus probe")])
def test_what_the_environment_says_is_understood(condition, acts):
    env = gymnasium.make("imagery/Scanning-v0", disable_env_checker=True, condition=condition)
    heard, (observation, info) = {}, env.reset(seed=0)
    while "probe" not in heard:
        heard[understand(observation["words"]).act] = observation["words"]
        observation, _, _, _, info = env.step(0)
    assert list(heard) == acts.split()


# ---- propositions ---------------------------------------------------------------------------------------------------

def test_relations_are_compass_points():
    assert [relation((0, 0), end) for end in ((0, -1), (1, -1), (1, 0), (0, 1), (-1, 0))] == [
        "north", "north-east", "east", "south", "west"]


def test_facts_link_neighbours_and_reach_everything():
    assert {" ".join(sorted(link)) for link in facts_of(ROW).edges} == {"hut well", "tree well", "rock tree"}
    places = dict(zip("abcdefghij", np.random.default_rng(0).uniform(size=(10, 2)).tolist()))
    assert nx.is_connected(facts_of(places))


@pytest.mark.parametrize("hears", [True, False])
def test_propositional_follows_links(hears):
    """One retrieval, then a retrieval and a comparison a link, however far apart things are."""
    agent, world = Propositional(comprehend), World(ROW)
    if hears:
        for name in ROW:
            think(agent, f"There is a {name}.", world)
    else:
        taught(agent, world)
    assert times(agent, world) == [1 + 2 * links for links in (1, 2, 3)]
    assert probe(agent, world, "tree", "rock") == (PRESENT, 3)
    assert probe(agent, world, "hut", "cave") == (ABSENT, 1)


def test_propositional_answers_at_once_when_not_asked_to_scan():
    agent, world = Propositional(comprehend), World(ROW)
    assert times(taught(agent, world, ANSWER), world) == [1, 1, 1]


def test_propositional_hears_relations_before_their_anchors():
    """In random order a thing may be placed by one that is yet to be told of."""
    from experiments.scanning.experiment import Comprehension

    agent, world = Propositional(Comprehension()), World({})
    think(agent, "The well is just below the hut.", world)
    assert not agent.facts
    think(agent, "At 3 o'clock there is a hut.", world)
    assert set(agent.facts) == {"well", "hut"}
    assert agent.facts.nodes["well"]["place"][1] > agent.facts.nodes["hut"]["place"][1]


def mean_time(size, target, people=60):
    world = World(ROW)
    agents = [taught(Tacit(comprehend, seed), world, size=size) for seed in range(people)]
    return np.mean([probe(agent, world, "hut", target)[1] for agent in agents])


def test_tacit_simulates_travel():
    """Time grows with distance and with the size asked for, and there is none without a scan."""
    near, far, large = mean_time(None, "well"), mean_time(None, "rock"), mean_time("larger than you can see at once",
                                                                                 "rock")
    assert far - 1 == pytest.approx(4 * (near - 1), rel=0.1)
    assert large - 1 == pytest.approx(SIZES["larger than you can see at once"] * (far - 1), rel=0.1)
    assert mean_time("at half size", "rock") - 1 == pytest.approx((far - 1) / 2, rel=0.1)
    world = World(ROW)
    assert times(taught(Tacit(comprehend), world, ANSWER), world) == [1, 1, 1]


# ---- controls -------------------------------------------------------------------------------------------------------

def test_flat_takes_the_same_time_for_everything():
    world = World(ROW)
    assert times(taught(Flat(comprehend), world), world) == [1, 1, 1]
    assert probe(Flat(comprehend), world, "hut", "cave") == (ABSENT, 1)


def test_oracle_is_linear_in_distance():
    world = World(ROW)
    assert times(taught(Oracle(ROW), world), world) == [20, 40, 80]
    assert probe(Oracle(ROW), world, "hut", "cave") == (ABSENT, 0)
    assert times(taught(Oracle(ROW), world, ANSWER), world) == [0, 0, 0]


def test_random_answers_by_chance_and_by_seed():
    def answers(seed):
        agent = Random(seed)
        return [probe(agent, World(ROW), "hut", "well") for _ in range(300)]

    assert answers(1) == answers(1) != answers(2)
    responses, ticks = zip(*answers(1))
    assert 0.4 < np.mean(np.array(responses) == PRESENT) < 0.6 and 12 < np.mean(ticks) < 17


# ---- images ---------------------------------------------------------------------------------------------------------

def test_depictive_scans_in_time_with_distance():
    """A look and a shift of a fovea radius, again and again, so ticks lie on a line through the distances."""
    world = World(ROW)
    agent = taught(Depictive(), world)
    assert any(isinstance(operation, Encode) for operation in world.log)
    ticks = times(agent, world)
    shifts = [operation for operation in world.log if isinstance(operation, Shift)]
    assert np.corrcoef([0.2, 0.4, 0.8], ticks)[0, 1] > 0.99 and ticks[2] > 3 * ticks[0]
    assert len(shifts) > 20 and any(isinstance(operation, Refresh) for operation in world.log)


def test_depictive_looks_once_without_a_scan():
    world = World(ROW)
    agent = taught(Depictive(), world, ANSWER)
    assert times(agent, world) == [1, 1, 1]
    assert probe(agent, world, "hut", "cave") == (ABSENT, 1)


def test_depictive_misses_what_is_not_there():
    world = World(ROW)
    assert probe(taught(Depictive(), world), world, "hut", "cave") == (ABSENT, 1)


def test_depictive_leaves_what_only_seemed_to_be_it():
    """A hint in the periphery that turns out to be nothing is visited once."""
    world = World({})
    lure = World({"cave": (0.7, 0.5)})
    world.percept = lambda image, whole: replace(lure.percept(image, whole), names=("cave", "hut"),
                                                 evidence=np.minimum(lure.percept(image, whole).evidence, HINT))
    agent = Depictive(given=MentalImage(torch.zeros(3, 64, 64)))
    response, ticks = probe(agent, world, "hut", "cave")
    assert response == ABSENT and 4 < ticks < 30


def test_depictive_scans_larger_images_longer():
    world = World(ROW)
    half, full, large = (sum(times(taught(Depictive(), world, size=size), world, "tree")) for size in SIZES)
    assert half < 0.7 * full < full < 0.7 * large


def test_depictive_searches_what_overflows_part_by_part():
    """What lies outside the buffer cannot be seen, but slid to; if it is nowhere, the search ends."""
    world = World({"hut": (0.91, 0.91), "well": (0.5, 0.5)})
    agent = taught(Depictive(), world, size="larger than you can see at once")
    assert not world.percept(MentalImage(torch.zeros(3, 64, 64)).posed(scaling(1.6)), True).is_("hut")
    assert probe(agent, world, "well", "hut")[0] == PRESENT
    response, ticks = probe(agent, world, "well", "cave")
    assert response == ABSENT and 20 < ticks < 300


def test_depictive_forms_an_image_of_what_it_is_told():
    """All that was told so far is imagined anew with each new sentence, and what is new is attended to."""
    world = World(ROW)
    agent = Depictive()
    think(agent, "Listen to the description.", world)
    for sentence in ("There is a hut.", "There is a rock."):
        assert think(agent, sentence, world, limit=60)[0] is None
    heard = [operation.words for operation in world.log if isinstance(operation, Generate)]
    assert heard[0] == "There is a hut." and heard[-1] == "There is a hut. There is a rock."
    assert isinstance(world.log[-1], Encode) and np.allclose(world.log[-1].focus, ROW["rock"], atol=FOVEA)
    assert agent.names == ["hut", "rock"] and len(heard) == 4
    think(agent, "Focus on the hut.", world)
    assert [operation.words for operation in world.log if isinstance(operation, Generate)][-1] == bare(["hut", "rock"])
    assert [operation.trace for operation in world.log if isinstance(operation, Generate)][-1] == "trace"


def test_bare_names():
    assert bare(["hut", "orchard"]) == "There is a hut. There is an orchard."
