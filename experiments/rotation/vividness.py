"""People whose images are as vivid as people say theirs are: answers to the VVIQ (Marks 1973), from 16, no image at
all, to 80, as vivid as seeing."""

from __future__ import annotations

import numpy as np

MEAN, SPREAD, RANGE = 55.8, 12.2, (16.0, 80.0)    # of people's scores (McCarty & Morales 2025)


def vividness(seed: int, who: int) -> float:
    """That of a participant's images as they come to mind, as a share of the greatest; the same whenever asked."""
    score = np.random.default_rng((seed, who, 4)).normal(MEAN, SPREAD)
    return float(np.clip(score, *RANGE) / RANGE[1])
