"""Agents without foresight: the environment that they learn in, what is kept of them, and stable-baselines3 itself."""

import numpy as np
import pytest
import torch
from gymnasium.utils.env_checker import check_env

from agents.planning.foreseeing import think
from agents.planning.reactive import Reactive
from envs.maze import MazeEnv
from experiments.cli import main
from experiments.upbringing import reactive
from experiments.upbringing.boards import ByLot
from experiments.upbringing.films import film_kinds
from experiments.upbringing.walks_recipes import WALKS_RECIPES
from imagery import weights
from imagery.models.policy import Chooser, PolicyNet

# ---- boards by lot --------------------------------------------------------------------------------------------------

def test_boards_by_lot_are_an_environment():
    env = ByLot(film_kinds((3, 4)))
    check_env(env, skip_render_check=True)
    assert env.action_space.n == 6
    worlds, pictures = set(), []
    for seed in range(12):
        pictures.append(env.reset(seed=seed)[0])
        worlds.add(type(env.env).__name__)
    assert worlds == {"FrozenLake", "MazeEnv", "MiniBehaviorEnv"} and len({each.tobytes() for each in pictures}) > 10
    assert np.array_equal(env.reset(seed=3)[0], pictures[3])


def test_the_goal_is_rewarded_and_actions_of_other_worlds_do_nothing():
    env = ByLot({"maze": film_kinds((3,))["maze"], "room": film_kinds((4,))["room"]}, limit=40)
    seed = next(seed for seed in range(20) if env.reset(seed=seed) and isinstance(env.env, MazeEnv))
    picture, _ = env.reset(seed=seed)
    assert np.array_equal(env.step(4)[0], picture) and env.step(5)[1:4] == (0.0, False, False)
    outcomes = [env.step(action) for action in env.env.board.solve()]
    assert [each[1:3] for each in outcomes[:-1]] == [(0.0, False)] * (len(outcomes) - 1)
    assert outcomes[-1][1:4] == (1.0, True, False)
    env.reset(seed=seed)
    assert [env.step(4)[3] for _ in range(40)] == [False] * 39 + [True]


# ---- policies -------------------------------------------------------------------------------------------------------

def test_a_policy_chooses_among_what_there_is():
    net, pictures = PolicyNet(6), np.zeros((200, 64, 64, 3), np.uint8)
    with torch.no_grad():
        net.score.weight.zero_()
        net.score.bias.copy_(torch.tensor([0., 1., 1., 0., 5., 2.]))
    assert Chooser(net, range(6)).predict(pictures[0])[0] == 4 and Chooser(net).predict(pictures[0])[0].shape == ()
    assert Chooser(net, (0, 3, 5)).predict(pictures)[0].tolist() == [2] * 200
    drawn = Chooser(net, range(4), seed=1).predict(pictures, deterministic=False)[0]
    assert drawn.tolist() == Chooser(net, range(4), seed=1).predict(pictures, deterministic=False)[0].tolist()
    assert 0.6 < np.isin(drawn, (1, 2)).mean() < 0.86                           # 2 e / (2 e + 2) = .73
    values = PolicyNet(6, chances=False)
    values.load_state_dict(net.state_dict())
    assert set(Chooser(values, range(6)).predict(pictures, deterministic=False)[0].tolist()) == {4}


def test_the_reactive_agent_acts_by_it():
    env = MazeEnv(3)
    agent = Reactive(Chooser(PolicyNet(6)), "ppo")
    assert think(agent.think({"picture": env.reset(seed=0)[0]})) in range(4)
    assert set(reactive.solved(PolicyNet(6), count=2)) == {"lake", "maze", "room"}


def test_as_many_frames_as_the_world_model():
    config = WALKS_RECIPES["world"].settings["small"][1]
    assert reactive.frames_of("small") == config.steps * config.batch_size > reactive.frames_of("tiny")


# ---- stable-baselines3 ----------------------------------------------------------------------------------------------

def test_without_the_library_it_is_said_in_one_line(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(reactive, "find_spec", lambda name: None)
    assert main(["train", "ppo", "--preset", "tiny", "--out", str(tmp_path / "ppo")]) == 2
    out, error = capsys.readouterr()
    assert not out and error.count("\n") == 1 and "pip install 'imagery-laboratory[baselines]'" in error
    assert not (tmp_path / "ppo").exists()


def test_it_cannot_be_resumed(capsys, tmp_path):
    pytest.importorskip("stable_baselines3")
    assert main(["train", "dqn", "--preset", "tiny", "--resume", "--out", str(tmp_path)]) == 2
    assert "cannot be resumed" in capsys.readouterr().err


@pytest.mark.parametrize("name", reactive.ALGORITHMS)
def test_what_is_kept_does_as_what_was_learned(name, tmp_path, monkeypatch):
    pytest.importorskip("stable_baselines3")
    kept, policy_of = [], reactive.policy_of
    monkeypatch.setattr(reactive, "policy_of", lambda algorithm: kept.append(algorithm) or policy_of(algorithm))
    monkeypatch.setattr(reactive, "solved", lambda net: {})
    logs = list(reactive.train(name, "tiny", tmp_path / name, "cpu", frames=64))
    assert logs[-1]["step"] == 64 and np.isfinite(logs[-1]["loss"]) and logs[-1]["loss"] != 0
    net = weights.load(PolicyNet, tmp_path / name)
    assert net.config.chances == (name == "ppo")
    pictures = np.random.default_rng(0).integers(0, 256, (16, 64, 64, 3), np.uint8)
    ours = Chooser(policy_of(kept[0]), range(6)).predict(pictures)[0]
    assert np.array_equal(ours, kept[0].predict(pictures.transpose(0, 3, 1, 2), deterministic=True)[0])
    assert len(set(ours.tolist())) > 1 or name == "dqn"


def test_training_stops_when_its_time_is_up():
    pytest.importorskip("stable_baselines3")
    logs = list(reactive._logs(reactive.learner("ppo", 4096, "cpu"), 4096, max_minutes=1e-6))
    assert logs[-1]["step"] < 64
