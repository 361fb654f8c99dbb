"""Mazes: from a cell to the flag, along the only way there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from envs.board import Board, BoardEnv, Place, checked_rows, find, moved, say, say_all
from envs.checks import check_number, check_one_of
from envs.stimuli import mazes, tiles


@dataclass(frozen=True)
class Maze(Board):
    """A maze by its `rows` of letters, as in `envs.stimuli.mazes`; loops are allowed. A state is the cell one is in."""

    rows: tuple[str, ...]

    @classmethod
    def read(cls, plain: object) -> Maze:
        rows = checked_rows(plain, "# SG", "SG", "a maze")
        tall, wide = len(rows), len(rows[0])
        if tall % 2 == 0 or wide % 2 == 0 or min(tall, wide) < 3:
            raise ValueError(f"a maze of m x n cells has 2 m + 1 rows of 2 n + 1 letters; this has {tall} of {wide}")
        edge = rows[0] + rows[-1] + "".join(row[0] + row[-1] for row in rows)
        cells = "".join(row[1::2] for row in rows[1::2])
        if set(edge) != {"#"} or "#" in cells or not {"S", "G"} <= set(cells):
            raise ValueError("a maze has walls all round, and its cells, the even letters of its even rows, are open, "
                             "one of them 'S', one 'G'")
        return cls(rows).checked()

    def plain(self) -> list[str]:
        return list(self.rows)

    @cached_property
    def start(self) -> Place:
        return self._cell("S")

    @cached_property
    def goal(self) -> Place:
        return self._cell("G")

    def after(self, state: Place, action: int) -> Place:
        row, column = moved((2 * state[0] + 1, 2 * state[1] + 1), action)
        return state if self.rows[row][column] == "#" else moved(state, action)

    def solved(self, state: Place) -> bool:
        return state == self.goal

    def describe(self, state: Place) -> str:
        return self._said.format(you=say(state))

    def draw(self, state: Place, pixels: int = 64, style: str = tiles.STYLES[0]) -> np.ndarray:
        return tiles.draw({state: ["you"]}, *self._shape, pixels, style,
                          still=((self.goal, "goal"),), walls=self._walls)

    def _cell(self, letter: str) -> Place:
        (row, column), = find(self.rows, letter)
        return row // 2, column // 2

    @property
    def _shape(self) -> tuple[int, int]:
        return len(self.rows) // 2, len(self.rows[0]) // 2

    @cached_property
    def _walls(self) -> tuple[tiles.Segment, ...]:
        """Walls between corners of cells, runs of them in one."""
        upright = _runs(["".join(column) for column in zip(*self.rows)])
        return *_runs(self.rows), *(((r, c), (r_too, c_too)) for (c, r), (c_too, r_too) in upright)

    @cached_property
    def _said(self) -> str:
        rows, columns = self._shape
        right = [(r, c) for r in range(rows) for c in range(columns - 1) if self.rows[2 * r + 1][2 * c + 2] == "#"]
        below = [(r, c) for r in range(rows - 1) for c in range(columns) if self.rows[2 * r + 2][2 * c + 1] == "#"]
        return (f"The maze has {rows} rows and {columns} columns. You are in {{you}}. The flag is in {say(self.goal)}. "
                f"Walls stand all round, to the right of {say_all(right)}, and below {say_all(below)}.")


class MazeEnv(BoardEnv):
    """Mazes of `size` x `size` cells, made by a `method` of `envs.stimuli.mazes`. Actions: left, down, right, up."""

    kind = Maze

    def __init__(self, size: int = 5, method: str = "wilson", **arguments):
        check_number("size", size, mazes.LEAST, mazes.MOST)
        check_one_of("method", method, tuple(mazes.METHODS))
        super().__init__(**arguments)
        self.size, self.method = size, method

    def sample(self) -> Maze:
        return Maze(tuple(mazes.maze(self.size, self.method, self.np_random)))


def _runs(rows: Sequence[str]) -> list[tiles.Segment]:
    """Runs of wall along the even rows of letters."""
    segments = []
    for r, row in enumerate(rows[::2]):
        column = 0
        for run in row[1::2].split(" "):
            if run:
                segments.append(((r, column), (r, column + len(run))))
            column += len(run) + 1
    return segments
