"""Ambiguous figures: line drawings that can be seen as either of two things.

Made of our own parts in the manner of the duck that is a rabbit (Jastrow 1899, used by Chambers & Reisberg 1985,
Journal of Experimental Psychology: Human Perception and Performance 11, 317-328) and the cook who, turned by a quarter,
is a dog (Rock 1956, used by Peterson, Kihlstrom, Rose & Glisky 1992, Memory & Cognition 20, 107-123).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from envs.stimuli import lines
from envs.stimuli.constructions import same
from envs.stimuli.lines import Part, at

WIDTH = .045  # of the stroke, picture widths


@dataclass(frozen=True, eq=False)
class Ambiguous:
    """A figure of `parts`, and two names of things that it can be seen as."""

    first: str
    second: str
    parts: tuple[Part, ...]

    @property
    def name(self) -> str:
        return f"{self.first}/{self.second}"

    def readings(self) -> tuple[frozenset[str], frozenset[str]]:
        """All names of either thing."""
        return frozenset(same(self.first)), frozenset(same(self.second))

    def draw(self, size: int = 64) -> np.ndarray:
        """Ink (size, size) in [0, 1]."""
        return lines.figure(self.parts, size, WIDTH)


@cache
def figures() -> tuple[Ambiguous, ...]:
    """The figures there are."""
    return tuple(Ambiguous(*name.split("/"), tuple(parts)) for name, parts in _PARTS.items())


def _oval(x: float, y: float, wide: float, high: float, degrees: float = 0.) -> Part:
    return "circle", at(x, y, (wide, high), degrees)


def _line(x: float, y: float, length: float, degrees: float) -> Part:
    return "line", at(x, y, length, degrees)


def _around(x: float, y: float, radius: float, count: int, part: str, size: float, turn: float) -> list[Part]:
    """Parts in a ring, each turned outwards."""
    return [(part, at(x + radius * np.cos(angle), y + radius * np.sin(angle), size, np.rad2deg(angle) + turn))
            for angle in 2 * np.pi * np.arange(count) / count]


_PARTS: dict[str, list[Part]] = {
    "duck/rabbit": [_oval(.16, .06, .46, .42), _oval(-.22, -.1, .44, .12, 14), _oval(-.22, .08, .44, .12, -4),
                    _oval(.12, -.02, .06, .06)],
    "cook/dog": [_oval(-.14, -.3, .3, .26), _oval(.14, -.3, .3, .26), ("rectangle", at(0, -.12, (.4, .16))),
                 _oval(0, .16, .36, .4), _line(.2, .16, .1, 0), _line(.1, .28, .1, 0), _oval(.08, .1, .04, .04)],
    "mushroom/umbrella": [("semicircle", at(0, -.14, (.84, .84))), ("rectangle", at(0, .24, (.18, .76)))],
    "balloon/lollipop": [_oval(0, -.18, .5, .54), _line(0, .26, .36, 90)],
    "light bulb/balloon": [_oval(0, -.12, .58, .58), ("square", at(0, .3, .2)), _line(-.09, .17, .08, 70),
                           _line(.09, .17, .08, 110)],
    "fish/candy": [_oval(0, 0, .46, .34), ("triangle", at(.32, 0, .26, -90)), ("triangle", at(-.32, 0, .26, 90))],
    "crescent moon/banana": [("crescent", at(0, 0, .8, 30))],
    "sun/flower": [_oval(0, 0, .34, .34), *_around(0, 0, .29, 8, "drop", .22, 90)],
    "mountain/tent": [("triangle", at(0, .04, .8)), ("triangle", at(0, .17, .34))],
    "glasses/bicycle": [_oval(-.26, .06, .4, .4), _oval(.26, .06, .4, .4), _line(0, .02, .14, 0),
                        _line(-.34, -.2, .2, -40), _line(.34, -.2, .2, 40)],
    "ice cream/carrot": [("triangle", at(0, .16, (.34, .56), 180)), _oval(0, -.22, .38, .34)],
    "egg/avocado": [_oval(0, 0, .54, .72), _oval(0, .1, .26, .26)],
    "snowman/hourglass": [_oval(0, -.22, .38, .4), _oval(0, .2, .46, .46), _line(0, -.45, .42, 0),
                          _line(0, .45, .42, 0)],
    "wine glass/tulip": [("semicircle", at(0, -.2, (.5, .8), 180)), _line(0, .18, .4, 90), _line(0, .4, .34, 0)],
    "envelope/house": [("rectangle", at(0, .06, (.72, .8))), _line(-.18, -.07, .4, 28), _line(.18, -.07, .4, -28)],
    "heart/strawberry": [("heart", at(0, .06, .66)), _line(-.1, .02, .04, 60), _line(.1, .02, .04, 60),
                         _line(0, .18, .04, 60), _line(0, -.2, .2, 90)],
}
