"""`imagery run reinterpretation`: from a user's own constructions to the report, and what it says of bad ones."""

import json
from itertools import islice
from pathlib import Path

import pandas as pd
import pytest
from laboratory import RUN, main, only_json

from experiments.reinterpretation import looks
from experiments.reinterpretation.experiment import COLUMNS

OWN = [{"target": "umbrella", "instructions": ["Imagine a capital letter D.", "Turn it 90 degrees to the left.",
                                               "Hang a J from it."]}]


@pytest.fixture
def place(tmp_path, monkeypatch, shipped, tiny):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(looks, "FILE", tmp_path / "looks.safetensors")
    looks.remember(tiny["verbal"], islice(looks.seen(), 20))
    Path("items.json").write_text(json.dumps(OWN))
    return tmp_path


def test_own_constructions_from_words_to_report(place, capsys):
    assert main("run", "reinterpretation", "--agent", "dual", "--agent", "random", "--participants", "2", "--out", "r",
                "--items", "items.json", "--json") == 0
    effects = only_json(capsys)["effects"]
    assert {"dual", "random"} == {effect["agent"] for effect in effects}
    trials = pd.read_csv("r/trials.tsv", sep="\t")
    assert list(trials.columns) == COLUMNS and set(trials["target"]) == {"umbrella"}
    assert set(trials["condition"]) == {"imagery", "drawing", "perfect", "shuffled", "blank"} and len(trials) == 12
    assert RUN <= {path.name for path in Path("r").iterdir()}
    html = Path("r/report.html").read_text()
    assert all(text in html for text in OWN[0]["instructions"])
    before = Path("r/effects.json").read_text()
    assert main("report", "r") == 0 and Path("r/effects.json").read_text() == before


@pytest.mark.parametrize("content, problem", [
    ("[", "cannot be read as JSON"), ("[]", "no list of constructions"),
    (json.dumps([{"target": "umbrella", "instructions": ["Imagine a squere."]}]), "Imagine a square."),
    (json.dumps([{"target": "umbrella", "instructions": ["Imagine a D.", "Turn it 99999 degrees to the left."]}]),
     "turn of 99999 degrees"),
    (json.dumps([{"target": "umbrella", "instructions": ["Imagine a D.", "Make it 900 times as large."]}]),
     "900 times"),
    (json.dumps([{"target": "umbrella", "instructions": [""]}]), "empty")])
def test_bad_constructions(content, problem, place, capsys):
    Path("items.json").write_text(content)
    assert main("run", "reinterpretation", "--out", "r", "--items", "items.json") == 2
    said = capsys.readouterr().err
    assert problem in said and said.count("\n") == 1 and not Path("r").exists()


def test_files_of_other_experiments_are_refused(place, capsys):
    assert main("run", "scanning", "--items", "items.json") == 2
    assert "--items is not for scanning, which takes --description" in capsys.readouterr().err
    assert main("run", "interference", "--items", "items.json") == 2
    assert "takes no file" in capsys.readouterr().err
