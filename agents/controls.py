"""Controls: subjects that must show an effect, and subjects that must not."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

import numpy as np

from agents.comparer import Comparer
from agents.propositional import Place, Propositional
from agents.protocol import ABSENT, FIRST_NAME, PRESENT, READY, Thought, understand
from imagery.operations import Wait


class Flat(Propositional):
    """Knows the facts and answers at once, whatever is asked of it."""

    name = "flat"

    def go(self, target: str) -> Generator[Any, Any, None]:
        yield from ()


class Random:
    """Answers by chance, after a time by chance."""

    name = "random"

    def __init__(self, seed: int = 0):
        self.rng = np.random.default_rng(seed)

    def think(self, observation: Mapping[str, Any]) -> Thought:
        if understand(observation["words"]).act == "probe":
            for _ in range(self.rng.integers(30)):
                yield Wait()
            return int(self.rng.choice((PRESENT, ABSENT)))


class Oracle:
    """Is told the truth by the experimenter; its time is exactly linear in true distance."""

    name = "oracle"
    PACE = 100.0

    def __init__(self, truth: Mapping[str, Place]):
        self.truth, self.at, self.scanning = truth, "", True

    def think(self, observation: Mapping[str, Any]) -> Thought:
        heard = understand(observation["words"])
        if heard.act in ("scan", "answer"):
            self.scanning = heard.act == "scan"
        elif heard.act == "focus":
            self.at = heard.about
        elif heard.act == "probe":
            if self.scanning and heard.about in self.truth:
                distance = np.hypot(*np.subtract(self.truth[self.at], self.truth[heard.about]))
                for _ in range(round(self.PACE * distance)):
                    yield Wait()
            return PRESENT if heard.about in self.truth else ABSENT
        return None
        yield


class Guesser:
    """Names anything at all, of `names` things, without a thought."""

    name = "random"

    def __init__(self, names: int, seed: int = 0):
        self.names, self.rng = names, np.random.default_rng(seed)

    def think(self, observation: Mapping[str, Any]) -> Thought:
        yield Wait()
        return FIRST_NAME + int(self.rng.integers(self.names)) if observation["words"].endswith("?") else READY


class Chance(Comparer):
    """Tells figures from mirror images by chance, after a time by chance."""

    name = "random"

    def __init__(self, seed: int = 0):
        super().__init__()
        self.rng = np.random.default_rng(seed)

    def judge(self, seen: np.ndarray, figures: tuple[np.ndarray, ...]) -> Generator[Any, Any, bool]:
        for _ in range(self.rng.integers(30)):
            yield Wait()
        return bool(self.rng.integers(2))
