"""How fast things are drawn, turned in the mind and judged (`imagery bench speed`)."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import torch

from experiments.benches.timing import fastest
from experiments.judging.turning import draw_cases
from experiments.rotation.experiment import DESIGNS, Block, run_block, shipped
from experiments.upbringing.turning import matrices, pictures
from imagery.models.turning import imagine

BATCHES = (1, 8, 32)
DRAWN = 200                                       # views
COHORT = 2                                        # people


def turning_speed() -> dict[str, Any]:
    """Views a second rendered, and imagined by batch; trials a second of a cohort that turns polygons and blocks."""
    solids = shipped()

    def draw(seed: int) -> None:
        case = cases[seed % len(cases)]
        for angle in np.linspace(0, 180, DRAWN):
            case.ink(float(angle))

    @torch.no_grad()
    def turn(batch: int, seed: int) -> None:
        imagine(solids.medium, seen[:batch], turns[seed][:batch])

    cases = draw_cases(max(BATCHES), "other")
    seen = pictures([case.ink() for case in cases])
    turns = [matrices([case.turn(10.0 + seed) for case in cases]) for seed in range(4)]

    def session(design: str, seed: int) -> None:
        trials[design] = len(run_block("depictive", Block(DESIGNS[design]), range(COHORT), seed, solids))

    trials: dict[str, int] = {}
    seconds = {design: fastest(partial(session, design), repeats=1) for design in ("hamrick-2014", "shepard-1971")}
    return {"views_rendered_per_s": DRAWN / fastest(draw),
            "views_imagined_per_s": {batch: batch / fastest(partial(turn, batch)) for batch in BATCHES},
            "rotation_trials_per_s": {design: trials[design] / taken for design, taken in seconds.items()}}
