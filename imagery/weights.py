"""Weights on disk: safetensors, the constructor's arguments and a recipe, in one folder. The one strict loader.

Matrices and kernels are kept in eight bits, with a scale for every row (as weights are in Dettmers et al. 2022, arXiv
2208.07339), everything else in float16.
diffusers merely warns of missing tensors and unknown keys and asks a hub for absent folders; here each is an error.
"""

import hashlib
import inspect
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any, TypeVar

import torch
from diffusers import ModelMixin
from diffusers.utils import SAFETENSORS_WEIGHTS_NAME as WEIGHTS
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from imagery.checkpoint import flush

CONFIG, RECIPE = "config.json", "recipe.json"
SCALE = ".scale"                                  # what a tensor's name has behind it for the scales of its rows
LEAST = 4096                                      # numbers from which on a tensor is worth eight bits
Model = TypeVar("Model", bound=ModelMixin)


class WeightsError(ValueError):
    """A folder of weights that cannot be used, and why, in one line."""


def sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def load(cls: type[Model], folder: str | Path) -> Model:
    """The model a folder holds, in float32 and eval mode; WeightsError if anything is missing, extra or altered."""
    folder = Path(folder)
    if not folder.exists() and _aside(folder).exists():  # `save` was killed between its two renames
        os.replace(_aside(folder), folder)
    if not folder.is_dir():
        raise WeightsError(f"no folder {folder}: `imagery train` makes one")
    config = _config(cls, folder)
    path = folder / WEIGHTS
    if not path.is_file():
        others = ", ".join(sorted(p.name for p in folder.glob("*.safetensors"))) or "no safetensors file"
        raise WeightsError(f"{folder} has no {WEIGHTS}, but {others}")
    listed = _json(folder / RECIPE).get("sha256") if (folder / RECIPE).exists() else None
    if listed and listed != (found := sha256(path)):
        raise WeightsError(f"{path} has sha256 {found[:12]}..., but {RECIPE} lists {str(listed)[:12]}...")
    try:
        tensors = _unpacked(load_file(path))
    except (SafetensorError, OSError) as error:
        raise WeightsError(f"{path} is damaged: {_line(error)}") from error
    try:
        with torch.random.fork_rng(devices=[]):  # loading must not disturb the caller's random numbers
            model = cls.from_config(config)
    except Exception as error:  # whatever a constructor makes of values it was not written for
        raise WeightsError(f"{folder / CONFIG} does not make a {cls.__name__}: {_line(error)}") from error
    _compare(model.state_dict(), tensors, path)
    model.load_state_dict(tensors)
    return model.float().eval()


def save(model: ModelMixin, folder: str | Path, recipe: dict[str, Any]) -> None:
    """Write weights, config and recipe (with the weights' sha256) to a folder beside, then put it in place.

    A kill at any moment leaves the old folder or the new one. Other files in the old folder move along.
    """
    folder = Path(folder)
    tensors = {key: part for name, t in model.state_dict().items() for key, part in _packed(name, t).items()}
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".new", dir=folder.parent))
    try:
        model.save_config(made)
        save_file(tensors, made / WEIGHTS, metadata={"format": "pt"})
        (made / RECIPE).write_text(json.dumps({**recipe, "sha256": sha256(made / WEIGHTS)}, indent=2) + "\n")
        made.chmod(0o755)
        for path in (*made.iterdir(), made):
            flush(path)
        _put(made, folder)
    except SafetensorError as error:
        raise OSError(f"{folder} cannot be written: {_line(error)}") from error
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _put(made: Path, folder: Path) -> None:
    old = _aside(folder)
    if folder.exists():
        shutil.rmtree(old, ignore_errors=True)
        os.replace(folder, old)
    os.replace(made, folder)
    flush(folder.parent)
    if old.exists():
        for other in old.iterdir():
            if not (folder / other.name).exists():
                os.replace(other, folder / other.name)
        shutil.rmtree(old)


def _aside(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.old")


def _packed(name: str, tensor: Tensor) -> dict[str, Tensor]:
    """A tensor as it is kept, contiguous, on the CPU; integers stay as they are."""
    tensor = tensor.detach().cpu().contiguous()
    if not tensor.is_floating_point():
        return {name: tensor}
    if not tensor.half().isfinite().all():
        raise WeightsError(f"{name} has values that are not finite in float16")
    if tensor.dim() < 2 or tensor.numel() < LEAST:
        return {name: tensor.half()}
    rows = tensor.float().flatten(1)
    scale = rows.abs().amax(1).clamp(min=1e-12) / 127
    return {name: (rows / scale[:, None]).round().char().view(tensor.shape), name + SCALE: scale}


def _unpacked(kept: dict[str, Tensor]) -> dict[str, Tensor]:
    """Tensors as they were before they were packed, nearly."""
    scales = {name: kept.pop(name + SCALE) for name in list(kept) if name + SCALE in kept}
    return kept | {name: (kept[name].flatten(1) * scale[:, None]).view(kept[name].shape)
                   for name, scale in scales.items()}


def _json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise WeightsError(f"{path} cannot be read: {_line(error)}") from error
    if not isinstance(value, dict):
        raise WeightsError(f"{path} should hold a JSON object")
    return value


def _config(cls: type[ModelMixin], folder: Path) -> dict[str, Any]:
    """The saved arguments, which must be exactly the constructor's."""
    config = _json(folder / CONFIG)
    if (name := config.get("_class_name")) != cls.__name__:
        raise WeightsError(f"{folder} holds a {name}, not a {cls.__name__}")
    saved = {key for key in config if not key.startswith("_")}
    known = set(inspect.signature(cls.__init__).parameters) - {"self"}
    if wrong := _differences(saved, known):
        raise WeightsError(f"{folder / CONFIG} does not fit {cls.__name__}: {wrong}")
    return config


def _compare(wanted: dict[str, Tensor], found: dict[str, Tensor], path: Path) -> None:
    if wrong := _differences(set(found), set(wanted)):
        raise WeightsError(f"{path} does not fit its config: {wrong}")
    for name, tensor in wanted.items():
        if tensor.shape != found[name].shape:
            raise WeightsError(f"{path}: {name} is {tuple(found[name].shape)}, should be {tuple(tensor.shape)}")


def _differences(found: set[str], wanted: set[str]) -> str:
    """The first few missing and unexpected names; empty if there are none."""
    kinds = {"missing": sorted(wanted - found), "unexpected": sorted(found - wanted)}
    parts = [f"{kind} {', '.join(names[:3])}" + " ..." * (len(names) > 3) for kind, names in kinds.items() if names]
    return "; ".join(parts)


def _line(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]
