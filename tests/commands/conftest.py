"""A folder to work in, what must be refused, and a finished run."""

from pathlib import Path

import numpy as np
import pytest
from laboratory import ISLAND, SCAN, main, small, tree
from PIL import Image


@pytest.fixture
def lab(tiny_folder, tmp_path, monkeypatch):
    """A folder to work in, with shrunken experiments."""
    small(monkeypatch.setattr, tiny_folder)
    monkeypatch.chdir(tmp_path)
    Path("island.txt").write_text(ISLAND)
    Image.fromarray(np.full((64, 64, 3), 90, np.uint8)).save("picture.png")
    Path("file").write_text("in the way")
    return tmp_path


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


@pytest.fixture(scope="session")
def finished(tiny_folder, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        small(patch.setattr, tiny_folder)
        folder = tmp_path_factory.mktemp("finished") / "o"
        assert main(*SCAN[:-1], folder) == 0
    return folder
