"""Recipes of the planners' models, at their smallest."""

import numpy as np
import pytest
import torch

from experiments.upbringing.recipe import PRESETS, Recipe
from experiments.upbringing.walks import grids
from experiments.upbringing.walks_recipes import WALKS_RECIPES, drift_of, true_walks
from imagery.models.reader import Reader
from imagery.training import fit


@pytest.fixture(scope="module")
def built():
    """Of each recipe, a tiny model after a few steps, and its batches."""
    found = {}
    for name, recipe in WALKS_RECIPES.items():
        scenes, config = recipe.settings["tiny"]
        torch.manual_seed(0)
        model, batches = recipe.build("tiny", scenes, config)
        logs = list(fit(model, batches, config, max_minutes=0.02))
        found[name] = model, batches, logs
    return found


def test_every_recipe_learns(built):
    for name, (_, _, logs) in built.items():
        assert logs and np.isfinite(logs[-1]["loss"]), name
        assert isinstance(WALKS_RECIPES[name], Recipe) and set(WALKS_RECIPES[name].settings) == set(PRESETS)


def test_what_a_world_model_learned_is_judged(built):
    found = WALKS_RECIPES["world"].judge(built["world"][0])
    assert set(found) >= {"error", "error_of_staying", "rewards_right", "ends_right"}
    assert all(np.isfinite(value) for value in found.values()) and found["error_of_staying"] > 0


def test_drift_is_measured_on_pictures():
    """A model that lets all stay as it is, read by a reader that reads nothing right."""
    from imagery.models.world import WorldModel

    torch.manual_seed(0)
    still = WorldModel(10, channels=(16, 24), judge_widths=(8, 16)).eval()
    assert drift_of(still, Reader(8).eval(), count=1, length=40) == {5: 0., 10: 0., 20: 0., 40: 0.}


def test_true_walks_tell_what_is_so():
    walks = true_walks(grids((4,)), 2, 10, seed=1)
    assert walks.first.shape == (8, 64, 64, 3) and walks.actions.shape == (8, 10)
    assert {states[0].world for states in walks.states} == {"lake", "maze", "room", "store"}
    assert all(len(states) == 10 and states[-1].find("you", "you with a printer") for states in walks.states)
