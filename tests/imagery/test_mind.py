"""Mental images and the operations on them, one at a time and by the cohort."""

from dataclasses import replace
from types import SimpleNamespace

import networkx as nx
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from imagery.eye import CENTRES, CONVINCED, Eye, Percept
from imagery.image import Imagining, MentalImage, rotation, scaling, translation
from imagery.memory import AMBIENT, Trace
from imagery.mind import ROTATION_STEP, Mind, Person
from imagery.operations import (
    Compare,
    Encode,
    Imagine,
    Look,
    Operation,
    Perceive,
    Recall,
    Refresh,
    Rotate,
    Shift,
    Traverse,
    Wait,
    Zoom,
)

BLANK = MentalImage(torch.zeros(3, 64, 64))
STEADY = Person(fading=1e9)
HUT = "At 3 o'clock there is a hut."


class Lamp:
    """A verbal channel with one word, for brightness: log-odds of 9 where a patch shines, -6 where it is dark."""

    names = ("lamp",)
    scale = torch.tensor([2.3, -6.0])

    def name_vectors(self, names):
        return torch.ones(len(names), 1)

    def encode_image(self, pictures):
        return F.avg_pool2d(pictures.mean(1, keepdim=True), 4)

    def word_logits(self, what, patches):
        return 15 * torch.einsum("ne,beyx->bnyx", what, patches) - 6


def lamp_at(column, row):
    """The image of one bright patch on black, and its place."""
    source = torch.zeros(3, 64, 64)
    source[:, 4 * row:4 * row + 4, 4 * column:4 * column + 4] = 1
    return MentalImage(source), ((column + 0.5) / 16, (row + 0.5) / 16)


def mind_of(*people, **options):
    return Mind(people, SimpleNamespace(verbal=Lamp()), **options)


def after(mind, *operations):
    """The image after operations on it, each given as a function of the image before."""
    image = BLANK
    for operation in operations:
        [image] = mind.perform([operation(image)])
    return image


def look(image, person=STEADY, **options):
    [percept] = mind_of(person).perform([Look(image, **options)])
    return percept


def log_odds(percept):
    """Of all names and patches, (K, 256)."""
    return np.stack([percept.evidence[index] for index in range(len(percept.names))])


# ---- poses ----------------------------------------------------------------------------------------------------------

CHANGES = st.lists(st.one_of(st.floats(0.5, 2).map(scaling), st.floats(-180, 180).map(rotation),
                             st.tuples(*[st.floats(-0.5, 0.5)] * 2).map(lambda step: translation(*step))), max_size=6)
PLACES = np.random.default_rng(0).uniform(size=(5, 2))


@settings(max_examples=60, deadline=None)
@given(CHANGES)
def test_poses_compose_and_invert(changes):
    """Places that move change by change end where the composed pose puts them."""
    image, moved = BLANK, np.c_[PLACES - 0.5, np.ones(5)].T
    for change in changes:
        image, moved = image.posed(change), change @ moved
    assert np.allclose(image.in_buffer(PLACES), moved[:2].T + 0.5)
    assert np.allclose(image.in_picture(image.in_buffer(PLACES)), PLACES)
    assert image.source is BLANK.source


def test_a_quarter_turn_is_clockwise():
    assert np.allclose(BLANK.posed(rotation(90)).in_buffer((1.0, 0.5)), (0.5, 1.0))
    assert np.isclose(BLANK.posed(rotation(90)).turn, 90) and np.isclose(BLANK.posed(scaling(1.6)).scale, 1.6)


def test_four_quarter_turns_and_zoom_there_and_back_are_nothing():
    turns = [lambda image: Rotate(image, ROTATION_STEP)] * 60
    zooms = [lambda image, factor=factor: Zoom(image, factor) for factor in (2.0, 1.5, 0.5, 1 / 1.5)]
    assert np.allclose(after(mind_of(STEADY), *turns).pose, np.eye(3))
    assert np.allclose(after(mind_of(STEADY), *zooms).pose, np.eye(3))


def test_120_small_steps_blur_nothing():
    """The source is warped once: after a full turn in 120 steps the image shows what it showed."""
    image, _ = lamp_at(11, 4)
    turned = image
    for _ in range(120):
        [turned] = mind_of(STEADY).perform([Rotate(turned, 3.0)])
    assert turned.source is image.source
    assert np.allclose(log_odds(look(turned)), log_odds(look(image)), atol=1e-4)


@pytest.mark.parametrize("operation, extent", [(Rotate(BLANK, 90.0), 6.0), (Rotate(BLANK, -90.0), -6.0),
                                               (Zoom(BLANK, 9.0), 2.0), (Zoom(BLANK, 0.1), 0.5)], ids=str)
def test_a_tick_is_bounded(operation, extent):
    [image] = mind_of(STEADY).perform([operation])
    assert np.isclose(image.turn if isinstance(operation, Rotate) else image.scale, extent)


# ---- attention ------------------------------------------------------------------------------------------------------

def test_shift_reaches_one_fovea_radius():
    """So the time to get somewhere grows with its distance."""
    mind, image, ticks = mind_of(Person(fovea=0.1)), BLANK, 0
    while not np.allclose(image.focus, (0.95, 0.5)):
        [moved] = mind.perform([Shift(image, (0.95, 0.5))])
        assert np.hypot(*np.subtract(moved.focus, image.focus)) <= 0.1 + 1e-9
        image, ticks = moved, ticks + 1
    assert ticks == 5 and image.pose is BLANK.pose


def test_unbounded_shift_is_there_at_once():
    [image] = mind_of(Person(fovea=0.1), bounded=False).perform([Shift(BLANK, (0.95, 0.1))])
    assert np.allclose(image.focus, (0.95, 0.1))


def test_an_overflowing_image_slides_beneath_the_focus():
    """Whatever the picture's edge, attention stays in the buffer and gets there."""
    [image] = mind_of(STEADY).perform([Zoom(BLANK, 1.6)])
    assert image.in_buffer((0.98, 0.5))[0] > 1
    for _ in range(20):
        [image] = mind_of(STEADY).perform([Shift(image, tuple(image.in_buffer((0.98, 0.5))))])
        assert all(0 <= value <= 1 for value in image.focus)
    assert np.allclose(image.in_picture(image.focus), (0.98, 0.5)) and np.isclose(image.scale, 1.6)
    assert np.isclose(image.focus[0], 1.0)


@pytest.mark.parametrize("pose", [np.eye(3), rotation(30.0), scaling(0.5), translation(0.2, -0.1) @ rotation(-90.0)])
def test_a_thing_is_seen_where_the_pose_puts_it(pose):
    image, place = lamp_at(11, 4)
    moved = image.posed(pose)
    assert np.allclose(look(moved, whole=True).best("lamp"), moved.in_buffer(place), atol=0.02)


def test_the_fovea_is_sharp_and_the_periphery_blurred():
    image, place = lamp_at(11, 4)
    near, far = look(replace(image, focus=place)), look(replace(image, focus=(0.1, 0.9)))
    assert near.is_("lamp") and not far.is_("lamp")
    assert near.strongest("lamp") > far.strongest("lamp") + 2
    keen = look(replace(image, focus=(0.1, 0.9)), Person(falloff=0.0))
    assert np.isclose(keen.strongest("lamp"), near.strongest("lamp"), atol=1e-4) and not keen.is_("lamp")


def test_small_images_hide_more_and_grain_coarsens():
    image, place = lamp_at(11, 4)
    strengths = [look(replace(image.posed(scaling(size)), focus=tuple(image.posed(scaling(size)).in_buffer(place))))
                 .strongest("lamp") for size in (1.0, 0.5, 0.25)]
    assert strengths == sorted(strengths, reverse=True) and strengths[0] > strengths[2] + 1
    here = replace(image, focus=place)
    assert look(here, replace(STEADY, grain=2.0)).strongest("lamp") < look(here).strongest("lamp")


def test_a_faded_image_tells_less_and_blank_ones_nothing():
    image, place = lamp_at(11, 4)
    here = replace(image, focus=place)
    assert not look(replace(here, vividness=0.1)).is_("lamp")
    assert np.allclose(log_odds(look(BLANK)), -6, atol=1e-4)


def test_what_left_the_buffer_is_not_seen():
    image, _ = lamp_at(15, 8)
    gone = look(image.posed(scaling(2.0)), whole=True)
    assert not gone.is_("lamp") and np.isneginf(log_odds(gone)).sum() == 192


def percept(focus=(0.5, 0.5), **strengths):
    """Made by hand: log-odds by name and patch."""
    evidence = np.full((len(strengths), 256), -6.0)
    for row, patches in zip(evidence, strengths.values()):
        row[list(patches)] = list(patches.values())
    return Percept(tuple(strengths), evidence, CENTRES, focus, 0.07)


def test_percept_of_hand_made_evidence():
    middle, corner = 8 * 16 + 8, 0
    seen = percept(hut={middle: CONVINCED + 1, corner: 5.0}, well={middle: CONVINCED - 0.1}, tree={middle + 4: 9.0})
    assert seen.is_("hut") and not seen.is_("well") and not seen.is_("tree")
    assert np.allclose(seen.best("hut"), CENTRES[corner], atol=0.01) and seen.strongest("hut") == 5
    assert np.allclose(seen.best("hut", [tuple(CENTRES[corner])]), CENTRES[middle], atol=0.01)
    assert seen.strongest("hut", [tuple(CENTRES[corner])]) == CONVINCED + 1
    assert percept(focus=tuple(CENTRES[middle + 4]), tree={middle + 4: 9.0}).is_("tree")
    between = percept(hut={middle: 8.0, middle + 1: 8.0}).best("hut")
    assert np.allclose(between, (CENTRES[middle] + CENTRES[middle + 1]) / 2, atol=0.01)


def test_a_thing_is_seen_where_it_is_best_however_large_the_image():
    """Between four patches that a magnified image has drawn apart, too."""
    image = BLANK.posed(scaling(2.0))
    evidence = np.full((1, 256), -6.0)
    evidence[0, [119, 120, 135, 136]] = 5.0
    seen = Percept(("hut",), evidence, image.in_buffer(CENTRES), (0.5, 0.5), 0.07)
    assert np.allclose(seen.best("hut"), (0.5, 0.5), atol=0.07) and replace(seen, focus=seen.best("hut")).is_("hut")
    assert not replace(seen, focus=(0.7, 0.5)).is_("hut")


def test_an_image_is_read_once(monkeypatch):
    eye, calls = Eye(Lamp()), []
    monkeypatch.setattr(eye.verbal, "encode_image", lambda pictures: calls.append(len(pictures)) or
                        Lamp.encode_image(eye.verbal, pictures), raising=False)
    images = [lamp_at(3, 3)[0], lamp_at(4, 4)[0]]
    for _ in range(3):
        eye.read(images)
        eye.read([replace(images[0], focus=(0.1, 0.1), vividness=0.5)])
    assert calls == [2] * 4


def test_many_images_are_read_though_old_ones_are_forgotten():
    mind = mind_of(STEADY, STEADY)
    for turn in range(60):
        image, place = lamp_at(turn % 16, turn // 16)
        other, _ = lamp_at(turn // 16, turn % 16)
        seen, _ = mind.perform([Look(replace(image, focus=place)), Look(other)])
        assert seen.is_("lamp")
    assert len(mind.eye._levels) <= 80


# ---- fading ---------------------------------------------------------------------------------------------------------

def test_vividness_halves_and_is_renewed():
    mind, image = mind_of(Person(fading=5.0)), BLANK
    for _ in range(5):
        [image] = mind.perform([Shift(image, (0.5, 0.5))])
    assert np.isclose(image.vividness, 0.5)
    [fresh] = mind.perform([Refresh(image)])
    assert fresh.vividness == 1 and fresh.source is image.source and image.vividness < 1


# ---- memory ---------------------------------------------------------------------------------------------------------

CODE = torch.linspace(-1, 1, 4)[:, None, None].expand(4, 16, 16)


def studied(ticks, seed=0, focus=(0.5, 0.5), sigma=3.0, radius=10.0):
    trace, generator = Trace.blank(4, 16, sigma), torch.Generator().manual_seed(seed)
    for _ in range(ticks):
        trace = trace.studied(CODE, focus, radius, generator)
    return trace


def test_more_study_is_remembered_better():
    errors = [(studied(ticks).mean - CODE).std().item() for ticks in (1, 10, 100, 1000)]
    assert errors == sorted(errors, reverse=True) and errors[-1] < 0.12


@pytest.mark.parametrize("ticks", [3, 30])
def test_spread_is_what_memory_errs_by(ticks):
    """sigma / sqrt(weight), also where attention was elsewhere."""
    trace = studied(ticks, focus=(0.2, 0.2), radius=0.2)
    assert torch.allclose(trace.spread, 3.0 / trace.weight.sqrt())
    errors = torch.stack([studied(ticks, seed, (0.2, 0.2), radius=0.2).mean - CODE for seed in range(60)]).std((0, 1))
    for y, x in ((3, 3), (15, 15)):
        near = errors[max(y - 1, 0):y + 2, max(x - 1, 0):x + 2].mean()
        assert near == pytest.approx(trace.spread[y, x].item(), rel=0.15)
    assert trace.spread[15, 15] == pytest.approx(3.0 / (AMBIENT * ticks) ** 0.5, rel=0.02)


def test_nothing_studied_is_nothing_known():
    x = torch.randn(4, 16, 16)
    assert Trace.blank(4, 16, 3.0).at(x, 1.0, 0.9, torch.Generator()).equal(x)


def test_memory_holds_where_it_is_good():
    """At a level s the remembered part lies on the path, with noise of s in all; the rest is as imagined."""
    trace, x, s = studied(20, focus=(0.2, 0.2), radius=0.15, sigma=1.0), torch.full((4, 16, 16), 9.0), 0.3
    holds = trace.spread <= s / (1 - s)
    assert holds[3, 3] and not holds[15, 15]
    draws = torch.stack([studied(20, seed, (0.2, 0.2), radius=0.15, sigma=1.0)
                         .at(x, 0.5, s, torch.Generator().manual_seed(seed + 1000)) for seed in range(200)])
    assert (draws[:, :, ~holds] == 9).all()
    assert draws.mean(0)[:, 3, 3] == pytest.approx((1 - s) * CODE[:, 3, 3], abs=0.1)
    assert draws[:, :, 3, 3].std(0).mean().item() == pytest.approx(s, rel=0.1)


def test_at_the_end_the_picture_is_as_imagined():
    x = torch.randn(4, 16, 16)
    assert studied(100).at(x, 0.25, 0.0, torch.Generator()).equal(x)


# ---- the mind -------------------------------------------------------------------------------------------------------

def imagined(mind, words=HUT, trace=None):
    """The image one person forms, and the ticks it took."""
    [state], ticks = mind.perform([Imagine(words, trace)]), 1
    while not isinstance(state, MentalImage):
        assert isinstance(state, Imagining) and state.step == ticks
        [state], ticks = mind.perform([Imagine(words, trace, state)]), ticks + 1
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
        state = yield Imagine(HUT, trace if person.seed % 2 else None)
        while isinstance(state, Imagining):
            state = yield Imagine(HUT, trace if person.seed % 2 else None, state)
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
