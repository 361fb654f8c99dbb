"""How fast futures are imagined and plans are made, beside the same search in copies of the real environment (`imagery
bench speed`)."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

import imagery
from agents.planning.copies import Copies
from agents.planning.foreseeing import Model, think_together
from agents.planning.imagery import Pictures
from agents.planning.search import breadth_first
from experiments.benches.timing import fastest
from experiments.planning.boards import MIDDLE, Setting
from imagery.foresight import Foresight

BATCHES = (1, 16, 64)
BOARDS = 8                                        # planned on at once
BUDGET = 2000
MAZES = Setting("Maze", MIDDLE, "speed", BOARDS, (("size", MIDDLE),))


def planning_speed() -> dict[str, Any]:
    """Frames a second imagined by batch; plans a second on mazes of five cells a side, found breadth-first
    in imagination and in copies."""
    foresight = Foresight(imagery.load("world"))
    worlds = [MAZES.env(MAZES.case(index, 0).board) for index in range(BOARDS)]
    pictures = np.stack([world.reset()[0] for world in worlds])

    def imagine(batch: int, seed: int) -> None:
        shown = np.resize(pictures, (batch, *pictures.shape[1:]))
        foresight.imagine(shown, shown, [seed % 4] * batch)

    def plan(models: list[Model], seed: int) -> int:
        plans = think_together([breadth_first(model, model.root({"picture": picture}), BUDGET)
                                for model, picture in zip(models, pictures)])
        return sum(found.frames for found in plans)

    means = {"imagined": [Pictures(foresight) for _ in worlds], "copied": [Copies(world) for world in worlds]}
    return {"imagined_frames_per_s": {batch: batch / fastest(partial(imagine, batch)) for batch in BATCHES},
            "plans_per_s": {name: BOARDS / fastest(partial(plan, models), repeats=2)
                            for name, models in means.items()},
            "frames_a_plan": {name: plan(models, 0) / BOARDS for name, models in means.items()}}
