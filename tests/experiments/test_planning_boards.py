"""Boards of the benchmark of planning: as many as published, new to every model, and a user's own."""

import json

import numpy as np
import pytest

from envs.frozen_lake import Lake
from envs.sokoban import test_boards as fixed_boards
from experiments.planning.boards import (
    DIAL,
    FORMS,
    IMAGINATIONS,
    LARGER,
    PROTOCOL,
    PUBLISHED,
    TESTED,
    Setting,
    ice,
    own_settings,
    settings,
)
from experiments.upbringing.walks import SLIP, draw_boards, grids
from experiments.upbringing.walks_recipes import JUDGED, WALKS_RECIPES, WORLD


def found(condition, **about):
    return [each for each in settings(250, 3, 5) if each.condition == condition
            and all(getattr(each, name) == value for name, value in about.items())]


def test_there_are_as_many_boards_as_published():
    counts = {(each.world, each.size): each.count for each in found(PROTOCOL)}
    assert counts == {(world, size): count for world, sizes in PUBLISHED.items() for size, count in sizes.items()}
    assert counts["MiniBehavior", 5] == 204 and counts["MiniBehavior", 6] == 199 and len(counts) == 10
    assert {each.count for each in settings(50, 3, 5) if each.condition == PROTOCOL} == {50}


def test_everything_asked_for_is_there():
    assert {each.size for each in found("larger", world="Maze")} == set(LARGER) == {7, 8, 9, 10, 11, 12}
    assert all(dict(each.given)["style"] == "chalk" for each in found("chalk")) and len(found("chalk")) == 3
    assert {(each.world, each.size) for each in found("dial")} == {(world, dial) for world in FORMS for dial in DIAL}
    assert all(len(found(each)) >= 3 for each in IMAGINATIONS)
    assert found("test set")[0].case(3, 0).board == fixed_boards(4)[3] == found("test set")[0].case(3, 9).board


def test_no_seed_is_one_that_a_model_learns_from():
    assert all(recipe.data_seed + 10 < JUDGED + recipe.data_seed + 10 < TESTED for recipe in WALKS_RECIPES.values())
    setting, = found(PROTOCOL, world="Maze", size=6)
    learned = set(draw_boards(grids((6,))["maze"], 60, WORLD + 1))
    assert not learned & {setting.case(index, 0).board for index in range(60)}


def test_boards_are_the_same_under_all_conditions_and_differ_by_seed():
    settings_ = [each for each in settings(250, 3, 5) if (each.world, each.size) == ("FrozenLake", 5)]
    assert len(settings_) == 5
    assert len({each.case(2, 0).board for each in settings_}) == 1
    assert settings_[0].case(2, 0).board != settings_[0].case(2, 1).board != settings_[0].case(3, 1).board


def test_cases_know_how_far_it_is():
    case, = (each.case(0, 0) for each in found(PROTOCOL, world="Maze", size=4))
    way, state = case.board.solve(), case.board.start
    for left in range(len(way), 0, -1):
        assert case.far(state) == left
        state = case.board.after(state, way[len(way) - left])
    assert case.far(state) == 0


def test_ice_is_gymnasiums_own():
    small, large = ice("4x4", 7), ice("8x8", 7)
    assert [each.env(each.case(0, 0).board).limit for each in (small, large)] == [100, 200]
    assert small.slippery and small.numbers == tuple(range(SLIP, SLIP + 4)) and small.count == 7
    assert small.case(0, 0).board.rows == ("SFFF", "FHFH", "FFFH", "HFFG")


def test_actions_are_in_the_models_numbers():
    assert Setting("MiniBehavior", 5, PROTOCOL, 1).numbers == tuple(range(6))
    assert Setting("FormBoard", 0.5, "dial", 1).numbers == tuple(range(6, 14))


def test_own_boards_may_have_no_path():
    setting, = own_settings(json.dumps([["SFF", "FFF", "FFG"], ["SHF", "HHF", "GFF"]]))
    assert setting.count == 2 and setting.case(0, 5).board == Lake(("SFF", "FFF", "FFG"))
    case = setting.case(1, 0)
    assert np.isinf(case.far(case.board.start)) and setting.env(case.board).reset()[0].shape == (64, 64, 3)


BAD = {"[": "cannot be read as JSON", "{}": "a list of FrozenLake maps", "[]": "a list of FrozenLake maps",
       "3": "a list of Frozen",
       '[["SFG", "FFF"]]': "board 1 is 2 x 3; boards are square", '[["SG", "FF"], "SG"]': "board 2: a lake is a list",
       '[["SX", "FG"]]': "row 1 is 'SX'", '[["SF", "FF"]]': "has 'G' once; here it is there 0 times",
       '[["SS", "FG"]]': "has 'S' once", '[["SF", "G"]]': "row 2 is 'G'", '[[1, 2]]': "row 1 is 1",
       json.dumps([["S" + 12 * "F"] + ["F" * 13] * 11 + ["F" * 12 + "G"]]): "at most 12 cells"}


@pytest.mark.parametrize("text", BAD, ids=lambda text: text[:20])
def test_malformed_boards_are_refused(text):
    with pytest.raises(ValueError, match=BAD[text]):
        own_settings(text)
