"""What the trials of the benchmark of planning say; pure functions of a table of trials."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from experiments.planning.boards import DIAL, FORMS, Setting
from experiments.statistics import Effect, estimate, known, resampling_weights

XU = "Xu et al. 2025 (arXiv 2505.11409), VPRL, 7 thousand million parameters"
BEATEN = {"FrozenLake": (0.916, 0.932), "Maze": (0.745, 0.776), "MiniBehavior": (0.758, 0.838)}   # EM, PR
WORDS = "propositional"


def wilson(successes: float, count: int) -> tuple[float | None, float | None]:
    """The 95 % interval of a share (Wilson 1927)."""
    if not count:
        return None, None
    low, high = proportion_confint(successes, count, method="wilson")
    return float(low), float(high)


def spl(trials: pd.DataFrame) -> float:
    """Success weighted by path length (Anderson et al. 2018, arXiv 1807.06757)."""
    return float((trials["success"] * trials["optimal"] / np.maximum(trials["steps"], trials["optimal"])).mean())


def summary(trials: pd.DataFrame, given: Sequence[Setting], seed: int = 0) -> dict[str, Any]:
    """Everything that a report tells, as plain data."""
    solvable = trials[trials["optimal"] != np.inf]
    return {"cells": [_cell(key, part) for key, part in solvable.groupby(
                ["agent", "condition", "world", "size"], sort=False)],
            "effects": [vars(effect) for effect in effects(solvable, seed)], "frontier": frontier(solvable),
            "slippery": slippery(solvable, given), "dial": dial(solvable, seed), "no_path": no_path(trials)}


def _cell(key: tuple, part: pd.DataFrame) -> dict[str, Any]:
    agent, condition, world, size = key
    low, high = wilson(part["success"].sum(), len(part))
    means = {name: known(part[name].mean()) for name in ("exact", "progress", "steps", "frames", "ticks", "seconds")}
    return {"agent": agent, "condition": condition, "world": world, "size": float(size), "boards": len(part),
            "success": float(part["success"].mean()), "low": low, "high": high,
            "spl": None if condition == "slippery" else known(spl(part)), **means}


def effects(trials: pd.DataFrame, seed: int) -> list[Effect]:
    """Exact match and progress in each world, all sizes together, beside what is to be beaten."""
    return [effect for (agent, condition, world), part in trials[trials["condition"].isin(["published", "honest"])]
            .groupby(["agent", "condition", "world"], sort=False) for effect in _effects(agent, condition, world, part,
                                                                                       seed)]


def _effects(agent: str, condition: str, world: str, part: pd.DataFrame, seed: int) -> Iterator[Effect]:
    exact, ahead = BEATEN.get(world, (None, None)) if condition == "published" else (None, None)
    for name, column, beaten in (("exact match", "exact", exact), ("success", "success", None)):
        low, high = wilson(part[column].sum(), len(part))
        yield Effect(f"{name}, {world}", agent, condition, float(part[column].mean()), low, high, beaten, XU,
                     "emergent")
    values = part["progress"].to_numpy(float)
    weights = resampling_weights(np.arange(len(values)), seed)
    yield Effect(f"progress rate, {world}", agent, condition,
                 *estimate(values.mean(), None if weights is None else weights @ values / len(values)), ahead, XU,
                 "emergent")


def frontier(trials: pd.DataFrame) -> list[dict[str, Any]]:
    """Success against outcomes foreseen and seconds of thought a board, under the honest protocol; `best` are those
    whom nobody surpasses with as few outcomes. The oracle, who is told, is left out."""
    honest = trials[(trials["condition"] == "honest") & (trials["agent"] != "oracle")]
    found = honest.groupby("agent", sort=False)[["success", "frames", "ticks", "seconds"]].mean()
    return [{"agent": agent, **{name: float(value) for name, value in row.items()},
             "best": not any((found["success"] > row["success"]) & (found["frames"] <= row["frames"])
                             | (found["success"] >= row["success"]) & (found["frames"] < row["frames"]))}
            for agent, row in found.iterrows()]


def slippery(trials: pd.DataFrame, given: Sequence[Setting]) -> list[dict[str, Any]]:
    """Success on slippery ice beside the exact optimum and beside chance, by dynamic programming under the limit."""
    found = []
    for setting in given:
        if not setting.slippery:
            continue
        env = setting.env(setting.case(0, 0).board)
        lake, limit = env.given, env.limit
        best, chance = (float(lake.chances(limit, random)[limit][lake.start]) for random in (False, True))
        mine = trials[(trials["condition"] == "slippery") & (trials["size"] == setting.size)]
        for agent, part in mine.groupby("agent", sort=False):
            low, high = wilson(part["success"].sum(), len(part))
            found.append({"agent": agent, "size": setting.size, "episodes": len(part), "optimum": best,
                          "chance": chance, "success": float(part["success"].mean()), "low": low, "high": high,
                          "reached": low <= best <= high, "frames": float(part["frames"].mean())})
    return found


def dial(trials: pd.DataFrame, seed: int) -> list[dict[str, Any]]:
    """How much more often imagery succeeds than words on the same boards, setting by setting; in `overtakes`, the
    lowest at which it does so beyond doubt, None if it never does."""
    turned, found = trials[trials["condition"] == "dial"], []
    for world in FORMS:
        wide = turned[turned["world"] == world].pivot(index=["size", "board"], columns="agent", values="success")
        if {"imagery", WORDS} <= set(wide):
            differences = [_difference(wide.loc[size], seed) | {"dial": size} for size in DIAL if size in wide.index]
            ahead = [each["dial"] for each in differences if each["low"] is not None and each["low"] > 0]
            found.append({"world": world, "differences": differences, "overtakes": min(ahead, default=None)})
    return found


def _difference(wide: pd.DataFrame, seed: int) -> dict[str, float | None]:
    values = (wide["imagery"] - wide[WORDS]).to_numpy(float)
    weights = resampling_weights(np.arange(len(values)), seed)
    return dict(zip(("more", "low", "high"),
                    estimate(values.mean(), None if weights is None else weights @ values / len(values))))


def no_path(trials: pd.DataFrame) -> list[dict[str, Any]]:
    """Boards that nothing leads through, and what each agent said of them."""
    return [{"board": int(board), "said": dict(zip(part["agent"], part["verdict"]))}
            for board, part in trials[trials["optimal"] == np.inf].groupby("board")]


def curve(cells: Sequence[dict[str, Any]], wanted: Callable[[dict[str, Any]], bool]
          ) -> dict[str, list[dict[str, Any]]]:
    """Some cells by agent, in order of size."""
    found: dict[str, list[dict[str, Any]]] = {}
    for cell in sorted(filter(wanted, cells), key=lambda cell: cell["size"]):
        found.setdefault(cell["agent"], []).append(cell)
    return found
