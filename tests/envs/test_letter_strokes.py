"""Letters as strokes: they cover the letters of a font, each most of all its own, and are made of what people name."""

from functools import cache

import numpy as np
import pytest

from envs.stimuli import letters, lines
from envs.stimuli.letter_strokes import TABLE, strokes

SIZE = 64
WEIGHT = .14  # of the fonts' strokes, in heights of a capital
HEIGHT = .6  # of a capital, in picture widths
FONTS = ("sans", "mono")


@cache
def glyph(character, font):
    return letters.warped(character, np.diag((HEIGHT, HEIGHT, 1.)), font, SIZE)


def fitted(character, other, font):
    """The ink of a character's strokes, stretched into the box of another character's glyph."""
    points = np.concatenate(strokes(character))
    room = np.maximum(np.array(letters.extent(other, font)) - WEIGHT, 0)
    own = np.ptp(points, axis=0)
    scale = np.where(own > .05, room / np.maximum(own, .05), 1)
    return lines.draw(lines.placed(strokes(character), np.diag((*(HEIGHT * scale), 1.))), SIZE, WEIGHT * HEIGHT)


def overlap(a, b):
    """The ink that two drawings share, as a share of theirs: 1 the same, 0 nothing in common."""
    return 2 * np.minimum(a, b).sum() / (a + b).sum()


@pytest.mark.parametrize("character", letters.CHARACTERS)
def test_strokes_cover_the_letter(character):
    assert max(overlap(fitted(character, character, font), glyph(character, font)) for font in FONTS) > .75


def test_each_is_most_of_all_its_own_letter():
    drawn = np.stack([lines.draw(lines.placed(strokes(character), np.diag((HEIGHT, HEIGHT, 1.))), SIZE, WEIGHT * HEIGHT)
                      for character in letters.CHARACTERS])
    printed = np.stack([glyph(character, "sans") for character in letters.CHARACTERS])
    shared = 2 * np.minimum(drawn[:, None], printed).sum((2, 3)) / (drawn[:, None] + printed).sum((2, 3))
    nearest = {character: letters.CHARACTERS[index] for character, index in zip(letters.CHARACTERS, shared.argmax(1))}
    strangers = {character: other for character, other in nearest.items() if other != character}
    assert set(strangers) <= {"F", "J", "i", "l"}, strangers  # printed without a hook or dot, or with longer bars


@pytest.mark.parametrize("character", letters.CHARACTERS)
def test_strokes_are_centred_and_keep_still(character):
    points = np.concatenate(strokes(character))
    assert np.allclose(points.min(0) + points.max(0), 0)
    assert all(line.ndim == 2 and line.shape[1] == 2 and len(line) >= 2 for line in strokes(character))
    assert not any(line.flags.writeable for line in strokes(character))


@pytest.mark.parametrize(("characters", "wanted"), [
    ("ABCDEFGHIJKLMNOPRSTUVWXYZbdfhikl0123456789", 1.), ("Q", 1.14), ("acemnorsuvwxz", .75), ("gpqy", 1.03),
    ("j", 1.3), ("t", .96)])
def test_heights_are_those_of_print(characters, wanted):
    for character in characters:
        assert np.ptp(np.concatenate(strokes(character))[:, 1]) == pytest.approx(wanted, abs=.005), character


@pytest.mark.parametrize(("character", "straight", "curved"), [
    ("A", 3, 0), ("B", 1, 2), ("C", 0, 1), ("D", 1, 1), ("E", 4, 0), ("J", 1, 1), ("K", 3, 0), ("O", 0, 1), ("P", 1, 1),
    ("R", 2, 1), ("U", 2, 1), ("W", 4, 0), ("Y", 3, 0), ("b", 1, 1), ("d", 1, 1), ("k", 3, 0), ("4", 3, 0), ("7", 2, 0),
    ("8", 0, 2)])
def test_letters_have_the_strokes_that_people_name(character, straight, curved):
    lengths = [len(line) for line in strokes(character)]
    assert (lengths.count(2), len(lengths) - lengths.count(2)) == (straight, curved)


@pytest.mark.parametrize("character", [character for character in TABLE if character not in "ij"])
def test_strokes_hang_together(character):
    """All but dots: drawn with a thin pen, every stroke reaches ink of another."""
    drawn = [lines.draw(lines.placed((line,), np.diag((HEIGHT, HEIGHT, 1.))), SIZE, .05) > .2
             for line in strokes(character)]
    reached, grown = drawn[0], True
    while grown:
        more = reached | np.logical_or.reduce([one for one in drawn if (one & reached).any()])
        reached, grown = more, more.sum() > reached.sum()
    assert reached.sum() == np.logical_or.reduce(drawn).sum()


def test_no_other_character_has_strokes():
    assert set(TABLE) == set(letters.CHARACTERS)
    with pytest.raises(ValueError, match="A-Z"):
        strokes("\u00e4")
