"""The planners of the benchmark: how each is made for a board, and what it needs.

To join, add an entry to `PLANNERS`: it may look at the `Seat` for what it is entitled to, and load what is shipped by
its `minds`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

import imagery
from agents.planning.copies import Copies
from agents.planning.dual import Dual, Experience
from agents.planning.imagery import Imagery, Pictures
from agents.planning.latent import Latent
from agents.planning.oracle import Oracle
from agents.planning.propositional import Propositional
from agents.planning.random import Random
from agents.planning.reactive import Reactive
from agents.planning.searching import SEARCHES, Rehearsing, Searching
from agents.planning.video import Video
from envs.board import BoardEnv
from experiments.cohorts import seed_of
from experiments.planning.boards import Case, Setting
from experiments.planning.controls import Spoiled
from imagery.foresight import Foresight
from imagery.models.policy import Chooser
from imagery.projector import Projector

Sorts = Mapping[tuple[Hashable, str], Experience]


@cache
def _model(folder: Path, name: str) -> Any:
    """A model of a folder, loaded once a process."""
    return imagery.load(name)


class Minds:
    """Of a cohort: the shipped models, and foresights, with noise of imagination by `seed`, so that its questions are
    put at once."""

    def __init__(self, seed: int = 0) -> None:
        self.seed, self.foresights, self.projectors = seed, dict[tuple[str, str], Any](), dict[int, Projector]()

    def load(self, name: str) -> Any:
        return _model(imagery.SHIPPED, name)

    def foresight(self, setting: Setting) -> Foresight | Spoiled:
        asked = setting.model, setting.imagination
        if asked not in self.foresights:
            name, kind = asked
            foresight = Foresight(self.load(name), seed=self.seed)
            self.foresights[asked] = Spoiled(foresight, kind) if kind else foresight
        return self.foresights[asked]

    def projector(self, setting: Setting) -> Projector:
        if len(setting.numbers) not in self.projectors:
            self.projectors[len(setting.numbers)] = Projector(self.load("film"), setting.numbers, seed=self.seed)
        return self.projectors[len(setting.numbers)]


@dataclass(frozen=True)
class Seat:
    """Where a planner sits: its setting, its board and environment, and the number of the board. `env` and `case` are
    for controls only: what they know no planner is entitled to. `experience` is what is known of ways to think."""

    setting: Setting
    case: Case
    env: BoardEnv
    board: int
    seed: int
    budget: int
    minds: Minds
    experience: Sorts = field(default_factory=dict)


def unaided(setting: Setting) -> bool:
    return not setting.imagination


def anywhere(setting: Setting) -> bool:
    """Where there are words, and an agent's imagination is its own."""
    return unaided(setting) and setting.told


def on_grids(setting: Setting) -> bool:
    """Where the models of grids know what there is."""
    return anywhere(setting) and setting.model == "world"


def certain(setting: Setting) -> bool:
    return anywhere(setting) and not setting.slippery


def certain_grids(setting: Setting) -> bool:
    return on_grids(setting) and certain(setting)


@dataclass(frozen=True)
class Entry:
    """`make` a planner for a seat, which `plays` in some settings and needs shipped `weights` there. The planner of
    planners knows from experience how some `ways`, entries themselves, do. `close`: it asks for pictures of larger
    boards that show cells as large as usual."""

    make: Callable[[Seat], Any]
    plays: Callable[[Setting], bool] = anywhere
    weights: Callable[[Setting], tuple[str, ...]] = lambda setting: ()
    ways: tuple[str, ...] = ()
    close: bool = False


def _imagery(seat: Seat, search: str) -> Searching | Rehearsing:
    setting = seat.setting
    if setting.imagination == "perfect":
        return Searching("imagery", Copies(seat.env), SEARCHES[search], seat.budget)
    foresight = seat.minds.foresight(setting)
    if setting.slippery:
        return Rehearsing("imagery", Pictures(foresight, setting.numbers), seat.budget, horizon=seat.env.limit)
    return Imagery(foresight, setting.numbers, search, seat.budget)


def _latent(seat: Seat) -> Latent:
    return Latent(seat.minds.load("latent"), seat.setting.numbers, budget=seat.budget)


def _reader(seat: Seat) -> Propositional:
    reader = seat.minds.load("reader")
    return Propositional(lambda observation: reader.describe(observation["picture"][None])[0])


def _video(seat: Seat) -> Video:
    return Video(seat.minds.projector(seat.setting))


def _reactive(seat: Seat, learned: str) -> Reactive:
    return Reactive(Chooser(seat.minds.load(learned), range(seat.env.action_space.n)), learned)


def _random(seat: Seat) -> Random:
    return Random(seat.env.action_space.n, seed_of(seat.seed, seat.board))


def _oracle(seat: Seat) -> Oracle:
    board, env = seat.case.board, seat.env
    if not seat.setting.slippery:
        return Oracle(lambda: board.solve(env.state))
    policy, left = board.policy(env.limit), iter(range(env.limit, 0, -1))
    return Oracle(lambda: (policy[next(left), env.state],))


def _dual(seat: Seat) -> Dual:
    dual = Dual({name: PLANNERS[name].make(seat) for name in PLANNERS["dual"].ways}, sort=sort_of)
    dual.experience.update(seat.experience)
    return dual


def sort_of(observation: Mapping[str, Any]) -> str:
    """What a board is called: "The lake has", "The room is"."""
    return " ".join(observation["words"].split()[:3])


def _own_model(setting: Setting) -> tuple[str, ...]:
    return () if setting.imagination == "perfect" else (setting.model,)


PLANNERS: dict[str, Entry] = {
    "imagery": Entry(partial(_imagery, search="best-first"), lambda setting: True, _own_model, close=True),
    "imagery-breadth": Entry(partial(_imagery, search="breadth-first"), certain, _own_model, close=True),
    "imagery-tree": Entry(partial(_imagery, search="tree"), certain, _own_model, close=True),
    "video": Entry(_video, certain_grids, lambda setting: ("film",)),
    "latent": Entry(_latent, certain_grids, lambda setting: ("latent",)),
    "propositional": Entry(lambda seat: Propositional()),
    "reader": Entry(_reader, certain_grids, lambda setting: ("reader",)),
    "dual": Entry(_dual, certain, _own_model, ("imagery", "propositional", "random"), close=True),
    **{name: Entry(partial(_reactive, learned=name), on_grids, lambda setting, name=name: (name,))
       for name in ("ppo", "dqn")},
    "random": Entry(_random, unaided), "oracle": Entry(_oracle)}
MAIN = ("imagery", "video", "latent", "propositional", "reader", "dual", "ppo", "dqn", "random", "oracle")
