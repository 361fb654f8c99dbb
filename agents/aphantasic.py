"""Mental rotation without a mental image, as in aphantasia (Kay, Keogh & Pearson 2024, Consciousness and Cognition 121:
slower, and not worse): the places of a figure's parts are known, but no image shows them all together.

So as many of them as working memory holds are turned at a time, as images are, a rotation step a tick, and then
compared with what is where they come to lie. The figure is laid over the other as it is and as its mirror image, until
it cannot fit better than it did before; whichever fits better is the answer.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

import numpy as np

from agents.describing import Describing, places
from agents.rotating import GRASP, steps
from imagery.operations import Align, Compare, Operation, Turn
from imagery.places import LEAST, Places


class Aphantasic(Describing):
    """`turning` is the person's pace, in degrees a tick."""

    name = "aphantasic"

    def __init__(self, turning: float):
        super().__init__()
        self.turning = turning

    def describe(self, picture: np.ndarray) -> Generator[Operation, Any, Places]:
        """Where the parts are, each found in a tick."""
        found = yield from places(picture)
        for part in found.parts():
            yield Compare(part, picture)
        return found

    def judge(self, seen: np.ndarray, figures: tuple[np.ndarray, ...]) -> Generator[Operation, Any, bool]:
        this, those = (yield from self.describe(seen)), []
        for figure in figures:
            those.append((yield from self.recalled(figure)))
        one = yield from self.recognised(this, those)
        least, same = np.inf, False
        for hand, goal in ((True, this), (False, this.mirrored())):
            off = yield from self.lay(one, goal, least)
            if off < least:
                least, same = off, hand
        self.expected = None
        return same

    def recognised(self, this: Places, those: Sequence[Places]) -> Generator[Operation, Any, Places]:
        """Which of several figures this one, or its mirror figure, is: how far out its parts lie says so, whichever way
        it stands."""
        unlike = []
        for one in those if len(those) > 1 else ():
            yield Compare(one, this)
            unlike.append(float(np.abs(one.outlying() - this.outlying()).sum()))
        return those[int(np.argmin(unlike))] if unlike else those[0]

    def lay(self, moved: Places, goal: Places, least: float) -> Generator[Operation, Any, float]:
        """Turn piece after piece to where it should lie; how far off they are, infinite from `least` on."""
        if min(len(moved.at), len(goal.at)) < LEAST or moved.flat != goal.flat:
            return np.inf
        turn = yield Align(moved, goal)
        [there], off = goal.pieces(1), 0.0
        pieces = moved.pieces(int(np.ceil(len(moved.at) / GRASP)))
        points = sum(len(piece.at) for piece in pieces)
        for piece in pieces:
            turned = yield from self.turn(piece, turn)
            yield Compare(turned, there)
            off += float((turned.away(there) ** 2).sum()) / points
            if off >= least:
                return np.inf
        return off

    def turn(self, piece: Places, turn: np.ndarray) -> Generator[Operation, Any, Places]:
        for step in steps(turn, self.turning):
            piece = yield Turn(piece, step)
        return piece
