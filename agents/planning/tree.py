"""Monte Carlo tree search (UCT: Kocsis & Szepesvari 2006), with estimates in place of random play-outs."""

from __future__ import annotations

from collections.abc import Generator, Hashable
from math import log, sqrt

from agents.planning.foreseeing import Foresee, Model, Outcome
from agents.planning.search import NO_PATH, OUT_OF_BUDGET, SOLVED, Ledger, Node, Plan

DISCOUNT = 0.97                                   # of what comes an action later


class Tried:
    """A node of the tree: how often it was gone through, the sum of what that was worth, and whether there is nothing
    more to be found beyond it."""

    def __init__(self, node: Node, parent: Tried | None, closed: bool = False):
        self.node, self.parent, self.closed = node, parent, closed
        self.children: list[Tried] = []
        self.visits, self.total = 0, 0.0

    def bound(self, curiosity: float) -> float:
        """Upper confidence bound (UCB1), parents' visits counted."""
        return self.total / self.visits + curiosity * sqrt(log(self.parent.visits) / self.visits)

    def credit(self, value: float) -> None:
        """Count a visit here and all the way up; close what has only closed children."""
        at: Tried | None = self
        while at is not None:
            at.visits, at.total = at.visits + 1, at.total + value
            at.closed = at.closed or (bool(at.children) and all(child.closed for child in at.children))
            at = at.parent


def tree_search(model: Model, root: Outcome, budget: int, curiosity: float = 0.3
                ) -> Generator[Foresee, list[Outcome], Plan]:
    """A plan is found when a leaf's child is the goal: a short one, not always a shortest. States known from as near
    or nearer are not gone through again, so that a finite world is seen through."""
    ledger, top = Ledger(model, root, budget), Tried(Node(root), None)
    nearest: dict[Hashable, int] = {root.key: 0}
    while not top.closed:
        if not ledger.affordable:
            return ledger.plan(ledger.best, OUT_OF_BUDGET)
        leaf = top
        while leaf.children:
            leaf = max((child for child in leaf.children if not child.closed), key=lambda tried: tried.bound(curiosity))
        nodes = yield from ledger.expand([leaf.node])
        for node in nodes:
            if node.outcome.solved:
                return ledger.plan(node, SOLVED)
            key = node.outcome.key
            closed = node.outcome.over or node.depth >= nearest.get(key, node.depth + 1)
            if not closed:
                nearest[key] = node.depth
            leaf.children.append(Tried(node, leaf, closed))
        for child in leaf.children:
            child.credit(0.0 if child.closed else DISCOUNT ** (child.node.depth + child.node.outcome.left))
    return ledger.plan(None, NO_PATH)
