"""The propositional theory of mental rotation: figures are described, and descriptions compared; nothing is turned
(Pylyshyn 1973; Hinton 1979; Just & Carpenter 1985).

A description relates each part to the one before it, whichever way the figure stands. Of solids the parts are the arms
between joints, which a learned detector finds; of flat figures, the sides of the outline.

Time is built in: a tick for a look at the joints, one for each part that is read, and one for each pair of parts that
are compared. What was learned, or told ahead, has been read before. A figure is compared as it is and as its mirror
image would be, and one that cannot fit better than what has been found costs a single tick. Time grows with the number
of parts, and never with the angle.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

import networkx as nx
import numpy as np

from agents.comparer import Comparer
from agents.description import Match, chain, match, mirrored, outline
from agents.protocol import Thought
from imagery.operations import Compare, Joint, Operation
from imagery.outline import vertices
from imagery.places import LEAST, Places, centred
from imagery.solids import is_shaded


class Describing(Comparer):
    """`descriptions` are those of the figures that were learned; `expected` is that of the one that comes."""

    name = "propositional"

    def __init__(self) -> None:
        super().__init__()
        self.descriptions: list[Any] = []
        self.expected: Any = None

    def think(self, observation: Mapping[str, Any]) -> Thought:
        response = yield from super().think(observation)
        for picture in self.known[len(self.descriptions):]:
            self.descriptions.append((yield from self.describe(picture)))
        return response

    def prepare(self) -> Generator[Operation, Any, None]:
        """Describe the figure that will come; which way it will stand makes no difference."""
        if self.coming is not None and self.expected is None:
            self.expected = yield from self.describe(self.coming)

    def judge(self, seen: np.ndarray, figures: tuple[np.ndarray, ...]) -> Generator[Operation, Any, bool]:
        this = yield from self.describe(seen)
        best, same = Match(np.inf), False
        for figure in figures:
            one = yield from self.recalled(figure)
            for hand, other in ((True, this), (False, mirrored(this))):
                found = match(one, other, best.unlikeness)
                for first, second in found.parts or ((None, None),):
                    yield Compare(first, second)
                if found.unlikeness < best.unlikeness:
                    best, same = found, hand
        self.expected = None
        return same

    def describe(self, picture: np.ndarray) -> Generator[Operation, Any, nx.Graph]:
        """The description of what a picture shows, read part by part; an empty one if nothing has an outline."""
        found = yield from places(picture)
        if not found.flat:
            description = chain(found.at)
        else:
            description = outline(found.at[:, :2]) if len(found.at) >= LEAST else nx.DiGraph()
        for first, second, part in description.edges(data=True):
            yield Compare((first, second), tuple(part.values()))
        return description

    def recalled(self, figure: np.ndarray) -> Generator[Operation, Any, Any]:
        """What was described before, or is described now."""
        before = [(self.coming, self.expected), *zip(self.known, self.descriptions)]
        found = next((known for picture, known in before if picture is figure), None)
        return (yield from self.describe(figure)) if found is None else found


def places(picture: np.ndarray) -> Generator[Operation, Any, Places]:
    """Where a picture (S, S, 3 of uint8) shows the joints of a solid, or the corners of a flat figure's outline."""
    if is_shaded(picture.transpose(2, 0, 1) / 127.5 - 1):
        return centred((yield Joint(picture)), flat=False)
    return centred(vertices(1 - picture.mean(-1) / 255), flat=True)
