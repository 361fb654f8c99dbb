"""What a recipe is: how a model is remade, and with what settings on which machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import nn

from imagery.training import TrainConfig

PRESETS = ("tiny", "small", "full")
Built = tuple[nn.Module, Callable[[int], Any]]


@dataclass(frozen=True)
class Recipe:
    """`build(preset, scenes, config)` gives the model and its batches; `settings[preset]` the number of islands to
    learn from and the training configuration. `after` names recipes whose shipped models it needs, `judge(model)` tells
    how good the model is, other than by its loss. `goes_on` names the shipped model that is built upon; `again`: at
    preset small, training starts from the shipped model of the recipe's own name."""

    build: Callable[[str, int, TrainConfig], Built]
    settings: dict[str, tuple[int, TrainConfig]]
    data_seed: int
    after: tuple[str, ...] = ()
    judge: Callable[[nn.Module], dict[str, Any]] = lambda model: {}
    goes_on: str | None = None
    again: bool = False
