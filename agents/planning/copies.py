"""A world in mind that is the world itself: an environment, stepped in copies."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import gymnasium
import numpy as np

from agents.planning.foreseeing import Branch, Outcome


class Copies:
    """The model of a planner given the environment itself: the perfect control. `env` is reset and seen as it is when
    a plan begins; states that look the same are the same. Works on an `ImaginedEnv` as well, one picture a time."""

    def __init__(self, env: gymnasium.Env):
        self.env, self.actions, self.source = env, int(env.action_space.n), env

    def root(self, observation: dict, earlier: Outcome | None = None) -> Outcome:
        return Outcome(copy.deepcopy(self.env), _key(observation["picture"]))

    def expand(self, branches: Sequence[Branch]) -> list[Outcome]:
        return [self._after(*branch) for branch in branches]

    @staticmethod
    def _after(env: gymnasium.Env, action: int) -> Outcome:
        branch = copy.deepcopy(env)
        picture, reward, over, _, _ = branch.step(action)
        return Outcome(branch, _key(picture), reward, over)


def _key(picture: np.ndarray) -> bytes:
    return picture.tobytes()
