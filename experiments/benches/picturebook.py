"""How well pictures are named and imagined (`imagery bench pictures`): by the verbal channel here, and by judges that
nobody here taught."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from torch import Tensor

import imagery
from envs.stimuli import letters
from envs.stimuli.descriptions import article
from experiments.judging import judges
from experiments.judging.filtering import filtering
from experiments.judging.grounding import fresh_descriptions
from experiments.judging.naming import captions, naming, unseen_style
from experiments.upbringing.scenes import seen
from experiments.upbringing.schooling import Exhibits
from imagery.channels import TextToImage
from imagery.models.verbal import VerbalChannel

ISLANDS = 500
AT_ONCE = 50                                      # pictures imagined in one batch
SHOWN = 24                                        # pictures laid beside what they are nearest to


def pictures(out: Path | None = None) -> dict[str, Any]:
    """Naming of an unseen style, captions of unseen islands, filtering of bad captions; and of imagined pictures, how
    they are named beside real drawings, how letters are read, and how many are nearer to a training picture than a real
    drawing is. Samples beside the training pictures they are nearest to go to `out`/pictures.png."""
    channel = imagery.load("pictures")
    told = verbal(channel.verbal)
    return told | {"imagined": imagined(channel, out / "pictures.png" if out else None), "letters": read(channel)}


def verbal(channel: VerbalChannel) -> dict[str, Any]:
    """How the verbal channel names 300 things in a style it never saw, tells of islands, and finds wrong captions."""
    unseen, things = unseen_style()
    described = fresh_descriptions(ISLANDS)
    islands = seen(each.island for each in described)
    return {"naming": naming(channel.match, unseen, things), "captions": captions(channel, described, islands),
            "filtering": filtering(channel)}


def imagine(channel: TextToImage, texts: list[str]) -> Tensor:
    """Pictures (B, 3, 64, 64) of texts."""
    return torch.cat([channel.imagine(texts[start:start + AT_ONCE], seed=start)
                      for start in range(0, len(texts), AT_ONCE)])


def imagined(channel: TextToImage, path: Path | None = None) -> dict[str, Any]:
    """Of 300 things, how often the onlooker names what is imagined, beside real drawings in each style."""
    onlooker, things = judges.Onlooker(), unseen_style()[1]
    real = judges.drawings(onlooker, things)
    training, unseen = real.apart(judges.UNSEEN)
    made = imagine(channel, [article(thing.name) for thing in things])
    features, concepts = onlooker.features(made), torch.arange(len(things))
    means = judges.prototypes(training.features, training.concept)
    ceilings = {style: judges.ceiling(real, style) for style in judges.HELD_OUT}
    top = float(np.mean([each["top1"] for style, each in ceilings.items() if style != judges.UNSEEN]))
    beside = unseen.leading()
    order = beside.concept.argsort()
    near = judges.memorised(features[beside.concept[order]], training.features, beside.features[order])
    if path:
        chosen = np.random.default_rng(0).choice(len(order), SHOWN, replace=False)
        laid_beside(path, [things[int(beside.concept[order][k])].name for k in chosen],
                    made[beside.concept[order]][chosen], training.pictures[near.nearest[chosen].numpy()])
    found = judges.shares(judges.named(features, means, concepts))
    return {"named": found, "real drawings": ceilings, "share of the ceiling": found["top1"] / top,
            "by the verbal channel": naming(channel.verbal.match, made, things), "memorised": near.share,
            "of drawings that are no copies": judges.unlearned(real)}


def read(channel: TextToImage) -> dict[str, float]:
    """How often letters and digits that are imagined are read, as they are and mirrored."""
    characters = list(letters.CHARACTERS)
    made = imagine(channel, [f"a {Exhibits.character(character)}" for character in characters])
    return judges.letters_read(judges.Reader(), made, characters)


def laid_beside(path: Path, names: list[str], made: Tensor, nearest: np.ndarray) -> None:
    """Pictures imagined (N, 3, H, W) above the training pictures (N, H, W, 3) that they are nearest to, as a PNG."""
    half = len(names) // 2
    figure = Figure(figsize=(half, 4.6), layout="tight")
    FigureCanvasAgg(figure)
    axes = figure.subplots(4, half)
    for k, (name, picture, near) in enumerate(zip(names, made, nearest)):
        above, below = axes[2 * (k // half):2 * (k // half) + 2, k % half]
        above.imshow((picture.permute(1, 2, 0).clamp(-1, 1).numpy() + 1) / 2, interpolation="nearest")
        below.imshow(near, interpolation="nearest")
        above.set_title(name, fontsize=7)
    for each in axes.flat:
        each.set_axis_off()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)
