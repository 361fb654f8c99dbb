"""The session: every operation is a tick of the asker's own clock, and images are formed together."""

import pytest

from agents.protocol import PRESENT
from experiments.session import THINK, run_cohort
from imagery.operations import Generate, Wait

QUESTIONS = 3


class Questions:
    """Ask `QUESTIONS` times; between an answer and the next question `pause` ticks go by; give up after `limit`."""

    def __init__(self, pause=4, limit=100):
        self.pause, self.limit, self.asked, self.ticks, self.resting = pause, limit, 1, 0, False

    def step(self, action):
        self.ticks += 1
        if self.resting:
            if onset := self.ticks >= self.pause:
                self.resting, self.ticks, self.asked = False, 0, self.asked + 1
            return {"ask": True}, 0.0, False, False, {"onset": onset}
        if action == THINK and self.ticks < self.limit:
            return {"ask": True}, 0.0, False, False, {"onset": False}
        trial, self.ticks, self.resting = {"ticks": self.ticks, "answer": action}, 0, True
        return {"ask": False}, 0.0, self.asked == QUESTIONS, False, {"onset": True, "trial": trial}


class Thinker:
    """Takes `before` ticks, forms an image in two steps, and answers; alone, it notes what came back."""

    def __init__(self, before):
        self.before, self.heard = before, []

    def think(self, observation):
        if observation["ask"]:
            for _ in range(self.before):
                yield Wait()
            for _ in range(2):
                self.heard.append((yield Generate("a hut")))
            return PRESENT


class Mind:
    """Notes how many imagine at once, and gives everyone their own number."""

    def __init__(self):
        self.together = []

    def perform(self, operations):
        if count := sum(isinstance(operation, Generate) for operation in operations):
            self.together.append(count)
        return [who if operation is not None else None for who, operation in enumerate(operations)]


@pytest.mark.parametrize("paces", [(5,), (0, 1, 2, 7), (3, 3, 40)])
def test_own_clock_and_common_images(paces):
    mind, thinkers = Mind(), [Thinker(pace) for pace in paces]
    trials = run_cohort(thinkers, [Questions() for _ in paces], [{"ask": True}] * len(paces), mind)
    for who, pace in enumerate(paces):
        assert trials[who] == [{"ticks": pace + 2 + 1, "answer": PRESENT}] * QUESTIONS     # the answer is a tick too
        assert thinkers[who].heard == [who] * 2 * QUESTIONS
    assert mind.together == [len(paces)] * 2 * QUESTIONS


def test_a_thought_too_long_is_broken_off():
    trials = run_cohort([Thinker(50)], [Questions(limit=10)], [{"ask": True}], Mind())
    assert trials == [[{"ticks": 10, "answer": THINK}] * QUESTIONS]
