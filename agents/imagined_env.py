"""An environment in the head: what actions bring is imagined."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Discrete

from imagery.foresight import Foresight


class ImaginedEnv(gymnasium.Env):
    """The interface of the worlds, on imagined pictures: it starts from `frame`, (H, W, 3) uint8, or the one that a
    reset is given in its options.

    `actions` are the world model's numbers of the environment's own actions. The reward is 1 or 0, as seems likelier;
    so is the end; after `limit` steps an episode is truncated. With `describe`, pictures to texts, as a `Reader` does,
    `info["description"]` tells what is imagined. A deep copy shares the world model, which no step changes but for its
    noise.
    """

    def __init__(self, foresight: Foresight, frame: np.ndarray | None = None, actions: Sequence[int] = range(4),
                 limit: int = 100, describe: Callable[[np.ndarray], Sequence[str]] | None = None):
        self.foresight, self.frame, self.actions = foresight, frame, tuple(actions)
        self.limit, self.describe = limit, describe
        self.action_space = Discrete(len(self.actions))
        self.observation_space = Box(0, 255, (64, 64, 3) if frame is None else frame.shape, np.uint8)

    def reset(self, *, seed: int | None = None, options: dict | None = None):
        super().reset(seed=seed)
        if seed is not None:
            self.foresight.generator.manual_seed(seed)
        self.first = (options or {}).get("frame", self.frame)
        if self.first is None or not self.observation_space.contains(self.first):
            raise ValueError("an imagined world starts from a picture: reset(options={'frame': picture}), "
                             f"{self.observation_space.shape} of uint8")
        self.last, self._elapsed = self.first, 0
        return self.last.copy(), self._info()

    def step(self, action: int):
        if not self.action_space.contains(action):
            raise ValueError(f"there is no action {action!r}; the actions are 0 to {len(self.actions) - 1}")
        self._elapsed += 1
        future = self.foresight.imagine(self.first[None], self.last[None], [self.actions[int(action)]])
        self.last = future.pictures[0]
        return (self.last.copy(), float(future.reward[0] > 0.5), bool(future.over[0] > 0.5),
                self._elapsed >= self.limit, self._info())

    def __deepcopy__(self, memo: dict) -> ImaginedEnv:
        branch = ImaginedEnv(self.foresight, self.frame, self.actions, self.limit, self.describe)
        branch.__dict__.update(self.__dict__)              # pictures are never changed, only replaced
        return branch

    def _info(self) -> dict:
        return {"description": self.describe(self.last[None])[0]} if self.describe else {}
