"""Which generative model makes the best mind's eye? Every family whose weights are found, measured alike (`imagery
bench models`)."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from experiments.benches.timing import fastest
from experiments.families.artists import Artist, artists
from experiments.families.minds_eye import as_minds_eye
from experiments.families.mixture import SEED, TEST_SEED, learned, unseen
from experiments.families.outliers import detection, shaded, strangers
from experiments.families.registry import FAMILIES
from experiments.judging.grounding import fresh_descriptions, judge, load_detector
from experiments.judging.judges import Onlooker
from experiments.judging.resemblance import interval, likeness, resemblance
from experiments.sheet import sheet
from experiments.upbringing.scenes import draw_scenes

COUNT, SEEDS, PARTICIPANTS = 300, 3, 4            # pictures of a sampling, samplings, and people of an experiment
BATCH = 32                                        # pictures drawn at once, for speed
ISLANDS = 64                                      # that outliers are told from
POOL = 500                                        # islands learned from that samples are held against
KEYS = ("name family frechet precision recall density coverage diversity present reconstruction bits_per_dim "
        "memorisation parameters train_samples_per_s images_per_s evaluations scanning_r scanning_rmsd "
        "reinterpretation outliers intervals").split()
SHOWN = 4                                         # columns of the sheet for islands, and as many for things


class Measures:
    """What all families are measured against: unseen pictures with their texts, and those that were learned from."""

    def __init__(self, count: int = COUNT, pool: int = POOL, onlooker: Any = None):
        self.onlooker, self.detector = onlooker or Onlooker(), load_detector()
        self.real, self.described = unseen(count), fresh_descriptions(count - count // 2, TEST_SEED)
        self.features = self.onlooker.features(self.real.pictures)
        self.learned = self.onlooker.features(learned(draw_scenes(pool, SEED, jobs=1)))

    def of_samples(self, artist: Artist, made: Tensor) -> dict[str, float | None]:
        """Of one sampling, a picture for each text."""
        features = self.onlooker.features(made)
        present = judge(self.described, made[:len(self.described)], self.detector)["present"] if artist.told else None
        return {**resemblance(features, self.features, self.learned), "present": present}

    @torch.no_grad()
    def of_code(self, artist: Artist) -> dict[str, Any]:
        """What comes back of unseen pictures, what they cost, and how often outliers cost more than islands do."""
        given, remake, bits = self.real.pictures, artist.way.remake, artist.family.bits
        islands = shaded(given[:min(ISLANDS, len(self.described))])
        return {"reconstruction": likeness(remake(artist.model, given), given) if remake else None,
                "bits_per_dim": bits(artist.model, given).mean().item() if bits else None,
                "outliers": detection(partial(bits, artist.model), islands, strangers(islands)) if bits else None}

    def samplings(self, artist: Artist, seeds: int) -> list[dict[str, float | None]]:
        """By seed; of a family that only codes, what comes back of unseen pictures counts as its samples."""
        if artist.way.draw:
            return [self.of_samples(artist, artist.imagine(self.real.texts, seed)) for seed in range(seeds)]
        with torch.no_grad():
            made = artist.way.remake(artist.model, self.real.pictures)
        return [self.of_samples(artist, made) | {"memorisation": None}]


def row(artist: Artist, measures: Measures, seeds: int = SEEDS,
        participants: int = PARTICIPANTS) -> dict[str, Any]:
    """All of `KEYS` of one family, means over seeds of sampling with their 95 % `intervals`; None where a family has no
    such thing."""
    found: dict[str, Any] = dict.fromkeys(KEYS) | {"name": artist.name, "family": artist.kind}
    samplings = measures.samplings(artist, seeds)
    of_seeds = {key: [each[key] for each in samplings] for key in samplings[0] if samplings[0][key] is not None}
    found |= {key: float(np.mean(values)) for key, values in of_seeds.items()} | measures.of_code(artist)
    found["intervals"] = {key: interval(values) for key, values in of_seeds.items() if len(values) > 1}
    found["parameters"] = artist.parameters
    found["train_samples_per_s"] = artist.record.get("metrics", {}).get("samples_per_s")
    if artist.way.draw:
        texts = measures.real.texts[:BATCH]
        found["images_per_s"] = len(texts) / fastest(partial(artist.imagine, texts), repeats=1)
        found["evaluations"] = artist.evaluations(texts[0])
    if artist.told:
        found |= as_minds_eye(*artist.channels(), participants)
    return found


def families_table(out: Path | None = None, folder: Path | None = None,
                   seeds: int = SEEDS, participants: int = PARTICIPANTS, count: int = COUNT) -> dict[str, Any]:
    """A row for each family of which there are weights, in `folder` or shipped; the others are named. Samples go to
    `out`/families.png."""
    measures, rows, shown = Measures(count), [], dict[str, Tensor]()
    middle = len(measures.described)
    columns = [*range(SHOWN), *range(middle, middle + SHOWN)]
    texts = [measures.real.texts[column] for column in columns]
    for artist in artists(folder):
        rows.append(row(artist, measures, seeds, participants))
        if artist.way.draw:
            shown[artist.name] = artist.imagine(texts, seed=0)
        print(f"{artist.name}: {rows[-1]}", file=sys.stderr)
    if out:
        sheet({"real": measures.real.pictures[columns]} | shown, texts, out / "families.png")
    absent = sorted({name for name, family in FAMILIES.items() if family.shows} - {each["name"] for each in rows})
    return {"models": rows, "without_weights": absent,
            "settings": {"pictures": count, "seeds": seeds, "participants": participants}}
