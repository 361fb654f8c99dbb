"""Seeing something as something (Chambers & Reisberg 1985; Brandimonte & Gerbino 1993): what a figure was called when
it was seen is kept with the trace that it left, and helps to form its image again.

To call something by a name takes the voice: the verbal channel holds the name while the eye attends to the figure.
Where the voice is taken up, nothing is called, and the image is formed from what was seen alone.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any

import numpy as np

from agents.interpreter import called
from agents.protocol import Thought
from imagery import operations as op
from imagery.image import MentalImage
from imagery.memory import Trace

SAY, FIRST_NAME = 1, 2                            # overt responses of Reversal-v0
PLACES = tuple((x, y) for y in (0.25, 0.5, 0.75) for x in (0.25, 0.5, 0.75))     # of a picture, looked at in turn


class Beholder:
    """`names` are the answers there are, `looks` says how like each of these what was seen as a vector looks. Unless
    `bound`, a name is not kept with the trace: the ablation."""

    name = "dual"

    def __init__(self, names: Sequence[str], looks: Callable[[np.ndarray], np.ndarray], bound: bool = True):
        self.names, self.looks, self.bound = tuple(names), looks, bound
        self.texts = tuple(map(called, names))
        self.trace: Trace | None = None
        self.label: int | None = None             # what the figure was called while it was seen
        self.said: set[int] = set()
        self.order: dict[str, list[int]] = {}     # of each question, the answers that are left, likeliest first

    def think(self, observation: Mapping[str, Any]) -> Thought:
        words, picture = observation["words"], observation["picture"]
        if picture.any():
            yield from self.study(picture, aloud="Say" in words)
        elif words.endswith("?"):
            return FIRST_NAME + (yield from self.answer(words))
        else:                                     # the front may be the back: what it was called counts no more
            self.label = None
            yield op.Wait()
        return None

    # ---- seeing -----------------------------------------------------------------------------------------------------

    def study(self, picture: np.ndarray, aloud: bool) -> Generator[op.Operation, Any, None]:
        """Attend to the figure, place after place, as long as it is there; say la, or call the figure something."""
        self.trace, self.label, self.said, self.order = None, None, set(), {}
        taken_for = None if aloud else int(np.argmax(self.looks((yield op.Regard(picture)))))
        while True:
            for place in PLACES:
                attend = op.Encode(picture, place, self.trace)
                if aloud:
                    self.trace, _ = yield op.Together((attend, op.Speak(SAY)))
                else:
                    self.trace, _ = yield op.Together((attend, op.Compare(self.names[taken_for], "")))
                    self.label = taken_for

    # ---- saying what it is ------------------------------------------------------------------------------------------

    def answer(self, words: str) -> Generator[op.Operation, Any, int]:
        """The likeliest name that was not said yet."""
        if self.label is not None and not self.said:                             # one knows what it was called
            yield op.Compare(self.names[self.label], words)
            self.said.add(self.label)
            return self.label
        if words not in self.order:
            image = yield from self.form(drawing=words.startswith("Draw"))
            scores = self.looks((yield op.Regard(image)))
            self.order[words] = list(np.argsort(-scores, kind="stable"))
        chosen = next(int(index) for index in self.order[words] if index not in self.said)
        self.order[words].remove(chosen)
        if not self.said:
            self.said.add(chosen)
        return chosen

    def form(self, drawing: bool) -> Generator[op.Operation, Any, Any]:
        """An image of what was seen, as what it was called; a drawing follows what was seen, not what it was called."""
        label = self.texts[self.label] if self.bound and self.label is not None and not drawing else ""
        state = yield op.Generate(label, self.trace)
        while not isinstance(state, MentalImage):
            state = yield op.Generate(label, self.trace, begun=state)
        return (yield op.Draw(state)) if drawing else state
