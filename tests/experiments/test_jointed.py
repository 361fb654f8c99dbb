"""Lessons of joints, and the recipe: where joints are is where cubes are seen."""

import json

import numpy as np
import pytest
import torch

from envs.stimuli import blocks, views
from envs.stimuli.turns import random_turn
from experiments.upbringing import joints_recipes
from experiments.upbringing.jointed import Joined, joints
from experiments.upbringing.joints_recipes import JOINTS_RECIPES
from imagery import weights
from imagery.models.joints import UNIT


def test_joints_are_inside_the_cubes_that_are_seen():
    rng = np.random.default_rng(0)
    for cubes in blocks.CUBES:
        figure, turn = blocks.figures("training", cubes)[0], random_turn(rng)
        places = joints(figure, turn)
        shown = places / (1 + places[:, 2:] / (views.DISTANCE * views.FULLEST / 2 * (1 - views.DISTANCE ** -2) ** .5))
        column, row = (64 * (shown[:, :2] + .5)).astype(int).T
        assert places.shape == (5, 3) and (figure.draw(turn)[row, column] > 0).all()
        arms = np.linalg.norm(np.diff(places, axis=0), axis=1)
        assert np.allclose(arms.sum() / (cubes - 1), arms / np.rint(arms / arms.sum() * (cubes - 1)))


def test_lessons_are_seen_at_four_bearings():
    lessons = Joined(8)
    batch = lessons(3)
    assert batch.pictures.equal(Joined(8)(3).pictures) and not batch.pictures.equal(lessons(4).pictures)
    assert batch.pictures.shape == (8, 1, 64, 64) and batch.joints.shape == (8, 5, 3)
    assert batch.pictures[2:4].equal(batch.pictures[:2].rot90(1, (2, 3)))
    assert .05 < batch.joints.abs().mean() < 2 * UNIT
    rows, columns = (64 * (.5 + batch.joints.mean(1)[:, :2])).long().clamp(0, 63).flip(1).T
    weight = 1 - batch.pictures[:, 0]
    middle = torch.stack([(weight.sum(k) * torch.arange(64)).sum(1) / weight.sum((1, 2)) for k in (1, 2)], 1)
    assert (middle - torch.stack([columns, rows], 1)).norm(dim=1).max() < 12
    with pytest.raises(ValueError, match="multiple of 4"):
        Joined(6)


def test_the_recipe_builds_and_judges(monkeypatch, tmp_path):
    monkeypatch.setattr(joints_recipes, "JUDGED", 6)
    recipe = JOINTS_RECIPES["joints"]
    assert set(recipe.settings) == {"tiny", "small", "full"}
    model, batches = recipe.build("tiny", *recipe.settings["tiny"])
    loss, logs = model.loss(batches(0))
    assert loss.isfinite() and not logs["off"].requires_grad
    found = recipe.judge(model.eval())
    assert json.loads(json.dumps(found)) == found and set(found["right"]) == {"vertical", "other"}
    weights.save(model, tmp_path / "joints", {})
    assert weights.load(type(model), tmp_path / "joints").config.deep == model.config.deep
