"""Agents without foresight: PPO (Schulman et al. 2017, arXiv 1707.06347) and DQN (Mnih et al. 2015, Nature 518) of
stable-baselines3, on the pictures that the world model learns from and on as many of them, with that library's network
for pictures and its published settings for Atari. What is kept is the policy alone, as weights like all others."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np
import torch

from experiments.upbringing.boards import LIMIT, ByLot
from experiments.upbringing.films import film_kinds
from experiments.upbringing.recipes import hardware, revision
from experiments.upbringing.walks import draw_boards
from experiments.upbringing.walks_recipes import JUDGED, WALKS_RECIPES, WORLD
from imagery import devices, weights
from imagery.models.policy import Chooser, PolicyNet

ALGORITHMS = ("ppo", "dqn")
ENVS = 8                                          # that PPO plays at once
KEPT = 50_000                                     # frames that DQN remembers, at most
TOLD = 100                                        # logs of a training


def frames_of(preset: str) -> int:
    """How many pictures the world model of a preset learns from."""
    config = WALKS_RECIPES["world"].settings[preset][1]
    return config.steps * config.batch_size


def train(name: str, preset: str = "small", out: Path | None = None, device: str = "auto", resume: bool = False,
          max_minutes: float | None = None, frames: int | None = None) -> Iterator[dict[str, Any]]:
    """Train "ppo" or "dqn" on `frames` pictures, as many as the world model's unless told, yielding logs; at the end
    its `PolicyNet` is saved to `out`. ValueError without stable-baselines3, and on `resume`, which it cannot do."""
    if find_spec("stable_baselines3") is None:
        raise ValueError(f"{name} needs stable-baselines3: pip install 'imagery-laboratory[baselines]'")
    if resume:
        raise ValueError(f"{name} cannot be resumed: what stable-baselines3 needs for it is kept in pickles only")
    frames, out = frames or frames_of(preset), Path(out) if out else Path("trained") / name
    algorithm, code, log = learner(name, frames, device), revision(), dict[str, Any]()
    for log in _logs(algorithm, frames, max_minutes):
        yield log
    net = policy_of(algorithm)
    weights.save(net, out, {
        "recipe": name, "preset": preset, "data_seed": WORLD, "frames": frames, "steps": log["step"],
        "minutes": round(log["minutes"], 1), "code": code, "hardware": hardware(device),
        "metrics": {"loss": log["loss"], "rewarded": log["rewarded"], "solved": solved(net)}})


def learner(name: str, frames: int, device: str = "auto") -> Any:
    """The algorithm on boards by lot, yet to learn (settings: RL Baselines3 Zoo, hyperparams/{ppo,dqn}.yml, atari)."""
    from stable_baselines3 import DQN, PPO
    from stable_baselines3.common.env_util import make_vec_env

    def envs(count: int) -> Any:
        return make_vec_env(lambda: ByLot(film_kinds()), count, seed=WORLD)

    where = devices.pick(device)
    if name == "ppo":
        each = max(2, min(128, frames // ENVS))
        return PPO("CnnPolicy", envs(ENVS), learning_rate=lambda left: 2.5e-4 * left, n_steps=each,
                   batch_size=min(256, ENVS * each), n_epochs=4, clip_range=lambda left: 0.1 * left, ent_coef=0.01,
                   seed=WORLD, device=where)
    kept = min(frames, KEPT)
    return DQN("CnnPolicy", envs(1), learning_rate=1e-4, buffer_size=kept, learning_starts=kept // 5, train_freq=4,
               target_update_interval=1000, exploration_fraction=0.1, exploration_final_eps=0.01,
               optimize_memory_usage=True, replay_buffer_kwargs={"handle_timeout_termination": False}, seed=WORLD,
               device=where)


def policy_of(algorithm: Any) -> PolicyNet:
    """The policy that was learned, as a module that needs no other library."""
    policy = algorithm.policy.cpu()
    chances = hasattr(policy, "action_net")                                                         # PPO's
    eye, score = ((policy.features_extractor, policy.action_net) if chances else
                  (policy.q_net.features_extractor, policy.q_net.q_net[0]))
    net = PolicyNet(score.out_features, chances)
    for part, learned in ((net.cnn, eye.cnn), (net.linear, eye.linear), (net.score, score)):
        part.load_state_dict(learned.state_dict())
    return net.eval()


def solved(net: PolicyNet, count: int = 60, seed: int = WORLD + JUDGED) -> dict[str, float]:
    """Of each kind, the share of new boards that the policy solves within the limit of steps."""
    found = {}
    for number, (name, kind) in enumerate(film_kinds().items()):
        boards = draw_boards(kind, count, seed + number)
        chooser, states = Chooser(net, range(len(boards[0].actions))), [board.start for board in boards]
        for _ in range(LIMIT):
            pictures = np.stack([board.draw(state, style=kind.styles[0]) for board, state in zip(boards, states)])
            states = [board.after(state, action) for board, state, action in
                      zip(boards, states, chooser.predict(pictures)[0].tolist())]
        found[name] = float(np.mean([board.solved(state) for board, state in zip(boards, states)]))
    return found


def _logs(algorithm: Any, frames: int, max_minutes: float | None) -> Iterator[dict[str, Any]]:
    """Logs while the algorithm learns, in a thread of its own, which stops when nobody waits for them any more."""
    said, stopped, began = SimpleQueue[dict | None](), threading.Event(), time.monotonic()
    every = max(1, frames // TOLD)

    def log() -> dict[str, Any]:
        minutes, done = (time.monotonic() - began) / 60, algorithm.num_timesteps
        rewards = [episode["r"] for episode in algorithm.ep_info_buffer]                # of the last hundred
        return {"step": done, "loss": float(algorithm.logger.name_to_value.get("train/loss", 0.0)),
                "rewarded": float(np.mean(rewards)) if rewards else 0.0, "samples_per_s": done / minutes / 60,
                "minutes": minutes, "minutes_left": max(frames - done, 0) / max(done, 1) * minutes}

    def watch(known: dict, _: dict) -> bool:
        if algorithm.num_timesteps // every != (algorithm.num_timesteps - algorithm.n_envs) // every:
            said.put(log())
        return not stopped.is_set() and (max_minutes is None or time.monotonic() - began < 60 * max_minutes)

    with ThreadPoolExecutor(1, initializer=torch.set_num_threads, initargs=(torch.get_num_threads(),)) as one:
        learned = one.submit(algorithm.learn, frames, watch, None)
        learned.add_done_callback(lambda _: said.put(None))
        try:
            yield from iter(said.get, None)
            learned.result()
            yield log()
        finally:
            stopped.set()
