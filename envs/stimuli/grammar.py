"""A small grammar whose templates both phrase values and parse sentences, so that the two cannot drift apart.

A symbol is a sequence of alternatives. `Rule` says a dataclass by a template with slots `{field:symbol}`, `Number` a
number, and a dictionary lists the templates of values, the commonest first. In templates `put|add` are words to choose
from, and `a/the` says the first but hears any. The words of templates and sentences are made alike by one function.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import groupby, product

import numpy as np

Words = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Rule:
    """Says a `kind` whose fields are in the slots of `template` or `fixed`; all others have their defaults."""

    kind: type
    template: str
    fixed: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Number:
    """Says `unit` times a number that stands in the template's slot `{number}`; the number is not negative."""

    template: str
    unit: float = 1.


Phrases = Mapping[Hashable, Sequence[str]]
Symbol = Sequence[Rule | Number | Phrases]

_SLOT = re.compile(r"\{(?:(\w+):)?(\w+)\}")


@dataclass(frozen=True)
class _Slot:
    field: str
    symbol: str


class Grammar:
    """Phrases and parses the values of `symbols`; `words` cuts a text into the words by which texts are compared."""

    def __init__(self, symbols: Mapping[str, Symbol], words: Callable[[str], Words]):
        self.symbols, self.words = symbols, words
        self._said = {rule: _pieces(rule.template) for symbol in symbols.values() for rule in symbol
                      if not isinstance(rule, Mapping)}
        self._heard = {rule: self._alternatives(pieces) for rule, pieces in self._said.items()}
        self._tables = {name: self._table(symbol) for name, symbol in symbols.items()}

    @property
    def vocabulary(self) -> set[str]:
        """Every word of the language but numbers."""
        listed = {word for table in self._tables.values() for phrase in table for word in phrase}
        return listed | {word for alternatives in self._heard.values() for pieces in alternatives for word in pieces
                         if isinstance(word, str)}

    # ---- say ------------------------------------------------------------------------------------------------------

    def phrase(self, symbol: str, value: object, rng: np.random.Generator | None = None) -> str | None:
        """Words for a value, chosen by `rng`, without one the first; None if the symbol cannot say it."""
        rules = list(self.symbols[symbol])
        for rule in rules if rng is None else [rules[i] for i in rng.permutation(len(rules))]:
            said = self._say(rule, value, rng)
            if said is not None:
                return " ".join(said.split())
        return None

    def _say(self, rule: Rule | Number | Phrases, value: object, rng: np.random.Generator | None) -> str | None:
        if isinstance(rule, Mapping):
            templates = rule.get(value)
            if templates is None:
                return None
            chosen = str(templates[0] if rng is None else rng.choice(templates))
            return " ".join(_chosen(word, rng) for word in chosen.split())
        if isinstance(rule, Number):
            number = value / rule.unit
            slots = {"number": _digits(number)} if number >= 0 else None
        else:
            slots = self._slots(rule, value, rng)
        if slots is None:
            return None
        return " ".join(slots[piece.field] if isinstance(piece, _Slot) else _chosen(piece, rng)
                        for piece in self._said[rule])

    def _slots(self, rule: Rule, value: object, rng: np.random.Generator | None) -> dict[str, str] | None:
        """What fills a rule's slots if it says the value."""
        if type(value) is not rule.kind:
            return None
        symbols = {piece.field: piece.symbol for piece in self._said[rule] if isinstance(piece, _Slot)}
        slots: dict[str, str] = {}
        for each in fields(value):
            content = getattr(value, each.name)
            if each.name not in symbols:
                if content != rule.fixed.get(each.name, each.default):
                    return None
                continue
            said = self.phrase(symbols[each.name], content, rng)
            if said is None:
                return None
            slots[each.name] = said
        return slots

    # ---- hear -----------------------------------------------------------------------------------------------------

    def parse(self, symbol: str, words: Words) -> Iterator[object]:
        """The values that all the words together can mean."""
        return (value for value, end in self._match(symbol, words, 0, {}) if end == len(words))

    def _match(self, symbol: str, words: Words, start: int, known: dict) -> list[tuple[object, int]]:
        """What a symbol can mean from a word on, and where that ends."""
        if (symbol, start) not in known:
            known[symbol, start] = list(self._found(symbol, words, start, known))
        return known[symbol, start]

    def _found(self, symbol: str, words: Words, start: int, known: dict) -> Iterator[tuple[object, int]]:
        table = self._tables[symbol]
        longest = min(max(map(len, table), default=-1), len(words) - start)
        for length in range(longest, -1, -1):  # what takes in more words is likelier meant
            for value in table.get(words[start:start + length], ()):
                yield value, start + length
        for rule in self.symbols[symbol]:
            if isinstance(rule, Mapping):
                continue
            for pieces in self._heard[rule]:
                for filled, end in self._filled(pieces, words, start, known):
                    if isinstance(rule, Number):
                        yield rule.unit * filled["number"], end
                    else:
                        yield rule.kind(**rule.fixed, **filled), end

    def _filled(self, pieces: tuple, words: Words, start: int, known: dict) -> Iterator[tuple[dict, int]]:
        """The ways of filling a template's slots from a word on."""
        if not pieces:
            yield {}, start
            return
        piece, rest = pieces[0], pieces[1:]
        if isinstance(piece, str):
            ways = [({}, start + 1)] if start < len(words) and words[start] == piece else []
        elif piece.symbol == "number":
            ways = [({"number": number}, start + 1) for number in _numbers(words[start:start + 1])]
        else:
            ways = [({piece.field: value}, end) for value, end in self._match(piece.symbol, words, start, known)]
        for first, middle in ways:
            for others, end in self._filled(rest, words, middle, known):
                yield first | others, end

    def _alternatives(self, pieces: tuple) -> list[tuple]:
        """A template as it may be heard: sequences of words and slots."""
        choices = [[piece] if isinstance(piece, _Slot) else re.split(r"[|/]", piece) for piece in pieces]
        return list(dict.fromkeys(self._heard_as(chosen) for chosen in product(*choices)))

    def _heard_as(self, pieces: Sequence[str | _Slot]) -> tuple[str | _Slot, ...]:
        """Pieces with their text cut into words."""
        runs = ((is_slot, list(run)) for is_slot, run in groupby(pieces, lambda piece: isinstance(piece, _Slot)))
        return tuple(piece for is_slot, run in runs for piece in (run if is_slot else self.words(" ".join(run))))

    def _table(self, symbol: Symbol) -> dict[Words, list[object]]:
        """The phrases that a symbol lists, and what each may mean."""
        table: dict[Words, list[object]] = {}
        for rule in symbol:
            if isinstance(rule, Mapping):
                for value, templates in rule.items():
                    for heard in (words for template in templates for words in self._alternatives(_pieces(template))):
                        meanings = table.setdefault(heard, [])
                        meanings += [value] if value not in meanings else []
        return table


def _pieces(template: str) -> tuple[str | _Slot, ...]:
    """A template's words and slots in order."""
    slots = ((word, _SLOT.fullmatch(word)) for word in template.split())
    return tuple(_Slot(slot[1] or slot[2], slot[2]) if slot else word for word, slot in slots)


def _chosen(piece: str, rng: np.random.Generator | None) -> str:
    """One of a template's alternative words, to be said."""
    said = piece.split("/")[0].split("|")
    return said[0] if rng is None else str(rng.choice(said))


def _digits(number: float) -> str:
    """A number in as few digits as tell it from all others."""
    return np.format_float_positional(number, trim="-") if np.isfinite(number) else str(number)


def _numbers(words: Words) -> list[float]:
    """The number that a word is, if it is one."""
    try:
        return [float(word) for word in words]
    except ValueError:
        return []
