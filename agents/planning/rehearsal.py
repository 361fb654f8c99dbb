"""Rehearsal for worlds of chance: each action is imagined several times in each state that comes up, and what is best
follows from how often what came of it (sparse sampling, Kearns, Mansour & Ng 2002, on states that are told apart)."""

from __future__ import annotations

from collections.abc import Generator, Hashable, Mapping
from dataclasses import dataclass

import numpy as np

from agents.planning.foreseeing import Foresee, Model, Outcome

TOGETHER = 64                                     # branches asked about at once, about


@dataclass(frozen=True)
class Policy:
    """What to do in each state that was rehearsed, by its key; the chance of the reward from where it begins; whether
    the budget lasted for all states that came up; how many outcomes were foreseen."""

    actions: Mapping[Hashable, int]
    chance: float
    complete: bool
    frames: int


def rehearse(model: Model, root: Outcome, budget: int, samples: int = 12, horizon: int = 100
             ) -> Generator[Foresee, list[Outcome], Policy]:
    """The best policy within `horizon` actions in a world made of `samples` outcomes of each action in each state."""
    count = model.actions * samples
    if budget < count:
        raise ValueError(f"a budget of {budget} outcomes does not pay for {samples} of each of {model.actions} actions")
    order, waiting = {root.key: 0}, [root]
    tried: list[tuple[Hashable, int, Outcome]] = []
    while waiting and len(tried) + count <= budget:
        affordable = (budget - len(tried)) // count
        now = waiting[:max(1, min(TOGETHER // count, affordable))]
        waiting = waiting[len(now):]
        branches = [(here, action) for here in now for action in range(model.actions) for _ in range(samples)]
        outcomes = yield Foresee(model, tuple((here.state, action) for here, action in branches))
        for (here, action), outcome in zip(branches, outcomes):
            tried.append((here.key, action, outcome))
            if not outcome.over and outcome.key not in order:
                order[outcome.key] = len(order)
                waiting.append(outcome)
    moves, gains = np.zeros((len(order), model.actions, len(order))), np.zeros((len(order), model.actions))
    for key, action, outcome in tried:
        gains[order[key], action] += outcome.reward / samples
        if not outcome.over:
            moves[order[key], action, order[outcome.key]] += 1 / samples
    values = np.zeros(len(order))
    for _ in range(horizon):                      # backward induction (Bellman 1957)
        worth = gains + moves @ values
        values = worth.max(1)
    best = {key: int(worth[order[key]].argmax()) for key in {key for key, _, _ in tried}}
    return Policy(best, float(values[0]), not waiting, len(tried))
