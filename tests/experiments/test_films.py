"""Films that the video planner's model learns from, and its recipe at its smallest."""

import numpy as np
import pytest
import torch

from envs.maze import MazeEnv
from experiments.upbringing import films_recipes
from experiments.upbringing.films import ASTRAY, Films, beginning, film_kinds, way
from experiments.upbringing.films_recipes import FILMS_RECIPES, leads, solved
from experiments.upbringing.recipe import PRESETS, Recipe
from experiments.upbringing.recipes import RECIPES
from experiments.upbringing.scenes import pictures_to_tensor
from experiments.upbringing.walks import Kind, Walks, draw_boards, grids
from experiments.upbringing.walks_recipes import JUDGED, WORLD
from imagery.models.film import NO_DEED
from imagery.training import fit


def films(frames=8, seed=5, batch=24):
    return Films(film_kinds((3, 4)), 12, batch, seed, frames, jobs=1)


def same(one, other):
    return all(a.equal(b) for a, b in zip(vars(one).values(), vars(other).values()))


def test_batches_depend_on_the_step_alone():
    batches = films()
    first = batches(3)
    batches(4)
    assert same(batches(3), first) and not same(batches(4), first) and same(films()(3), first)


def test_batches_are_as_they_are_said_to_be():
    batch = films()(0)
    assert batch.film.shape == (24, 8, 3, 64, 64) and batch.first.shape == batch.goal.shape == (24, 3, 64, 64)
    assert batch.film.abs().max() <= 1 and batch.deeds.shape == (24, 8)
    long = (batch.deeds != NO_DEED).sum(1)
    whole = torch.cat([batch.first[:, None], batch.film], 1)
    assert long.min() > 0 and set(batch.shown.tolist()) == {0.0, 1.0}
    for pictures, deeds, count in zip(whole, batch.deeds, long.tolist()):
        moves = (pictures[1:] != pictures[:-1]).flatten(1).any(1)
        assert moves.tolist() == (deeds != NO_DEED).tolist() == [True] * count + [False] * (8 - count)
    shown = batch.shown == 1
    assert batch.film[shown, -1].equal(batch.goal[shown]) and not batch.goal[~shown].add(1).any()


def test_films_show_shortest_ways():
    """Of one maze, drawn anew."""
    batches = Films({"maze": Kind((MazeEnv(3),))}, 1, 16, 2, 4, jobs=1)
    board, numbers, batch = batches.boards[0][0], {}, batches(1)
    for row in range(3):
        for column in range(3):
            numbers[pictures_to_tensor(board.draw((row, column))[None]).numpy().tobytes()] = (row, column)
    for first, film, deeds, shown in zip(batch.first, batch.film, batch.deeds, batch.shown):
        state = numbers[first[None].numpy().tobytes()]
        best = board.solve(state)
        done = [deed for deed in deeds.tolist() if deed != NO_DEED]
        assert tuple(done) == best[:len(done)] and (shown or len(done) == min(4, len(best)))
        for deed, picture in zip(done, film):
            state = board.after(state, deed)
            assert numbers[picture[None].numpy().tobytes()] == state


def test_ways_begin_astray_and_are_cut():
    board, = draw_boards(Kind((MazeEnv(6),)), 1, 3)
    starts = {beginning(board, np.random.default_rng(seed)) for seed in range(40)}
    assert 3 < len(starts) and not any(board.over(start) for start in starts) and ASTRAY > 1
    states, deeds = way(board, board.start)
    assert len(states) == len(deeds) + 1 and board.solved(states[-1])
    batch = Films({"maze": Kind((MazeEnv(6),))}, 4, 24, 3, 2, jobs=1)(0)
    assert batch.film.shape[1] == 2 and ((batch.deeds != NO_DEED).sum(1) == 2).any()


def test_worlds_are_those_published_and_boards_those_of_the_world_model():
    kinds = film_kinds()
    assert set(kinds) == {"lake", "maze", "room"} and not any(kind.slippery for kind in kinds.values())
    pool = Films(film_kinds((3, 4)), 12, 1, WORLD, 8, jobs=1).boards
    assert pool[1] == Walks(grids((3, 4)), 16, 1, WORLD, jobs=1).boards[1]
    judged = draw_boards(film_kinds((3, 4))["maze"], 4, WORLD + JUDGED + 1)
    assert judged != pool[1]


# ---- the recipe -----------------------------------------------------------------------------------------------------

def test_the_recipe_learns_and_is_judged():
    recipe = FILMS_RECIPES["film"]
    assert isinstance(recipe, Recipe) and set(recipe.settings) == set(PRESETS) and RECIPES["film"] is recipe
    boards, config = recipe.settings["tiny"]
    torch.manual_seed(0)
    model, batches = recipe.build("tiny", boards, config)
    logs = list(fit(model, batches, config, max_minutes=0.02))
    assert logs and np.isfinite(logs[-1]["loss"])
    found = solved(model, 6, range(4, 5))
    assert set(found) == {"lake", "maze", "room", "deeds_right"} and all(0 <= each <= 1 for each in found.values())


class Seer:
    """Shows the true ways on boards, short of the last so many pictures, and tells the true actions."""

    def __init__(self, boards, short):
        self.ways, self.short = [(board, *way(board, board.start)) for board in boards], short

    def imagine_all(self, first):
        self.told = iter([deeds for _, _, deeds in self.ways])
        return [np.stack([board.draw(state) for state in states[1:len(states) - self.short]])
                for board, states, _ in self.ways]

    def deeds(self, before, after):
        assert before.shape == after.shape
        return np.array(next(self.told)[:len(after)])


@pytest.mark.parametrize("short, share", [(0, 1.0), (1, 0.0)])
def test_true_films_solve_all_boards_and_cut_ones_none(monkeypatch, short, share):
    """Every way is two actions long at least, so that something is left of it."""
    kinds = {"maze": Kind((MazeEnv(4),))}
    drawn = (draw_boards(kinds["maze"], 3, seed) for seed in range(99))
    boards = next(each for each in drawn if min(len(board.solve()) for board in each) > 1)
    monkeypatch.setattr(films_recipes, "Projector", lambda model, actions: Seer(boards, short))
    monkeypatch.setattr(films_recipes, "draw_boards", lambda *_: boards)
    monkeypatch.setattr(films_recipes, "film_kinds", lambda sizes: kinds)
    assert solved(Blind(), 3)["maze"] == share


class Blind:
    """Has frames, and reads every action as the first."""

    config = type("Config", (), {"frames": 8})

    def deeds(self, before, after):
        return torch.eye(6)[:1].expand(len(before), -1)


def test_actions_lead_to_the_goal_or_not():
    board, = draw_boards(Kind((MazeEnv(4),)), 1, 0)
    assert leads(board, np.array(board.solve()))
    assert not leads(board, np.array(board.solve())[:-1]) and not leads(board, np.empty(0, int))
