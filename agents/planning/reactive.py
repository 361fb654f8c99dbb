"""The reactive agent: a policy, learned elsewhere, from what is seen to an action, without foresight."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from agents.planning.searching import Planning


class Policy(Protocol):
    """As the policies of stable-baselines3 are asked (PPO: Schulman et al. 2017; DQN: Mnih et al. 2015)."""

    def predict(self, observation: np.ndarray, deterministic: bool = ...) -> tuple[Any, Any]:
        """An action for what is observed, and a state of the policy that is not used here."""


class Reactive:
    """`name` is that of the algorithm. With `certain`, the likeliest action is taken, the same whenever a picture comes
    again, else one by its chances."""

    def __init__(self, policy: Policy, name: str = "reactive", certain: bool = True):
        self.policy, self.name, self.certain = policy, name, certain
        self.begin()

    def begin(self) -> None:
        self.verdict, self.frames, self.plans = "", 0, 0
        self.decided: dict[bytes, int] = {}

    def think(self, observation: dict[str, Any]) -> Planning:
        picture = observation["picture"]
        if not self.certain or picture.tobytes() not in self.decided:
            action, _ = self.policy.predict(picture, deterministic=self.certain)
            self.decided[picture.tobytes()] = int(np.asarray(action).item())
        return self.decided[picture.tobytes()]
        yield
