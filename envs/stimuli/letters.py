"""Letters and digits, drawn by Pillow from the DejaVu fonts that matplotlib carries.

A character has coordinates of its own: a capital H is 1 high, (0, 0) is the middle of the box around the character's
ink, x points to the right and y down. A pose is a 3 x 3 affine matrix that maps these to a picture's coordinates, which
are measured from the picture's centre in picture widths, so that a picture reaches from -.5 to .5.
"""

from __future__ import annotations

import string
from functools import cache
from importlib import metadata

import numpy as np
from PIL import Image, ImageDraw, ImageFont

CHARACTERS = string.ascii_uppercase + string.ascii_lowercase + string.digits
FACES = {
    "sans": "DejaVuSans.ttf", "sans bold": "DejaVuSans-Bold.ttf", "sans oblique": "DejaVuSans-Oblique.ttf",
    "serif": "DejaVuSerif.ttf", "serif bold": "DejaVuSerif-Bold.ttf", "mono": "DejaVuSansMono.ttf",
    "mono bold": "DejaVuSansMono-Bold.ttf",
}
FONTS: tuple[str, ...] = tuple(FACES)
CAPITAL = 256  # pixels: height of a capital where characters are first drawn
CAPITAL_EM = .729  # height of a capital in ems, in every DejaVu face
MARGIN = 16  # blank pixels around a character there
COARSEST = 3  # how often a character is halved, at most, before it is sampled small
SUPERSAMPLING = 2
FULLEST = .94  # of the picture that a glyph may take up, across or down


def glyph(character: str, font: str = "sans", size: int = 64, height: float = .7) -> np.ndarray:
    """A character in the middle of a picture: (size, size) float32 ink in [0, 1], anti-aliased.

    `height` is that of the font's capital H, in picture widths; small letters are as much lower as the font has them,
    and a character that would fill more than `FULLEST` of the picture is drawn smaller.
    """
    if not 0 < height <= 1:
        raise ValueError(f"a height of {height} does not fit; it is in picture widths, in (0, 1]")
    scale = min(height, FULLEST / max(extent(character, font)))
    return warped(character, np.diag((scale, scale, 1.)), font, size)


def warped(character: str, pose: np.ndarray, font: str = "sans", size: int = 64) -> np.ndarray:
    """A character in any pose (3, 3): (size, size) float32 ink in [0, 1], anti-aliased, sampled once."""
    fine = SUPERSAMPLING * size
    shrinking = CAPITAL / fine / max(np.sqrt(abs(np.linalg.det(pose))), 1e-6)
    level = int(np.clip(np.log2(max(shrinking, 1)), 0, COARSEST))  # sampled at about its own fineness: no moire
    wide, high = _master(character, font).size
    pixels = np.array([(fine, 0, fine / 2), (0, fine, fine / 2), (0, 0, 1)])
    units = np.array([(2 ** level, 0, -wide / 2), (0, 2 ** level, -high / 2), (0, 0, CAPITAL)]) / CAPITAL
    back = np.linalg.inv(pixels @ pose @ units)
    canvas = _reduced(character, font, level).transform((fine, fine), Image.Transform.AFFINE,
                                                        back[:2].ravel().tolist(), Image.Resampling.BILINEAR)
    return np.asarray(canvas.reduce(SUPERSAMPLING), np.float32) / 255


def extent(character: str, font: str = "sans") -> tuple[float, float]:
    """Width and height of a character's ink, in heights of a capital."""
    wide, high = _master(character, font).size
    return (wide - 2 * MARGIN) / CAPITAL, (high - 2 * MARGIN) / CAPITAL


def check_character(character: str) -> None:
    """Raise ValueError unless `character` is one of `CHARACTERS`."""
    if len(character) != 1 or character not in CHARACTERS:
        raise ValueError(f"no letter or digit is called {character!r}; give one of A-Z, a-z or 0-9")


@cache
def _master(character: str, font: str) -> Image.Image:
    """A character's ink at `CAPITAL` pixels a capital, with a blank margin."""
    check_character(character)
    face = _face(font)
    sheet = Image.new("L", (3 * CAPITAL, 3 * CAPITAL))
    ImageDraw.Draw(sheet).text((CAPITAL // 2, CAPITAL // 2), character, fill=255, font=face)
    left, top, right, bottom = sheet.getbbox()  # of the ink; the font's own box takes in the space beside it
    return sheet.crop((left - MARGIN, top - MARGIN, right + MARGIN, bottom + MARGIN))


@cache
def _reduced(character: str, font: str, level: int) -> Image.Image:
    """A character's ink at 2 ** `level` times fewer pixels each way."""
    return _master(character, font).reduce(2 ** level)


@cache
def _face(font: str) -> ImageFont.FreeTypeFont:
    if font not in FACES:
        raise ValueError(f"unknown font {font!r}; the fonts are {', '.join(FONTS)}")
    path = metadata.distribution("matplotlib").locate_file("matplotlib") / "mpl-data" / "fonts" / "ttf" / FACES[font]
    return ImageFont.truetype(str(path), CAPITAL / CAPITAL_EM, layout_engine=ImageFont.Layout.BASIC)
