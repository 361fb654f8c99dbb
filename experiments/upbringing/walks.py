"""What the planners' models learn from: random walks on boards by lot, as batches that the step alone decides.

Boards are drawn once from a seed; the walks on them, anew in each batch. Solutions of these boards tell only where some
walks begin, and how many actions are left, which the model's estimate of it learns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from joblib import Parallel, delayed

from envs.board import Board, BoardEnv, State
from envs.form_board import FormBoardEnv
from envs.frozen_lake import OWN, FrozenLake
from envs.maze import MazeEnv
from envs.minibehavior import MiniBehaviorEnv
from envs.rooms import Room, RoomEnv
from envs.sokoban import SokobanEnv
from envs.stimuli.mazes import METHODS
from envs.stimuli.tiles import STYLES
from experiments.upbringing.scenes import pictures_to_tensor
from imagery.models.world import Steps

ACTIONS = ("left", "down", "right", "up", "pick", "drop", "slip left", "slip down", "slip right", "slip up")
SLIP = ACTIONS.index("slip left")                 # slippery ice: the same four, with other outcomes
SHAPE_ACTIONS = 14                                # six of rooms, then eight of form boards
PLAIN, CHALK = STYLES                             # pictures in chalk are never learned from, but by the reader
LONGEST = 60                                      # steps of a walk
MANY = 100                                        # boards that are worth several jobs
PER_BOARD = 4                                     # steps that a batch takes from a walk
NEAR = 6                                          # actions before the goal that some walks begin, at most
FAR = 100.0                                       # actions said to be left where the goal cannot be reached any more


@dataclass(frozen=True)
class Kind:
    """Boards of a kind: environments, the first of their `actions` in the model's numbers, and the styles they may be
    drawn in; `slippery`, those of chance as well."""

    envs: tuple[BoardEnv, ...]
    actions: int = 0
    styles: tuple[str, ...] = (PLAIN,)
    slippery: bool = False


def grids(sizes: Sequence[int] = range(3, 7)) -> dict[str, Kind]:
    """The grid worlds. Rooms have 4 cells a side at least, and stores 5, of which the outer are walls: they are one
    larger, as the fixed test set's are."""
    stores = [size + 1 for size in sizes if 4 <= size <= 9]
    return {
        "lake": Kind(tuple(FrozenLake(size) for size in sizes), 0, (OWN, PLAIN), slippery=True),
        "maze": Kind(tuple(MazeEnv(size, method) for size in sizes for method in METHODS)),
        "room": Kind(tuple(MiniBehaviorEnv(size) for size in sizes if size >= 4)),
        "store": Kind(tuple(SokobanEnv(size, boxes) for size in stores for boxes in (1, 2)
                            if boxes == 1 or size == 7))}


def shapes() -> dict[str, Kind]:
    """The worlds of bodies and forms, at all settings of the dial."""
    dial = (0.0, 0.25, 0.5, 0.75, 1.0)
    return {"room": Kind(tuple(RoomEnv(each) for each in dial)),
            "form board": Kind(tuple(FormBoardEnv(each) for each in dial), actions=6)}


def draw_boards(kind: Kind, count: int, seed: int, jobs: int = 1) -> list[Board]:
    """Boards by lot, of all environments of a kind alike; the same for the same seed, however many jobs share it."""
    drawn = (delayed(_draw)(kind.envs[index % len(kind.envs)], (seed, index)) for index in range(count))
    return Parallel(jobs if count >= MANY else 1)(drawn)


def _draw(env: BoardEnv, seed: tuple[int, int]) -> Board:
    env.np_random = np.random.default_rng(seed)
    return env.sample()


@dataclass(frozen=True)
class Step:
    """One step of a walk: the state, the action as told, and the state it led to."""

    before: State
    action: int
    after: State


def walk(board: Board, start: State, rng: np.random.Generator, length: int, slippery: bool = False,
         endless: bool = False) -> list[Step]:
    """Random actions from a state until it is over, or `length` of them. On slippery ice an action turns out
    to be itself or one of its neighbours, each as often. An `endless` walk takes no step that would end it."""
    steps, state = list[Step](), start
    while len(steps) < length and not board.over(state):
        action = int(rng.integers(len(board.actions)))
        done = (action + int(rng.integers(-1, 2))) % 4 if slippery else action
        after = board.after(state, done)
        if endless and board.over(after):
            continue
        steps.append(Step(state, action, after))
        state = after
    return steps


class Walks:
    """Batches of steps of walks: of each board drawn, the last step of a walk and others of it.

    Kinds come equally often.
    """

    def __init__(self, kinds: dict[str, Kind], boards: int, batch_size: int, seed: int, jobs: int = 2):
        self.kinds, self.batch_size, self.seed = tuple(kinds.values()), batch_size, seed
        self.boards = [draw_boards(kind, boards // len(kinds), seed + number, jobs)
                       for number, kind in enumerate(self.kinds)]

    def __call__(self, step: int) -> Steps:
        rng = np.random.default_rng((self.seed, 1, step))
        rows = list[tuple]()
        while len(rows) < self.batch_size:
            rows += self._taken(rng)[:self.batch_size - len(rows)]
        first, last, following, action, reward, over, left = zip(*rows)
        pictures = (pictures_to_tensor(np.stack(each)) for each in (first, last, following))
        numbers = (torch.tensor(each, dtype=torch.float32) for each in (reward, over, left))
        first, last, following = pictures
        return Steps(first, last, torch.tensor(action), following, *numbers)

    def _taken(self, rng: np.random.Generator) -> list[tuple]:
        """Steps of one walk, each the three pictures and the numbers that `Steps` holds."""
        number = int(rng.integers(len(self.kinds)))
        kind, boards = self.kinds[number], self.boards[number]
        board = boards[int(rng.integers(len(boards)))]
        style, slippery = str(rng.choice(kind.styles)), kind.slippery and bool(rng.uniform() < 0.5)
        steps = walk(board, beginning(board, rng), rng, int(rng.integers(1, LONGEST)), slippery)
        chosen = {len(steps) - 1, *rng.integers(len(steps), size=PER_BOARD - 1).tolist()}
        shown = {}

        def drawn(state: State) -> np.ndarray:
            if state not in shown:
                shown[state] = board.draw(state, style=style)
            return shown[state]

        told = int(rng.choice(sorted(chosen)))                                 # of one alone, as solving takes time
        return [(drawn(steps[0].before), drawn(steps[k].before), drawn(steps[k].after),
                 kind.actions + steps[k].action + SLIP * slippery, float(board.solved(steps[k].after)),
                 float(board.over(steps[k].after)), left(board, steps[k].after) if k == told else np.nan)
                for k in sorted(chosen)]


def left(board: Board, state: State) -> float:
    """How many actions are left to the goal, `FAR` where it cannot be reached any more."""
    if board.over(state) and not board.solved(state):
        return FAR
    way = board.solve(state)
    return FAR if way is None else float(len(way))


def beginning(board: Board, rng: np.random.Generator) -> State:
    """Where a walk begins: at the board's start, but in a room anywhere; and one time in four a few actions before the
    goal, as chance hardly ever leads there."""
    if rng.uniform() < 0.25:
        way, state = board.solve(), board.start
        for action in way[:len(way) - int(rng.integers(1, min(NEAR, len(way)) + 1))]:
            state = board.after(state, action)
        return state
    if not isinstance(board, Room):
        return board.start
    poses = np.argwhere(np.isfinite(board.far) & (board.far > 0))
    heading, row, column = poses[rng.integers(len(poses))].tolist()
    return column, row, heading
