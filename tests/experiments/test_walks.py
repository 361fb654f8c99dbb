"""Walks that the planners' models learn from, and how far imagined ones drift."""

import numpy as np
import pytest
import torch

from envs.frozen_lake import FrozenLake
from envs.maze import MazeEnv
from envs.rooms import Room
from envs.stimuli.tiles import STYLES
from experiments.judging.drift import TrueWalks, drift, right
from experiments.upbringing import readings, walks
from experiments.upbringing.walks import NEAR, SLIP, Kind, Walks, beginning, draw_boards, grids, left, walk
from imagery.devices import move


@pytest.fixture(scope="module")
def batches():
    return Walks(grids((3, 4)), 12, 48, seed=5, jobs=1)


def same(one, other):
    return all(a.nan_to_num(-1).equal(b.nan_to_num(-1)) for a, b in zip(vars(one).values(), vars(other).values()))


def test_batches_depend_on_the_step_alone(batches):
    first = batches(3)
    batches(4)
    assert same(batches(3), first) and not same(batches(4), first)
    assert same(Walks(grids((3, 4)), 12, 48, seed=5, jobs=1)(3), first)


def test_batches_show_what_is_so(batches):
    batch = batches(0)
    assert batch.first.shape == batch.last.shape == batch.following.shape == (48, 3, 64, 64)
    assert all(each.abs().max() <= 1 for each in (batch.first, batch.last, batch.following))
    assert batch.action.min() >= 0 and batch.action.max() < len(walks.ACTIONS)
    assert set(batch.reward.tolist()) | set(batch.over.tolist()) <= {0., 1.} and (batch.reward <= batch.over).all()
    told = batch.left.isfinite()
    assert 12 <= told.sum() < 48 and (batch.left[told & (batch.reward == 1)] == 0).all()
    assert move(batch, torch.device("cpu")).action.equal(batch.action)
    ends = torch.cat([batches(step).over for step in range(6)])
    assert 0.03 < ends.mean() < 0.6


def test_a_step_follows_from_its_last_picture():
    """On one board, drawn anew."""
    env = MazeEnv(3)
    lessons = Walks({"maze": Kind((env,))}, 1, 24, seed=2, jobs=1)
    board = lessons.boards[0][0]
    batch, numbers = lessons(0), {}
    for row in range(3):
        for column in range(3):
            numbers[readings.pictures_to_tensor(board.draw((row, column))[None]).numpy().tobytes()] = (row, column)
    for last, action, following, over, far in zip(batch.last, batch.action, batch.following, batch.over, batch.left):
        state = numbers[last[None].numpy().tobytes()]
        after = board.after(state, int(action))
        assert numbers[following[None].numpy().tobytes()] == after and bool(over) == board.solved(after)
        assert far.isnan() or far == len(board.solve(after))


def test_no_picture_in_chalk_but_for_the_reader():
    assert all("chalk" not in kind.styles for kind in (*grids().values(), *walks.shapes().values()))
    assert "chalk" in STYLES and readings.STYLES["lake"][-1] == "chalk"


def test_sizes_are_those_asked_for():
    sizes = {name: {env.size for env in kind.envs} for name, kind in grids().items()}
    assert sizes == {"lake": {3, 4, 5, 6}, "maze": {3, 4, 5, 6}, "room": {4, 5, 6}, "store": {5, 6, 7}}


def test_boards_are_the_same_for_the_same_seed_and_differ():
    kind = grids((4,))["maze"]
    boards = draw_boards(kind, 6, 3)
    assert boards == draw_boards(kind, 6, 3) != draw_boards(kind, 6, 4) and len(set(boards)) == 6
    assert draw_boards(kind, 3, 3) == boards[:3]


def test_walks_end_where_the_world_does_unless_endless():
    board, = draw_boards(grids((4,))["lake"], 1, 0)
    lengths = [len(walk(board, board.start, np.random.default_rng(seed), 400)) for seed in range(20)]
    assert max(lengths) < 400
    steps = walk(board, board.start, np.random.default_rng(0), 400, endless=True)
    assert len(steps) == 400 and not any(board.over(step.after) for step in steps)
    assert all(one.after == other.before for one, other in zip(steps, steps[1:]))


def test_slippery_ice_slips_to_both_sides_as_often():
    board = FrozenLake(5, board=["SFFFF", "FFFFF", "FFFFF", "FFFFF", "FFFFG"]).given
    steps = [walk(board, 12, np.random.default_rng(seed), 1, slippery=True)[0] for seed in range(600)]
    turned = [next(side for side in (-1, 0, 1) if board.after(12, (step.action + side) % 4) == step.after)
              for step in steps]
    assert all(0.25 < np.mean(np.equal(turned, side)) < 0.42 for side in (-1, 0, 1))
    lessons = Walks({"lake": grids((4,))["lake"]}, 4, 64, seed=1, jobs=1)
    assert {bool(action >= SLIP) for action in lessons(0).action} == {False, True}


def test_walks_in_rooms_begin_anywhere_and_know_what_is_left():
    room = Room.read({"obstacles": [[[14, 0], [18, 0], [18, 12], [14, 12]]], "start": [6, 8, 4], "goal": [26, 8, 4],
                      "body": [[-5, -2], [5, -2], [5, 2], [-5, 2]]})
    starts = [beginning(room, np.random.default_rng(seed)) for seed in range(24)]
    far = np.array([left(room, start) for start in starts])
    assert len(set(starts)) > 18 and np.isfinite(far).all() and far.min() > 0 == left(room, room.goal)
    assert 0.1 < (far <= NEAR).mean() < 0.5


# ---- drift ----------------------------------------------------------------------------------------------------------

def corridor(count=4, length=12):
    """Pictures of one number, which actions 0 and 1 lower and raise."""
    rng = np.random.default_rng(0)
    actions = rng.integers(2, size=(count, length))
    first = rng.integers(50, 60, (count, 1, 1, 1))
    return TrueWalks(first, actions, (first.reshape(-1, 1) + np.cumsum(2 * actions - 1, 1)).tolist())


def perfect(first, last, actions):
    return last + (2 * np.array(actions) - 1)[:, None, None, None]


def read(pictures):
    return pictures.ravel().tolist()


def test_a_perfect_model_does_not_drift_and_a_broken_one_does():
    walked = corridor()
    assert drift(right(walked, perfect, read), (1, 6, 12)) == {1: 1., 6: 1., 12: 1.}
    assert drift(right(walked, lambda first, last, actions: last + 100, read), (1, 12)) == {1: 0., 12: 0.}
    frames = []

    def wearing(first, last, actions):
        """Errs once, in half of the walks, and stays wrong, since it goes on from what it imagined."""
        frames.append(1)
        return perfect(first, last, actions) + (len(frames) == 7) * (np.arange(len(last)) < 2)[:, None, None, None]

    assert drift(right(walked, wearing, read), (5, 6, 7, 12)) == {5: 1., 6: 1., 7: .5, 12: .5}
    assert drift(right(walked, perfect, lambda pictures: [0] * len(pictures)), (5,)) == {5: 0.}


def test_the_first_picture_is_at_hand_throughout():
    walked, firsts = corridor(), []
    right(walked, lambda first, last, actions: firsts.append(first.copy()) or perfect(first, last, actions), read)
    assert len(firsts) == 12 and all(np.array_equal(first, walked.first) for first in firsts)


def test_horizons_beyond_the_walks_are_refused():
    with pytest.raises(ValueError, match="no frames 40 steps on; the walks have 12"):
        drift(np.ones((2, 12), bool), (5, 40))
