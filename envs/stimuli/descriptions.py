"""English descriptions of islands, and the parser that inverts them.

Every kind of fact has several phrasings with slots; `describe` fills them and `parse` turns the same phrasings into
regular expressions, so the two cannot drift apart. Sentences end in a full stop or a semicolon; the order is free.
"""

from __future__ import annotations

import difflib
import re
import textwrap
import unicodedata
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from envs.stimuli import facts as F
from envs.stimuli.islands import Coast, Island, Landmark
from envs.stimuli.landmarks import KINDS

MAX_LANDMARKS = 10
MAX_CHARACTERS = 4000

HOURS = tuple(f"{hour} o'clock" if half == 0 else f"halfway between {hour} and {hour % 12 + 1} o'clock"
              for hour in (12, *range(1, 12)) for half in (0, 1))
DEPTHS = {"shore": ("close to the shore", "near the coast", "by the sea"),
          "inland": ("some way inland", "halfway inland"),
          "heart": ("deep inland", "near the middle of the island")}
COMPASS = {direction: (f"in the {name}", f"to the {name}") for direction, name in enumerate(F.DIRECTIONS)}
BESIDE = {"above": ("just above", "directly above"), "below": ("just below", "right beneath"),
          "left": ("just to the left of", "immediately left of"),
          "right": ("just to the right of", "immediately right of")}

PHRASINGS: dict[type[F.Fact], tuple[str, ...]] = {
    F.Fact: ("there is {a}", "the island has {a}", "{a} can be found on it", "you can also see {a}"),
    F.Clock: ("at {clock} there is {a}", "{a} lies at {clock}", "the {kind} is at {clock}",
              "on the shore at {clock} you find {a}"),
    F.Compass: ("{compass}, {depth}, there is {a}", "{a} stands {compass}, {depth}",
                "the {kind} is {compass} of the island, {depth}", "{depth}, {compass}, you see {a}"),
    F.Centimetres: ("{a} is {left} cm from the left edge and {top} cm from the top",
                    "the {kind} lies {left} cm from the left and {top} cm from the top edge",
                    "{left} cm from the left and {top} cm from the top there is {a}",
                    "{top} cm below the top edge and {left} cm from the left edge is {a}"),
    F.Square: ("{a} is in square {cell}", "square {cell} holds {a}", "in square {cell} there is {a}",
               "the {kind} can be found in square {cell}"),
    F.Relation: ("the {kind} is {beside} the {anchor}", "{beside} the {anchor} there is {a}",
                 "{a} stands {beside} the {anchor}", "you find {a} {beside} the {anchor}"),
    F.Between: ("the {kind} is halfway between the {first} and the {second}",
                "between the {first} and the {second} there is {a}",
                "{a} stands midway between the {first} and the {second}",
                "you find {a} right between the {first} and the {second}"),
}
OPENINGS = ("this is an island", "imagine an island", "the island is round", "the island is circular")


def article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def cell_name(column: int, row: int) -> str:
    return f"{'ABCDEFGHIJ'[column]}{row + 1}"


# ---- describe -------------------------------------------------------------------------------------------------------

def phrase(fact: F.Fact, rng: np.random.Generator | None = None) -> str:
    """One English sentence for a fact; the paraphrase is chosen by `rng`, without one the first."""
    choose = rng.choice if rng is not None else (lambda options: options[0])
    slots = {"kind": fact.kind, "a": article(fact.kind)}
    match fact:
        case F.Clock():
            slots["clock"] = HOURS[fact.half_hours]
        case F.Compass():
            slots |= {"compass": choose(COMPASS[fact.direction]), "depth": choose(DEPTHS[fact.depth])}
        case F.Centimetres():
            slots |= {"left": f"{fact.left:g}", "top": f"{fact.top:g}"}
        case F.Square():
            slots["cell"] = cell_name(fact.column, fact.row)
        case F.Relation():
            slots |= {"beside": choose(BESIDE[fact.relation]), "anchor": fact.anchor}
        case F.Between():
            slots |= {"first": fact.first, "second": fact.second}
    sentence = str(choose(PHRASINGS[type(fact)])).format(**slots)
    return sentence[0].upper() + sentence[1:] + "."


def describe(facts: Sequence[F.Fact], rng: np.random.Generator, opening: str | None = None) -> str:
    """An English description: the facts in the order given, one sentence each."""
    sentences = [] if opening is None else [opening[0].upper() + opening[1:] + "."]
    return " ".join(sentences + [phrase(fact, rng) for fact in facts])


# ---- parse ----------------------------------------------------------------------------------------------------------

def _one_of(table: dict[object, Iterable[str]]) -> tuple[str, Callable[[str], object]]:
    meanings = {words: key for key, phrasings in table.items() for words in phrasings}
    return "|".join(sorted(map(re.escape, meanings), key=len, reverse=True)), meanings.__getitem__


_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_SLOTS: dict[str, tuple[str, Callable[[str], object]]] = {
    **{slot: (r"[a-z]+", str) for slot in ("kind", "anchor", "first", "second")},
    "a": (r"an? [a-z]+", lambda words: words.split()[1]),
    "clock": _one_of({index: (words,) for index, words in enumerate(HOURS)}),
    "compass": _one_of(COMPASS), "depth": _one_of(DEPTHS), "beside": _one_of(BESIDE),
    "left": (_NUMBER, float), "top": (_NUMBER, float), "cell": (r"[a-j](?:10|[1-9])", str),
}
_FIELDS = {"a": "kind", "clock": "half_hours", "compass": "direction", "beside": "relation"}


def _pattern(template: str) -> re.Pattern[str]:
    slot = re.compile(r"\\\{(\w+)\\\}")
    return re.compile(slot.sub(lambda m: f"(?P<{m[1]}>{_SLOTS[m[1]][0]})", re.escape(template)))


_PATTERNS = [(kind_of_fact, _pattern(template)) for kind_of_fact, templates in reversed(PHRASINGS.items())
             for template in templates]
VOCABULARY = sorted({word for templates in (*PHRASINGS.values(), OPENINGS, HOURS, *COMPASS.values(), *DEPTHS.values(),
                                            *BESIDE.values()) for template in templates
                     for word in re.findall(r"[a-z]+(?:['-][a-z]+)*", re.sub(r"\{\w+\}", " ", template))}
                    | {"a", "an", "the"} | set(KINDS))


def _fact(sentence: str) -> F.Fact | None:
    for kind_of_fact, pattern in _PATTERNS:
        found = pattern.fullmatch(sentence)
        if found:
            values = {_FIELDS.get(slot, slot): _SLOTS[slot][1](text) for slot, text in found.groupdict().items()}
            if "cell" in values:
                cell = values.pop("cell")
                values |= {"column": "abcdefghij".index(cell[0]), "row": int(cell[1:]) - 1}
            return kind_of_fact(**values)
    return None


def _check_words(sentence: str) -> None:
    known = set(VOCABULARY)
    for word in re.findall(r"[^\W\d_]+(?:['-][^\W\d_]+)*", re.sub(r"\b[a-j]\d+\b", " ", sentence)):
        if word not in known:
            near = difflib.get_close_matches(word, VOCABULARY, 3, 0.5) or list(KINDS[:3])
            raise ValueError(f"unknown word {word!r}; the nearest known words are {', '.join(near)}")


def sentences(text: str) -> list[str]:
    """The sentences of a text without their stops, in plain characters and single spaces."""
    plain = " ".join(unicodedata.normalize("NFKC", text).replace("\u2019", "'").split())
    return [sentence for sentence in re.split(r"[.;]+(?:\s+|$)", plain) if sentence]


def parse(text: str) -> tuple[F.Fact, ...]:
    """The facts that a description states, in its order.

    Raises ValueError, in one line, for an empty or overlong text, a word outside the vocabulary (with the nearest
    known ones), a sentence of no known form, a place off the map, and more landmarks than fit.
    """
    if not text.strip():
        raise ValueError("the description is empty; write at least one sentence such as 'There is a hut.'")
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"the description has {len(text)} characters; at most {MAX_CHARACTERS} can be heard")
    facts: list[F.Fact] = []
    for sentence in sentences(text.lower()):
        if sentence in OPENINGS:
            continue
        _check_words(sentence)
        fact = _fact(sentence)
        if fact is None:
            raise ValueError(f"cannot read {textwrap.shorten(sentence, 80)!r}; write for example "
                             f"{phrase(F.Clock('hut', 22))!r} or {phrase(F.Square('hut', 3, 6))!r}")
        for kind in (fact.kind, *fact.anchors):
            if kind not in KINDS:
                near = difflib.get_close_matches(kind, KINDS, 3, 0.0)
                raise ValueError(f"{kind!r} is not a landmark; the nearest known ones are {', '.join(near)}")
        if isinstance(fact, F.Centimetres) and max(fact.left, fact.top) > F.MAP_CM:
            raise ValueError(f"the {fact.kind} lies off the map, which is {F.MAP_CM:g} cm wide and high")
        facts.append(fact)
    if not facts:
        raise ValueError("the description names no landmark; write at least one sentence such as 'There is a hut.'")
    if len(facts) > MAX_LANDMARKS:
        raise ValueError(f"{len(facts)} landmarks are described; at most {MAX_LANDMARKS} fit on an island")
    return tuple(facts)


# ---- described scenes -----------------------------------------------------------------------------------------------

def sample_scene(rng: np.random.Generator, landmarks: int, registers: Sequence[str] = F.REGISTERS,
                 spacing: float = 0.11) -> tuple[Island, tuple[F.Fact, ...]]:
    """An island of `landmarks` landmarks whose places obey facts drawn from `registers`, in random order.

    A scene keeps to one register or mixes them; where there are relations, at least a third of the landmarks are placed
    in other ways, and relations are to these.
    Landmarks keep `spacing` (map widths) from each other. The facts are true of the island.
    """
    coast = Coast.circle(rng.uniform(0.38, 0.45)) if rng.uniform() < 0.3 else Coast.sample(rng)
    own = [str(rng.choice(registers))] * landmarks if rng.uniform() < 0.7 else [
        str(register) for register in rng.choice(registers, landmarks)]
    if "relation" in own:
        fixed = 1 + landmarks // 3
        own[:fixed] = [str(register) for register in rng.choice(("clock", "compass", "grid"), fixed)]
    scale = rng.uniform(0.095, 0.13)
    facts: list[F.Fact] = []
    places: dict[str, F.Place] = {}
    anchors: dict[str, F.Place] = {}
    for kind, register in zip(rng.permutation(KINDS)[:landmarks].tolist(), own):
        for _ in range(60):
            fact = F.fitting(rng, register, kind, coast, anchors)
            x, y = (float(value) for value in fact.sample(rng, coast, places))
            clear = all(np.hypot(x - u, y - v) >= spacing for u, v in places.values())
            if clear and 0.06 <= min(x, y) and max(x, y) <= 0.94 and coast.contains(x, y, margin=0.025):
                facts.append(fact)
                places[kind] = (x, y)
                if not fact.anchors:
                    anchors[kind] = (x, y)
                break
    island = Island(tuple(Landmark(kind, x, y, float(scale * rng.uniform(0.92, 1.08)))
                          for kind, (x, y) in places.items()), coast, int(rng.integers(2**31)))
    return island, tuple(facts[i] for i in rng.permutation(len(facts)))
