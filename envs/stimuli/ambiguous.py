"""Ambiguous figures: line drawings that can be seen as either of two things.

Made of our own parts in the manner of the duck that is a rabbit (Jastrow 1899, used by Chambers & Reisberg 1985,
Journal of Experimental Psychology: Human Perception and Performance 11, 317-328) and the cook who, turned by a quarter,
is a dog (Rock 1956, used by Peterson, Kihlstrom, Rose & Glisky 1992, Memory & Cognition 20, 107-123), and found among
random figures of two or three parts as those which the eye (`experiments.reinterpretation.looks`) takes for either of
two things with hardly a preference, as ambiguous figures are chosen by what people call them.
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


_PARTS: dict[str, list[Part]] = {
    "duck/rabbit": [_oval(.16, .06, .46, .42), _oval(-.22, -.1, .44, .12, 14), _oval(-.22, .08, .44, .12, -4),
                    _oval(.12, -.02, .06, .06)],
    "cook/dog": [_oval(-.14, -.3, .3, .26), _oval(.14, -.3, .3, .26), ("rectangle", at(0, -.12, (.4, .16))),
                 _oval(0, .16, .36, .4), _line(.2, .16, .1, 0), _line(.1, .28, .1, 0), _oval(.08, .1, .04, .04)],
    "mushroom/umbrella": [("semicircle", at(0, -.14, (.84, .84))), ("rectangle", at(0, .24, (.18, .76)))],
    "light bulb/balloon": [_oval(0, -.12, .58, .58), ("square", at(0, .3, .2)), _line(-.09, .17, .08, 70),
                           _line(.09, .17, .08, 110)],
    "shirt/bread": [("rectangle", at(0, -.02, (.61, .85), 90)), _oval(.28, -.27, .2, .2), _oval(-.28, -.27, .2, .2)],
    "computer/television": [("rectangle", at(0, .04, (.63, .85))), ("rectangle", at(0, .28, (.36, .14)))],
    "pizza/warning sign": [("triangle", at(0, -.06, (.48, .68))), ("star", at(0, .02, .18)), _line(.14, .04, .25, 60),
                           _line(-.14, .04, .25, 120)],
    "ring/orange": [_oval(0, .12, .65, .65), ("crescent", at(0, -.33, .28, 270))],
    "battery/salt": [("rectangle", at(0, .06, (.75, .52), 90)), ("square", at(0, -.36, (.1, .07)))],
    "crescent moon/banana": [("crescent", at(0, .06, .79, 270)), _line(0, .25, .16, 90)],
    "jeans/battery": [("rectangle", at(0, .04, .59, 90)), _line(0, -.29, .21, 0), _line(0, .02, .36, 90)],
    "balloon/tree": [_oval(0, -.13, .63, .63), ("diamond", at(0, .39, .11)),
                     ("semicircle", at(0, .16, (.1, .07), 180))],
    "light bulb/question mark": [_oval(0, -.16, .43, .6), _line(0, -.08, .26, 90), _oval(0, .31, .18, .25)],
    "shield/bowl with spoon": [("semicircle", at(0, .04, (.57, .85), 180)), ("semicircle", at(0, -.14, .19))],
    "computer/truck": [("rectangle", at(0, .03, (.68, .85))), _oval(.21, .34, .2, .2), _oval(-.21, .34, .2, .2)],
    "jeans/door": [("square", at(0, .04, (.42, .84))), ("rectangle", at(0, .22, .36, 90))],
    "hourglass/envelope": [("triangle", at(0, -.12, (.5, .35), 180)), _line(0, .23, .33, 0), _line(.22, .1, .25, 60),
                           _line(-.22, .1, .25, 120)],
    "egg/clock": [_oval(0, -.04, .54, .78), _line(0, -.28, .21, 90)],
    "volcano/dress": [("semicircle", at(0, .08, (.4, .81))), ("triangle", at(0, -.31, .3))],
    "hut/service bell": [("semicircle", at(0, -.02, (.69, .85))), ("star", at(0, -.28, .22, 90)),
                         ("square", at(0, .22, (.26, .18)))],
    "tomato/orange": [_oval(0, -.03, .84, .6), ("heart", at(0, -.29, .14, 90))],
    "compact disc/billiard ball": [_oval(0, .1, .66, .66), ("square", at(0, .08, (.18, .13)))],
    "graduation cap/school": [("diamond", at(0, .02, .7, 90)), ("square", at(0, .21, .3))],
    "chess pawn/dress": [("triangle", at(0, .17, (.36, .51))), ("triangle", at(0, -.14, .16))],
    "diamond suit/kite": [("diamond", at(0, -.07, .77)), ("semicircle", at(0, .29, (.16, .33), 180)),
                          ("rectangle", at(0, .26, (.28, .11)))],
}
