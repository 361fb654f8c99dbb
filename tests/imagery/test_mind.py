"""The mind: operations executed by the cohort."""

import networkx as nx
import numpy as np
import pytest
import torch
from lamp import STEADY, log_odds, mind_of

from imagery.image import Imagining, MentalImage
from imagery.mind import Mind, Person
from imagery.operations import Compare, Encode, Generate, Look, Operation, Perceive, Recall, Shift, Traverse, Wait

HUT = "At 3 o'clock there is a hut."


def imagined(mind, words=HUT, trace=None):
    """The image one person forms, and the ticks it took."""
    [state], ticks = mind.perform([Generate(words, trace)]), 1
    while not isinstance(state, MentalImage):
        assert isinstance(state, Imagining) and state.step == ticks
        [state], ticks = mind.perform([Generate(words, trace, state)]), ticks + 1
    return state, ticks


@pytest.mark.parametrize("steps", [1, 3, 7])
def test_imagining_takes_the_persons_steps(steps, channel):
    image, ticks = imagined(Mind([Person(steps=steps)], channel))
    assert ticks == steps and image.source.shape == (3, 64, 64) and image.source.abs().max() <= 1
    assert image.vividness == 1 and np.allclose(image.pose, np.eye(3))


def test_the_seed_decides_the_image(channel):
    first, second, other = (imagined(Mind([Person(seed=seed)], channel))[0].source for seed in (4, 4, 5))
    assert first.equal(second) and not torch.allclose(first, other, atol=0.01)


def test_a_trace_is_recollected(channel):
    """With much study, what is imagined on the last step starts from the picture; without any, from nothing."""
    picture = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    mind, trace = Mind([Person(noise=0.5)], channel), None
    for _ in range(50):
        [trace] = mind.perform([Encode(picture, (0.5, 0.5), trace)])
    channel.denoise = lambda x, t, texts, seeds: x                     # a generator that leaves things as they are
    errors = [(imagined(Mind([Person()], channel), trace=known)[0].source
               - (torch.from_numpy(picture).permute(2, 0, 1) / 127.5 - 1)).abs().mean() for known in (trace, None)]
    assert errors[0] < 0.6 * errors[1]


def test_seeing_finds_things_at_places(channel):
    [things] = Mind([STEADY], channel).perform([Perceive(np.full((64, 64, 3), 90, np.uint8))])
    assert all(name in channel.verbal.names and len(place) == 2 for name, place in things.items())


FACTS = nx.path_graph(["hut", "well", "tree"])


@pytest.mark.parametrize("operation, result", [
    (Recall(FACTS, "hut"), True), (Recall(FACTS, "cave"), False), (Traverse(FACTS, "hut", "tree"), "well"),
    (Traverse(FACTS, "well", "tree"), "tree"), (Compare("hut", "hut"), True), (Compare("hut", "well"), False),
    (Wait(), None)], ids=lambda value: type(value).__name__)
def test_propositions(operation, result):
    assert mind_of(STEADY).perform([operation]) == [result]


def test_a_cohort_thinks_as_its_members_would_alone(channel):
    """Also where they are at different operations, and some are idle."""
    people = [Person(seed=seed, steps=steps, fovea=0.05 * (1 + seed)) for seed, steps in enumerate((2, 3, 3, 4))]
    picture = np.random.default_rng(1).integers(0, 256, (64, 64, 3), dtype=np.uint8)

    def thought(person):
        trace = yield Encode(picture, (0.3, 0.3))
        state = yield Generate(HUT, trace if person.seed % 2 else None)
        while isinstance(state, Imagining):
            state = yield Generate(HUT, trace if person.seed % 2 else None, state)
        seen = yield Look(state)
        state = yield Shift(state, seen.best("hut"))
        yield (yield Look(state, whole=True)), state

    def run(people):
        mind, thoughts = Mind(people, channel), [thought(person) for person in people]
        asked, ends = [next(each) for each in thoughts], [None] * len(people)
        while any(asked):
            results = mind.perform(asked)
            for who, each in enumerate(thoughts):
                if asked[who] is not None:
                    asked[who] = each.send(results[who])
                    if isinstance(asked[who], tuple):
                        ends[who], asked[who] = asked[who], None
        return ends

    alone = [run([person])[0] for person in people]
    for (seen, image), (seen_alone, image_alone) in zip(run(people), alone):
        assert torch.allclose(image.source, image_alone.source, atol=1e-4)
        assert np.allclose(image.focus, image_alone.focus, atol=1e-4)
        assert np.allclose(log_odds(seen), log_odds(seen_alone), atol=1e-2)


def test_who_is_idle_gets_nothing():
    results = mind_of(STEADY, STEADY, STEADY).perform([None, Compare(1, 1), None])
    assert results == [None, True, None]


def test_what_is_no_operation_is_refused():
    class Levitate(Operation):
        pass

    with pytest.raises(TypeError, match="Levitate is no mental operation"):
        mind_of(STEADY).perform([Levitate()])
    with pytest.raises(ValueError, match="1 operations for a cohort of 2"):
        mind_of(STEADY, STEADY).perform([Wait()])


def test_people_differ_and_their_seed_makes_them():
    first, again, other = (Person.sample(np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first == again != other
    foveas = np.array([Person.sample(np.random.default_rng(seed)).fovea for seed in range(300)])
    assert np.log(foveas).std() == pytest.approx(0.15, rel=0.15) and np.median(foveas) == pytest.approx(0.07, rel=0.05)
