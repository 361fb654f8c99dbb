"""Rooms to move a body through: to a place and into a pose, past obstacles, turning where it is too long to pass.

On a dial from 0 to 1 obstacles and body change from rectangles to free forms. The words give the boxes around them, and
so lose nothing at 0 and more and more beyond; the task stays the same. The piano movers' problem (Schwartz & Sharir
1983), with steps and turns of fixed size.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from envs.board import DIRECTIONS, Board, BoardEnv
from envs.configurations import SHIFTS, SIDE, Configurations, Pose
from envs.stimuli import shapes, tiles
from envs.stimuli.shapes import HEADINGS, Form, turned

GRID = 4  # steps to a cell of the grid that the obstacles' boxes keep to
LONG, BROAD = (7, 8, 9), (3, 4)  # steps, of bodies
SHORTEST, LONGEST = 12, 60  # actions, of rooms by lot
STARTS = 10  # tried in a room by lot
TURNS = (4, 5)  # the actions that turn


@dataclass(frozen=True, eq=False)
class Room(Board):
    """A room of SIDE x SIDE steps: the `poses` of a body among obstacles, those to begin and to end with.

    A state is a pose. What would overlap an obstacle or the room's edge does nothing. Solved is every pose that covers
    what the body covers at the goal.
    """

    actions = (*DIRECTIONS, "turn clockwise", "turn anticlockwise")
    poses: Configurations
    start: Pose
    goal: Pose

    @classmethod
    def read(cls, plain: object) -> Room:
        if not isinstance(plain, dict) or set(plain) != {"obstacles", "body", "start", "goal"} or not isinstance(
                plain["obstacles"], (list, tuple)):
            raise ValueError("a room is {'obstacles': [outline, ...], 'body': outline, 'start': [column, row, turns], "
                             f"'goal': the same}}, in steps, {SIDE} to a side; this is {str(plain)[:60]}")
        obstacles = tuple(shapes.read_outline(outline, "an obstacle") for outline in plain["obstacles"])
        room = cls(Configurations(obstacles, _body(plain["body"])), _pose(plain, "start"), _pose(plain, "goal"))
        for name, (column, row, heading) in (("start", room.start), ("goal", room.goal)):
            if not room.poses.free[heading, row, column]:
                raise ValueError(f"at the {name} the body overlaps an obstacle or the room's edge")
        return room.checked()

    def plain(self) -> dict:
        return {"obstacles": [outline.tolist() for outline in self.poses.obstacles],
                "body": self.poses.body.tolist(), "start": list(self.start), "goal": list(self.goal)}

    def after(self, state: Pose, action: int) -> Pose:
        column, row, heading = state
        if not self.poses.possible[action, heading, row, column]:
            return state
        turn, down, across = SHIFTS[action]
        return column + across, row + down, (heading + turn) % HEADINGS

    def solved(self, state: Pose) -> bool:
        return self._far(state) == 0

    def solve(self, state: Pose | None = None) -> tuple[int, ...] | None:
        state = self.start if state is None else state
        if np.isinf(self._far(state)):
            return None
        way = []
        while (far := self._far(state)) > 0:
            action = next(k for k in range(len(self.actions)) if self._far(self.after(state, k)) < far)
            state = self.after(state, action)
            way.append(action)
        return tuple(way)

    @cached_property
    def far(self) -> np.ndarray:
        """The least number of actions to the goal from each pose, by heading, row and column; inf if there are none."""
        return self.poses.far(self.poses.fits(self.goal))

    def describe(self, state: Pose) -> str:
        boxes = "; ".join(map(_boxed, self.poses.obstacles)) or "nowhere"
        long, broad = map(shapes.say, shapes.extent(self.poses.body))
        return (f"The room is {SIDE} steps wide and {SIDE} steps high. There are obstacles {boxes}. "
                f"You are {long} steps long and {broad} steps broad, {_posed(state)}. The goal is {_posed(self.goal)}.")

    def draw(self, state: Pose, pixels: int = 64, style: str = tiles.STYLES[0]) -> np.ndarray:
        ground, solid, body, body_rim, goal, goal_rim = shapes.COLOURS[style]
        parts = [(self._placed(self.goal), goal, goal_rim),
                 *((outline, solid, None) for outline in self.poses.obstacles),
                 (shapes.rectangle(0, 0, SIDE, SIDE), None, solid), (self._placed(state), body, body_rim)]
        return shapes.picture(parts, SIDE, pixels, ground)

    def _placed(self, state: Pose) -> np.ndarray:
        return turned(self.poses.body, state[2]) + state[:2]

    def _far(self, state: Pose) -> float:
        return self.far[state[2], state[1], state[0]]


class RoomEnv(BoardEnv):
    """Rooms by lot at a setting of the `dial`. Actions: left, down, right, up, turn clockwise, turn anticlockwise."""

    kind = Room

    def __init__(self, dial: float = 1., limit: int = 200, **arguments):
        shapes.check_dial(dial)
        super().__init__(limit=limit, **arguments)
        self.dial = dial

    def sample(self) -> Room:
        rng = self.np_random
        while True:
            body = Form.sample(rng, float(rng.choice(LONG)), float(rng.choice(BROAD)))
            poses = Configurations(_obstacles(rng, self.dial), body.outline(self.dial))
            goal = _as_pose(rng.choice(np.argwhere(poses.free)))
            room = Room(poses, goal, goal)
            starts = np.argwhere((room.far >= SHORTEST) & (room.far <= LONGEST))
            for start in map(_as_pose, rng.permutation(starts)[:STARTS]):
                if not set(TURNS).isdisjoint(room.solve(start)):
                    return replace(room, start=start)


def _obstacles(rng: np.random.Generator, dial: float) -> tuple[np.ndarray, ...]:
    """As many forms as find room of eight to twelve, each in a rectangle on a grid, no two in one place."""
    cells = SIDE // GRID
    taken, outlines = np.zeros((cells, cells), bool), []
    for _ in range(rng.integers(8, 13)):
        wide, high = rng.integers(1, 4, 2).tolist()
        left, top = int(rng.integers(cells - wide + 1)), int(rng.integers(cells - high + 1))
        form = Form.sample(rng, wide * GRID, high * GRID)
        place = np.s_[top:top + high, left:left + wide]
        if not taken[place].any():
            taken[place] = True
            outlines.append(form.outline(dial) + ((left + wide / 2) * GRID, (top + high / 2) * GRID))
    return tuple(outlines)


def _as_pose(index: np.ndarray) -> Pose:
    heading, row, column = index.tolist()
    return column, row, heading


def _body(plain: object) -> np.ndarray:
    outline = shapes.read_outline(plain, "the body")
    shortest, longest = sorted(shapes.extent(outline))
    if shortest < 1 or longest > SIDE / 2 or (outline.min(0) > 0).any() or (outline.max(0) < 0).any():
        raise ValueError(f"the body is from 1 to {SIDE // 2} steps long and broad, around [0, 0]; this one reaches "
                         f"from {outline.min(0).tolist()} to {outline.max(0).tolist()}")
    return outline


def _pose(plain: dict, name: str) -> Pose:
    pose = plain[name]
    if not isinstance(pose, (list, tuple)) or len(pose) != 3 or not all(
            isinstance(part, int) and 0 <= part < most for part, most in zip(pose, (SIDE, SIDE, HEADINGS))):
        raise ValueError(f"the {name} is [column, row, turns], whole, from 0, below {SIDE}, {SIDE} and {HEADINGS}; "
                         f"this is {str(pose)[:60]}")
    return tuple(pose)


def _posed(state: Pose) -> str:
    column, row, heading = state
    return (f"with the middle {column} steps from the left and {row} from the top, turned clockwise by "
            f"{heading * 360 / HEADINGS:g} degrees")


def _boxed(outline: np.ndarray) -> str:
    left, top, right, bottom = map(shapes.say, (*outline.min(0), *outline.max(0)))
    return f"{left} to {right} steps from the left, {top} to {bottom} from the top"
