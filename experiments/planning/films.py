"""Films of an agent that plans in pictures: what it foresaw beside what came, and what went through its mind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agents.planning.foreseeing import think
from agents.planning.imagery import Imagery
from experiments.planning.boards import Setting
from experiments.planning.figures import beside, gif, stacked
from imagery.foresight import Foresight, Futures

THOUGHT, ACT = 80, 600                            # milliseconds of a picture in the film
BUDGET = 300
SEED = 7                                          # of boards that are not among those tested


@dataclass(frozen=True)
class Film:
    """An episode on a board: each frame, what was foreseen above what came; `thinking`, a GIF of what was seen, on the
    left, and what was imagined meanwhile, on the right."""

    title: str
    frames: Sequence[np.ndarray]
    note: str
    thinking: bytes


class Watched:
    """A foresight whose pictures are kept."""

    def __init__(self, foresight: Foresight):
        self.foresight, self.novelty = foresight, foresight.novelty
        self.pictures: list[np.ndarray] = []

    def imagine(self, first: np.ndarray, last: np.ndarray, actions: Sequence[int]) -> Futures:
        found = self.foresight.imagine(first, last, actions)
        self.pictures.extend(found.pictures)
        return found


def film(setting: Setting, foresight: Foresight, budget: int = BUDGET) -> Film:
    """The imagery planner on a board of its own."""
    env, watched = setting.env(setting.case(0, SEED).board), Watched(foresight)
    agent = Imagery(watched, setting.numbers, budget=budget)
    picture, info = env.reset(seed=SEED)
    frames, shown, durations, reward, over = [stacked(picture, picture)], [], [], 0.0, False
    while not over and agent.frames <= budget:
        watched.pictures.clear()
        action = think(agent.think({"picture": picture, "words": info["description"]}))
        for imagined in watched.pictures:
            shown.append(beside(picture, imagined))
            durations.append(THOUGHT)
        if action is None:
            break
        foreseen = agent.expected.state.last
        picture, reward, terminated, truncated, info = env.step(action)
        over = terminated or truncated
        frames.append(stacked(foreseen, picture))
        shown.append(beside(picture, foreseen))
        durations.append(ACT)
    still = shown or [beside(picture, picture)]
    end = "solved" if reward > 0 else agent.verdict or "not solved"
    return Film(setting.world + (f", {setting.size:g}" if setting.size else ""), frames,
                f"{len(frames) - 1} steps, {agent.frames} pictures imagined: {end}.", gif(still, durations or [ACT]))
