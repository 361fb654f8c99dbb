"""What some families can do beside drawing (`imagery bench abilities`): a code's attributes and charts, mixed styles,
pictures taken back to noise and told anew, missing parts imagined, semantic maps painted.

Each ability is shown in a sheet, on islands that nobody learned from, and measured where it can be.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

import imagery
from envs.stimuli.islands import render
from envs.stimuli.landmarks import KINDS
from experiments.families.family import found, trained
from experiments.families.mixture import TEST_SEED
from experiments.families.translating import CLASSES, LAND, semantic_map
from experiments.judging.grounding import Described, fresh_descriptions, judge, load_detector
from experiments.judging.resemblance import likeness
from experiments.sheet import sheet
from experiments.upbringing.detector import Detector
from experiments.upbringing.scenes import draw_scenes, pictures_to_tensor, placed
from imagery.models import samplers
from imagery.models.chance import normal_rows
from imagery.models.inpainting import inpaint
from imagery.models.inversion import invert
from imagery.models.recollection import features
from imagery.models.semantic import SemanticPainter
from imagery.models.stylegan import StyleGAN
from imagery.models.vae import VAE
from imagery.models.variational import VariationalDiffusion

COUNT, SHOWN = 24, 6                              # islands that are measured, and columns of a sheet
TAUGHT, TAUGHT_SEED = 1000, 20_032                # islands from which attributes are taken
FACTORS = (0.0, 1.0, 2.0, 4.0)                    # times an attribute
STEPS, ROUNDS, FARTHEST = 50, (1, 3), 0.9         # of DDIM, there and back, how often each step back is bettered, and
                                                  # the share of all noise to which it goes
GUIDANCE = 4.0                                    # towards another text
SWEEP = 8                                         # steps in which a missing part is imagined
Sheet = dict[str, Tensor]                         # rows of pictures
Found = tuple[dict[str, float], Sheet]


@dataclass(frozen=True)
class Islands:
    """Fresh islands: `pictures` (N, 3, 64, 64), which landmarks each has, (N, 24), their semantic `maps` (N, 64, 64),
    and what is said of them."""

    pictures: Tensor
    has: Tensor
    maps: Tensor
    described: list[Described]
    detector: Detector


def fresh(count: int = COUNT) -> Islands:
    described = fresh_descriptions(count, TEST_SEED)
    arrays = np.stack([render(each.island) for each in described])
    places = np.stack([placed(each.island) for each in described])
    maps = np.stack([semantic_map(*each) for each in zip(arrays, places)])
    return Islands(pictures_to_tensor(arrays), torch.from_numpy(np.isfinite(places[..., 0])), torch.from_numpy(maps),
                   described, load_detector())


def attributes(model: VAE, islands: Islands) -> Found:
    """What islands have, as vectors of the code, taken from islands that have it and that have not: green ground, how
    often it is greener than red where it was not; and every kind of landmark, how often one is found where it was not;
    with so many times the vector. Shown are the ground, ways from one island to another, and the chart of the code."""
    scenes = draw_scenes(TAUGHT, TAUGHT_SEED, jobs=1)
    pictures, has = pictures_to_tensor(scenes.pictures), torch.from_numpy(np.isfinite(scenes.places[..., 0]))

    def varied(had: Tensor, given: Tensor) -> dict[float, Tensor]:
        made = model.vary(given, model.attribute(pictures, had), torch.tensor(FACTORS))
        return dict(zip(FACTORS, made.unbind(1)))

    greener = varied(green(pictures), islands.pictures[~green(islands.pictures)])
    rates = {factor: [] for factor in FACTORS}
    for index, kind in enumerate(KINDS):
        for factor, part in varied(has[:, index], islands.pictures[~islands.has[:, index]]).items():
            rates[factor] += [kind in each for each in islands.detector.detect(part)]
    ways = model.interpolate(islands.pictures[:2], islands.pictures[2:4], SHOWN)
    rows = {f"{factor:g} x green": part[:SHOWN] for factor, part in greener.items()}
    rows |= {f"a way, {number}": way for number, way in enumerate(ways, 1)}
    rows |= {f"chart, {number}": row for number, row in enumerate(model.chart(SHOWN), 1)}
    return {f"green at {factor:g} x": float(green(part).float().mean()) for factor, part in greener.items()} | {
        f"landmarks at {factor:g} x": float(np.mean(rate)) for factor, rate in rates.items()}, rows


def green(pictures: Tensor) -> Tensor:
    """Whether the ground is greener than red, (B,)."""
    middle = pictures[..., 16:48, 16:48]
    return (middle[:, 1] - middle[:, 0]).flatten(1).median(1).values > 0


def mixture(model: StyleGAN, islands: Islands) -> Found:
    """Coarse styles of some pictures, fine ones of others, from ever later layers on."""
    codes = normal_rows(2 * SHOWN, (model.config.latent,), 0)
    with torch.no_grad():
        first, second = model.style(codes, codes[:, :0]).chunk(2)
    layers = len(model.synthesis.layers)
    return {}, {f"own up to {layer}": model.mix(first, second, layer) for layer in range(0, layers + 1, 2)}


def told_anew(model: VariationalDiffusion, islands: Islands) -> Found:
    """DDIM backwards under a true text, then forwards under it, and under that of another island: how like itself the
    picture comes back, by how often each step back is bettered, and how much of what either text names is there."""
    prompt = imagery.load("verbal").prompt([each.text for each in islands.described])
    own, others = features(prompt.context, prompt.mask), islands.described[1:] + islands.described[:1]
    other = own.roll(-1, 0)
    times = torch.linspace(FARTHEST * (len(model.alpha_bar) - 1), 0, STEPS).round().long()

    def predict(condition: Tensor) -> samplers.Denoiser:
        return lambda x, t: model(x, t, condition)[0]

    def forwards(noise: Tensor, predicted: samplers.Denoiser) -> Tensor:
        code = samplers.ddim(predicted, noise, times, model.alpha_bar, "epsilon")
        return model.codec.decode(code).clamp(-1, 1)

    numbers, rows = {}, {"island": islands.pictures}
    with torch.no_grad():
        for rounds in ROUNDS:
            noise = invert(predict(own), model.codec.encode(islands.pictures), times, model.alpha_bar, "epsilon",
                           rounds)
            back = rows[f"back, {rounds}"] = forwards(noise, predict(own))
            numbers[f"likeness, {rounds} rounds"] = likeness(back, islands.pictures)
        towards = samplers.guided(predict(other), predict(torch.zeros_like(other)), GUIDANCE)
        anew = forwards(noise, towards)
        drawn = forwards(normal_rows(len(noise), tuple(noise.shape[1:]), 0), towards)
    rows |= {"told anew": anew, "from chance": drawn}
    numbers |= {"likeness told anew": likeness(anew, islands.pictures),
                "likeness of other islands": likeness(islands.pictures.roll(-1, 0), islands.pictures),
                "new things present": judge(others, anew, islands.detector)["present"],
                "new things present from chance": judge(others, drawn, islands.detector)["present"]}
    return numbers, {name: pictures[:SHOWN] for name, pictures in rows.items()}


def completed(islands: Islands) -> Found:
    """Islands of which the left half is seen and the rest is told, by the shipped generator, which never learned to:
    how much of what is named is there, beside what is seen alone."""
    channel, texts = imagery.load("islands"), [each.text for each in islands.described]
    code, seeds = channel.imaginer.codec.encode(islands.pictures), list(range(len(texts)))
    known = (torch.arange(code.shape[-1]) < code.shape[-1] // 2).expand(code.shape[-2:])
    half = islands.pictures.clone()
    half[..., half.shape[-1] // 2:] = 0
    rows = {"island": islands.pictures, "seen": half}
    numbers = {"present in what is seen": judge(islands.described, half, islands.detector)["present"]}
    for name, said in (("told", texts), ("untold", [""] * len(texts))):
        made = inpaint(lambda x, t, said=said: channel.denoise(x, t, said, seeds), code, known,
                       normal_rows(len(code), tuple(code.shape[1:]), 0), torch.linspace(1, 0, SWEEP + 1),
                       generator=torch.Generator().manual_seed(0))
        rows[name] = channel.imaginer.codec.decode(made).clamp(-1, 1)
        numbers[f"present, {name}"] = judge(islands.described, rows[name], islands.detector)["present"]
    return numbers, {name: pictures[:SHOWN] for name, pictures in rows.items()}


def painted(model: SemanticPainter, islands: Islands) -> Found:
    """What maps say, painted: shares of pixels that are land or sea as they should be, and of landmarks that are
    there."""
    made = model.paint(islands.maps)
    plain = islands.maps <= LAND
    land = (made[:, 0] >= made[:, 2]).long()                                      # not more blue than red
    rows = {"map": COLOURS[islands.maps].movedim(-1, 1), "painted": made, "island": islands.pictures}
    return {"ground": float((land == islands.maps)[plain].float().mean()),
            "present": judge(islands.described, made, islands.detector)["present"]}, {
                name: pictures[:SHOWN] for name, pictures in rows.items()}


ABILITIES: dict[str, tuple[str, type, Callable[[Any, Islands], Found]]] = {
    "attributes": ("vae", VAE, attributes), "mixed styles": ("stylegan", StyleGAN, mixture),
    "told anew": ("ddpm", VariationalDiffusion, told_anew), "painted": ("semantic", SemanticPainter, painted)}
COLOURS = torch.rand(CLASSES, 3, generator=torch.Generator().manual_seed(3)) * 2 - 1


def abilities(out: Path | None = None, weights: Path | None = None, count: int = COUNT) -> dict[str, Any]:
    """The numbers of each ability of which there are weights; its sheet goes to `out`."""
    islands, measured = fresh(count), {}

    def keep(name: str, what: Found) -> None:
        measured[name], rows = what
        print(f"{name}: {measured[name]}", file=sys.stderr)
        if out:
            sheet(rows, (), out / f"{name.replace(' ', '_')}.png")

    keep("completed", completed(islands))
    for name, (recipe, model, ability) in ABILITIES.items():
        if found(recipe, weights):
            keep(name, ability(trained(recipe, model, weights).eval(), islands))
    absent = sorted({recipe for name, (recipe, *_) in ABILITIES.items() if name not in measured})
    return {**measured, "without_weights": absent, "islands": count}
