"""Recipes of the mind's channels: the verbal channel, the generators of islands and pictures, and what judges them."""

from __future__ import annotations

import copy
from functools import partial
from typing import Any

import torch
from torch import nn

import imagery
from envs.stimuli.descriptions import VOCABULARY, article
from envs.stimuli.facts import REGISTERS
from experiments.judging.grounding import fresh_descriptions, grounding, load_detector
from experiments.judging.naming import captions, naming, things_to_name
from experiments.upbringing.detector import Detector, MarkedIslands
from experiments.upbringing.picturing import PictureLessons, Picturing, memory
from experiments.upbringing.recipe import Built, Recipe
from experiments.upbringing.scenes import Lessons, Pictures, Pointings, draw_scenes, seen
from experiments.upbringing.schooling import Exhibits, Schooling, new_verbal_channel
from imagery import devices
from imagery.models.codec import Autoencoder
from imagery.models.imaginer import Imaginer
from imagery.models.verbal import VerbalChannel
from imagery.reminding import Reminder
from imagery.training import TrainConfig

VERBAL = {"tiny": {"width": 48, "layers": 2, "heads": 2, "image_channels": 16, "what_width": 16,
                   "gist_channels": (16, 24, 32), "gist_blocks": 1, "decoder_layers": 1},
          "full": {"layers": 6, "gist_channels": (96, 192, 256)}}


def _words(preset: str, scenes: int, config: TrainConfig) -> Built:
    model, seed = new_verbal_channel(**VERBAL.get(preset, {})), CHANNEL_RECIPES["words"].data_seed
    relations = draw_scenes(scenes // 2, seed + 10, registers=REGISTERS + ("relation",) * 4)
    return model, Pointings(draw_scenes(scenes, seed), model.tokenizer.words, config.batch_size, later=relations,
                            then=2 * config.steps // 3)


def schooling(model: VerbalChannel, recipe: str, scenes: int, config: TrainConfig, **given: Any) -> Schooling:
    """What a verbal channel learns from under a recipe, `given` what else the lessons are to be told."""
    seed = CHANNEL_RECIPES[recipe].data_seed
    relations = draw_scenes(scenes // 2, seed + 10, registers=("relation",))
    return Schooling(draw_scenes(scenes, seed), relations, Exhibits(), model.tokenizer.words, config.batch_size,
                     **given)


def _verbal(preset: str, scenes: int, config: TrainConfig) -> Built:
    earlier = imagery.load("verbal")
    sizes = {key: earlier.config[key] for key in ("width", "layers", "heads", "image_channels", "what_width")}
    model = new_verbal_channel(**VERBAL.get(preset, {}) | sizes)
    model.build_on(earlier, VOCABULARY)
    return model, schooling(model, "verbal", scenes, config)


def _captions(preset: str, scenes: int, config: TrainConfig) -> Built:
    """More practice in telling; what is seen and what is meant, from which generators learned, stay as they are."""
    model = imagery.load("verbal")
    model.requires_grad_(False)
    for part in (model.decoder, model.norm, model.number, model.named, model.named_place, model.fits):
        part.requires_grad_(True)
    for each in model.centred.values():
        each.momentum = 0.0
    return model, schooling(model, "captions", scenes, config, shown=1)


def _pictured(model: nn.Module) -> dict[str, Any]:
    """How well the verbal channel, which is no impartial judge, names what is imagined of 300 things."""
    verbal = imagery.load("verbal")
    things = things_to_name()
    channel = imagery.TextToImage(model, verbal)
    pictures = torch.cat([channel.imagine([article(thing.name) for thing in things[start:start + 50]], seed=start)
                          for start in range(0, len(things), 50)])
    return {"named": naming(verbal.match, pictures, things)}


def _schooled(model: nn.Module) -> dict[str, Any]:
    """What is named right, and said right of islands that the bench does not use."""
    described = fresh_descriptions(100, seed=20_002)
    pictures = seen(each.island for each in described)
    return {"captions": captions(model, described, pictures)}


def _islands(preset: str, scenes: int, config: TrainConfig,
             code: str = "pixels") -> Built:
    sizes = {"tiny": {"channels": (16, 32), "heads": 2},
             "full": {"channels": (128, 256), "blocks": 2}}.get(preset, {})
    verbal = imagery.load("verbal").to(devices.pick("auto"))
    model = Imaginer(code, context_width=verbal.context_width, **sizes)
    if code == "latents":
        model.codec.load_state_dict(imagery.load("autoencoder").state_dict())
    return model, Lessons(draw_scenes(scenes, CHANNEL_RECIPES["islands"].data_seed), verbal, config.batch_size)


def _pictures(preset: str, scenes: int, config: TrainConfig) -> Built:
    sizes = {"tiny": {"channels": (16, 32), "heads": 2},
             "full": {"channels": (128, 192, 256), "blocks": 2}}.get(preset, {"channels": (64, 112, 144)})
    verbal = imagery.load("verbal")
    exhibits = Exhibits()
    recollection = memory(exhibits, verbal)
    model = Imaginer(context_width=verbal.context_width, told="words", names=len(recollection.names),
                     traces=len(recollection.traces), **sizes)
    model.recollection = recollection
    reminder = Reminder(copy.deepcopy(recollection), verbal)
    return model, PictureLessons(Picturing(exhibits), reminder, config.batch_size)


def _grounding(model: Imaginer) -> dict[str, Any]:
    """Are things where they are said to be? On descriptions that the bench does not use."""
    channel = imagery.TextToImage(model, imagery.load("verbal"))
    return {"grounding": grounding(channel.imagine, fresh_descriptions(200, seed=20_002), load_detector())}


def _detector(preset: str, scenes: int, config: TrainConfig) -> Built:
    model = Detector(width=16 if preset == "tiny" else 48)
    islands = draw_scenes(scenes, CHANNEL_RECIPES["detector"].data_seed)
    return model, MarkedIslands(islands, config.batch_size, config.seed)


def _autoencoder(preset: str, scenes: int, config: TrainConfig) -> Built:
    model = Autoencoder(width=16 if preset == "tiny" else 48)
    return model, Pictures(draw_scenes(scenes, CHANNEL_RECIPES["autoencoder"].data_seed), config.batch_size)


GENERATOR = {
    "tiny": (200, TrainConfig(20, 8, "muon", 2e-3, warmup=5, log_every=5)),
    "small": (40_000, TrainConfig(3000, 64, "muon", 2e-3, floor=0.01, log_every=25)),
    "full": (200_000, TrainConfig(20_000, 256, "muon", 2e-3, floor=0.01, log_every=50))}
CHANNEL_RECIPES = {
    "words": Recipe(_words, {
        "tiny": (200, TrainConfig(20, 8, learning_rate=1e-3, warmup=5, log_every=5)),
        "small": (40_000, TrainConfig(3000, learning_rate=1e-3, warmup=100, log_every=25)),
        "full": (200_000, TrainConfig(12_000, 256, learning_rate=1e-3, warmup=200, log_every=50))}, data_seed=1),
    "verbal": Recipe(_verbal, {
        "tiny": (200, TrainConfig(20, 8, learning_rate=1e-3, warmup=5, log_every=4)),
        "small": (20_000, TrainConfig(2800, 160, "muon", 2e-3, warmup=60, floor=0.01, log_every=20)),
        "full": (100_000, TrainConfig(20_000, 512, "muon", 2e-3, warmup=300, floor=0.01, log_every=60))},
        data_seed=4, goes_on="verbal", judge=_schooled),
    "captions": Recipe(_captions, {
        "tiny": (200, TrainConfig(20, 8, learning_rate=1e-3, warmup=5, log_every=4)),
        "small": (20_000, TrainConfig(600, 160, "muon", 2e-3, warmup=30, floor=0.01, log_every=20)),
        "full": (100_000, TrainConfig(5000, 512, "muon", 2e-3, warmup=100, floor=0.01, log_every=60))},
        data_seed=5, goes_on="verbal", judge=_schooled),
    "islands": Recipe(_islands, GENERATOR, data_seed=2, after=("verbal",), judge=_grounding),
    "latents": Recipe(partial(_islands, code="latents"), GENERATOR, data_seed=2,
                      after=("verbal", "autoencoder"), judge=_grounding),
    "pictures": Recipe(_pictures, GENERATOR | {
        "small": (0, TrainConfig(500, 64, "muon", 1e-3, floor=0.01, log_every=25))}, data_seed=0,
        after=("verbal",), again=True, judge=_pictured),
    "detector": Recipe(_detector, {
        "tiny": (200, TrainConfig(20, 8, learning_rate=2e-3, warmup=5, log_every=5, seed=9)),
        "small": (16_000, TrainConfig(1600, learning_rate=2e-3, log_every=25, seed=9)),
        "full": (100_000, TrainConfig(4000, 256, learning_rate=2e-3, log_every=50, seed=9))}, data_seed=9),
    "autoencoder": Recipe(_autoencoder, {
        "tiny": (200, TrainConfig(20, 8, learning_rate=1e-3, warmup=5, log_every=5)),
        "small": (16_000, TrainConfig(1500, log_every=25, learning_rate=1e-3)),
        "full": (100_000, TrainConfig(8000, 256, learning_rate=1e-3, log_every=50))}, data_seed=3),
}
