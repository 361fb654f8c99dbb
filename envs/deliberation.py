"""Thinking takes time: a wrapper that puts deliberation on the environment's clock."""

from __future__ import annotations

from copy import deepcopy

import gymnasium
from gymnasium.spaces import Discrete
from gymnasium.utils import RecordConstructorArgs

from envs.checks import check_number
from envs.session import THINK


class Deliberate(gymnasium.Wrapper, RecordConstructorArgs):
    """Adds the action 0 THINK, in which a tick passes and nothing else; the environment's own actions follow from 1.

    `info["ticks"]` counts ticks of both sorts since the reset; after `limit` of them, if told, the episode is
    truncated. What the environment itself counts, its time limit say, knows of its own actions only.
    """

    def __init__(self, env: gymnasium.Env, limit: int | None = None):
        if not isinstance(env.action_space, Discrete) or env.action_space.start != 0:
            raise ValueError(f"THINK is added to actions numbered from 0; these are {env.action_space}")
        if limit is not None:
            check_number("limit", limit, 1)
        RecordConstructorArgs.__init__(self, limit=limit)
        super().__init__(env)
        self.limit = limit
        self.action_space = Discrete(env.action_space.n + 1)

    def reset(self, *, seed: int | None = None, options: dict | None = None):
        self._seen, self._known = self.env.reset(seed=seed, options=options)
        self._ticks = 0
        return self._perceived()

    def step(self, action: int):
        if not self.action_space.contains(action):
            raise ValueError(f"there is no action {action!r}; 0 is THINK, and the environment's own are 1 to "
                             f"{self.action_space.n - 1}")
        self._ticks += 1
        reward, over, truncated = 0., False, False
        if action != THINK:
            self._seen, reward, over, truncated, self._known = self.env.step(action - 1)
        observation, info = self._perceived()
        return observation, reward, over, truncated or self._ticks == self.limit, info

    def _perceived(self) -> tuple:
        """What was last seen and known, anew, so that nobody's changes to it are seen again."""
        return deepcopy(self._seen), {**deepcopy(self._known), "ticks": self._ticks}
