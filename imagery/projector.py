"""Films as pictures in the form in which they are seen: what the video planner asks for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from imagery.devices import swift
from imagery.foresight import seen, shown
from imagery.models.film import FilmModel, lengths

MOST = 64                                         # films in one call of the network


class Projector:
    """A film model, asked for ways; `actions` are its numbers of those that the environment has, in their order.
    `seed` of its noise, `steps` evaluations a film: more did not solve more boards."""

    def __init__(self, model: FilmModel, actions: Sequence[int] = range(4), steps: int = 1, seed: int = 0):
        self.model, self.actions, self.steps = model.eval(), list(actions), steps
        self.generator = torch.Generator().manual_seed(seed)

    def imagine(self, first: np.ndarray, goal: np.ndarray | None = None) -> np.ndarray:
        """Pictures (T, H, W, 3) of a way from the first (H, W, 3), which they leave out, to the goal, or to what the
        first says it is. T = 0: there is no way."""
        return self.imagine_all(first[None], [goal])[0]

    def imagine_all(self, first: np.ndarray, goals: Sequence[np.ndarray | None] | None = None) -> list[np.ndarray]:
        """The same for each of some pictures (B, H, W, 3), each way as long as it is, to the goals that are shown."""
        goals = [None] * len(first) if goals is None else goals
        begun = seen(first)
        there = seen(np.stack([begin if goal is None else goal for begin, goal in zip(first, goals)]))
        told = torch.tensor([float(goal is not None) for goal in goals])
        parts = zip(begun.split(MOST), there.split(MOST), told.split(MOST))
        films = torch.cat([self._imagine(*part) for part in parts])
        return [shown(film[:count]) for film, count in zip(films, lengths(begun, films).tolist())]

    def deeds(self, before: np.ndarray, after: np.ndarray) -> np.ndarray:
        """The environment's action that leads from each picture (T, H, W, 3) to the one after it, (T,)."""
        with swift(self.model.device):
            told = self.model.deeds(seen(before).to(self.model.device), seen(after).to(self.model.device))
        return told[:, self.actions].argmax(1).cpu().numpy()

    def _imagine(self, first: torch.Tensor, goal: torch.Tensor, told: torch.Tensor) -> torch.Tensor:
        device = self.model.device
        with swift(device):
            return self.model.imagine(first.to(device), goal.to(device), told.to(device), self.generator,
                                      self.steps).cpu()
