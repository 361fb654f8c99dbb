"""The imagery planner: searches among imagined pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from agents.planning.foreseeing import Branch, Outcome
from agents.planning.known import Known
from agents.planning.searching import BUDGET, SEARCHES, Searching
from imagery.foresight import Foresight

COARSE = 4                                        # pixels a side that are averaged when pictures are compared
ALIKE = 24.0                                      # the most that such averages differ in pictures of one state, of 255
UNFAMILIAR = 6.0                                  # standard deviations of novelty that are too many


class Gallery:
    """Pictures of states that were told apart: a picture is of the state that it is like all over."""

    def __init__(self, alike: float = ALIKE):
        self.pictures: list[np.ndarray] = []
        self.averages = Known(alike)

    def number(self, picture: np.ndarray) -> int:
        """Which state a picture (H, W, 3) is of; a new one, if it is like none."""
        high, wide = picture.shape[:2]
        patches = picture.reshape(high // COARSE, COARSE, wide // COARSE, COARSE, 3)
        number = self.averages.number(patches.mean((1, 3), dtype=np.float32).ravel())
        if number == len(self.pictures):
            self.pictures.append(picture)
        return number


@dataclass(frozen=True, eq=False)
class View:
    """The picture that it all began with, the one now, those of states known since, and the world model's numbers of
    the actions that there are."""

    first: np.ndarray
    last: np.ndarray
    gallery: Gallery
    numbers: tuple[int, ...]

    def at(self, picture: np.ndarray) -> Outcome:
        """The same, with another picture now."""
        number = self.gallery.number(picture)
        return Outcome(View(self.first, self.gallery.pictures[number], self.gallery, self.numbers), number)


class Pictures:
    """What actions bring is imagined, for all branches at once. `actions` are the world model's numbers of those of the
    environment. What is like a known picture is taken for that, so that errors do not add up on the way back."""

    def __init__(self, foresight: Foresight, actions: Sequence[int] = range(4), unfamiliar: float = UNFAMILIAR):
        self.source, self.numbers, self.actions = foresight, tuple(actions), len(actions)
        self.unfamiliar = unfamiliar

    def root(self, observation: dict, earlier: Outcome | None = None) -> Outcome:
        picture = observation["picture"]
        if earlier is not None:
            here = earlier.state.at(picture)
            earlier.state.gallery.pictures[here.key] = picture                 # what is seen corrects what was imagined
            return replace(here, state=replace(here.state, last=picture))
        novelty = float(self.source.novelty(picture[None])[0])
        if novelty > self.unfamiliar:
            raise ValueError(f"this picture is unlike any learned from: {novelty:.0f} standard deviations from what is "
                             f"usual, {self.unfamiliar:g} being too many")
        return View(picture, picture, Gallery(), self.numbers).at(picture)

    def expand(self, branches: Sequence[Branch]) -> list[Outcome]:
        views = [view for view, _ in branches]
        first, last = (np.stack(pictures) for pictures in zip(*((view.first, view.last) for view in views)))
        found = self.source.imagine(first, last, [view.numbers[action] for view, action in branches])
        return [replace(view.at(picture), reward=float(reward > 0.5), over=bool(over > 0.5), left=float(left)) for
                view, picture, reward, over, left in zip(views, found.pictures, found.reward, found.over, found.left)]


class Imagery(Searching):
    """Sees ahead in pictures; `actions` are the world model's numbers of the environment's."""

    def __init__(self, foresight: Foresight, actions: Sequence[int] = range(4), search: str = "best-first",
                 budget: int = BUDGET):
        super().__init__("imagery", Pictures(foresight, actions), SEARCHES[search], budget)
