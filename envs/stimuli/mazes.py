"""Mazes without loops: spanning trees of a grid, grown in three ways.

A maze is told by rows of letters, '#' for wall and ' ' for open, 2 n + 1 of them for n x n cells: the cell in row r and
column c is letter 2 c + 1 of row 2 r + 1, and between two cells stands the letter for the wall or the way.
"""

from __future__ import annotations

import networkx as nx
import numpy as np

Cell = tuple[int, int]  # row and column
Way = tuple[Cell, Cell]
LEAST, MOST = 3, 12  # cells a side


def kruskal(size: int, rng: np.random.Generator) -> list[Way]:
    """Ways opened in random order wherever they join what was apart (Kruskal 1956, with random weights)."""
    joined, grid = nx.utils.UnionFind(), _ways(size)
    tree = []
    for one, other in (grid[index] for index in rng.permutation(len(grid))):
        if joined[one] != joined[other]:
            joined.union(one, other)
            tree.append((one, other))
    return tree


def wilson(size: int, rng: np.random.Generator) -> list[Way]:
    """Random walks to the tree so far, their loops erased: every spanning tree is as likely (Wilson 1996)."""
    order = [divmod(int(index), size) for index in rng.permutation(size * size)]
    inside, tree = {order[0]}, []
    for cell in order[1:]:
        exits, walker = {}, cell
        while walker not in inside:
            around = _around(walker, size)
            exits[walker] = around[rng.integers(len(around))]  # the last exit counts: loops are gone
            walker = exits[walker]
        while cell not in inside:
            inside.add(cell)
            tree.append((cell, exits[cell]))
            cell = exits[cell]
    return tree


def depth_first(size: int, rng: np.random.Generator) -> list[Way]:
    """On to a random new cell as long as there is one, then back: long corridors (the recursive backtracker)."""
    way = [(int(rng.integers(size)), int(rng.integers(size)))]
    inside, tree = set(way), []
    while way:
        fresh = [cell for cell in _around(way[-1], size) if cell not in inside]
        if fresh:
            cell = fresh[rng.integers(len(fresh))]
            inside.add(cell)
            tree.append((way[-1], cell))
            way.append(cell)
        else:
            way.pop()
    return tree


METHODS = {"kruskal": kruskal, "wilson": wilson, "depth_first": depth_first}


def maze(size: int, method: str, rng: np.random.Generator) -> list[str]:
    """A maze of size x size cells with 'S' and 'G' in two of them, as rows of letters."""
    letters = np.full((2 * size + 1, 2 * size + 1), "#")
    letters[1::2, 1::2] = " "
    for (row, column), (row_too, column_too) in METHODS[method](size, rng):
        letters[row + row_too + 1, column + column_too + 1] = " "
    for letter, index in zip("SG", rng.choice(size * size, 2, replace=False).tolist()):
        row, column = divmod(index, size)
        letters[2 * row + 1, 2 * column + 1] = letter
    return ["".join(row) for row in letters.tolist()]


def _around(cell: Cell, size: int) -> list[Cell]:
    row, column = cell
    return [(r, c) for r, c in ((row, column - 1), (row + 1, column), (row, column + 1), (row - 1, column))
            if 0 <= r < size and 0 <= c < size]


def _ways(size: int) -> list[Way]:
    """All pairs of neighbours."""
    cells = [(r, c) for r in range(size) for c in range(size)]
    return [(cell, other) for cell in cells for other in _around(cell, size) if cell < other]
