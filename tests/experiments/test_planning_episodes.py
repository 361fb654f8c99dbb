"""Episodes of the benchmark of planning: what is counted, and what is kept of them."""

import pytest

from agents.planning.search import NO_PATH, OUT_OF_BUDGET
from experiments.planning.agents import Minds, Seat
from experiments.planning.boards import PROTOCOL, Case, Setting, own_settings
from experiments.planning.episodes import COLUMNS, make, play, progress, rows

MAPS = '[["SFF", "FFF", "HFG"], ["SFFF", "HHHF", "FFFF", "FFFG"], ["SHG", "HHF", "FFF"]]'
LEFT, DOWN, RIGHT, UP = range(4)


class Scripted:
    """Means to do one thing and does another; foresees so many outcomes before each act."""

    def __init__(self, planned, done, frames=0):
        self.planned, self.done, self.each = planned, iter(done), frames
        self.verdict, self.frames, self.plans = "", 0, 1

    @property
    def ahead(self):
        return [(action, None) for action in self.planned[1:]]

    def think(self, observation):
        assert set(observation) == {"picture", "words"} and observation["words"].startswith("The lake")
        self.frames += self.each
        return next(self.done, None)
        yield


@pytest.fixture
def seats():
    setting, = own_settings(MAPS)
    cases = [setting.case(index, 0) for index in range(setting.count)]
    return [Seat(setting, case, setting.env(case.board), index, 0, 30, Minds()) for index, case in enumerate(cases)]


def told(agent, seat):
    """Rows by condition."""
    return {row["condition"]: row for row in rows("scripted", [seat], [agent], play([agent], [seat]))}


def test_a_plan_is_judged_as_published_and_the_deeds_honestly(seats):
    good, detour = [RIGHT, RIGHT, DOWN, DOWN], [RIGHT, LEFT, RIGHT, RIGHT, DOWN, DOWN]
    found = told(Scripted(good, good), seats[0])
    for row in found.values():
        assert (row["success"], row["exact"], row["progress"], row["steps"], row["optimal"]) == (1, 1, 1, 4, 4)
    assert set(found) == {"published", "honest"} and all(set(row) == set(COLUMNS) for row in found.values())
    found = told(Scripted(detour, detour), seats[0])
    assert (found["honest"]["success"], found["honest"]["exact"], found["honest"]["progress"]) == (1, 0, 0.25)
    assert (found["published"]["success"], found["published"]["steps"]) == (0, 4)       # no more steps are given
    meant = told(Scripted(good, detour), seats[0])
    assert meant["published"]["exact"] == 1 and meant["honest"]["exact"] == 0


def test_holes_and_giving_up_are_no_success(seats):
    drowned = told(Scripted([DOWN, DOWN], [DOWN, DOWN]), seats[0])
    assert [(row["success"], row["progress"], row["steps"]) for row in drowned.values()] == [(0, 0.25, 2)] * 2
    idle = told(Scripted([], []), seats[0])["honest"]
    assert (idle["success"], idle["steps"], idle["ticks"], idle["progress"]) == (0, 0, 0, 0)


def test_deliberation_is_on_the_clock(seats):
    way = [RIGHT, RIGHT, DOWN, DOWN]
    found = told(Scripted(way, way, frames=5), seats[0])
    assert found["honest"]["ticks"] == found["honest"]["frames"] + 4 == 24
    assert (found["published"]["frames"], found["published"]["ticks"]) == (5, 9)        # of the first thought
    assert 0 <= found["published"]["seconds"] <= found["honest"]["seconds"]


def test_who_plans_for_ever_is_stopped_and_it_is_said(seats):
    found = told(Scripted([RIGHT], [LEFT] * 99, frames=20), seats[0])["honest"]
    assert (found["verdict"], found["steps"], found["frames"]) == (OUT_OF_BUDGET, 4, 100)
    assert told(Scripted([RIGHT], [LEFT] * 120), seats[0])["honest"]["steps"] == 100    # the world's own limit


def test_progress_ends_with_the_first_wrong_step(seats):
    case = seats[0].case
    assert progress(case, [0]) == 0 and progress(case, [0, 1, 2, 5, 8]) == 1
    assert progress(case, [0, 1, 0, 1, 2, 5, 8]) == 0.25 and progress(case, [0, 0, 1]) == 0


@pytest.mark.parametrize("name, verdict", [("oracle", NO_PATH), ("propositional", NO_PATH), ("random", "")])
def test_planners_on_boards_with_and_without_a_path(name, verdict, seats):
    agents, spent = make(name, seats)
    found = rows(name, seats, agents, play(agents, seats, spent))
    assert [row["size"] for row in found] == [3, 3, 4, 4, 3] and found[-1]["condition"] == "honest"
    assert found[-1]["verdict"] == verdict and found[-1]["success"] == 0 and found[-1]["optimal"] == float("inf")
    assert [row["exact"] for row in found[:4]] == ([1] * 4 if verdict else [0] * 4)


def test_one_thinks_as_alone(seats):
    """Ticks, steps and verdicts of a cohort are those of each planner by itself."""
    setting = Setting("Maze", 4, PROTOCOL, 3, (("size", 4),))

    def seated(index):
        case = Case(setting.case(index, 0).board)
        return Seat(setting, case, setting.env(case.board), index, 0, 30, Minds())

    together = [seated(index) for index in range(3)]
    agents, _ = make("propositional", together)
    found = rows("propositional", together, agents, play(agents, together))
    for index in range(3):
        agents, _ = make("propositional", [alone := seated(index)])
        one = rows("propositional", [alone], agents, play(agents, [alone]))
        assert [{**row, "seconds": 0} for row in one] == [{**row, "seconds": 0} for row in
                                                          found[2 * index:2 * index + 2]]
