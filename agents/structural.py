"""The propositional theory of synthesis: what is told of a figure is worked out in words, and no picture is formed
(Pylyshyn 1973; Hummel & Biederman 1992).

A drawing in mind is a set of lines with their places, inferred exactly from what is told. Its structural description is
compared with the descriptions of everything that has a name.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any

import numpy as np

from agents.protocol import FIRST_NAME, READY, Thought
from agents.synthesis import Dual, Line, Space
from imagery import operations as op

Likeness = Callable[[Sequence[np.ndarray]], np.ndarray]   # lines (N, 2) to how like each named thing they are, (T,)


class Structural:
    """`names` are the answers there are, `likeness` what is known of the things they name. `imager`, if given, forms
    the image as well and counts `weight` times as much in what is named: an attribution."""

    name = "propositional"

    def __init__(self, space: Space, names: Sequence[str], likeness: Likeness, imager: Dual | None = None,
                 weight: float = 0.0):
        self.space, self.names, self.likeness = space, tuple(names), likeness
        self.imager, self.weight = imager, weight
        self.begin()

    def begin(self) -> None:
        self.drawing, self.answers = self.space.nothing, None

    def think(self, observation: Mapping[str, Any]) -> Thought:
        words = observation["words"]
        if not words.endswith("?"):
            if self.answers is not None:
                self.begin()
            yield from self.infer(words)
            if self.imager:
                yield from self.imager.think(observation)
            return READY
        if self.answers is None:
            scores = yield from self.recognise(observation["picture"])
            self.answers = list(np.argsort(-scores, kind="stable"))
        answer = int(self.answers.pop(0))
        yield op.Compare(self.names[answer], words)
        return FIRST_NAME + answer

    def infer(self, words: str) -> Generator[op.Operation, Any, None]:
        """Work out what a figure consists of after an instruction, line by line."""
        for step in self.space.read([words]):
            try:
                after = self.space.perform(self.drawing, step, None)
            except ValueError:
                continue
            for line in after.strokes:
                if not any(line is known for known in self.drawing.strokes):
                    yield op.Compare(_facts(line), step)
            self.drawing = after

    def recognise(self, picture: np.ndarray) -> Generator[op.Operation, Any, np.ndarray]:
        yield op.Wait()                                                  # the description is complete
        scores = _standard(self.likeness([line.points for line in self.drawing.strokes]))
        if self.imager:
            scores = scores + self.weight * _standard((yield from self.imager.recognise(picture)))
        return scores


def _facts(line: Line) -> tuple[float, ...]:
    """What is known of a line: where it begins and ends."""
    return tuple(map(float, line.points[[0, -1]].ravel()))


def _standard(scores: np.ndarray) -> np.ndarray:
    return (scores - scores.mean()) / max(scores.std(), 1e-9)
