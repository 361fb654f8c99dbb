"""Foresight: what actions would bring, as pictures in the form in which they are seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from imagery.devices import swift
from imagery.models.world import Imagined, WorldModel

MOST = 64                                         # pictures in one call of the network


@dataclass(frozen=True)
class Futures:
    """Pictures (B, H, W, 3) uint8, the chances (B,) that they bring a reward and are the end, and how many actions
    seem `left` (B,) to the goal."""

    pictures: np.ndarray
    reward: np.ndarray
    over: np.ndarray
    left: np.ndarray


class Foresight:
    """A world model, asked in batches. `steps` evaluations a picture; `seed` of its noise."""

    def __init__(self, model: WorldModel, steps: int = 1, seed: int = 0):
        self.model, self.steps = model.eval(), steps
        self.generator = torch.Generator().manual_seed(seed)

    def imagine(self, first: np.ndarray, last: np.ndarray, actions: Sequence[int]) -> Futures:
        """From the first and the last pictures (B, H, W, 3), uint8, what each action brings, branch by branch."""
        first, last, actions = seen(first), seen(last), torch.as_tensor(actions)
        parts = [self._imagine(*part) for part in zip(first.split(MOST), last.split(MOST), actions.split(MOST))]
        told = (torch.cat([getattr(part, name) for part in parts]).cpu().numpy() for name in ("reward", "over", "left"))
        return Futures(np.concatenate([shown(part.pictures) for part in parts]), *told)

    def novelty(self, pictures: np.ndarray) -> np.ndarray:
        """How unlike the pictures learned from each of some (B, H, W, 3) is, in standard deviations of theirs (B,)."""
        return self.model.novelty(seen(pictures).to(self.model.device)).cpu().numpy()

    def _imagine(self, first: Tensor, last: Tensor, actions: Tensor) -> Imagined:
        device = self.model.device
        with swift(device):
            return self.model.imagine(first.to(device), last.to(device), actions.to(device), self.generator, self.steps)


def seen(pictures: np.ndarray) -> Tensor:
    """(B, H, W, 3) of uint8 -> (B, 3, H, W) in [-1, 1]."""
    pictures = np.ascontiguousarray(pictures)
    if pictures.dtype != np.uint8 or pictures.ndim != 4 or pictures.shape[-1] != 3 or any(
            side % 16 for side in pictures.shape[1:3]):
        raise ValueError(f"pictures are (B, H, W, 3) of uint8, H and W multiples of 16; these are {pictures.shape} of "
                         f"{pictures.dtype}")
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1


def shown(pictures: Tensor) -> np.ndarray:
    """(B, 3, H, W) in [-1, 1] -> (B, H, W, 3) of uint8."""
    return ((pictures + 1) * 127.5).round().clamp(0, 255).byte().permute(0, 2, 3, 1).cpu().numpy()
