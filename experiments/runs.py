"""A run of the scanning experiment from cohort to report, and its folder."""

from __future__ import annotations

import json
import platform
import shutil
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

import imagery
from experiments.folders import whole
from experiments.scanning import COLUMNS, comprehend, run
from experiments.scanning_analysis import analyse
from experiments.scanning_examples import examples
from experiments.scanning_report import write_report

MARK = "manifest.json"
PACKAGES = ("torch", "diffusers", "transformers", "gymnasium", "networkx", "numpy", "statsmodels")


def run_and_report(agents: Sequence[str], participants: int, seed: int, out: Path, description: str | None,
                   jobs: int, backend: str) -> list[dict[str, Any]]:
    """Run, analyse and write everything to `out`, which appears whole or not at all. Returns the effects."""
    if description is not None:
        comprehend(description)                                     # a text that cannot be heard fails at once
    channel = imagery.load("islands")
    if description is not None:
        channel.hear([description], [seed])
    with whole(out, MARK) as folder:
        trials = run(agents, participants, seed, description, jobs, backend)
        trials.to_csv(folder / "trials.tsv", sep="\t", index=False, na_rep="nan", float_format="%.6g")
        return _write(folder, _trials(folder), manifest(agents, participants, seed, description, jobs), channel)


def report_again(directory: Path) -> list[dict[str, Any]]:
    """Analyse the trials of an earlier run again; the folder changes whole or not at all."""
    if not (directory / MARK).exists() or not (directory / "trials.tsv").exists():
        raise ValueError(f"{directory} holds no finished run; name a folder written by 'imagery run'")
    try:
        record = json.loads((directory / MARK).read_text())
        trials = _trials(directory)
        record["configuration"]["agents"], record["seed"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{directory} is damaged ({error}); run the experiment again") from None
    with whole(directory, MARK) as folder:
        shutil.copy(directory / "trials.tsv", folder)
        return _write(folder, trials, record, imagery.load("islands"))


def _trials(directory: Path) -> pd.DataFrame:
    """The trials of a run, as they were written. ValueError if the table is not whole."""
    trials = pd.read_csv(directory / "trials.tsv", sep="\t")
    if list(trials.columns) != COLUMNS or trials.empty:
        raise ValueError(f"trials.tsv should have the columns {' '.join(COLUMNS)} and at least one row")
    return trials.astype({column: float for column in ("distance", "links", "between", "ticks")})


def _examples(record: dict[str, Any], channel: imagery.TextToImage) -> list[dict[str, Any]]:
    """Scans to show, if any of the agents scans."""
    setting, seed = record["configuration"], record["seed"]
    if "depictive" not in setting["agents"]:
        return []
    if "description" in setting:
        return examples("own", seed, channel, description=setting["description"])
    return examples("scan", seed, channel) + examples("described", seed, channel)


def _write(folder: Path, trials: pd.DataFrame, record: dict[str, Any],
           channel: imagery.TextToImage) -> list[dict[str, Any]]:
    effects, shown = analyse(trials, record["seed"]), _examples(record, channel)
    rows = [vars(effect) for effect in effects]
    (folder / "effects.json").write_text(json.dumps(rows, indent=1, allow_nan=False))
    write_report(folder, trials, effects, shown, record)
    (folder / MARK).write_text(json.dumps(record, indent=1))
    return rows


def manifest(agents: Sequence[str], participants: int, seed: int, description: str | None,
             jobs: int) -> dict[str, Any]:
    """What is needed to reproduce a run."""
    options = "".join(f" --agent {agent}" for agent in agents)
    options += f" --participants {participants} --seed {seed} --jobs {jobs}"
    told = " --description FILE" if description is not None else ""
    configuration = {"agents": list(agents), "participants": participants}
    if description is not None:
        configuration["description"] = description
    return {"command": f"imagery run scanning{options}{told}", "seed": seed, "configuration": configuration,
            "versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
            "weights": {name: json.loads((imagery.SHIPPED / name / "recipe.json").read_text())["sha256"]
                        for name in ("verbal", "islands")}}
