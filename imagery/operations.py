"""Elementary mental operations: the requests that a train of thought yields, one a tick.

Each is bounded in extent, so that time measures what was done: one network evaluation (Generate), one fovea radius
(Shift), a quarter of the buffer (Move), one doubling or halving (Zoom, Resize), one rotation step (Rotate), one link
(Traverse). Every theory of thought spends the same currency.

What is seen in one piece, a mental image, a part of a figure or the whole figure, is a `Picture` here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import networkx as nx
import numpy as np
from torch import Tensor

from imagery.image import Imagining, MentalImage, Place
from imagery.memory import Trace
from imagery.places import Places
from imagery.solids import Solid
from imagery.superposition import Lines, Part, Superposition

Picture = MentalImage | Part | Superposition
Thing = Solid | MentalImage                       # imagined so that it can be turned; a flat figure is an image


class Operation:
    """One tick of thought, in one `channel`: visual, verbal, or, of waiting, none (dual coding: Paivio 1971)."""

    channel: ClassVar[str] = "visual"


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


@dataclass(frozen=True)
class Keep(Operation):
    """Hold an image as it is but for a `region` of its picture, a convex polygon (N, 2), clockwise, that is to be
    imagined anew -> Trace, for Generate."""

    image: MentalImage
    region: np.ndarray


@dataclass(frozen=True)
class Blend(Operation):
    """Mix two memories, `share` of the second -> Trace, for Generate."""

    first: Trace
    second: Trace
    share: float


@dataclass(frozen=True)
class Alter(Operation):
    """Add a direction of the picture's code (C, S, S), an attribute, to what is remembered -> Trace, for Generate."""

    trace: Trace
    direction: Tensor


# ---- imagery: Kosslyn 1980; Kosslyn, Thompson & Ganis 2006 ----------------------------------------------------------

@dataclass(frozen=True)
class Generate(Operation):
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
    """Turn a picture clockwise about a place of the buffer, one rotation step at most (Shepard & Metzler 1971)
    -> the Picture."""

    image: Picture
    degrees: float
    about: Place = (0.5, 0.5)


@dataclass(frozen=True)
class Flip(Operation):
    """Mirror a picture left to right, about a place of the buffer -> the Picture."""

    image: Picture
    about: Place = (0.5, 0.5)


@dataclass(frozen=True)
class Resize(Operation):
    """Stretch a picture across and down, about a place of the buffer, each at most doubled or halved -> the Picture."""

    image: Picture
    factors: tuple[float, float]
    about: Place = (0.5, 0.5)


@dataclass(frozen=True)
class Move(Operation):
    """Slide a picture across the buffer, by a quarter of it at most -> the Picture."""

    image: Picture
    by: tuple[float, float]


@dataclass(frozen=True)
class Erase(Operation):
    """Take away the ink of a part that lies nearer to one of the `lines` in the buffer than to the `rest` -> Part."""

    part: Part
    lines: Lines
    rest: Lines


@dataclass(frozen=True)
class Superimpose(Operation):
    """Lay parts over one another (Finke, Pinker & Farah 1989) -> Superposition."""

    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Follow(Operation):
    """Where, from a place of the buffer, the contour of the ink leads to: its next corner, clockwise; from nowhere, its
    lowest corner on the left -> (x, y) in the buffer, or None if there is no ink."""

    image: Picture
    place: Place | None = None


@dataclass(frozen=True)
class Inspect(Operation):
    """Where the ink of an imagined or seen picture is -> its least and greatest (x, y) in the buffer, or None if there
    is none."""

    image: Picture | np.ndarray


@dataclass(frozen=True)
class Name(Operation):
    """How well each of some texts says what an imagined or seen picture (H, W, 3 of uint8) shows, by the verbal
    channel's `match` -> array of similarities."""

    image: Picture | np.ndarray
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Regard(Operation):
    """What an imagined or seen picture (H, W, 3 of uint8) looks like on the whole -> the unit vector (D,) that the
    verbal channel's eye makes of it."""

    image: Picture | np.ndarray


@dataclass(frozen=True)
class Draw(Operation):
    """Put on paper what the buffer shows of an image -> the drawing (H, W, 3 of uint8), which can then be seen."""

    image: Picture


@dataclass(frozen=True)
class Refresh(Operation):
    """Renew a fading image (Kosslyn 1980) -> MentalImage."""

    image: MentalImage


# ---- turning things: Shepard & Metzler 1971 -------------------------------------------------------------------------

@dataclass(frozen=True)
class Lift(Operation):
    """Imagine a seen figure (S, S, 3 of uint8) so that it can be turned, in depth if it is shaded -> the Thing."""

    picture: np.ndarray


@dataclass(frozen=True)
class Turn(Operation):
    """Turn a thing, or places without an image of them, about an axis (3,) as long as the angle in degrees, one
    rotation step at most; a flat one in its plane -> the Thing, or Places."""

    thing: Thing | Places
    turn: np.ndarray


@dataclass(frozen=True)
class Align(Operation):
    """How places would have to be turned to come to lie where others do -> an axis (3,) as long as the angle in
    degrees."""

    first: Places
    second: Places


@dataclass(frozen=True)
class Match(Operation):
    """Look at things as they are imagined now, one over the other if there are several, beside some seen or remembered
    pictures (S, S, 3 of uint8) -> Likeness to each, with the turn that seems to be left."""

    things: tuple[Thing, ...]
    pictures: tuple[np.ndarray, ...]


@dataclass(frozen=True)
class Reflect(Operation):
    """How much two seen pictures (S, S, 3 of uint8) differ, place by place, and how much the second and the first's
    reflection do -> two arrays (8, 8) of the share of ink in which they differ."""

    first: np.ndarray
    second: np.ndarray


@dataclass(frozen=True)
class Glance(Operation):
    """Judge at a glance whether two seen pictures (S, S, 3 of uint8) are of the same thing, however it is turned
    -> log-odds."""

    first: np.ndarray
    second: np.ndarray


@dataclass(frozen=True)
class Aim(Operation):
    """Where a seen arrow (S, S, 3 of uint8) points -> degrees clockwise from the top, or None if nothing is seen."""

    picture: np.ndarray


# ---- propositions: Pylyshyn 1973; Anderson & Bower 1973 -------------------------------------------------------------

class Verbal(Operation):
    """A tick of thought in words or other symbols."""

    channel = "verbal"


@dataclass(frozen=True)
class Joint(Verbal):
    """Where the joints of a solid in a seen picture (S, S, 3 of uint8) are -> (5, 3) from one end to the other, in
    depth too, in picture widths from the centre."""

    picture: np.ndarray


@dataclass(frozen=True)
class Recall(Verbal):
    """Whether a thing is among the facts, by its name -> bool."""

    facts: nx.Graph
    name: str


@dataclass(frozen=True)
class Traverse(Verbal):
    """Follow one link of the facts from `start` on a shortest way to `goal` -> the next name."""

    facts: nx.Graph
    start: str
    goal: str


@dataclass(frozen=True)
class Compare(Verbal):
    """Whether two symbols are the same -> bool."""

    first: Any
    second: Any


@dataclass(frozen=True)
class Associate(Verbal):
    """How near in meaning some texts are to what was said, as far as its words are known -> array of similarities."""

    words: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Wait(Operation):
    """Let a tick pass -> None."""

    channel = "none"


# ---- overt responses in the midst of thought: Brooks 1968 -----------------------------------------------------------

@dataclass(frozen=True)
class Speak(Verbal):
    """Say something: the environment's `action` -> None."""

    action: int


@dataclass(frozen=True)
class Point(Operation):
    """Point at something, which takes looking: the environment's `action` -> None."""

    action: int


@dataclass(frozen=True)
class Together(Operation):
    """Operations of different channels in one tick -> their results, in their order."""

    operations: tuple[Operation, ...]
