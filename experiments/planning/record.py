"""What is needed to reproduce a benchmark of planning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from experiments.runs import made_with


def record(preset: str, agents: Sequence[str], boards: str | None, seed: int, models: Sequence[str],
           effort: Mapping[str, Any]) -> dict[str, Any]:
    """The command, versions, the weights' sha256 and what was asked for."""
    command = f"imagery bench planning --preset {preset} --agents {','.join(agents)} --seed {seed}"
    return {"command": command + (" --boards FILE" if boards else ""), "seed": seed,
            "configuration": {**effort, "agents": list(agents), **({"boards": boards} if boards else {})},
            **made_with(models)}
