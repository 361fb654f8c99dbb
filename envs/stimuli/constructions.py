"""Mental constructions (Finke, Pinker & Farah 1989): their instructions, said and understood, and what people may see.

`phrase` says a step in ordinary English and `parse` reads it back. What steps there are is in `envs.stimuli.steps`,
what words there are for them in `envs.stimuli.instructions`, and what comes of them in `envs.stimuli.drawings`.
"""

from __future__ import annotations

import difflib
import json
import re
import textwrap
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import chain, islice, product
from pathlib import Path

import numpy as np

from envs.stimuli import letters, lines, pictures
from envs.stimuli import steps as S
from envs.stimuli.drawings import MOST_STEPS, Construction, build
from envs.stimuli.grammar import Words
from envs.stimuli.instructions import GRAMMAR, OWNS, hear, plain
from envs.stimuli.own import read_list
from envs.stimuli.steps import Step

FILE = Path(__file__).with_suffix(".json")
MAX_CHARACTERS = 300  # of an instruction
MAX_ITEMS = 200
ORIGINS = ("published", "development", "own")

# ---- phrase and parse -----------------------------------------------------------------------------------------------


def phrase(step: Step, rng: np.random.Generator | None = None) -> str:
    """One English sentence for a step; the phrasing is chosen by `rng`, without one the first."""
    S.check(step)
    said = GRAMMAR.phrase("step", step, rng)
    if said is None:
        raise ValueError(f"there are no words for {step}")
    said = re.sub(r"\ba (?=[aeiou]|[AEFHILMNORSXfhlmnrsx8]\b)", "an ", said.replace(f" {OWNS}", "'s"))
    return said[0].upper() + said[1:] + "."


def parse(sentence: str) -> Step:
    """The step that a sentence says.

    Raises ValueError, in one line, for an empty or overlong sentence, one outside the language (with the nearest that
    is in it), and one that nobody could carry out.
    """
    _check_length(sentence)
    found = _understood(hear(sentence))
    if isinstance(found, Step):
        return found
    said = repr(plain(sentence))
    raise ValueError(f"cannot read {said}; the nearest sentence that can be read is {_nearest(hear(sentence))!r}"
                     if found is None else f"{said}: {found}")


def read(instructions: Sequence[str]) -> tuple[Step, ...]:
    """The steps of instructions in their order; one instruction may hold several sentences, or two joined by `and`."""
    for instruction in instructions:
        _check_length(instruction)
    return tuple(step for instruction in instructions for sentence in _sentences(instruction)
                 for step in _clauses(sentence) or (parse(sentence),))


def _check_length(text: str) -> None:
    text = plain(text)
    if not text:
        raise ValueError("the instruction is empty; write a sentence such as 'Imagine a capital D.'")
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"the instruction has {len(text)} characters; at most {MAX_CHARACTERS} can be heard: "
                         f"{textwrap.shorten(text, 60)!r}")


def _understood(heard: Words) -> Step | ValueError | None:
    """The first sensible meaning of the words of a sentence, else why it has none."""
    problem = None
    for step in chain(GRAMMAR.parse("step", heard), _qualified(heard)):
        try:
            S.check(step)
            return step
        except ValueError as error:
            problem = problem or error
    return problem


def _qualified(heard: Words) -> Iterator[Step]:
    """What words mean that say last how large a part is or how it lies: "put a line above it, of equal width"."""
    for start in range(max(len(heard) - 6, 0), len(heard)):
        for field, symbol in (("size", "fit"), ("way", "posture")):
            for value in filter(None, GRAMMAR.parse(symbol, heard[start:])):
                for step in chain(GRAMMAR.parse("step", heard[:start]), _qualified(heard[:start])):
                    if isinstance(step, S.Add) and not getattr(step.part, field):
                        yield replace(step, part=replace(step.part, **{field: value}))


def _sentences(text: str) -> list[str]:
    """The sentences of a text; a text without any is one, empty."""
    return [sentence for sentence in re.split(r"[.;!]+(?:\s+|$)", text) if sentence.strip()] or [""]


def _clauses(sentence: str) -> tuple[Step, ...]:
    """The steps of a sentence, which may be several; none if it cannot be read."""
    found = _understood(hear(sentence))
    if isinstance(found, Step):
        return (found,)
    for joint in re.finditer(r",? (?:and then|and|then) |, ", sentence):
        first, others = _understood(hear(sentence[:joint.start()])), sentence[joint.end():]
        if isinstance(first, Step) and (rest := _clauses(others)):
            return (first, *rest)
    return ()


def _nearest(heard: Words) -> str:
    """A sentence of the language near to one outside it: words mended, else some left out, else an example."""
    known = GRAMMAR.vocabulary
    near = [[word] if word in known or len(word) == 1 or word[0].isdigit() else
            difflib.get_close_matches(word, known, 3, .6) or [word] for word in heard[:40]]
    mended = list(islice(product(*near), 100))
    shortened = (mended[0][:start] + mended[0][start + length:] for length in (1, 2, 3, 4)
                 for start in range(len(mended[0])))
    for attempt in (*mended, *shortened):
        step = _understood(attempt)
        if isinstance(step, Step):
            return phrase(step)
    alike = {sentence: difflib.SequenceMatcher(None, mended[0], example).ratio()
             for sentence, example in _examples().items()}
    return max(alike, key=alike.get)


@cache
def _examples() -> dict[str, Words]:
    """Sentences of every kind, and their words."""
    square, circle, d, j = S.Named("square"), S.Named("circle"), S.Named("D"), S.Part("J")
    steps = [S.Imagine(S.Part(*part)) for part in (("D",), ("circle", "small"), ("line", "long", "horizontal"), ("4",),
                                                   ("triangle", "", "pointing down"))]
    steps += [S.Add(j, S.Place(*place)) for place in (
        ("above",), ("below", d), ("left", square), ("right", circle, "top"), ("inside", square), ("around", d),
        ("at", S.Whole(), "middle"), ("at", square, "top left"), ("below", S.Whole(), "", "touching"),
        ("above", d, "", "gap"), ("left", d, "", "sharing"), ("inside", square, "top"))]
    steps += [S.Turn(90.), S.Turn(-90.), S.Turn(180.), S.Turn(-45., circle), S.Turn(60.), S.Flip("left-right"),
              S.Flip("top-bottom", d), S.Mirror(S.Line("curved", "", d), S.Line("vertical")),
              S.Align(S.Line("diagonal"), "vertical"), S.Remove(circle), S.Remove(S.Line("flat")),
              S.Remove(S.Line("vertical", "", d)), S.Remove(S.Half("left", d)), S.Remove(S.Lines("horizontal")),
              S.Remove(S.Beyond("left", S.Line("vertical"))), S.Resize(2.), S.Resize(.5, "size", circle),
              S.Resize(1.5, "width", square), S.Move(circle, S.Place("above", square)),
              S.Move(S.Line("horizontal"), S.Place("at", S.Line("vertical"), "middle"))]
    rng = np.random.default_rng(0)
    said = [phrase(step) for step in steps] + [phrase(step, rng) for step in steps for _ in range(12)]
    return {sentence: hear(sentence) for sentence in said}


# ---- constructions --------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Item:
    """A construction that people may recognise: its instructions, one at a time, and what comes of them.

    `synonyms` count as the target, too. `origin` is one of `ORIGINS`; published ones have the share of `people` who
    named the target and their mean rating (1 to 5).
    """

    name: str
    target: str
    instructions: tuple[str, ...]
    synonyms: tuple[str, ...] = ()
    origin: str = "own"
    named: float | None = None
    rating: float | None = None
    people: int | None = None
    source: str = ""

    @cached_property
    def drawing(self) -> Construction:
        """What a perfect image would show."""
        return build(read(self.instructions))

    def check(self) -> None:
        """Raise ValueError, in one line, unless the construction can be carried out."""
        try:
            build(read(self.instructions))
        except ValueError as error:
            raise ValueError(f"{self.name}, {self.target!r}: {error}") from None

    @cached_property
    def accepted(self) -> frozenset[str]:
        """All names of the target: its own, its listed synonyms, and those of the concepts and figures so named."""
        return frozenset(name for given in (self.target, *self.synonyms) for name in same(given))


@cache
def items(origin: str) -> tuple[Item, ...]:
    """The constructions that come with the laboratory: `published`, for reports alone, or `development`."""
    if origin not in ORIGINS[:2]:
        raise ValueError(f"unknown constructions {origin!r}; there are {' and '.join(ORIGINS[:2])} ones")
    rows = [row for row in json.loads(FILE.read_text("utf-8")) if row["origin"] == origin]
    return tuple(Item(f"{origin}-{number}", **{key: tuple(value) if isinstance(value, list) else value
                                               for key, value in row.items()}) for number, row in enumerate(rows, 1))


def read_items(text: str) -> tuple[Item, ...]:
    """A user's own constructions: JSON, a list of {"target": ..., "instructions": [...]}, and "synonyms" if wanted.

    Raises ValueError, in one line, for a text that cannot be read or a construction that cannot be carried out, and
    warns of targets that are no name in `vocabulary`: unless a participant is given them, nobody can answer so.
    """
    wanted = 'a list of {"target": ..., "instructions": ["Imagine a capital D.", ...]}'
    rows = read_list(text, "constructions", wanted, MAX_ITEMS)
    own = tuple(_own(f"own-{number}", row, wanted) for number, row in enumerate(rows, 1))
    for item in own:
        if not item.accepted & set(vocabulary()):
            near = ", ".join(difflib.get_close_matches(item.target, vocabulary(), 3, 0))
            warnings.warn(f"{item.name}: nobody can answer {item.target!r}, which is no name in the vocabulary; the "
                          f"nearest are {near}", stacklevel=2)
    return own


def _own(name: str, row: object, wanted: str) -> Item:
    """A construction as a user wrote it, checked."""
    keys = set(row) if isinstance(row, dict) else set()
    if not {"target", "instructions"} <= keys <= {"target", "instructions", "synonyms"}:
        shown = textwrap.shorten(json.dumps(row), 60)
        raise ValueError(f"{name}: {shown} is no construction; the file must be {wanted}")
    target, instructions, synonyms = row["target"], row["instructions"], row.get("synonyms", [])
    if not isinstance(target, str) or not target.strip():
        raise ValueError(f"{name}: the target is {target!r}; it must be a name such as 'umbrella'")
    for key, texts in (("instructions", instructions), ("synonyms", synonyms)):
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise ValueError(f"{name}: the {key} of {target!r} must be a list of texts")
    if not instructions:
        raise ValueError(f"{name}: {target!r} has no instructions; give at least one, and at most {MOST_STEPS}")
    item = Item(name, target.strip(), tuple(map(plain, instructions)), tuple(synonyms))
    item.check()
    return item


@cache
def vocabulary() -> tuple[str, ...]:
    """All names that a thing can be given: of the concepts in pictures, letters, digits and line figures."""
    concepts = (concept.name for concept in pictures.pack().concepts)
    return tuple(dict.fromkeys((*concepts, *letters.CHARACTERS, *lines.FIGURES)))


def same(name: str) -> set[str]:
    """A name and all others of what is called so first of all, or if nothing is, of what is called so at all."""
    name = name if len(name) == 1 else name.lower()
    first, other = (named.get(name, []) for named in _things())
    return {name}.union(*(first or other))


@cache
def _things() -> tuple[dict[str, list[set[str]]], dict[str, list[set[str]]]]:
    """The concepts and figures that have each name, as sets of their names: those named so first, and the others."""
    things = [(concept.name, *concept.synonyms) for concept in pictures.pack().concepts]
    things += [(name, *(word for word in called if word != name)) for name, called in lines.CALLED.items()]
    first: dict[str, list[set[str]]] = {}
    other: dict[str, list[set[str]]] = {}
    for names in things:
        first.setdefault(names[0], []).append(set(names))
        for name in names[1:]:
            other.setdefault(name, []).append(set(names))
    return first, other
