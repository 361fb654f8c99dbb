"""Every registered family: to register one is to test it. It is built, learns, draws, and says how many evaluations."""

import re
import sys
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import numpy as np
import pytest
import torch

import imagery
from experiments.families import family, mixture, ways
from experiments.families import recipes as families_recipes
from experiments.families import registry as families
from experiments.families.artists import Artist, calls
from experiments.families.recipes import FAMILIES_RECIPES, recipe_of
from experiments.families.registry import FAMILIES
from experiments.upbringing.recipe import PRESETS, Recipe
from experiments.upbringing.recipes import RECIPES
from imagery import devices, weights
from imagery.training import fit

TEXTS = ["At 3 o'clock there is a hut. The well is just above the hut.", "a red umbrella", "a cat"]
NEEDED = ("recogniser", "vqvae", "codec", "unclip-prior")
DRAWING = [name for name, each in FAMILIES.items() if each.way.draw]
STEPS = {"vae": 1, "dcgan": 1, "cgan": 1, "wgan": 1, "progressive": 1, "stylegan": 1, "realnvp": 1, "glow": 1,
         "maskgit": 8, "tokens": 64, "pixelcnn": 64, "ddpm": 50, "dit": 50, "shortcut": 1, "flow-vector": 8,
         "flow-ot": 8, "unclip": 8, "flow": 4, "ldm": 40, "rbm": 1000, "dbn": 500}      # evaluations, by their samplers


@pytest.fixture(scope="module")
def school(tiny, tmp_path_factory):
    """Untaught models of what others are built upon, and few islands."""
    folder = tmp_path_factory.mktemp("trained")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(imagery, "SHIPPED", folder)
        patch.setattr(family, "TRAINED", folder)
        patch.setattr(devices, "has_bfloat16", lambda device: False)             # so that batches of any size agree
        patch.setattr(families_recipes, "draw_scenes", cache(partial(families_recipes.draw_scenes, jobs=1)))
        weights.save(tiny["verbal"], folder / "verbal", {})
        torch.manual_seed(0)
        for name in NEEDED:
            weights.save(built(name)[0], folder / name, {})
        yield folder


def built(name):
    """An untaught model of a recipe, at preset tiny, with its batches."""
    scenes, config = RECIPES[name].settings["tiny"]
    return RECIPES[name].build("tiny", scenes, config)


def taught(name, steps=3):
    """The same after a few steps, and the last log."""
    config = replace(RECIPES[name].settings["tiny"][1], steps=steps, log_every=steps)
    model, batches = built(name)
    return model, list(fit(model, batches, config, device="cpu"))[-1]


def artist(name, model, verbal):
    helpers = [family.trained(*each) for each in FAMILIES[name].beside.items()]
    return Artist(FAMILIES[name], model, verbal, helpers)


@pytest.mark.parametrize("name", FAMILIES_RECIPES)
def test_every_family_learns_and_draws(name, school, tiny):
    torch.manual_seed(0)
    model, log = taught(name)
    assert log["step"] == 3 and np.isfinite(log["loss"])
    weights.save(model, school / "again" / name, {})
    assert family.found(name, school / "again") == school / "again" / name
    if name not in DRAWING:
        return
    mine = artist(name, family.trained(name, type(model), school / "again"), tiny["verbal"])
    with calls(mine.model, mine.family.core) as count:
        pictures = mine.imagine(TEXTS, seed=4)
    assert len(count) == STEPS[name]
    assert pictures.shape == (3, 3, 64, 64) and pictures.abs().max() <= 1 and pictures.isfinite().all()
    torch.testing.assert_close(mine.imagine(TEXTS[:1], seed=4), pictures[:1], atol=1e-3, rtol=0)
    assert not mine.imagine(TEXTS[:1], seed=5).equal(pictures[:1])


@torch.no_grad()
@pytest.mark.parametrize("name", [name for name, each in FAMILIES.items() if each.way.remake])
def test_what_codes_gives_pictures_back(name, school):
    model, given = built(name)[0].eval(), torch.rand(2, 3, 64, 64) * 2 - 1
    made = FAMILIES[name].way.remake(model, given)
    assert made.shape == given.shape and made.abs().max() <= 1


@torch.no_grad()
@pytest.mark.parametrize("name", [name for name, each in FAMILIES.items() if each.bits])
def test_bits_are_of_each_picture(name, school):
    model = built(name)[0].eval()
    bits = FAMILIES[name].bits(model, torch.rand(2, 3, 64, 64) * 2 - 1)
    assert bits.shape == (2,) and (bits > 1).all()                                # noise is not to be had for less


def test_every_family_has_a_recipe_with_a_budget():
    for name, each in FAMILIES_RECIPES.items():
        assert isinstance(each, Recipe) and RECIPES[name] is each and set(each.settings) == set(PRESETS)
        scenes, config = each.settings["small"]
        assert scenes == families_recipes.ISLANDS["small"] and config.batch_size == 64 and config.steps > 100, name
    assert all(set(each.after) <= set(RECIPES) for each in FAMILIES_RECIPES.values())


def test_what_is_missing_is_said(school, monkeypatch, tmp_path):
    monkeypatch.setattr(family, "TRAINED", tmp_path)
    monkeypatch.setattr(imagery, "SHIPPED", tmp_path)
    with pytest.raises(weights.WeightsError, match="imagery train vqvae"):
        family.trained("vqvae", FAMILIES["vqvae"].model)


# ---- lessons --------------------------------------------------------------------------------------------------------

def test_half_are_islands_and_half_are_things(school, tiny):
    batches = mixture.Mixture(families_recipes.draw_scenes(48, mixture.SEED), tiny["verbal"], 8, ways.lesson)
    first, again = batches(3), batches(3)
    assert first.pictures.equal(again.pictures) and not first.pictures.equal(batches(4).pictures)
    white = (first.pictures[:, :, 0, 0] == 1).all(1)
    assert white[4:].all() and not white[:4].any()
    rows, width = first.mask.shape[1], tiny["verbal"].context_width
    assert first.context.shape == (8, rows, width) and first.links.shape == (8, rows, rows)
    assert first.places[4:][first.mask[4:]].eq(0.5).all()


def test_those_who_are_told_nothing_see_the_same(school, tiny):
    scenes = families_recipes.draw_scenes(48, mixture.SEED)
    told, untold = (mixture.Mixture(scenes, verbal, 8, eats)(2) for verbal, eats in
                    ((tiny["verbal"], ways.lesson), (mixture.Silence(), ways.pictures)))
    assert told.pictures.equal(untold)


def test_nothing_of_the_test_is_learned_from():
    held, pack = mixture.held_out(), mixture.pack()
    assert 0.05 < held.mean() < 0.1 and set(pack.concept[held]) <= set(pack.concept[~held])
    learned, kept = mixture.part(~held), mixture.part(held)
    assert len(learned.pictures) + len(kept.pictures) == len(pack.pictures)
    shown = mixture.unseen(6, seed=5)
    assert shown.pictures.shape == (6, 3, 64, 64) and all(text.endswith(".") for text in shown.texts[:3])


def test_a_withheld_text_is_a_vector_of_zeros(school, tiny):
    batches = mixture.Mixture(families_recipes.draw_scenes(48, mixture.SEED), tiny["verbal"], 8, ways.lesson)
    lesson = next(batches(step) for step in range(20) if not batches(step).mask[:, 0].all())
    silent = ~lesson.mask[:, 0]
    vector = ways.vector(lesson, tiny["verbal"]).condition
    assert not vector[silent].any() and vector[~silent].any(1).all()


def test_bits_stand_for_dark():
    pictures = torch.ones(2, 3, 64, 64)
    pictures[0, :, :32] = -1
    assert ways.of_bits(ways.bits_of(pictures)).equal(pictures)


# ---- a new family ---------------------------------------------------------------------------------------------------

def test_one_file_and_one_line_add_a_family(school, tiny, tmp_path, monkeypatch):
    """The example of docs/families.md, as it stands."""
    text = (Path(__file__).parents[2] / "docs" / "families.md").read_text()
    file, line = re.findall(r"```python\n(.*?)```", text, re.S)
    (tmp_path / "average.py").write_text(file)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(families, "FAMILIES", dict(FAMILIES))
    exec(line, {})
    new = families.FAMILIES["average"]
    monkeypatch.setitem(RECIPES, "average", recipe_of(new))
    model, log = taught("average", steps=20)
    assert log["loss"] < 2
    pictures = Artist(new, model, tiny["verbal"]).imagine(TEXTS)
    assert pictures.shape == (3, 3, 64, 64) and pictures.abs().max() <= 1
    sys.modules.pop("average")
