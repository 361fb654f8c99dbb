"""What all who tell figures from their mirror images have in common: they learn, prepare for what they are told will
come, and answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Mapping
from typing import Any

import numpy as np

from agents.protocol import Thought
from imagery.operations import Aim, Operation

SAME, MIRROR, READY = 1, 2, 3                     # overt responses of Rotation-v0


class Comparer(ABC):
    """`known` are the pictures (S, S, 3 of uint8) of figures as they were learned; `coming` and `bearing` (degrees
    clockwise from upright) are what is known of the next trial, or None."""

    def __init__(self) -> None:
        self.known: list[np.ndarray] = []
        self.coming: np.ndarray | None = None
        self.bearing: float | None = None

    def prepare(self) -> Generator[Operation, Any, None]:
        """Make what can be made of what is known of the next trial."""
        yield from ()

    @abstractmethod
    def judge(self, seen: np.ndarray, figures: tuple[np.ndarray, ...]) -> Generator[Operation, Any, bool]:
        """Whether a seen picture is one of some figures, and not the mirror image of one."""

    def think(self, observation: Mapping[str, Any]) -> Thought:
        words, picture = observation["words"].lower(), observation["picture"]
        first, second = picture[:, :len(picture)], picture[:, -len(picture):]    # the same where there is but one
        match words:
            case "learn this figure.":
                self.known.append(picture)
            case "this figure comes next.":
                self.coming = first
                yield from self.prepare()
            case "its top will point this way.":
                self.bearing = yield Aim(second)
                yield from self.prepare()
            case _ if words.endswith("?"):
                beside = picture.shape[1] > len(picture)
                figures = (first,) if beside else (self.coming,) if self.coming is not None else tuple(self.known)
                same = yield from self.judge(second, figures)
                self.coming = self.bearing = None
                return SAME if same else MIRROR
        return READY
