"""Searches against networkx on random graphs, and against the exact solutions of the worlds."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planning_worlds import GraphWorld

from agents.planning.copies import Copies
from agents.planning.foreseeing import Outcome, think, think_together
from agents.planning.rehearsal import rehearse
from agents.planning.search import NO_PATH, OUT_OF_BUDGET, SOLVED, best_first, breadth_first
from agents.planning.searching import SEARCHES
from agents.planning.tree import tree_search
from envs.frozen_lake import FrozenLake, Lake
from envs.maze import MazeEnv
from envs.minibehavior import MiniBehaviorEnv
from envs.sokoban import SokobanEnv

seeds = st.integers(0, 10_000)
REAL = {"maze": lambda: MazeEnv(4), "room": lambda: MiniBehaviorEnv(4), "lake": lambda: FrozenLake(4, style="plain"),
        "store": lambda: SokobanEnv(5, 1)}


def searched(world, search, budget=500):
    return think(search(world, world.root(), budget))


@settings(max_examples=60, deadline=None)
@given(seeds, st.integers(4, 24), st.sampled_from([0.0, 0.5, 1.0]))
def test_plans_are_shortest_or_there_is_no_path(seed, nodes, share):
    world = GraphWorld(seed, nodes, share=share)
    for search in (breadth_first, best_first):
        plan = searched(world, search)
        if world.shortest is None:
            assert (plan.end, plan.actions) == (NO_PATH, ())
        else:
            assert plan.end == SOLVED and len(plan.actions) == world.shortest == len(plan.outcomes)
            assert world.replay(plan.actions) == world.goal == plan.outcomes[-1].state


@settings(max_examples=60, deadline=None)
@given(seeds, st.integers(4, 24), st.sampled_from([0.0, 1.0]))
def test_other_searches_find_a_way_if_there_is_one(seed, nodes, share):
    world = GraphWorld(seed, nodes, share=share)
    for search in (tree_search, SEARCHES["greedy"]):
        plan = searched(world, search, 5000)
        assert plan.end == (NO_PATH if world.shortest is None else SOLVED)
        if plan.actions:
            assert world.replay(plan.actions) == world.goal and len(plan.actions) >= world.shortest


@settings(max_examples=60, deadline=None)
@given(seeds, st.integers(3, 30))
def test_budgets_are_kept_and_the_best_so_far_is_told(seed, budget):
    world = GraphWorld(seed, 40, share=1.0)
    for search in SEARCHES.values():
        before = world.asked
        plan = searched(world, search, budget)
        assert plan.frames == world.asked - before <= budget
        if plan.end == OUT_OF_BUDGET:
            assert world.replay(plan.actions) not in world.traps
    with pytest.raises(ValueError, match="2 outcomes does not pay for one look at the 3 actions"):
        searched(world, breadth_first, 2)


def test_out_of_budget_is_the_nearest_state_seen():
    """A corridor of ten cells: with six outcomes, three cells are seen."""
    world = GraphWorld(0, 11, actions=2, share=1.0)
    world.traps, world.following = set(), np.array([[max(node - 1, 0), min(node + 1, 10)] for node in range(11)])
    world.left = {node: 10 - node for node in range(11)}
    plan = searched(world, breadth_first, 6)
    assert (plan.end, plan.actions, plan.frames) == (OUT_OF_BUDGET, (1, 1, 1), 6)


def test_a_true_estimate_saves_work():
    blind, knowing = (sum(searched(GraphWorld(seed, 60, share=share), best_first).frames for seed in range(20))
                      for share in (0.0, 1.0))
    assert knowing < 0.7 * blind


@pytest.mark.parametrize("name", SEARCHES)
def test_a_cohort_is_answered_at_once_and_as_each_alone(name):
    world, search = GraphWorld(3, 60), partial(SEARCHES[name], budget=400)
    roots = [world.outcome(node) for node in (0, 5, 9, 5)]
    alone = [think(search(world, root)) for root in roots]
    world.calls = 0
    together = think_together([search(world, root) for root in roots])
    assert [(plan.actions, plan.end, plan.frames) for plan in together] == [
        (plan.actions, plan.end, plan.frames) for plan in alone]
    assert world.calls == max(plan.rounds for plan in alone) < sum(plan.rounds for plan in alone)


@pytest.mark.parametrize("name", REAL)
def test_the_worlds_themselves_are_searched_to_their_exact_solutions(name):
    env = REAL[name]()
    for seed in range(2):
        picture, _ = env.reset(seed=seed)
        model = Copies(env)
        plan = think(breadth_first(model, model.root({"picture": picture}), 20_000))
        assert plan.end == SOLVED and len(plan.actions) == len(env.board.solve())
        rewards = [env.step(action)[1] for action in plan.actions]
        assert rewards[-1] == 1 and sum(rewards) == 1


def test_a_world_without_a_way_is_seen_through_and_said_to_have_none():
    env = SokobanEnv(5, 1)
    env.reset(seed=0)
    env.state = (env.state[0], frozenset({(1, 1)})) if env.state[0] != (1, 1) else (env.state[0], frozenset({(3, 3)}))
    corner = next(iter(env.state[1]))
    assert corner in env.board.floor and (corner not in env.board.targets) and env.board.solve(env.state) is None
    model = Copies(env)
    for search in SEARCHES.values():
        plan = think(search(model, model.root({"picture": env.board.draw(env.state)}), 20_000))
        assert (plan.end, plan.actions) == (NO_PATH, ())


class Slippery:
    """A lake of slippery ice, each outcome of an action in turn: three samples are exact."""

    actions = 4

    def __init__(self, rows):
        self.lake, self.source = Lake(rows), self

    def outcome(self, state):
        return Outcome(state, state, float(self.lake.solved(state)), self.lake.over(state))

    def expand(self, branches):
        return [self.outcome(self.lake.after(state, (action + number % 3 - 1) % 4))
                for number, (state, action) in enumerate(branches)]


def test_rehearsal_is_dynamic_programming_when_samples_are_exact():
    model = Slippery(("SFFF", "FHFH", "FFFH", "HFFG"))
    policy = think(rehearse(model, model.outcome(0), 5000, samples=3, horizon=100))
    assert policy.complete and policy.chance == pytest.approx(model.lake.chances(100)[100][0])
    assert policy.chance == pytest.approx(.7442, abs=1e-4)          # published
    assert policy.frames == 11 * 4 * 3                              # the states that are not the end
    cut_short = think(rehearse(model, model.outcome(0), 60, samples=3))
    assert not cut_short.complete and cut_short.frames == 60 and len(cut_short.actions) == 5
    with pytest.raises(ValueError, match="11 outcomes does not pay for 3 of each of 4 actions"):
        think(rehearse(model, model.outcome(0), 11, samples=3))
