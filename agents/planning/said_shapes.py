"""What is said of bodies and forms, comprehended: all of them are taken for the rectangles that the words give."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from agents.planning.said import STEPS, Link

HEADINGS = 16
TURN = 360 / HEADINGS                             # degrees
FINE, BETWEEN = 2, 3                              # places to a step and headings to a turn at which it must not touch
EDGE = 0.5                                        # of a room, in steps
NUMBER = r"(-?\d+(?:\.\d+)?)"
POSE = f"the middle {NUMBER} steps from the left and {NUMBER} from the top, turned clockwise by {NUMBER} degrees"
Pose = tuple[int, int, int]                       # column, row, heading


@dataclass(frozen=True, eq=False)
class Lattice:
    """A rectangle, `long` and `broad`, to be moved among `boxes` (N, 4), left, right, top, bottom, in steps."""

    start: Pose
    goal: Pose
    side: int
    long: float
    broad: float
    boxes: np.ndarray = field(repr=False)

    def links(self, state: Pose) -> Iterator[Link]:
        column, row, heading = state
        for action in range(6):
            if self._possible[action, heading, row, column]:
                if action < 4:
                    down, across = STEPS[action]
                    yield action, (column + across, row + down, heading)
                else:
                    yield action, (column, row, (heading + (1 if action == 4 else -1)) % HEADINGS)

    def solved(self, state: Pose) -> bool:
        """Half a turn makes no difference to a rectangle."""
        return state[:2] == self.goal[:2] and (state[2] - self.goal[2]) % (HEADINGS // 2) == 0

    def left(self, state: Pose) -> float:
        turn = (state[2] - self.goal[2]) % (HEADINGS // 2)
        return abs(state[0] - self.goal[0]) + abs(state[1] - self.goal[1]) + min(turn, HEADINGS // 2 - turn)

    @cached_property
    def _possible(self) -> np.ndarray:
        """Which actions touch nothing on their way, (6, headings, rows, columns)."""
        clear, at = self._clear, FINE * np.arange(self.side)
        last = FINE * self.side - 1
        moves = [np.logical_and.reduce([
            clear[::BETWEEN, np.clip(at + k * down, 0, last)[:, None], np.clip(at + k * across, 0, last)]
            for k in range(FINE + 1)]) for down, across in STEPS]
        turn = np.logical_and.reduce([np.roll(clear, -k, 0)[::BETWEEN, ::FINE, ::FINE] for k in range(BETWEEN + 1)])
        return np.stack([*moves, turn, np.roll(turn, 1, 0)])

    @cached_property
    def _clear(self) -> np.ndarray:
        """Where the rectangle overlaps nothing, by fine heading and place: no line parts them (the separating axes of
        convex bodies, Gottschalk et al. 1996)."""
        angle = np.deg2rad(TURN / BETWEEN * np.arange(HEADINGS * BETWEEN))[:, None, None]
        cos, sin = np.cos(angle), np.sin(angle)
        half, thick = self.long / 2, self.broad / 2
        wide, high = half * np.abs(cos) + thick * np.abs(sin), half * np.abs(sin) + thick * np.abs(cos)
        middles = np.arange(FINE * self.side) / FINE
        x, y = middles[None, None, :], middles[None, :, None]
        far = self.side - EDGE
        clear = (x - wide >= EDGE) & (x + wide <= far) & (y - high >= EDGE) & (y + high <= far)
        for left, right, top, bottom in self.boxes:
            dx, dy = x - (left + right) / 2, y - (top + bottom) / 2
            across, down = (right - left) / 2, (bottom - top) / 2
            parted = (np.abs(dx) >= wide + across) | (np.abs(dy) >= high + down)
            parted = parted | (np.abs(dx * cos + dy * sin) >= half + across * np.abs(cos) + down * np.abs(sin))
            parted = parted | (np.abs(dy * cos - dx * sin) >= thick + across * np.abs(sin) + down * np.abs(cos))
            clear = clear & parted
        return clear


@dataclass(frozen=True)
class Fitting:
    """Forms by length and breadth, and their headings: states are the piece on the hole, its heading, and whether it
    is pressed in. The right one is the likest in length and breadth, turned as the hole is."""

    start: tuple[int, int, bool]
    hole: tuple[float, float, int]
    pieces: tuple[tuple[float, float, int], ...]

    def links(self, state: tuple[int, int, bool]) -> Iterator[Link]:
        piece, heading, pressed = state
        if pressed:
            return
        count = len(self.pieces)
        yield from ((k, (k, form[2], False)) for k, form in enumerate(self.pieces) if k != piece)
        if piece >= 0:
            yield count, (piece, (heading + 1) % HEADINGS, False)
            yield count + 1, (piece, (heading - 1) % HEADINGS, False)
            yield count + 2, (piece, heading, True)

    def solved(self, state: tuple[int, int, bool]) -> bool:
        return state == (self._likest, self.hole[2], True)

    def left(self, state: tuple[int, int, bool]) -> float:
        return 0 if state[2] else 1

    @cached_property
    def _likest(self) -> int:
        return min(range(len(self.pieces)), key=lambda k: abs(self.pieces[k][0] - self.hole[0])
                   + abs(self.pieces[k][1] - self.hole[1]))


def read_room(words: str, found: re.Match) -> Lattice:
    boxes = re.findall(f"{NUMBER} to {NUMBER} steps from the left, {NUMBER} to {NUMBER} from the top", words)
    long, broad = map(float, re.search(f"You are {NUMBER} steps long and {NUMBER} steps broad", words).groups())
    start, goal = ((int(column), int(row), round(float(degrees) / TURN) % HEADINGS)
                   for column, row, degrees in re.findall(POSE, words))
    return Lattice(start, goal, int(found[1]), long, broad, np.array(boxes, float).reshape(-1, 4))


def read_forms(words: str, found: re.Match) -> Fitting:
    told = re.findall(f"(?:hole|Piece \\d) is {NUMBER} long and {NUMBER} broad, turned clockwise by {NUMBER} degrees",
                      words)
    hole, *pieces = ((float(long), float(broad), round(float(degrees) / TURN) % HEADINGS)
                     for long, broad, degrees in told)
    lies = re.search(f"Piece (\\d) (lies on|is pressed into) the hole, turned clockwise by {NUMBER} degrees", words)
    if lies is None:
        return Fitting((-1, 0, False), hole, tuple(pieces))
    heading = round(float(lies[3]) / TURN) % HEADINGS
    return Fitting((int(lies[1]) - 1, heading, lies[2] != "lies on"), hole, tuple(pieces))
