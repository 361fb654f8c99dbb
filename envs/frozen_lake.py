"""Gymnasium's own `FrozenLake-v1`, seen instead of told: its rules, its pixels, on boards by lot or given.

Boards as in Visual Planning (Xu et al. 2025): start and goal anywhere, a fifth of the rest holes, as in the boards of
theirs that were looked at. On slippery ice no list of actions is best but a policy, by dynamic programming under the
limit of steps.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from gymnasium.envs.toy_text.frozen_lake import FrozenLakeEnv
from PIL import Image

from envs.board import Board, BoardEnv, checked_rows, find, moved, say, say_all
from envs.checks import check_number
from envs.stimuli import tiles

OWN = "gymnasium"  # the style of Gymnasium's own pixels
TILES = {"H": "hole", "G": "goal"}
LEAST, MOST = 3, 12  # cells a side


@dataclass(frozen=True)
class Lake(Board):
    """A lake as Gymnasium writes it: rows of 'S' start, 'F' frozen, 'H' hole, 'G' goal. A state is the index of a cell,
    row by row; what follows is what would on ice that is not slippery."""

    rows: tuple[str, ...]

    @classmethod
    def read(cls, plain: object) -> Lake:
        return cls(checked_rows(plain, "SFHG", "SG", "a lake")).checked()

    def plain(self) -> list[str]:
        return list(self.rows)

    @cached_property
    def start(self) -> int:
        return "".join(self.rows).index("S")

    def after(self, state: int, action: int) -> int:
        if self.over(state):
            return state
        row, column = moved(self._place(state), action)
        inside = 0 <= row < len(self.rows) and 0 <= column < self._wide
        return row * self._wide + column if inside else state

    def solved(self, state: int) -> bool:
        return self._letter(state) == "G"

    def over(self, state: int) -> bool:
        return self._letter(state) in "GH"

    def describe(self, state: int) -> str:
        (goal,), holes = find(self.rows, "G"), find(self.rows, "H")
        return (f"The lake has {len(self.rows)} rows and {self._wide} columns. You are in {say(self._place(state))}. "
                f"The goal is in {say(goal)}. There are holes in {say_all(holes)}. All else is ice.")

    def draw(self, state: int, pixels: int = 64, style: str = OWN) -> np.ndarray:
        if style == OWN:
            return _own_pixels(self.rows, state, pixels).copy()
        still = tuple((place, TILES[self.rows[place[0]][place[1]]]) for place in find(self.rows, "HG"))
        cells = {} if self._letter(state) == "H" else {self._place(state): ["you"]}
        return tiles.draw(cells, len(self.rows), self._wide, pixels, style, ground="ice", still=still)

    def chances(self, limit: int, random: bool = False) -> np.ndarray:
        """The probability to reach the goal on slippery ice, (limit + 1, states), row k with k steps left.

        Of the best policy, or of random actions; backward induction over Gymnasium's own transition probabilities.
        """
        values = np.array([[self.solved(state) for state in range(len(self.rows) * self._wide)]], float)
        for _ in range(limit):
            by_action = self._worth(values[-1])
            values = np.vstack([values, by_action.mean(1) if random else by_action.max(1)])
        return values

    def policy(self, limit: int) -> np.ndarray:
        """A best action on slippery ice, (limit + 1, states), row k with k steps left; row 0 says nothing."""
        values = self.chances(limit)
        return np.stack([self._worth(values[max(left - 1, 0)]).argmax(1) for left in range(limit + 1)])

    def _worth(self, values: np.ndarray) -> np.ndarray:
        """What states are worth, action by action, (states, 4), given what they will be one step later, (states,)."""
        return np.where(self._ended[:, None], values[:, None], self._transitions @ values)

    @cached_property
    def _ended(self) -> np.ndarray:
        return np.array([letter in "GH" for letter in "".join(self.rows)])

    @cached_property
    def _transitions(self) -> np.ndarray:
        """Probabilities (states, actions, states) on slippery ice."""
        table = FrozenLakeEnv(desc=self.plain(), is_slippery=True).P
        probabilities = np.zeros((len(table), 4, len(table)))
        for state, actions in table.items():
            for action, outcomes in actions.items():
                for probability, following, _, _ in outcomes:
                    probabilities[state, action, following] += probability
        return probabilities

    @property
    def _wide(self) -> int:
        return len(self.rows[0])

    def _letter(self, state: int) -> str:
        return self.rows[state // self._wide][state % self._wide]

    def _place(self, state: int) -> tuple[int, int]:
        return divmod(state, self._wide)


class FrozenLake(BoardEnv):
    """Lakes of `size` x `size` cells, each of them a hole with probability `holes`, `slippery` or not.

    Actions: left, down, right, up. Falling into a hole ends the episode with reward 0. The default style is Gymnasium's
    own drawing, scaled; the others are those of `envs.stimuli.tiles`. Published limits of steps: 100 on 4 x 4, 200 on
    8 x 8.
    """

    kind = Lake

    def __init__(self, size: int = 4, holes: float = .2, slippery: bool = False, style: str = OWN, **arguments):
        check_number("size", size, LEAST, MOST)
        if not 0 <= holes <= .6:
            raise ValueError(f"the probability of a hole is {holes!r}; it must be from 0 to 0.6")
        super().__init__(style=style, **arguments)
        self.size, self.holes, self.slippery = size, holes, slippery

    @classmethod
    def styles(cls) -> tuple[str, ...]:
        return OWN, *tiles.STYLES

    def reset(self, *, seed: int | None = None, options: dict | None = None):
        observation, info = super().reset(seed=seed, options=options)
        self._lake = FrozenLakeEnv(desc=self.board.plain(), is_slippery=self.slippery)
        self._lake.np_random = self.np_random
        self._lake.reset()
        return observation, info

    def sample(self) -> Lake:
        while True:
            letters = np.where(self.np_random.random(self.size ** 2) < self.holes, "H", "F")
            letters[self.np_random.choice(self.size ** 2, 2, replace=False)] = "S", "G"
            lake = Lake(tuple("".join(row) for row in letters.reshape(self.size, self.size).tolist()))
            if lake.solve() is not None:
                return lake

    def _following(self, action: int) -> int:
        return self._lake.step(action)[0]

    def _info(self) -> dict:
        slippery = " The ice is slippery." if self.slippery else ""
        return {"description": self.board.describe(self.state) + slippery}


@lru_cache(4096)
def _own_pixels(rows: tuple[str, ...], state: int, pixels: int) -> np.ndarray:
    """Gymnasium's picture on black, scaled to (pixels, pixels, 3); kept, since one costs from 10 to 100 ms."""
    lake = _painter(len(rows), len(rows[0]))
    lake.desc, lake.s = np.asarray(rows, "c"), state
    high, wide = lake.cell_size[1] * len(rows), lake.cell_size[0] * len(rows[0])
    side = max(high, wide)
    picture = Image.new("RGB", (side, side))
    picture.paste(Image.fromarray(lake.render()[:high, :wide]), ((side - wide) // 2, (side - high) // 2))
    return np.asarray(picture.resize((pixels, pixels), Image.Resampling.BOX))


@lru_cache(64)
def _painter(rows: int, columns: int) -> FrozenLakeEnv:
    """An environment that only draws; it keeps the tiles that it loaded, which cannot be copied, out of ours."""
    os.environ.setdefault("SDL_VIDEODRIVER", "dummy")  # without a screen
    return FrozenLakeEnv(desc=["S" * columns] * rows, render_mode="rgb_array")
