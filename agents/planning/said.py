"""What is said of a board, comprehended: states, and what leads from one to the other. Here, boards of cells."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

STEPS = ((0, -1), (1, 0), (0, 1), (-1, 0))        # left, down, right, up, in rows and columns
PICK, DROP = 4, 5
LYING, CARRIED, PLACED = range(3)                 # of the printer: on the floor, with you, on the table
Place = tuple[int, int]
Link = tuple[int, Any]                            # an action, and the state it leads to


class World(Protocol):
    """Where one is, what leads on from a state, which are the goal, and at least how many actions are left to it."""

    start: Hashable

    def links(self, state: Any) -> Iterator[Link]: ...

    def solved(self, state: Any) -> bool: ...

    def left(self, state: Any) -> float: ...


@dataclass(frozen=True)
class Grid:
    """Cells to walk: those that are `free`, less steps through a wall, (cell, action)."""

    start: Place
    goal: Place
    free: frozenset[Place]
    walled: frozenset[tuple[Place, int]] = frozenset()

    def links(self, state: Place) -> Iterator[Link]:
        for action in range(4):
            to = moved(state, action)
            if to in self.free and (state, action) not in self.walled:
                yield action, to

    def solved(self, state: Place) -> bool:
        return state == self.goal

    def left(self, state: Place) -> float:
        return apart(state, self.goal)


@dataclass(frozen=True)
class Errand:
    """A printer to be fetched from its place and put on a table: states are one's cell and where the printer is."""

    start: tuple[Place, int]
    floor: frozenset[Place]
    table: frozenset[Place]
    printer: Place | None

    def links(self, state: tuple[Place, int]) -> Iterator[Link]:
        place, carried = state
        for action in range(4):
            to = moved(place, action)
            if to in self.floor and (carried != LYING or to != self.printer):
                yield action, (to, carried)
        beside = {moved(place, action) for action in range(4)}
        if carried == LYING and self.printer in beside:
            yield PICK, (place, CARRIED)
        if carried == CARRIED and beside & self.table:
            yield DROP, (place, PLACED)

    def solved(self, state: tuple[Place, int]) -> bool:
        return state[1] == PLACED

    def left(self, state: tuple[Place, int]) -> float:
        place, carried = state
        if carried == LYING and self.printer:
            return apart(place, self.printer) + 1
        return min((apart(place, cell) for cell in self.table), default=0) if carried == CARRIED else 0


@dataclass(frozen=True)
class Store:
    """Boxes to be pushed onto targets: states are one's cell and those of the boxes."""

    start: tuple[Place, frozenset[Place]]
    floor: frozenset[Place]
    targets: frozenset[Place]

    def links(self, state: tuple[Place, frozenset[Place]]) -> Iterator[Link]:
        place, boxes = state
        for action in range(4):
            to = moved(place, action)
            beyond = moved(to, action)
            if to in boxes and beyond in self.floor - boxes:
                yield action, (to, boxes - {to} | {beyond})
            elif to in self.floor - boxes:
                yield action, (to, boxes)

    def solved(self, state: tuple[Place, frozenset[Place]]) -> bool:
        return state[1] <= self.targets

    def left(self, state: tuple[Place, frozenset[Place]]) -> float:
        return sum(min((apart(box, target) for target in self.targets), default=0) for box in state[1])


def places(words: str) -> frozenset[Place]:
    """Places told row by row: "row 1, columns 2, 5; row 3, column 1"; or "nowhere"."""
    return frozenset((int(row) - 1, int(column) - 1) for row, columns in
                     re.findall(r"row (\d+), columns? (\d+(?:, \d+)*)", words) for column in columns.split(", "))


def moved(place: Place, action: int) -> Place:
    return place[0] + STEPS[action][0], place[1] + STEPS[action][1]


def apart(one: Place, other: Place) -> int:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def read_grid(words: str, found: re.Match) -> World:
    """What is told of a lake, maze, room or store, `found` with its size; ValueError if that does not say all."""
    kind, rows, columns = found[1], int(found[2]), int(found[3])
    cells = frozenset((row, column) for row in range(rows) for column in range(columns))

    def told(pattern: str) -> frozenset[Place]:
        part = re.search(pattern, words)
        return places(part[1]) if part else frozenset()

    def one(pattern: str, what: str) -> Place:
        where = told(pattern)
        if len(where) != 1:
            raise ValueError(f"it is not said where {what}: {words[:60]!r}")
        return next(iter(where))

    you = one(r"You are in ([^.]+)\.", "you are")
    match kind:
        case "lake":
            return Grid(you, one(r"goal is in ([^.]+)\.", "the goal is"), cells - told(r"holes in ([^.]+)\."))
        case "maze":
            right, below = told(r"to the right of ([^.]+), and below"), told(r"and below ([^.]+)\.")
            walled = {link for cells, action in ((right, 2), (below, 1)) for cell in cells
                      for link in ((cell, action), (moved(cell, action), (action + 2) % 4))}
            return Grid(you, one(r"flag is in ([^.]+)\.", "the flag is"), cells, frozenset(walled))
        case "store":
            return Store((you, told(r"Boxes are in ([^.]+)\.")), cells - told(r"Walls are in ([^.]+)\."),
                         told(r"Targets are in ([^.]+)\."))
    top, bottom, left, right = map(int, re.search(r"rows (\d+) to (\d+), columns (\d+) to (\d+)", words).groups())
    table = frozenset((row, column) for row in range(top - 1, bottom) for column in range(left - 1, right))
    where = re.search(r"printer is ([^.]+)\.", words)[1]
    carried = {"in your hands": CARRIED, "on the table": PLACED}.get(where, LYING)
    return Errand((you, carried), cells - table, table, next(iter(places(where)), None))
