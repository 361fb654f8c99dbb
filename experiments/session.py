"""Runs a cohort of agents through an environment: one thought each, one operation a tick, one tick a step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gymnasium

from agents.protocol import Agent
from imagery.mind import Mind

THINK = 0


class Seat:
    """An agent before its environment."""

    def __init__(self, agent: Agent, env: gymnasium.Env, observation: dict[str, Any]):
        self.agent, self.env = agent, env
        self.thought = agent.think(observation)
        self.result: Any = None
        self.trials: list[dict[str, Any]] = []
        self.present = True

    def next(self) -> tuple[Any, int]:
        """The operation asked for, None if idle, and the action: a tick of thought, or the response."""
        if self.thought is None:
            return None, THINK
        try:
            return self.thought.send(self.result), THINK
        except StopIteration as end:
            self.thought = None
            return None, THINK if end.value is None else end.value

    def step(self, action: int) -> None:
        observation, _, terminated, truncated, info = self.env.step(action)
        if "trial" in info:
            self.trials.append(info["trial"])
        if terminated or truncated:
            self.present, self.thought = False, None
        elif info["onset"]:
            self.thought, self.result = self.agent.think(observation), None


def run_cohort(agents: Sequence[Agent], envs: Sequence[gymnasium.Env], observations: Sequence[dict[str, Any]],
               mind: Mind) -> list[list[dict[str, Any]]]:
    """The trials of each agent in its freshly reset environment, the whole cohort thinking in step."""
    seats = [Seat(agent, env, observation) for agent, env, observation in zip(agents, envs, observations)]
    while any(seat.present for seat in seats):
        requests = [seat.next() if seat.present else (None, THINK) for seat in seats]
        results = mind.perform([operation for operation, _ in requests])
        for seat, (_, action), result in zip(seats, requests, results):
            if seat.present:
                seat.result = result
                seat.step(action)
    return [seat.trials for seat in seats]
