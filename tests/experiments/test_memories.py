"""Memories asked for islands, scenes judged by what they call to mind, contexts, outliers."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image
from sklearn.metrics import roc_auc_score

import imagery
from experiments.families import outliers
from experiments.memory import benchmark, contexts
from experiments.memory import recall as memories
from experiments.memory.recall import ANOTHER, NEGATIVE, RIGHT, SPURIOUS
from experiments.memory.taught import LESSONS, Taught
from experiments.upbringing.scenes import seen
from imagery.models.dbn import DeepBelief
from imagery.models.hopfield import Hopfield, ModernHopfield, random_patterns
from imagery.models.rbm import RBM


@pytest.fixture(scope="module")
def islands():
    return memories.draw_islands(24, seed=0)


@pytest.fixture(scope="module")
def pictures(islands):
    return seen(islands)


@pytest.fixture(scope="module")
def examples():
    return seen(memories.draw_islands(16, seed=1))


@pytest.fixture(scope="module")
def latents(examples):
    return memories.latents(examples, imagery.load("autoencoder"))


def modern(beta=100.0):
    return ModernHopfield(2048, 32, beta)


def test_outcomes_tell_the_right_from_the_wrong_and_the_unheard_of():
    patterns = random_patterns(3, 100, 0)
    states = torch.cat([patterns[:1], patterns[:1], -patterns[2:], patterns.sum(0, keepdim=True).sign()])
    assert memories.outcomes(states, patterns, torch.tensor([0, 1, 2, 0])) == [RIGHT, ANOTHER, NEGATIVE, SPURIOUS]


def test_what_is_out_of_view_is_not_looked_at(latents, examples, pictures):
    view = memories.left_part(0.5)
    other = torch.where(view, pictures, pictures.flip(0))
    for coding in (latents, memories.brightness(examples, relative=True)):
        (cue, known), (same, _) = coding.cue(pictures[:3], view), coding.cue(other[:3], view)
        assert cue.equal(same) and known.shape == cue.shape[1:] and known.float().mean() == 0.5
    with pytest.raises(ValueError, match=r"share in \(0, 1\]"):
        memories.left_part(0.0)


def test_codings_go_back_to_pictures(latents, examples, pictures):
    assert (latents.decode(latents.encode(pictures)) - pictures).square().mean() < 0.03
    coding = memories.brightness(examples, relative=False)
    spins = coding.encode(pictures)
    assert coding.decode(spins).shape == pictures.shape and (spins.abs() == 1).all()


def test_an_island_is_recalled_from_its_left_quarter(latents, pictures):
    (found,) = memories.recalled(modern(), latents, pictures, (0.25,))
    assert found.overlap > 0.99 and found.outcomes[RIGHT] == 1 and found.stored == 24


def test_islands_are_too_alike_for_hebb(examples, pictures):
    """Random patterns would be kept up to a load of .138, here 141."""
    curve = memories.capacity_curve(lambda: Hopfield(1024), memories.brightness(examples, relative=True), pictures,
                                    loads=(2, 24), shares=(1.0,))
    few, many = (row.outcomes[RIGHT] for row in curve)
    assert few == 1 and many < 0.2 and curve[1].outcomes[SPURIOUS] > 0.5
    with pytest.raises(ValueError, match="a load of 30"):
        memories.capacity_curve(lambda: Hopfield(1024), memories.brightness(examples, True), pictures, (30,), (1.0,))


def test_what_is_alike_interferes_and_a_sharper_memory_keeps_it_apart(latents, islands, pictures):
    alike = seen(memories.family(islands[0]))
    right = {beta: [memories.recalled(modern(beta), latents, group, (1.0,))[0].outcomes[RIGHT]
                    for group in (alike, pictures[:len(alike)])] for beta in (30.0, 300.0)}
    assert right[30.0][0] < 0.5 and right[30.0][1] == 1 and right[300.0] == [1, 1]


def test_what_is_missing_or_wrong_is_seen_and_where(latents, islands, pictures):
    changed = [(island, i % len(island.landmarks)) for i, island in enumerate(islands)]
    places = [(island.landmarks[i].x, island.landmarks[i].y) for island, i in changed]
    without = seen([memories.without(island, i) for island, i in changed])
    for known, scenes, what in ((pictures, without, "missing"), (without, pictures, "wrong")):
        memory = modern()
        memory.store(latents.encode(known))
        verdicts = memories.judged(memory, latents, scenes)
        off = np.linalg.norm(np.array([verdict.place for verdict in verdicts]) - places, axis=1)
        assert np.median(off) < 0.03 and (off < 0.08).mean() > 0.9
        assert np.mean([verdict.what == what for verdict in verdicts]) > 0.7


def test_what_is_learned_is_recalled_from_a_half():
    patterns = random_patterns(3, 64, 0)
    known = torch.arange(64) < 32
    for model in (RBM(64, 32), DeepBelief((64, 48, 32))):
        torch.manual_seed(0)
        kept = Taught(model, replace(LESSONS, steps=400))
        kept.store(patterns)
        found = kept.recall(torch.where(known, patterns, -patterns), known)
        assert found[:, known].equal(patterns[:, known])
        assert (found == patterns).float().mean() > 0.95


def test_the_benchmark_of_memory_tells_all(tmp_path, monkeypatch):
    monkeypatch.setattr(benchmark, "UNITS", (60,))
    quick = {name: each for name, each in benchmark.MEMORIES.items() if "Hopfield" in name}
    monkeypatch.setattr(benchmark, "MEMORIES", quick)
    found = benchmark.memory(tmp_path, loads=(2, 24))
    rows = {(row["memory"], row["stored"], row["share"]): row for row in found["recall"]}
    assert rows["modern Hopfield", 24, 0.25]["outcomes"][RIGHT] == 1 > rows["Hopfield", 24, 0.25]["outcomes"][RIGHT]
    assert 0.08 < found["capacity"]["60"] < 0.25 and json.dumps(found)
    assert found["scenes"]["missing"]["near"] > 0.9
    assert found["contexts"]["RBM"]["missing"] > found["contexts"]["chance"]["missing"]
    assert Image.open(tmp_path / "recalled.png").size[0] > 300


@pytest.fixture(scope="module")
def context_machine():
    torch.manual_seed(0)
    return contexts.taught()


def test_every_kind_has_one_context():
    assert contexts.MEMBERS.sum(0).eq(1).all() and contexts.MEMBERS.sum(1).eq(6).all()


def test_log_odds_are_those_of_enumeration():
    torch.manual_seed(0)
    model, scene = RBM(24, 6), torch.randint(2, (1, 24)).float()
    torch.nn.init.normal_(model.weight, std=1.0)
    with torch.no_grad():
        present, absent = scene.clone(), scene.clone()
        present[0, 5], absent[0, 5] = 1, 0
        exact = model.log_likelihood(present) - model.log_likelihood(absent)
    assert torch.isclose(contexts.log_odds(model, scene)[0, 5], exact[0], atol=1e-4)


def test_the_ideal_observer_s_odds_are_bayes_s():
    """By counting in many scenes: how often there is a ship where there are a harbour and a flag, and no hut."""
    scenes, _ = contexts.draw_contexts(200_000, seed=3)
    columns = [contexts.KINDS.index(kind) for kind in ("harbour", "flag", "hut")]
    ship, like = contexts.KINDS.index("ship"), torch.tensor([1.0, 1.0, 0.0])
    among = scenes[(scenes[:, columns] == like).all(1)]
    expected = contexts.ideal_log_odds(among)[:, ship].sigmoid().mean()
    assert float(expected) == pytest.approx(float(among[:, ship].mean()), abs=0.01)


def test_an_rbm_sees_what_is_missing_or_wrong_about_as_well_as_can_be(context_machine):
    ours = contexts.scored(lambda scenes: contexts.log_odds(context_machine, scenes))
    ideal, blind = contexts.scored(contexts.ideal_log_odds), contexts.scored(torch.zeros_like)
    assert ours.missing_in_context > 0.9 and ours.wrong_in_context > 0.95
    assert ours.missing > ideal.missing - 0.08 > blind.missing + 0.2
    assert ours.wrong > ideal.wrong - 0.08 > blind.wrong + 0.2


def plainness(pictures):
    """A stand-in for a likelihood to which simple pictures are likely."""
    return pictures.diff(dim=-1).square().mean((1, 2, 3))


def test_outliers_are_told_by_their_bits_and_plain_pictures_are_not(pictures):
    small = outliers.shaded(F.adaptive_avg_pool2d(pictures, 16))
    kinds = outliers.strangers(small)
    found = outliers.detection(plainness, small, kinds)
    assert found["noise"] == found["shuffled"] == 1 and found["plain"] == 0 and found["negative"] == 0.5
    assert found["faded"] < 0.5
    shades = (small + 1) / outliers.SHADE
    assert (shades - shades.round()).abs().max() < 1e-3
    assert kinds["shuffled"].mean((2, 3)).allclose(small.mean((2, 3)), atol=1e-5)
    assert not kinds["plain"].std((2, 3)).any()


def test_area_under_the_curve_is_scikit_learn_s():
    familiar, strange = torch.randn(40), torch.randn(30) + 0.5
    strange[:5] = familiar[:5]
    oracle = roc_auc_score([0] * 40 + [1] * 30, torch.cat([familiar, strange]).numpy())
    assert outliers.area_under_curve(familiar, strange) == pytest.approx(oracle)
