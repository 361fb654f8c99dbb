"""States told apart by rows of numbers: which known one is it?"""

from __future__ import annotations

import numpy as np

ROOM = 64                                         # for rows, before there must be more


class Known:
    """A row of numbers is of the state from whose row none of its numbers differs by more than `alike`."""

    def __init__(self, alike: float):
        self.alike, self.count = alike, 0
        self.rows = np.empty((ROOM, 0), np.float32)                # one a state, and room for more

    def number(self, row: np.ndarray) -> int:
        """Which state a row (D,) is of, the nearest; a new one, if it is like none."""
        if self.count:
            differences = np.abs(self.rows[:self.count] - row).max(1)
            nearest = int(differences.argmin())
            if differences[nearest] <= self.alike:
                return nearest
        else:
            self.rows = np.empty((ROOM, len(row)), np.float32)
        if self.count == len(self.rows):
            self.rows = np.concatenate([self.rows, self.rows])
        self.rows[self.count] = row
        self.count += 1
        return self.count - 1
