"""The strict loader: whatever is not exactly what was saved is one clear error."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from safetensors.torch import load_file, save_file
from torch import nn

from imagery.weights import CONFIG, RECIPE, WEIGHTS, WeightsError, load, save, sha256

ROOT = Path(__file__).parents[2]


class Small(ModelMixin, ConfigMixin):
    @register_to_config
    def __init__(self, channels: tuple[int, ...] = (3, 8), bias: bool = True):
        super().__init__()
        self.layer = nn.Conv2d(*channels, 3, bias=bias)
        self.register_buffer("count", torch.tensor([1, 70_000]))


class Other(Small):
    pass


@pytest.fixture
def folder(tmp_path):
    save(Small((3, 4)), tmp_path / "small", {"steps": 7})
    return tmp_path / "small"


def edit(path, **changes):
    value = json.loads(path.read_text())
    for key, new in changes.items():
        value.pop(key) if new is None else value.update({key: new})
    path.write_text(json.dumps(value))


def rewrite(folder, change):
    """Change the tensors, and the recipe's checksum with them."""
    tensors = load_file(folder / WEIGHTS)
    change(tensors)
    save_file(tensors, folder / WEIGHTS)
    edit(folder / RECIPE, sha256=sha256(folder / WEIGHTS))


def test_round_trip(tmp_path):
    torch.manual_seed(0)
    model = Small((3, 4))
    save(model, tmp_path / "new" / "small", {"steps": 7})
    folder = tmp_path / "new" / "small"
    assert sorted(path.name for path in folder.iterdir()) == sorted([CONFIG, RECIPE, WEIGHTS])
    assert list(folder.parent.iterdir()) == [folder]
    assert {str(t.dtype) for t in load_file(folder / WEIGHTS).values()} == {"torch.float16", "torch.int64"}
    recipe = json.loads((folder / RECIPE).read_text())
    assert recipe == {"steps": 7, "sha256": sha256(folder / WEIGHTS)}
    before = torch.get_rng_state()
    loaded = load(Small, folder)
    assert torch.get_rng_state().equal(before)
    assert not loaded.training and loaded.layer.weight.dtype == torch.float32
    assert loaded.layer.weight.equal(model.layer.weight.half().float()) and loaded.count.tolist() == [1, 70_000]
    assert tuple(loaded.config.channels) == (3, 4)


def test_large_tensors_are_kept_in_eight_bits(tmp_path):
    torch.manual_seed(0)
    model = Small((16, 64))
    with torch.no_grad():
        model.layer.weight[5] *= 1000
        model.layer.weight[6] = 0
    save(model, tmp_path / "large", {})
    kept, loaded = load_file(tmp_path / "large" / WEIGHTS), load(Small, tmp_path / "large")
    assert kept["layer.weight"].dtype == torch.int8 and kept["layer.bias"].dtype == torch.float16
    wanted, found = model.layer.weight.detach().flatten(1), loaded.layer.weight.detach().flatten(1)
    off = (wanted - found).abs().amax(1) / wanted.abs().amax(1).clamp(min=1e-12)
    assert off.max() <= 0.5 / 127 * 1.01 and not found[6].any()
    save(loaded, tmp_path / "again", {})
    assert load(Small, tmp_path / "again").layer.weight.sub(loaded.layer.weight).abs().max() < 1e-5


def test_diffusers_reads_small_ones(folder):
    theirs, ours = Small.from_pretrained(folder, local_files_only=True), load(Small, folder)
    assert theirs.layer.weight.float().equal(ours.layer.weight)


DAMAGE = {
    "config missing": (lambda f: (f / CONFIG).unlink(), "config.json cannot be read"),
    "config garbled": (lambda f: (f / CONFIG).write_text('{"channels": [3'), "config.json cannot be read"),
    "config no object": (lambda f: (f / CONFIG).write_text("[]"), "should hold a JSON object"),
    "config foreign key": (lambda f: edit(f / CONFIG, depth=3), "unexpected depth"),
    "config key missing": (lambda f: edit(f / CONFIG, bias=None), "missing bias"),
    "config bad value": (lambda f: edit(f / CONFIG, channels="wide"), "does not make a Small"),
    "weights truncated": (lambda f: os.truncate(f / WEIGHTS, 200), "sha256"),
    "weights truncated, no checksum": (
        lambda f: (os.truncate(f / WEIGHTS, 200), edit(f / RECIPE, sha256=None)),
        "is damaged",
    ),
    "weights empty, no recipe": (lambda f: (os.truncate(f / WEIGHTS, 0), (f / RECIPE).unlink()), "is damaged"),
    "weights renamed": (lambda f: (f / WEIGHTS).rename(f / "model.safetensors"), "but model.safetensors"),
    "weights missing": (lambda f: (f / WEIGHTS).unlink(), "no safetensors file"),
    "wrong checksum": (lambda f: edit(f / RECIPE, sha256="0" * 64), "lists 000000000000"),
    "recipe garbled": (lambda f: (f / RECIPE).write_text("{"), "recipe.json cannot be read"),
    "tensor missing": (lambda f: rewrite(f, lambda t: t.pop("layer.bias")), "missing layer.bias"),
    "tensor unexpected": (lambda f: rewrite(f, lambda t: t.update(extra=torch.ones(1))), "unexpected extra"),
    "tensor misshapen": (
        lambda f: rewrite(f, lambda t: t.update({"layer.bias": torch.ones(5)})),
        r"layer.bias is \(5,\), should be \(4,\)",
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_one_clear_line(damage, folder):
    harm, message = DAMAGE[damage]
    harm(folder)
    with pytest.raises(WeightsError, match=message) as caught:
        load(Small, folder)
    assert "\n" not in str(caught.value)


def test_another_class_is_refused(folder):
    with pytest.raises(WeightsError, match="holds a Small, not a Other"):
        load(Other, folder)


@pytest.mark.parametrize("name", ["absent", "stabilityai/absent"])
def test_absent_folder_is_fast_and_asks_no_hub(name):
    began = time.monotonic()
    with pytest.raises(WeightsError, match="no folder"):
        load(Small, name)
    assert time.monotonic() - began < 0.5


def test_replaces_weights_and_keeps_other_files(folder):
    (folder / "notes.txt").write_text("mine")
    (folder / "vae").mkdir()
    save(Small((3, 9)), folder, {})
    assert load(Small, folder).config.channels[1] == 9
    assert (folder / "notes.txt").read_text() == "mine" and (folder / "vae").is_dir()
    assert list(folder.parent.iterdir()) == [folder]


def test_refuses_what_float16_cannot_hold(folder):
    model = Small((3, 4))
    nn.init.constant_(model.layer.bias, 1e6)
    with pytest.raises(WeightsError, match="layer.bias"):
        save(model, folder, {})
    assert load(Small, folder).config.channels[1] == 4


KILLED = """
import os, signal, sys
from imagery import weights
from tests.imagery.test_weights import MOMENTS, Small
for module, name, at in MOMENTS:
    if os.fork() == 0:
        module = {"os": os, "weights": weights}[module]
        real, calls = getattr(module, name), []
        def dies(*args, **kwargs):
            calls.append(args)
            if len(calls) == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **kwargs)
        setattr(module, name, dies)
        weights.save(Small((3, 9)), f"{sys.argv[1]}/{name}{at}", {})
    print(os.WTERMSIG(os.wait()[1]))
"""
MOMENTS = [("weights", "save_file", 1), ("os", "replace", 1), ("os", "replace", 2)]


def test_killed_while_saving_leaves_whole_weights(tmp_path):
    """Before the weights are written, before the old folder moves away, and between the two renames."""
    folders = [tmp_path / f"{name}{at}" for _, name, at in MOMENTS]
    for folder in folders:
        save(Small((3, 4)), folder, {})
    said = subprocess.check_output([sys.executable, "-c", KILLED, tmp_path], cwd=ROOT, text=True)
    assert said.split() == [str(int(signal.SIGKILL))] * 3
    for folder in folders:
        assert load(Small, folder).config.channels[1] == 4
