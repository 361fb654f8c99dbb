"""An agent that looks ahead before it acts, and again when the world is not as foreseen."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial
from typing import Any

from agents.planning.foreseeing import Foresee, Model, Outcome
from agents.planning.rehearsal import Policy, rehearse
from agents.planning.search import NO_PATH, OUT_OF_BUDGET, SOLVED, Plan, Search, best_first, breadth_first
from agents.planning.tree import tree_search

SEARCHES: dict[str, Search] = {"breadth-first": breadth_first, "best-first": best_first,
                               "greedy": partial(best_first, weight=3.0, width=8), "tree": tree_search}
BUDGET = 2000                                     # outcomes foreseen a plan
Planning = Generator[Foresee, list[Outcome], int | None]


class Searching:
    """Plans by a search of a model, and does as planned for as long as what it sees is what it foresaw.

    `think` yields the search's questions; its value is an action, or None where it gives up. `verdict` says why, or
    that the plan is only the best so far. `begin` before each board. `plan` is for who wants to look into it.
    """

    def __init__(self, name: str, model: Model, search: Search = breadth_first, budget: int = BUDGET):
        self.name, self.model, self.search, self.budget = name, model, search, budget
        self.begin()

    def begin(self) -> None:
        self.origin: Outcome | None = None
        self.plan: Plan | None = None
        self.ahead: list[tuple[int, Outcome]] = []
        self.expected: Outcome | None = None
        self.verdict, self.frames, self.plans = "", 0, 0

    def think(self, observation: dict[str, Any]) -> Planning:
        try:
            here = self.model.root(observation, self.origin)
        except ValueError as error:
            self.verdict = str(error)
            return None
        self.origin = self.origin or here
        if not self.ahead or here.key != self.expected.key:
            yield from self._plan_from(here)
        if not self.ahead:
            return None
        action, self.expected = self.ahead.pop(0)
        return action

    def _plan_from(self, here: Outcome) -> Generator[Foresee, list[Outcome], None]:
        self.plan = yield from self.search(self.model, here, self.budget)
        self.frames, self.plans = self.frames + self.plan.frames, self.plans + 1
        self.ahead = list(zip(self.plan.actions, self.plan.outcomes))
        self.verdict = "" if self.plan.end == SOLVED else self.plan.end


class Rehearsing:
    """Rehearses a world of chance, and does what was best in each state; rehearses again in states that never came
    up."""

    def __init__(self, name: str, model: Model, budget: int = BUDGET, samples: int = 12, horizon: int = 100):
        self.name, self.model = name, model
        self.rehearse = partial(rehearse, model, budget=budget, samples=samples, horizon=horizon)
        self.begin()

    def begin(self) -> None:
        self.origin: Outcome | None = None
        self.policy = Policy({}, 0.0, True, 0)
        self.verdict, self.frames, self.plans = "", 0, 0

    def think(self, observation: dict[str, Any]) -> Planning:
        try:
            here = self.model.root(observation, self.origin)
        except ValueError as error:
            self.verdict = str(error)
            return None
        self.origin = self.origin or here
        if here.key not in self.policy.actions:
            self.policy = yield from self.rehearse(here)
            self.frames, self.plans = self.frames + self.policy.frames, self.plans + 1
            self.verdict = OUT_OF_BUDGET if not self.policy.complete else "" if self.policy.chance else NO_PATH
        return self.policy.actions[here.key] if self.policy.chance or not self.policy.complete else None
