"""Letters and digits as the strokes that people have in mind: the skeleton of an A is three lines.

A character has coordinates of its own, as in `envs.stimuli.letters`: a capital is 1 high, (0, 0) is the middle of the
box around the strokes, x points to the right and y down. In the table a capital reaches from y = 0 to the base line at
y = 1, and small letters from y = .25. A stroke is a run of points: `x,y` is reached in a straight line, `hx,y` and
`vx,y` by a quarter of an ellipse that sets out level or upright and arrives the other way. A stroke of two points is a
straight line; all others are curves.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np

from envs.stimuli.letters import check_character
from envs.stimuli.lines import Strokes

POINTS_A_QUARTER = 12  # of an ellipse

TABLE: dict[str, tuple[str, ...]] = {
    "A": (".4,0 0,1", ".4,0 .8,1", ".14,.65 .66,.65"),
    "B": ("0,0 0,1", "0,0 .34,0 h.57,.24 v.34,.48 0,.48", "0,.48 .36,.48 h.62,.74 v.36,1 0,1"),
    "C": (".7,.16 v.43,0 h0,.5 v.43,1 h.7,.84",),
    "D": ("0,0 0,1", "0,0 .28,0 h.74,.5 v.28,1 0,1"),
    "E": ("0,0 0,1", "0,0 .56,0", "0,.48 .52,.48", "0,1 .56,1"),
    "F": ("0,0 0,1", "0,0 .54,0", "0,.48 .46,.48"),
    "G": (".74,.17 v.44,0 h0,.5 v.44,1 h.76,.84", ".76,.84 .76,.55", ".76,.55 .46,.55"),
    "H": ("0,0 0,1", ".66,0 .66,1", "0,.48 .66,.48"),
    "I": ("0,0 0,1",),
    "J": (".42,0 .42,.72", ".42,.72 v.21,1 h0,.76"),
    "K": ("0,0 0,1", ".62,0 0,.55", ".14,.43 .66,1"),
    "L": ("0,0 0,1", "0,1 .56,1"),
    "M": ("0,1 0,0", "0,0 .42,.72", ".42,.72 .84,0", ".84,0 .84,1"),
    "N": ("0,1 0,0", "0,0 .68,1", ".68,1 .68,0"),
    "O": (".42,0 h.84,.5 v.42,1 h0,.5 v.42,0",),
    "P": ("0,0 0,1", "0,0 .32,0 h.58,.27 v.32,.54 0,.54"),
    "Q": (".42,0 h.84,.5 v.42,1 h0,.5 v.42,0", ".5,.8 .8,1.14"),
    "R": ("0,0 0,1", "0,0 .32,0 h.58,.27 v.32,.54 0,.54", ".3,.54 .68,1"),
    "S": (".58,.13 v.31,0 h.02,.25 v.31,.5 h.62,.75 v.31,1 h0,.86",),
    "T": ("0,0 .8,0", ".4,0 .4,1"),
    "U": ("0,0 0,.62", "0,.62 v.33,1 h.66,.62", ".66,.62 .66,0"),
    "V": ("0,0 .4,1", ".4,1 .8,0"),
    "W": ("0,0 .29,1", ".29,1 .57,0", ".57,0 .85,1", ".85,1 1.14,0"),
    "X": ("0,0 .74,1", ".74,0 0,1"),
    "Y": ("0,0 .38,.48", ".76,0 .38,.48", ".38,.48 .38,1"),
    "Z": ("0,0 .72,0", ".72,0 0,1", "0,1 .72,1"),
    "a": (".05,.35 v.28,.25 h.54,.52", ".54,.52 .54,1", ".54,.58 .26,.58 h0,.79 v.22,1 h.54,.72"),
    "b": ("0,0 0,1", "0,.625 v.29,.25 h.57,.625 v.29,1 h0,.625"),
    "c": (".52,.34 v.31,.25 h0,.625 v.31,1 h.52,.91",),
    "d": (".57,0 .57,1", ".57,.625 v.28,.25 h0,.625 v.28,1 h.57,.625"),
    "e": ("0,.6 .6,.6", ".6,.6 v.31,.25 h0,.625 v.32,1 h.57,.9"),
    "f": (".46,0 .38,0 h.16,.22", ".16,.22 .16,1", "0,.28 .42,.28"),
    "g": (".57,.25 .57,1", ".57,1 v.29,1.28 h.05,1.2", ".57,.625 v.28,.25 h0,.625 v.28,1 h.57,.625"),
    "h": ("0,0 0,1", "0,.58 v.28,.25 h.52,.55 .52,1"),
    "i": ("0,.25 0,1", "0,0 0,.05"),
    "j": (".16,.25 .16,1.1", ".16,1.1 v0,1.3", ".16,0 .16,.05"),
    "k": ("0,0 0,1", ".5,.25 0,.64", ".16,.52 .56,1"),
    "l": ("0,0 0,1",),
    "m": ("0,.25 0,1", "0,.56 v.26,.25 h.48,.55 .48,1", ".48,.56 v.74,.25 h.96,.55 .96,1"),
    "n": ("0,.25 0,1", "0,.58 v.28,.25 h.52,.55 .52,1"),
    "o": (".29,.25 h.58,.625 v.29,1 h0,.625 v.29,.25",),
    "p": ("0,.25 0,1.28", "0,.625 v.29,.25 h.57,.625 v.29,1 h0,.625"),
    "q": (".57,.25 .57,1.28", ".57,.625 v.28,.25 h0,.625 v.28,1 h.57,.625"),
    "r": ("0,.25 0,1", "0,.58 v.26,.25 .38,.27"),
    "s": (".44,.34 v.24,.25 h.02,.43 v.24,.61 h.47,.8 v.24,1 h0,.91",),
    "t": (".16,.04 .16,.78", ".16,.78 v.34,1 .44,1", "0,.28 .42,.28"),
    "u": ("0,.25 0,.7 v.25,1 h.52,.67", ".52,.25 .52,1"),
    "v": ("0,.25 .31,1", ".31,1 .62,.25"),
    "w": ("0,.25 .23,1", ".23,1 .45,.25", ".45,.25 .67,1", ".67,1 .9,.25"),
    "x": ("0,.25 .6,1", ".6,.25 0,1"),
    "y": ("0,.25 .31,1", ".62,.25 .25,1.14", ".25,1.14 .17,1.25 .04,1.28"),
    "z": ("0,.25 .5,.25", ".5,.25 0,1", "0,1 .5,1"),
    "0": (".29,0 h.58,.5 v.29,1 h0,.5 v.29,0",),
    "1": ("0,.1 .25,0", ".25,0 .25,1", "0,1 .5,1"),
    "2": (".02,.15 v.27,0 h.52,.27 .49,.39 .4,.54 0,1", "0,1 .54,1"),
    "3": (".02,.1 v.26,0 h.52,.24 v.26,.47", ".16,.47 .26,.47 h.56,.73 v.26,1 h0,.9"),
    "4": (".46,0 .46,1", ".46,0 0,.68", "0,.68 .62,.68"),
    "5": (".5,0 .06,0", ".06,0 .06,.43", ".06,.43 .26,.38 h.55,.69 v.24,1 h0,.92"),
    "6": (".5,.04 .37,0 h0,.55 0,.68", "0,.68 v.29,.38 h.57,.69 v.29,1 h0,.68"),
    "7": ("0,0 .56,0", ".56,0 .18,1"),
    "8": (".28,0 h.52,.24 v.28,.47 h.04,.24 v.28,0", ".28,.47 h.56,.74 v.28,1 h0,.74 v.28,.47"),
    "9": (".07,.96 .2,1 h.57,.45 .57,.32", ".57,.32 v.28,.62 h0,.31 v.28,0 h.57,.32"),
}


@cache
def strokes(character: str) -> Strokes:
    """The polylines of a letter or digit, each (N, 2), in its own coordinates; nobody may write to them."""
    check_character(character)
    lines = tuple(_points(stroke) for stroke in TABLE[character])
    points = np.concatenate(lines)
    middle = (points.min(0) + points.max(0)) / 2
    centred = tuple(line - middle for line in lines)
    for line in centred:
        line.flags.writeable = False
    return centred


def _points(stroke: str) -> np.ndarray:
    """The points (N, 2) of a stroke as the table writes it."""
    points: list[tuple[float, float]] = []
    for way, x, y in re.findall(r"([hv]?)(-?[.\d]+),(-?[.\d]+)", stroke):
        end = float(x), float(y)
        points += _quarter(points[-1], end, way) if way else [end]
    return np.array(points)


def _quarter(start: tuple[float, float], end: tuple[float, float], way: str) -> list[tuple[float, float]]:
    """A quarter of an ellipse that leaves `start` level ("h") or upright ("v"), without its first point."""
    turns = np.arange(1, POINTS_A_QUARTER + 1) * np.pi / 2 / POINTS_A_QUARTER
    leaving, arriving = np.sin(turns), 1 - np.cos(turns)
    across, down = (leaving, arriving) if way == "h" else (arriving, leaving)
    return list(zip(start[0] + across * (end[0] - start[0]), start[1] + down * (end[1] - start[1])))
