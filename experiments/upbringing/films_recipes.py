"""The recipe of the video planner's model."""

from __future__ import annotations

from typing import Any

import numpy as np

from envs.board import Board
from envs.minibehavior import MiniBehavior
from experiments.upbringing.films import Films, film_kinds
from experiments.upbringing.recipe import Built, Recipe
from experiments.upbringing.walks import draw_boards
from experiments.upbringing.walks_recipes import JUDGED, WORLD
from imagery.models.film import FilmModel
from imagery.projector import Projector
from imagery.training import TrainConfig

SIZES: dict[str, dict[str, Any]] = {"tiny": {"frames": 8, "width": 32, "depth": 1, "layers": 1, "rounds": 2},
                                    "full": {"width": 256, "depth": 4, "layers": 6, "span": 2}}


def _film(preset: str, boards: int, config: TrainConfig) -> Built:
    model = FilmModel(len(MiniBehavior.actions), **SIZES.get(preset, {}))
    return model, Films(film_kinds(), boards, config.batch_size, WORLD, model.config.frames)


def leads(board: Board, deeds: np.ndarray) -> bool:
    """Whether actions in their order solve a board."""
    state = board.start
    for deed in deeds.tolist():
        state = board.after(state, deed)
    return board.solved(state)


def solved(model: FilmModel, count: int = 120, sizes: range = range(3, 7), seed: int = WORLD + JUDGED
           ) -> dict[str, float]:
    """Of each kind, the share of new boards on which the actions read off one film lead to the goal, without another
    look at the world; and the share of actions read right off true pictures."""
    found = dict[str, float]()
    for number, (name, kind) in enumerate(film_kinds(sizes).items()):
        boards = draw_boards(kind, count, seed + number)
        projector = Projector(model, range(len(boards[0].actions)))
        first = np.stack([board.draw(board.start, style=kind.styles[0]) for board in boards])
        right = []
        for board, begun, film in zip(boards, first, projector.imagine_all(first)):
            deeds = projector.deeds(np.concatenate([begun[None], film[:-1]]), film) if len(film) else np.empty(0, int)
            right.append(leads(board, deeds))
        found[name] = float(np.mean(right))
    batch = Films(film_kinds(sizes), count, count, seed, model.config.frames, jobs=1)(0)
    done = model.deeds(batch.first, batch.film[:, 0]).argmax(1)
    return found | {"deeds_right": float((done == batch.deeds[:, 0]).float().mean())}


FILMS_RECIPES = {
    "film": Recipe(_film, {
        "tiny": (24, TrainConfig(20, 8, learning_rate=1e-3, warmup=5, log_every=5)),
        "small": (60_000, TrainConfig(3000, 32, "muon", 2e-3, warmup=100, floor=0.01, log_every=50)),
        "full": (600_000, TrainConfig(60_000, 256, learning_rate=5e-4, warmup=300, floor=0.01, log_every=100))},
        data_seed=WORLD, judge=lambda model: {"solved": solved(model)})}
