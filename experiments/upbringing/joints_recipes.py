"""The recipe of the detector of joints, and how well block figures are told from their mirror figures by it."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from agents.description import chain, match, mirrored
from experiments.judging.turning import draw_cases
from experiments.upbringing.jointed import Joined
from experiments.upbringing.recipe import Built, Recipe
from experiments.upbringing.turning import pictures
from imagery.models.joints import Joints
from imagery.training import TrainConfig

JUDGED = 300                                      # pairs about each axis
SEED = 42_005                                     # of what is judged


def _joints(preset: str, scenes: int, config: TrainConfig) -> Built:
    sizes = {"tiny": {"width": 16, "deep": 32, "blocks": 1},
             "full": {"size": 96, "width": 128, "deep": 256, "blocks": 4}}
    model = Joints(**sizes.get(preset, {}))
    return model, Joined(config.batch_size, model.config.size, config.seed)


@torch.no_grad()
def _judged(model: Joints) -> dict[str, Any]:
    """Of figures of the validation split: how far off their joints are, in picture widths, and the share of pairs, the
    same or mirror figures after any turn, that are told by descriptions."""
    found = model.loss(Joined(64, model.config.size, SEED, "validation")(0))[1]
    return {"off": float(found["off"]), "right": {axis: _right(model, axis) for axis in ("vertical", "other")}}


def _right(model: Joints, axis: str) -> float:
    cases, rng = draw_cases(JUDGED, axis, SEED), np.random.default_rng(SEED)
    size, right = model.config.size, 0
    for case, angle, same in zip(cases, rng.uniform(-180, 180, JUDGED), rng.uniform(size=JUDGED) < .5):
        first, second = map(chain, model(pictures([case.ink(size=size), case.ink(angle, same, size)])).numpy())
        as_it_is = match(first, second)
        right += (as_it_is.unlikeness < match(first, mirrored(second)).unlikeness) == same
    return float(right / JUDGED)


JOINTS_RECIPES = {"joints": Recipe(_joints, {
    "tiny": (0, TrainConfig(10, 8, learning_rate=1e-3, warmup=5, log_every=5, seed=42)),
    "small": (0, TrainConfig(2500, 64, "muon", 2e-3, warmup=100, floor=0.01, log_every=25, seed=42)),
    "full": (0, TrainConfig(20_000, 256, "muon", 2e-3, warmup=300, floor=0.01, log_every=50, seed=42))},
    data_seed=42, judge=_judged)}
