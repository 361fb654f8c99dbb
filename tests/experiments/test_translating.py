"""Sketches and semantic maps of islands, and that what learns from them accepts them."""

import numpy as np
import pytest
import torch

from experiments.families.translating import CLASSES, LAND, SEA, MapsAndSketches, Painting, semantic_map, sketched
from experiments.upbringing.scenes import draw_scenes
from imagery.models.cyclegan import CycleGAN
from imagery.models.semantic import SemanticPainter


@pytest.fixture(scope="module")
def scenes():
    return draw_scenes(12, seed=5, most=4, jobs=1)


def test_a_sketch_is_pen_on_paper(scenes):
    one, other = (sketched(scenes.pictures[0], np.random.default_rng(seed)) for seed in range(2))
    assert one.shape == (64, 64, 3) and one.dtype == np.uint8 and not np.array_equal(one, other)
    assert (one[..., 0] == one[..., 2]).all() and one[0, 0, 0] == 255        # no colour, and paper in the corner
    assert 0.01 < (one < 128).mean() < 0.3


def test_a_semantic_map_says_what_is_where(scenes):
    for picture, places in zip(scenes.pictures, scenes.places):
        classes = semantic_map(picture, places)
        there = np.isfinite(places[:, 0])
        for kind in np.flatnonzero(there):
            x, y = (places[kind] * 64).astype(int)
            assert classes[y, x] == 2 + kind
        assert set(np.unique(classes)) == {SEA, LAND, *(2 + np.flatnonzero(there))}
        assert classes[0, 0] == SEA and (classes == LAND).mean() > 0.2


def test_batches_fit_what_learns_from_them(scenes):
    unpaired = MapsAndSketches(scenes, 2)(0)
    torch.manual_seed(0)
    assert CycleGAN(width=4, blocks=1).loss(unpaired)[0].isfinite()
    assert unpaired.second.equal(MapsAndSketches(scenes, 2)(0).second) and unpaired.second.max() == 1
    mapped = Painting(scenes, 30)(0)
    assert mapped.maps.shape == (30, 64, 64) and mapped.maps.max() < CLASSES
    silent = (mapped.maps == -1).all((1, 2))
    assert 0 < silent.sum() < 12 and (mapped.maps[~silent] >= 0).all()
    painter = SemanticPainter(CLASSES, sizes={"channels": (16,), "heads": 2})
    assert painter.loss(mapped, torch.Generator().manual_seed(0))[0].isfinite()
