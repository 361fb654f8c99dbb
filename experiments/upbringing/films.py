"""What the video planner's model learns from: shortest ways on boards by lot, as films, in batches that the step alone
decides. It learns by imitation, as UniPi does (Du et al. 2023, arXiv 2302.00111): whoever filmed the ways knew them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch

from envs.board import Board, State
from experiments.upbringing.scenes import pictures_to_tensor
from experiments.upbringing.walks import Kind, draw_boards, grids, walk
from imagery.models.film import NO_DEED, Ways

ASTRAY = 8                                        # random actions before a way begins, at most
SHOWN = 0.25                                      # of ways lead to a state that is shown, not to the board's goal


def film_kinds(sizes: Sequence[int] = range(3, 7)) -> dict[str, Kind]:
    """The worlds that are filmed: those of the published tests, on ice that is not slippery."""
    return {name: replace(kind, slippery=False) for name, kind in grids(sizes).items() if name != "store"}


class Films:
    """Batches of ways of `frames` pictures after the first, those longer cut. Kinds come equally often; boards are
    those of `Walks` with the same seed, then others."""

    def __init__(self, kinds: dict[str, Kind], boards: int, batch_size: int, seed: int, frames: int, jobs: int = 2):
        self.kinds, self.batch_size, self.seed, self.frames = tuple(kinds.values()), batch_size, seed, frames
        self.boards = [draw_boards(kind, boards // len(kinds), seed + number, jobs)
                       for number, kind in enumerate(self.kinds)]

    def __call__(self, step: int) -> Ways:
        rng = np.random.default_rng((self.seed, 3, step))
        films, goals, shown, deeds = zip(*(self._taken(rng) for _ in range(self.batch_size)))
        films = pictures_to_tensor(np.concatenate(films)).unflatten(0, (self.batch_size, -1))
        return Ways(films[:, 0], pictures_to_tensor(np.stack(goals)), torch.tensor(shown), films[:, 1:],
                    torch.tensor(deeds))

    def _taken(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, float, list[int]]:
        """A way's pictures (T + 1, H, W, 3), that of its end, whether it is shown, and its deeds."""
        number = int(rng.integers(len(self.kinds)))
        kind, board = self.kinds[number], self.boards[number][int(rng.integers(len(self.boards[number])))]
        states, deeds = way(board, beginning(board, rng))
        shown = bool(rng.uniform() < SHOWN)
        if shown:
            long = int(rng.integers(len(deeds))) + 1
            states, deeds = states[:long + 1], deeds[:long]
        style = str(rng.choice(kind.styles))
        pictures = [board.draw(state, style=style) for state in states[:self.frames + 1]]
        goal = board.draw(states[-1], style=style) if shown else np.zeros_like(pictures[0])
        still = self.frames + 1 - len(pictures)
        return (np.stack(pictures + pictures[-1:] * still), goal, float(shown),
                list(deeds[:self.frames]) + [NO_DEED] * still)


def beginning(board: Board, rng: np.random.Generator) -> State:
    """The board's start, or where a few random actions lead from it that are not its end."""
    steps = walk(board, board.start, rng, int(rng.integers(ASTRAY + 1)))
    return next((step.before for step in reversed(steps) if not board.over(step.before)), board.start)


def way(board: Board, state: State) -> tuple[list[State], tuple[int, ...]]:
    """The states along a shortest way to the goal, the one it begins in first, and the actions that lead along it."""
    states, deeds = [state], board.solve(state)
    for deed in deeds:
        states.append(board.after(states[-1], deed))
    return states, deeds
