"""Mental reinterpretation (Finke, Pinker & Farah 1989): imagine a D, turn it on its side, hang a J from it.

A session is a sequence of constructions. Instructions come one by one, at the participant's own pace; then the
participant says what the image looks like, and what else it could be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import ascii_letters, digits, punctuation

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Dict, Discrete, Text

from envs.checks import check_number, check_one_of
from envs.scanning import ENLARGEMENT
from envs.stimuli import constructions
from envs.stimuli.constructions import Item
from envs.stimuli.instructions import plain

THINK, READY = range(2)
FIRST_NAME = 2  # the action that says the first of the names
QUESTIONS = ("What is it?", "What else could it be?", "What else could it be?")
NO_ANSWER = "none"
CONDITIONS = ("imagery", "drawing")
LEAST_NAMES = 300


@dataclass(frozen=True)
class Event:
    """Something said, and shown if `picture` is not black: an instruction or a question about `item`."""

    words: str
    picture: np.ndarray
    item: Item
    question: bool


class Reinterpretation(gymnasium.Env):
    """One participant's session.

    Actions: 0 THINK (a tick passes), 1 READY ends an instruction, and from 2 on the `names` answer a question; both
    count only while there is something to end or answer, and what lasts longer than `limit` ticks ends by itself.
    Observations: the `picture` that is shown, black when there is none, and the `words` of the present event.
    `info["onset"]` tells that an event has just begun, `info["chance"]` how often a random name is right. The reward is
    1 for a target named in any of three answers. The step that ends a construction has its record in `info["trial"]`:
    condition, item, target, answer1 to answer3 ("none" if the limit came first), correct, ticks, parts, steps, and of
    the ticks those of the construction and of each answer. `ticks` is the construction and the first answer together.

    Conditions: `imagery`, words only; `drawing`, in which the result is shown with the questions. `items` are the
    `development` or `published` constructions, or any others; their order is drawn. `names` are the answers there are,
    by default all of `constructions.vocabulary`.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 10}

    def __init__(self, condition: str = "imagery", items: str | Sequence[Item] = "development",
                 names: Sequence[str] | None = None, size: int = 64, limit: int = 400, render_mode: str | None = None):
        check_one_of("condition", condition, CONDITIONS)
        check_one_of("render mode", render_mode, (None, *self.metadata["render_modes"]))
        check_number("size", size, 16)
        check_number("limit", limit, 1)
        self.condition, self.limit, self.render_mode = condition, limit, render_mode
        self.items = constructions.items(items) if isinstance(items, str) else _checked(items)
        self.names = constructions.vocabulary() if names is None else tuple(names)
        different = len(set(self.names))
        if different < LEAST_NAMES or different < len(self.names):
            raise ValueError(f"there are {different} different names among the {len(self.names)} to answer with; give "
                             f"at least {LEAST_NAMES}, each once")
        self.blank = np.zeros((size, size, 3), np.uint8)
        self.action_space = Discrete(FIRST_NAME + len(self.names))
        self.observation_space = Dict(
            picture=Box(0, 255, self.blank.shape, np.uint8),
            words=Text(constructions.MAX_CHARACTERS, min_length=0, charset=ascii_letters + digits + punctuation + " "))

    def reset(self, *, seed: int | None = None, options: dict | None = None):
        """A new participant, with a new order of constructions."""
        super().reset(seed=seed)
        self._events = self._session([self.items[i] for i in self.np_random.permutation(len(self.items))])
        self._answers: list[tuple[str, int]] = []
        self._construction = 0
        self._begin()
        return self._observation(), self._info(onset=True)

    def step(self, action: int):
        self._elapsed += 1
        event, reward, over, info = self._event, 0., False, self._info(onset=False)
        if self._elapsed >= self.limit or (action >= FIRST_NAME if event.question else action == READY):
            if event.question:
                name = self.names[action - FIRST_NAME] if action >= FIRST_NAME else NO_ANSWER
                self._answers.append((name, self._elapsed))
            else:
                self._construction += self._elapsed
            if len(self._answers) == len(QUESTIONS):
                info["trial"] = self._record(event.item)
                reward = float(info["trial"]["correct"])
                self._answers, self._construction = [], 0
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
        return {"onset": onset, "chance": 1 / len(self.names)}

    def _begin(self) -> bool:
        """Begin the next event, if there is one."""
        event = next(self._events, None)
        if event is not None:
            self._event, self._elapsed = event, 0
        return event is not None

    def _session(self, items: Sequence[Item]) -> Iterator[Event]:
        """The events of every construction."""
        for item in items:
            for words in item.instructions:
                yield Event(plain(words), self.blank, item, question=False)
            shown = self._shown(item) if self.condition == "drawing" else self.blank
            for words in QUESTIONS:
                yield Event(words, shown, item, question=True)

    def _shown(self, item: Item) -> np.ndarray:
        """The result of a construction, black on white, (H, W, 3) of uint8."""
        paper = np.rint(255 * (1 - item.drawing.draw(len(self.blank)))).astype(np.uint8)
        return np.repeat(paper[..., None], 3, axis=2)

    def _record(self, item: Item) -> dict:
        """A construction's whole record."""
        answers, ticks = zip(*self._answers)
        return {"condition": self.condition, "item": item.name, "target": item.target,
                **{f"answer{number}": name for number, name in enumerate(answers, 1)},
                "correct": int(not item.accepted.isdisjoint(answers)), "ticks": self._construction + ticks[0],
                "parts": len(item.drawing.parts), "steps": len(item.instructions),
                "construction_ticks": self._construction,
                **{f"answer{number}_ticks": elapsed for number, elapsed in enumerate(ticks, 1)}}


def _checked(items: Sequence[Item]) -> tuple[Item, ...]:
    """Constructions that can all be carried out."""
    if not items:
        raise ValueError("there are no constructions to run; give at least one")
    for item in items:
        if not isinstance(item, Item):
            raise ValueError(f"{item!r} is no construction; envs.stimuli.constructions.read_items reads them")
        item.check()
    return tuple(items)
