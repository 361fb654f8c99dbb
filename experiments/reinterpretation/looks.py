"""What drawings of things look like, as the eye remembers them: the visual counterpart of structural descriptions.

Of every thing with a name a few icons in ink and outlines of its pictures have been seen; of letters and figures, one
in each hand. What is kept of each is the vector that the verbal channel's eye makes of it. A new drawing is like a
thing as far as it is like all that was seen of it, those most like it above all (an exemplar model: Nosofsky 1986, JEP:
General 115, 39-57).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file

import imagery
from envs.stimuli import letters, lines, outlines
from envs.stimuli.constructions import vocabulary
from envs.stimuli.pictures import on
from experiments.upbringing.picturing import figure_tile, ink, letter_tile
from experiments.upbringing.scenes import pictures_to_tensor
from experiments.upbringing.schooling import Exhibits
from imagery.models.verbal import VerbalChannel
from imagery.weights import RECIPE

FILE = Path(__file__).parents[1] / "shipped" / "looks.safetensors"
ICONS, OUTLINES = 4, 3                            # of each thing, at most
SHARP = 20.0                                      # how much likeness counts: Nosofsky's c
LEVELS = 127                                      # of the numbers of a vector as they are kept


def seen(seed: int = 0) -> Iterator[tuple[str, np.ndarray]]:
    """Names, and drawings (64, 64, 4) of uint8."""
    exhibits, rng = Exhibits(), np.random.default_rng(seed)
    for thing in exhibits.known.tolist():
        name = exhibits.pack.concepts[thing].name
        for _ in range(min(ICONS, len(exhibits.ink_icons[thing]))):
            yield name, ink(exhibits.icon(thing, rng))
        for tile in exhibits.tiles[thing][:OUTLINES].tolist():
            yield name, ink(outlines.outline(exhibits.pack.pictures[tile], rng))
    yield from ((name, letter_tile(name, font)) for name in letters.CHARACTERS for font in letters.FONTS)
    yield from ((name, figure_tile(name)) for name in lines.FIGURES)


@torch.no_grad()
def remember(verbal: VerbalChannel, examples: Iterator[tuple[str, np.ndarray]]) -> None:
    """Look at drawings, and keep what they look like in `FILE`."""
    index = {name: number for number, name in enumerate(vocabulary())}
    names, drawings = zip(*((index[name], drawing) for name, drawing in examples if name in index))
    pictures = pictures_to_tensor(on(np.stack(drawings)))
    vectors = torch.cat([verbal.picture_vector(part) for part in pictures.split(64)])
    scale = vectors.abs().amax() / LEVELS
    kept = {"vectors": (vectors / scale).round().to(torch.int8), "scale": scale[None], "of": torch.tensor(names)}
    save_file(kept, FILE, metadata={"verbal": _eye()})


def _eye() -> str:
    """Which weights of the verbal channel are shipped."""
    return json.loads((imagery.SHIPPED / "verbal" / RECIPE).read_text())["sha256"]


class Looks:
    """Visual memory of everything that has a name in the vocabulary. It is read from `FILE`; `python -m
    experiments.reinterpretation.looks` makes it anew. ValueError if it was made with another eye."""

    def __init__(self) -> None:
        self.count = len(vocabulary())
        with safe_open(FILE, "pt") as kept:
            if kept.metadata()["verbal"] != _eye():
                raise ValueError(f"{FILE.name} was made with another verbal channel: python -m "
                                 "experiments.reinterpretation.looks makes it anew")
            self.vectors = kept.get_tensor("vectors") * kept.get_tensor("scale")
            self.of = kept.get_tensor("of")

    def likeness(self, vector: np.ndarray) -> np.ndarray:
        """How like each named thing what was seen as a unit vector (D,) looks, (T,)."""
        like = (SHARP * (self.vectors @ torch.from_numpy(vector).float())).exp()
        summed = torch.full((self.count,), torch.finfo(like.dtype).tiny).index_add(0, self.of, like)
        return summed.log().numpy()


if __name__ == "__main__":
    remember(imagery.load("verbal"), seen())
