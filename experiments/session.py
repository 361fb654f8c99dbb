"""Runs a cohort of agents through an environment: one thought each, one operation a tick, one tick a step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gymnasium

from agents.protocol import Agent
from imagery.mind import Mind
from imagery.operations import Generate, Operation, Point, Speak, Together

THINK = 0


class Seat:
    """An agent before its environment."""

    def __init__(self, agent: Agent, env: gymnasium.Env, observation: dict[str, Any]):
        self.agent, self.env = agent, env
        self.thought = agent.think(observation)
        self.operation: Operation | None = None
        self.result: Any = None
        self.trials: list[dict[str, Any]] = []
        self.present = True

    def go_on(self) -> None:
        """Let thought and world go on until an operation is asked for, or the session is over."""
        while self.present and self.operation is None:
            if self.thought is None:
                self.step(THINK)
                continue
            try:
                self.operation = self.thought.send(self.result)
            except StopIteration as end:
                self.thought = None
                self.step(THINK if end.value is None else end.value)

    def take(self, result: Any) -> None:
        """The tick in which the operation asked for is done."""
        action, self.operation, self.result = _overt(self.operation), None, result
        self.step(action)

    def step(self, action: int) -> None:
        observation, _, terminated, truncated, info = self.env.step(action)
        if "trial" in info:
            self.trials.append(info["trial"])
        if terminated or truncated:
            self.present, self.thought = False, None
        elif info["onset"]:
            self.thought, self.result = self.agent.think(observation), None


def _overt(operation: Operation | None) -> int:
    """What the environment sees of a tick of thought."""
    parts = operation.operations if isinstance(operation, Together) else (operation,)
    return next((part.action for part in parts if isinstance(part, Speak | Point)), THINK)


def run_cohort(agents: Sequence[Agent], envs: Sequence[gymnasium.Env], observations: Sequence[dict[str, Any]],
               mind: Mind) -> list[list[dict[str, Any]]]:
    """The trials of each agent in its freshly reset environment.

    Each has a clock of its own: whoever forms an image is held up until all who are left do, so that the generator
    serves many at once.
    """
    seats = [Seat(agent, env, observation) for agent, env, observation in zip(agents, envs, observations)]
    while True:
        for seat in seats:
            seat.go_on()
        asked = [seat.operation for seat in seats]
        if not any(asked):
            return [seat.trials for seat in seats]
        quick = [None if isinstance(operation, Generate) else operation for operation in asked]
        now = quick if any(quick) else asked
        for seat, operation, result in zip(seats, now, mind.perform(now)):
            if operation is not None:
                seat.take(result)
