"""What the command line prints and writes when all is well."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from laboratory import ISLAND, RUN, main, only_json, tree
from PIL import Image

ROOT = Path(__file__).parents[2]
KINDS = ("list", "run", "imagine", "describe", "train", "bench", "report")
LISTED = {"models": "islands", "agents": "depictive", "envs": "imagery/Scanning-v0", "experiments": "scanning",
          "recipes": "detector"}


@pytest.mark.parametrize("kind", [None, *LISTED])
def test_list(kind, lab, capsys):
    kinds = [kind] if kind else list(LISTED)
    assert main("list", *filter(None, [kind]), "--json") == 0
    found = only_json(capsys)
    assert list(found) == kinds and all(LISTED[each] in found[each] for each in kinds)
    assert main("list", *filter(None, [kind])) == 0
    assert capsys.readouterr().out == "".join(f"{each}: {', '.join(found[each])}\n" for each in kinds)


@pytest.mark.parametrize("arguments", [("--help",), *((command, "--help") for command in KINDS)], ids=" ".join)
def test_help(arguments, capsys):
    assert main(*arguments) == 0
    assert "Usage" in capsys.readouterr().out


def test_run_and_report(lab, capsys):
    """A whole folder and one JSON object; run again, it is replaced; reported again, its trials stay."""
    for agents in ["oracle"], ["oracle", "depictive"]:
        assert main("run", "scanning", *(f"--agent={agent}" for agent in agents), "--participants", 1,
                    "--out", "results/first", "--json") == 0
        printed = only_json(capsys)
        assert printed["directory"] == "results/first" and tree("results") == {"first"} | {
            f"first/{name}" for name in tree("results/first")}
        assert set(os.listdir("results/first")) == RUN
        assert printed["effects"] == json.loads(Path("results/first/effects.json").read_text())
    trials = Path("results/first/trials.tsv").read_bytes()
    assert {line.split(b"\t")[1] for line in trials.splitlines()} == {b"agent", b"oracle", b"depictive"}
    Path("results/first/report.html").unlink()
    assert main("report", "results/first", "--json") == 0
    again = only_json(capsys)
    assert again == {"directory": "results/first", "effects": printed["effects"]}
    assert set(os.listdir("results/first")) == RUN and Path("results/first/trials.tsv").read_bytes() == trials


def test_same_seed_same_trials(lab, capsys):
    trials = []
    for seed in (3, 3, 4):
        assert main("run", "scanning", "--agent", "random", "--participants", 1, "--seed", seed, "--out", "o") == 0
        trials.append(Path("o/trials.tsv").read_bytes())
    assert trials[0] == trials[1] != trials[2]


def test_own_island(lab, capsys):
    """A thing may be placed by one that is told of later."""
    Path("island.txt").write_text("The well is just above the hut. Square C3 holds a cave. The hut is at 3 o'clock.")
    assert main("run", "scanning", "--agent", "propositional", "--agent", "oracle", "--participants", 1, "--out", "o",
                "--description", "island.txt") == 0
    assert capsys.readouterr().out == "report: o/report.html\n"
    assert {"hut", "well", "cave"} <= set(Path("o/trials.tsv").read_text().split())
    assert json.loads(Path("o/manifest.json").read_text())["configuration"]["description"].startswith("The well")


def test_imagine_and_describe(lab, capsys):
    assert main("imagine", ISLAND, "--out", "new/hut.png", "--n", 3, "--steps", 2, "--seed", 5, "--json") == 0
    assert only_json(capsys) == {"file": "new/hut.png", "images": 3, "seed": 5} and tree("new") == {"hut.png"}
    assert Image.open("new/hut.png").size == (192, 64)
    first = Path("new/hut.png").read_bytes()
    main("imagine", ISLAND, "--out", "new/hut.png", "--n", 3, "--steps", 2, "--seed", 5)
    assert Path("new/hut.png").read_bytes() == first
    capsys.readouterr()
    assert main("describe", "new/../picture.png", "--json") == 0
    assert list(only_json(capsys)) == ["text"]


def test_train(lab, capsys):
    assert main("train", "detector", "--preset", "tiny", "--out", "judge", "--device", "cpu", "--json") == 0
    printed = only_json(capsys)
    assert printed["directory"] == "judge" and printed["step"] == 20 and len(os.listdir("judge")) == 3


def test_bench(lab, capsys):
    assert main("bench", "speed", "--out", "b", "--json") == 0
    printed = only_json(capsys)
    assert printed == json.loads(Path("b/speed.json").read_text()) and printed["images_per_s"]["8"] == 10
    assert main("bench", "speed") == 0
    assert "ratio_to_diffusers: 31" in capsys.readouterr().out


def test_as_a_program():
    """Through the interpreter's own front door: nothing else talks on either stream."""
    command = [sys.executable, "-m", "experiments.cli"]
    good = subprocess.run([*command, "list", "envs", "--json"], cwd=ROOT, capture_output=True, text=True)
    listed = json.loads(good.stdout)
    assert (good.returncode, list(listed), good.stderr) == (0, ["envs"], "")
    assert {"imagery/Scanning-v0", "imagery/Reinterpretation-v0"} <= set(listed["envs"])
    bad = subprocess.run([*command, "run", "scaning"], cwd=ROOT, capture_output=True, text=True)
    assert (bad.returncode, bad.stdout, bad.stderr.count("\n")) == (2, "", 1) and "scanning" in bad.stderr
