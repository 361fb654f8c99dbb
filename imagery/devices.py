"""Where tensors live: the device, what it can do, and the processes that share the work."""

import os
from dataclasses import fields, is_dataclass, replace
from typing import Any

import torch
from torch import Tensor


def pick(name: str) -> torch.device:
    """`auto` is a GPU where there is one."""
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if name.startswith("cuda") and not torch.cuda.is_available():
        raise ValueError(f"device {name} is not there: use cpu or auto")
    return torch.device(name)


def has_bfloat16(device: torch.device) -> bool:
    """Whether the hardware computes in bfloat16, rather than imitate it."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()


def swift(device: torch.device) -> torch.autocast:
    """Networks in bfloat16 where the hardware has it (twice as fast on a CPU)."""
    return torch.autocast(device.type, torch.bfloat16, enabled=has_bfloat16(device))


def move(batch: Any, device: torch.device) -> Any:
    """A batch, however nested, on the device."""
    if isinstance(batch, Tensor):
        return batch.to(device, non_blocking=True)
    if isinstance(batch, dict):
        return {key: move(value, device) for key, value in batch.items()}
    if isinstance(batch, tuple | list):
        return type(batch)(move(value, device) for value in batch)
    if is_dataclass(batch):
        return replace(batch, **{field.name: move(getattr(batch, field.name), device) for field in fields(batch)})
    return batch


def team(name: str) -> Any:
    """accelerate's view of the processes that train together; None where there is but one."""
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        return None
    from accelerate import Accelerator

    return Accelerator(cpu=name == "cpu")


def agree(members: Any, late: bool) -> bool:
    """Whether any of the processes says so."""
    return bool(members.reduce(torch.tensor(float(late), device=members.device)) > 0) if members else late
