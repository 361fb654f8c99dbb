"""The boards that planners are tested on: those of Visual Planning (Xu et al. 2025, arXiv 2505.11409), and what lies
beyond them. None comes from a seed that a model learns from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import gymnasium
import numpy as np
from gymnasium.envs.toy_text.frozen_lake import MAPS

from envs.board import Board, BoardEnv, State, checked_rows
from envs.form_board import FormBoardEnv
from envs.frozen_lake import MOST, FrozenLake, Lake
from envs.maze import MazeEnv
from envs.minibehavior import MiniBehaviorEnv
from envs.rooms import RoomEnv
from envs.sokoban import SokobanEnv, test_boards
from envs.stimuli.mazes import METHODS
from envs.stimuli.own import read_list
from experiments.planning import minigrid
from experiments.planning.minigrid import Layout, MiniGridEnv
from experiments.upbringing.walks import ACTIONS, CHALK, SLIP
from experiments.upbringing.walks_recipes import JUDGED

TESTED = JUDGED + 1000                            # added to a seed; those of all recipes are less
WORLDS = {"FrozenLake": FrozenLake, "Maze": MazeEnv, "MiniBehavior": MiniBehaviorEnv, "Sokoban": SokobanEnv,
          "Room": RoomEnv, "FormBoard": FormBoardEnv, **dict.fromkeys(minigrid.NAMES, MiniGridEnv)}
FORMS = {"Room": 0, "FormBoard": 6}               # the first of their actions in the numbers of the model of rooms
PUBLISHED = {"FrozenLake": dict.fromkeys((3, 4, 5, 6), 250), "Maze": dict.fromkeys((3, 4, 5, 6), 250),
             "MiniBehavior": {5: 204, 6: 199}}    # boards by cells a side
LARGER, MIDDLE = range(7, 13), 5
DIAL = (0.0, 0.25, 0.5, 0.75, 1.0)
MIDWAY = DIAL[2]
CLOSE_UP = 16                                     # pixels a cell of a larger board: those of 4 x 4 boards at 64
ICE = {"4x4": "FrozenLake-v1", "8x8": "FrozenLake8x8-v1"}
SOKOBAN = 100                                     # boards of the fixed test set
IMAGINATIONS = ("perfect", "shuffled", "blank")
PROTOCOL, TEST_SET = "protocol", "test set"


@dataclass(frozen=True, eq=False)
class Case:
    """A board, and for the experimenter alone how far from its goal each state is; inf where no way leads there,
    not-a-number where nobody knows."""

    board: Board | Layout
    known: dict[State, float] = field(default_factory=dict)

    def far(self, state: State) -> float:
        if isinstance(self.board, Layout):
            return float("nan")
        if state not in self.known:
            way = self.board.solve(state)
            self.known[state] = float("inf") if way is None else float(len(way))
        return self.known[state]


@dataclass(frozen=True)
class Setting:
    """`count` boards of a `world` and a `size`, in cells a side or as a setting of the dial, under a `condition`; an
    agent's imagination may be replaced. `given` is for the environment; `own` are a user's boards."""

    world: str
    size: float
    condition: str
    count: int
    given: tuple[tuple[str, Any], ...] = ()
    imagination: str = ""
    own: tuple[Lake, ...] = ()

    @property
    def slippery(self) -> bool:
        return dict(self.given).get("slippery", False)

    @property
    def told(self) -> bool:
        """Whether such boards are told in words, and solved for the experimenter."""
        return self.world not in minigrid.NAMES

    @property
    def model(self) -> str:
        """The name of the world model that knows such boards."""
        return "rooms" if self.world in FORMS else "world"

    @property
    def numbers(self) -> tuple[int, ...]:
        """The world model's numbers of the actions."""
        first = SLIP if self.slippery else FORMS.get(self.world, ACTIONS.index("left"))
        return tuple(range(first, first + len(WORLDS[self.world].kind.actions)))

    def case(self, index: int, seed: int) -> Case:
        """The board of that number, by lot unless it is given; the same under all conditions."""
        if self.own:
            return Case(self.own[index])
        if self.condition == TEST_SET:
            return Case(test_boards(index + 1)[index])
        env = self._env(**({"method": list(METHODS)[index % len(METHODS)]} if self.world == "Maze" else {}))
        if env.given is None:
            env.np_random = np.random.default_rng((TESTED + seed, index))
        return Case(env.given or env.sample())

    def cells(self, board: Board | Layout) -> float:
        """The size of one of its boards: a user's own have any."""
        return len(board.rows) if self.own else self.size

    def env(self, board: Board | Layout, close: bool = False) -> BoardEnv | MiniGridEnv:
        """The environment of a board, even of one without a path; a larger one may be seen from close up."""
        size = self.cells(board)
        large = close and self.world in PUBLISHED and size in LARGER
        env = self._env(**({"pixels": CLOSE_UP * size} if large else {}))
        env.given = board
        return env

    def _env(self, **given: Any) -> BoardEnv | MiniGridEnv:
        return WORLDS[self.world](**dict(self.given), **given)


def settings(boards: int, beyond: int, episodes: int, larger: Sequence[int] = LARGER,
             dial: Sequence[float] = DIAL) -> list[Setting]:
    """The published protocol with so many boards of a size at most; `beyond` it, fewer, of sizes that are `larger` and
    at settings of the `dial`; `episodes` on slippery ice."""
    def grid(world: str, size: int, condition: str, count: int, imagination: str = "", **given: Any) -> Setting:
        return Setting(world, size, condition, count, (("size", size), *given.items()), imagination)

    found = [grid(world, size, PROTOCOL, min(boards, count)) for world, sizes in PUBLISHED.items()
             for size, count in sizes.items()]
    found += [grid(world, size, "larger", beyond, limit=MOST ** 2) for world in PUBLISHED for size in larger]
    found += [grid(world, MIDDLE, CHALK, beyond, style=CHALK) for world in PUBLISHED]
    found += [grid(world, MIDDLE, each, beyond, each) for each in IMAGINATIONS for world in PUBLISHED]
    found.append(Setting("Sokoban", 7, TEST_SET, min(SOKOBAN, beyond)))
    found += [Setting(world, each, "dial", beyond, (("dial", each),)) for world in FORMS for each in dial]
    if minigrid.installed():
        found += [Setting(world, size, imagination or "minigrid", beyond, (("name", name),), imagination)
                  for world, (name, size) in minigrid.NAMES.items() for imagination in ("", "perfect")]
    return found + [ice(name, episodes) for name in ICE]


def ice(name: str, episodes: int) -> Setting:
    """Gymnasium's own map, slippery, with its own limit of steps."""
    rows, limit = tuple(MAPS[name]), gymnasium.spec(ICE[name]).max_episode_steps
    return Setting("FrozenLake", len(rows), "slippery", episodes,
                   (("board", rows), ("slippery", True), ("limit", limit)))


def own_settings(text: str) -> list[Setting]:
    """A user's boards, a JSON list of FrozenLake maps as lists of strings; ValueError says what is wrong with them.
    Those without a path are kept: to say so is the right answer."""
    plain = read_list(text, "boards", "a list of FrozenLake maps, each a list of strings")
    lakes = tuple(_lake(rows, number) for number, rows in enumerate(plain, 1))
    return [Setting("FrozenLake", 0, PROTOCOL, len(lakes), own=lakes)]


def _lake(rows: Sequence[str], number: int) -> Lake:
    try:
        lake = Lake(checked_rows(rows, "SFHG", "SG", "a lake"))
    except ValueError as error:
        raise ValueError(f"board {number}: {error}") from None
    if len(lake.rows) != len(lake.rows[0]) or len(lake.rows) > MOST:
        raise ValueError(f"board {number} is {len(lake.rows)} x {len(lake.rows[0])}; boards are square, with at most "
                         f"{MOST} cells a side")
    return lake
