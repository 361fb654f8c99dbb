"""MiniGrid's rooms with doors and keys (Chevalier-Boisvert et al. 2023, arXiv 2306.13831) in the form of our worlds,
through the extra `baselines`."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from typing import ClassVar

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Discrete
from PIL import Image

NAMES = {"DoorKey": ("MiniGrid-DoorKey-5x5-v0", 5), "LockedRoom": ("MiniGrid-LockedRoom-v0", 19)}  # and cells a side
PIXELS = 64


def installed() -> bool:
    return importlib.util.find_spec("minigrid") is not None


@dataclass(frozen=True)
class Layout:
    """A board by its seed. Nobody says how far it is to the goal: there is no `solve`."""

    actions: ClassVar[tuple[str, ...]] = ("left", "right", "forward", "pick up", "drop", "toggle", "done")
    start: ClassVar[None] = None
    seed: int


class MiniGridEnv(gymnasium.Env):
    """What MiniGrid's own wrapper shows from above, scaled; no words."""

    kind = Layout
    state = None

    def __init__(self, name: str):
        import minigrid  # noqa: F401  registers its environments
        from minigrid.wrappers import RGBImgObsWrapper

        self.inner = RGBImgObsWrapper(gymnasium.make(name, disable_env_checker=True))
        self.limit, self.given = self.inner.unwrapped.max_steps, None
        self.action_space = Discrete(len(Layout.actions))
        self.observation_space = Box(0, 255, (PIXELS, PIXELS, 3), np.uint8)

    def sample(self) -> Layout:
        return Layout(int(self.np_random.integers(2 ** 31)))

    def reset(self, *, seed: int | None = None, options: dict | None = None):
        super().reset(seed=seed)
        seen, _ = self.inner.reset(seed=(self.given or self.sample()).seed)
        return _scaled(seen), {}

    def step(self, action: int):
        seen, reward, over, truncated, _ = self.inner.step(action)
        return _scaled(seen), float(reward), over, truncated, {}


def _scaled(seen: dict) -> np.ndarray:
    return np.array(Image.fromarray(seen["image"]).resize((PIXELS, PIXELS), Image.Resampling.BOX))
