"""Grounding: are imagined islands as they were described? Judged by a detector that shares nothing with the agents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from envs.stimuli.descriptions import describe, sample_scene
from envs.stimuli.facts import Fact
from envs.stimuli.islands import Island
from experiments.upbringing.detector import Detector
from experiments.upbringing.scenes import seen
from imagery import weights

SHIPPED = Path(__file__).parents[1] / "shipped"
JUDGED = ("clock", "compass", "grid", "relation")


@dataclass(frozen=True)
class Described:
    island: Island
    facts: tuple[Fact, ...]
    text: str


def fresh_descriptions(count: int, seed: int = 20_001) -> list[Described]:
    """Descriptions of islands with 5 to 7 landmarks, the four registers in turn, from seeds no training uses."""
    rng = np.random.default_rng((seed, 404))
    found: list[Described] = []
    while len(found) < count:
        landmarks = int(rng.integers(5, 8))
        island, facts = sample_scene(rng, landmarks, [JUDGED[len(found) % len(JUDGED)]])
        if len(facts) == landmarks:
            found.append(Described(island, facts, describe(facts, rng)))
    return found


def load_detector() -> Detector:
    return weights.load(Detector, SHIPPED / "detector")


def judge(described: list[Described], pictures: Tensor, detector: Detector) -> dict[str, Any]:
    """Shares of named things present and of images with things not named; distances, in map widths, of the things
    present from where their words allow them; and the share present in each register."""
    detected = detector.detect(pictures)
    present: dict[str, list[bool]] = {register: [] for register in JUDGED}
    distances, unnamed = [], []
    for each, things in zip(described, detected):
        named = {fact.kind for fact in each.facts}
        unnamed.append(bool(set(things) - named))
        for fact in each.facts:
            present[fact.register].append(fact.kind in things)
            if fact.kind in things:
                anchored = all(anchor in things for anchor in fact.anchors)
                distances.append(fact.distance(things) if anchored else np.inf)
    distance = np.array(distances)
    return {"present": float(np.mean(sum(present.values(), []))), "median_error": float(np.median(distance)),
            "within_3pct": float(np.mean(distance <= 0.03)), "unnamed": float(np.mean(unnamed)),
            "registers": {register: float(np.mean(hits)) for register, hits in present.items()}}


def grounding(imagine: Callable[[list[str]], Tensor], described: list[Described], detector: Detector) -> dict[str, Any]:
    """`judge` of what a generator imagines of the descriptions."""
    return judge(described, imagine([each.text for each in described]), detector)


def ceiling(described: list[Described], detector: Detector) -> dict[str, Any]:
    """`judge` of the islands as rendered: the detector's own accuracy."""
    return judge(described, seen(each.island for each in described), detector)
