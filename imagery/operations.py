"""Elementary mental operations: the requests that a train of thought yields, one a tick.

Each is bounded in extent, so that time measures what was done: one network evaluation (Imagine), one fovea radius
(Shift), one doubling or halving (Zoom), one rotation step (Rotate), one link (Traverse). Every theory of thought
spends the same currency.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np

from imagery.image import Imagining, MentalImage, Place
from imagery.memory import Trace


class Operation:
    """One tick of thought."""


# ---- seeing and remembering -----------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Perceive(Operation):
    """Name what a seen picture (H, W, 3 of uint8) shows -> {name: place}, places in picture widths."""

    picture: np.ndarray


@dataclass(frozen=True)
class Encode(Operation):
    """Attend for a tick to a place of a seen picture or of a mental image -> the Trace, there a little more precise."""

    seen: np.ndarray | MentalImage
    focus: Place
    trace: Trace | None = None


# ---- imagery: Kosslyn 1980; Kosslyn, Thompson & Ganis 2006 ----------------------------------------------------------

@dataclass(frozen=True)
class Imagine(Operation):
    """One step of forming an image from words and, if any, a memory trace -> Imagining, at last MentalImage.

    In the first step it is also settled where the things named are.
    """

    words: str
    trace: Trace | None = None
    begun: Imagining | None = None


@dataclass(frozen=True)
class Look(Operation):
    """What the image shows around the focus, sharply at the fovea and ever less so further out -> Percept.

    With `whole`, attention is spread over all of it, evenly and less sharply (zoom lens: Eriksen & St. James 1986).
    """

    image: MentalImage
    whole: bool = False


@dataclass(frozen=True)
class Shift(Operation):
    """Move the focus towards a place, by one fovea radius at most (Kosslyn, Ball & Reiser 1978) -> MentalImage.

    Where the image overflows the buffer, the image slides instead once the focus meets the buffer's edge.
    """

    image: MentalImage
    toward: Place


@dataclass(frozen=True)
class Zoom(Operation):
    """Scale the image about the buffer's centre, at most doubled or halved (Kosslyn 1975) -> MentalImage."""

    image: MentalImage
    factor: float


@dataclass(frozen=True)
class Rotate(Operation):
    """Turn the image clockwise about the buffer's centre, one rotation step at most (Shepard & Metzler 1971)
    -> MentalImage."""

    image: MentalImage
    degrees: float


@dataclass(frozen=True)
class Refresh(Operation):
    """Renew a fading image (Kosslyn 1980) -> MentalImage."""

    image: MentalImage


# ---- propositions: Pylyshyn 1973; Anderson & Bower 1973 -------------------------------------------------------------

@dataclass(frozen=True)
class Recall(Operation):
    """Whether a thing is among the facts, by its name -> bool."""

    facts: nx.Graph
    name: str


@dataclass(frozen=True)
class Traverse(Operation):
    """Follow one link of the facts from `start` on a shortest way to `goal` -> the next name."""

    facts: nx.Graph
    start: str
    goal: str


@dataclass(frozen=True)
class Compare(Operation):
    """Whether two symbols are the same -> bool."""

    first: Any
    second: Any


@dataclass(frozen=True)
class Wait(Operation):
    """Let a tick pass -> None."""
