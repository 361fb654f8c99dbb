"""What the generator of pictures is taught by: things in three styles and many colours, drawings of them, letters and
line figures, alone and in twos, each with a text that says so.

Unlike what the verbal channel is shown, pictures here are as they should be imagined: upright, whole, on white paper.
"""

from __future__ import annotations

import colorsys
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from envs.stimuli import letters, lines, outlines
from envs.stimuli.descriptions import article
from envs.stimuli.pictures import on
from experiments.upbringing.scenes import pictures_to_tensor
from experiments.upbringing.schooling import Exhibits
from imagery.models.imaginer import Lesson
from imagery.models.recollection import Recollection, coarse, features
from imagery.models.verbal import VerbalChannel
from imagery.reminding import PLACES, Reminder, phrases

SHARES = {"thing": 0.34, "tinted": 0.12, "drawn": 0.14, "letter": 0.1, "figure": 0.06, "two": 0.24}
FORMS = ("{a}", "a picture of {a}", "a drawing of {a}")                         # of the three styles, in their order
TINTS = {"red": (0.0, 0.85, 0.85), "orange": (0.08, 0.95, 0.95), "yellow": (0.14, 0.9, 1.0), "green": (0.34, 0.8, 0.6),
         "blue": (0.6, 0.85, 0.8), "purple": (0.76, 0.7, 0.65), "pink": (0.92, 0.45, 1.0), "brown": (0.07, 0.7, 0.45),
         "black": (0.0, 0.0, 0.12), "white": (0.0, 0.0, 0.97), "grey": (0.0, 0.0, 0.55)}    # hue, saturation, value
PART = 200                                        # names heard at a time
GLYPH, PEN = 0.75, 0.08                          # height of letters' capitals and width of figures' lines


def tinted(tile: np.ndarray, colour: str) -> np.ndarray:
    """A thing (64, 64, 4) of uint8 painted in a colour: light and shade stay, black ink stays black."""
    hue, saturation, value = TINTS[colour]
    wanted = np.array(colorsys.hsv_to_rgb(hue, saturation, value))
    shade = tile[..., :3].max(-1, keepdims=True) / 255
    usual = np.median(shade[tile[..., 3] > 128]) if (tile[..., 3] > 128).any() else 1.0
    paint = wanted * np.clip(shade / max(usual, 0.2), 0.0, 1.15)
    return np.concatenate([np.clip(paint, 0, 1) * 255, tile[..., 3:]], -1).astype(np.uint8)


def ink(drawn: np.ndarray) -> np.ndarray:
    """Ink (64, 64) in [0, 1] as a black picture (64, 64, 4) of uint8."""
    return np.concatenate([np.zeros((64, 64, 3)), 255 * drawn[..., None]], -1).astype(np.uint8)


def letter_tile(character: str, font: str = "sans") -> np.ndarray:
    """A letter or digit as it is to be imagined, (64, 64, 4) of uint8."""
    return ink(letters.glyph(character, font, 64, GLYPH))


def figure_tile(name: str) -> np.ndarray:
    """A line figure as it is to be imagined, (64, 64, 4) of uint8."""
    return ink(lines.draw(lines.placed(lines.strokes(name), lines.at(scale=0.8)), 64, PEN))


def together(tiles: tuple[np.ndarray, np.ndarray], form: str) -> np.ndarray:
    """Two things (64, 64, 4) on one picture (64, 64, 4) of uint8, where the form of words puts them."""
    sheet = Image.new("RGBA", (64, 64))
    for tile, phrase in zip(tiles, phrases(form)):
        rows, columns = phrase.box(64)
        side = rows.stop - rows.start
        small = Image.fromarray(tile).convert("RGBa").resize((side, side), Image.Resampling.BOX).convert("RGBA")
        sheet.alpha_composite(small, (columns.start, rows.start))
    return np.array(sheet)


class Picturing:
    """Pictures (64, 64, 4) of uint8 and what they are pictures of, of each kind its share."""

    def __init__(self, exhibits: Exhibits, shares: Mapping[str, float] = SHARES):
        self.exhibits, self.pack, self.shares = exhibits, exhibits.pack, shares
        self.things = {name for about in self.pack.concepts for name in (about.name, *about.synonyms)}

    def __call__(self, rng: np.random.Generator) -> tuple[np.ndarray, str]:
        kind = str(rng.choice(list(self.shares), p=list(self.shares.values())))
        return self._two(rng) if kind == "two" else self._one(kind, rng)

    def _one(self, kind: str, rng: np.random.Generator) -> tuple[np.ndarray, str]:
        if kind == "letter":
            character = str(rng.choice(self.exhibits.characters))
            name, plain = f"a {self.exhibits.character(character)}", rng.uniform() < 0.8
            font = "sans" if plain else str(rng.choice(letters.FONTS[1:]))
            return letter_tile(character, font), name if plain else f"a drawing of {name}"
        if kind == "figure":
            name = str(rng.choice(self.exhibits.shapes))
            bare = name not in self.things and rng.uniform() < 0.4
            return figure_tile(name), article(name) if bare else f"a line drawing of {article(name)}"
        concept = int(rng.choice(self.exhibits.known))
        index = int(rng.choice(self.exhibits.tiles[concept]))
        tile, about = self.pack.pictures[index], self.pack.concepts[concept]
        name = about.name if rng.uniform() < 0.7 else str(rng.choice((about.name, *about.synonyms)))
        if kind == "drawn":
            known = len(self.exhibits.ink_icons[concept]) and rng.uniform() < 0.6
            drawn = self.exhibits.icon(concept, rng) if known else outlines.outline(tile, rng)
            return ink(drawn), f"a line drawing of {article(name)}"
        if kind == "tinted":
            colour = str(rng.choice(list(TINTS)))
            return tinted(tile, colour), article(f"{colour} {name}")
        keywords = self.exhibits.keywords[concept]
        if keywords and rng.uniform() < 0.15:
            keyword = str(rng.choice(keywords))
            return tile, keyword if rng.uniform() < 0.3 else f"{article(name)}, {keyword}"
        return tile, FORMS[self.pack.style[index]].format(a=article(name))

    def _two(self, rng: np.random.Generator) -> tuple[np.ndarray, str]:
        kind = str(rng.choice(("thing", "thing", "letter", "figure")))
        (first, a), (second, b) = (self._one(kind, rng) for _ in range(2))
        form = str(rng.choice(list(PLACES)))
        return together((first, second), form), form.format(a=_bare(a), b=_bare(b))


def _bare(text: str) -> str:
    """What a text names first, whatever the medium."""
    for medium in ("a picture of ", "a drawing of ", "a line drawing of "):
        text = text.removeprefix(medium)
    return text.split(",")[0]


class PictureLessons:
    """Batches for a generator of pictures, of things and their texts as the verbal channel hears them, with what they
    call to mind where the picture is in view. One in ten texts is withheld, so that the generator also knows what
    pictures look like untold."""

    def __init__(self, picturing: Picturing, reminder: Reminder, batch_size: int, seed: int = 0):
        self.picturing, self.reminder = picturing, reminder
        self.batch_size, self.seed = batch_size, seed

    @torch.no_grad()
    def __call__(self, step: int) -> Lesson:
        rng = np.random.default_rng((self.seed, 3, step))
        texts, pictures, told, weight = taken(self.picturing, self.batch_size, rng)
        context, mask = self.reminder.verbal.word_prompt(texts)
        chance = torch.from_numpy(rng.normal(size=(len(texts), len(self.reminder.recollection.traces)))).float()
        recalled = self.reminder(texts, chance, pictures)
        return Lesson(pictures, context.float(), mask & told[:, None], None, None, weight, recalled)


def taken(picturing: Picturing, count: int, rng: np.random.Generator) -> tuple[tuple[str, ...], Tensor, Tensor, Tensor]:
    """Texts, their pictures (B, 3, 64, 64), which are told (B,), nine in ten, and pixels' weights (B, 1, 64, 64)."""
    tiles, texts = zip(*(picturing(rng) for _ in range(count)))
    tiles = np.stack(tiles)
    told = torch.from_numpy(rng.uniform(size=count) >= 0.1)
    weight = torch.from_numpy(np.where(tiles[:, None, :, :, 3] > 0, 2.0, 1.0)).float()
    return texts, pictures_to_tensor(on(tiles)), told, weight


@torch.no_grad()
def memory(exhibits: Exhibits, verbal: VerbalChannel) -> Recollection:
    """What is remembered: every thing of the pack in colour under all its names, letters, figures."""
    names, tiles = list[list[str]](), list[list[np.ndarray]]()
    for thing in exhibits.known.tolist():
        about = exhibits.pack.concepts[thing]
        names.append([about.name, *about.synonyms])
        tiles.append([exhibits.pack.pictures[tile] for tile in exhibits.tiles[thing]])
    for character in exhibits.characters:
        names.append([exhibits.character(character)])
        tiles.append([letter_tile(character)])
    known = {name for each in names for name in each}
    for shape in exhibits.shapes:                 # a cross is a church's before it is two lines
        names.append([f"line drawing of {article(shape)}", *((shape,) if shape not in known else ())])
        tiles.append([figure_tile(shape)])
    called, seen = sum(names, []), sum(tiles, [])
    recollection = Recollection(verbal.context_width, len(called), len(seen))
    heard = [features(*verbal.cpu().word_prompt(list(map(article, called[start:start + PART]))))
             for start in range(0, len(called), PART)]
    recollection.remember(torch.cat(heard), _numbered(names), coarse(pictures_to_tensor(on(np.stack(seen)))),
                          _numbered(tiles))
    return recollection


def _numbered(groups: Sequence[Sequence[object]]) -> torch.Tensor:
    """Of each member of the groups, one group after the other, the number of its group."""
    return torch.tensor([number for number, group in enumerate(groups) for _ in group])
