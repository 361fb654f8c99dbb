"""All that changes while a model is trained, and its safe keeping: safetensors and JSON in one file, never a pickle."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn


@dataclass
class TrainState:
    """A training run at one step. There is no random state: each step's randomness follows from its number."""

    model: nn.Module
    ema: dict[str, Tensor]  # moving average of each trained parameter
    optimizers: list[torch.optim.Optimizer]  # each for parameters of its own
    step: int = 0
    minutes: float = 0.0
    totals: dict[str, Tensor] = field(default_factory=dict)  # sum and count of what the model logged since the last log

    def parameters(self) -> dict[str, nn.Parameter]:
        return {name: p for name, p in self.model.named_parameters() if p.requires_grad}

    def optimized(self) -> Iterator[tuple[str, nn.Parameter, torch.optim.Optimizer]]:
        """Each trained parameter with the optimizer that moves it."""
        names = {p: name for name, p in self.parameters().items()}
        for optimizer in self.optimizers:
            yield from ((names[p], p, optimizer) for group in optimizer.param_groups for p in group["params"])

    def tensors(self) -> dict[str, Tensor]:
        found = {f"model.{name}": t for name, t in self.model.state_dict().items()}
        found |= {f"ema.{name}": t for name, t in self.ema.items()}
        for name, p, optimizer in self.optimized():
            found |= {f"optimizer.{name}.{key}": t for key, t in optimizer.state[p].items()}
        return found


def flush(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def save_state(state: TrainState, config: dict, path: Path) -> None:
    """Write a file beside, flush it to the disk, rename it: a kill at any moment leaves a whole file, old or new."""
    totals = {key: t.tolist() for key, t in state.totals.items()}
    facts = {"step": state.step, "minutes": state.minutes, "totals": totals, "config": config}
    tensors = {key: t.detach().cpu().contiguous() for key, t in state.tensors().items()}
    partial = path.with_name(path.name + ".partial")
    try:
        save_file(tensors, partial, metadata={"state": json.dumps(facts)})
        flush(partial)
        os.replace(partial, path)
    except SafetensorError as error:
        raise OSError(f"{path} cannot be written: {error}") from error
    finally:
        partial.unlink(missing_ok=True)
    flush(path.parent)


def restore_state(state: TrainState, config: dict, path: Path) -> None:
    """Put a run back where `save_state` left it. ValueError if the file is damaged or belongs to another run."""
    try:
        with safe_open(path, "pt") as file:
            facts = json.loads(file.metadata()["state"])
            saved = {key: file.get_tensor(key) for key in sorted(file.keys())}
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is not a whole checkpoint ({error}): remove it, or do not resume") from error
    config = json.loads(json.dumps(config))                               # as it was saved: tuples are lists
    if changed := [key for key in config if facts["config"].get(key) != config[key]]:
        was = ", ".join(f"{key} {facts['config'].get(key)} (now {config[key]})" for key in changed)
        raise ValueError(f"{path} was trained with {was}: keep that, or do not resume")
    here = state.tensors()
    shapes = {key: t.shape for key, t in saved.items() if not key.startswith("optimizer.")}
    if shapes != {key: t.shape for key, t in here.items()}:
        raise ValueError(f"{path} belongs to another model: its tensors differ in names or shapes")
    with torch.no_grad():
        for key, t in here.items():
            t.copy_(saved[key])
    for name, p, optimizer in state.optimized():
        prefix = f"optimizer.{name}."
        optimizer.state[p] = {key.removeprefix(prefix): t.to(p.device) for key, t in saved.items()
                              if key.startswith(prefix)}
    device = next(iter(state.ema.values())).device
    state.totals = {key: torch.tensor(value, device=device) for key, value in facts["totals"].items()}
    state.step, state.minutes = facts["step"], facts["minutes"]
