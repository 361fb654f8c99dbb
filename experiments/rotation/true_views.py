"""Views as they would truly be, in place of imagined ones, for the attribution of errors to imagination."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from envs.stimuli.pairs import Pair
from envs.stimuli.turns import MIRROR
from experiments.upbringing.turning import pictures

KINDS = ("perfect", "shuffled", "blank")


@dataclass(frozen=True, eq=False)
class Standing:
    """Which of the known figures stand there (B,), and in what pose (B, 3, 3)."""

    which: Tensor
    pose: Tensor


class TrueViews:
    """Takes a medium's place: knows the figures of some pairs and shows how they would look once turned ("perfect"),
    how another of them would ("shuffled"), or nothing ("blank")."""

    def __init__(self, pairs: Iterable[Pair], kind: str, seed: int = 0, size: int = 64):
        self.kind, self.size = kind, size
        standing = {}                                                # by what is seen of them
        for pair in pairs:
            first, second = pair.pictures(size)
            standing[_key(first)] = pair.first, pair.start
            reflected = MIRROR @ pair.start @ MIRROR
            standing[_key(second)] = ((pair.first, pair.turn @ pair.start) if pair.same else
                                      (pair.first.mirror(), pair.turn @ reflected))
        self.figures = [figure for figure, _ in standing.values()]
        self.rows = {key: row for row, key in enumerate(standing)}
        self.poses = torch.from_numpy(np.stack([pose for _, pose in standing.values()]))
        self.others = np.random.default_rng(seed).permutation(len(standing))

    def encode(self, seen: Tensor) -> Standing:
        which = torch.tensor([self.rows[_key(((1 - picture.mean(0)) / 2).numpy())] for picture in seen])
        poses = self.poses[which]
        return Standing(torch.from_numpy(self.others)[which] if self.kind == "shuffled" else which, poses)

    def turn(self, code: Standing, turns: Tensor) -> Standing:
        return replace(code, pose=turns.double() @ code.pose)

    def decode(self, code: Standing) -> Tensor:
        if self.kind == "blank":
            return torch.ones(len(code.which), 1, self.size, self.size)
        return pictures([self.figures[which].draw(pose, self.size)
                         for which, pose in zip(code.which.tolist(), code.pose.numpy())])


def _key(ink: np.ndarray) -> bytes:
    return np.rint(255 * (1 - ink)).astype(np.uint8).tobytes()
