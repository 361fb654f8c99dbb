"""Planning in words: what is said is comprehended, and ways through it are as short as any."""

import networkx as nx
import numpy as np
import pytest
from planning_worlds import ROOM, episode

from agents.planning.foreseeing import think
from agents.planning.propositional import GOAL, Propositional, graph_of, read
from agents.planning.said import places
from agents.planning.search import NO_PATH, OUT_OF_BUDGET
from envs.board import say_all
from envs.form_board import FormBoardEnv
from envs.frozen_lake import FrozenLake
from envs.maze import MazeEnv
from envs.minibehavior import MiniBehaviorEnv
from envs.rooms import Room, RoomEnv
from envs.sokoban import SokobanEnv

GRIDS = {"maze": lambda: MazeEnv(6), "room": lambda: MiniBehaviorEnv(6), "lake": lambda: FrozenLake(6, style="plain"),
         "store": lambda: SokobanEnv(6, 1)}


@pytest.mark.parametrize("name", GRIDS)
@pytest.mark.parametrize("seed", range(3))
def test_grids_are_solved_by_a_shortest_way(name, seed):
    env, agent = GRIDS[name](), Propositional()
    observation = env.reset(seed=seed)
    assert episode(agent, env, observation) == (len(env.board.solve()), 1)
    assert agent.plans == 1 and agent.verdict == ""


@pytest.mark.parametrize("name", GRIDS)
def test_estimates_never_exceed_the_truth(name):
    env = GRIDS[name]()
    _, info = env.reset(seed=5)
    world = read(info["description"])
    graph, complete = graph_of(world, 50_000)
    left = nx.shortest_path_length(graph, target=GOAL, weight="weight")
    assert complete and all(world.left(state) <= far for state, far in left.items() if state != GOAL)


def test_places_are_read_as_they_are_said():
    for said in (set(), {(0, 1)}, {(0, 1), (0, 4), (2, 0)}):
        assert places(say_all(said)) == said


def test_rooms_of_rectangles_are_solved():
    env, agent = RoomEnv(board=ROOM), Propositional()
    steps, reward = episode(agent, env, env.reset(), most=120)
    assert reward == 1 and steps <= len(env.board.solve()) + 6      # words do not tell how exactly it must fit


def test_a_room_is_taken_for_what_the_pixels_say():
    """Where a rectangle is said to touch nothing, the world lets it be, and the other way round, edges apart."""
    room = Room.read(ROOM)
    told = read(room.describe(room.start))
    assert (told.start, told.goal) == (room.start, room.goal)
    agree = told._possible == room.poses.possible
    assert agree.mean() > 0.97 and told._possible.mean() == pytest.approx(room.poses.possible.mean(), abs=0.03)


def test_rectangles_fill_their_hole():
    env, agent = FormBoardEnv(dial=0.), Propositional()
    for seed in range(2):
        steps, reward = episode(agent, env, env.reset(seed=seed))
        assert reward == 1 and steps <= len(env.board.solve()) + 8  # half a turn more, at most


def test_what_does_not_come_about_is_not_tried_again():
    """The words hide a wall: the agent bumps into it once, and goes another way."""
    env = MazeEnv(board=["#####", "#S#G#", "# # #", "#   #", "#####"])
    agent = Propositional(lambda observation: observation["words"].replace(
        "to the right of row 1, column 1", "to the right of nowhere"))
    assert episode(agent, env, env.reset()) == (4, 1) and agent.plans == 2


def test_no_path_budgets_and_other_words_are_said():
    words = ("The lake has 2 rows and 2 columns. You are in row 1, column 1. The goal is in row 2, column 2. There are "
             "holes in row 1, column 2; row 2, column 1. All else is ice.")
    agent = Propositional()
    assert think(agent.think({"words": words})) is None and agent.verdict == NO_PATH
    small = Propositional(budget=3)
    open_lake = FrozenLake(6, style="plain", board=["SFFFFF"] + ["FFFFFF"] * 4 + ["FFFFFG"]).reset()[1]["description"]
    assert think(small.think({"words": open_lake})) is None and small.verdict == OUT_OF_BUDGET
    other = Propositional()
    assert think(other.think({"words": "It rains."})) is None
    assert other.verdict == "these words tell of no board that is known: 'It rains.'"
    assert think(other.think({"words": "The lake has 3 rows and 3 columns. It is cold."})) is None
    assert "it is not said where you are" in other.verdict


def test_forms_are_told_apart_by_their_sides():
    env = FormBoardEnv(dial=0.)
    _, info = env.reset(seed=3)
    world = read(info["description"])
    assert world._likest == int(np.argmax(env.board.fits.max(1)))
