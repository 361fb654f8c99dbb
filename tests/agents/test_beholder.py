"""Seeing something as something: a name is kept with what was seen where the voice is free, and asked for with it."""

import numpy as np
import pytest
import torch

from agents.beholder import FIRST_NAME, SAY, Beholder
from imagery import operations as op
from imagery.image import MentalImage

NAMES = ("duck", "rabbit", "star", "sun")
FIGURE, NOTHING = np.full((64, 64, 3), 255, np.uint8), np.zeros((64, 64, 3), np.uint8)
FIRST, ELSE, DRAW = "What was it?", "What else could it be?", "Draw it. What else could your drawing be?"


class Stage:
    """A mind that sees a duck in what is shown, and in images what `likeness` says; it keeps what was asked of it."""

    def __init__(self, agent, likeness):
        self.agent, self.likeness, self.asked = agent, np.array(likeness), []

    def answer(self, operation):
        self.asked.append(operation)
        match operation:
            case op.Together(parts):
                return tuple(self.answer(part) for part in parts)
            case op.Regard(image):
                return np.array([3.0, 1.0, 0.0, 2.0]) if image is FIGURE else self.likeness
            case op.Encode():
                return "trace"
            case op.Generate(begun=None):
                return "begun"
            case op.Generate():
                return MentalImage(torch.zeros(3, 64, 64))
            case op.Draw():
                return NOTHING

    def think(self, words, picture=NOTHING, most=1000):
        thought, result = self.agent.think({"words": words, "picture": picture}), None
        for _ in range(most):
            try:
                operation = thought.send(result)
            except StopIteration as end:
                return end.value
            result = self.answer(operation)
        return None

    def generated(self):
        return {operation.words for operation in self.asked if isinstance(operation, op.Generate)}


@pytest.mark.parametrize(("words", "bound", "label"), [
    ("Look at this.", True, "a line drawing of a duck"), ("Look at this.", False, ""),
    ("Say la la la and look at this.", True, "")])
def test_an_image_is_formed_under_the_name_that_could_be_kept(words, bound, label):
    stage = Stage(Beholder(NAMES, np.asarray, bound), [0.0, 1.0, 3.0, 2.0])
    stage.think(words, FIGURE, most=20)
    spoken = sum(isinstance(operation, op.Speak) and operation.action == SAY for operation in stage.asked)
    assert spoken == (20 if "la" in words else 0)
    first = stage.think(FIRST)
    assert first == FIRST_NAME + (NAMES.index("star") if "la" in words else NAMES.index("duck"))
    stage.asked.clear()
    others = [stage.think(ELSE) for _ in range(2)]
    assert first not in others and len(set(others)) == 2
    assert stage.generated() <= {label} and (label or "la" in words or stage.generated())


def test_a_drawing_and_a_hint_go_without_the_name():
    stage = Stage(Beholder(NAMES, np.asarray), [0.0, 1.0, 3.0, 2.0])
    stage.think("Look at this.", FIGURE, most=20)
    stage.think(FIRST)
    stage.think(DRAW)
    assert stage.generated() == {""}
    stage.asked.clear()
    stage.think(ELSE)
    assert stage.generated() == {"a line drawing of a duck"}
    stage.think("Look at this.", FIGURE, most=20)
    stage.think(FIRST)
    stage.think("What you took for the front may be the back, and the top the bottom.")
    stage.asked.clear()
    assert [stage.think(ELSE), stage.think(ELSE)] == [FIRST_NAME + 2, FIRST_NAME + 3] and stage.generated() == {""}


def test_drawings_are_seen_not_imagined():
    stage = Stage(Beholder(NAMES, np.asarray), [0.0, 1.0, 3.0, 2.0])
    stage.think("Look at this.", FIGURE, most=20)
    stage.think(FIRST)
    stage.think(DRAW)
    assert any(isinstance(operation, op.Regard) and operation.image is NOTHING for operation in stage.asked)
