"""Readings of grids: their words are the worlds' own, and a reader learns them from pictures."""

import numpy as np
import pytest
import torch

from envs.frozen_lake import OWN, FrozenLake, Lake
from envs.maze import MazeEnv
from envs.minibehavior import MiniBehaviorEnv
from envs.sokoban import SokobanEnv
from experiments.upbringing.readings import lesson_of, shown
from experiments.upbringing.scenes import pictures_to_tensor
from imagery.models.reader import MOST, Reader
from imagery.reading import KINDS, Reading, say

GRIDS = {"lake": lambda: FrozenLake(4, style="plain"), "maze": lambda: MazeEnv(4), "room": lambda: MiniBehaviorEnv(5),
         "store": lambda: SokobanEnv(6, 1)}


def walked(name, count, seed=0):
    """Boards and states of random walks, none of them the end."""
    env, rng = GRIDS[name](), np.random.default_rng(seed)
    env.reset(seed=seed)
    state = env.board.start
    for _ in range(count):
        after = env.board.after(state, int(rng.integers(env.action_space.n)))
        state = state if env.board.over(after) else after
        yield env, state


@pytest.mark.parametrize("name", GRIDS)
def test_a_true_reading_says_what_the_world_says(name):
    for seed in range(3):
        for env, state in walked(name, 25, seed):
            hidden = name == "store" and state[0] in env.board.targets          # under you, it is not seen
            if not hidden:
                assert shown(env.board, state).describe() == env.board.describe(state)


def test_the_printer_on_the_table_is_said_to_be_there():
    env = MiniBehaviorEnv(5)
    env.reset(seed=2)
    state = env.board.start
    for action in env.board.solve():
        state = env.board.after(state, action)
        assert shown(env.board, state).describe() == env.board.describe(state)
    assert "The printer is on the table" in shown(env.board, state).describe()


@pytest.mark.parametrize("name", GRIDS)
def test_readings_are_equal_where_states_are(name):
    readings, states = {}, {}
    for env, state in walked(name, 60, seed=1):
        reading = shown(env.board, state)
        assert readings.setdefault(state, reading) == reading and states.setdefault(reading, state) == state
    assert len(states) == len(readings) > 3


def test_one_who_fell_into_a_hole_is_nowhere():
    reading = shown(Lake(("SHG", "FFF", "FFF")), 1)
    assert reading.find("you") == () and reading.find("hole") == ((0, 1),)
    assert "You are in nowhere" in reading.describe()
    assert say([(2, 0), (0, 4), (0, 1)]) == "row 1, columns 2, 5; row 3, column 1"


def learned(model, pictures, readings, steps):
    batch = lesson_of(pictures_to_tensor(pictures), readings)
    optimizer = torch.optim.AdamW(model.parameters(), 4e-3)
    for _ in range(steps):
        loss, logs = model.loss(batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model.eval(), logs


def test_a_reader_learns_to_read_pictures():
    """A few pictures of each world by heart, larger and smaller."""
    torch.manual_seed(0)
    pictures, readings = [], []
    for name in GRIDS:
        for env, state in walked(name, 2, seed=1):
            pictures.append(env.board.draw(state))
            readings.append(shown(env.board, state))
    lake = FrozenLake(3, style=OWN)
    pictures.append(lake.reset(seed=0)[0])
    readings.append(shown(lake.board, lake.state))
    model, _ = learned(Reader(16), np.stack(pictures), readings, 90)
    assert model.read(np.stack(pictures)) == readings
    assert model.describe(pictures[0][None]) == [readings[0].describe()]


def test_every_parameter_learns_and_nothing_outside_a_board_counts():
    model, env = Reader(8), MazeEnv(3)
    picture, _ = env.reset(seed=0)
    batch = lesson_of(pictures_to_tensor(picture[None]), [shown(env.board, env.state)])
    loss, _ = model.loss(batch)
    loss.backward()
    assert not [name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()]
    batch.walls[:, :, 3:] = 1 - batch.walls[:, :, 3:]
    assert model.loss(batch)[0].item() == pytest.approx(loss.item())
    batch.cells[0, 0, 0] = (batch.cells[0, 0, 0] + 1) % len(KINDS)
    assert model.loss(batch)[0].item() != pytest.approx(loss.item())


def test_cells_are_looked_at_where_they_are():
    """Features that are their own places are found at the middle, the right edge and the lower edge of each cell."""
    model = Reader(8)
    model.cell = torch.nn.Identity()
    x = (torch.arange(32) + 0.5) / 32
    features = torch.stack([x.expand(32, 32), x[:, None].expand(32, 32)])[None]                     # x and y
    found = model.cells(features, torch.tensor([4])).unflatten(-1, (3, 2))                          # (1, 12, 12, P, 2)
    assert found.shape[1:3] == (MOST, MOST)
    assert torch.allclose(found[0, 1, 2, :, 0], torch.tensor([2.5, 3.0, 2.5]) / 4, atol=1e-5)
    assert torch.allclose(found[0, 1, 2, :, 1], torch.tensor([1.5, 1.5, 2.0]) / 4, atol=1e-5)


def test_readings_hold_what_they_are_told():
    reading = Reading("maze", (("you", "goal"), ("ground", "ground")), right=frozenset({(0, 0)}))
    assert reading.find("goal") == ((0, 1),) and {reading: 1}[Reading(**vars(reading))] == 1
