"""A run of an experiment from cohort to report, and its folder."""

from __future__ import annotations

import json
import platform
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

import imagery
from envs.stimuli.pairs import read_designs
from experiments import interference, reversal
from experiments.folders import whole
from experiments.reinterpretation import analysis as reinterpretation_analysis
from experiments.reinterpretation import experiment as reinterpretation
from experiments.reinterpretation import report as reinterpretation_report
from experiments.rotation import analysis as rotation_analysis
from experiments.rotation import experiment as rotation
from experiments.rotation import report as rotation_report
from experiments.scanning import analysis as scanning_analysis
from experiments.scanning import experiment as scanning
from experiments.scanning import report as scanning_report
from experiments.statistics import Effect
from imagery.weights import RECIPE

MARK = "manifest.json"
PACKAGES = ("torch", "diffusers", "transformers", "gymnasium", "networkx", "numpy", "statsmodels")


@dataclass(frozen=True)
class Experiment:
    """`agents` there are, those of the `main` comparison, the `columns` of its table of trials, and those of them that
    hold `numbers`. `own` names what of a user's own a run takes, as text: `check(text)` raises ValueError if it cannot
    be used. `run(agents, participants, seed, text, jobs, backend)` gives the trials, `analyse(trials, seed, text)` the
    effects, `report(folder, trials, effects, record)` the report of a run with that manifest."""

    agents: Sequence[str]
    main: Sequence[str]
    columns: Sequence[str]
    numbers: Sequence[str]
    own: str
    check: Callable[[str], Any]
    run: Callable[..., pd.DataFrame]
    analyse: Callable[[pd.DataFrame, int, str | None], list[Effect]]
    report: Callable[..., Path]
    weights: Sequence[str]


def no_text(own: str) -> None:
    """Of experiments that take nothing of a user's own."""
    raise ValueError("this experiment takes no text of your own")


EXPERIMENTS = {
    "scanning": Experiment(
        scanning.AGENTS, scanning.MAIN_AGENTS, scanning.COLUMNS, ("distance", "links", "between", "ticks"),
        "description", scanning.check, scanning.run, lambda trials, seed, own: scanning_analysis.analyse(trials, seed),
        scanning_report.report, ("verbal", "islands")),
    "reinterpretation": Experiment(
        reinterpretation.AGENTS, reinterpretation.MAIN_AGENTS, reinterpretation.COLUMNS, ("correct", "ticks"),
        "items", reinterpretation.items_of, reinterpretation.run, reinterpretation_analysis.analyse,
        reinterpretation_report.report, ("verbal", "pictures")),
    "interference": Experiment(
        interference.AGENTS, interference.AGENTS, interference.COLUMNS, ("parts", "correct", "ticks"), "", no_text,
        interference.run, lambda trials, seed, own: interference.analyse(trials, seed), interference.report,
        ("verbal", "pictures")),
    "reversal": Experiment(
        reversal.AGENTS, reversal.AGENTS, reversal.COLUMNS, ("seen", "imagined", "drawn", "correct", "said", "ticks"),
        "", no_text, reversal.run, lambda trials, seed, own: reversal.analyse(trials, seed), reversal.report,
        ("verbal", "pictures")),
    "rotation": Experiment(
        rotation.AGENTS, rotation.MAIN_AGENTS, rotation.COLUMNS, ("angle", "vertices", "same", "correct", "ticks"),
        "designs", read_designs, rotation.run, lambda trials, seed, own: rotation_analysis.analyse(trials, seed),
        rotation_report.report, rotation.NETWORKS)}


def run_and_report(name: str, agents: Sequence[str], participants: int, seed: int, out: Path, own: str | None,
                   jobs: int, backend: str) -> list[dict[str, Any]]:
    """Run, analyse and write everything to `out`, which appears whole or not at all. Returns the effects."""
    experiment = EXPERIMENTS[name]
    if own is not None:
        experiment.check(own)                                       # what cannot be used fails at once
    with whole(out, MARK) as folder:
        trials = experiment.run(agents, participants, seed, own, jobs, backend)
        trials.to_csv(folder / "trials.tsv", sep="\t", index=False, na_rep="nan", float_format="%.6g")
        return _write(folder, experiment, manifest(name, agents, participants, seed, own, jobs))


def report_again(directory: Path) -> list[dict[str, Any]]:
    """Analyse the trials of an earlier run again; the folder changes whole or not at all."""
    if not (directory / MARK).exists() or not (directory / "trials.tsv").exists():
        raise ValueError(f"{directory} holds no finished run; name a folder written by 'imagery run'")
    try:
        record = json.loads((directory / MARK).read_text())
        experiment = EXPERIMENTS[record["experiment"]]
        _trials(directory, experiment)
        record["configuration"]["agents"], record["seed"]                   # needed, and missing in a damaged one
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{directory} is damaged ({error}); run the experiment again") from None
    with whole(directory, MARK) as folder:
        shutil.copy(directory / "trials.tsv", folder)
        return _write(folder, experiment, record)


def _trials(directory: Path, experiment: Experiment) -> pd.DataFrame:
    """The trials of a run, as they were written. ValueError if the table is not whole."""
    trials = pd.read_csv(directory / "trials.tsv", sep="\t", keep_default_na=False, na_values=["nan"])
    if list(trials.columns) != list(experiment.columns) or trials.empty:
        raise ValueError(f"trials.tsv should have the columns {' '.join(experiment.columns)} and at least one row")
    return trials.astype({column: float for column in experiment.numbers})


def _write(folder: Path, experiment: Experiment, record: dict[str, Any]) -> list[dict[str, Any]]:
    trials, own = _trials(folder, experiment), record["configuration"].get(experiment.own)
    effects = experiment.analyse(trials, record["seed"], own)
    rows = [vars(effect) for effect in effects]
    (folder / "effects.json").write_text(json.dumps(rows, indent=1, allow_nan=False))
    experiment.report(folder, trials, effects, record)
    (folder / MARK).write_text(json.dumps(record, indent=1))
    return rows


def manifest(name: str, agents: Sequence[str], participants: int, seed: int, own: str | None,
             jobs: int) -> dict[str, Any]:
    """What is needed to reproduce a run."""
    experiment = EXPERIMENTS[name]
    options = "".join(f" --agent {agent}" for agent in agents)
    options += f" --participants {participants} --seed {seed} --jobs {jobs}"
    given = "" if own is None else f" --{experiment.own} FILE"
    configuration = {"agents": list(agents), "participants": participants}
    if own is not None:
        configuration[experiment.own] = own
    return {"command": f"imagery run {name}{options}{given}", "experiment": name, "seed": seed,
            "configuration": configuration, **made_with(experiment.weights)}


def made_with(models: Sequence[str]) -> dict[str, dict[str, str]]:
    """Versions of what is installed, and the sha256 of the weights of shipped models."""
    return {"versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
            "weights": {name: json.loads((imagery.SHIPPED / name / RECIPE).read_text())["sha256"] for name in models}}
