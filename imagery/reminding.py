"""What a text calls to mind: under each of its phrases what is kept in long-term memory, put where the words say it is,
as Kosslyn's (1980) PICTURE and PUT make an image of parts.

A phrase is of the thing whose name it ends in: a red umbrella, and a line drawing of an umbrella, of an umbrella. How
the rest of its words changes that is up to who draws it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from imagery.models.recollection import SIDE, Recollection, features
from imagery.models.verbal import VerbalChannel

HALF, LARGE, SMALL = 0.48, 0.68, 0.38                                            # picture widths
PLACES = {"{a} above {b}": ((0.5, 0.26), (0.5, 0.74)), "{a} below {b}": ((0.5, 0.74), (0.5, 0.26)),
          "{a} to the left of {b}": ((0.26, 0.5), (0.74, 0.5)), "{a} to the right of {b}": ((0.74, 0.5), (0.26, 0.5)),
          "{a} with {b} on top": ((0.5, 0.66), (0.5, 0.2)), "{a} and {b}": ((0.26, 0.5), (0.74, 0.5))}
SURE = 0.98                                       # likeness of a text to a name that leaves no doubt
LONGER = 1e-3                                     # likeness by which a longer ending of a phrase is preferred, a word
KEPT = 20_000                                     # phrases whose meaning is kept


@dataclass(frozen=True)
class Phrase:
    """Words, and where on the picture what they name is: its middle and its size, in picture widths."""

    words: str
    place: tuple[float, float] = (0.5, 0.5)
    size: float = 1.0

    def box(self, side: int) -> tuple[slice, slice]:
        """Rows and columns of a picture of so many pixels a side."""
        wide = round(side * self.size)
        left, top = (min(max(round(side * each - wide / 2), 0), side - wide) for each in self.place)
        return slice(top, top + wide), slice(left, left + wide)


@dataclass(frozen=True, eq=False)
class Name:
    """The name that a phrase ends in: its `meaning`, features (2 D,), its `likeness` to one that is known, and its
    `length` in words."""

    meaning: Tensor
    likeness: float
    length: int


def phrases(text: str) -> tuple[Phrase, ...]:
    """Of a text: two, if it says where two things are, or one."""
    for form, places in PLACES.items():
        between, after = form.removeprefix("{a}").split("{b}")
        first, _, second = text.partition(between)
        words, sizes = (first, second.removesuffix(after)), (LARGE, SMALL) if after else (HALF, HALF)
        if second.endswith(after) and all(map(str.strip, words)):
            return tuple(Phrase(*each) for each in zip(words, places, sizes))
    return (Phrase(text),)


def article(name: str) -> str:
    """A name with its article."""
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"


def endings(phrase: str) -> list[str]:
    """What a phrase may be the name of: all that it ends in before a comma, each with its article, longest first."""
    words = phrase.split(",")[0].split() or [phrase]
    found = (words[start:] for start in range(len(words)))
    return [" ".join(rest) if rest[0] in ("a", "an") else article(" ".join(rest)) for rest in found]


class Reminder:
    """Long-term memory asked in words that a verbal channel understands."""

    def __init__(self, recollection: Recollection, verbal: VerbalChannel):
        self.recollection, self.verbal = recollection, verbal
        self.names: dict[str, Name] = {}

    @torch.no_grad()
    def __call__(self, texts: Sequence[str], noise: Tensor, views: Tensor | None = None) -> Tensor:
        """Codes (B, K) of what texts call to mind, in shares that `noise` (B, M) decides, M traces; with pictures in
        `views` (B, 3, H, W), of each thing those rather that are like what is seen of it."""
        said = self.said(texts)
        whose = [number for number, each in enumerate(said) for _ in each]
        every = [phrase for each in said for phrase in each]
        seen = None if views is None else torch.stack([
            F.adaptive_avg_pool2d(views[number][(slice(None), *phrase.box(views.shape[-1]))], SIDE)
            for number, phrase in zip(whose, every)])
        meant = torch.stack([self.names[phrase.words].meaning for phrase in every])
        codes = self.recollection.recall(meant, noise[whose], seen).split([len(each) for each in said])
        return torch.stack([code[0] if len(each) == 1 else self._put(each, code) for each, code in zip(said, codes)])

    @torch.no_grad()
    def said(self, texts: Sequence[str]) -> list[tuple[Phrase, ...]]:
        """The phrases of each text; one, if it is or ends in a name of two things, as of hammer and wrench."""
        found = [phrases(text) for text in texts]
        self._look_up([words for text, each in zip(texts, found) for words in (text, *(part.words for part in each))])
        return [(Phrase(text),) if len(each) == 2 and self._longer(text, each[1]) else each
                for text, each in zip(texts, found)]

    def _longer(self, text: str, last: Phrase) -> bool:
        """Whether a text ends in a name of which its last phrase is but a part."""
        name = self.names[text]
        return name.likeness > SURE and name.length > len(last.words.split())

    def _put(self, every: Sequence[Phrase], codes: Tensor) -> Tensor:
        """The code (K,) of pictures of all phrases, each in its place on white paper."""
        paper = codes.new_ones(3, SIDE, SIDE)
        for phrase, picture in zip(every, self.recollection.picture(codes)):
            box = (slice(None), *phrase.box(SIDE))
            paper[box] = torch.minimum(paper[box], F.adaptive_avg_pool2d(picture, paper[box].shape[1:]))
        return self.recollection.code(paper.flatten()[None])[0]

    def _look_up(self, wording: Sequence[str]) -> None:
        """Find the names that phrases end in."""
        if len(self.names) > KEPT:
            self.names.clear()
        new = [words for words in dict.fromkeys(wording) if words not in self.names]
        if new:
            ends = [endings(words) for words in new]
            heard = features(*self.verbal.word_prompt([ending for each in ends for ending in each]))
            for words, each in zip(new, heard.split([len(each) for each in ends])):
                likeness = self.recollection.known(each) - LONGER * torch.arange(len(each), device=each.device)
                best = int(likeness.argmax())
                self.names[words] = Name(each[best], float(likeness[best]), len(each) - best)
