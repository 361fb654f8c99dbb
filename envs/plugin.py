"""Registers our environments as soon as Gymnasium is imported, so that `gymnasium.make` needs no import of ours.

Gymnasium 1.x no longer loads the entry points `gymnasium.envs` of installed packages. `python -m envs.plugin` therefore
writes a start-up file into the environment's site-packages, which imports this module: it waits for Gymnasium and costs
nothing where that is not used.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from envs import register_envs


class _Loader(importlib.abc.Loader):
    """Loads a module as its own loader does, then registers the environments."""

    def __init__(self, loader: importlib.abc.Loader):
        self.loader = loader

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self.loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self.loader.exec_module(module)
        register_envs()


class _Watch(importlib.abc.MetaPathFinder):
    """Waits for the import of Gymnasium, once."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
                  ) -> importlib.machinery.ModuleSpec | None:
        if name != "gymnasium":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None:
            spec.loader = _Loader(spec.loader)
        return spec


def watch() -> None:
    """Register now if Gymnasium is there already, else when it comes."""
    if "gymnasium" in sys.modules:
        register_envs()
    else:
        sys.meta_path.insert(0, _Watch())


def install() -> Path:
    """Write the start-up file of this Python environment."""
    file = Path(sysconfig.get_path("purelib")) / "imagery_envs.pth"
    file.write_text("import importlib.util as u; u.find_spec('envs') and __import__('envs.plugin')\n")
    return file


if __name__ == "__main__":
    print(install())
else:
    watch()
