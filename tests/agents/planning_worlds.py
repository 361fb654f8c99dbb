"""Worlds to plan in for tests: random graphs, real boards in a perfect imagination, and an episode."""

from __future__ import annotations

import networkx as nx
import numpy as np
import torch

from agents.planning.foreseeing import Outcome, think
from imagery.foresight import Futures

ROOM = {"obstacles": [[[14, 0], [18, 0], [18, 12], [14, 12]], [[14, 20], [18, 20], [18, 32], [14, 32]]],
        "body": [[-5, -2], [5, -2], [5, 2], [-5, 2]], "start": [6, 8, 4], "goal": [26, 8, 4]}


class GraphWorld:
    """Nodes, where `following` says to which each action leads; the last is the goal, some are traps. `share` of the
    true number of actions left is what the model estimates."""

    def __init__(self, seed, nodes=12, actions=3, share=0.0):
        rng = np.random.default_rng(seed)
        self.actions, self.source, self.goal, self.share = actions, self, nodes - 1, share
        self.following = rng.integers(nodes, size=(nodes, actions))
        self.traps = set(rng.choice(np.arange(1, nodes - 1), nodes // 4, replace=False).tolist())
        self.calls = self.asked = 0
        self.graph = nx.DiGraph()
        self.graph.add_nodes_from(range(nodes))
        self.graph.add_edges_from((node, int(to)) for node in range(nodes) if node not in self.traps
                                  for to in self.following[node])
        self.left = nx.shortest_path_length(self.graph, target=self.goal)
        self.shortest = self.left.get(0)

    def outcome(self, node):
        over = node == self.goal or node in self.traps
        return Outcome(node, node, float(node == self.goal), over, self.share * self.left.get(node, 10))

    def root(self, observation=None, earlier=None):
        return self.outcome(0)

    def expand(self, branches):
        self.calls, self.asked = self.calls + 1, self.asked + len(branches)
        return [self.outcome(int(self.following[node, action])) for node, action in branches]

    def replay(self, actions):
        node = 0
        for action in actions:
            assert node not in self.traps and node != self.goal
            node = int(self.following[node, action])
        return node


class PerfectForesight:
    """Foresight of one board that knows its rules, `grain` aside: noise on every picture. States are known by what
    they look like."""

    def __init__(self, board, style="plain", grain=0.0):
        self.board, self.style, self.grain = board, style, grain
        self.generator, self.rng = torch.Generator(), np.random.default_rng(0)
        self.calls, states, waiting = 0, {board.start}, [board.start]
        for state in waiting:
            for after in (board.after(state, action) for action in range(len(board.actions))):
                if after not in states:
                    states.add(after)
                    waiting.append(after)
        self.states, self.drawn = waiting, np.stack([self.draw(state) for state in waiting]).astype(np.int16)

    def draw(self, state):
        return self.board.draw(state, style=self.style)

    def state(self, picture):
        return self.states[int(np.abs(self.drawn - picture).max((1, 2, 3)).argmin())]

    def novelty(self, pictures):
        return np.array([np.abs(self.drawn - picture).max((1, 2, 3)).min() for picture in pictures], float)

    def imagine(self, first, last, actions):
        self.calls += 1
        after = [self.board.after(self.state(picture), action) for picture, action in zip(last, actions)]
        pictures = np.stack([self.draw(state) for state in after])
        noise = self.rng.uniform(-self.grain, self.grain, pictures.shape)
        return Futures((pictures + noise).round().clip(0, 255).astype(np.uint8),
                       np.array([float(self.board.solved(state)) for state in after]),
                       np.array([float(self.board.over(state)) for state in after]), np.zeros(len(after)))


def episode(agent, env, observation, most=60):
    """How many steps an agent takes, and the last reward; `observation` is that of a reset."""
    picture, info = observation
    agent.begin()
    for step in range(most):
        action = think(agent.think({"picture": picture, "words": info["description"]}))
        if action is None:
            return step, 0.0
        picture, reward, over, truncated, info = env.step(action)
        if over or truncated:
            return step + 1, reward
    return most, 0.0
