"""What memories hold (`imagery bench memory`): random patterns, islands asked for by a part, what is alike, and what is
missing or wrong in a scene."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

import imagery
from experiments.memory import contexts
from experiments.memory.recall import (
    RIGHT,
    Coding,
    Memory,
    brightness,
    capacity_curve,
    draw_islands,
    family,
    judged,
    latents,
    left_part,
    recalled,
    without,
)
from experiments.memory.taught import Taught
from experiments.sheet import sheet
from experiments.upbringing.scenes import seen
from imagery.models.dbn import DeepBelief
from imagery.models.hopfield import CAPACITY, Hopfield, ModernHopfield, capacity
from imagery.models.rbm import RBM

UNITS = (100, 300, 1000)                          # of networks whose capacity is measured
LOADS, SHARES = (2, 8, 24, 48), (0.25, 0.5)       # islands stored, and how much of one is in view
BETAS = (30.0, 100.0, 300.0)                      # inverse temperatures of the modern Hopfield network
BITS = 1024                                       # of an island's pattern of binary units
NEAR = 0.08                                       # map widths within which a change is found
SHOWN = 6                                         # columns of the sheet


def modern(beta: float = 100.0) -> ModernHopfield:
    return ModernHopfield(2048, max(LOADS), beta)


MEMORIES: dict[str, tuple[Callable[[], Memory], bool]] = {   # and whether it holds latents rather than bits
    "Hopfield": (partial(Hopfield, BITS), False), "modern Hopfield": (modern, True),
    "RBM": (lambda: Taught(RBM(BITS, 256)), False),
    "DBN": (lambda: Taught(DeepBelief((BITS, 256, 128))), False)}


def memory(out: Path | None = None, loads: tuple[int, ...] = LOADS) -> dict[str, Any]:
    """`capacity` in random patterns a unit, by units; `recall` of islands by memory, load and share in view;
    `interference`, the share recalled rightly of islands that differ in one landmark, and of any; `scenes`, what is
    missing or wrong in them; `contexts`, the same of kinds of landmarks. A sheet goes to `out`/recalled.png."""
    islands = draw_islands(max(loads), seed=0)
    pictures, examples = seen(islands), seen(draw_islands(16, seed=1))
    bits, codes = brightness(examples, relative=True), latents(examples, imagery.load("autoencoder"))
    rows, view, asked = [], left_part(SHARES[-1]), pictures[:SHOWN]
    shown = {"stored": asked, "in view": torch.where(view, asked, 0.0)}
    for name, (new, of_codes) in MEMORIES.items():
        torch.manual_seed(0)
        coding, kept = codes if of_codes else bits, list[Memory]()

        def another(new: Callable[[], Memory] = new, kept: list[Memory] = kept) -> Memory:
            kept.append(new())
            return kept[-1]

        curve = capacity_curve(another, coding, pictures, loads, SHARES)
        rows += [{"memory": name, **asdict(row)} for row in curve]
        print(f"{name}: {rows[-len(SHARES):]}", file=sys.stderr)
        shown[name] = coding.decode(kept[-1].recall(*coding.cue(asked, view)))
    if out:
        sheet(shown, (), out / "recalled.png")
    return {"capacity": {str(units): capacity(units) for units in UNITS} | {"large, by theory": CAPACITY},
            "recall": rows, "interference": interference(codes, islands[0], pictures[:8]),
            "scenes": scenes(codes, islands[:24]), "contexts": in_context()}


def interference(codes: Coding, island: Any, others: Tensor) -> dict[str, dict[str, float]]:
    """By inverse temperature."""
    groups = {"alike": seen(family(island)), "any": others}
    return {f"beta {beta:g}": {name: recalled(modern(beta), codes, group, (1.0,))[0].outcomes[RIGHT]
                               for name, group in groups.items()} for beta in BETAS}


def scenes(codes: Coding, islands: list) -> dict[str, dict[str, float]]:
    """Islands with a landmark less, or more, than they are remembered with: how far off the change is seen, the share
    that is seen `near`, and told for what it is."""
    changed = [(island, i % len(island.landmarks)) for i, island in enumerate(islands)]
    places = np.array([(island.landmarks[i].x, island.landmarks[i].y) for island, i in changed])
    whole, less = seen(islands), seen([without(island, i) for island, i in changed])
    found = {}
    for what, known, given in (("missing", whole, less), ("wrong", less, whole)):
        kept = modern()
        kept.store(codes.encode(known))
        verdicts = judged(kept, codes, given)
        off = np.linalg.norm(np.array([verdict.place for verdict in verdicts]) - places, axis=1)
        found[what] = {"median_off": float(np.median(off)), "near": float((off < NEAR).mean()),
                       "told": float(np.mean([verdict.what == what for verdict in verdicts]))}
    return found


def in_context() -> dict[str, dict[str, float]]:
    """By a machine that was taught scenes, by an observer who knows how they come about, and by chance."""
    torch.manual_seed(0)
    machine = contexts.taught()
    observers = {"RBM": lambda scenes: contexts.log_odds(machine, scenes), "ideal": contexts.ideal_log_odds,
                 "chance": torch.zeros_like}
    return {name: asdict(contexts.scored(observer)) for name, observer in observers.items()}
