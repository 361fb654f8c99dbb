"""What the reader of pictures learns from: pictures of random walks on grids of all sizes, with what they show."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from envs.board import Board, State, find
from envs.frozen_lake import OWN, Lake
from envs.maze import Maze
from envs.minibehavior import CARRIED, MiniBehavior
from envs.sokoban import Sokoban
from experiments.upbringing.scenes import pictures_to_tensor
from experiments.upbringing.walks import CHALK, LONGEST, PLAIN, Kind, draw_boards, grids, walk
from imagery.models.reader import LEAST, MOST, OUTSIDE, Readings
from imagery.reading import KINDS, WORLDS, YOU, Reading

STYLES = {"lake": (OWN, PLAIN, CHALK)}            # the others, in the last two
GRAIN = 0.08                                      # standard deviation of the noise on a picture, at most


def shown(board: Board, state: State) -> Reading:
    """What the picture of a state is to be read to show."""
    match board:
        case Lake():
            wide = len(board.rows[0])
            you = divmod(state, wide)
            holes, fallen = find(board.rows, "H"), board.rows[you[0]][you[1]] == "H"
            return _reading("lake", len(board.rows), {"hole": holes, "goal": find(board.rows, "G"),
                                                      YOU[0]: () if fallen else (you,)})
        case Maze():
            size = len(board.rows) // 2
            right = {(r, c) for r in range(size) for c in range(size - 1) if board.rows[2 * r + 1][2 * c + 2] == "#"}
            below = {(r, c) for r in range(size - 1) for c in range(size) if board.rows[2 * r + 2][2 * c + 1] == "#"}
            return replace(_reading("maze", size, {"goal": (board.goal,), YOU[0]: (state,)}), right=frozenset(right),
                           below=frozenset(below))
        case MiniBehavior():
            you, printer = state
            placed = [cell for cell in board.table if abs(cell[0] - you[0]) + abs(cell[1] - you[1]) == 1]
            where = {0: (board.printer,), 1: (), 2: tuple(sorted(placed)[:1])}[printer]
            return _reading("room", len(board.rows), {"table": board.table, "printer": where,
                                                      YOU[printer == CARRIED]: (you,)})
        case Sokoban():
            you, boxes = state
            return _reading("store", len(board.rows), {
                "wall": find(board.rows, "#"), "target": board.targets, "box": boxes - board.targets,
                "stored box": boxes & board.targets, YOU[0]: (you,)})
    raise ValueError(f"a {type(board).__name__} is no grid; readings are of lakes, mazes, rooms and stores")


def _reading(world: str, size: int, things: dict) -> Reading:
    """The later of the things on top."""
    cells = [["ground"] * size for _ in range(size)]
    for kind, places in things.items():
        for row, column in places:
            cells[row][column] = kind
    return Reading(world, tuple(map(tuple, cells)))


class ReadingLessons:
    """Batches of pictures, a little noisy, of the ends of random walks in grid worlds of 3 to 12 cells a side."""

    def __init__(self, boards: int, batch_size: int, seed: int, jobs: int = 2):
        self.kinds = {name: replace(kind, styles=STYLES.get(name, (PLAIN, CHALK)))
                      for name, kind in grids(range(LEAST, MOST + 1)).items()}
        self.batch_size, self.seed = batch_size, seed
        self.boards = {name: draw_boards(kind, boards // len(self.kinds), seed + number, jobs)
                       for number, (name, kind) in enumerate(self.kinds.items())}

    def __call__(self, step: int) -> Readings:
        rng = np.random.default_rng((self.seed, 2, step))
        taken = [self._taken(str(rng.choice(list(self.kinds))), rng) for _ in range(self.batch_size)]
        pictures = pictures_to_tensor(np.stack([picture for picture, _ in taken]))
        grain = rng.uniform(0, GRAIN, (len(taken), 1, 1, 1)) * rng.normal(size=pictures.shape)
        return lesson_of(pictures + torch.from_numpy(grain).float(), [reading for _, reading in taken])

    def _taken(self, name: str, rng: np.random.Generator) -> tuple[np.ndarray, Reading]:
        kind: Kind = self.kinds[name]
        board = self.boards[name][int(rng.integers(len(self.boards[name])))]
        steps = walk(board, board.start, rng, int(rng.integers(LONGEST)))
        state = steps[-1].after if steps else board.start
        return board.draw(state, style=str(rng.choice(kind.styles))), shown(board, state)


def lesson_of(pictures: torch.Tensor, readings: list[Reading]) -> Readings:
    """Pictures (B, 3, H, W) and what they show, as numbers."""
    cells = torch.full((len(readings), MOST, MOST), OUTSIDE)
    walls = torch.zeros(len(readings), 2, MOST, MOST)
    for number, reading in enumerate(readings):
        size = len(reading.cells)
        cells[number, :size, :size] = torch.tensor([[KINDS.index(kind) for kind in row] for row in reading.cells])
        for which, places in enumerate((reading.right, reading.below)):
            for row, column in places:
                walls[number, which, row, column] = 1
    return Readings(pictures, torch.tensor([WORLDS.index(reading.world) for reading in readings]),
                    torch.tensor([len(reading.cells) for reading in readings]), cells, walls)
