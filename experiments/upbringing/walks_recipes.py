"""Recipes of the planners' models: the grid worlds, the rooms and form boards, and the reader of grids."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import torch

from envs.frozen_lake import OWN
from experiments.judging.drift import TrueWalks, drift, right
from experiments.upbringing.readings import ReadingLessons, shown
from experiments.upbringing.recipe import Built, Recipe
from experiments.upbringing.walks import (
    ACTIONS,
    PLAIN,
    SHAPE_ACTIONS,
    SLIP,
    Kind,
    Walks,
    draw_boards,
    grids,
    shapes,
    walk,
)
from imagery.foresight import Foresight
from imagery.models.latent import LatentWorld
from imagery.models.reader import Reader
from imagery.models.world import Imagined, WorldModel
from imagery.training import TrainConfig

WORLD, ROOMS, READER = 21, 22, 23                 # seeds of their boards
JUDGED = 9_000_000                                # added to a seed, for boards that no model learns from
TINY: dict[str, dict[str, Any]] = {"world": {"channels": (16, 24), "judge_widths": (8, 16, 16)}, "reader": {"width": 8},
                                  "latent": {"depth": 4, "width": 16, "blocks": 1}}
FULL: dict[str, dict[str, Any]] = {"world": {"channels": (96, 128, 128)}, "reader": {"width": 48}}


def _sizes(preset: str, model: str) -> dict[str, Any]:
    return {"tiny": TINY, "full": FULL}.get(preset, {}).get(model, {})


def _world(preset: str, scenes: int, config: TrainConfig) -> Built:
    model = WorldModel(len(ACTIONS), chancy=len(ACTIONS) - SLIP, **_sizes(preset, "world"))
    return model, Walks(grids(), scenes, config.batch_size, WORLD)


def _rooms(preset: str, scenes: int, config: TrainConfig) -> Built:
    return WorldModel(SHAPE_ACTIONS, **_sizes(preset, "world")), Walks(shapes(), scenes, config.batch_size, ROOMS)


def _latent(preset: str, scenes: int, config: TrainConfig) -> Built:
    """Of worlds without chance, of which a code would be the mean; lakes as Gymnasium draws them, which is hardest."""
    sure = grids()
    sure["lake"] = replace(sure["lake"], styles=(OWN,), slippery=False)
    return LatentWorld(SLIP, **_sizes(preset, "latent")), Walks(sure, scenes, config.batch_size, WORLD)


def _reader(preset: str, scenes: int, config: TrainConfig) -> Built:
    return Reader(**_sizes(preset, "reader")), ReadingLessons(scenes, config.batch_size, READER)


def true_walks(kinds: dict[str, Kind], count: int, length: int, seed: int) -> TrueWalks:
    """Random walks of `length` steps that nothing ends, on as many new boards of each kind."""
    first, actions, states = [], [], []
    for number, kind in enumerate(kinds.values()):
        for index, board in enumerate(draw_boards(kind, count, seed + number)):
            steps = walk(board, board.start, np.random.default_rng((seed, number, index)), length, endless=True)
            first.append(board.draw(board.start, style=kind.styles[index % len(kind.styles)]))
            actions.append([kind.actions + step.action for step in steps])
            states.append([shown(board, step.after) for step in steps])
    return TrueWalks(np.stack(first), np.array(actions), states)


def _steps(model: WorldModel, walks: Walks) -> dict[str, Any]:
    """One step ahead on new boards: the error of pictures, those of staying still, and verdicts that are right."""
    batch = walks(0)
    with torch.no_grad():
        found: Imagined = model.imagine(batch.first, batch.last, batch.action, torch.Generator().manual_seed(0))
    return {"error": float(((found.pictures - batch.following) ** 2).mean()),
            "error_of_staying": float(((batch.last - batch.following) ** 2).mean()),
            "rewards_right": float(((found.reward > 0.5) == (batch.reward > 0.5)).float().mean()),
            "ends_right": float(((found.over > 0.5) == (batch.over > 0.5)).float().mean()),
            "novelty": float(model.novelty(batch.following).mean())}


def _judge_world(model: WorldModel) -> dict[str, Any]:
    return _steps(model, Walks(grids(), 120, 240, WORLD + JUDGED, jobs=1))


def _judge_rooms(model: WorldModel) -> dict[str, Any]:
    return _steps(model, Walks(shapes(), 20, 120, ROOMS + JUDGED, jobs=1))


def _judge_reader(model: Reader) -> dict[str, Any]:
    """Share of pictures of new boards, without noise, that are read without any error."""
    model.eval()
    found = {}
    for name, kind in grids(range(3, 13)).items():
        style = OWN if OWN in kind.styles else PLAIN
        boards = draw_boards(kind, 40, READER + JUDGED)
        readings = model.read(np.stack([board.draw(board.start, style=style) for board in boards]))
        found[name] = float(np.mean([seen == shown(board, board.start) for seen, board in zip(readings, boards)]))
    return {"read_right": found}


def drift_of(model: WorldModel, reader: Reader, count: int = 25, length: int = 40, seed: int = WORLD + JUDGED
             ) -> dict[int, float]:
    """Share of frames read right after so many imagined steps, on new boards of the sizes learned."""
    foresight = Foresight(model)
    walks = true_walks(grids(), count, length, seed)
    return drift(right(walks, lambda first, last, actions: foresight.imagine(first, last, actions).pictures,
                       reader.read))


WALKS_RECIPES = {
    "world": Recipe(_world, {
        "tiny": (24, TrainConfig(20, 8, "muon", 2e-3, warmup=5, log_every=5)),
        "small": (8000, TrainConfig(6000, 64, "muon", 2e-3, warmup=100, floor=0.01, log_every=50)),
        "full": (40_000, TrainConfig(60_000, 256, "muon", 2e-3, warmup=300, floor=0.01, log_every=100))},
        data_seed=WORLD, judge=_judge_world),
    "rooms": Recipe(_rooms, {
        "tiny": (4, TrainConfig(20, 8, "muon", 2e-3, warmup=5, log_every=5)),
        "small": (1500, TrainConfig(3000, 64, "muon", 2e-3, warmup=100, floor=0.01, log_every=50)),
        "full": (8000, TrainConfig(60_000, 256, "muon", 2e-3, warmup=300, floor=0.01, log_every=100))},
        data_seed=ROOMS, judge=_judge_rooms),
    "latent": Recipe(_latent, {
        "tiny": (24, TrainConfig(20, 8, "muon", 2e-3, warmup=5, log_every=5)),
        "small": (8000, TrainConfig(7000, 64, "muon", 2e-3, warmup=100, floor=0.01, log_every=50)),
        "full": (40_000, TrainConfig(60_000, 256, "muon", 2e-3, warmup=300, floor=0.01, log_every=100))},
        data_seed=WORLD),
    "reader": Recipe(_reader, {
        "tiny": (40, TrainConfig(20, 8, learning_rate=1e-3, warmup=5, log_every=5)),
        "small": (8000, TrainConfig(1500, 64, "muon", 2e-3, warmup=50, floor=0.01, log_every=50)),
        "full": (40_000, TrainConfig(20_000, 256, "muon", 2e-3, warmup=300, floor=0.01, log_every=100))},
        data_seed=READER, judge=_judge_reader)}
