"""Planners through the settings of the benchmark: tasks shared among processes, with the same trials however many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pandas as pd

from agents.planning.dual import Experience
from experiments import cohorts
from experiments.cohorts import seed_of
from experiments.planning_agents import MAIN, PLANNERS, Minds, Seat, Sorts, sort_of
from experiments.planning_boards import FORMS, LARGER, MIDWAY, PROTOCOL, WORLDS, Case, Setting
from experiments.planning_episodes import COLUMNS, make, play, rows

COHORT = 25                                       # boards that are thought about at once, however many processes
PRACTICE = 8                                      # boards of a world on which each way of thinking is tried
ELSEWHERE = 1_000_000                             # added to the seed of these


@dataclass(frozen=True)
class Effort:
    """`boards` of each published size, those of each setting `beyond`, the sizes that are `larger`,
    `episodes` on slippery ice, the `budget` of outcomes foreseen a plan, of a `rehearsal` of slippery ice, and `walks`
    of each kind on which errors add up."""

    boards: int
    beyond: int
    episodes: int
    budget: int
    walks: int
    larger: tuple[int, ...] = tuple(LARGER)
    rehearsal: int = 4000
    agents: tuple[str, ...] = MAIN


PRESETS = {"small": Effort(50, 2, 200, 250, 10, larger=(7, 9)),
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
    tasks = [Task(name, setting, part) for setting in given for name in names if PLANNERS[name].plays(setting)
             for part in _parts(setting)]
    dealt = [task for job in range(jobs) for task in tasks[job::jobs]]             # alike in what they take
    share = partial(run_share, tasks=dealt, effort=effort, seed=seed)
    trials = pd.DataFrame(cohorts.spread(share, len(dealt), jobs, backend))[COLUMNS]
    conditions = ["published", "honest", *(setting.condition for setting in given if setting.condition != PROTOCOL)]
    order = {name: rank for names_ in (names, dict.fromkeys(conditions), WORLDS) for rank, name in enumerate(names_)}
    return trials.sort_values(["agent", "condition", "world", "size", "board"], kind="stable", ignore_index=True,
                              key=lambda column: column if column.dtype.kind in "if" else column.map(order))


def run_share(numbers: Sequence[int], tasks: Sequence[Task], effort: Effort, seed: int) -> list[dict[str, Any]]:
    """Some of the tasks, in this process."""
    minds, cases, known = Minds(), dict[tuple[Setting, int], Case](), dict[str, Sorts]()
    return [row for number in numbers for row in _done(tasks[number], effort, seed, minds, cases, known)]


def _done(task: Task, effort: Effort, seed: int, minds: Minds, cases: dict, known: dict) -> list[dict[str, Any]]:
    setting, ways = task.setting, PLANNERS[task.agent].ways
    experience = {}
    if ways:
        if setting.world not in known:
            known[setting.world] = practise(ways, setting.world, effort, seed, minds)
        experience = known[setting.world]
    minds.begin(seed_of(seed, task.boards[0]))
    seats = list(_seats(task, effort, seed, minds, cases, experience))
    agents, spent = make(task.agent, seats)
    return rows(task.agent, seats, agents, play(agents, seats, spent))


def _seats(task: Task, effort: Effort, seed: int, minds: Minds, cases: dict, experience: Sorts) -> Iterator[Seat]:
    setting = task.setting
    for board in task.boards:
        key = replace(setting, condition="", imagination="", count=0), board
        case = cases.get(key) or cases.setdefault(key, setting.case(board, seed))
        yield Seat(setting, case, setting.env(case.board, PLANNERS[task.agent].close), board, seed,
                   effort.rehearsal if setting.slippery else effort.budget, minds, experience)


def practise(ways: Sequence[str], world: str, effort: Effort, seed: int, minds: Minds) -> Sorts:
    """What each way of thinking comes to on a few other boards of a world, of the usual size or at half the dial: what
    the planner of planners knows before it is tested, and all it ever knows."""
    setting = Setting(world, 0, "practice", PRACTICE, (("dial", MIDWAY),) if world in FORMS else ())
    found: dict[Any, Experience] = {}
    for name in ways:
        minds.begin(seed)
        seats = list(_seats(Task(name, setting, tuple(range(PRACTICE))), effort, seed + ELSEWHERE, minds, {}, {}))
        agents, _ = make(name, seats)
        for seat, agent, tape in zip(seats, agents, play(agents, seats)):
            sort = sort_of({"words": seat.case.board.describe(seat.case.board.start)})
            known = found.setdefault((sort, name), Experience())
            known.tries, known.successes = known.tries + 1, known.successes + tape.solved
            known.frames += agent.frames
    return found


def _parts(setting: Setting) -> list[tuple[int, ...]]:
    """The boards of a setting, cohort by cohort; on slippery ice all at once, as they are rehearsed once."""
    size = setting.count if setting.slippery else COHORT
    return [tuple(range(start, min(start + size, setting.count))) for start in range(0, setting.count, size)]
