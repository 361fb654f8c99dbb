"""Build the pack of pictures: python -m envs.stimuli.pack.build FOLDER

FOLDER holds the node_modules of the npm packages in `PACKAGES`, installed there with

    npm install --no-save --ignore-scripts emoji-datasource-google emoji-datasource-twitter \\
        @iconify-json/fluent-emoji-flat emojibase-data

and the Python package resvg-py must be installed. The script writes `pictures.webp` and `rows.json` beside itself. The
texts in `LICENSES` belong to the pack and were laid there by hand. The same packages give the same files.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
from PIL import Image

from envs.stimuli.openmoji import SELECTOR, rasterised
from envs.stimuli.pack.merges import SPOILT, entries, neutral
from envs.stimuli.pictures import FOLDER, SIZE, STYLES

NOTO, TWEMOJI, FLUENT, EMOJIBASE = PACKAGES = (
    "emoji-datasource-google", "emoji-datasource-twitter", "@iconify-json/fluent-emoji-flat", "emojibase-data")
UNWANTED = ("component", "country-flag", "subdivision-flag")  # groups and subgroups
COLUMNS = 64  # pictures in a row of the sheet
LIMIT = 6 * 2 ** 20  # bytes of the sheet
QUALITIES = range(95, 50, -1)  # of WebP, the first that fits
ALIKE = 2.5  # mean difference of premultiplied bytes under which two pictures of a concept are one
NAME = re.compile(r"[a-z]+( [a-z]+){0,2}")
SYNONYM = re.compile(r"[a-z]+( [a-z]+)*")


@dataclass(frozen=True)
class Emoji:
    """One emoji: its CLDR label, the characters it is written with, what it is about, and its pictures."""

    label: str
    characters: str
    keywords: tuple[str, ...]
    group: str
    subgroup: str
    pictures: dict[str, np.ndarray]  # by style, (64, 64, 4) uint8 RGBA


@dataclass(frozen=True)
class Merged:
    """One concept: the emoji that show it, the first of which stands for it, and its synonyms."""

    name: str
    emoji: tuple[Emoji, ...]
    synonyms: tuple[str, ...]

    def row(self) -> dict:
        """The concept as `rows.json` has it; a keyword is kept if at least half of its emoji bear it."""
        count = Counter(keyword for emoji in self.emoji for keyword in emoji.keywords)
        lead = self.emoji[0]
        return {"name": self.name, "label": lead.label, "emoji": lead.characters, "group": lead.group,
                "subgroup": lead.subgroup, "merged": [emoji.label for emoji in self.emoji[1:]],
                "synonyms": self.synonyms,
                "keywords": sorted(keyword for keyword, n in count.items() if 2 * n >= len(self.emoji))}

    def pictures(self, style: str) -> list[np.ndarray]:
        """The pictures in one style, without those that look like an earlier one."""
        kept: list[np.ndarray] = []
        for picture in (emoji.pictures[style] for emoji in self.emoji if style in emoji.pictures):
            if all(np.abs(_premultiplied(picture) - _premultiplied(other)).mean() > ALIKE for other in kept):
                kept.append(picture)
        return kept


def build(folder: Path, target: Path) -> None:
    """Write the sheet and its rows into `target`."""
    concepts = merge(read_emoji(folder / "node_modules"))
    tiles = [(index, style, picture) for index, concept in enumerate(concepts)
             for style, name in enumerate(STYLES) for picture in concept.pictures(name)]
    sheet = encoded(sheet_of([picture for _, _, picture in tiles]))
    rows = {"sha256": hashlib.sha256(sheet).hexdigest(), "styles": STYLES,
            "sources": {name: _json(folder / "node_modules" / name / "package.json")["version"] for name in PACKAGES},
            "concept": [index for index, _, _ in tiles], "style": [style for _, style, _ in tiles],
            "concepts": [concept.row() for concept in concepts]}
    (target / "pictures.webp").write_bytes(sheet)
    (target / "rows.json").write_text(json.dumps(rows, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")
    print(f"{len(concepts)} concepts, {len(tiles)} pictures, {len(sheet) / 2 ** 20:.2f} MiB")


# ---- the packages ---------------------------------------------------------------------------------------------------

def read_emoji(modules: Path) -> list[Emoji]:
    """The emoji of CLDR, in its order, that are pictured in at least two styles; no flags of places, no components."""
    names = _json(modules / EMOJIBASE / "meta" / "groups.json")
    found = []
    drawings = Drawings(modules)
    for row in _json(modules / EMOJIBASE / "en" / "data.json"):
        group, subgroup = (names[kind].get(str(row.get(kind[:-1]))) for kind in ("groups", "subgroups"))
        if group is None or {group, subgroup} & set(UNWANTED):
            continue
        pictures = {style: picture for style, picture in drawings.of(row["hexcode"]).items()
                    if (style, row["label"]) not in SPOILT}
        if len(pictures) >= 2:
            found.append(Emoji(row["label"], row["emoji"], tuple(row["tags"]), group, subgroup, pictures))
    return found


class Drawings:
    """The pictures in the three packages, by the code points of their emoji."""

    def __init__(self, modules: Path):
        self.images = {style: {_bare(row["unified"]): modules / package / "img" / maker / str(SIZE) / row["image"]
                               for row in _json(modules / package / "emoji.json") if row[f"has_img_{maker}"]}
                       for style, package, maker in (("noto", NOTO, "google"), ("twemoji", TWEMOJI, "twitter"))}
        self.icons = _json(modules / FLUENT / "icons.json")
        self.icon_names = {_bare(code): name for code, name in _json(modules / FLUENT / "chars.json").items()}

    def of(self, code: str) -> dict[str, np.ndarray]:
        """The pictures there are of an emoji, by style, each (64, 64, 4)."""
        pictures = {style: np.array(Image.open(paths[_bare(code)]).convert("RGBA"))
                    for style, paths in self.images.items() if _bare(code) in paths}
        icon = self.icons["icons"].get(self.icon_names.get(_bare(code)))
        if icon:
            pictures["fluent"] = rasterised(self._svg(icon["body"]))
        return pictures

    def _svg(self, body: str) -> str:
        return ('<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
                f'viewBox="0 0 {self.icons["width"]} {self.icons["height"]}">{body}</svg>')


def _json(path: Path):
    return json.loads(path.read_text("utf-8"))


def _bare(code: str) -> str:
    """Code points without the selector of a presentation."""
    return code.upper().replace(f"-{ord(SELECTOR):X}", "")


# ---- concepts and their names ---------------------------------------------------------------------------------------

def merge(found: Sequence[Emoji]) -> list[Merged]:
    """The concepts, in the order of their first emoji; every line of the table must fit, and names must be plain."""
    labels = {emoji.label for emoji in found}
    people: dict[str, list[Emoji]] = {}
    for emoji in found:
        people.setdefault(neutral(emoji.label, labels), []).append(emoji)
    listed = [(name, _taken(patterns, people, name), synonyms) for name, patterns, synonyms in entries()]
    concepts = listed + [(plain(label), tuple(emoji), ()) for label, emoji in people.items()]
    for name, times in Counter(name for name, _, _ in concepts).items():
        if times > 1 or not NAME.fullmatch(name):
            raise ValueError(f"merges.py: {name!r} names {times} concepts; a name is one to three plain lower-case "
                             "words and names one")
    order = {emoji.label: place for place, emoji in enumerate(found)}
    concepts.sort(key=lambda concept: order[concept[1][0].label])
    synonyms = _synonyms({name: spoken for name, _, spoken in concepts}, {name: emoji for name, emoji, _ in concepts})
    return [Merged(name, emoji, synonyms[name]) for name, emoji, _ in concepts]


def plain(label: str) -> str:
    """A label in lower-case letters, digits and single blanks."""
    letters = unicodedata.normalize("NFKD", label.lower())
    kept = "".join(c for c in letters if not unicodedata.combining(c) and c not in "’'")
    return " ".join(re.findall(r"[a-z0-9]+", kept))


def _taken(patterns: Sequence[str], people: dict[str, list[Emoji]], name: str) -> tuple[Emoji, ...]:
    """The emoji whose labels fit the patterns, in the order of the patterns; they are taken out of `people`."""
    emoji = []
    for pattern in patterns:
        fitting = [label for label in people if fnmatchcase(label, pattern)]
        if not fitting:
            raise ValueError(f"merges.py, {name}: no emoji is left with a label like {pattern!r}")
        emoji += [each for label in fitting for each in people.pop(label)]
    return tuple(emoji)


def _synonyms(spoken: dict[str, tuple[str, ...]], taken: dict[str, tuple[Emoji, ...]]) -> dict[str, tuple[str, ...]]:
    """For each name its synonyms: those of the table, then the labels merged into it that name nothing else."""
    owner = {name: name for name in spoken}
    for name, listed in spoken.items():
        for synonym in listed:
            if synonym in owner or not SYNONYM.fullmatch(synonym):
                raise ValueError(f"merges.py, {name}: {synonym!r} is not plain, or names {owner.get(synonym)}")
            owner[synonym] = name
    labels = {name: list(dict.fromkeys(plain(emoji.label) for emoji in taken[name])) for name in spoken}
    claims = Counter(label for group in labels.values() for label in group)
    return {name: listed + tuple(label for label in labels[name] if label not in owner and claims[label] == 1
                                 and SYNONYM.fullmatch(label)) for name, listed in spoken.items()}


# ---- the sheet ------------------------------------------------------------------------------------------------------

def sheet_of(pictures: Sequence[np.ndarray]) -> np.ndarray:
    """Pictures (64, 64, 4) row by row in one sheet (rows * 64, COLUMNS * 64, 4); the rest of the last row is empty."""
    rows = -(-len(pictures) // COLUMNS)
    tiles = np.zeros((rows * COLUMNS, SIZE, SIZE, 4), np.uint8)
    tiles[:len(pictures)] = pictures
    return tiles.reshape(rows, COLUMNS, SIZE, SIZE, 4).swapaxes(1, 2).reshape(rows * SIZE, COLUMNS * SIZE, 4)


def encoded(sheet: np.ndarray) -> bytes:
    """The sheet as WebP, colours lossy and alpha lossless, at the best quality within `LIMIT`."""
    image = Image.fromarray(sheet)
    for quality in QUALITIES:
        file = io.BytesIO()
        image.save(file, "WEBP", quality=quality, alpha_quality=100, method=6)
        if file.tell() <= LIMIT:
            return file.getvalue()
    raise ValueError(f"{sheet.shape[0]} x {sheet.shape[1]} pixels do not fit into {LIMIT} bytes")


def _premultiplied(picture: np.ndarray) -> np.ndarray:
    """RGBA (64, 64, 4) as floats, what is transparent being black."""
    pixels = picture.astype(np.float32)
    pixels[..., :3] *= pixels[..., 3:] / 255
    return pixels


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m envs.stimuli.pack.build FOLDER")
    build(Path(sys.argv[1]), FOLDER)
