"""Seeing ahead: what a search asks of a model of the world, and how the questions of many are put to it at once."""

from __future__ import annotations

from collections.abc import Generator, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from imagery.operations import Operation

Branch = tuple[Any, int]                          # a state, whatever the model holds it to be, and an action


@dataclass(frozen=True, eq=False)
class Outcome:
    """A `state` as a model holds it. Two are the same to it if their `key`s are equal. `reward` that came with it,
    whether it is the end, and about how many actions seem `left` to the goal."""

    state: Any
    key: Hashable
    reward: float = 0.0
    over: bool = False
    left: float = 0.0

    @property
    def solved(self) -> bool:
        return self.over and self.reward > 0


class Model(Protocol):
    """A world as an agent has it in mind; its actions are numbered from 0. Models of one `source` can expand each
    other's branches, and one of them does so for all."""

    actions: int
    source: Any

    def root(self, observation: Any, earlier: Outcome | None = None) -> Outcome:
        """What is observed, as a state to begin from; in the terms of an `earlier` root of the same board, if there is
        one. ValueError says why none can be."""

    def expand(self, branches: Sequence[Branch]) -> list[Outcome]:
        """What each action brings in its state, all at once."""


@dataclass(frozen=True, eq=False)
class Foresee(Operation):
    """What each action brings in its state -> list of Outcome, one a branch. One branch is one tick's work."""

    model: Model
    branches: tuple[Branch, ...]


def perform(operations: Sequence[Foresee | None]) -> list[list[Outcome] | None]:
    """The results of one operation a thinker, None for who is idle: one call for all whose models share a source."""
    results: list[list[Outcome] | None] = [None] * len(operations)
    sharing: dict[int, list[int]] = {}
    for who, operation in enumerate(operations):
        if operation is not None:
            sharing.setdefault(id(operation.model.source), []).append(who)
    for whose in sharing.values():
        found = iter(operations[whose[0]].model.expand([each for who in whose for each in operations[who].branches]))
        for who in whose:
            results[who] = [next(found) for _ in operations[who].branches]
    return results


def think_together(thoughts: Sequence[Generator[Foresee, list[Outcome], Any]]) -> list[Any]:
    """What thoughts come to, when each round's questions are put to the models at once."""
    values: list[Any] = [None] * len(thoughts)
    answers: list[list[Outcome] | None] = [None] * len(thoughts)
    going = list(range(len(thoughts)))
    while going:
        asked: list[Foresee | None] = [None] * len(thoughts)
        for who in going:
            try:
                asked[who] = thoughts[who].send(answers[who])
            except StopIteration as end:
                values[who] = end.value
        going = [who for who in going if asked[who] is not None]
        answers = perform(asked)
    return values


def think(thought: Generator[Foresee, list[Outcome], Any]) -> Any:
    """What one thought comes to."""
    return think_together([thought])[0]
