"""Recipes: how each shipped model is remade, and with what settings on which machine."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

import imagery
from envs.stimuli.descriptions import VOCABULARY, article
from envs.stimuli.facts import REGISTERS
from envs.stimuli.islands import render
from experiments.detector import Detector, MarkedIslands
from experiments.grounding import fresh_descriptions, grounding, load_detector
from experiments.naming import captions, naming, things_to_name
from experiments.picturing import PictureLessons, Picturing
from experiments.schooling import Exhibits, Schooling, new_verbal_channel
from experiments.upbringing import Lessons, Pictures, Pointings, draw_scenes, pictures_to_tensor
from imagery import devices, weights
from imagery.models.codec import Autoencoder
from imagery.models.imaginer import Imaginer
from imagery.training import TrainConfig, fit

PRESETS = ("tiny", "small", "full")
GOES_ON = {"verbal": "verbal", "captions": "verbal", "pictures": "pictures"}      # from which shipped model recipes do


@dataclass(frozen=True)
class Recipe:
    """`build(preset, scenes, config)` gives the model and its batches; `settings[preset]` the number of islands to
    learn from and the training configuration. `after` names recipes whose shipped models it needs, `judge(model)` tells
    how good the model is, other than by its loss."""

    build: Callable[[str, int, TrainConfig], tuple[nn.Module, Callable[[int], Any]]]
    settings: dict[str, tuple[int, TrainConfig]]
    data_seed: int
    after: tuple[str, ...] = ()
    judge: Callable[[nn.Module], dict[str, Any]] = lambda model: {}


VERBAL = {"tiny": {"width": 48, "layers": 2, "heads": 2, "image_channels": 16, "what_width": 16,
                   "gist_channels": (16, 24, 32), "gist_blocks": 1, "decoder_layers": 1},
          "full": {"layers": 6, "gist_channels": (96, 192, 256)}}


def _words(preset: str, scenes: int, config: TrainConfig) -> tuple[nn.Module, Callable[[int], Any]]:
    model, seed = new_verbal_channel(**VERBAL.get(preset, {})), RECIPES["words"].data_seed
    relations = draw_scenes(scenes // 2, seed + 10, registers=REGISTERS + ("relation",) * 4)
    return model, Pointings(draw_scenes(scenes, seed), model.tokenizer.words, config.batch_size, later=relations,
                            then=2 * config.steps // 3)


def _verbal(preset: str, scenes: int, config: TrainConfig) -> tuple[nn.Module, Callable[[int], Any]]:
    earlier, seed = imagery.load("verbal"), RECIPES["verbal"].data_seed
    sizes = {key: earlier.config[key] for key in ("width", "layers", "heads", "image_channels", "what_width")}
    model = new_verbal_channel(**VERBAL.get(preset, {}) | sizes)
    model.build_on(earlier, VOCABULARY)
    relations = draw_scenes(scenes // 2, seed + 10, registers=("relation",))
    return model, Schooling(draw_scenes(scenes, seed), relations, Exhibits(), model.tokenizer.words, config.batch_size)


def _captions(preset: str, scenes: int, config: TrainConfig) -> tuple[nn.Module, Callable[[int], Any]]:
    """More practice in telling; what is seen and what is meant, from which generators learned, stay as they are."""
    model = imagery.load("verbal")
    model.requires_grad_(False)
    for part in (model.decoder, model.norm, model.number, model.named, model.named_place, model.fits):
        part.requires_grad_(True)
    for each in model.centred.values():
        each.momentum = 0.0
    seed = RECIPES["captions"].data_seed
    relations = draw_scenes(scenes // 2, seed + 10, registers=("relation",))
    return model, Schooling(draw_scenes(scenes, seed), relations, Exhibits(), model.tokenizer.words, config.batch_size,
                            shown=1)


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
    pictures = pictures_to_tensor(np.stack([render(each.island) for each in described]))
    return {"captions": captions(model, described, pictures)}


def _islands(preset: str, scenes: int, config: TrainConfig,
             code: str = "pixels") -> tuple[nn.Module, Callable[[int], Any]]:
    sizes = {"tiny": {"channels": (16, 32), "heads": 2},
             "full": {"channels": (128, 256), "blocks": 2}}.get(preset, {})
    verbal = imagery.load("verbal").to(devices.pick("auto"))
    model = Imaginer(code, context_width=verbal.context_width, **sizes)
    if code == "latents":
        model.codec.load_state_dict(imagery.load("autoencoder").state_dict())
    return model, Lessons(draw_scenes(scenes, RECIPES["islands"].data_seed), verbal, config.batch_size)


def _pictures(preset: str, scenes: int, config: TrainConfig) -> tuple[nn.Module, Callable[[int], Any]]:
    sizes = {"tiny": {"channels": (16, 32), "heads": 2},
             "full": {"channels": (128, 192, 256), "blocks": 2}}.get(preset, {"channels": (64, 112, 144)})
    verbal = imagery.load("verbal")
    model = Imaginer(context_width=verbal.context_width, told="words", **sizes)
    if preset == "small":                                                # of the size of the one that is shipped
        model.load_state_dict(imagery.load("pictures").imaginer.state_dict())
    return model, PictureLessons(Picturing(Exhibits()), verbal, config.batch_size)


def _grounding(model: Imaginer) -> dict[str, Any]:
    """Are things where they are said to be? On descriptions that the bench does not use."""
    channel = imagery.TextToImage(model, imagery.load("verbal"))
    return {"grounding": grounding(channel.imagine, fresh_descriptions(200, seed=20_002), load_detector())}


def _detector(preset: str, scenes: int, config: TrainConfig) -> tuple[nn.Module, Callable[[int], Any]]:
    model = Detector(width=16 if preset == "tiny" else 48)
    return model, MarkedIslands(draw_scenes(scenes, RECIPES["detector"].data_seed), config.batch_size, config.seed)


def _autoencoder(preset: str, scenes: int, config: TrainConfig) -> tuple[nn.Module, Callable[[int], Any]]:
    model = Autoencoder(width=16 if preset == "tiny" else 48)
    return model, Pictures(draw_scenes(scenes, RECIPES["autoencoder"].data_seed), config.batch_size)


GENERATOR = {
    "tiny": (200, TrainConfig(20, 8, "muon", 2e-3, warmup=5, log_every=5)),
    "small": (40_000, TrainConfig(3000, 64, "muon", 2e-3, floor=0.01, log_every=25)),
    "full": (200_000, TrainConfig(20_000, 256, "muon", 2e-3, floor=0.01, log_every=50))}
RECIPES = {
    "words": Recipe(_words, {
        "tiny": (200, TrainConfig(20, 8, learning_rate=1e-3, warmup=5, log_every=5)),
        "small": (40_000, TrainConfig(3000, learning_rate=1e-3, warmup=100, log_every=25)),
        "full": (200_000, TrainConfig(12_000, 256, learning_rate=1e-3, warmup=200, log_every=50))}, data_seed=1),
    "verbal": Recipe(_verbal, {
        "tiny": (200, TrainConfig(20, 8, learning_rate=1e-3, warmup=5, log_every=4)),
        "small": (20_000, TrainConfig(2800, 160, "muon", 2e-3, warmup=60, floor=0.01, log_every=20)),
        "full": (100_000, TrainConfig(20_000, 512, "muon", 2e-3, warmup=300, floor=0.01, log_every=60))},
        data_seed=4, after=("verbal",), judge=_schooled),
    "captions": Recipe(_captions, {
        "tiny": (200, TrainConfig(20, 8, learning_rate=1e-3, warmup=5, log_every=4)),
        "small": (20_000, TrainConfig(600, 160, "muon", 2e-3, warmup=30, floor=0.01, log_every=20)),
        "full": (100_000, TrainConfig(5000, 512, "muon", 2e-3, warmup=100, floor=0.01, log_every=60))},
        data_seed=5, after=("verbal",), judge=_schooled),
    "islands": Recipe(_islands, GENERATOR, data_seed=2, after=("verbal",), judge=_grounding),
    "latents": Recipe(partial(_islands, code="latents"), GENERATOR, data_seed=2,
                      after=("verbal", "autoencoder"), judge=_grounding),
    "pictures": Recipe(_pictures, GENERATOR | {
        "small": (0, TrainConfig(2400, 64, "muon", 2e-3, floor=0.01, log_every=25))}, data_seed=0,
        after=("verbal", "pictures"),
        judge=_pictured),
    "detector": Recipe(_detector, {
        "tiny": (200, TrainConfig(20, 8, learning_rate=2e-3, warmup=5, log_every=5, seed=9)),
        "small": (16_000, TrainConfig(1600, learning_rate=2e-3, log_every=25, seed=9)),
        "full": (100_000, TrainConfig(4000, 256, learning_rate=2e-3, log_every=50, seed=9))}, data_seed=9),
    "autoencoder": Recipe(_autoencoder, {
        "tiny": (200, TrainConfig(20, 8, learning_rate=1e-3, warmup=5, log_every=5)),
        "small": (16_000, TrainConfig(1500, log_every=25, learning_rate=1e-3)),
        "full": (100_000, TrainConfig(8000, 256, learning_rate=1e-3, log_every=50))}, data_seed=3),
}


def train(name: str, preset: str = "small", out: Path | None = None, device: str = "auto", resume: bool = False,
          max_minutes: float | None = None) -> Iterator[dict[str, Any]]:
    """Train a recipe, yielding logs; at the end the weights are saved to `out` with a recipe.json.

    The checkpoint lies in `out`/training until training is complete. Raises ValueError for unknown names.
    """
    recipe = RECIPES[name]
    scenes, config = recipe.settings[preset]
    out = Path(out) if out else Path("trained") / name
    (out / "training").mkdir(parents=True, exist_ok=True)                # fails at once where nothing can be written
    torch.manual_seed(config.seed)
    history = _earlier(GOES_ON[name]) if name in GOES_ON else []
    model, batches = recipe.build(preset, scenes, config)
    code, log = _revision(), dict[str, Any]()
    for log in fit(model, batches, config, folder=out / "training", resume=resume, max_minutes=max_minutes,
                   device=device):
        yield log
    weights.save(model.cpu(), out, {
        "history": history, "recipe": name, "preset": preset, "data_seed": recipe.data_seed, "scenes": scenes,
        "config": asdict(config),
        "steps": log["step"], "minutes": round(log["minutes"], 1), "code": code, "hardware": _hardware(device),
        "metrics": {key: value for key, value in log.items() if key not in ("minutes_left", "minutes", "step")}
        | recipe.judge(model)})
    if log["step"] == config.steps:
        shutil.rmtree(out / "training")


def _earlier(name: str) -> list[dict[str, Any]]:
    """Of a model that goes on from the one that is shipped: what that one had gone through."""
    shipped = json.loads((imagery.SHIPPED / name / weights.RECIPE).read_text())
    return [*shipped.get("history", []),
            {key: shipped[key] for key in ("recipe", "preset", "steps", "minutes", "code") if key in shipped}]


def _revision() -> str:
    found = subprocess.run(["git", "rev-parse", "HEAD"], cwd=Path(__file__).parent, capture_output=True, text=True)
    return found.stdout.strip() or "unknown"


def _hardware(device: str) -> str:
    if devices.pick(device).type == "cuda":
        return torch.cuda.get_device_name()
    return f"{os.cpu_count()} cores, {platform.machine()}, torch {torch.__version__}, {torch.get_num_threads()} threads"
