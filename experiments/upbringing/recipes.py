"""Every recipe by name, and the one way to train: from a recipe to weights with a record of how they were made."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

import imagery
from experiments.families.recipes import FAMILIES_RECIPES
from experiments.upbringing.channel_recipes import CHANNEL_RECIPES
from experiments.upbringing.films_recipes import FILMS_RECIPES
from experiments.upbringing.joints_recipes import JOINTS_RECIPES
from experiments.upbringing.turning_recipes import TURNING_RECIPES
from experiments.upbringing.walks_recipes import WALKS_RECIPES
from imagery import devices, weights
from imagery.training import fit

RECIPES = CHANNEL_RECIPES | TURNING_RECIPES | JOINTS_RECIPES | WALKS_RECIPES | FILMS_RECIPES | FAMILIES_RECIPES


def train(name: str, preset: str = "small", out: Path | None = None, device: str = "auto", resume: bool = False,
          max_minutes: float | None = None) -> Iterator[dict[str, Any]]:
    """Train a recipe, yielding logs; at the end the weights are saved to `out` with a recipe.json.

    The checkpoint lies in `out`/training until training is complete. Raises ValueError for unknown names.
    """
    recipe = RECIPES[name]
    scenes, config = recipe.settings[preset]
    out = Path(out) if out else Path("trained") / name
    (out / "training").mkdir(parents=True, exist_ok=True)                # fails at once where nothing can be written
    torch.manual_seed(config.seed)
    again = recipe.again and preset == "small"
    earlier = name if again else recipe.goes_on
    history = _earlier(earlier) if earlier else []
    model, batches = recipe.build(preset, scenes, config)
    if again:
        model.load_state_dict(weights.load(type(model), imagery.SHIPPED / name).state_dict())
    code, log = revision(), dict[str, Any]()
    for log in fit(model, batches, config, folder=out / "training", resume=resume, max_minutes=max_minutes,
                   device=device):
        yield log
    weights.save(model.cpu(), out, {
        "history": history, "recipe": name, "preset": preset, "data_seed": recipe.data_seed, "scenes": scenes,
        "config": asdict(config),
        "steps": log["step"], "minutes": round(log["minutes"], 1), "code": code, "hardware": hardware(device),
        "metrics": {key: value for key, value in log.items() if key not in ("minutes_left", "minutes", "step")}
        | recipe.judge(model)})
    if log["step"] == config.steps:
        shutil.rmtree(out / "training")


def _earlier(name: str) -> list[dict[str, Any]]:
    """Of a model that goes on from the one that is shipped: what that one had gone through."""
    shipped = json.loads((imagery.SHIPPED / name / weights.RECIPE).read_text())
    return [*shipped.get("history", []),
            {key: shipped[key] for key in ("recipe", "preset", "steps", "minutes", "code") if key in shipped}]


def revision() -> str:
    found = subprocess.run(["git", "rev-parse", "HEAD"], cwd=Path(__file__).parent, capture_output=True, text=True)
    return found.stdout.strip() or "unknown"


def hardware(device: str) -> str:
    if devices.pick(device).type == "cuda":
        return torch.cuda.get_device_name()
    return f"{os.cpu_count()} cores, {platform.machine()}, torch {torch.__version__}, {torch.get_num_threads()} threads"
