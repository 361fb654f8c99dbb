"""Structural descriptions: no turn changes them, and mirror figures are told apart, of every family."""

import networkx as nx
import numpy as np
import pytest

from agents.description import Match, chain, match, mirrored, outline
from envs.stimuli import blocks, polygons
from envs.stimuli.figures import LETTERS, Letter
from envs.stimuli.turns import PLANE, UPRIGHT, random_turn, rotation
from experiments.upbringing.jointed import joints
from imagery.outline import vertices

L_SHAPE = np.array([(0, 0), (1, 0), (1, 2), (2, 2), (2, 3), (0, 3)]) / 4
BENT = np.array([(0, 0, 0), (2, 0, 0), (2, 1, 0), (2, 1, 1), (3, 1, 1)])


def described(figure, turn=UPRIGHT):
    return outline(vertices(figure.draw(turn)))


def hands(first, second):
    """By how much a description differs from another, and from that of the other's mirror figure."""
    return match(first, second).unlikeness, match(first, mirrored(second)).unlikeness


def test_an_outline_in_numbers():
    found = outline(L_SHAPE)
    assert nx.is_directed(found) and len(found) == found.size() == 6
    assert np.allclose([found.nodes[k]["turn"] for k in range(6)], np.pi / 2 * np.array((1, 1, -1, 1, 1, 1)))
    assert np.allclose([found.edges[k, (k + 1) % 6]["length"] for k in range(6)], np.array((1, 2, 1, 1, 2, 3)) / 10)


def test_no_turn_no_size_and_no_place_to_begin_changes_an_outline():
    turned = np.roll(L_SHAPE, 2, 0) @ rotation(PLANE, 77)[:2, :2].T * 3 + 5
    found = match(outline(L_SHAPE), outline(turned))
    assert found.unlikeness < 1e-9 and sorted(found.parts) == [(k, (k + 2) % 6) for k in range(6)]
    assert match(outline(L_SHAPE), mirrored(outline(turned))).unlikeness > .1
    assert match(mirrored(outline(L_SHAPE)), mirrored(outline(turned))).unlikeness < 1e-9
    assert match(mirrored(outline(L_SHAPE)), outline((L_SHAPE * (-1, 1))[::-1])).unlikeness < 1e-9


def test_a_corner_that_only_one_has_costs_what_it_stands_out():
    more = np.insert(L_SHAPE, 5, (1 / 4, 3.04 / 4), axis=0)
    found = match(outline(L_SHAPE), outline(more))
    assert 0 < found.unlikeness < .1 and len(found.parts) == 6
    assert match(outline(more), outline(L_SHAPE)).unlikeness == pytest.approx(found.unlikeness)


@pytest.mark.parametrize("vertices_", polygons.VERTICES)
def test_polygons_are_told_from_their_mirror_images(vertices_):
    rng = np.random.default_rng(vertices_)
    for number in range(5):
        figure = polygons.figure("test", vertices_, number)
        same, mirror = hands(described(figure), described(figure, rotation(PLANE, rng.uniform(-180, 180))))
        assert same < .5 * mirror


@pytest.mark.parametrize("letter", LETTERS["test"])
def test_letters_are_told_from_their_mirror_images(letter):
    rng = np.random.default_rng(ord(letter))
    for figure in (Letter(letter), Letter(letter).mirror()):
        for angle in rng.uniform(-180, 180, 3):
            same, mirror = hands(described(figure), described(figure, rotation(PLANE, angle)))
            assert same < .8 * mirror


def test_a_chain_in_numbers():
    found = chain(BENT)
    assert not nx.is_directed(found) and found.size() == 4
    assert np.allclose([found.edges[k, k + 1]["length"] for k in range(4)], np.array((2, 1, 1, 1)) / 5)
    assert found.edges[1, 2]["twist"] == pytest.approx(np.pi / 2)
    assert mirrored(found).edges[1, 2]["twist"] == pytest.approx(-np.pi / 2)
    assert found.edges[1, 2]["twist"] > 0                                                     # as it was


@pytest.mark.parametrize("cubes", blocks.CUBES)
def test_every_block_figure_is_told_from_its_mirror_figure_by_its_joints(cubes):
    rng = np.random.default_rng(cubes)
    for split in ("training", "validation", "test"):
        for figure in blocks.figures(split, cubes):
            first = chain(joints(figure, random_turn(rng)))
            same, mirror = hands(first, chain(joints(figure, random_turn(rng))[::rng.choice((1, -1))]))
            assert same < 1e-6 < .05 < mirror
            mirror, same = hands(first, chain(joints(figure.mirror(), random_turn(rng))))
            assert same < 1e-6 < .05 < mirror


def test_what_is_no_better_than_enough_is_not_found():
    whole = outline(L_SHAPE)
    assert match(whole, mirrored(whole), .01) == Match(.01)
    assert match(chain(BENT), mirrored(chain(BENT)), .01) == Match(.01)


def test_what_cannot_be_described_or_compared():
    with pytest.raises(ValueError, match="encloses nothing"):
        outline(L_SHAPE[:2])
    with pytest.raises(ValueError, match="a place of its own"):
        chain(np.zeros((5, 3)))
    assert match(outline(L_SHAPE), nx.DiGraph()) == match(outline(L_SHAPE), chain(BENT)) == Match(np.inf)
