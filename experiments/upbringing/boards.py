"""Boards of several worlds, one by lot after the other, as one environment that a policy learns in."""

from __future__ import annotations

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Discrete

from experiments.upbringing.walks import Kind

LIMIT = 100                                       # steps on a board


class ByLot(gymnasium.Env):
    """Kinds come equally often, then the environments of a kind and its styles. The actions are those of the world
    that has most; one that a world does not have changes nothing. Observations are pictures (64, 64, 3) of uint8; the
    reward is 1 where a board is solved."""

    def __init__(self, kinds: dict[str, Kind], limit: int = LIMIT):
        self.kinds, self.limit = tuple(kinds.values()), limit
        self.action_space = Discrete(max(int(env.action_space.n) for kind in self.kinds for env in kind.envs))
        self.observation_space = Box(0, 255, (64, 64, 3), np.uint8)

    def reset(self, *, seed: int | None = None, options: dict | None = None):
        super().reset(seed=seed)
        kind = self.kinds[self.np_random.integers(len(self.kinds))]
        self.env = kind.envs[self.np_random.integers(len(kind.envs))]
        self.env.style = str(self.np_random.choice(kind.styles))
        self.seen, _ = self.env.reset(seed=int(self.np_random.integers(2 ** 31)))
        self.left = self.limit
        return self.seen.copy(), {}

    def step(self, action: int):
        self.left -= 1
        reward, over = 0.0, False
        if action < self.env.action_space.n:
            self.seen, reward, over, _, _ = self.env.step(int(action))
        return self.seen.copy(), reward, over, self.left <= 0, {}
