"""Weights that are not whole are not used."""

import json
import os
import shutil

import pytest
from laboratory import HUT, SCAN, WEIGHTS


def foreign(folder):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"wings": 2}))


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
