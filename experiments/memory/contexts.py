"""What is missing or wrong in a scene, by the company things keep (Bozcan & Kalkan 2019, COSMO, Robotics and Autonomous
Systems 113:132; here with a restricted Boltzmann machine, whose hidden units stand for contexts).

A scene is the set of kinds of landmarks in it, 24 bits. It belongs to one context, of which it shows each kind more
often than not, and shows the others' seldom; nobody is told the context.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from envs.stimuli.landmarks import KINDS
from imagery.models.rbm import RBM
from imagery.training import TrainConfig, fit

CONTEXTS = {
    "port": ("harbour", "lighthouse", "ship", "beach", "flag", "bridge"),
    "village": ("hut", "well", "church", "windmill", "garden", "tree"),
    "wild": ("rock", "cave", "volcano", "lake", "creek", "grass"),
    "ruins": ("castle", "temple", "mine", "tent", "campfire", "palm"),
}
USUAL, SELDOM = 0.7, 0.05                         # how often a kind is seen in its own context and in another
MEMBERS = torch.tensor([[kind in kinds for kind in KINDS] for kinds in CONTEXTS.values()])       # (4, 24)


def draw_contexts(count: int, seed: int) -> tuple[Tensor, Tensor]:
    """Scenes (count, 24) of 0 and 1, and the number of each one's context (count,)."""
    rng = np.random.default_rng(seed)
    contexts = torch.from_numpy(rng.integers(0, len(CONTEXTS), count))
    rates = torch.where(MEMBERS, USUAL, SELDOM)[contexts]
    return (torch.from_numpy(rng.random(rates.shape)) < rates).float(), contexts


def taught(count: int = 1000, hidden: int = 8) -> RBM:
    """A machine that saw so many scenes."""
    scenes, _ = draw_contexts(count, seed=1)
    model = RBM(scenes.shape[1], hidden)

    def batches(step: int) -> Tensor:
        return scenes[torch.randint(len(scenes), (100,), generator=torch.Generator().manual_seed(step))]

    list(fit(model, batches, TrainConfig(200, 100, learning_rate=0.04, ema_decay=0.95, amp=False), device="cpu"))
    return model


@torch.no_grad()
def log_odds(model: RBM, scenes: Tensor) -> Tensor:
    """log p(kind is there | all the others) / p(it is not), exact: F(without) - F(with), (B, 24)."""
    each = torch.eye(scenes.shape[1]).to(scenes)[:, None]                                   # (24, 1, 24)
    present = torch.maximum(scenes, each).flatten(0, 1)
    absent = torch.minimum(scenes, 1 - each).flatten(0, 1)
    return (model.energy(absent) - model.energy(present)).unflatten(0, (-1, len(scenes))).T


def ideal_log_odds(scenes: Tensor) -> Tensor:
    """The same, of an observer who knows how scenes come about. (B, 24)"""
    rates = torch.where(MEMBERS, USUAL, SELDOM)
    evidence = scenes[:, None] * rates.log() + (1 - scenes[:, None]) * (1 - rates).log()          # (B, 4, 24)
    others = evidence.sum(2, keepdim=True) - evidence
    return (others + rates.log()).logsumexp(1) - (others + (1 - rates).log()).logsumexp(1)


def missing(odds: Tensor, scenes: Tensor) -> Tensor:
    """The kind (B,) that one would most expect of those that are not there."""
    return odds.masked_fill(scenes == 1, -torch.inf).argmax(1)


def wrong(odds: Tensor, scenes: Tensor) -> Tensor:
    """The kind (B,) that one would least expect of those that are there."""
    return odds.masked_fill(scenes == 0, torch.inf).argmin(1)


@dataclass(frozen=True)
class Score:
    """Shares of altered scenes in which what was taken away, and what was put in, was named; and in which something of
    the scene's context, or something foreign to it, was named, be it that or another."""

    missing: float
    wrong: float
    missing_in_context: float
    wrong_in_context: float


def scored(observer: Callable[[Tensor], Tensor], seed: int = 0, count: int = 500) -> Score:
    """An observer, scenes (B, 24) -> log odds (B, 24), on scenes from each of which one kind of its context was taken
    away, and on scenes into each of which one foreign kind was put. Others are missing or foreign by chance."""
    def one_hot(kinds: Tensor) -> Tensor:
        return torch.nn.functional.one_hot(kinds, len(KINDS)).float()

    scenes, contexts = draw_contexts(count, seed)
    own, rng = MEMBERS[contexts], torch.Generator().manual_seed(seed)
    whim, there = torch.rand(scenes.shape, generator=rng), scenes == 1
    taken, put = (whim.masked_fill(~fit, -1).argmax(1) for fit in (own & there, ~own & ~there))
    lacking, spoilt = torch.minimum(scenes, 1 - one_hot(taken)), torch.maximum(scenes, one_hot(put))
    guess, suspect = missing(observer(lacking), lacking), wrong(observer(spoilt), spoilt)
    rows = torch.arange(count)
    return Score(*(float(right.float().mean()) for right in
                   (guess == taken, suspect == put, own[rows, guess], ~own[rows, suspect])))
