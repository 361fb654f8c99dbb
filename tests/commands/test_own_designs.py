"""`imagery run rotation`: from a user's own designs to the report, and what it says of bad ones."""

import json
from pathlib import Path

import pandas as pd
import pytest
from laboratory import RUN, main, only_json

from experiments.rotation.experiment import COLUMNS

OWN = [{"name": "mine", "family": "letters", "angles": [0, 90.5], "count": 2}]


@pytest.fixture
def place(tmp_path, monkeypatch, shipped):
    monkeypatch.chdir(tmp_path)
    Path("designs.json").write_text(json.dumps(OWN))
    return tmp_path


def test_own_designs_from_file_to_report(place, capsys):
    assert main("run", "rotation", "--agent", "difference", "--agent", "random", "--participants", "3", "--out", "r",
                "--designs", "designs.json", "--json") == 0
    assert {"difference", "random"} == {effect["agent"] for effect in only_json(capsys)["effects"]}
    trials = pd.read_csv("r/trials.tsv", sep="\t")
    assert list(trials.columns) == COLUMNS and set(trials["condition"]) == {"mine"}
    assert set(trials["angle"]) == {0, 90.5} and len(trials) == 2 * 3 * 2 * 2
    assert RUN <= {path.name for path in Path("r").iterdir()}
    before = Path("r/effects.json").read_text()
    assert main("report", "r") == 0 and Path("r/effects.json").read_text() == before


@pytest.mark.parametrize("content, problem", [
    ("[", "cannot be read as JSON"), ("[]", "no list of designs"), ("{}", "no list of designs"),
    ('["shepard-1970"]', "unknown design 'shepard-1970'"), ("[7]", "7 is no design"), ('[{"name": " "}]', "no design"),
    ('[{"name": "practice 1"}]', "begins as that of a design of the experiment's"),
    ('["hamrick-2014", "hamrick-2014"]', "two designs are called 'hamrick-2014'"),
    ('[{"name": "a", "angles": [NaN]}]', "nan degrees"), ('[{"name": "a", "angles": [190]}]', "190 degrees"),
    ('[{"name": "a", "angles": 7}]', "cannot be read"), ('[{"name": "a", "angles": []}]', "without angles"),
    ('[{"name": "a", "family": "cats"}]', "cats"), ('[{"name": "a", "axes": ["vertical"]}]', "flat"),
    ('[{"name": "a", "split": "training"}]', "unknown part of a design 'split'"),
    ('[{"name": "a", "count": 1000000000}]', "from 1 to 1000"),
    ('[{"name": "a", "repetitions": "2"}]', "whole number")])
def test_bad_designs(content, problem, place, capsys):
    Path("designs.json").write_text(content)
    assert main("run", "rotation", "--agent", "random", "--out", "r", "--designs", "designs.json") == 2
    said = capsys.readouterr().err
    assert problem in said and said.count("\n") == 1 and not Path("r").exists()
