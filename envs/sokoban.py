"""Sokoban: push every box onto a target. Boards are drawn by lot and kept if the solver says so."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from envs import sokoban_solver
from envs.board import STEPS, Board, BoardEnv, Place, checked_rows, find, say, say_all
from envs.checks import check_number
from envs.stimuli import tiles

LETTERS = "# @$.*+"  # wall, floor, you, box, target, box on a target, you on a target
TEST_SEED = 20_250_511
PILLARS = .18  # share of the inner floor that is walled up
SHORTEST, LONGEST = 6, 60  # moves of boards by lot
State = tuple[Place, frozenset[Place]]


@dataclass(frozen=True)
class Sokoban(Board):
    """A store as rows of letters, as is usual (XSB): `LETTERS`. A state is one's cell and those of the boxes."""

    rows: tuple[str, ...]

    @classmethod
    def read(cls, plain: object) -> Sokoban:
        rows = checked_rows(plain, LETTERS, "", "a store")
        board = cls(rows)
        count = len(find(rows, "@+"))
        if count != 1:
            raise ValueError(f"a store has one '@' or '+', where you are; here it is there {count} times")
        if not len(board.start[1]) == len(board.targets) > 0:
            raise ValueError(f"a store has as many boxes as targets, at least one; here there are "
                             f"{len(board.start[1])} boxes and {len(board.targets)} targets")
        return board.checked()

    def plain(self) -> list[str]:
        return list(self.rows)

    @cached_property
    def start(self) -> State:
        return find(self.rows, "@+")[0], frozenset(find(self.rows, "$*"))

    @cached_property
    def floor(self) -> frozenset[Place]:
        return frozenset(find(self.rows, LETTERS[1:]))

    @cached_property
    def targets(self) -> frozenset[Place]:
        return frozenset(find(self.rows, ".*+"))

    def after(self, state: State, action: int) -> State:
        return sokoban_solver.pushed(self.floor, *state, STEPS[action]) or state

    def solved(self, state: State) -> bool:
        return state[1] == self.targets

    def solve(self, state: State | None = None) -> tuple[int, ...] | None:
        return sokoban_solver.solve(self.floor, self.targets, *(state or self.start), STEPS)

    def describe(self, state: State) -> str:
        you, boxes = state
        return (f"The store has {len(self.rows)} rows and {len(self.rows[0])} columns. You are in {say(you)}. "
                f"Boxes are in {say_all(boxes)}. Targets are in {say_all(self.targets)}. "
                f"Walls are in {say_all(find(self.rows, '#'))}.")

    def draw(self, state: State, pixels: int = 64, style: str = tiles.STYLES[0]) -> np.ndarray:
        you, boxes = state
        cells = {place: ["stored" if place in self.targets else "box"] for place in boxes} | {you: ["you"]}
        return tiles.draw(cells, len(self.rows), len(self.rows[0]), pixels, style, still=self._still)

    @cached_property
    def _still(self) -> tiles.Still:
        return tuple((place, "wall" if self.rows[place[0]][place[1]] == "#" else "target")
                     for place in find(self.rows, "#.*+"))


class SokobanEnv(BoardEnv):
    """Stores of `size` x `size` cells, walls included, with some `boxes`. Actions: left, down, right, up."""

    kind = Sokoban

    def __init__(self, size: int = 7, boxes: int = 2, **arguments):
        check_number("size", size, 5, 10)
        check_number("boxes", boxes, 1, 3)
        super().__init__(**arguments)
        self.size, self.boxes = size, boxes

    def sample(self) -> Sokoban:
        return generate(self.np_random, self.size, self.boxes)


def generate(rng: np.random.Generator, size: int = 7, boxes: int = 2) -> Sokoban:
    """A store by lot that takes from `SHORTEST` to `LONGEST` moves, at least one push a box."""
    while True:
        letters = np.full((size, size), "#")
        inner = np.where(rng.random((size - 2, size - 2)) < PILLARS, "#", " ")
        letters[1:-1, 1:-1] = inner
        free = np.argwhere(letters == " ")
        if len(free) < 2 * boxes + 1:
            continue
        for letter, cell in zip("." * boxes + "$" * boxes + "@", rng.choice(free, 2 * boxes + 1, replace=False)):
            letters[*cell] = letter
        board = Sokoban(tuple("".join(row) for row in letters.tolist()))
        way = board.solve()
        if way is not None and SHORTEST <= len(way) <= LONGEST:
            return board


def test_boards(count: int = 100, size: int = 7, boxes: int = 2) -> tuple[Sokoban, ...]:
    """The fixed test set: always the same boards, each from a seed of its own."""
    seeds = ((TEST_SEED, size, boxes, index) for index in range(count))
    return tuple(generate(np.random.default_rng(seed), size, boxes) for seed in seeds)
