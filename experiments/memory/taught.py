"""Memories that learn what they are to keep, step by step: restricted Boltzmann machines and deep belief networks in
the place of an associative memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from imagery.models.dbn import DeepBelief, greedy
from imagery.models.rbm import RBM
from imagery.training import TrainConfig, fit

LESSONS = TrainConfig(1500, 64, learning_rate=5e-3, ema_decay=0.95, amp=False, log_every=1500)


@dataclass(eq=False)
class Taught:
    """A network of units of 0 and 1 that keeps patterns (K, N) of -1 and 1; one of several layers learns greedily."""

    model: RBM | DeepBelief
    lessons: TrainConfig = LESSONS

    def store(self, patterns: Tensor) -> None:
        bits = (patterns + 1) / 2

        def batches(step: int) -> Tensor:
            generator = torch.Generator().manual_seed(step)
            return bits[torch.randint(len(bits), (self.lessons.batch_size,), generator=generator)]

        teach: Callable = greedy if isinstance(self.model, DeepBelief) else fit
        list(teach(self.model, batches, self.lessons))

    def recall(self, part: Tensor, known: Tensor) -> Tensor:
        """The likelier states (B, N) of -1 and 1, what is known being held."""
        return torch.where(self.model.recall((part + 1) / 2, known) > 0.5, 1.0, -1.0)
