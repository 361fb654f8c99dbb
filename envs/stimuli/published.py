"""Islands of published experiments on mental scanning.

- Kosslyn, Ball & Reiser 1978 (JEP: Human Perception and Performance 4, 47-60), Exp. 2: the seven-landmark map. A
  reconstruction: its 21 distances, sorted, agree with the published ones within 0.19 cm; which landmark stands where
  follows the published description, not the original sheet.
- The same, Exp. 1: distance crossed with the number of landmarks passed. The design only, on islands of our own.
- Denis & Cocude 1992: the circular island known from a description. Its clock positions are quoted from memory and
  UNVERIFIED; how far from the shore its landmarks lie is ours.
"""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import product

import numpy as np

from envs.stimuli.facts import MAP_CM, Clock, Places, polar
from envs.stimuli.geometry import pairs, passed
from envs.stimuli.islands import Coast, Island, Landmark
from envs.stimuli.landmarks import KINDS

KOSSLYN_CM = {"hut": (-7.71, -7.46), "well": (-4.66, -6.2), "grass": (-1.3, 2.55), "rock": (3.82, 7.46),
              "lake": (-3.08, -7.38), "tree": (-.02, -4.77), "beach": (7.71, 2.25)}  # from the map's centre, y up
DENIS_CLOCK = (Clock("harbour", 22), Clock("lighthouse", 2), Clock("creek", 4), Clock("hut", 5), Clock("beach", 8),
               Clock("cave", 14))  # in half hours: 11, 1, 2, 2:30, 4 and 7 o'clock
ORDERS = ("good", "random")
DISTANCES = (.25, .45, .65)  # levels of the crossed design, in map widths
PASSED = (0, 1, 2)  # landmarks passed on the way
TOLERANCE = .03  # of a distance about its level
SIZE = .10  # extent of landmarks


@cache
def _kosslyn() -> tuple[tuple[Landmark, ...], Coast]:
    places = {kind: (.5 + x / MAP_CM, .5 - y / MAP_CM) for kind, (x, y) in KOSSLYN_CM.items()}
    return tuple(Landmark(kind, *place, SIZE) for kind, place in places.items()), Coast.around(list(places.values()))


def kosslyn_island(style: int = 0) -> Island:
    """The map of Exp. 2; `style` varies how it is drawn, never where things are."""
    return Island(*_kosslyn(), style)


def denis_facts(order: str, rng: np.random.Generator) -> tuple[Clock, ...]:
    """What is said of the circular island: in "good" order clockwise, in "random" order as `rng` has it."""
    if order not in ORDERS:
        raise ValueError(f"unknown order {order!r}; the orders are {' and '.join(ORDERS)}")
    return DENIS_CLOCK if order == "good" else tuple(DENIS_CLOCK[i] for i in rng.permutation(len(DENIS_CLOCK)))


def denis_island(style: int = 0, radius: float = .44, inland: float = .05) -> Island:
    """The circular island, its landmarks `inland` map widths from the shore."""
    return Island(tuple(Landmark(fact.kind, *map(float, polar(fact.bearing, radius - inland)), SIZE)
                        for fact in DENIS_CLOCK), Coast.circle(radius), style)


# ---- distance crossed with landmarks passed -------------------------------------------------------------------------

@lru_cache(256)                                   # searched for once, whoever takes part
def intervening_island(seed: int) -> Island:
    """An island of eight landmarks on which every distance occurs with every number of landmarks passed."""
    rng = np.random.default_rng(seed)
    places = _crossed_layout(rng).tolist()
    kinds = rng.permutation(KINDS)[:len(places)].tolist()
    landmarks = tuple(Landmark(kind, *place, SIZE) for kind, place in zip(kinds, places, strict=True))
    return Island(landmarks, Coast.around(places), seed)


def crossed_pairs(places: Places) -> dict[tuple[float, int], tuple[str, str]]:
    """For each level of distance and number of landmarks passed, the pair of that number nearest to the level."""
    apart = pairs(places)
    counts = passed(np.array(list(places.values())), *np.triu_indices(len(places), 1))
    number = dict(zip(apart, counts.tolist(), strict=True))
    return {(level, count): min((pair for pair in apart if number[pair] == count), key=lambda p: abs(apart[p] - level))
            for level, count in product(DISTANCES, PASSED)}


def _crossed_layout(rng: np.random.Generator, landmarks: int = 8, brood: int = 32, patience: int = 120) -> np.ndarray:
    """Places (landmarks, 2) of no misfit, by random search from random starts: the best of a brood survives."""
    while True:
        bearing, reach = rng.uniform(0, 2 * np.pi, landmarks), .4 * np.sqrt(rng.uniform(size=landmarks))
        best = np.stack(polar(bearing, reach), -1)
        least = _misfit(best[None])[0]
        for _ in range(patience):
            moves = rng.normal(size=(brood, landmarks, 2)) * 10 ** rng.uniform(-2.5, -.7, (brood, 1, 1))
            children = best + moves * (rng.uniform(size=(brood, landmarks, 1)) < .3)
            misfits = _misfit(children)
            if misfits.min() <= least:
                best, least = children[misfits.argmin()], misfits.min()
            if least == 0:
                return best


def _misfit(layouts: np.ndarray) -> np.ndarray:
    """What layouts (N, K, 2) lack: a pair near each level for each number passed, elbow room, and room to the sea."""
    first, second = np.triu_indices(layouts.shape[1], 1)
    apart = np.linalg.norm(layouts[:, first] - layouts[:, second], axis=-1)
    number = passed(layouts, first, second)
    nearest = [np.where(number == count, np.abs(apart - level), .3).min(1)
               for level, count in product(DISTANCES, PASSED)]
    lacking = np.maximum(np.array(nearest) - TOLERANCE, 0).sum(0)
    crowded = np.maximum(SIZE - apart, 0).sum(1)
    outside = np.maximum(np.linalg.norm(layouts - .5, axis=-1) - .41, 0).sum(1)
    return lacking + 10 * (crowded + outside)
