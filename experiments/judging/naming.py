"""Does the verbal channel name what it sees? On a style of drawing it never saw, and on islands it never saw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from envs.stimuli.descriptions import article, parse
from envs.stimuli.openmoji import openmoji
from envs.stimuli.pictures import Concept, on, pack
from experiments.judging.grounding import Described
from experiments.upbringing.scenes import pictures_to_tensor
from experiments.upbringing.schooling import MEDIA, OBJECTS
from imagery.models.verbal import VerbalChannel

CHOICES = 300
NEAR = 0.01                                       # map widths that a thing may lie outside of the square named for it


def things_to_name(seed: int = 0) -> list[Concept]:
    """300 things drawn at random."""
    things = [concept for concept in pack().concepts if concept.group in OBJECTS]
    return [things[index] for index in np.random.default_rng((seed, 300)).choice(len(things), CHOICES, replace=False)]


def unseen_style(seed: int = 0) -> tuple[Tensor, list[Concept]]:
    """OpenMoji's drawings (300, 3, 64, 64) in [-1, 1] of 300 things drawn at random, and what they are."""
    things = [concept for concept in pack().concepts if concept.group in OBJECTS]
    pictures, which = openmoji(things)
    chosen = np.random.default_rng((seed, 300)).choice(len(which), CHOICES, replace=False)
    return pictures_to_tensor(on(pictures[chosen])), [things[which[index]] for index in chosen]


@torch.no_grad()
def naming(match: Callable[[Tensor, Sequence[str]], Tensor], pictures: Tensor, things: Sequence[Concept],
           medium: str = "colour") -> dict[str, float]:
    """Shares of pictures named right among all the things, by the likeliest name and among the likeliest five; of
    several ways to say it, the mean counts."""
    scores = sum(match(pictures, [form.format(a=article(thing.name)) for thing in things]) for form in MEDIA[medium])
    order = scores.argsort(1, descending=True).cpu()
    right = order == torch.arange(len(things))[:, None]
    return {"top1": right[:, 0].float().mean().item(), "top5": right[:, :5].any(1).float().mean().item(),
            "choices": len(things)}


def captions(channel: VerbalChannel, described: Sequence[Described], pictures: Tensor) -> dict[str, Any]:
    """Of what there is on islands, shares that captions tell of, and tell of at the right place; and of what captions
    tell of, the share that is not there."""
    told = [text for part in pictures.split(32) for text in channel.describe(part)]
    named, placed, wrong, there = 0, 0, 0, 0
    for each, text in zip(described, told):
        places = each.island.positions()
        try:
            facts = {fact.kind: fact for fact in parse(text)}
        except ValueError:                                          # no sentence that means anything
            facts = {}
        known = facts.keys() & places.keys()
        there, named, wrong = there + len(places), named + len(known), wrong + len(facts.keys() - places.keys())
        placed += sum(facts[kind].distance(places) <= NEAR for kind in known)
    return {"landmarks": named / there, "positions": placed / max(named, 1), "wrong": wrong / max(named + wrong, 1),
            "islands": len(described)}
