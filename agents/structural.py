"""The propositional theory of synthesis: what is told of a figure is worked out in words, and no picture is formed
(Pylyshyn 1973; Hummel & Biederman 1992).

A drawing in mind is a set of lines with their places, inferred exactly from what is told. Its structural description is
compared with the descriptions of everything that has a name.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any

import numpy as np

from agents.interpreter import Interpreter
from agents.protocol import FIRST_NAME, READY, Thought
from agents.synthesis import Dual, Line, Space
from imagery import operations as op

Likeness = Callable[[Sequence[np.ndarray]], np.ndarray]   # lines (N, 2) to how like each named thing they are, (T,)


class Structural(Interpreter):
    """`likeness` is what is known of the things that names name. `imager`, if given, forms
    the image as well and counts `weight` times as much in what is named: an attribution."""

    name = "propositional"

    def __init__(self, space: Space, names: Sequence[str], likeness: Likeness, imager: Dual | None = None,
                 weight: float = 0.0):
        self.space, self.likeness, self.imager, self.weight = space, likeness, imager, weight
        super().__init__(names)

    def begin(self) -> None:
        super().begin()
        self.drawing = self.space.nothing
        if self.imager:
            self.imager.begin()

    def think(self, observation: Mapping[str, Any]) -> Thought:
        act = yield from super().think(observation)
        if act != READY:
            yield op.Compare(self.names[act - FIRST_NAME], observation["words"])
        return act

    def follow(self, words: str) -> Generator[op.Operation, Any, None]:
        yield from self.infer(words)
        if self.imager:
            yield from self.imager.follow(words)

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
