"""Trained families at work: what they draw, what they are as a channel of the mind, and how much they compute."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial, reduce
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

import imagery
from experiments.families.family import Family, found, trained
from experiments.families.minds_eye import Channel
from experiments.families.registry import FAMILIES
from imagery.channels import TextToImage
from imagery.denoising import Cleaner, Denoising
from imagery.models.imaginer import Imaginer
from imagery.models.verbal import VerbalChannel
from imagery.weights import RECIPE
from imagery.whole import Whole

AT_ONCE = 50                                      # pictures drawn in one batch


class Artist:
    """A family's trained model with what it needs to draw what texts say, and the `record` of its training."""

    def __init__(self, family: Family, model: nn.Module, verbal: VerbalChannel, helpers: Sequence[nn.Module] = (),
                 record: dict[str, Any] | None = None):
        self.name, self.kind, self.way = family.name, family.kind, family.way
        self.family, self.model, self.verbal, self.helpers = family, model.eval(), verbal, tuple(helpers)
        self.record = record or {}

    @property
    def told(self) -> bool:
        return bool(self.way.draw and self.way.told)

    @property
    def parameters(self) -> int:
        return sum(p.numel() for model in (self.model, *self.helpers) for p in model.parameters())

    @property
    def parts(self) -> Any:
        """What draws: the model, with those that help it if there are any."""
        return (self.model, *self.helpers) if self.helpers else self.model

    @torch.no_grad()
    def imagine(self, texts: Sequence[str], seed: int = 0) -> Tensor:
        """Pictures (B, 3, 64, 64) in [-1, 1], of what texts say if the family is told. ValueError if it draws none."""
        if self.way.draw is None:
            raise ValueError(f"{self.name} draws nothing of its own")
        shares = [texts[start:start + AT_ONCE] for start in range(0, len(texts), AT_ONCE)]
        return torch.cat([self.way.draw(self.parts, self.verbal, list(share), seed + number * 1009)
                          for number, share in enumerate(shares)])

    def evaluations(self, text: str) -> int:
        """How often its core is called for a picture."""
        with calls(self.model, self.family.core) as count:
            self.imagine([text])
        return len(count)

    def channels(self) -> tuple[Channel, Channel]:
        """The visual channels for islands and for figures."""
        if isinstance(self.model, Imaginer):
            own = TextToImage(self.model, self.verbal)
        elif self.way.hear and isinstance(self.model, Cleaner):
            own = Denoising(self.model, partial(self.way.hear, self.parts, self.verbal), self.imagine, self.verbal)
        else:
            own = Whole(self.imagine, self.verbal)
        return own, own


class Specialists(Artist):
    """The shipped channels: the one that imagines islands for sentences, the one of pictures for everything else."""

    def __init__(self) -> None:
        self.name, self.kind, self.way = "shipped", "flow matching, one model for each", FAMILIES["flow"].way
        self.islands, self.pictures = imagery.load("islands"), imagery.load("pictures")
        self.family, self.model, self.helpers = FAMILIES["flow"], self.islands.imaginer, (self.pictures.imaginer,)
        self.verbal = self.islands.verbal
        self.record = json.loads((imagery.SHIPPED / "islands" / RECIPE).read_text())

    @torch.no_grad()
    def imagine(self, texts: Sequence[str], seed: int = 0) -> Tensor:
        drawn = [None] * len(texts)
        for channel, wanted in ((self.islands, True), (self.pictures, False)):
            rows = [row for row, text in enumerate(texts) if text.endswith(".") is wanted]
            for start in range(0, len(rows), AT_ONCE):
                part = rows[start:start + AT_ONCE]
                for row, picture in zip(part, channel.imagine([texts[row] for row in part], seed + start)):
                    drawn[row] = picture
        return torch.stack(drawn)

    def channels(self) -> tuple[Channel, Channel]:
        return self.islands, self.pictures


def artists(folder: Path | None = None) -> Iterator[Artist]:
    """The shipped channels, then every family whose weights, and those it needs, are in a folder or shipped."""
    yield Specialists()
    verbal = imagery.load("verbal")
    for family in FAMILIES.values():
        places = [found(name, folder) for name in (family.name, *family.beside)]
        if family.shows and all(places):
            helpers = [trained(*each, folder) for each in family.beside.items()]
            record = json.loads((places[0] / RECIPE).read_text())
            yield Artist(family, trained(family.name, family.model, folder), verbal, helpers, record)


@contextmanager
def calls(model: nn.Module, core: str) -> Iterator[list[None]]:
    """Within, a list grows by one with every call of the part or method at `core`, as "told.network"; with no core, the
    whole counts as called once."""
    if not core:
        yield [None]
        return
    *path, name = core.split(".")
    owner = reduce(getattr, path, model)
    part = getattr(owner, name)
    owner, name = (part, "forward") if isinstance(part, nn.Module) else (owner, name)
    real, count = getattr(owner, name), list[None]()

    def counted(*given: Any, **how: Any) -> Any:
        count.append(None)
        return real(*given, **how)

    object.__setattr__(owner, name, counted)
    try:
        yield count
    finally:
        object.__delattr__(owner, name)
