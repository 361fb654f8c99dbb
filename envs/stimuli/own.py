"""What users give of their own: a list in JSON."""

from __future__ import annotations

import json
from typing import Any


def read_list(text: str, things: str, wanted: str, most: int = 10_000) -> list[Any]:
    """The rows of a JSON list of `things`, one at least and `most` at most; `wanted` says how it must look.

    Raises ValueError, in one line, for anything else.
    """
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the {things} cannot be read as JSON: {' '.join(str(error).split())}") from None
    if not isinstance(rows, list) or not rows:
        raise ValueError(f"there is no list of {things}; it must be {wanted}")
    if len(rows) > most:
        raise ValueError(f"there are {len(rows)} {things}; at most {most} can be run")
    return rows
