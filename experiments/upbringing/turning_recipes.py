"""Recipes of the models that turn things, and of those that compare what is turned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any, Literal

import torch
from torch import Tensor

import imagery
from envs.stimuli.pairs import AXES
from experiments.judging import turning
from experiments.upbringing.recipe import Built, Recipe
from experiments.upbringing.turning import Approaches, Bearings, Comparisons, Pairs, Turnings, matrices, pictures
from imagery.models.comparison import Comparison
from imagery.models.keypoints import Keypoints, Landmarks, Pointing, turn_between
from imagery.models.nextview import NextView
from imagery.models.turning import imagine
from imagery.models.volume import PATCH, LatentVolume
from imagery.training import TrainConfig

JUDGED, LAWFUL = 100, 16                          # cases about each axis, for laws, in which many views are imagined
POLYGONS = 60
SEED = 40_005                                     # of what is judged
UNSEEN = {"seed": SEED, "split": "validation"}


def _volume(preset: str, scenes: int, config: TrainConfig) -> Built:
    sizes = {"tiny": {"features": 4, "width": (16, 16), "deep": (16, 16), "blocks": (1, 1)},
             "full": {"grid": 24, "features": 32, "width": (192, 160), "deep": (320, 224), "blocks": (3, 2)}}
    model = LatentVolume(**sizes.get(preset, {}))
    return model, Turnings(config.batch_size, size=PATCH * model.config.grid, seed=config.seed)


def _nextview(preset: str, scenes: int, config: TrainConfig, process: Literal["flow", "regression"] = "flow") -> Built:
    sizes = {"tiny": {"channels": (16, 32), "heads": 2},
             "full": {"size": 96, "channels": (128, 256), "blocks": 2}}
    model = NextView(process=process, **sizes.get(preset, {}))
    return model, Turnings(config.batch_size, model.config.largest, model.config.size, config.seed)


def _keypoints(preset: str, polygons: int, config: TrainConfig) -> Built:
    sizes = {"tiny": {"width": 16, "deep": 32, "blocks": 1},
             "full": {"size": 96, "width": 64, "deep": 128, "blocks": 3}}
    model = Keypoints(**sizes.get(preset, {}))
    return model, Bearings(config.batch_size, polygons, model.config.size, config.seed)


def _landmarks(preset: str, scenes: int, config: TrainConfig) -> Built:
    medium = imagery.load("volume")
    sizes = {"tiny": {"width": 16, "blocks": 1}, "full": {"width": 96, "blocks": 3}}
    return (Landmarks(medium.config.features, **sizes.get(preset, {})),
            Approaches(config.batch_size, medium, config.seed))


def _comparison(preset: str, polygons: int, config: TrainConfig) -> Built:
    model = _comparing(preset, PATCH * imagery.load("volume").config.grid)
    return model, _imagined(config.batch_size, polygons, model.config.size, seed=config.seed)


def _siamese(preset: str, polygons: int, config: TrainConfig) -> Built:
    model = _comparing(preset, 96 if preset == "full" else 64)
    return model, Pairs(config.batch_size, polygons, model.config.size, config.seed)


def _comparing(preset: str, size: int) -> Comparison:
    sizes = {"tiny": {"width": 16, "deep": 32, "layers": 1, "heads": 2},
             "full": {"width": 96, "deep": 256, "layers": 4, "heads": 8}}
    return Comparison(size, **sizes.get(preset, {}))


def _turned(model: LatentVolume | NextView) -> dict[str, Any]:
    """How well figures of the validation split are turned, about each axis."""
    size = PATCH * model.config.grid if isinstance(model, LatentVolume) else model.config.size
    found: dict[str, Any] = {"telling": {}, "drift": {}, "laws": {}}
    for axis in AXES:
        cases = turning.draw_cases(JUDGED, axis, SEED)
        told = turning.telling(partial(imagine, model), cases, size=size)
        few = cases[:LAWFUL]
        held = turning.laws(model, pictures([case.ink(size=size) for case in few]),
                                  matrices([case.axis for case in few]))
        rows = {"telling": told, "drift": turning.drift(model, cases, size=size), "laws": held}
        for table, found_now in rows.items():
            found[table][axis] = [asdict(row) for row in found_now]
    return found


@torch.no_grad()
def _judged(model: Comparison | Pointing, draw: Callable[[int], Any]) -> dict[str, Any]:
    """How pairs of the validation split are judged."""
    logs = [model.loss(draw(step))[1] for step in range(10)]
    return {key: sum(float(each[key]) for each in logs) / len(logs) for key in logs[0]}


def _imagined(batch_size: int, polygons: int, size: int, **settings: Any) -> Comparisons:
    medium, landmarks = imagery.load("volume"), imagery.load("landmarks")

    def aim(*pictures: Tensor) -> Tensor:
        return turn_between(*(landmarks(medium.encode(each).features) for each in pictures))

    return Comparisons(batch_size, polygons, partial(imagine, medium), aim, size, **settings)


TURNER = {
    "tiny": (0, TrainConfig(10, 8, learning_rate=1e-3, warmup=5, log_every=5, seed=40)),
    "small": (0, TrainConfig(6000, learning_rate=1e-3, warmup=200, floor=0.01, log_every=25, seed=40)),
    "full": (0, TrainConfig(30_000, 256, learning_rate=1e-3, warmup=500, floor=0.01, log_every=50, seed=40))}
VIEWER = TURNER | {
    "small": (0, TrainConfig(2000, learning_rate=1e-3, warmup=200, floor=0.01, log_every=25, seed=40))}
POINTER = {
    "tiny": (6, TrainConfig(10, 8, learning_rate=2e-3, warmup=5, log_every=5, seed=43)),
    "small": (300, TrainConfig(5000, 64, learning_rate=2e-3, warmup=50, floor=0.01, log_every=25, seed=43)),
    "full": (2000, TrainConfig(20_000, 256, learning_rate=2e-3, warmup=300, floor=0.01, log_every=50, seed=43))}
SURVEYOR = {
    "tiny": (0, TrainConfig(10, 8, learning_rate=2e-3, warmup=5, log_every=5, seed=47)),
    "small": (0, TrainConfig(2000, 32, learning_rate=2e-3, warmup=50, floor=0.01, log_every=25, seed=47)),
    "full": (0, TrainConfig(20_000, 256, learning_rate=2e-3, warmup=300, floor=0.01, log_every=50, seed=47))}
COMPARER = {
    "tiny": (6, TrainConfig(10, 8, learning_rate=1e-3, warmup=5, log_every=5, seed=41)),
    "small": (300, TrainConfig(700, 64, "muon", 5e-4, warmup=50, floor=0.01, log_every=25, seed=42)),
    "full": (2000, TrainConfig(20_000, 256, learning_rate=6e-4, warmup=500, floor=0.01, log_every=50, seed=41))}
GLANCER = COMPARER | {
    "small": (300, TrainConfig(2000, 64, "muon", 2e-3, warmup=50, floor=0.01, log_every=25, seed=42))}
TURNING_RECIPES = {
    "volume": Recipe(_volume, TURNER, data_seed=40, judge=_turned),
    "nextview": Recipe(_nextview, VIEWER, data_seed=40, judge=_turned),
    "regressor": Recipe(partial(_nextview, process="regression"), VIEWER, data_seed=40, judge=_turned),
    "keypoints": Recipe(_keypoints, POINTER, data_seed=43, judge=lambda model: _judged(
        model, Bearings(64, POLYGONS, model.config.size, **UNSEEN))),
    "landmarks": Recipe(_landmarks, SURVEYOR, data_seed=47, after=("volume",), again=True, judge=lambda model: _judged(
        model, Approaches(64, imagery.load("volume"), **UNSEEN))),
    "comparison": Recipe(_comparison, COMPARER, data_seed=41, after=("volume", "landmarks"), again=True,
                         judge=lambda model: _judged(model, _imagined(64, POLYGONS, model.config.size, **UNSEEN))),
    "siamese": Recipe(_siamese, GLANCER, data_seed=41, again=True,
                      judge=lambda model: _judged(model, Pairs(64, POLYGONS, model.config.size, **UNSEEN)))}
