"""The latent planner: the same searches without a picture in mind, among codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from agents.planning.foreseeing import Branch, Outcome
from agents.planning.known import Known
from agents.planning.searching import BUDGET, SEARCHES, Searching
from imagery.models.latent import CodedFutures


class CodedForesight(Protocol):
    """A world model without pictures, as `LatentWorld` is: `alike` is the most by which codes of one state differ in
    any number."""

    @property
    def alike(self) -> float: ...

    def encode(self, pictures: np.ndarray) -> np.ndarray:
        """Codes (B, D) of pictures (B, H, W, 3) of uint8."""

    def imagine(self, codes: np.ndarray, actions: Sequence[int]) -> CodedFutures:
        """What each action brings, from codes (B, D)."""


@dataclass(frozen=True, eq=False)
class Thing:
    """A code, those of states known since it all began, and the world model's numbers of the actions that there are."""

    code: np.ndarray
    known: Known
    numbers: tuple[int, ...]

    def at(self, code: np.ndarray) -> Outcome:
        """The same, with another code now; one that is like a known one is taken for that."""
        number = self.known.number(code)
        return Outcome(Thing(self.known.rows[number], self.known, self.numbers), number)


class Codes:
    """A world in mind as codes. `actions` are the world model's numbers of those of the environment."""

    def __init__(self, foresight: CodedForesight, actions: Sequence[int] = range(4)):
        self.source, self.numbers, self.actions = foresight, tuple(actions), len(actions)

    def root(self, observation: dict, earlier: Outcome | None = None) -> Outcome:
        code = self.source.encode(observation["picture"][None])[0]
        thing = earlier.state if earlier else Thing(code, Known(self.source.alike), self.numbers)
        return thing.at(code)

    def expand(self, branches: Sequence[Branch]) -> list[Outcome]:
        things = [thing for thing, _ in branches]
        found = self.source.imagine(np.stack([thing.code for thing in things]),
                                    [thing.numbers[action] for thing, action in branches])
        return [replace(thing.at(code), reward=float(reward > 0.5), over=bool(over > 0.5),
                        left=float(left))
                for thing, code, reward, over, left in zip(things, found.codes, found.reward, found.over, found.left)]


class Latent(Searching):
    """Sees ahead in codes; `actions` are the world model's numbers of the environment's."""

    def __init__(self, foresight: CodedForesight, actions: Sequence[int] = range(4), search: str = "best-first",
                 budget: int = BUDGET):
        super().__init__("latent", Codes(foresight, actions), SEARCHES[search], budget)
