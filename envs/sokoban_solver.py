"""Shortest solutions of Sokoban, by A* over moves.

The bound is the sum over boxes of the pushes to the nearest target, each box alone in the store; where that is infinite
for one box, the position is lost.
"""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush
from itertools import count

Place = tuple[int, int]
MOST = 1_000_000  # positions looked at before giving up


def solve(floor: frozenset[Place], targets: frozenset[Place], you: Place, boxes: frozenset[Place],
          steps: tuple[Place, ...]) -> tuple[int, ...] | None:
    """The least number of moves, as indices of `steps` in rows and columns, that leaves a box on every target.

    None if there are none. ValueError after `MOST` positions.
    """
    pushes = _pushes(floor, targets, steps)
    order = count()

    def bound(boxes: frozenset[Place]) -> float:
        return sum(pushes.get(box, float("inf")) for box in boxes)

    came: dict[tuple, tuple | None] = {(you, boxes): None}
    moves = {(you, boxes): 0}
    frontier = [(bound(boxes), next(order), (you, boxes))]
    while frontier:
        least, _, position = heappop(frontier)
        you, boxes = position
        if boxes <= targets:
            return _way(came, position)
        if least > moves[position] + bound(boxes):
            continue  # found again by a shorter way since
        for action, step in enumerate(steps):
            following = pushed(floor, you, boxes, step)
            far = moves[position] + 1
            if following is not None and far < moves.get(following, float("inf")) and (
                    bound(following[1]) < float("inf")):
                moves[following], came[following] = far, (position, action)
                heappush(frontier, (far + bound(following[1]), next(order), following))
        if len(moves) > MOST:
            raise ValueError(f"this board was given up after {MOST} positions; give one with fewer boxes or less floor")
    return None


def pushed(floor: frozenset[Place], you: Place, boxes: frozenset[Place], step: Place
           ) -> tuple[Place, frozenset[Place]] | None:
    """Where a step leaves you and the boxes, or None where a wall or a second box stops it."""
    to = you[0] + step[0], you[1] + step[1]
    if to not in floor:
        return None
    if to not in boxes:
        return to, boxes
    beyond = to[0] + step[0], to[1] + step[1]
    return (to, boxes - {to} | {beyond}) if beyond in floor and beyond not in boxes else None


def _pushes(floor: frozenset[Place], targets: frozenset[Place], steps: tuple[Place, ...]) -> dict[Place, int]:
    """The least pushes of a lone box from each place to a target, where there are any: pulled back from the targets."""
    far, frontier = dict.fromkeys(targets, 0), deque(targets)
    while frontier:
        row, column = frontier.popleft()
        for down, across in steps:
            before, stand = (row - down, column - across), (row - 2 * down, column - 2 * across)
            if before in floor and stand in floor and before not in far:
                far[before] = far[row, column] + 1
                frontier.append(before)
    return far


def _way(came: dict[tuple, tuple | None], position: tuple) -> tuple[int, ...]:
    actions = []
    while came[position] is not None:
        position, action = came[position]
        actions.append(action)
    return tuple(reversed(actions))
