"""What one is told to do to an image, step by step: imagine a part, add others, turn, mirror, remove, resize, move.

Steps say what their words say and no more: "the left half of the D", not where that is. `envs.stimuli.constructions`
puts them into English and reads them from it; `envs.stimuli.drawings` carries them out.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, fields
from itertools import permutations
from math import isfinite

from envs.stimuli import lines
from envs.stimuli.letters import CHARACTERS

NAMES: tuple[str, ...] = (*CHARACTERS, *lines.FIGURES)
SIZES = ("", "tiny", "small", "large", "huge", "short", "long", "narrow")
FITS = ("same width", "same height", "same size")  # as what the part is placed by
DIRECTIONS = ("up", "right", "down", "left")  # clockwise
POINTS = {"triangle": "up", "arrow": "right", "chevron": "down", "drop": "up", "heart": "down", "pentagon": "up",
          "star": "up"}
OPENS = {"arc": "down", "bracket": "up", "chevron": "up", "crescent": "right"}
FLAT = {"semicircle": "down", "D": "left"}
FACING = {"pointing": POINTS, "open": OPENS, "flat": FLAT}  # what a figure does, and where to, if nothing is said
LYING = ("horizontal", "vertical", "rising", "falling")  # of figures longer one way; rising and falling to the right
TURNED = ("upside down", "mirrored", "on its left side", "on its right side")
WAYS = ("", *LYING, *TURNED, *(f"{does} {where}" for does in FACING for where in DIRECTIONS))
ROUNDEST = .8  # shorter to longer side of figures that lie one way or another
SIDES = ("top", "bottom", "left", "right")
CORNERS = ("top left", "top right", "bottom left", "bottom right")
ORDER = ("first", "second", "third", "last")
KINDS = ("vertical", "horizontal", "diagonal", "curved")
LINES = ("", *KINDS, "straight", "flat")
WHICH = ("", *ORDER, *SIZES[1:], *SIDES)
BESIDE = {"above": ("left", "right"), "below": ("left", "right"), "left": ("top", "bottom"), "right": ("top", "bottom")}
CONTACTS = ("", "touching", "gap", "overlapping", "sharing")
SPOTS = {**{side: ("", "middle", *ends) for side, ends in BESIDE.items()}, "inside": ("", *SIDES, *CORNERS),
         "around": ("",), "at": ("middle", *SIDES, *CORNERS), "along": ("", *SIDES),
         "from": tuple(f"{start} to {end}" for start, end in permutations((*SIDES, *CORNERS), 2))}
AXES = ("left-right", "top-bottom")
DIMENSIONS = ("size", "width", "height")

MOST_DEGREES = 3600.
LEAST_FACTOR, MOST_FACTOR = 1 / 8, 8.


# ---- what is spoken of ----------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Part:
    """Something to imagine: one of `NAMES`, of a size of `SIZES` or `FITS`, lying in one of `WAYS`."""

    name: str
    size: str = ""
    way: str = ""


@dataclass(frozen=True)
class Whole:
    """All there is."""


@dataclass(frozen=True)
class Named:
    """The latest part of that name, or the one that `which` picks: by `ORDER`, by its size, or by one of `SIDES`."""

    name: str
    which: str = ""


@dataclass(frozen=True)
class Line:
    """One line: of `KINDS` as it lies now, straight, flat (level, or if nothing is, straight) or any; the longest,
    or the one that is nearest the side or the middle that `which` says. Lines that continue each other are one."""

    kind: str = ""
    which: str = ""
    of: Whole | Named = Whole()


@dataclass(frozen=True)
class Lines:
    """All lines of a kind."""

    kind: str
    of: Whole | Named = Whole()


@dataclass(frozen=True)
class Half:
    """The top, bottom, left or right half."""

    side: str
    of: Whole | Named | Line = Whole()


@dataclass(frozen=True)
class Beyond:
    """What lies above, below, left or right of a line or a part, or the part of `of` that does."""

    side: str
    line: Line | Named
    of: Whole | Named = Whole()


Thing = Whole | Named | Line | Lines | Half | Beyond


@dataclass(frozen=True)
class Place:
    """Where a part comes to be, by `of`: a relation of `SPOTS` with its spots, and beside it a contact of `CONTACTS`.

    `at` puts the part's middle on a corner, on the middle of a side, or on the middle; `along` lays its longest line
    that runs like the line `of` on it; `from` stretches it from one corner or side to another. Joined parts are
    `touching` with their ends: a J hangs by the top of its stem.
    """

    relation: str
    of: Thing = Whole()
    spot: str = ""
    contact: str = ""


# ---- what is done ---------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Imagine:
    part: Part


@dataclass(frozen=True)
class Add:
    part: Part
    place: Place


@dataclass(frozen=True)
class Turn:
    """Clockwise, about the middle of what is turned."""

    degrees: float
    what: Thing = Whole()


@dataclass(frozen=True)
class Flip:
    """Mirrored where it is, left to right or top to bottom."""

    axis: str
    what: Thing = Whole()


@dataclass(frozen=True)
class Mirror:
    """Mirrored to the other side of a line."""

    what: Thing
    line: Line | Named


@dataclass(frozen=True)
class Align:
    """A line turned the shorter way, about where it is joined, until it is vertical or horizontal."""

    line: Line | Named
    kind: str


@dataclass(frozen=True)
class Remove:
    """Taken away; a line that is taken away leaves nothing where it was, even if others ran along it."""

    what: Thing


@dataclass(frozen=True)
class Resize:
    """In size, width or height, about where it is joined if that is one point, else about its middle."""

    factor: float
    dimension: str = "size"
    what: Thing = Whole()


@dataclass(frozen=True)
class Move:
    """A line that meets what it is moved along keeps to it with the same end."""

    what: Thing
    place: Place


Step = Imagine | Add | Turn | Flip | Mirror | Align | Remove | Resize | Move


# ---- what makes no sense --------------------------------------------------------------------------------------------

def check(step: Step) -> None:
    """Raise ValueError, in one line, for a step that nobody could carry out, whatever the image."""
    for each in fields(step):
        value = getattr(step, each.name)
        if isinstance(value, Part):
            _check_part(value)
        elif isinstance(value, Place):
            _check_place(value)
        elif isinstance(value, Thing):
            _check_thing(value)
    match step:
        case Imagine(part) if part.size in FITS:
            raise ValueError(f"there is nothing yet that {called(part.name)} could be of the {part.size} as")
        case Turn(degrees) if not (isfinite(degrees) and abs(degrees) <= MOST_DEGREES):
            raise ValueError(f"nobody can imagine a turn of {abs(degrees):g} degrees; say at most {MOST_DEGREES:g}")
        case Flip(axis):
            _check_one_of("way to flip", axis, AXES)
        case Align(_, kind):
            _check_one_of("direction", kind, KINDS[:2])
        case Resize(factor, dimension):
            _check_one_of("dimension", dimension, DIMENSIONS)
            if not (isfinite(factor) and LEAST_FACTOR <= factor <= MOST_FACTOR):
                raise ValueError(f"nobody can imagine a {dimension} that is {factor:g} times what it was; say from "
                                 f"{LEAST_FACTOR:g} to {MOST_FACTOR:g} times")


def _check_part(part: Part) -> None:
    _check_name(part.name)
    _check_one_of("size", part.size, SIZES + FITS)
    _check_one_of("way", part.way, WAYS)
    does, _, where = part.way.rpartition(" ")
    if does in FACING and part.name not in FACING[does]:
        can = ", ".join(map(called, FACING[does]))
        raise ValueError(f"{called(part.name)} is never {'flat ' if does == 'flat' else does + ' '}{where}; of parts, "
                         f"these are: {can}")
    if part.way in LYING and not _lies(part.name):
        raise ValueError(f"{called(part.name)} is as high as it is wide and is never {part.way}; say how it is turned")


def _lies(name: str) -> bool:
    """Whether a part is a figure that is clearly longer one way."""
    return len(name) > 1 and min(lines.extent(name)) < ROUNDEST * max(lines.extent(name))


def called(name: str) -> str:
    """A part's name with its article."""
    if name in ("parallel lines", "stairs"):
        return name
    vowel = name in "AEFHILMNORSXaefhilmnorsx8" if len(name) == 1 else name[0] in "aeiou"
    return f"an {name}" if vowel else f"a {name}"


def _check_name(name: str) -> None:
    if name not in NAMES:
        nearest = ", ".join(difflib.get_close_matches(name, NAMES, 3, 0))
        raise ValueError(f"no part is called {name!r}; the nearest known names are {nearest}")


def _check_thing(thing: Thing) -> None:
    match thing:
        case Named(name, which):
            _check_name(name)
            _check_one_of("way to tell parts apart", which, WHICH)
        case Line(kind, which):
            _check_one_of("kind of line", kind, LINES)
            _check_one_of("way to tell lines apart", which, ("", *SIDES, "middle"))
        case Lines(kind):
            _check_one_of("kind of lines", kind, LINES[1:])
        case Half(side):
            _check_one_of("half", side, SIDES)
        case Beyond(side, line):
            _check_one_of("side", side, tuple(BESIDE))
            _check_thing(line)
    if not isinstance(thing, (Whole, Named)):
        _check_thing(thing.of)


def _check_place(place: Place) -> None:
    _check_thing(place.of)
    _check_one_of("relation", place.relation, tuple(SPOTS))
    _check_one_of(f"spot of something {place.relation} it", place.spot, SPOTS[place.relation])
    _check_one_of("contact", place.contact, CONTACTS if place.relation in BESIDE else ("",))


def _check_one_of(what: str, value: str, options: tuple[str, ...]) -> None:
    if value not in options:
        raise ValueError(f"unknown {what} {value!r}; it is one of {', '.join(option or 'none' for option in options)}")
