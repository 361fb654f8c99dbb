"""How families of generators meet the lessons: what of a batch each learns from, and how it draws what a text says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from experiments.families.translating import drawn
from imagery.channels import TextToImage
from imagery.models.blocks import PLACE_WIDTH
from imagery.models.cyclegan import Unpaired
from imagery.models.examples import Example
from imagery.models.imaginer import Lesson
from imagery.models.recollection import features
from imagery.models.unclip import Embedded, UnCLIP
from imagery.models.verbal import VerbalChannel

STEPS = 20                                        # of DDIM, each twice, with and without what is told
BITS = 32                                         # pixels a side of the pictures of binary units
Draw = Callable[[Any, VerbalChannel, Sequence[str], int], Tensor]
Hear = Callable[[Any, VerbalChannel, str, int], Tensor]


@dataclass(frozen=True)
class Way:
    """`eats(lesson, verbal)` is the batch to learn from. `draw(model, verbal, texts, seed)` gives as many pictures
    (B, 3, 64, 64) in [-1, 1] as there are texts; `remake(model, pictures)` gives pictures again from their code; None
    where a family has no such thing. `told(verbal)` are the arguments that make a model which hears what texts say, if
    it does; `hear(model, verbal, text, seed)` gives the vector (D,) that it hears them as, if it is one."""

    eats: Callable[[Lesson, VerbalChannel], Any]
    draw: Draw | None = None
    remake: Callable[[Any, Tensor], Tensor] | None = None
    told: Callable[[VerbalChannel], dict[str, int]] | None = None
    hear: Hear | None = None


def pictures(lesson: Lesson, verbal: VerbalChannel) -> Tensor:
    return lesson.pictures


def untold(model: nn.Module, verbal: VerbalChannel, texts: Sequence[str], seed: int) -> Tensor:
    return model.sample(len(texts), seed)


def recoded(model: nn.Module, given: Tensor) -> Tensor:
    return model.decode(model.encode(given))


# ---- told by one vector: the text as a whole and the mean of the things it names, as words and places ---------------


def vector(lesson: Lesson, verbal: VerbalChannel) -> Example:
    return Example(lesson.pictures, features(lesson.context, lesson.mask) * lesson.mask[:, :1])


def vectors(verbal: VerbalChannel, texts: Sequence[str]) -> Tensor:
    prompt = verbal.prompt(texts)
    return features(prompt.context, prompt.mask)


def by_vector(model: nn.Module, verbal: VerbalChannel, texts: Sequence[str], seed: int) -> Tensor:
    return model.sample(len(texts), seed, condition=vectors(verbal, texts))


def as_vector(model: nn.Module, verbal: VerbalChannel, text: str, seed: int) -> Tensor:
    return vectors(verbal, [text])[0]


# ---- told by rows of words and their places -------------------------------------------------------------------------


def lesson(lesson: Lesson, verbal: VerbalChannel) -> Lesson:
    return lesson


def by_rows(model: nn.Module, verbal: VerbalChannel, texts: Sequence[str], seed: int) -> Tensor:
    prompt = verbal.prompt(texts)
    return model.draw(prompt.context, prompt.mask, seed)


def by_layout(model: nn.Module, verbal: VerbalChannel, texts: Sequence[str], seed: int) -> Tensor:
    return TextToImage(model, verbal).imagine(texts, seed)


def by_ddim(model: nn.Module, verbal: VerbalChannel, texts: Sequence[str], seed: int) -> Tensor:
    return TextToImage(model, verbal).imagine(texts, seed, STEPS, sampler="ddim")


# ---- told by embeddings ---------------------------------------------------------------------------------------------


def embedded(lesson: Lesson, verbal: VerbalChannel) -> Embedded:
    """Of texts and of pictures; the vector of a text is made from its words' mean, the first row of a context."""
    whole = verbal.meaning(lesson.context[:, 0, :-PLACE_WIDTH])
    told = F.normalize(verbal.centred["told"](whole.float()), dim=-1)
    return Embedded(told * lesson.mask[:, :1], verbal.picture_vector(lesson.pictures))


def seen(lesson: Lesson, verbal: VerbalChannel) -> Example:
    """Pictures under their own embeddings, at unit variance a value."""
    return Example(lesson.pictures, verbal.config.width ** 0.5 * verbal.picture_vector(lesson.pictures))


def by_embedding(models: tuple[nn.Module, nn.Module], verbal: VerbalChannel, texts: Sequence[str],
                 seed: int) -> Tensor:
    decoder, prior = models
    return UnCLIP(prior, decoder, verbal).imagine(texts, seed)


def as_embedding(models: tuple[nn.Module, nn.Module], verbal: VerbalChannel, text: str, seed: int) -> Tensor:
    decoder, prior = models
    return UnCLIP(prior, decoder, verbal).embed([text], seed)[0]


# ---- pictures as bits, and pairs that are none ----------------------------------------------------------------------


def bits_of(given: Tensor) -> Tensor:
    """Pictures (B, 3, 64, 64) as units (B, 1024), 1 where it is darker than middle grey."""
    return (F.adaptive_avg_pool2d(given.mean(1, keepdim=True), BITS) < 0).float().flatten(1)


def of_bits(units: Tensor) -> Tensor:
    """Units (B, 1024) in [0, 1] as pictures (B, 3, 64, 64), black where they are 1."""
    shades = 1 - 2 * units.unflatten(1, (1, BITS, BITS))
    return F.interpolate(shades, scale_factor=2.0).expand(-1, 3, -1, -1).contiguous()


def bits(lesson: Lesson, verbal: VerbalChannel) -> Tensor:
    return bits_of(lesson.pictures)


def by_bits(model: nn.Module, verbal: VerbalChannel, texts: Sequence[str], seed: int) -> Tensor:
    return of_bits(model.sample(len(texts), seed))


def remade_bits(model: nn.Module, given: Tensor) -> Tensor:
    return of_bits(model.visible_given(model.hidden_given(bits_of(given))))


def unpaired(lesson: Lesson, verbal: VerbalChannel) -> Unpaired:
    """Colour pictures of the first half and pen drawings of the other half, which shows something else."""
    half = len(lesson.pictures) // 2
    order = torch.arange(len(lesson.pictures)).unflatten(0, (half, 2)).T.flatten()      # every other one
    first, second = lesson.pictures[order].chunk(2)
    return Unpaired(first, drawn(second))


def there_and_back(model: nn.Module, given: Tensor) -> Tensor:
    return model.translate(model.translate(given), back=True)


UNTOLD = Way(pictures, untold)
CODEC = Way(pictures, remake=recoded)
INNER_CODEC = Way(pictures, remake=lambda model, given: recoded(model.codec, given))
AUTOENCODER = Way(pictures, untold, recoded)
BY_VECTOR = Way(vector, by_vector, told=lambda verbal: {"condition": 2 * verbal.context_width}, hear=as_vector)
BY_ROWS = Way(lesson, by_rows, told=lambda verbal: {"context_width": verbal.context_width})
BY_LAYOUT = Way(lesson, by_layout, told=BY_ROWS.told)
BY_DDIM = Way(lesson, by_ddim, told=BY_ROWS.told)
BY_EMBEDDING = Way(seen, by_embedding, told=lambda verbal: {"condition": verbal.config.width}, hear=as_embedding)
PRIOR = Way(embedded, told=lambda verbal: {"embedding": verbal.config.width})
BY_BITS = Way(bits, by_bits, remade_bits)
BELIEF = Way(bits, by_bits)
TRANSLATION = Way(unpaired, remake=there_and_back)
