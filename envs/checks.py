"""What environments are asked for, checked: each error says in one line what was wrong and what would be right."""

from __future__ import annotations

import numpy as np


def check_one_of(name: str, value: object, options: tuple) -> None:
    """Raise ValueError unless a value is one of the options."""
    if value not in options:
        raise ValueError(f"unknown {name} {value!r}; it is one of {', '.join(map(str, options))}")


def check_number(name: str, value: int, least: int, most: int | None = None) -> None:
    """Raise ValueError unless a value is a whole number from `least` to `most`."""
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not whole or value < least or (most is not None and value > most):
        wanted = f"of at least {least}" if most is None else f"from {least} to {most}"
        raise ValueError(f"{name} is {value!r}; it must be a whole number {wanted}")
