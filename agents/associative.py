"""Words alone: what is told calls names to mind by what words have in common, and nothing is worked out or pictured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from agents.protocol import FIRST_NAME, READY, Thought
from agents.synthesis import called
from imagery import operations as op


class Associative:
    """`names` are the answers there are, in their order."""

    name = "verbal"

    def __init__(self, names: Sequence[str]):
        self.texts = tuple(map(called, names))
        self.begin()

    def begin(self) -> None:
        self.told: list[str] = []
        self.answers: list[int] | None = None

    def think(self, observation: Mapping[str, Any]) -> Thought:
        words = observation["words"]
        if not words.endswith("?"):
            if self.answers is not None:
                self.begin()
            self.told.append(words)
            yield op.Wait()
            return READY
        if self.answers is None:
            likeness = yield op.Associate(" ".join(self.told), self.texts)
            self.answers = list(np.argsort(-likeness, kind="stable"))
        return FIRST_NAME + int(self.answers.pop(0))
