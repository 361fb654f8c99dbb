"""The command line: what it prints, and that whatever goes wrong ends in one line, exit status 2 and nothing half-made.

Models are tiny and untaught, sessions are one block, islands to learn from few; see `small`.
"""

import errno
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[1]
RUN = {"trials.tsv", "effects.json", "manifest.json", "report.html", "figures"}
ISLAND = "At 3 o'clock there is a hut. The well is just above the hut. A cave is in square C3."
KINDS = ("list", "run", "imagine", "describe", "train", "bench", "report")


def small(patch, shipped):
    """Shrink the laboratory; `patch` is setattr or one that undoes itself."""
    import imagery
    from experiments import bench, recipes, scanning

    def plan(agent, description):
        condition = {"condition": "scan"} if description is None else {"condition": "own", "description": description}
        return [scanning.Block({**condition, "hearings": 1} if description else condition)]

    scenes, config = recipes.RECIPES["detector"].settings["tiny"]
    quick = replace(recipes.RECIPES["detector"], settings={"tiny": (12, replace(config, checkpoint_minutes=0.0))})
    patch(imagery, "SHIPPED", Path(shipped))
    patch(scanning, "plan", plan)
    patch(recipes, "RECIPES", {**recipes.RECIPES, "detector": quick})
    patch(recipes, "draw_scenes", partial(recipes.draw_scenes, jobs=1))
    patch(bench, "speed", lambda: {"images_per_s": {1: 2.5, 8: 10.0}, "ratio_to_diffusers": 31.0})


def main(*arguments):
    from experiments import cli

    return cli.main(list(map(str, arguments)))


@pytest.fixture
def lab(tiny_folder, tmp_path, monkeypatch):
    """A folder to work in, with shrunken experiments."""
    small(monkeypatch.setattr, tiny_folder)
    monkeypatch.chdir(tmp_path)
    Path("island.txt").write_text(ISLAND)
    Image.fromarray(np.full((64, 64, 3), 90, np.uint8)).save("picture.png")
    Path("file").write_text("in the way")
    return tmp_path


def tree(folder):
    return {str(path.relative_to(folder)) for path in Path(folder).rglob("*")}


@pytest.fixture
def refused(lab, capsys):
    """Runs a command that must fail: returns its one line, having seen that it left nothing behind."""
    def try_(*arguments):
        before = tree(lab)
        status = main(*arguments)
        out, err = capsys.readouterr()
        assert (status, out) == (2, ""), err
        assert err.startswith("imagery: ") and err.count("\n") == 1 and err.endswith("\n")
        assert "Traceback" not in err and len(err) < 500
        assert tree(lab) - {"o/training"} == before                     # a place for checkpoints may stay, empty
        return err

    return try_


def only_json(capsys):
    """What was printed, which must be one JSON object, strictly."""
    def unlawful(constant):
        raise AssertionError(f"{constant} is not JSON")

    value = json.loads(capsys.readouterr().out, parse_constant=unlawful)
    assert isinstance(value, dict)
    return value


# ---- what works -----------------------------------------------------------------------------------------------------

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
    assert (good.returncode, json.loads(good.stdout), good.stderr) == (0, {"envs": ["imagery/Scanning-v0"]}, "")
    bad = subprocess.run([*command, "run", "scaning"], cwd=ROOT, capture_output=True, text=True)
    assert (bad.returncode, bad.stdout, bad.stderr.count("\n")) == (2, "", 1) and "scanning" in bad.stderr


# ---- bad input ------------------------------------------------------------------------------------------------------

SCAN = ("run", "scanning", "--agent", "oracle", "--participants", "1", "--out", "o")
HUT = ("imagine", "There is a hut.", "--out", "hut.png")
BAD = {
    (): "command",
    ("fly",): "fly",
    ("list", "agent"): "agents",
    ("run",): "experiment",
    ("run", "scaning"): "did you mean scanning",
    ("run", "scanning", "--agent", "depictiv"): "did you mean depictive",
    ("run", "scanning", "--participants", "0"): "--participants must be more than 0, not 0",
    ("run", "scanning", "--participants", "-3"): "--participants must be more than 0, not -3",
    ("run", "scanning", "--participants", "many"): "valid integer",
    ("run", "scanning", "--jobs", "0"): "--jobs must be more than 0",
    ("run", "scanning", "--seed", "-1"): "--seed must be 0 or more",
    ("run", "scanning", "--backend", "rey"): "did you mean ray",
    ("run", "scanning", "--colour", "red"): "--colour",
    (*SCAN, "--description", "absent.txt"): "absent.txt: No such file",
    (*SCAN, "--description", "."): "Is a directory",
    (*SCAN, "--description", "picture.png"): "picture.png is not text",
    ("imagine", "There is a hurt.", "--out", "o.png"): "unknown word 'hurt'; the nearest known words are hut",
    ("imagine", "", "--out", "o.png"): "empty",
    ("imagine", "hut " * 10_000, "--out", "o.png"): "10000 words",
    ("imagine", "There is a hut."): "--out",
    (*HUT, "--n", "0"): "--n must be more than 0",
    (*HUT, "--n", "-1"): "--n must be more than 0",
    (*HUT, "--n", "65"): "at most 64",
    (*HUT, "--steps", "0"): "--steps must be more than 0",
    (*HUT, "--seed", "9" * 30): "--seed must be",
    (*HUT, "--model", "island"): "did you mean islands",
    (*HUT, "--model", "verbal"): "'verbal' does not imagine; try islands",
    ("describe", "absent.png"): "absent.png: No such file",
    ("describe", "file"): "file is not a picture",
    ("describe", "picture.png", "--model", "islands"): "'islands' does not describe; try verbal",
    ("describe", "picture.png", "--model", "words"): "unknown model 'words'",
    ("train", "iland"): "did you mean islands",
    ("train", "detector", "--preset", "huge"): "tiny, small, full",
    ("train", "detector", "--device", "tpu"): "cpu",
    ("train", "detector", "--max-minutes", "0"): "--max-minutes must be more than 0",
    ("train", "detector", "--max-minutes", "nan"): "--max-minutes must be more than 0",
    ("bench", "sped"): "did you mean speed",
    ("report", "absent"): "absent holds no finished run",
    ("report", "file"): "file holds no finished run",
    ("report", "."): "holds no finished run",
}


@pytest.mark.parametrize("arguments", BAD, ids=lambda arguments: " ".join(arguments)[:60] or "nothing")
def test_bad_input(arguments, refused):
    assert BAD[arguments] in refused(*arguments)


TEXTS = {
    "": "the description is empty",
    "hut " * 10_000: "at most 4000",
    "There is a house.": "unknown word 'house'",
    "The hut sees the well.": "unknown word 'sees'",
    "The island has the hut.": "cannot read",
    "There is a shore.": "'shore' is not a landmark",
    " ".join(f"There is a {kind}." for kind in ("hut well lake tree rock grass beach harbour lighthouse creek cave"
                                                .split())): "11 landmarks are described; at most 10 fit",
    " ".join(f"Square D7 holds a {kind}." for kind in "hut well lake tree rock grass cave".split()): "apart",
    "There is a hut. At 3 o'clock there is a hut.": "described twice",
    "There is a hut. The well is just above the cave.": "the cave, which is not described",
    "The well is just above the hut. The hut is just above the well.": "in a circle",
    "A hut is 25 cm from the left edge and 3 cm from the top.": "off the map",
    "There is a hut.": "two",
    "This is an island.": "names no landmark",
}


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:40] or "nothing")
def test_bad_descriptions(text, refused):
    """Refused before anything is run."""
    Path("island.txt").write_text(text)
    assert TEXTS[text] in refused(*SCAN, "--description", "island.txt")


@pytest.mark.parametrize("width, height", [(64, 32), (8, 8), (1, 1)])
def test_pictures_of_no_use(width, height, refused):
    Image.new("L", (width, height)).save("picture.png")
    assert f"is {width} x {height} pixels" in refused("describe", "picture.png")


def test_a_damaged_picture(refused):
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)).save("picture.png")
    os.truncate("picture.png", 3000)
    assert "truncated" in refused("describe", "picture.png")


# ---- places where nothing can be written ----------------------------------------------------------------------------

WRITERS = {
    "run": lambda out: SCAN[:-1] + (out,),
    "imagine": lambda out: (*HUT[:-1], f"{out}/hut.png"),
    "bench": lambda out: ("bench", "speed", "--out", out),
    "train": lambda out: ("train", "detector", "--preset", "tiny", "--device", "cpu", "--out", out),
}


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("out", ["file", "file/below", "/proc/none"])
def test_unwritable(writer, out, refused):
    assert out.partition("/")[0] in refused(*WRITERS[writer](out))
    assert Path("file").read_text() == "in the way"


def test_folders_of_others_are_left_alone(refused, lab):
    Path("mine").mkdir()
    Path("mine/thesis.txt").write_text("words")
    assert "mine exists and is no earlier result" in refused(*SCAN[:-1], "mine")
    assert "mine" in refused(*HUT[:-1], "mine")
    assert tree("mine") == {"thesis.txt"} and Path("mine/thesis.txt").read_text() == "words"


@pytest.fixture
def full_disk():
    """No file may grow beyond 3,000 bytes, whoever writes it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("writer", ["run", "imagine", "train"])
def test_full_disk(writer, refused, full_disk):
    Path("o").mkdir()
    arguments = {"imagine": (*HUT[:-1], "o/hut.png", "--n", "9")}.get(writer, WRITERS[writer]("o"))
    assert "too large" in refused(*arguments)


def test_no_space_left(refused, monkeypatch):
    """The same as the system words it, at the last file of a run."""
    from experiments import scanning_run

    def write_report(folder, *rest):
        (folder / "report.html").write_text("<html>")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder / "report.html"))

    monkeypatch.setattr(scanning_run, "write_report", write_report)
    assert "No space left on device" in refused(*SCAN)


# ---- weights --------------------------------------------------------------------------------------------------------

def foreign(folder):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"wings": 2}))


WEIGHTS = "diffusion_pytorch_model.safetensors"
DAMAGE = {
    "truncated": (lambda folder: os.truncate(folder / WEIGHTS, 5000), "sha256"),
    "renamed": (lambda folder: (folder / WEIGHTS).rename(folder / "model.safetensors"), "but model.safetensors"),
    "missing": (lambda folder: (folder / WEIGHTS).unlink(), "no safetensors file"),
    "foreign key": (foreign, "unexpected wings"),
    "absent": (shutil.rmtree, "`imagery train` makes one"),
}


@pytest.mark.parametrize("name", ["islands", "verbal"])
@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_weights(name, damage, refused, tiny_folder, tmp_path_factory, monkeypatch):
    import imagery

    folder = tmp_path_factory.mktemp("damaged") / "shipped"
    shutil.copytree(tiny_folder, folder)
    harm, message = DAMAGE[damage]
    harm(folder / name)
    monkeypatch.setattr(imagery, "SHIPPED", folder)
    for arguments in (HUT, SCAN):
        assert message in refused(*arguments)


def test_models_that_are_not_shipped(refused, tiny_folder, monkeypatch, tmp_path_factory):
    import imagery

    monkeypatch.setattr(imagery, "SHIPPED", tmp_path_factory.mktemp("empty"))
    assert "no folder" in refused("describe", "picture.png") and "no folder" in refused(*HUT)


# ---- damaged results ------------------------------------------------------------------------------------------------

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


@pytest.fixture(scope="module")
def finished(tiny_folder, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        small(patch.setattr, tiny_folder)
        folder = tmp_path_factory.mktemp("finished") / "o"
        assert main(*SCAN[:-1], folder) == 0
    return folder


@pytest.mark.parametrize("ruin", RUINS)
def test_ruined_results_are_not_reported(ruin, finished, refused):
    shutil.copytree(finished, "ruin")
    RUINS[ruin](Path("ruin"))
    before = {name: (Path("ruin") / name).read_bytes() for name in os.listdir("ruin") if name != "figures"}
    assert "ruin" in refused("report", "ruin")
    assert before == {name: (Path("ruin") / name).read_bytes() for name in before}


# ---- killed ---------------------------------------------------------------------------------------------------------

KILLED = """
import importlib, os, shutil, signal, sys
from pathlib import Path
from tests.test_cli import MOMENTS, SCAN, WRITERS, main, small
shipped, place, finished = map(Path, sys.argv[1:])
small(setattr, shipped)
for number, (writer, again, module, name, at) in enumerate(MOMENTS):
    out = place / str(number) / "o"
    out.parent.mkdir()
    if again:
        shutil.copytree(finished, out)
    if os.fork() == 0:
        module = importlib.import_module(module)
        real, calls = getattr(module, name), []
        def dies(*args, **kwargs):
            if name != "replace" or Path(args[0]).name.lstrip(".").startswith("o"):
                calls.append(args)
            if len(calls) == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **kwargs)
        setattr(module, name, dies)
        os._exit(main(*WRITERS[writer](str(out))))
    print(os.WTERMSIG(os.wait()[1]))
"""
MOMENTS = [  # who is killed, over an earlier result or not, at which call of what
    ("run", False, "experiments.scanning_run", "write_report", 1), ("run", False, "os", "replace", 1),
    ("run", True, "experiments.scanning_run", "write_report", 1), ("run", True, "os", "replace", 1),
    ("run", True, "os", "replace", 2), ("train", False, "imagery.training", "_advance", 13),
    ("train", False, "imagery.training", "save_state", 9), ("train", False, "imagery.weights", "save", 1)]


@pytest.fixture(scope="module")
def killed(tiny_folder, finished, tmp_path_factory):
    """A folder for each moment, in which a process was killed at it."""
    place = tmp_path_factory.mktemp("killed")
    said = subprocess.check_output([sys.executable, "-c", KILLED, tiny_folder, place, finished], cwd=ROOT, text=True)
    assert said.split() == [str(int(signal.SIGKILL))] * len(MOMENTS)
    return [place / str(number) for number in range(len(MOMENTS))]


@pytest.mark.parametrize("number", [i for i, moment in enumerate(MOMENTS) if moment[0] == "run"])
def test_killed_run(number, killed, lab, refused, capsys):
    """What is there is whole, what is not whole is not taken for it, and the next run goes through."""
    out = killed[number] / "o"
    if out.exists():
        assert MOMENTS[number][1] and set(os.listdir(out)) == RUN
        assert main("report", out) == 0
        capsys.readouterr()
    else:
        assert "holds no finished run" in refused("report", out)
    for part in killed[number].glob(".o.*.partial"):
        if set(os.listdir(part)) != RUN:
            assert "holds no finished run" in refused("report", part)
    assert main(*SCAN[:-1], out) == 0 and set(os.listdir(out)) == RUN
    capsys.readouterr()


@pytest.mark.parametrize("number", [i for i, moment in enumerate(MOMENTS) if moment[0] == "train"])
def test_killed_training_resumes_to_the_same_weights(number, killed, lab, capsys):
    out = killed[number] / "o"
    assert set(os.listdir(out)) == {"training"}
    assert main("train", "detector", "--preset", "tiny", "--device", "cpu", "--out", out, "--resume", "--json") == 0
    resumed = only_json(capsys)
    assert main(*WRITERS["train"]("whole")[:-1], "whole", "--json") == 0
    straight = only_json(capsys)
    assert resumed["step"] == 20 and resumed["loss"] == pytest.approx(straight["loss"])
    assert (out / WEIGHTS).read_bytes() == Path("whole", WEIGHTS).read_bytes()
    assert os.listdir(out / "..") == ["o"] and "training" not in os.listdir(out)


def test_a_damaged_checkpoint_is_not_resumed(refused, lab):
    Path("half/training").mkdir(parents=True)
    Path("half/training/checkpoint.safetensors").write_bytes(b"\x10\0\0\0\0\0\0\0{")
    assert "not a whole checkpoint" in refused(*WRITERS["train"]("half"), "--resume")
