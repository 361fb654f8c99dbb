"""Block figures turned in the mind, for the report: views imagined in each medium under the true ones, of figures of
the test split; and how well each medium turns and keeps the laws of imagery, as measured when it was trained."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

import imagery
from envs.stimuli.pairs import AXES
from experiments.judging.turning import draw_cases, views
from experiments.upbringing.turning import Case, matrices, pictures
from imagery.models.turning import Medium
from imagery.models.volume import PATCH, LatentVolume
from imagery.weights import RECIPE, WEIGHTS

NAMES = ("volume", "nextview", "regressor")
STEP, FRAMES = 30, 6                              # degrees from one frame to the next; the first is before any turn
GAP = 2                                           # pixels between pictures


@dataclass(frozen=True)
class Film:
    """A figure turned about an axis, in as many steps as there are `frames` (H, W) of uint8: the true view on top and
    under it what is imagined in each of the `media`."""

    axis: str
    frames: Sequence[np.ndarray]
    media: Sequence[str]


@dataclass(frozen=True)
class Turned:
    """What there is to show of turning: `films`, and for each medium its tables `telling`, `drift` and `laws` of
    `experiments.judging.turning`, as rows for each axis."""

    films: Sequence[Film] = ()
    tables: Mapping[str, Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]]] = field(default_factory=dict)


def examples_of(record: Mapping[str, Any]) -> Turned:
    """Those of a run with that manifest: tables of all media, films in those whose weights are shipped."""
    measured = {name: json.loads((imagery.SHIPPED / name / RECIPE).read_text()).get("metrics", {}) for name in NAMES}
    there = [name for name in NAMES if (imagery.SHIPPED / name / WEIGHTS).is_file()]
    return Turned(films({name: imagery.load(name) for name in there}, record["seed"]), measured)


@torch.no_grad()
def films(media: Mapping[str, Medium], seed: int) -> list[Film]:
    """One figure about each axis, turned on and on."""
    if not media:
        return []
    cases = [draw_cases(1, axis, seed, "test")[0] for axis in AXES]
    rows = [_true(next(iter(media.values())), cases), *(_imagined(medium, cases) for medium in media.values())]
    return [Film(axis, [_stacked([row[step][place] for row in rows]) for step in range(FRAMES)], list(media))
            for place, axis in enumerate(AXES)]


def side(medium: Medium) -> int:
    """Pixels across the pictures a medium takes."""
    return PATCH * medium.config.grid if isinstance(medium, LatentVolume) else medium.config.size


def _true(medium: Medium, cases: Sequence[Case]) -> list[Tensor]:
    """True views (B, 1, S, S) after each step."""
    return [views(cases, STEP * k, side(medium))[0] for k in range(FRAMES)]


def _imagined(medium: Medium, cases: Sequence[Case]) -> list[Tensor]:
    """What is imagined, each step after the one before."""
    code = medium.encode(pictures([case.ink(size=side(medium)) for case in cases]))
    turns, seen = matrices([case.turn(STEP) for case in cases]), []
    for step in range(FRAMES):
        code = medium.turn(code, turns) if step else code
        seen.append(medium.decode(code))
    return seen


def _stacked(column: Sequence[Tensor]) -> np.ndarray:
    """Pictures (1, S, S) one under another, on grey, as wide as the widest."""
    width = max(picture.shape[-1] for picture in column)
    same = [torch.nn.functional.interpolate(picture[None], width)[0, 0] for picture in column]
    parts = [part for picture in same for part in (picture, torch.zeros(GAP, width))][:-1]
    return ((torch.cat(parts).clamp(-1, 1) + 1) * 127.5).round().byte().numpy()
