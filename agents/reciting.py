"""Two channels, each of which does one operation a tick (Paivio 1971; Brooks 1968): what is looked at with the mind's
eye leaves the voice free, and what is recalled in words leaves the eye free.

One train of thought goes through what is in mind, another reports what the first has found. They run side by side where
they need different channels, and wait for each other where they need the same.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Generator, Mapping
from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np

from agents.protocol import Thought
from imagery import operations as op
from imagery.image import MentalImage, Place

READY = 5
REPORT = {"say": (op.Speak, 1, 2), "point": (op.Point, 3, 4)}                    # what does it, for yes and for no
EDGE = 0.06                                       # buffer widths within which a corner counts as at the very top
NOUN = "noun"


class Reciting:
    """`nouns` are the words known to be nouns. With `merged` channels all operations wait for each other."""

    name = "dual"

    def __init__(self, nouns: Collection[str], fovea: float = 0.07, merged: bool = False):
        self.lexicon, self.fovea, self.merged = nx.Graph((word, NOUN) for word in nouns), fovea, merged
        self.image: MentalImage | None = None
        self.words = nx.Graph()

    def think(self, observation: Mapping[str, Any]) -> Thought:
        heard = observation["words"]
        if heard.startswith("Imagine"):
            state = yield op.Generate(f"a capital letter {heard.split()[-1][0].lower()}")
            while not isinstance(state, MentalImage):
                state = yield op.Generate(f"a capital letter {heard.split()[-1][0].lower()}", begun=state)
            self.image, self.words = state, nx.Graph()
            return READY
        if heard.startswith("Remember"):
            said = heard.split(": ", 1)[1].split()
            self.image, self.words = None, nx.path_graph([f"{place} {word}" for place, word in enumerate(said)])
            yield op.Recall(self.words, f"0 {said[0]}")
            return READY
        found: deque[bool | None] = deque()
        going = self.go_round(found) if self.image else self.go_through(found)
        yield from side_by_side([going, self.report(found, "point" if "Point" in heard else "say")], self.merged)

    # ---- one train of thought ---------------------------------------------------------------------------------------

    def go_round(self, found: deque[bool | None]) -> Generator[op.Operation | None, Any, None]:
        """Attention goes along the contour of the image, from corner to corner."""
        image, place, first = self.image, None, None
        low, high = yield op.Inspect(image)
        while True:
            place = yield op.Follow(image, place)
            if place is None or first is not None and np.hypot(*np.subtract(place, first)) < self.fovea / 2:
                found.append(None)
                return
            first = first or place
            while np.hypot(*np.subtract(place, image.focus)) > self.fovea / 2:
                image = yield op.Shift(image, place)
            found.append(_beside(place, low, high))

    def go_through(self, found: deque[bool | None]) -> Generator[op.Operation | None, Any, None]:
        """From word to word, recalling what each is."""
        words = list(self.words)
        for here, there in pairwise([words[0], *words]):
            if here != there:
                yield op.Traverse(self.words, here, there)
            found.append((yield op.Recall(self.lexicon, there.split()[1])))
        found.append(None)

    # ---- the other --------------------------------------------------------------------------------------------------

    def report(self, found: deque[bool | None], how: str) -> Generator[op.Operation | None, Any, None]:
        """What was found, in its order. It takes a look to point, and a word to speak."""
        does, yes, no = REPORT[how]
        while True:
            while not found:
                yield None
            answer = found.popleft()
            if answer is None:
                return
            yield op.Recall(self.lexicon, "yes" if answer else "no") if how == "say" else op.Inspect(self._page())
            yield does(yes if answer else no)

    @staticmethod
    def _page() -> np.ndarray:
        """The page at which one points; nothing on it matters but that it has to be looked at."""
        return np.full((64, 64, 3), 255, np.uint8)


def _beside(place: Place, low: np.ndarray, high: np.ndarray) -> bool:
    """Whether a place is at the very top or bottom of what lies from `low` to `high`."""
    return bool(min(place[1] - low[1], high[1] - place[1]) < EDGE)


def side_by_side(thoughts: list[Generator], merged: bool) -> Generator[op.Operation, Any, None]:
    """Run trains of thought, each of which may yield None while it waits for another; those whose operations need
    different channels share a tick, and if `merged`, none do. The later in the list goes first: what was found is
    reported before more is looked for."""
    asked: dict[int, op.Operation | None] = {}
    for k, thought in enumerate(thoughts):
        _go_on(asked, k, thought, None)
    while asked:
        chosen: list[int] = []
        for k in sorted(asked, reverse=True):
            operation = asked[k]
            taken = {asked[other].channel for other in chosen}
            if operation is not None and operation.channel not in taken and not (merged and chosen):
                chosen.append(k)
        results = (yield op.Together(tuple(asked[k] for k in chosen))) if chosen else ((yield op.Wait()),)
        waiting = [k for k in asked if asked[k] is None]
        for k, result in zip(chosen, results):
            _go_on(asked, k, thoughts[k], result)
        for k in waiting:
            _go_on(asked, k, thoughts[k], None)


def _go_on(asked: dict[int, op.Operation | None], k: int, thought: Generator, result: Any) -> None:
    """Let one train of thought go on to its next operation; at its end it asks for nothing more."""
    try:
        asked[k] = thought.send(result)
    except StopIteration:
        asked.pop(k, None)
