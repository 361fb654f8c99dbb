"""The benchmark of planning (`imagery bench planning`): agents with pictures, with codes and with words on the same
boards, and what their foresight is worth."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import imagery
from experiments.folders import whole
from experiments.planning import analysis, minigrid, report
from experiments.planning.agents import PLANNERS, Minds
from experiments.planning.boards import MIDDLE, PROTOCOL, Setting, own_settings, settings
from experiments.planning.films import Film, film
from experiments.planning.record import record
from experiments.planning.runs import PRESETS, run
from experiments.upbringing.walks_recipes import drift_of
from imagery.foresight import Foresight

MARK = "planning.json"


def planning(out: Path, preset: str = "small", agents: Sequence[str] = (), boards: str | None = None, jobs: int = 0,
             backend: str = "loky", seed: int = 0) -> dict[str, Any]:
    """Play, analyse and report: `out` appears whole or not at all. `boards` is the text of a file of a user's own;
    without `jobs`, there are as many as cores. Returns the summary, which is planning.json too."""
    begun, effort = time.perf_counter(), PRESETS[preset]
    given = own_settings(boards) if boards is not None else settings(effort.boards, effort.beyond, effort.episodes,
                                                                     effort.larger, effort.dial)
    names = tuple(agents) or tuple(name for name in effort.agents if all(map(_trained, _needed([name], given))))
    _check(names, given)
    jobs = jobs or os.cpu_count() or 1
    with whole(out, MARK) as folder:
        trials = run(names, given, effort, seed, jobs, backend)
        trials.to_csv(folder / "trials.tsv", sep="\t", index=False, na_rep="nan", float_format="%.6g")
        found = analysis.summary(trials, given, seed) | {
            "notes": [] if boards else notes(effort.agents), "drift": {} if boards else _drift(effort.walks),
            "seconds": time.perf_counter() - begun,
            "manifest": record(preset, names, boards, seed, _needed(names, given), asdict(effort))}
        report.report(folder, trials, found, list(_films(names, given)))
        (folder / MARK).write_text(json.dumps(found, indent=1, allow_nan=False))
        return found


def _films(names: Sequence[str], given: Sequence[Setting]) -> Iterator[Film]:
    """Of the imagery planner, on the first board of a user's own or one of each published world."""
    if "imagery" in names:
        model = imagery.load("world")
        for setting in given:
            if setting.own or (setting.condition, setting.size) == (PROTOCOL, MIDDLE):
                yield film(setting, Foresight(model))


def _drift(walks: int) -> dict[int, float]:
    """Shares of frames that are still right after so many imagined steps, on as many `walks` of each kind of grid."""
    there = all(map(_trained, ("world", "reader")))
    return drift_of(imagery.load("world"), imagery.load("reader"), walks) if there else {}


def notes(names: Sequence[str]) -> list[str]:
    """What is not there to be tested, and how it comes to be."""
    found = [f"what needs the model {model} is left out: it is not shipped yet; imagery train {model} makes it"
             for model in _needed(names, settings(1, 1, 1)) if not _trained(model)]
    return found if minigrid.installed() else [
        *found, "MiniGrid is left out: pip install -e '.[baselines]' brings it"]


def _trained(model: str) -> bool:
    return (imagery.SHIPPED / model).is_dir()


def _needed(names: Sequence[str], given: Sequence[Setting]) -> list[str]:
    """The shipped models that these agents load in these settings."""
    return sorted({model for name in names for setting in given if PLANNERS[name].plays(setting)
                   for model in PLANNERS[name].weights(setting)})


def _check(names: Sequence[str], given: Sequence[Setting]) -> None:
    """What is missing or damaged fails at once, not after an hour."""
    minds = Minds()
    for model in _needed(names, given):
        minds.load(model)
