"""The depictive theory of mental rotation: one figure is imagined and turned until it matches the other, or until there
is no way left on which it would (Shepard & Metzler 1971; Cooper & Shepard 1973).

How far and which way is not known. What is imagined now is compared with what is seen, which also suggests how to turn
on; that is better the less is left, and may lead astray, so one looks again when half of it is done. Where suggestions
cancel, there is nothing more to gain. Of several figures that it might be, the least likely is given up at each look.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

import numpy as np

from agents.comparer import Comparer
from imagery import operations as op
from imagery.operations import Operation, Thing
from imagery.solids import Solid

DIM = 0.85              # share of its first vividness at which an image is refreshed
HARDLY = 1.0            # degrees that are not worth a turn
PATIENCE = 2            # times that one may have to turn back, or have nowhere to turn, before giving up
BOLD = 0.5              # share of what seems to be left that is turned before one looks again
ALL_ROUND = 360.0       # degrees after which everything has been tried
SURE = 1.0              # log-odds at which things are taken for the same; one looks often, and may err each time
CLEARER = 0.5           # log-odds by which things must become more alike for it to be worth going on
AROUND = np.array(((0, 0, 1), (0, 0, -1), (0, 1, 0), (0, -1, 0), (1, 0, 0), (-1, 0, 0)), float)   # axes of small turns
GRASP = 4               # corners that can be turned in one piece (Luck & Vogel 1997: what visual memory holds)


class Rotating(Comparer):
    """`turning` is the person's pace, in degrees a tick."""

    name = "depictive"

    def __init__(self, turning: float):
        super().__init__()
        self.turning = turning
        self.ready: tuple[Thing, ...] = ()

    def prepare(self) -> Generator[Operation, Any, None]:
        """Imagine the figure that will come, at once as it will stand if that is known."""
        if self.coming is None or self.bearing is None:
            return
        self.ready = yield from self.imagine(self.coming)
        for step in steps(np.array((0.0, 0.0, self.bearing)), self.turning):      # as far as there is time for
            self.ready = yield from self.turn(self.ready, step)

    def judge(self, seen: np.ndarray, figures: tuple[np.ndarray, ...]) -> Generator[Operation, Any, bool]:
        """What was prepared, or else what is seen, is turned to the other."""
        if self.ready:
            things, goals, self.ready = self.ready, (seen,), ()
        else:
            things, goals = (yield from self.imagine(seen)), figures
        way, back, gone, fits = np.zeros(3), 0, 0.0, np.zeros(len(goals))
        while gone < ALL_ROUND:
            likes = yield op.Match(things, goals)
            fits += [like.fit for like in likes]
            like = likes[int(fits.argmax())]                      # to the figure that it seems to be all in all
            if like.same > SURE:
                return True
            left = float(np.linalg.norm(like.rest))
            back += left < HARDLY or bool(way @ like.rest < 0)
            if back > PATIENCE:
                break
            stretch = max(BOLD * left, min(self.turning, left))
            way, gone = like.rest, gone + stretch
            things = yield from self.turn(things, way * stretch / max(left, HARDLY))
            likely = np.argsort(-fits, kind="stable")[:max(1, len(goals) - 1)]
            goals, fits = tuple(goals[k] for k in likely), fits[likely]
        return (yield from self.probe(things, goals[int(fits.argmax())], like.same))

    def probe(self, things: tuple[Thing, ...], goal: np.ndarray, odds: float) -> Generator[Operation, Any, bool]:
        """Where no way seems to lead on, turn a little this way and that, as long as it makes things more alike."""
        ways = AROUND if isinstance(things[0], Solid) else AROUND[:2]
        while True:
            tried = []
            for way in ways:
                turned = yield from self.turn(things, self.turning * way)
                [like] = yield op.Match(turned, (goal,))
                if like.same > SURE:
                    return True
                tried.append((like.same, turned))
            best, turned = max(tried, key=lambda each: each[0])
            if best < odds + CLEARER:
                return False
            odds, things = best, turned

    def imagine(self, picture: np.ndarray) -> Generator[Operation, Any, tuple[Thing, ...]]:
        return ((yield op.Lift(picture)),)

    def turn(self, things: Sequence[Thing], turn: np.ndarray) -> Generator[Operation, Any, tuple[Thing, ...]]:
        """All of them, step by step."""
        for step in steps(turn, self.turning):
            turned = []
            for thing in things:
                thing = yield op.Turn(thing, step)
                turned.append((yield op.Refresh(thing)) if thing.vividness < DIM else thing)
            things = tuple(turned)
        return things


class Piecemeal(Rotating):
    """Takes the figure apart and turns it part by part (Just & Carpenter 1976; Hochberg & Gellman 1977)."""

    name = "piecemeal"

    def imagine(self, picture: np.ndarray) -> Generator[Operation, Any, tuple[Thing, ...]]:
        """As many parts as its contour has corners for."""
        corners, start = 0, (yield op.Follow(picture))
        place = start
        while place is not None:
            corners, place = corners + 1, (yield op.Follow(picture, place))
            if place == start:
                break
        things = []
        for part in _parts(picture, max(1, int(np.ceil(corners / GRASP)))):
            things.append((yield op.Lift(part)))
        return tuple(things)


def steps(turn: np.ndarray, pace: float) -> list[np.ndarray]:
    """A turn (3,), an axis as long as the angle in degrees, as equal turns by at most the `pace`."""
    count = int(np.ceil(np.linalg.norm(turn) / pace - 1e-9))
    return [turn / count for _ in range(count)]


def _parts(picture: np.ndarray, count: int) -> list[np.ndarray]:
    """A picture (S, S, 3 of uint8) of a figure as pictures of its parts: slices with as much ink each, across the way
    in which it is longest."""
    rows, columns = (picture.mean(-1) < 255).nonzero()
    if not len(rows):
        return [picture]
    places = np.stack([columns, rows], 1) - (columns.mean(), rows.mean())
    along = places @ np.linalg.svd(places, full_matrices=False)[2][0]
    parts = []
    for chosen in np.array_split(np.argsort(along, kind="stable"), count):
        part = np.full_like(picture, 255)
        part[rows[chosen], columns[chosen]] = picture[rows[chosen], columns[chosen]]
        parts.append(part)
    return parts
