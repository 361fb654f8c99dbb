"""What an agent is: a theory of thought that yields one elementary operation a tick."""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from imagery.operations import Operation

PRESENT, ABSENT = 1, 2                            # overt responses of Scanning-v0; 0 is a tick of thought
READY, FIRST_NAME = 1, 2                          # and of Reinterpretation-v0: done as told; the first of the names
SIZES = {"at half size": 0.5, "at full size": 1.0, "larger than you can see at once": 1.5}    # of an image
Thought = Generator[Operation, Any, int | None]


class Agent(Protocol):
    """One person under a theory. `think` is called at each onset with what is seen and heard, `{"picture", "words"}`,
    and returns a train of thought, whose value is the response, or None where none is called for. The world goes on
    meanwhile: a thought that is not done at the next onset is broken off."""

    name: str

    def think(self, observation: Mapping[str, Any]) -> Thought: ...


@dataclass(frozen=True)
class Heard:
    """What the experimenter said: `act` is one of scan, answer, size, study, listen, focus, probe, tell; `about` the
    landmark of a focus or probe, the size, or the sentence told."""

    act: str
    about: str = ""


_INSTRUCTIONS = (("scan", r"scan from landmark to landmark\."), ("answer", r"answer as soon as you know\."),
                 ("size", r"imagine the island (" + "|".join(SIZES) + r")\."),
                 ("study", r"study the map\."), ("listen", r"listen to the description\."),
                 ("focus", r"focus on the (.+)\."), ("probe", r"is there an? (.+)\?"))


def understand(words: str) -> Heard:
    """The instruction in an experimenter's words; whatever is none of them is told of the island."""
    for act, pattern in _INSTRUCTIONS:
        found = re.fullmatch(pattern, words.strip().lower())
        if found:
            return Heard(act, found[1] if found.groups() else "")
    return Heard("tell", words.strip())
