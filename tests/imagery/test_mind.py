"""The mind: operations executed by the cohort."""

import networkx as nx
import numpy as np
import pytest
import torch
from lamp import STEADY, log_odds, mind_of

from imagery import operations as op
from imagery.image import Imagining, MentalImage, rotation, translation
from imagery.mind import Mind, Person
from imagery.operations import Compare, Encode, Generate, Look, Operation, Perceive, Recall, Shift, Traverse, Wait
from imagery.superposition import Part, Superposition

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


def picture():
    """A black bar from the top to the middle, on the left."""
    source = torch.ones(3, 64, 64)
    source[:, 0:32, 8:16] = -1
    return Part(MentalImage(source))


@pytest.mark.parametrize("asked, done", [
    (op.Rotate(picture(), 30.0), rotation(6.0)), (op.Rotate(picture(), -2.0), rotation(-2.0)),
    (op.Move(picture(), (0.0, 1.0)), translation(0.0, 0.25)), (op.Move(picture(), (0.1, 0.0)), translation(0.1, 0.0)),
    (op.Resize(picture(), (4.0, 0.1)), np.diag([2.0, 0.5, 1.0])), (op.Flip(picture()), np.diag([-1.0, 1.0, 1.0]))],
    ids=lambda value: type(value).__name__)
def test_changes_of_a_picture_are_bounded(asked, done):
    [changed] = mind_of(STEADY).perform([asked])
    assert np.allclose(changed.image.pose, done) and type(changed) is Part


def test_pictures_turn_about_any_place():
    [turned] = mind_of(STEADY).perform([op.Rotate(picture(), 6.0, (0.1875, 0.0))])
    assert np.allclose(turned.image.in_buffer(np.array([0.1875, 0.0])), (0.1875, 0.0))


def test_ink_is_found_erased_and_laid_over():
    mind, bar = mind_of(STEADY), picture()
    [(low, high)] = mind.perform([op.Inspect(bar)])
    assert np.allclose((*low, *high), (8 / 64, 0, 16 / 64, 32 / 64), atol=1 / 64)
    line = np.array([(0.1875, 0.0), (0.1875, 0.5)])
    [half] = mind.perform([op.Erase(bar, [line], [line / (1, 2)])])
    [(_, high)] = mind.perform([op.Inspect(half)])
    assert high[1] == pytest.approx(0.28, abs=0.04)
    [both] = mind.perform([op.Superimpose((half, bar.posed(rotation(90.0))))])
    assert isinstance(both, Superposition) and len(both.parts) == 2
    assert mind.perform([op.Inspect(half.without([line], []))]) == [None]


def test_corners_are_followed_around():
    mind, found, place = mind_of(STEADY), [], None
    for _ in range(5):
        [place] = mind.perform([op.Follow(picture(), place)])
        found.append(place)
    assert found[0] == found[4] and len(set(found)) == 4 and found[0][1] > found[1][1] and found[2][0] > found[1][0]


def test_names_are_those_of_the_verbal_channel(channel):
    mind, texts = Mind([STEADY, STEADY], channel), ("a star", "a capital letter d", "a red umbrella")
    seen, shown = picture(), np.full((64, 64, 3), 200, np.uint8)
    first, second = mind.perform([op.Name(seen, texts), op.Name(shown, texts)])
    pictures = torch.stack([seen.seen(64), torch.full((3, 64, 64), 200 / 127.5 - 1)])
    assert np.allclose(np.stack([first, second]), channel.verbal.match(pictures, texts), atol=1e-5)
    [likeness] = Mind([STEADY], channel).perform([op.Associate("Frobnicate a red umbrella!", texts)])
    assert likeness.argmax() == 2 and likeness.max() == pytest.approx(1.0, abs=1e-4)
    assert not Mind([STEADY], channel).perform([op.Associate("frobnicate", texts)])[0].any()


def test_memories_are_kept_blended_and_altered(channel):
    mind = Mind([STEADY], channel)
    image = MentalImage(torch.rand(3, 64, 64) * 2 - 1)
    code = channel.imaginer.codec.encode(image.source[None])[0]
    region = np.array([(0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0)])
    [trace] = mind.perform([op.Keep(image, region)])
    assert trace.weight[:, :8].min() > 0 and not trace.weight[:, 8:].any()
    refilled, ticks = imagined(mind, HUT, trace)
    assert ticks == STEADY.steps and torch.allclose(refilled.source[..., :32], image.source[..., :32], atol=1e-3)
    assert not torch.allclose(refilled.source[..., 32:], image.source[..., 32:], atol=0.1)
    [blend] = mind.perform([op.Blend(trace, trace.shifted(torch.ones_like(code)), 0.5)])
    assert torch.allclose(blend.mean[..., :8], code[..., :8] + 0.5, atol=1e-3)
    [altered] = mind.perform([op.Alter(trace, torch.ones_like(code))])
    assert torch.allclose(altered.mean[..., :8], code[..., :8] + 1, atol=1e-3)


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
