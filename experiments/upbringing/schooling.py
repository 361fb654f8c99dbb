"""What the verbal channel is taught by: islands, pictures with names, icons, drawings and shadows, letters, figures.

Every picture comes with a text that is true of it, for the towers to match, and with what is to be said of it. Both
vary from lesson to lesson; so do the picture's size, place, slant, colours and ground.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from envs.stimuli import letters, lines, outlines
from envs.stimuli.descriptions import VOCABULARY, article, phrase
from envs.stimuli.facts import GRID, Square
from envs.stimuli.landmarks import KINDS
from envs.stimuli.pictures import INKED, Concept, Pack, icons, pack
from experiments.upbringing.scenes import Scenes, blurred, pictures_to_tensor
from imagery.models.text import Tokenizer
from imagery.models.verbal import Lecture, VerbalChannel

MEDIA = {"colour": ("{a}", "a picture of {a}", "a drawing of {a}"),
         "outline": ("a line drawing of {a}", "an outline of {a}"),
         "icon": ("a line drawing of {a}", "a drawing of {a}"),
         "silhouette": ("a silhouette of {a}", "a shadow of {a}")}
SHARES = {"colour": 0.46, "outline": 0.14, "icon": 0.2, "silhouette": 0.04, "letter": 0.09, "figure": 0.07}
OBJECTS = ("objects", "travel-places", "animals-nature", "food-drink", "activities")      # groups of things
SHARED = 3                                        # concepts that must share a keyword for it to be taught


def spoken(scenes: Scenes, index: int) -> str:
    """What is to be said of an island: every thing it holds, by name, in the square of the map where it is."""
    places = scenes.places[index]
    return " ".join(phrase(Square(kind, int(x * GRID), int(y * GRID)))
                    for kind, (x, y) in zip(KINDS, places.tolist()) if x == x)


@dataclass(frozen=True)
class Exhibit:
    """A picture (64, 64, 3) of uint8, a `text` true of it and what is to be `said` of it."""

    picture: np.ndarray
    text: str
    said: str


def warped(picture: np.ndarray, rng: np.random.Generator, turn: float = 12.0) -> np.ndarray:
    """Ink (64, 64) or a picture (64, 64, 4), uint8, a little smaller, elsewhere and slanted; what comes in is empty."""
    angle, scale = np.deg2rad(rng.normal() * turn / 2), rng.uniform(0.6, 1.05)
    stretch = np.exp(rng.normal(0, 0.08, 2))
    turned = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * scale * stretch
    inverse = np.linalg.inv(turned)
    room = 32 * max(0.0, 1 - scale)
    centre = 32 + rng.uniform(-room, room, 2)
    offset = 32 - inverse @ centre
    data = (*inverse[0], offset[0], *inverse[1], offset[1])
    image = Image.fromarray(picture)
    if image.mode == "RGBA":                               # colours are to be mixed as far as they are there
        image = image.convert("RGBa")
    image = image.transform((64, 64), Image.Transform.AFFINE, data, Image.Resampling.BICUBIC)
    return np.array(image.convert("RGBA") if image.mode == "RGBa" else image)


def inked(ink: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Ink (64, 64) in [0, 1], slanted, on paper, both of random grey or colour, dark on light or the other way:
    (64, 64, 3) of uint8."""
    ink = warped((ink * 255).astype(np.uint8), rng) / 255
    paper, pen = rng.uniform(0.8, 1.0, 3), rng.uniform(0.0, 0.35) + rng.uniform(-0.15, 0.15, 3)
    if rng.uniform() < 0.5:
        paper, pen = np.ones(3), np.zeros(3)
    if rng.uniform() < 0.15:
        paper, pen = pen, paper
    shade = ink[..., None]
    return (np.clip((1 - shade) * paper + shade * pen, 0, 1) * 255).astype(np.uint8)


def coloured(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A picture (64, 64, 4) of uint8 on white or some ground, with its colours a little changed: (64, 64, 3)."""
    ground = np.ones(3) if rng.uniform() < 0.6 else rng.uniform(0, 1, 3)
    colour, alpha = picture[..., :3] / 255, picture[..., 3:] / 255
    grey = colour.mean(-1, keepdims=True)
    colour = grey + (colour - grey) * rng.uniform(0.1, 1.3)
    colour = (colour + rng.normal(0, 0.06, 3)) * rng.uniform(0.8, 1.15)
    return (np.clip((1 - alpha) * ground + alpha * colour, 0, 1) * 255).astype(np.uint8)


def contoured(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A picture (64, 64, 4) of uint8 with its edges drawn in ink, as in comics."""
    ink = outlines.outline(picture, rng)[..., None]
    colour, alpha = (1 - ink) * picture[..., :3], np.maximum(ink * 255, picture[..., 3:])
    return np.concatenate([colour, alpha], -1).astype(np.uint8)


def _mirrored(picture: np.ndarray, about: Concept, rng: np.random.Generator) -> np.ndarray:
    """Now and then the other way round, where that is the same thing."""
    return picture[:, ::-1] if about.group in OBJECTS and rng.uniform() < 0.3 else picture


class Exhibits:
    """Pictures with names: emoji of the styles given, in colour, drawn and as shadows, icons, letters and digits, and
    line figures."""

    def __init__(self, styles: tuple[int, ...] = (0, 1, 2), pictures: Pack | None = None):
        self.pack = pictures or pack()
        allowed = np.isin(self.pack.style, styles)
        self.tiles = self._by_concept(self.pack.concept, allowed)
        self.known = np.flatnonzero([len(tiles) > 0 for tiles in self.tiles])
        in_ink = icons().style >= INKED
        self.colour_icons = self._by_concept(icons().concept, ~in_ink)
        self.ink_icons = self._by_concept(icons().concept, in_ink)
        used = Counter(keyword for each in self.pack.concepts for keyword in each.keywords)
        self.keywords = [[keyword for keyword in each.keywords
                          if used[keyword] >= SHARED and Tokenizer.words_of(keyword)]
                         for each in self.pack.concepts]
        self.characters = list(letters.CHARACTERS)
        self.shapes = list(lines.FIGURES)

    def _by_concept(self, concept: np.ndarray, allowed: np.ndarray) -> list[np.ndarray]:
        """Of every concept, which of the allowed pictures show it."""
        rows = np.flatnonzero(allowed)
        rows = rows[np.argsort(concept[rows], kind="stable")]
        return np.split(rows, np.searchsorted(concept[rows], np.arange(1, len(self.pack.concepts))))

    def texts(self) -> list[str]:
        """Everything that may be said here, for the vocabulary."""
        named = [text for each in self.pack.concepts for text in (each.name, *each.synonyms)] + sum(self.keywords, [])
        media = [form.format(a="a") for forms in MEDIA.values() for form in forms]
        return named + media + [self.character(each) for each in self.characters] + self.shapes

    @staticmethod
    def character(character: str) -> str:
        kind = "digit" if character.isdigit() else f"{'capital' if character.isupper() else 'small'} letter"
        return f"{kind} {character.lower()}"

    def __call__(self, rng: np.random.Generator, count: int) -> list[Exhibit]:
        """`count` exhibits of different things."""
        media = rng.choice(list(SHARES), count, p=list(SHARES.values())).tolist()
        concepts, characters, shapes = (iter(rng.permutation(each).tolist())
                                        for each in (self.known, self.characters, self.shapes))
        return [self._letter(next(characters), rng) if medium == "letter" else
                self._figure(next(shapes), rng) if medium == "figure" else
                self._concept(next(concepts), medium, rng) for medium in media]

    def _concept(self, concept: int, medium: str, rng: np.random.Generator) -> Exhibit:
        about, tile = self.pack.concepts[concept], self._tile(concept, rng)
        if medium == "icon" and not len(self.ink_icons[concept]):
            medium = "outline"
        match medium:
            case "icon":
                picture = inked(_mirrored(self.icon(concept, rng), about, rng), rng)
            case "outline":
                picture = inked(outlines.outline(tile, rng), rng)
            case "silhouette":
                picture = inked(outlines.silhouette(tile, rng), rng)
            case _:
                tile = contoured(tile, rng) if rng.uniform() < 0.3 else tile
                picture = coloured(warped(tile, rng), rng)
        names = (about.name, about.name, *about.synonyms)
        text = str(rng.choice(MEDIA[medium])).format(a=article(str(rng.choice(names))))
        if self.keywords[concept] and rng.uniform() < 0.3:
            text += ", " + ", ".join(rng.permutation(self.keywords[concept])[:3])
        return Exhibit(picture, text, MEDIA[medium][0].format(a=article(about.name)))

    def icon(self, concept: int, rng: np.random.Generator) -> np.ndarray:
        """The ink (64, 64) in [0, 1] of an icon of one of the concepts that have any in one ink."""
        icon = icons().pictures[rng.choice(self.ink_icons[concept])] / 255
        return icon[..., 3] * (1 - icon[..., :3].mean(-1))

    def _tile(self, concept: int, rng: np.random.Generator) -> np.ndarray:
        """A picture in colour, of the pack or an icon."""
        own, further = self.tiles[concept], self.colour_icons[concept]
        which = int(rng.integers(len(own) + len(further)))
        tile = self.pack.pictures[own[which]] if which < len(own) else icons().pictures[further[which - len(own)]]
        return _mirrored(tile, self.pack.concepts[concept], rng)

    def _letter(self, character: str, rng: np.random.Generator) -> Exhibit:
        ink = letters.glyph(character, str(rng.choice(letters.FONTS)), 64, rng.uniform(0.4, 0.85))
        picture = inked(ink, rng)
        said = f"a {self.character(character)}"
        return Exhibit(picture, said if rng.uniform() < 0.7 else f"a picture of {said}", said)

    def _figure(self, name: str, rng: np.random.Generator) -> Exhibit:
        whole = lines.placed(lines.strokes(name), lines.at(0.0, 0.0, 0.8))
        ink = lines.draw(whole, 64, rng.uniform(0.02, 0.08), filled=bool(rng.uniform() < 0.3))
        picture = inked(ink, rng)
        said = article(name)
        return Exhibit(picture, said if rng.uniform() < 0.7 else f"a drawing of {said}", said)


def vocabulary(exhibits: Exhibits) -> list[str]:
    """The words of the islands and of all exhibits."""
    words = {word for text in exhibits.texts() for word in Tokenizer.words_of(text)}
    return sorted({word for word in words if word[0].isalpha() and not word.endswith("#")} | set(VOCABULARY))


def new_verbal_channel(**sizes: Any) -> VerbalChannel:
    """An untaught verbal channel that knows the words of all that will be shown."""
    return VerbalChannel(vocabulary(Exhibits()), KINDS, **sizes)


class Schooling:
    """Batches for the captioner: of every four, the first `shown` are of exhibits and the others of islands.

    Islands take long to tell of, so that there are a fourth as many in a batch; half of them are of `relations`.
    """

    def __init__(self, scenes: Scenes, relations: Scenes, exhibits: Exhibits, words: Sequence[str], batch_size: int,
                 seed: int = 0, shown: int = 3):
        self.shown = shown
        self.scenes, self.relations, self.exhibits = scenes, relations, exhibits
        self.batch_size, self.seed = batch_size, seed
        self.tokenizer = Tokenizer(words)

    def __call__(self, step: int) -> Lecture:
        rng = np.random.default_rng((self.seed, step))
        return self._shown(rng) if step % 4 < self.shown else self._islands(rng)

    def _islands(self, rng: np.random.Generator) -> Lecture:
        scenes = self.relations if rng.uniform() < 0.5 else self.scenes
        chosen = rng.choice(scenes.by_number[rng.integers(len(scenes.by_number))], self.batch_size // 4)
        return Lecture(blurred(pictures_to_tensor(scenes.pictures[chosen]), rng),
                       self.tokenizer([scenes.text(index, rng) for index in chosen]),
                       self.tokenizer([spoken(scenes, index) for index in chosen]))

    def _shown(self, rng: np.random.Generator) -> Lecture:
        shown = self.exhibits(rng, self.batch_size)
        return Lecture(pictures_to_tensor(np.stack([each.picture for each in shown])),
                       self.tokenizer([each.text for each in shown]), self.tokenizer([each.said for each in shown]))
