"""A session with one participant: something is said and shown, event after event, until an act or its time ends it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from string import ascii_letters, digits, punctuation
from typing import Any, Protocol

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Dict, Discrete, Text

from envs.checks import check_one_of

THINK = 0  # the action that lets a tick pass and does nothing
ENLARGEMENT = 4  # of rendered pictures


class Event(Protocol):
    """Something said, and shown unless the `picture` (H, W, 3) of uint8 is black."""

    words: str
    picture: np.ndarray


class Session(gymnasium.Env):
    """The clock and the order of events; what they are and what ends them is the experiment's.

    Every step is a tick. Observations: the `picture` (`shape`, 3) that is shown, black when there is none, and the
    `words`, of at most `characters`, of the present event. `info["onset"]` tells that an event has just begun. The step
    that ends a trial has its record in `info["trial"]`, and what is "correct" of it is the reward.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 10}

    def __init__(self, actions: int, shape: tuple[int, int], characters: int, render_mode: str | None = None):
        check_one_of("render mode", render_mode, (None, *self.metadata["render_modes"]))
        self.render_mode = render_mode
        self.blank = np.zeros((*shape, 3), np.uint8)
        self.action_space = Discrete(actions)
        self.observation_space = Dict(
            picture=Box(0, 255, self.blank.shape, np.uint8),
            words=Text(characters, min_length=0, charset=ascii_letters + digits + punctuation + " "))

    @abstractmethod
    def _session(self) -> Iterator[Any]:
        """The events for a new participant."""

    @abstractmethod
    def _act(self, event: Any, action: int) -> bool:
        """Take an action; whether the event is over."""

    @abstractmethod
    def _ended(self, event: Any, action: int) -> dict | None:
        """The record of the trial that ended with an event, if one did."""

    def reset(self, *, seed: int | None = None, options: dict | None = None):
        """A new participant."""
        super().reset(seed=seed)
        self._events = self._session()
        self._begin()
        return self._observation(), self._info(onset=True)

    def step(self, action: int):
        self._elapsed += 1
        reward, over, info = 0., False, self._info(onset=False)
        if self._act(self._event, action):
            trial = self._ended(self._event, action)
            if trial is not None:
                info["trial"], reward = trial, float(trial["correct"])
            over = not self._begin()
            info["onset"] = not over
        return self._observation(), reward, over, False, info

    def render(self) -> np.ndarray | None:
        """What is shown, enlarged, as (H, W, 3) of uint8."""
        if self.render_mode == "rgb_array":
            return self._event.picture.repeat(ENLARGEMENT, 0).repeat(ENLARGEMENT, 1)

    def _observation(self) -> dict:
        return {"picture": self._event.picture.copy(), "words": self._event.words}

    def _info(self, onset: bool) -> dict:
        return {"onset": onset}

    def _begin(self) -> bool:
        """Begin the next event, if there is one."""
        event = next(self._events, None)
        if event is not None:
            self._event, self._elapsed = event, 0
        return event is not None


def on_paper(ink: np.ndarray) -> np.ndarray:
    """Ink (H, W) in [0, 1] as it is shown, black on white, (H, W, 3) of uint8."""
    paper = np.rint(255 * (1 - ink)).astype(np.uint8)
    return np.repeat(paper[..., None], 3, axis=2)
