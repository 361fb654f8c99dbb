"""Boards: worlds where a few actions lead from state to state, shown as pictures and described in words.

A board is what stays, a state what changes: a hashable value that is passed in and out, so that branching and rewinding
are free. Boards come from a generator or, as plain data, from outside.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Hashable, Iterable, Sequence
from functools import lru_cache
from typing import ClassVar

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Discrete

from envs.checks import check_number, check_one_of
from envs.session import ENLARGEMENT
from envs.stimuli.tiles import STYLES

DIRECTIONS = ("left", "down", "right", "up")  # numbered as in Gymnasium's FrozenLake
STEPS = ((0, -1), (1, 0), (0, 1), (-1, 0))  # the same, in rows and columns
State = Hashable
Place = tuple[int, int]  # row and column, from 0


class Board(ABC):
    """One board of a kind: its rules, its pictures, its words, and its shortest solutions."""

    actions: ClassVar[tuple[str, ...]] = DIRECTIONS
    start: State

    @classmethod
    @abstractmethod
    def read(cls, plain: object) -> Board:
        """A board from plain data; ValueError where that is malformed or cannot be solved."""

    @abstractmethod
    def plain(self) -> list | dict:
        """The same board as plain data, which JSON can hold."""

    @abstractmethod
    def after(self, state: State, action: int) -> State:
        """What an action leads to; the same state where it is blocked."""

    @abstractmethod
    def solved(self, state: State) -> bool: ...

    def over(self, state: State) -> bool:
        """Whether nothing more can be done."""
        return self.solved(state)

    @abstractmethod
    def describe(self, state: State) -> str:
        """The board and the state in English."""

    @abstractmethod
    def draw(self, state: State, pixels: int = 64, style: str = STYLES[0]) -> np.ndarray:
        """The picture, (pixels, pixels, 3) uint8."""

    def solve(self, state: State | None = None) -> tuple[int, ...] | None:
        """A shortest list of actions from a state, the start unless told, or None where there is none."""
        state = self.start if state is None else state
        came: dict[State, tuple[State, int] | None] = {state: None}
        frontier = deque([state])
        while frontier:
            state = frontier.popleft()
            if self.solved(state):
                return _way(came, state)
            for action in range(0 if self.over(state) else len(self.actions)):
                following = self.after(state, action)
                if following not in came:
                    came[following] = state, action
                    frontier.append(following)
        return None

    def __deepcopy__(self, memo: dict) -> Board:
        return self                                                    # it never changes, so who copies may share it

    def checked(self) -> Board:
        """This board, if it can be solved and is not yet."""
        way = self.solve()
        if way is None:
            raise ValueError("this board has no path: nothing that can be done leads from its start to its goal")
        if not way:
            raise ValueError("this board is solved before it begins; its start and its goal must differ")
        return self


class BoardEnv(gymnasium.Env):
    """A board of one kind after the other, seen from above.

    Observations are pictures, (pixels, pixels, 3) uint8, in one of two `style`s; `info["description"]` says the same in
    words. The reward is 1 where the board is solved, which ends the episode; after `limit` steps it is truncated.
    Boards are drawn by lot, or given as plain data, to the constructor or as `options={"board": ...}` of a reset. For
    experiments, never for agents, `board` and `state` hold what is so, and `board.solve(state)` what is best.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 4}
    kind: ClassVar[type[Board]]

    def __init__(self, board: object = None, pixels: int = 64, style: str = STYLES[0], limit: int = 100,
                 render_mode: str | None = None):
        check_number("pixels", pixels, 16)
        check_one_of("style", style, self.styles())
        check_number("limit", limit, 1)
        check_one_of("render mode", render_mode, (None, *self.metadata["render_modes"]))
        self.pixels, self.style, self.limit, self.render_mode = pixels, style, limit, render_mode
        self.given = None if board is None else self.kind.read(board)
        self.action_space = Discrete(len(self.kind.actions))
        self.observation_space = Box(0, 255, (pixels, pixels, 3), np.uint8)

    @classmethod
    def styles(cls) -> tuple[str, ...]:
        return STYLES

    @abstractmethod
    def sample(self) -> Board:
        """A board by lot, from `np_random`; it can be solved."""

    def reset(self, *, seed: int | None = None, options: dict | None = None):
        super().reset(seed=seed)
        options = options or {}
        for name in options:
            check_one_of("option", name, ("board",))
        self.board = self.kind.read(options["board"]) if "board" in options else self.given or self.sample()
        self.state, self._elapsed = self.board.start, 0
        return self._observation(), self._info()

    def step(self, action: int):
        if not self.action_space.contains(action):
            raise ValueError(f"there is no action {action!r}; the actions are " + ", ".join(
                f"{number} {name}" for number, name in enumerate(self.kind.actions)))
        self._elapsed += 1
        self.state = self._following(int(action))
        return (self._observation(), float(self.board.solved(self.state)), self.board.over(self.state),
                self._elapsed >= self.limit, self._info())

    def render(self) -> np.ndarray | None:
        """What is seen, larger, as (H, W, 3) of uint8."""
        if self.render_mode == "rgb_array":
            return self.board.draw(self.state, ENLARGEMENT * self.pixels, self.style)

    def _following(self, action: int) -> State:
        return self.board.after(self.state, action)

    def _observation(self) -> np.ndarray:
        return _picture(self.board, self.state, self.pixels, self.style).copy()

    def _info(self) -> dict:
        return {"description": self.board.describe(self.state)}


@lru_cache(256)
def _picture(board: Board, state: State, pixels: int, style: str) -> np.ndarray:
    """A state as it is seen; kept, as who is at a loss comes back to the same states."""
    return board.draw(state, pixels, style)


def checked_rows(plain: object, known: str, once: str, what: str) -> tuple[str, ...]:
    """Rows of letters as they came, if all are as long, of `known` letters, with each letter of `once` there once."""
    wanted = f"{what} is a list of strings of one length, made of {' '.join(map(repr, known))}"
    if isinstance(plain, str) or not isinstance(plain, Sequence) or not plain:
        raise ValueError(f"{wanted}; this is {plain!r}")
    for number, row in enumerate(plain, 1):
        if not isinstance(row, str) or not row or len(row) != len(plain[0]) or set(row) - set(known):
            raise ValueError(f"{wanted}; row {number} is {row!r}")
    for letter in once:
        count = sum(row.count(letter) for row in plain)
        if count != 1:
            raise ValueError(f"{what} has {letter!r} once; here it is there {count} times")
    return tuple(plain)


def find(rows: Sequence[str], letters: str) -> tuple[Place, ...]:
    """Where in rows of letters any of these letters is."""
    return tuple((r, c) for r, row in enumerate(rows) for c, letter in enumerate(row) if letter in letters)


def moved(place: Place, direction: int) -> Place:
    return place[0] + STEPS[direction][0], place[1] + STEPS[direction][1]


def say(place: Place) -> str:
    """A place in words, counted from 1 at the upper left."""
    return f"row {place[0] + 1}, column {place[1] + 1}"


def say_all(places: Iterable[Place]) -> str:
    """Places in words, row by row: "row 1, columns 2, 5; row 3, column 1"; or "nowhere"."""
    rows = {}
    for row, column in sorted(places):
        rows.setdefault(row, []).append(str(column + 1))
    return "; ".join(f"row {row + 1}, column{'s' * (len(columns) > 1)} {', '.join(columns)}"
                     for row, columns in rows.items()) or "nowhere"


def _way(came: dict[State, tuple[State, int] | None], state: State) -> tuple[int, ...]:
    """The actions that led to a state."""
    actions = []
    while (step := came[state]) is not None:
        state, action = step
        actions.append(action)
    return tuple(reversed(actions))
