"""Hand-made subjects: tables of trials whose effects are known because we put them there."""

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import pdist

PLACES = np.array([(-7.71, -7.46), (-4.66, -6.2), (-1.3, 2.55), (3.82, 7.46), (-3.08, -7.38), (-.02, -4.77),
                   (7.71, 2.25)]) / 20  # map widths; distances ranked as in Kosslyn, Ball & Reiser 1978
NAMES = ("hut", "well", "grass", "rock", "lake", "tree", "beach")


def subjects(agent, condition, time, people=12, repeats=2, accuracy=1.0, seed=0):
    """Trials of people whose time on a pair is `time(distance, links, between, rng)`, an array of ticks."""
    rng = np.random.default_rng([seed, *map(ord, agent + condition)])
    first, second = np.triu_indices(len(NAMES), 1)
    count = people * repeats * len(first)
    turned = rng.random(count) < .5
    one, two = (np.tile(np.take(NAMES, ends), people * repeats) for ends in (first, second))
    distance = np.tile(pdist(PLACES), people * repeats)
    links = np.tile(np.random.default_rng(5).integers(1, 4, len(first)), people * repeats)
    between = np.tile(np.arange(len(first)) % 3, people * repeats)
    correct = (rng.random(count) < accuracy).astype(int)
    true = pd.DataFrame({
        "participant": np.repeat(np.arange(people), repeats * len(first)), "agent": agent, "condition": condition,
        "stimulus": "kosslyn-1978", "source": np.where(turned, two, one), "target": np.where(turned, one, two),
        "distance": distance, "links": links, "between": between, "present": 1,
        "response": np.where(correct, "present", "absent"), "correct": correct,
        "ticks": time(distance, links, between, rng) + np.zeros(count),
    })
    catch = true.iloc[::4].assign(target="castle", distance=np.nan, links=-1, between=-1, present=0, response="absent",
                                  correct=1, ticks=99.0)
    return pd.concat([true, catch], ignore_index=True)


def linear(slope, noise=0.0, start=3.0):
    """A subject that scans at a constant pace."""
    return lambda distance, links, between, rng: start + slope * distance + noise * rng.normal(size=len(distance))


@pytest.fixture(scope="session")
def made():
    return subjects


@pytest.fixture(scope="session")
def pace():
    return linear
