"""Places where nothing can be written, and disks that are full: one line, and nothing half-made."""

import errno
import os
import resource
from pathlib import Path

import pytest
from laboratory import HUT, SCAN, WRITERS, tree


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
    from experiments.scanning import report as scanning_report

    def write_report(folder, *rest):
        (folder / "report.html").write_text("<html>")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder / "report.html"))

    monkeypatch.setattr(scanning_report, "write_report", write_report)
    assert "No space left on device" in refused(*SCAN)
