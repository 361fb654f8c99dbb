"""The mind's eye: generative models, mental images, and the operations a mind performs on them.

Letters in shapes: B batch, C channels, H W height and width, S side of a code, T tokens, D width, K names.
"""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import Any

from imagery import adapters, weights
from imagery.channels import TextToImage
from imagery.models import MODELS
from imagery.models.imaginer import Imaginer

__all__ = ["MODELS", "load", "TextToImage"]

SHIPPED = Path(__file__).parent / "shipped"


def load(name: str) -> Any:
    """A model with shipped weights, in eval mode: a `TextToImage` for generators, else the model itself. A path stands
    for a user's own model, see `imagery.adapters`.

    Raises ValueError for an unknown name, WeightsError for weights that are missing or damaged.
    """
    if os.sep in name:
        return adapters.channel(name)
    if name not in MODELS:
        near = difflib.get_close_matches(name, MODELS, 3, 0.0)
        raise ValueError(f"unknown model {name!r}; did you mean {', '.join(near)}?")
    model = weights.load(MODELS[name], SHIPPED / name)
    return TextToImage(model, load("verbal")) if isinstance(model, Imaginer) else model
