"""What is concluded from trials of planning, on tables whose answer is known."""

import numpy as np
import pandas as pd
import pytest

from experiments.planning.analysis import curve, dial, frontier, no_path, slippery, spl, summary, wilson
from experiments.planning.boards import ice
from experiments.planning.episodes import COLUMNS


def trials(**columns):
    """Trials of an agent that goes the shortest way, but for what is told otherwise."""
    count = max(len(value) for value in columns.values() if isinstance(value, list))
    usual = {"agent": "imagery", "world": "Maze", "size": 4.0, "board": range(count), "success": 1, "exact": 1,
             "progress": 1.0, "steps": 6.0, "optimal": 6.0, "frames": 10.0, "ticks": 16.0, "seconds": 0.1,
             "condition": "honest", "plans": 1, "verdict": ""}
    return pd.DataFrame({**usual, **columns}, index=range(count))[COLUMNS]


def test_intervals_are_wilsons():
    assert wilson(0, 10) == pytest.approx((0, 0.2775), abs=1e-4) and wilson(0, 0) == (None, None)
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)         # Newcombe 1998, Table I


def test_longer_ways_count_for_less():
    assert spl(trials(success=[1, 1, 0], steps=[6.0, 12.0, 6.0])) == pytest.approx((1 + 0.5 + 0) / 3)


def test_the_frontier_is_of_those_whom_nobody_surpasses_for_as_little():
    every = pd.concat([trials(agent="cheap", success=[1, 0, 0, 0], frames=1.0),
                       trials(agent="waste", success=[1, 1, 0, 0], frames=50.0),
                       trials(agent="good", success=[1, 1, 1, 0], frames=20.0),
                       trials(agent="oracle", success=[1, 1, 1, 1], frames=0.0)])
    assert {each["agent"]: each["best"] for each in frontier(every)} == {"cheap": True, "waste": False, "good": True}


def test_the_optimum_on_slippery_ice_is_exact():
    given = [ice("4x4", 200), ice("8x8", 200)]
    hits = [1] * 149 + [0] * 51
    every = pd.concat([trials(success=hits, condition="slippery", size=size, world="FrozenLake") for size in (4, 8)])
    four, eight = slippery(every, given)
    assert (four["optimum"], eight["optimum"]) == pytest.approx((0.7442, 0.9132), abs=5e-5)     # published
    assert (four["chance"], eight["chance"]) == pytest.approx((0.0139, 0.0019), abs=5e-5)
    assert four["reached"] and not eight["reached"] and four["success"] == 0.745


@pytest.mark.parametrize("ahead, overtakes", [(1.0, 0.5), (-1.0, None)])
def test_where_imagery_overtakes_words(ahead, overtakes):
    rng, parts = np.random.default_rng(0), []
    for size in (0.0, 0.5, 1.0):
        words = (rng.random(60) < 0.5 - 0.4 * ahead * (size - 0.25)).astype(int).tolist()
        images = (rng.random(60) < 0.5 + 0.4 * ahead * (size - 0.25)).astype(int).tolist()
        parts += [trials(agent=agent, success=success, size=size, condition="dial", world="Room")
                  for agent, success in (("imagery", images), ("propositional", words))]
    found, = dial(pd.concat(parts), seed=0)
    assert found["world"] == "Room" and [each["dial"] for each in found["differences"]] == [0, 0.5, 1]
    assert (found["overtakes"] in (0.5, 1.0)) if overtakes else found["overtakes"] is None
    last = found["differences"][-1]
    assert last["low"] <= last["more"] <= last["high"] and (last["more"] > 0) == (ahead > 0)


def test_a_summary_leaves_out_boards_without_a_path_and_names_them():
    every = trials(success=[1, 1, 0, 0], optimal=[6.0, 6.0, 6.0, np.inf], exact=[1, 0, 0, np.nan],
                   progress=[1.0, 0.5, 0.0, np.nan], verdict=["", "", "", "no path"])
    found = summary(every, [])
    cell, = found["cells"]
    assert (cell["boards"], cell["success"], cell["exact"], cell["progress"]) == (3, 2 / 3, 1 / 3, 0.5)
    assert cell["low"] < 2 / 3 < cell["high"]
    assert found["no_path"] == no_path(every) == [{"board": 3, "said": {"imagery": "no path"}}]
    effects = {effect["name"]: effect for effect in found["effects"]}
    assert effects["exact match, Maze"]["measured"] == 1 / 3 and effects["progress rate, Maze"]["measured"] == 0.5


def test_published_numbers_stand_beside_what_they_are_compared_with():
    found = summary(trials(success=[1, 0], condition="published", world="FrozenLake"), [])["effects"]
    beside = {effect["name"]: effect["published"] for effect in found}
    assert (beside["exact match, FrozenLake"], beside["progress rate, FrozenLake"]) == (0.916, 0.932)
    assert beside["success, FrozenLake"] is None
    assert all(effect["published"] is None for effect in summary(trials(success=[1, 0]), [])["effects"])


def test_curves_run_by_size():
    cells = summary(pd.concat([trials(success=[1, 0], size=size) for size in (6.0, 3.0, 5.0)]), [])["cells"]
    assert [cell["size"] for cell in curve(cells, lambda cell: True)["imagery"]] == [3, 5, 6]
