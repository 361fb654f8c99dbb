"""The published stimuli, and how landmarks lie to one another."""

import csv
from math import hypot
from pathlib import Path

import numpy as np
import pytest

from envs.stimuli import geometry, published
from envs.stimuli.islands import render

HUMAN = Path(__file__).parents[2] / "experiments" / "human" / "kosslyn_ball_reiser_1978.csv"
LINE = {"hut": (.2, .5), "well": (.4, .53), "lake": (.6, .58), "tree": (.8, .5), "rock": (.1, .5)}


def on_land(island):
    return all(island.coast.contains(x, y, .03) for x, y in island.positions().values())


def test_kosslyn_distances_are_the_published_ones():
    with HUMAN.open() as file:
        people = [float(row["distance_cm"]) for row in csv.DictReader(file)]
    ours = sorted(20 * distance for distance in geometry.pairs(published.kosslyn_island().positions()).values())
    assert len(people) == len(ours) == 21
    assert np.abs(np.subtract(ours, sorted(people))).max() <= .19


def test_kosslyn_island_is_as_described():
    island = published.kosslyn_island()
    places = island.positions()
    assert min(places, key=lambda kind: places[kind][1]) == "rock"
    assert places["hut"][0] == min(x for x, _ in places.values())
    assert all(places[kind][1] > .7 for kind in ("hut", "well", "lake", "tree"))
    assert {landmark.size for landmark in island.landmarks} == {.10} and on_land(island)


def test_style_changes_the_drawing_and_nothing_else():
    for island in (published.kosslyn_island, published.denis_island):
        assert island(1).positions() == island(2).positions()
        assert not np.array_equal(render(island(1)), render(island(2)))


def test_denis_island_obeys_its_facts():
    rng = np.random.default_rng(0)
    island = published.denis_island()
    assert all(fact.distance(island.positions()) < 1e-9 for fact in published.denis_facts("good", rng))
    assert np.ptp(island.coast.radii) == 0 and on_land(island)


def test_denis_orders():
    rng = np.random.default_rng(0)
    good, random = published.denis_facts("good", rng), published.denis_facts("random", rng)
    assert [fact.kind for fact in good] == ["harbour", "lighthouse", "creek", "hut", "beach", "cave"]
    steps = np.diff([fact.bearing for fact in good]) % (2 * np.pi)
    assert (steps > 0).all() and steps.sum() < 2 * np.pi
    assert random != good and set(random) == set(good)
    with pytest.raises(ValueError, match="good and random"):
        published.denis_facts("best", rng)


@pytest.mark.parametrize("seed", range(8))
def test_distance_and_landmarks_passed_are_crossed(seed):
    island = published.intervening_island(seed)
    places = island.positions()
    assert len(places) <= 8 and on_land(island) and island == published.intervening_island(seed)
    assert min(geometry.pairs(places).values()) >= published.SIZE
    crossed = published.crossed_pairs(places)
    assert set(crossed) == {(level, count) for level in (.25, .45, .65) for count in (0, 1, 2)}
    assert len(set(crossed.values())) == 9
    for (level, count), (a, b) in crossed.items():
        assert abs(geometry.pairs(places)[a, b] - level) <= .03
        assert geometry.between(places, a, b) == geometry.between(places, b, a) == count


def test_between_counts_what_a_straight_scan_passes():
    assert geometry.between(LINE, "hut", "tree") == 1  # the well is .03 off the way, the lake .08, the rock behind
    assert geometry.between(LINE, "hut", "tree", corridor=.02) == 0
    assert geometry.between(LINE, "rock", "tree", corridor=.1) == 3
    assert geometry.between(LINE, "hut", "well") == 0


def test_neighbour_graph_links_near_neighbours():
    graph = geometry.neighbour_graph(LINE)
    assert {frozenset(edge) for edge in graph.edges} == {
        frozenset(edge) for edge in (("rock", "hut"), ("hut", "well"), ("well", "lake"), ("lake", "tree"))}
    assert geometry.links(LINE)["rock"]["tree"] == 4 and geometry.links(LINE)["hut"]["hut"] == 0


def test_neighbour_graph_by_definition():
    """Against Toussaint's definition, point by point, on random layouts."""
    for seed in range(10):
        places = dict(zip("abcdefgh", np.random.default_rng(seed).uniform(size=(8, 2)).tolist(), strict=True))
        graph = geometry.neighbour_graph(places)

        def apart(a, b, at=places):
            return hypot(at[a][0] - at[b][0], at[a][1] - at[b][1])

        for a in places:
            for b in set(places) - {a}:
                lune = any(apart(a, c) < apart(a, b) and apart(b, c) < apart(a, b) for c in set(places) - {a, b})
                assert graph.has_edge(a, b) == (not lune)
