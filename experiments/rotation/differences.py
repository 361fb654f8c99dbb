"""How much the two pictures of a pair differ, by the kind of pair: what an observer who turns nothing goes by."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from envs.stimuli.pairs import PUBLISHED, Design, published

SESSIONS = 5  # drawn to average over


def design_of(condition: str) -> Design | None:
    """The design a condition is of, with advance information or with altered images; None if it is no published one."""
    name = condition.split()[0] if condition.split() else ""
    if name == "any-axis":
        return Design(name, "blocks", axes=("other",), count=20)
    return published(name) if name in PUBLISHED else None


@cache
def differences(condition: str) -> pd.Series | None:
    """Mean root-mean-square difference in ink by axis, angle and sameness, over a few sessions of the design."""
    design = design_of(condition)
    if design is None:
        return None
    pairs = [pair for seed in range(SESSIONS) for block in design.session(np.random.default_rng((seed, 8)))
             for pair in block]
    found = pd.DataFrame([(pair.axis, float(pair.angle), int(pair.same), _apart(*pair.pictures())) for pair in pairs],
                         columns=["axis", "angle", "same", "difference"])
    return found.groupby(["axis", "angle", "same"])["difference"].mean()


def _apart(first: np.ndarray, second: np.ndarray) -> float:
    return float(np.sqrt(np.mean((first - second) ** 2)))
