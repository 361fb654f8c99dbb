"""An agent that looks ahead before it acts, and again when the world is not as foreseen."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator
from functools import partial
from typing import Any

from agents.planning.foreseeing import Foresee, Model, Outcome
from agents.planning.rehearsal import Policy, rehearse
from agents.planning.search import NO_PATH, OUT_OF_BUDGET, SOLVED, Plan, Search, best_first, breadth_first
from agents.planning.tree import tree_search

CAUTION = 0.7                                     # weight of what seems left, as an estimate may exceed the truth
SEARCHES: dict[str, Search] = {"breadth-first": breadth_first, "best-first": partial(best_first, weight=CAUTION),
                               "greedy": partial(best_first, weight=3.0, width=8), "tree": tree_search}
BUDGET = 2000                                     # outcomes foreseen a plan
Planning = Generator[Foresee, list[Outcome], int | None]


class Planner(ABC):
    """Sees where it is, and gives up where that cannot be told. `think` yields questions to a `model`; its value is an
    action, or None where it gives up. `verdict` says why, or that the plan is only the best so far. `begin` before each
    board."""

    def __init__(self, name: str, model: Model):
        self.name, self.model = name, model
        self.begin()

    def begin(self) -> None:
        self.origin: Outcome | None = None
        self.verdict, self.frames, self.plans = "", 0, 0

    def think(self, observation: dict[str, Any]) -> Planning:
        try:
            here = self.model.root(observation, self.origin)
        except ValueError as error:
            self.verdict = str(error)
            return None
        self.origin = self.origin or here
        return (yield from self.choose(here))

    @abstractmethod
    def choose(self, here: Outcome) -> Planning:
        """What to do where one is."""


class Searching(Planner):
    """Plans by a search of a model, and does as planned for as long as what it sees is what it foresaw. `plan` is for
    who wants to look into it."""

    def __init__(self, name: str, model: Model, search: Search = breadth_first, budget: int = BUDGET):
        self.search, self.budget = search, budget
        super().__init__(name, model)

    def begin(self) -> None:
        super().begin()
        self.plan: Plan | None = None
        self.ahead: list[tuple[int, Outcome]] = []
        self.expected: Outcome | None = None

    def choose(self, here: Outcome) -> Planning:
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


class Rehearsing(Planner):
    """Rehearses a world of chance, and does what was best in each state; rehearses again in states that never came
    up."""

    def __init__(self, name: str, model: Model, budget: int = BUDGET, samples: int = 12, horizon: int = 100):
        self.rehearse = partial(rehearse, model, budget=budget, samples=samples, horizon=horizon)
        super().__init__(name, model)

    def begin(self) -> None:
        super().begin()
        self.policy = Policy({}, 0.0, True, 0)

    def choose(self, here: Outcome) -> Planning:
        if here.key not in self.policy.actions:
            self.policy = yield from self.rehearse(here)
            self.frames, self.plans = self.frames + self.policy.frames, self.plans + 1
            self.verdict = OUT_OF_BUDGET if not self.policy.complete else "" if self.policy.chance else NO_PATH
        return self.policy.actions[here.key] if self.policy.chance or not self.policy.complete else None
