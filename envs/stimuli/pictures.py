"""Pictures of everyday things: about a thousand concepts, each in at least two of three styles of emoji.

The pictures lie in one sheet, `pack/pictures.webp`, row by row; `pack/rows.json` says what each is. Their makers'
licences are in `pack/LICENSES`; `pack/build.py` made the sheet and `pack/merges.py` says what is one concept.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

FOLDER = Path(__file__).parent / "pack"
STYLES = ("noto", "twemoji", "fluent")
ICON_STYLES = ("noto-v1", "emojione", "fxemoji", "streamline-emojis",  # in colour
               "fluent-emoji-high-contrast", "emojione-monotone", "mdi", "game-icons", "ph", "tabler")  # in one ink
INKED = 4  # of the styles of icons, the first that is in one ink
SIZE = 64  # pixels, the side of a picture


@dataclass(frozen=True)
class Concept:
    """One thing that is pictured: the name people would give it, other names, and what CLDR says of it."""

    name: str
    label: str
    keywords: tuple[str, ...]
    group: str
    synonyms: tuple[str, ...]  # no two concepts share one
    emoji: str


@dataclass(frozen=True)
class Pack:
    """Concepts and their pictures (N, 64, 64, 4), uint8 RGBA with straight alpha.

    `concept` (N,) says which concept a picture shows and `style` (N,) which of `STYLES` it is in.
    """

    concepts: tuple[Concept, ...]
    pictures: np.ndarray
    concept: np.ndarray
    style: np.ndarray


@cache
def pack() -> Pack:
    """The pictures of this repository, read once; nobody may write to them."""
    return read(FOLDER)


@cache
def icons() -> Pack:
    """Drawings of the pack's concepts in `ICON_STYLES`, by which the eye is taught; nobody may write to them."""
    return _laid_out(FOLDER, "icons.webp", "icons.json", ICON_STYLES, pack().concepts)


def read(folder: Path) -> Pack:
    """The pack in a folder; its sheet must be the one that its rows were written for."""
    return _laid_out(folder, "pictures.webp", "rows.json", STYLES)


def _laid_out(folder: Path, name: str, listed: str, styles: tuple[str, ...],
              concepts: tuple[Concept, ...] | None = None) -> Pack:
    """A sheet of pictures with what is `listed` of it: its sum, its styles, and the concepts if they are not given."""
    rows, sheet = json.loads((folder / listed).read_text("utf-8")), (folder / name).read_bytes()
    if hashlib.sha256(sheet).hexdigest() != rows["sha256"]:
        raise ValueError(f"{name} in {folder} is not the sheet that {listed} describes, or is damaged; restore "
                         "both from the repository, or build them anew with envs.stimuli.pack")
    if tuple(rows["styles"]) != styles:
        raise ValueError(f"{listed} in {folder} has the styles {rows['styles']}; they should be {styles}")
    if concepts is None:
        concepts = tuple(Concept(row["name"], row["label"], tuple(row["keywords"]), row["group"],
                                 tuple(row["synonyms"]), row["emoji"]) for row in rows["concepts"])
    pixels = np.array(Image.open(io.BytesIO(sheet)).convert("RGBA"))
    pack = Pack(concepts, cut(pixels)[:len(rows["concept"])], np.array(rows["concept"]), np.array(rows["style"]))
    for array in (pack.pictures, pack.concept, pack.style):
        array.setflags(write=False)
    return pack


def cut(sheet: np.ndarray) -> np.ndarray:
    """The pictures (N, 64, 64, C) of a sheet (rows * 64, columns * 64, C), row by row."""
    rows, columns, channels = sheet.shape[0] // SIZE, sheet.shape[1] // SIZE, sheet.shape[2]
    tiles = sheet.reshape(rows, SIZE, columns, SIZE, channels).swapaxes(1, 2)
    return tiles.reshape(-1, SIZE, SIZE, channels)


def on(pictures: np.ndarray, background: Sequence[int] = (255, 255, 255)) -> np.ndarray:
    """Pictures (..., 4) laid on a plain colour: (..., 3) uint8 RGB."""
    colour, alpha = pictures[..., :3].astype(np.uint16), pictures[..., 3:].astype(np.uint16)
    laid = colour * alpha + np.array(background, np.uint16) * (255 - alpha)  # at most 255 * 255
    return ((laid + 127) // 255).astype(np.uint8)
