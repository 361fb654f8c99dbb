"""Places without a picture: laid over one another however they are turned, but not mirrored."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from envs.stimuli import blocks, polygons
from envs.stimuli.turns import random_turn
from experiments.upbringing.jointed import joints
from imagery import operations as op
from imagery.mind import ROTATION_STEP, Mind, Person
from imagery.outline import vertices
from imagery.places import ALONG, ON_PART, Places, centred, turn_between

FLAT = centred(vertices(polygons.figure("test", 8).draw(np.eye(3))), flat=True)
SOLID = centred(joints(blocks.figures("test", 9)[0], random_turn(np.random.default_rng(0))), flat=False)


def off(first, second):
    """How far places are from the nearest of others once they are laid over them, at most."""
    return first.turned(turn_between(first, second)).away(second).max()


@pytest.mark.parametrize("degrees", [0., 30., -100., 179.])
def test_the_turn_is_found(degrees):
    for places, axis in ((FLAT, (0, 0, 1)), (SOLID, (0, 1, 0)), (SOLID, (.6, 0, .8))):
        turn = degrees * np.array(axis)
        other = places.turned(turn)
        apart = Rotation.from_rotvec(turn_between(places, other), degrees=True) * Rotation.from_rotvec(
            -turn, degrees=True)
        assert np.rad2deg(apart.magnitude()) < 1e-4 and off(places, other) < 1e-6


def test_any_corner_and_either_end_may_come_first():
    turned = FLAT.turned(np.array((0, 0, 70.)))
    assert off(FLAT, Places(np.roll(turned.at, 3, 0), True)) < 1e-6
    assert off(SOLID, Places(SOLID.turned(np.array((0, 40., 0))).at[::-1], False)) < 1e-6


@pytest.mark.parametrize("places", [FLAT, SOLID], ids=["flat", "solid"])
def test_mirror_figures_do_not_fit_but_lie_as_far_out(places):
    mirrored = places.mirrored()
    assert off(places, mirrored) > 0.02 and off(mirrored, mirrored.turned(np.array((0, 0, 50.)))) < 1e-6
    assert np.allclose(mirrored.mirrored().at, places.at)
    assert np.allclose(places.outlying(), mirrored.turned(np.array((0, 0, 20.))).outlying(), atol=1e-6)
    assert np.abs(FLAT.outlying() - SOLID.outlying()).max() > 0.02


def test_outlines_close_and_chains_do_not():
    assert len(FLAT.parts()) == len(FLAT.at) and len(SOLID.parts()) == len(SOLID.at) - 1
    last = FLAT.parts()[-1].at
    assert len(last) == ON_PART and np.allclose(last[[0, -1]], FLAT.at[[-1, 0]])
    assert FLAT.along(2).shape == (ALONG, 3) and np.allclose(FLAT.along(2)[0], FLAT.at[2])
    assert not centred(np.empty((0, 2)), True).outlying().any()


def test_the_mind_turns_places_by_a_step_at_most_and_they_do_not_fade():
    mind = Mind([Person(), Person()])
    found = mind.perform([op.Turn(FLAT, np.array((0, 0, 90.))), op.Turn(SOLID, np.array((0, 2., 0)))])
    assert np.allclose(found[0].at, FLAT.turned(np.array((0, 0, ROTATION_STEP))).at)
    assert np.allclose(found[1].at, SOLID.turned(np.array((0, 2., 0))).at)
    [left, _] = mind.perform([op.Align(found[0], FLAT), None])
    assert np.allclose(left, (0, 0, -ROTATION_STEP), atol=1e-5)
