"""What all who put figures together in mind and name them have in common: they do as told, and answer by names."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Mapping, Sequence
from typing import Any

import numpy as np

from agents.protocol import FIRST_NAME, READY, Thought
from imagery.operations import Operation
from imagery.reminding import article


class Interpreter(ABC):
    """`names` are the answers there are, in their order. The likeliest is said first; after answers, an instruction
    begins something new."""

    def __init__(self, names: Sequence[str]):
        self.names = tuple(names)
        self.begin()

    def begin(self) -> None:
        """Nothing is in mind."""
        self.answers: list[int] | None = None

    @abstractmethod
    def follow(self, words: str) -> Generator[Operation, Any, None]:
        """Do as told."""

    @abstractmethod
    def recognise(self, picture: np.ndarray) -> Generator[Operation, Any, np.ndarray]:
        """How well each name fits what is in mind, or shown if the picture (H, W, 3) is not black: (names,)."""

    def think(self, observation: Mapping[str, Any]) -> Thought:
        words = observation["words"]
        if not words.endswith("?"):
            if self.answers is not None:
                self.begin()
            yield from self.follow(words)
            return READY
        if self.answers is None:
            scores = yield from self.recognise(observation["picture"])
            self.answers = list(np.argsort(-scores, kind="stable"))
        return FIRST_NAME + int(self.answers.pop(0))


def called(name: str) -> str:
    """A name of a thing to be imagined or seen, in words."""
    if len(name) == 1:
        kind = "digit" if name.isdigit() else "capital letter" if name.isupper() else "small letter"
        return f"a {kind} {name.lower()}"
    return f"a line drawing of {article(name)}"
