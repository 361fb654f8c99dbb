"""Fetch the printer and put it on the table: the task of MiniBehavior as Visual Planning has it.

Mini-BEHAVIOR's "installing a printer" (Jin et al. 2023), without turning and without switching the printer on, as in
Xu et al. 2025 (Visual Planning: let's think only with images). Checked against the states and positions in some of
their published test boards: six actions, a table of 2 x 3 cells, the printer picked up from and put down on a cell next
to one's own, its cell free afterwards. Not checked: how their boards were drawn by lot, and which cell of the table
shows the printer in the end (here, the one next to you).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from envs.board import DIRECTIONS, Board, BoardEnv, Place, checked_rows, find, moved, say
from envs.checks import check_number
from envs.stimuli import tiles

PICK, DROP = 4, 5
LYING, CARRIED, PLACED = range(3)  # where the printer is: on the floor, with you, on the table
TABLE = (2, 3)  # rows and columns
State = tuple[Place, int]


@dataclass(frozen=True)
class MiniBehavior(Board):
    """A room as rows of letters: 'S' start, 'P' printer, 'T' table, '.' floor. A state is one's cell and `LYING`,
    `CARRIED` or `PLACED`."""

    actions = (*DIRECTIONS, "pick", "drop")
    rows: tuple[str, ...]

    @classmethod
    def read(cls, plain: object) -> MiniBehavior:
        rows = checked_rows(plain, ".SPT", "SP", "a room")
        table = find(rows, "T")
        if not table or len(table) != np.prod(np.ptp(table, axis=0) + 1):
            raise ValueError("a room has one table, a rectangle of 'T'")
        return cls(rows).checked()

    def plain(self) -> list[str]:
        return list(self.rows)

    @cached_property
    def start(self) -> State:
        return find(self.rows, "S")[0], LYING

    @cached_property
    def printer(self) -> Place:
        return find(self.rows, "P")[0]

    @cached_property
    def table(self) -> frozenset[Place]:
        return frozenset(find(self.rows, "T"))

    def after(self, state: State, action: int) -> State:
        place, printer = state
        match action:
            case 4 if printer == LYING and self.printer in _beside(place):
                return place, CARRIED
            case 5 if printer == CARRIED and self.table & _beside(place):
                return place, PLACED
            case 4 | 5:
                return state
        row, column = to = moved(place, action)
        free = 0 <= row < len(self.rows) and 0 <= column < len(self.rows[0]) and to not in self.table
        return (to, printer) if free and (to != self.printer or printer != LYING) else state

    def solved(self, state: State) -> bool:
        return state[1] == PLACED

    def describe(self, state: State) -> str:
        place, printer = state
        (top, left), (bottom, right) = min(self.table), max(self.table)
        where = {LYING: f"in {say(self.printer)}", CARRIED: "in your hands", PLACED: "on the table"}[printer]
        return (f"The room has {len(self.rows)} rows and {len(self.rows[0])} columns. You are in {say(place)}. "
                f"The printer is {where}. The table covers rows {top + 1} to {bottom + 1}, "
                f"columns {left + 1} to {right + 1}.")

    def draw(self, state: State, pixels: int = 64, style: str = tiles.STYLES[0]) -> np.ndarray:
        place, printer = state
        cells = {place: ["you", "carried"] if printer == CARRIED else ["you"]}
        if printer != CARRIED:
            cells[self.printer if printer == LYING else min(self.table & _beside(place))] = ["printer"]
        return tiles.draw(cells, len(self.rows), len(self.rows[0]), pixels, style,
                          still=tuple((cell, "table") for cell in find(self.rows, "T")))


class MiniBehaviorEnv(BoardEnv):
    """Rooms of `size` x `size` cells. Actions: left, down, right, up, pick, drop."""

    kind = MiniBehavior

    def __init__(self, size: int = 5, **arguments):
        check_number("size", size, 4, 12)
        super().__init__(**arguments)
        self.size = size

    def sample(self) -> MiniBehavior:
        while True:
            letters = np.full((self.size, self.size), ".")
            top, left = (int(self.np_random.integers(self.size - length + 1)) for length in TABLE)
            letters[top:top + TABLE[0], left:left + TABLE[1]] = "T"
            free = np.argwhere(letters == ".")
            for letter, cell in zip("SP", self.np_random.choice(free, 2, replace=False).tolist()):
                letters[*cell] = letter
            board = MiniBehavior(tuple("".join(row) for row in letters.tolist()))
            if board.solve() is not None:
                return board


def _beside(place: Place) -> frozenset[Place]:
    return frozenset(moved(place, direction) for direction in range(4))
