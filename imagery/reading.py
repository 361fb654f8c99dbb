"""What a picture of a grid is read to show, and the same in words: those in which the worlds are told of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Place = tuple[int, int]                           # row and column, from 0
WORLDS = ("lake", "maze", "room", "store")
KINDS = ("ground", "you", "you with a printer", "goal", "hole", "wall", "box", "target", "stored box", "printer",
         "table")
YOU = ("you", "you with a printer")


@dataclass(frozen=True)
class Reading:
    """A square `world`, one of `WORLDS`: which of `KINDS` is on top in its `cells`, row by row, and which cells have a
    thin wall to the `right` or `below`, those at the edge apart. Equal readings are the same state."""

    world: str
    cells: tuple[tuple[str, ...], ...]
    right: frozenset[Place] = frozenset()
    below: frozenset[Place] = frozenset()

    def find(self, *kinds: str) -> tuple[Place, ...]:
        """Where any of these kinds is."""
        return tuple((r, c) for r, row in enumerate(self.cells) for c, kind in enumerate(row) if kind in kinds)

    def describe(self) -> str:
        """The picture in English."""
        return (f"The {self.world} has {len(self.cells)} rows and {len(self.cells[0])} columns. "
                f"You are {_in(self.find(*YOU))}. {getattr(self, f'_{self.world}')()}")

    def _lake(self) -> str:
        return (f"The goal is {_in(self.find('goal'))}. There are holes {_in(self.find('hole'))}. All else is ice.")

    def _maze(self) -> str:
        return (f"The flag is {_in(self.find('goal'))}. Walls stand all round, to the right of {say(self.right)}, "
                f"and below {say(self.below)}.")

    def _store(self) -> str:
        return (f"Boxes are {_in(self.find('box', 'stored box'))}. "
                f"Targets are {_in(self.find('target', 'stored box'))}. Walls are {_in(self.find('wall'))}.")

    def _room(self) -> str:
        (top, left), (bottom, right) = _around(self.find("table"))
        printer = self.find("printer")
        on_table = any(top <= r <= bottom and left <= c <= right for r, c in printer)
        where = "in your hands" if self.find(YOU[1]) else "on the table" if on_table else _in(printer)
        return (f"The printer is {where}. The table covers rows {top + 1} to {bottom + 1}, "
                f"columns {left + 1} to {right + 1}.")


def say(places: Iterable[Place]) -> str:
    """Places in words, counted from 1: "row 1, columns 2, 5; row 3, column 1"; or "nowhere"."""
    rows: dict[int, list[str]] = {}
    for row, column in sorted(places):
        rows.setdefault(row, []).append(str(column + 1))
    return "; ".join(f"row {row + 1}, column{'s' * (len(columns) > 1)} {', '.join(columns)}"
                     for row, columns in rows.items()) or "nowhere"


def _in(places: Iterable[Place]) -> str:
    return f"in {say(places)}"


def _around(places: tuple[Place, ...]) -> tuple[Place, Place]:
    """The corners of the rectangle around some places; of the whole upper left cell where there are none."""
    rows, columns = zip(*places) if places else ((0,), (0,))
    return (min(rows), min(columns)), (max(rows), max(columns))
