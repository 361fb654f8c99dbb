"""Runs and trainings killed at bad moments: nothing half-written is taken for whole, and work goes on."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from laboratory import RUN, SCAN, WEIGHTS, WRITERS, main, only_json

KILLED = """
import importlib, os, shutil, signal, sys
from pathlib import Path
from laboratory import WRITERS, main, small
from test_killed import MOMENTS
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
    ("run", False, "experiments.scanning.report", "write_report", 1), ("run", False, "os", "replace", 1),
    ("run", True, "experiments.scanning.report", "write_report", 1), ("run", True, "os", "replace", 1),
    ("run", True, "os", "replace", 2), ("train", False, "imagery.training", "_advance", 13),
    ("train", False, "imagery.training", "save_state", 9), ("train", False, "imagery.weights", "save", 1)]


@pytest.fixture(scope="module")
def killed(tiny_folder, finished, tmp_path_factory):
    """A folder for each moment, in which a process was killed at it."""
    place = tmp_path_factory.mktemp("killed")
    said = subprocess.check_output([sys.executable, "-c", KILLED, tiny_folder, place, finished],
                                   cwd=Path(__file__).parent, text=True)
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
