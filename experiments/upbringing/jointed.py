"""Block figures with their joints, to learn to see joints from. Batches are functions of the step alone."""

from __future__ import annotations

import numpy as np
import torch

from envs.stimuli.blocks import Blocks
from envs.stimuli.views import DISTANCE, FULLEST
from experiments.upbringing.turning import Cases, pictures
from imagery.models.joints import Jointed

SCALE = FULLEST / 2 * (1 - DISTANCE ** -2) ** .5  # picture widths that a figure's radius takes up in its middle plane
QUARTER = np.array(((0., 1., 0.), (-1., 0., 0.), (0., 0., 1.)))              # a turn, as `torch.rot90` turns pictures


def joints(figure: Blocks, turn: np.ndarray) -> np.ndarray:
    """Middles of the cubes at the ends and bends after a turn (3, 3), in the order of the chain: (N, 3) in picture
    widths from the centre."""
    cubes = figure.solid.cubes
    steps = np.diff(cubes, axis=0)
    bent = 1 + np.flatnonzero((steps[1:] != steps[:-1]).any(1))
    return cubes[[0, *bent, -1]] @ turn.T * (SCALE / figure.solid.radius)


class Joined:
    """Block figures in legible poses, each seen at four bearings a quarter turn apart, and their joints."""

    def __init__(self, batch_size: int, size: int = 64, seed: int = 0, split: str = "training"):
        if batch_size < 4 or batch_size % 4:
            raise ValueError(f"a batch of {batch_size} has no four bearings of each figure; give a multiple of 4")
        self.batch_size, self.size, self.seed = batch_size, size, seed
        self.cases = Cases("blocks", split)

    def __call__(self, step: int) -> Jointed:
        rng = np.random.default_rng((self.seed, 8, step))
        cases = [self.cases.draw(rng, "plane") for _ in range(self.batch_size // 4)]
        seen = pictures([case.ink(size=self.size) for case in cases])
        places = torch.from_numpy(np.stack([joints(case.figure, case.start) for case in cases])).float()
        turns = [torch.from_numpy(np.linalg.matrix_power(QUARTER, k)).float() for k in range(4)]
        return Jointed(torch.cat([seen.rot90(k, (2, 3)) for k in range(4)]),
                       torch.cat([places @ turn.T for turn in turns]))
