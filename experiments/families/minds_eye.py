"""A generator as a mind's eye: with it in place people scan the published map and name what figures become."""

from __future__ import annotations

import numpy as np

from experiments import cohorts
from experiments.reinterpretation import experiment as reinterpretation
from experiments.reinterpretation.looks import Looks
from experiments.reinterpretation.structures import Structures
from experiments.scanning import analysis as scanning_analysis
from experiments.scanning import experiment as scanning
from experiments.scanning.effects import HELD_OUT, R
from imagery.channels import TextToImage
from imagery.pixels import PixelChannel

Channel = TextToImage | PixelChannel


def scanned(channel: Channel, participants: int, seed: int = 0) -> dict[str, float | None]:
    """r of time with distance over pairs of landmarks, and the distance from people's mean times in seconds, each pair
    left out (Kosslyn, Ball & Reiser 1978, Exp. 2)."""
    understand, block = scanning.Comprehension(), scanning.Block({"condition": "scan"})
    trials = cohorts.table(lambda people: scanning.run_block("depictive", block, people, seed, channel, understand),
                           scanning.COLUMNS, participants, 1, "loky")
    found = {effect.name: effect.measured for effect in scanning_analysis.analyse(trials, seed)
             if effect.agent == "depictive"}
    return {"scanning_r": found.get(R), "scanning_rmsd": found.get(HELD_OUT)}


def reinterpreted(channel: Channel, participants: int, seed: int = 0) -> dict[str, float]:
    """Share of the published constructions that are named in three answers (Finke, Pinker & Farah 1989)."""
    items, block = reinterpretation.items_of(None), reinterpretation.Block("imagery")
    trials = reinterpretation.run_block("dual", block, range(participants), seed, items, channel, Structures(), Looks())
    return {"reinterpretation": float(np.mean([trial["correct"] for trial in trials]))}


def as_minds_eye(islands: Channel, figures: Channel, participants: int) -> dict[str, float | None]:
    """Both, with the channel that imagines islands and that which imagines the parts of figures."""
    return scanned(islands, participants) | reinterpreted(figures, participants)
