"""Words alone: what is told calls names to mind by what words have in common, and nothing is worked out or pictured."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

import numpy as np

from agents.interpreter import Interpreter, called
from imagery import operations as op


class Associative(Interpreter):
    """Remembers the words that were said."""

    name = "verbal"

    def __init__(self, names: Sequence[str]):
        self.texts = tuple(map(called, names))
        super().__init__(names)

    def begin(self) -> None:
        super().begin()
        self.told: list[str] = []

    def follow(self, words: str) -> Generator[op.Operation, Any, None]:
        self.told.append(words)
        yield op.Wait()

    def recognise(self, picture: np.ndarray) -> Generator[op.Operation, Any, np.ndarray]:
        return (yield op.Associate(" ".join(self.told), self.texts))
