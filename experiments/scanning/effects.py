"""What the scanning experiment measures: names, people's numbers, citations, and what was built in.

Times are in ticks, distances in widths of the map, which was 20 cm wide for people (Kosslyn, Ball & Reiser 1978).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

HUMAN = Path(__file__).parents[1] / "human" / "kosslyn_ball_reiser_1978.csv"
MAP_CM = 20.0  # width of the published map
ACT_R = {"RMSD": 0.069, "r": 0.968}  # seconds; Peebles 2019, fitted by hand, no held-out test
SIZES = {"half": 0.5, "full": 1.0, "overflow": 1.5}  # of the image; people gave no number for overflow
ORDERS = ("good", "random")
HEARINGS = range(1, 7)

R, SLOPE, INTERCEPT = "r of time with distance", "slope, ticks per map width", "intercept, ticks"
INDIVIDUAL, MIXED = "r of one person, median and middle 95 %", "slope in a mixed model, ticks per map width"
ACCURACY, RELIABILITY = "accuracy", "reliability of pair means, split halves"
FITTED_SLOPE, FITTED_INTERCEPT = "fitted slope, ms per cm", "fitted intercept, s"
MS_PER_TICK, OFFSET = "fitted ms per tick", "fitted s at tick 0"
HUMAN_R, RMSD, HELD_OUT = "r with people's means", "RMSD from people, s", "RMSD from people, s, each pair left out"
BIC, BIC_ABOVE = "BIC on people's means", "BIC above the depictive's"
BY_DISTANCE, BY_LINKS = "r with distance, links held", "r with links, distance held"
LINKS_BIC = "BIC of links less that of distance"
RATIO = "slope as a share of the scanning slope"
MEAN_TIME, BY_SIZE = "mean time, ticks", "ticks per image size"
PER_LANDMARK, PER_WIDTH = "ticks per landmark passed, distance held", "ticks per map width, landmarks held"
EMERGES, GAIN = "hearings until time follows distance", "rise of r from first to last hearing"
ORDER = "r with good order less r with random order"

# Agents in which nothing was built to produce an effect. What is not listed is built in: a shift of attention is
# bounded by the fovea, `tacit` simulates travel, `propositional` walks links, the controls are controls.
EMERGENT = {
    R: ("depictive", "propositional"), SLOPE: ("propositional",), MIXED: ("propositional",),
    INDIVIDUAL: ("depictive", "propositional"), RELIABILITY: ("depictive", "propositional"),
    ACCURACY: ("depictive", "propositional", "tacit"),
    HUMAN_R: ("depictive", "propositional"), RMSD: ("depictive", "propositional"),
    HELD_OUT: ("depictive", "propositional"), BIC: ("depictive", "propositional"),
    BIC_ABOVE: ("depictive", "propositional"),
    BY_DISTANCE: ("depictive", "propositional"), BY_LINKS: ("depictive",), LINKS_BIC: ("depictive",),
    PER_LANDMARK: ("depictive", "propositional"), PER_WIDTH: ("propositional",),
    EMERGES: ("depictive", "propositional", "tacit"), GAIN: ("depictive", "propositional", "tacit"),
    ORDER: ("depictive", "propositional", "tacit"),
}
BUILT_IN_CONDITIONS = ("no_scan", *SIZES)  # there, only accuracy can emerge

KOSSLYN = "Kosslyn, Ball & Reiser 1978, JEP: HPP 4, 47-60"
DENIS = "Denis & Cocude 1992 (random order: no relation after 3 hearings, one after 6)"
SOURCES = {
    "scan": f"{KOSSLYN}, Exp. 2; means read off the figure by Peebles 2019",
    "no_scan": f"{KOSSLYN}, Exp. 3 (no relation)",
    "intervening": f"{KOSSLYN}, Exp. 1 (time rises with distance and with things passed)",
    **{size: f"{KOSSLYN}, Exp. 4 (time rises with size)" for size in SIZES},
    "scan_perfect": "attribution: Exp. 2 with the map itself for a mental image; not run with people",
    "scan_shuffled": "attribution: Exp. 2 with the map's landmarks exchanged in the image; not run with people",
    "scan_blank": "attribution: Exp. 2 with a blank for a mental image; not run with people",
    "scan_saccade": "ablation: Exp. 2, one shift of attention unbounded; not run with people",
    "own": "the user's island; not run with people",
}


def source(condition: str) -> str:
    return DENIS if condition.startswith("described") else SOURCES.get(condition, "")


def kind(name: str, agent: str, condition: str) -> str:
    emergent = agent in EMERGENT.get(name, ()) and (name == ACCURACY or condition not in BUILT_IN_CONDITIONS)
    return "emergent" if emergent else "built in"


@cache
def people() -> tuple[np.ndarray, np.ndarray]:
    """Distances (21,) in cm, rising, and people's mean times (21,) in s (Kosslyn, Ball & Reiser 1978, Exp. 2)."""
    table = pd.read_csv(HUMAN).sort_values("distance_cm", kind="stable")
    return table["distance_cm"].to_numpy(float), table["mean_rt_s"].to_numpy(float)
