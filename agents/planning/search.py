"""Searches among futures, as trains of thought: they ask what actions bring, and return a plan.

Each is a pure function of where it begins and of what it is answered. States that are the same are searched once.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Literal

from agents.planning.foreseeing import Foresee, Model, Outcome

TOGETHER = 64                                     # branches asked about at once, about
SOLVED, NO_PATH, OUT_OF_BUDGET = "solved", "no path", "out of budget"


@dataclass(frozen=True)
class Plan:
    """`actions` and the `outcomes` expected of them, one by one; how the search ended: "solved"; "no path", when all
    there is was seen; or "out of budget", when the plan is the best so far: to the state with the fewest actions
    left by the model's estimate, of equals to the furthest. `frames` outcomes were foreseen, in so many `rounds`."""

    actions: tuple[int, ...]
    outcomes: tuple[Outcome, ...]
    end: Literal["solved", "no path", "out of budget"]
    frames: int
    rounds: int


Search = Callable[[Model, Outcome, int], Generator[Foresee, list[Outcome], Plan]]


@dataclass(frozen=True, eq=False)
class Node:
    """An outcome, how far it is from the root, and how it was reached."""

    outcome: Outcome
    depth: int = 0
    parent: Node | None = None
    action: int = -1


class Ledger:
    """What a search has spent of its budget of frames, and the node that seems nearest to the goal."""

    def __init__(self, model: Model, root: Outcome, budget: int):
        if budget < model.actions:
            raise ValueError(f"a budget of {budget} outcomes does not pay for one look at the {model.actions} actions")
        self.model, self.budget, self.frames, self.rounds = model, budget, 0, 0
        self.best = Node(root)

    @property
    def affordable(self) -> int:
        """Of how many states all actions can still be foreseen."""
        return (self.budget - self.frames) // self.model.actions

    def expand(self, nodes: Sequence[Node]) -> Generator[Foresee, list[Outcome], list[Node]]:
        """What all actions bring in some states: children, action by action."""
        tried = [(node, action) for node in nodes for action in range(self.model.actions)]
        outcomes = yield Foresee(self.model, tuple((node.outcome.state, action) for node, action in tried))
        self.frames, self.rounds = self.frames + len(outcomes), self.rounds + 1
        children = [Node(outcome, node.depth + 1, node, action) for (node, action), outcome in zip(tried, outcomes)]
        hopeful = [child for child in children if child.outcome.solved or not child.outcome.over]
        best = [] if self.best.parent is None else [self.best]                 # anything rather than to stay
        self.best = min(best + hopeful, key=_promise, default=self.best)
        return children

    def plan(self, node: Node | None, end: str) -> Plan:
        steps = []
        while node is not None and node.parent is not None:
            steps.append(node)
            node = node.parent
        return Plan(tuple(step.action for step in reversed(steps)), tuple(step.outcome for step in reversed(steps)),
                    end, self.frames, self.rounds)


def _promise(node: Node) -> tuple:
    """What sorts first is to be had: the goal, then what is near it, then what is far from the root."""
    return not node.outcome.solved, node.outcome.left, -node.depth


def breadth_first(model: Model, root: Outcome, budget: int) -> Generator[Foresee, list[Outcome], Plan]:
    """Layer by layer: the plan is a shortest one (Moore 1959)."""
    ledger, known, front = Ledger(model, root, budget), {root.key}, [Node(root)]
    while front:
        following = []
        while front:
            count = min(max(1, TOGETHER // model.actions), ledger.affordable)
            if not count:
                return ledger.plan(ledger.best, OUT_OF_BUDGET)
            nodes, front = front[:count], front[count:]
            for child in (yield from ledger.expand(nodes)):
                if child.outcome.solved:
                    return ledger.plan(child, SOLVED)
                if not child.outcome.over and child.outcome.key not in known:
                    known.add(child.outcome.key)
                    following.append(child)
        front = following
    return ledger.plan(None, NO_PATH)


def best_first(model: Model, root: Outcome, budget: int, weight: float = 1.0, width: int = 1
               ) -> Generator[Foresee, list[Outcome], Plan]:
    """First what is best by the actions done and `weight` times those left by the model's estimate; `width` states at
    once. With a weight of 1, a width of 1 and an estimate that never exceeds the truth, the plan is a shortest one
    (A*: Hart, Nilsson & Raphael 1968); more weight is greedier (Pohl 1970)."""
    ledger, order, reached = Ledger(model, root, budget), 0, {root.key: 0}
    frontier = [(0.0, order, Node(root))]
    while frontier:
        nodes, room = list[Node](), min(width, ledger.affordable)
        while frontier and len(nodes) < max(room, 1):
            node = heappop(frontier)[-1]
            if node.outcome.solved:
                return ledger.plan(node, SOLVED)
            if node.depth == reached[node.outcome.key]:            # else it was reached by fewer actions since
                nodes.append(node)
        if not nodes:
            break
        if not room:
            return ledger.plan(ledger.best, OUT_OF_BUDGET)
        for child in (yield from ledger.expand(nodes)):
            outcome = child.outcome
            if child.depth >= reached.get(outcome.key, float("inf")) or (outcome.over and not outcome.solved):
                continue
            reached[outcome.key], order = child.depth, order + 1
            left = 0.0 if outcome.solved else weight * outcome.left
            heappush(frontier, (child.depth + left, order, child))
    return ledger.plan(None, NO_PATH)
