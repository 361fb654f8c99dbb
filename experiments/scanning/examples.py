"""Example trains of thought for the report: what was seen, what is imagined, and where attention went."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gymnasium
import numpy as np

import imagery
from agents.depictive import Depictive
from agents.protocol import Thought
from envs.stimuli.islands import render
from experiments.scanning.experiment import given_image
from experiments.session import run_cohort
from imagery.image import MentalImage
from imagery.mind import Mind, Person
from imagery.operations import Look

SHOWN = {"scan": "The published map, seen", "described": "The described island, heard six times", "own": "Your island"}


class Observed(Depictive):
    """A depictive agent whose scans are written down: from, to, the image, and the foci in picture widths."""

    def __init__(self, given: MentalImage | None = None):
        super().__init__(given)
        self.scans: list[dict[str, Any]] = []
        self.at = ""

    def focus(self, name: str) -> Thought:
        self.at = name
        yield from super().focus(name)

    def scan(self, name: str) -> Thought:
        thought, path, ticks = super().scan(name), [], 0
        result = None
        while True:
            try:
                operation = thought.send(result)
            except StopIteration as end:
                self.scans.append({"source": self.at, "target": name, "path": path, "ticks": ticks + 1})
                return end.value
            if isinstance(operation, Look):
                path.append(tuple(map(float, operation.image.in_picture(operation.image.focus))))
            ticks += 1
            result = yield operation


def examples_of(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Scans to show of a run with that manifest, if any of its agents scans."""
    setting, seed = record["configuration"], record["seed"]
    if "depictive" not in setting["agents"]:
        return []
    channel = imagery.load("islands")
    if "description" in setting:
        return examples("own", seed, channel, description=setting["description"])
    return examples("scan", seed, channel) + examples("described", seed, channel)


def examples(condition: str, seed: int, channel: imagery.TextToImage, **env: Any) -> list[dict[str, Any]]:
    """Two scans of one person, the longest and a middling one, as the report shows them."""
    world = gymnasium.make("imagery/Scanning-v0", disable_env_checker=True, condition=condition, **env)
    observation, _ = world.reset(seed=seed)
    person = Person.sample(np.random.default_rng((seed, 0, 1)))
    agent = Observed(given_image(None, world.unwrapped.island, np.random.default_rng(seed)))
    run_cohort([agent], [world], [observation], Mind([person], channel))
    there = [scan for scan in agent.scans if scan["target"] in world.unwrapped.island.positions() and scan["path"]]
    there.sort(key=lambda scan: len(scan["path"]))
    picture = ((agent.image.source + 1) * 127.5).round().byte().permute(1, 2, 0).numpy()
    return [{**scan, "title": SHOWN[condition], "stimulus": render(world.unwrapped.island), "image": picture}
            for scan in (there[-1:] + there[len(there) // 2:][:1])]
