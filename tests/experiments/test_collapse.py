"""Mode collapse: the measure on points whose modes are known, and every cure in the one loop."""

import math

import pytest
import torch

from experiments.families import collapse as module
from experiments.families.collapse import (
    CURES,
    DEVIATION,
    MODES,
    Coverage,
    collapse,
    coverage,
    cured,
    ring,
    ring_points,
)


def test_true_points_cover_every_mode():
    found = coverage(torch.cat([ring_points(step) for step in range(8)]), ring(), DEVIATION)
    assert found.modes == MODES and found.divergence < 0.01
    assert abs(found.quality - (1 - math.exp(-4.5))) < 0.01                  # within three deviations in the plane


def test_collapse_is_measured():
    points, one = ring_points(0), ring()[:1].expand(256, -1)
    found = coverage(one, ring(), DEVIATION)
    assert found.modes == 1 and found.quality == 1 and math.isclose(found.divergence, math.log(8), rel_tol=1e-5)
    halved = points[(points[:, 1] > 0.1)]
    assert coverage(halved, ring(), DEVIATION).modes == 3
    assert coverage(points * 3, ring(), DEVIATION) == Coverage(0, 0.0, math.inf)
    with pytest.raises(ValueError, match=r"give \(N, 2\)"):
        coverage(torch.zeros(4, 3), ring(), DEVIATION)


@pytest.mark.parametrize("cure", CURES)
def test_every_cure_is_tried_in_the_one_loop(cure):
    """A few turns: it runs, and comes to the same again."""
    first, again = (cured(cure, seed=1, steps=12) for _ in range(2))
    assert first.shape == (1000, 2) and first.equal(again) and first.std() > 0


def test_the_benchmark_counts_failures_and_measures_the_rest(monkeypatch):
    far, one = ring_points(0, 1000) + 30, ring()[:1] + 0.01 * ring_points(1, 1000)
    drawn = {"minimax": lambda seed: None, "packing": lambda seed: far if seed else None}
    monkeypatch.setattr(module, "cured", lambda cure, seed, steps: drawn.get(cure, lambda seed: one)(seed))
    found = collapse(seeds=2)
    assert found["minimax"] == {"failed": 2} and found["packing"]["failed"] == 1
    assert found["ring"]["modes"] == MODES and abs(found["ring"]["js"]) < 0.05
    assert found["packing"]["modes"] == 0 and abs(found["packing"]["js"] - math.log(2)) < 0.05
    assert found["replay"]["modes"] == 1 and 0.3 < found["replay"]["js"] < math.log(2)
