"""The words of instructions for mental constructions: every phrasing of every step, in templates.

The language is ordinary English and general: what can be said is what `envs.stimuli.steps` has. Sentences are phrased
and parsed by the same templates (`envs.stimuli.grammar`), after `words` has taken out of them what makes no difference.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import permutations

from envs.stimuli import letters, lines
from envs.stimuli import steps as S
from envs.stimuli.grammar import Grammar, Phrases, Rule, Symbol, Words
from envs.stimuli.grammar import Number as N

# ---- the language ---------------------------------------------------------------------------------------------------

PLURAL = {"parallel lines": ("parallel lines", "two bars"), "stairs": ("stairs", "steps"),
          "bullseye": ("concentric circles",)}
FIGURE = {name: tuple(word for word in called if word not in (*PLURAL.get(name, ()), "round"))
          for name, called in lines.CALLED.items() if set(called) - set(PLURAL.get(name, ()))}
CHARACTER = {letter: (f"capital {letter}", f"capital letter {letter}", f"upper-case {letter}") if letter.isupper() else
             (f"lower-case {letter}", f"lower-case letter {letter}", f"small letter {letter}") if letter.islower() else
             (f"number {letter}", f"digit {letter}", f"figure {letter}") for letter in letters.CHARACTERS}
CHARACTER = {name: (*called, *((f"letter {name}",) if name.isalpha() else ()), name)
             for name, called in CHARACTER.items()}
CASED = {letter: (f"capital {letter}", f"upper-case letter {letter}") if letter.isupper() else
         (f"lower-case {letter}", f"lower-case letter {letter}") for letter in CHARACTER if letter.isalpha()}

OWNS = "owns"  # stands for the 's of "the D's curve"
NOTHING: Phrases = {"": ("",)}
SIZE = {"tiny": ("tiny", "very small"), "small": ("small", "little"), "large": ("large", "big"),
        "huge": ("huge", "very large"), "short": ("short",), "long": ("long",), "narrow": ("narrow", "thin")}
LITTLE = SIZE | {"tiny": ("tiny",), "small": ("little",)}  # of letters: a small letter is another thing
FIT = {fit: (f"of the {fit}", f"of equal {fit.split()[1]}", f"having the {fit}") for fit in S.FITS}
ADJECTIVE = {"horizontal": ("horizontal", "level"), "vertical": ("vertical", "upright/tall"),
             "rising": ("diagonal", "slanting"), "upside down": ("upside-down", "inverted"),
             "mirrored": ("mirrored", "backward", "backwards")}
POSTURE = {"rising": ("rising to the right", "slanting up to the right"),
           "falling": ("falling to the right", "slanting down to the right"),
           "on its left side": ("on its side", "lying on its side", "on its left side"),
           "on its right side": ("on its right side", "lying on its right side"),
           **{f"pointing {where}": (f"pointing {where}", f"that points {where}") for where in S.DIRECTIONS},
           **{f"open {where}": (f"open at the {side}", f"opening at the {side}")
              for where, side in zip(S.DIRECTIONS, ("top", "right", "bottom", "left"))},
           **{f"flat {where}": (f"with its flat side {down}", f"with the flat side {down}")
              for where, down in zip(S.DIRECTIONS, ("up", "on the right", "down", "on the left"))}}
SIDE = {"top": ("top", "upper"), "bottom": ("bottom", "lower"), "left": ("left", "left-hand"),
        "right": ("right", "right-hand")}
CORNER = {f"{a} {b}": (f"{a} {b}", f"{other} {b}") for a, other in (("top", "upper"), ("bottom", "lower"))
          for b in ("left", "right")}
ORDER = {"first": ("first",), "second": ("second",), "third": ("third",), "last": ("last",)}
LINE = {"vertical": ("vertical line", "vertical stroke", "upright line", "vertical"),
        "horizontal": ("horizontal line", "horizontal stroke", "level line", "horizontal"),
        "diagonal": ("diagonal line", "diagonal stroke", "slanting line", "diagonal"),
        "curved": ("curved line", "curved part", "loop/curve"), "straight": ("straight stroke", "straight part"),
        "flat": ("flat line", "flat side", "flat part"), "": ("stroke/side",)}
LINES = {"vertical": ("vertical lines", "upright lines"), "horizontal": ("horizontal lines", "level lines"),
         "diagonal": ("diagonal lines", "slanting lines"), "curved": ("curved lines", "loops"),
         "straight": ("straight lines",), "flat": ("flat lines",)}
WHOLE: Phrases = {S.Whole(): ("it", "the whole figure", "the figure", "the whole thing", "everything")}
ASIDE = {"above": ("above",), "below": ("below",), "left": ("to the left of", "left of"),
         "right": ("to the right of", "right of")}

BESIDE = {"above": ("above", "on top of", "over"), "below": ("below", "under", "underneath", "beneath"),
          **{side: (f"to|on the {side} of", f"on the {side} side of", f"{side} of") for side in ("left", "right")}}
BESIDE_IT = {"above": ("on top", "above"), "below": ("below", "underneath"),
             **{side: (f"on its {side} /side", f"to its {side}") for side in ("left", "right")}}
TOUCHING = {"above": ("touching the top of", "attached to the top of", "at/on the top of"),
            "below": ("touching the bottom of", "attached to the bottom of", "at/on the bottom|base of"),
            **{side: (f"touching the {side} side of", f"attached to the {side} /side of", f"at the {side} end of")
               for side in ("left", "right")}}
TOUCHING_IT = {"above": ("at its top",), "below": ("at its base", "at its bottom")}
TO = {"above": ("to the top of",), "below": ("to the bottom of", "to the base of"),
      **{side: (f"to the {side} side of", f"to the {side} end of") for side in ("left", "right")}}
CONTACT = {"": ("",), "touching": ("so that they touch", "touching it"), "gap": ("with a gap", "leaving a gap"),
           "overlapping": ("so that they overlap", "overlapping it"),
           "sharing": ("sharing a/the/its /vertical/horizontal line|side", "so that they share a line")}
END = {"": ("",), "middle": ("in the middle", "at the middle"), "top": ("at the top", "level with its top"),
       "bottom": ("at the bottom", "level with its bottom"), "left": ("at the left", "flush on the left"),
       "right": ("at the right", "flush on the right")}
NEAR = {"": ("",), **{side: (f"at the {side}", f"near the {side}") for side in S.SIDES},
        **{corner: (f"at the {corner}", f"near the {words[1]} corner") for corner, words in CORNER.items()}}
REGION = {"": ("middle", "centre"), **{spot: tuple(f"{word} part" for word in words)
                                       for spot, words in (SIDE | CORNER).items()}}
AT = {"middle": ("at|through the centre of", "through|to the middle of", "across"),
      **{side: (f"at|on|to the middle of the {side} side of", f"at|on|to the middle of the {side} of")
         for side in S.SIDES},
      **{corner: tuple(f"at|on|to the {word} corner of" for word in words) for corner, words in CORNER.items()}}
SPOT = {**{side: (f"middle of the {side} side",) for side in S.SIDES},
        **{corner: tuple(f"{word} corner" for word in words) for corner, words in CORNER.items()}}
PATH = {f"{a} to {b}": tuple(f"from the {start} to the {end} of" for start, end in zip(SPOT[a], SPOT[b]))
        for a, b in permutations(SPOT, 2)}
AT_IT = {"middle": ("through its/the centre|middle", "at its centre")}

PART = tuple(Rule(S.Part, f"a/the/another/one {words}") for words in (
    "{size} {way:adjective} {name:figure}", "{size} {name:figure} {way:posture}",
    "{way:adjective} {name:figure} {size:fit}", "{name:figure} {way:posture} {size:fit}",
    "{name:figure} {size:fit} {way:posture}",
    "{size:little} {way:adjective} {name:character}", "{size:little} {name:character} {way:posture}",
    "{way:adjective} {name:character} {size:fit}", "{name:character} {way:posture} {size:fit}")) + tuple(
    Rule(S.Part, f"a/the/another/one small {words}", {"size": "small"}) for words in (
        "{way:adjective} {name:cased}", "{name:cased} {way:posture}")) + tuple(
    Rule(S.Part, words) for words in (
        "{size} {way:adjective} {name:figures}", "{size} {name:figures} {way:posture}",
        "{way:adjective} {name:figures} {size:fit}", "{name:figures} {way:posture} {size:fit}")) + (
    {S.Part("circle", "tiny"): ("a/the/another/one dot",)},)
BARE = (Rule(S.Named, "{which} {name:figure}"), Rule(S.Named, "{which} {name:figures}"),
        Rule(S.Named, "{which:which_letter} {name:character}"), {S.Named("circle", "tiny"): ("dot",)})
NAMED = tuple(Rule(S.Named, "the/that/this " + rule.template) for rule in BARE[:-1]) + (
    {S.Named("circle", "tiny"): ("the dot",)},)
OWNER = (WHOLE, *NAMED)
ONE_LINE = (Rule(S.Line, "the/that {which:which_line} {kind:line}"), Rule(S.Line, "its {which:which_line} {kind:line}"),
            Rule(S.Line, "the {which:which_line} {kind:line} of {of:owner}"),
            Rule(S.Line, f"the {{of:bare}} {OWNS} {{which:which_line}} {{kind:line}}"))
EDGE = (*NAMED, *ONE_LINE)
THING = (*OWNER, *ONE_LINE,
         Rule(S.Lines, "the|all {kind:lines}"), Rule(S.Lines, "the|all {kind:lines} of {of:owner}"),
         Rule(S.Half, "the|its {side} half"), Rule(S.Half, "the {side} half of {of:divided}"),
         Rule(S.Beyond, "everything {side:aside} {line:edge}"), Rule(S.Beyond, "the part {side:aside} {line:edge}"),
         Rule(S.Beyond, "all/the lines {side:aside} {line:edge}"),
         Rule(S.Beyond, "what lies/is {side:aside} {line:edge}"),
         Rule(S.Beyond, "the part of {of:owner} {side:aside} {line:edge}"))
TOUCH, INSIDE = {"contact": "touching"}, {"relation": "inside"}
PLACE = (Rule(S.Place, "{relation:beside} {of:thing} {contact} {spot:end}"),
         Rule(S.Place, "{relation:beside} {of:thing} {spot:end} {contact}"),
         Rule(S.Place, "{relation:beside_it} {contact} {spot:end}"),
         Rule(S.Place, "{relation:touching} {of:thing} {spot:end}", TOUCH),
         Rule(S.Place, "{relation:touching_it} {spot:end}", TOUCH),
         Rule(S.Place, "inside|in|within {of:thing} {spot:near}", INSIDE), Rule(S.Place, "inside {spot:near}", INSIDE),
         Rule(S.Place, "in the {spot:region} of {of:thing}", INSIDE),
         Rule(S.Place, "around|round {of:thing}", {"relation": "around"}),
         Rule(S.Place, "{spot:at} {of:thing}", {"relation": "at"}), Rule(S.Place, "{spot:at_it}", {"relation": "at"}),
         Rule(S.Place, "along {of:edge} {spot:end}", {"relation": "along"}),
         Rule(S.Place, "{spot:path} {of:thing}", {"relation": "from"}))
HUNG = {"relation": "below", "contact": "touching"}

RIGHT, LEFT = (tuple(N(words.format(way=way), unit) for way in ways for words in (
    "{{number}} degrees {way}", "by {{number}} degrees {way}", "{way} by {{number}} degrees"))
    for unit, ways in ((1., ("to the right", "clockwise")), (-1., ("to the left", "counter-clockwise"))))
QUARTERS = {turn: tuple(f"{many} {way}" for many in amount for way in ways)
            for degrees, amount in ((45., ("an eighth of a turn",)), (90., ("a quarter turn", "a quarter of a turn")))
            for turn, ways in ((degrees, ("to the right", "clockwise")),
                               (-degrees, ("to the left", "counter-clockwise")))}
HALF_A_TURN = {180.: ("half a turn", "a half turn")}
ANGLE = ({180.: ("upside down", "180 degrees", "by half a turn", *HALF_A_TURN[180.]),
          -90.: ("on its side", "onto its left side", *QUARTERS[-90.]),
          90.: ("onto its right side", *QUARTERS[90.]), 45.: QUARTERS[45.], -45.: QUARTERS[-45.]},
         *RIGHT, *LEFT, N("{number} degrees clockwise/"), N("by {number} degrees clockwise/"))

LANGUAGE: dict[str, Symbol] = {
    "figure": (FIGURE,), "figures": (PLURAL,), "character": (CHARACTER,), "cased": (CASED,),
    "size": (NOTHING, SIZE), "little": (NOTHING, LITTLE), "fit": (FIT,),
    "adjective": (NOTHING, ADJECTIVE), "posture": (NOTHING, POSTURE), "part": PART,
    "which": (NOTHING, ORDER, SIZE, SIDE), "which_letter": (NOTHING, ORDER, LITTLE, SIDE),
    "which_line": (NOTHING, SIDE, {"middle": ("middle",)}),
    "side": (SIDE,), "aside": (ASIDE,), "line": (LINE,), "lines": (LINES,),
    "bare": BARE, "owner": OWNER, "edge": EDGE, "divided": (*OWNER, *ONE_LINE), "thing": THING,
    "beside": (BESIDE,), "beside_it": (BESIDE_IT,), "touching": (TOUCHING,), "touching_it": (TOUCHING_IT,), "to": (TO,),
    "contact": (CONTACT,), "end": (END,), "near": (NEAR,), "region": (REGION,), "at": (AT,), "at_it": (AT_IT,),
    "path": (PATH,),
    "place": PLACE,
    "joined": (Rule(S.Place, "{relation:to} {of:thing} {spot:end}", TOUCH),
               Rule(S.Place, "{spot:at} {of:thing}", {"relation": "at"})),
    "hung": (Rule(S.Place, "from {of:thing} {spot:end}", HUNG),
             Rule(S.Place, "from the middle of {of:thing}", HUNG | {"spot": "middle"})),
    "surrounded": (Rule(S.Place, "{of:thing}", {"relation": "around"}),),
    "angle": ANGLE, "turn": (QUARTERS, HALF_A_TURN),
    "axis": ({"left-right": ("left to right", "from left to right", "horizontally", "sideways"),
              "top-bottom": ("top to bottom", "from top to bottom", "vertically", "upside down")},),
    "direction": ({"vertical": ("vertical", "upright"), "horizontal": ("horizontal", "level")},),
    "factor": ({2.: ("twice", "two times"), .5: ("half",), .25: ("a quarter",), 1 / 3: ("a third",)},
               N("{number} times")),
    "large": ({"size": ("large", "big"), "width": ("wide",), "height": ("tall", "high")},),
    "larger": ({"size": ("larger", "bigger"), "width": ("wider",), "height": ("taller", "higher")},),
    "smaller": ({"size": ("smaller",), "width": ("narrower",), "height": ("lower", "shorter")},),
    "measure": ({dimension: (dimension,) for dimension in S.DIMENSIONS},),
    "step": (
        Rule(S.Imagine, "imagine|picture|visualise/visualize {part}"), Rule(S.Imagine, "start|begin with {part}"),
        Rule(S.Imagine, "think of {part}"),
        Rule(S.Add, "put|add|place|draw/set {part} {place}"), Rule(S.Add, "{place} put|add|draw/place {part}"),
        Rule(S.Add, "attach|join|connect/fix {part} {place:joined}"), Rule(S.Add, "hang {part} {place:hung}"),
        Rule(S.Add, "surround {place:surrounded} with {part}"),
        Rule(S.Turn, "turn|rotate {what:thing} {degrees:angle}"), Rule(S.Turn, "give {what:thing} {degrees:turn}"),
        Rule(S.Flip, "flip|mirror|reflect {what:thing} {axis}"),
        Rule(S.Mirror, "mirror|reflect {what:thing} across/in {line:edge}"),
        Rule(S.Mirror, "flip {what:thing} to the other side of {line:edge}"),
        Rule(S.Align, "make {line:edge} {kind:direction}"),
        Rule(S.Align, "turn|straighten {line:edge} until it is {kind:direction}"),
        Rule(S.Remove, "remove|erase|delete {what:thing}"), Rule(S.Remove, "take away {what:thing}"),
        Rule(S.Remove, "rub out {what:thing}"),
        Rule(S.Resize, "make {what:thing} {factor} as {dimension:large}"),
        Rule(S.Resize, "make {what:thing} {dimension:larger}", {"factor": 1.5}),
        Rule(S.Resize, "make {what:thing} {dimension:smaller}", {"factor": 2 / 3}),
        Rule(S.Resize, "double the {dimension:measure} of {what:thing}", {"factor": 2.}),
        Rule(S.Resize, "halve the {dimension:measure} of {what:thing}", {"factor": .5}),
        Rule(S.Resize, "shrink|enlarge|stretch {what:thing} to {factor} its {dimension:measure}"),
        Rule(S.Move, "move|shift|slide {what:thing} /down/up {place}"),
        Rule(S.Move, "move {what:thing} {place:joined}"),
        Rule(S.Move, "move {what:thing} so that it is|lies {place}")),
}

# ---- words ----------------------------------------------------------------------------------------------------------

SPELLINGS = {"center": "centre", "uppercase": "upper case", "lowercase": "lower case", "an": "a",
             "counterclockwise": "counter clockwise", "anticlockwise": "counter clockwise",
             "downwards": "down", "upwards": "up", "downward": "down",
             "upward": "up"}
FILLERS = {"now", "next", "then", "please", "finally", "again", "also", "just", "directly", "exactly", "simply",
           "mentally", "carefully"}
OPENINGS = (("first",), ("and",), ("ok",), ("okay",), ("so",), ("after", "that"), ("in", "your", "mind"))
UNITS = dict(zip("one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
                 "seventeen eighteen nineteen".split(), range(1, 20)))
TENS = dict(zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10)))
CASES = re.compile(r"\b(?:(capital|upper case)|(lower case|small(?= letter [A-Za-z]\b)|small(?= [a-z]\b))) "
                   r"(letter )?([A-Za-z])\b(?! mark)")


def plain(text: str) -> str:
    """A text with degrees spelled out and quotation marks, dashes and spaces made plain."""
    text = text.replace("\u00b0", " degrees ")
    text = re.sub("[\u2018\u2019\u201c\u201d]", "'", re.sub("[\u2012-\u2015]", " ", text))
    return " ".join(unicodedata.normalize("NFKC", text).split())


def words(text: str) -> Words:
    """The words of a text, in small letters but for single ones, without what makes no difference to its meaning."""
    text = re.sub(r"(?<=\w)'s\b", " " + OWNS, plain(text))
    text = re.sub(r"['\"`,;:!?()]|\.(?!\d)", " ", text)
    text = re.sub(r"(?<=[^\W\d])-(?=[^\W\d])", " ", text)
    heard = [word if len(word) == 1 else word.lower() for word in text.split()]
    text = " ".join(SPELLINGS.get(word, word) for word in heard if word not in FILLERS)
    text = text.replace("anti clockwise", "counter clockwise")
    text = CASES.sub(lambda found: (found[3] or "") + (found[4].upper() if found[1] else found[4].lower()), text)
    return tuple(_numbers(text.split()))


def hear(sentence: str) -> Words:
    """The words of a sentence after what it opens with: "After that, and first, ..."."""
    left = words(sentence)
    while any(left[:len(opening)] == opening for opening in OPENINGS):
        left = left[next(len(opening) for opening in OPENINGS if left[:len(opening)] == opening):]
    return left


def _numbers(heard: list[str]) -> list[str]:
    """The same words with numbers in figures."""
    done: list[str] = []
    while heard:
        number, length = _number(heard)
        done.append(str(number) if length else heard[0])
        heard = heard[length or 1:]
    return done


def _number(heard: list[str]) -> tuple[int, int]:
    """The number that words begin with, below a thousand, and how many words it takes."""
    if len(heard) > 1 and heard[0] in UNITS and heard[1] == "hundred":
        and_ = heard[2:3] == ["and"]
        rest, length = _number(heard[2 + and_:])
        return 100 * UNITS[heard[0]] + rest, 2 + (and_ + length if length else 0)
    if heard and heard[0] in TENS:
        unit = UNITS.get(heard[1], 10) if len(heard) > 1 else 10
        return (TENS[heard[0]] + unit, 2) if unit < 10 else (TENS[heard[0]], 1)
    return (UNITS[heard[0]], 1) if heard and heard[0] in UNITS else (0, 0)


GRAMMAR = Grammar(LANGUAGE, words)
