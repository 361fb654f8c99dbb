"""The propositional planner: what is said of a board becomes a graph of states, and A* finds a way through it.

No picture is formed (Pylyshyn 1973). The words are those of the environment, or those in which a reader tells what it
sees. A* is networkx's (Hart, Nilsson & Raphael 1968).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Set
from typing import Any

import networkx as nx

from agents.planning.said import World, read_grid
from agents.planning.said_shapes import read_forms, read_room
from agents.planning.search import NO_PATH, OUT_OF_BUDGET
from agents.planning.searching import Planning

BUDGET = 200_000                                  # links of the graph
GOAL = "the goal"                                 # one node behind all that are
READERS = ((r"The (lake|maze|room|store) has (\d+) rows and (\d+) columns\.", read_grid),
           (r"The room is (\d+) steps wide", read_room), (r"The hole is ", read_forms))


class Propositional:
    """`describe` gives the words for an observation; by default, those that come with it. An action that did not bring
    what the words let expect is not tried again in its state."""

    name = "propositional"

    def __init__(self, describe: Callable[[dict[str, Any]], str] = lambda observation: observation["words"],
                 budget: int = BUDGET):
        self.describe, self.budget = describe, budget
        self.begin()

    def begin(self) -> None:
        self.ahead: list[tuple[int, Hashable]] = []           # actions, and the states they are to bring
        self.before: Hashable = None                           # the last action, its state, and what it was to bring
        self.done, self.expected = -1, None
        self.failed: set[tuple[Hashable, int]] = set()
        self.verdict, self.frames, self.plans = "", 0, 0

    def think(self, observation: dict[str, Any]) -> Planning:
        try:
            world = read(self.describe(observation))
        except ValueError as error:
            self.verdict = str(error)
            return None
        surprised = self.done >= 0 and world.start != self.expected
        if surprised:
            self.failed.add((self.before, self.done))
        if surprised or not self.ahead:
            self._plan(world)
        if not self.ahead:
            return None
        self.before, (self.done, self.expected) = world.start, self.ahead.pop(0)
        return self.done
        yield

    def _plan(self, world: World) -> None:
        graph, complete = graph_of(world, self.budget, self.failed)
        self.frames, self.plans = self.frames + graph.number_of_edges(), self.plans + 1
        self.ahead, self.verdict = [], "" if complete else OUT_OF_BUDGET
        if GOAL not in graph:
            self.verdict = self.verdict or NO_PATH
            return
        way = nx.astar_path(graph, world.start, GOAL, lambda state, _: 0 if state == GOAL else world.left(state))[:-1]
        self.ahead = [(graph.edges[link]["action"], link[1]) for link in zip(way, way[1:])]


def read(words: str) -> World:
    """The world that words tell of; ValueError if they tell of none that is known."""
    for pattern, comprehend in READERS:
        if found := re.search(pattern, words):
            return comprehend(words, found)
    raise ValueError(f"these words tell of no board that is known: {words[:60]!r}")


def graph_of(world: World, budget: int, failed: Set[tuple[Hashable, int]] = frozenset()) -> tuple[nx.DiGraph, bool]:
    """All states that can be reached without actions that `failed` in a state, linked by actions, and whether the
    budget of links sufficed for all of them; past it only what was reached so far is there, nearest states first."""
    graph, waiting, links = nx.DiGraph(), [world.start], 0
    graph.add_node(world.start)
    for state in waiting:
        if world.solved(state):
            graph.add_edge(state, GOAL, weight=0)
            continue
        if links >= budget:
            return graph, False
        for action, following in world.links(state):
            if (state, action) in failed:
                continue
            if following not in graph:
                waiting.append(following)
            if not graph.has_edge(state, following):
                graph.add_edge(state, following, weight=1, action=action)
                links += 1
    return graph, True
