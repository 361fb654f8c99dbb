"""Planners through the settings of the benchmark: tasks shared among processes, with the same trials however many."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any

import pandas as pd

from agents.planning.dual import Experience
from experiments import cohorts
from experiments.cohorts import Rows, seed_of
from experiments.planning.agents import MAIN, PLANNERS, Minds, Seat, Sorts, sort_of
from experiments.planning.boards import DIAL, FORMS, LARGER, MIDWAY, PROTOCOL, WORLDS, Case, Setting
from experiments.planning.episodes import COLUMNS, make, play, rows

COHORT = 25                                       # boards that are thought about at once, however many processes
ELSEWHERE = 1_000_000                             # added to the seed of boards for practice


@dataclass(frozen=True)
class Effort:
    """`boards` of each published size, those of each setting `beyond`, the sizes that are `larger`,
    `episodes` on slippery ice, the `budget` of outcomes foreseen a plan, of a `rehearsal` of slippery ice, `walks` of
    each kind on which errors add up, settings of the `dial`, and boards for `practice`, on which each way of thinking
    is tried."""

    boards: int
    beyond: int
    episodes: int
    budget: int
    walks: int
    larger: tuple[int, ...] = tuple(LARGER)
    rehearsal: int = 4000
    dial: tuple[float, ...] = DIAL
    practice: int = 8
    agents: tuple[str, ...] = MAIN


PRESETS = {"small": Effort(50, 2, 200, 250, 5, larger=(7,), dial=DIAL[::4], practice=4),
           "full": Effort(250, 100, 1000, 2000, 50, agents=tuple(PLANNERS))}


@dataclass(frozen=True)
class Task:
    """One agent on some boards of a setting, by their numbers."""

    agent: str
    setting: Setting
    boards: tuple[int, ...]


def run(names: Sequence[str], given: Sequence[Setting], effort: Effort, seed: int, jobs: int = 1,
        backend: str = "loky") -> pd.DataFrame:
    """The trials of all agents in all settings that they play in; the same, but for seconds, however many jobs."""
    tasks = [Task(name, setting, part) for name in names for setting in given if PLANNERS[name].plays(setting)
             for part in _parts(setting)]
    worlds = dict.fromkeys(task.setting.world for task in tasks if PLANNERS[task.agent].ways)
    ways = dict.fromkeys(way for name in names for way in PLANNERS[name].ways)
    experience = practised(list(ways), list(worlds), effort, seed, jobs, backend)
    trials = pd.DataFrame(_spread(partial(_trials, effort=effort, seed=seed, experience=experience), tasks, jobs,
                                  backend))[COLUMNS]
    conditions = ["published", "honest", *(setting.condition for setting in given if setting.condition != PROTOCOL)]
    order = {name: rank for names_ in (names, dict.fromkeys(conditions), WORLDS) for rank, name in enumerate(names_)}
    return trials.sort_values(["agent", "condition", "world", "size", "board"], kind="stable", ignore_index=True,
                              key=lambda column: column if column.dtype.kind in "if" else column.map(order))


def practised(ways: Sequence[str], worlds: Sequence[str], effort: Effort, seed: int, jobs: int = 1,
              backend: str = "loky") -> Sorts:
    """What each way of thinking comes to on a few other boards of each world, of the usual size or at half the dial:
    what the planner of planners knows before it is tested, and all it ever knows."""
    settings = [Setting(world, 0, "practice", effort.practice, (("dial", MIDWAY),) if world in FORMS else ())
                for world in worlds]
    tasks = [Task(way, setting, tuple(range(effort.practice))) for way in ways for setting in settings]
    found: dict[Any, Experience] = {}
    for row in _spread(partial(_practice, effort=effort, seed=seed), tasks, jobs, backend):
        known = found.setdefault((row["sort"], row["way"]), Experience())
        known.tries, known.successes = known.tries + 1, known.successes + row["solved"]
        known.frames += row["frames"]
    return found


def _spread(do: Callable[[Task], Rows], tasks: Sequence[Task], jobs: int, backend: str) -> Rows:
    """The rows of all tasks; who is done with one takes the next, those on slippery ice, which take longest, first."""
    ordered = sorted(tasks, key=lambda task: not task.setting.slippery)
    return cohorts.spread(partial(_share, do=do, tasks=ordered), len(tasks), jobs, backend, parts=len(tasks))


def _share(numbers: Sequence[int], do: Callable[[Task], Rows], tasks: Sequence[Task]) -> Rows:
    """Some of the tasks, in this process."""
    return [row for number in numbers for row in do(tasks[number])]


def _trials(task: Task, effort: Effort, seed: int, experience: Sorts) -> Rows:
    seats = list(_seats(task, effort, seed, Minds(seed_of(seed, task.boards[0])), experience))
    agents, spent = make(task.agent, seats)
    return rows(task.agent, seats, agents, play(agents, seats, spent))


def _practice(task: Task, effort: Effort, seed: int) -> Rows:
    seats = list(_seats(task, effort, seed + ELSEWHERE, Minds(seed), {}))
    agents, _ = make(task.agent, seats)
    return [{"sort": sort_of({"words": seat.case.board.describe(seat.case.board.start)}), "way": task.agent,
             "solved": tape.solved, "frames": agent.frames}
            for seat, agent, tape in zip(seats, agents, play(agents, seats))]


def _seats(task: Task, effort: Effort, seed: int, minds: Minds, experience: Sorts) -> Iterator[Seat]:
    setting = task.setting
    for board in task.boards:
        case = _case(replace(setting, imagination="", count=0), board, seed)
        yield Seat(setting, case, setting.env(case.board, PLANNERS[task.agent].close), board, seed,
                   effort.rehearsal if setting.slippery else effort.budget, minds, experience)


@lru_cache(4096)
def _case(setting: Setting, board: int, seed: int) -> Case:
    """The same board for all agents, which one may take a while to find."""
    return setting.case(board, seed)


def _parts(setting: Setting) -> list[tuple[int, ...]]:
    """The boards of a setting, cohort by cohort; on slippery ice all at once, as they are rehearsed once."""
    size = setting.count if setting.slippery else COHORT
    return [tuple(range(start, min(start + size, setting.count))) for start in range(0, setting.count, size)]
