"""Episodes of a cohort of planners, each on a board of its own, and what of them is kept.

Deliberation is on the environment's clock: each outcome foreseen is a THINK. Of one episode there are two rows under
the published protocol. "published", as in Visual Planning: the plan made from the first picture alone, cut after as
many steps as the shortest way has. "honest": what was done in the world, where nobody says how many steps there are.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from agents.planning.foreseeing import think_together
from agents.planning.search import OUT_OF_BUDGET
from agents.planning.searching import Rehearsing
from envs.board import Board, State
from envs.deliberation import Deliberate
from envs.session import THINK
from experiments.planning.agents import PLANNERS, Seat
from experiments.planning.boards import PROTOCOL, Case

PLANS = 3                                         # budgets or first plans that a board is worth, before it is given up
COLUMNS = ("agent world size board success exact progress steps optimal frames ticks seconds condition plans "
           "verdict").split()


@dataclass
class Tape:
    """What was done, the `states` that it led to, and what it took; of the first decision, what was `intended`, if the
    agent has plans, and what that took. Seconds are those of thought, shared by those who think together."""

    states: list[State]
    actions: list[int] = field(default_factory=list)
    solved: bool = False
    ticks: int = 0
    seconds: float = 0.0
    verdict: str = ""
    intended: tuple[int, ...] | None = None
    first: dict[str, float] = field(default_factory=dict)


def play(agents: Sequence[Any], seats: Sequence[Seat], spent: float = 0.0) -> list[Tape]:
    """One episode each, all thinking at once; `spent` are seconds of thought that each has behind it."""
    worlds = [Deliberate(seat.env) for seat in seats]
    seen = [_observed(*world.reset(seed=seat.seed + seat.board)) for world, seat in zip(worlds, seats)]
    tapes, clocks = [Tape([seat.env.state], seconds=spent) for seat in seats], [0] * len(seats)
    going = list(range(len(seats)))
    while going:
        begun = time.perf_counter()
        deeds = think_together([agents[k].think(seen[k]) for k in going])
        share, acting = (time.perf_counter() - begun) / len(going), []
        for k, deed in zip(going, deeds):
            agent, world, tape = agents[k], worlds[k], tapes[k]
            tape.seconds += share
            for _ in range(agent.frames - clocks[k]):
                tape.ticks = world.step(THINK)[-1]["ticks"]
            clocks[k] = agent.frames
            if not tape.first:
                tape.intended = () if deed is None else _intended(agent, deed)
                tape.first = {"frames": agent.frames, "seconds": tape.seconds, "plans": agent.plans}
            tape.verdict = agent.verdict
            if agent.frames > PLANS * max(seats[k].budget, tape.first["frames"]):
                tape.verdict = OUT_OF_BUDGET
            elif deed is not None:
                *perceived, reward, over, truncated, info = world.step(deed + 1)
                tape.actions.append(deed)
                tape.states.append(seats[k].env.state)
                tape.ticks, tape.solved, seen[k] = info["ticks"], reward > 0, _observed(*perceived, info)
                acting += [] if over or truncated else [k]
        going = acting
    return tapes


def rows(name: str, seats: Sequence[Seat], agents: Sequence[Any], tapes: Sequence[Tape]) -> list[dict[str, Any]]:
    """The trials of a cohort, with all of `COLUMNS`."""
    return [row for seat, agent, tape in zip(seats, agents, tapes) for row in _rows(name, seat, agent, tape)]


def make(name: str, seats: Sequence[Seat]) -> tuple[list[Any], float]:
    """Planners for seats, and the seconds that each has already thought: who rehearses does so once for all episodes
    on the same ice."""
    if not seats[0].setting.slippery:
        return [PLANNERS[name].make(seat) for seat in seats], 0.0
    agent = PLANNERS[name].make(seats[0])
    if not isinstance(agent, Rehearsing):
        return [PLANNERS[name].make(seat) for seat in seats], 0.0
    begun = time.perf_counter()
    think_together([agent.think(_observed(*seats[0].env.reset(seed=0)))])
    return [copy.copy(agent) for _ in seats], time.perf_counter() - begun


def progress(case: Case, states: Sequence[State]) -> float:
    """The share of the shortest way that is gone before the first step that does not lead nearer to the goal."""
    optimal, steps = case.far(states[0]), 0
    while steps + 1 < len(states) and case.far(states[steps + 1]) == optimal - steps - 1:
        steps += 1
    return steps / optimal


def _rows(name: str, seat: Seat, agent: Any, tape: Tape) -> list[dict[str, Any]]:
    case, setting = seat.case, seat.setting
    optimal = case.far(case.board.start)                        # inf: there is no path; not-a-number: nobody knows
    there = np.isfinite(optimal) and not setting.slippery
    row = {"agent": name, "world": setting.world, "size": setting.cells(case.board), "board": seat.board,
           "optimal": optimal, "verdict": tape.verdict}
    honest = row | {
        "condition": "honest" if setting.condition == PROTOCOL else setting.condition, "success": int(tape.solved),
        "exact": int(tape.solved and len(tape.actions) == optimal) if there else np.nan,
        "progress": progress(case, tape.states) if there else np.nan, "steps": len(tape.actions),
        "frames": agent.frames, "ticks": tape.ticks, "seconds": tape.seconds, "plans": agent.plans}
    if setting.condition != PROTOCOL or not there:
        return [honest]
    states = _followed(case.board, (tape.actions if tape.intended is None else tape.intended)[:int(optimal)])
    solved = int(case.board.solved(states[-1]))
    return [row | tape.first | {
        "condition": "published", "success": solved, "exact": solved, "progress": progress(case, states),
        "steps": len(states) - 1, "ticks": tape.first["frames"] + len(states) - 1}, honest]


def _followed(board: Board, actions: Sequence[int]) -> list[State]:
    """The states that actions lead to, the start first."""
    states = [board.start]
    for action in actions:
        if board.over(states[-1]):
            break
        states.append(board.after(states[-1], action))
    return states


def _intended(agent: Any, deed: int) -> tuple[int, ...] | None:
    """The plan that an act begins, None of an agent that has none."""
    doer = agent.ways[agent.chosen] if hasattr(agent, "ways") else agent
    return (deed, *(action for action, _ in doer.ahead)) if hasattr(doer, "ahead") else None


def _observed(picture: np.ndarray, info: dict[str, Any]) -> dict[str, Any]:
    """What a planner is entitled to: pixels, and words where there are any."""
    return {"picture": picture, "words": info.get("description", "")}
