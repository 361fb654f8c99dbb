"""What each loss of the captioner is good for (`imagery bench objectives`): the verbal channel taught from its grounded
words by all of them, by contrast alone, as CLIP is (Radford et al. 2021, arXiv 2103.00020), and by captions alone.

All are taught the same lessons for the same number of steps, far fewer than the shipped channel.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

import imagery
from envs.stimuli.descriptions import VOCABULARY
from envs.stimuli.pictures import Concept
from experiments.judging.grounding import fresh_descriptions
from experiments.judging.naming import captions, naming, unseen_style
from experiments.upbringing.channel_recipes import CHANNEL_RECIPES, schooling
from experiments.upbringing.scenes import seen
from experiments.upbringing.schooling import new_verbal_channel
from imagery.models.grounded import GroundedWords
from imagery.models.verbal import VerbalChannel
from imagery.training import fit

VARIANTS = {"contrast and captions": ("contrast", "caption"), "contrast alone (CLIP)": ("contrast",),
            "captions alone": ("caption",)}
STEPS = 300
SCENES = 4000
ISLANDS = 100


def objectives(out: Path | None = None, steps: int = STEPS) -> dict[str, Any]:
    """For each variant, how it names an unseen style, by matching and by saying, and what it says of islands. What a
    variant was not taught is left out."""
    found: dict[str, Any] = {"steps": steps}
    grounded = bare(imagery.load("verbal"))
    config = CHANNEL_RECIPES["verbal"].settings["small"][1]
    config = replace(config, steps=steps, log_every=max(1, steps // 5))
    for name, losses in VARIANTS.items():
        torch.manual_seed(0)
        model = new_verbal_channel(objectives=losses)
        model.build_on(grounded, VOCABULARY)
        for log in fit(model, schooling(model, "verbal", SCENES, config), config):
            print(f"{name}: step {log['step']}, loss {log['loss']:.3f}", file=sys.stderr)
        found[name] = {"minutes": log["minutes"], **judged(model, losses)}
    return found


def bare(channel: VerbalChannel) -> GroundedWords:
    """The grounded words of a channel, without its schooling."""
    sizes = {key: channel.config[key] for key in ("width", "layers", "heads", "image_channels", "what_width")}
    words = GroundedWords(channel.tokenizer.words, channel.names, **sizes)
    known = words.state_dict()
    words.load_state_dict({key: value for key, value in channel.state_dict().items() if key in known})
    return words


def judged(model: VerbalChannel, losses: tuple[str, ...]) -> dict[str, Any]:
    pictures, things = unseen_style()
    described = fresh_descriptions(ISLANDS, seed=20_002)
    islands = seen(each.island for each in described)
    found: dict[str, Any] = {}
    if "contrast" in losses:
        found["matched"] = naming(model.match, pictures, things)
    if "caption" in losses:
        found |= {"said": said(model, pictures, things), "captions": captions(model, described, islands)}
    return found


def said(model: VerbalChannel, pictures: Tensor, things: list[Concept]) -> float:
    """Share of pictures whose description ends with a name of what they show."""
    told = [text for part in pictures.split(50) for text in model.describe(part)]
    return float(np.mean([any(text.endswith(f" {name}") for name in (thing.name, *thing.synonyms))
                          for text, thing in zip(told, things)]))
