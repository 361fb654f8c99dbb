"""Results that are not whole are not reported."""

import os
import shutil
from pathlib import Path

import pytest

RUINS = {
    "no manifest": lambda folder: (folder / "manifest.json").unlink(),
    "no trials": lambda folder: (folder / "trials.tsv").unlink(),
    "half a manifest": lambda folder: os.truncate(folder / "manifest.json", 40),
    "another manifest": lambda folder: (folder / "manifest.json").write_text("[]"),
    "an empty manifest": lambda folder: (folder / "manifest.json").write_text("{}"),
    "no rows": lambda folder: os.truncate(folder / "trials.tsv", 0),
    "only a header": lambda folder: (folder / "trials.tsv").write_text(
        (folder / "trials.tsv").read_text().partition("\n")[0] + "\n"),
    "other columns": lambda folder: (folder / "trials.tsv").write_text("a\tb\n1\t2\n"),
    "words for numbers": lambda folder: (folder / "trials.tsv").write_text(
        (folder / "trials.tsv").read_text().replace("\t0.", "\tlong")),
    "no text": lambda folder: (folder / "trials.tsv").write_bytes(bytes(range(256))),
}


@pytest.mark.parametrize("ruin", RUINS)
def test_ruined_results_are_not_reported(ruin, finished, refused):
    shutil.copytree(finished, "ruin")
    RUINS[ruin](Path("ruin"))
    before = {name: (Path("ruin") / name).read_bytes() for name in os.listdir("ruin") if name != "figures"}
    assert "ruin" in refused("report", "ruin")
    assert before == {name: (Path("ruin") / name).read_bytes() for name in before}
