"""Things to be gone through in the mind: the corners of block letters, and the words of sentences (Brooks 1968).

The first sentence and the letter F are Brooks's; the others are ours.
"""

from __future__ import annotations

from dataclasses import dataclass

LETTERS = {  # whether each corner is at the very top or bottom, clockwise from the lowest on the left
    "F": (1, 1, 1, 0, 0, 0, 0, 0, 0, 1), "E": (1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1), "L": (1, 1, 1, 0, 0, 1),
    "T": (1, 0, 0, 1, 1, 0, 0, 1), "H": (1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1),
}
SENTENCES = ("A BIRD in the HAND is not in the BUSH", "RIVERS from the HILLS bring fresh WATER to the CITIES",
             "the old MAN and his DOG sat near the FIRE", "she put the KEY under a STONE by the DOOR",
             "we saw the MOON above the HOUSE and the TREES")                             # nouns in capitals


@dataclass(frozen=True)
class Recitation:
    """What is gone through: a letter or a sentence by its words, and the right answer to each of its parts in turn."""

    name: str
    answers: tuple[bool, ...]


def letters() -> tuple[Recitation, ...]:
    return tuple(Recitation(letter, tuple(map(bool, corners))) for letter, corners in LETTERS.items())


def sentences() -> tuple[Recitation, ...]:
    return tuple(Recitation(sentence.lower(), tuple(word.isupper() and len(word) > 1 for word in sentence.split()))
                 for sentence in SENTENCES)
