"""Figures shown to an agent that judges them, and what it took to answer."""

import numpy as np

from envs.session import on_paper
from envs.stimuli.turns import PLANE, rotation
from imagery import operations as op
from imagery.mind import Mind, Person

MIND = Mind([Person()])


def run(agent, words, *inks, places=()):
    """The response, and the kinds of operations before it; `places` are the joints that are seen in turn."""
    thought, result, log = agent.think({"picture": on_paper(np.hstack(inks)), "words": words}), None, []
    places = iter(places)
    while True:
        try:
            operation = thought.send(result)
        except StopIteration as end:
            return end.value, log
        log.append(type(operation))
        result = next(places) if isinstance(operation, op.Joint) else MIND.perform([operation])[0]


def turned(figure, degrees=0.):
    return figure.draw(rotation(PLANE, degrees))
