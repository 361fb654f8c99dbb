"""Who may import whom: the mind does not import the world, the world does not import the mind."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("imagery", "agents", "envs", "experiments")
MAY = {  # what each package may import beside the standard library and itself
    "imagery": {"torch", "diffusers", "transformers", "safetensors", "accelerate", "numpy", "scipy", "networkx",
                "rich"},
    "agents": {"imagery", "gymnasium", "networkx", "numpy"},
    "envs": {"numpy", "gymnasium", "networkx", "PIL", "resvg_py"},         # the last to draw others' pictures only
}
PICKLERS = {"torch.load", "torch.save", "joblib.load", "joblib.dump", "np.load"}
FILES = sorted(path for name in (*PACKAGES, "tests") for path in (ROOT / name).rglob("*.py"))


def imports(path):
    """Every module a file imports, wherever in it, in full."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module if not node.level else path.relative_to(ROOT).parts[0]


def is_called(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("package", MAY)
def test_packages_keep_to_their_layer(package):
    files = [path for path in FILES if path.relative_to(ROOT).parts[0] == package]
    assert files
    found = {(is_called(path), name) for path in files for name in imports(path)}
    wrong = {(file, name) for file, name in found
             if name.split(".")[0] not in MAY[package] | {package} | set(sys.stdlib_module_names)}
    assert not wrong


def test_the_rule_would_catch_a_trespasser(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    (tmp_path / "a.py").write_text("def f():\n    import torch.nn as nn\n    from envs.stimuli import islands\n")
    assert set(imports(tmp_path / "a.py")) == {"torch.nn", "envs.stimuli"}


def test_the_world_runs_without_a_mind():
    """In a fresh interpreter, so that what other tests imported does not count."""
    code = ("import sys, envs.plugin, gymnasium; gymnasium.make('imagery/Scanning-v0').reset(seed=0); "
            "print('torch' in sys.modules)")
    assert subprocess.check_output([sys.executable, "-c", code], text=True, cwd=ROOT).split() == ["False"]


def test_nothing_needs_torchvision_or_reads_pickles():
    for path in FILES:
        roots = {name.split(".")[0] for name in imports(path)}
        assert not roots & {"torchvision", "pickle", "dill", "cloudpickle", "shelve"}, is_called(path)
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                assert f"{node.value.id}.{node.attr}" not in PICKLERS, is_called(path)


def test_no_file_knows_this_machine():
    names = subprocess.check_output(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, text=True).splitlines()
    place = re.compile(r"(?<![\w.])/(?:work|tmp|root|home)/")
    for path in (ROOT / name for name in names):
        if path.is_file() and path.suffix in {".py", ".md", ".toml", ".json", ".html", ".csv", ".txt", ""}:
            assert not place.search(path.read_text()), is_called(path)
