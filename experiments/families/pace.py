"""How many steps ten minutes of one core allow each family (`python -m experiments.families.pace [NAME]...`): a few
steps at preset small are timed, those at the start left out. What it prints goes into `registry.py`."""

from __future__ import annotations

import sys
import time
from dataclasses import replace

import torch

from experiments.families.recipes import FAMILIES_RECIPES
from imagery.training import fit

MINUTES = 10                                      # of one core
TIMED, BEFORE = 8, 4                              # steps that are timed, and steps before those
SCENES = 256                                      # islands, enough for speed


def pace(name: str) -> float:
    """Samples a second on this machine."""
    recipe = FAMILIES_RECIPES[name]
    config = replace(recipe.settings["small"][1], steps=BEFORE + TIMED, log_every=BEFORE)
    torch.manual_seed(config.seed)
    logs = fit(*recipe.build("small", SCENES, config), config)
    next(logs)
    start = time.perf_counter()
    for _ in logs:
        pass
    return TIMED * config.batch_size / (time.perf_counter() - start)


def main(names: list[str]) -> None:
    torch.set_num_threads(1)
    for name in names or list(FAMILIES_RECIPES):
        found = pace(name)
        batch = FAMILIES_RECIPES[name].settings["small"][1].batch_size
        print(f"{name}: {found:.1f} samples/s, {60 * MINUTES * found / batch:.0f} steps", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
