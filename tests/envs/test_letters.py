"""Letters and digits: where their ink lies, which are their own mirror images, and what fits a picture."""

import subprocess
import sys

import numpy as np
import pytest

from envs.stimuli.letters import CHARACTERS, FONTS, extent, glyph, warped

OWN_MIRROR_IMAGES = "AHIMOTUVWY"
NEARLY = "XQ"  # the arms of DejaVu's X do not quite meet; a Q has but its tail
HANDED = "BCDEFGJKLNPRSZ"


def ink_box(ink: np.ndarray) -> tuple[int, int, int, int]:
    """First and last column, first and last row, that hold ink."""
    columns, rows = np.flatnonzero(ink.max(0) > .1), np.flatnonzero(ink.max(1) > .1)
    return columns[0], columns[-1], rows[0], rows[-1]


def unlike(a: np.ndarray, b: np.ndarray) -> float:
    """Difference of two drawings as a share of their ink: 0 the same, 1 nothing in common."""
    return np.abs(a - b).sum() / (a + b).sum()


def turned(degrees: float, scale: float = .6) -> np.ndarray:
    turn = np.deg2rad(degrees)
    return np.array([(scale * np.cos(turn), -scale * np.sin(turn), 0), (scale * np.sin(turn), scale * np.cos(turn), 0),
                     (0, 0, 1)])


def test_there_are_62_characters_and_faces_of_every_sort():
    assert len(set(CHARACTERS)) == len(CHARACTERS) == 62
    assert {"sans", "sans bold", "serif", "mono"} <= set(FONTS)


@pytest.mark.parametrize("font", FONTS)
def test_every_character_is_inked_in_the_middle_and_whole(font):
    for character in CHARACTERS:
        ink = glyph(character, font)
        assert ink.shape == (64, 64) and ink.dtype == np.float32 and ink.min() == 0 and .9 < ink.max() <= 1
        left, right, top, bottom = ink_box(ink)
        assert abs(left + right - 63) <= 1 and abs(top + bottom - 63) <= 1, character
        border = np.concatenate([ink[0], ink[-1], ink[:, 0], ink[:, -1]])
        assert border.max() == 0, character


@pytest.mark.parametrize("font", FONTS)
def test_no_two_characters_look_alike(font):
    glyphs = np.stack([glyph(character, font).ravel() for character in CHARACTERS])
    alike = glyphs @ glyphs.T / np.outer(np.linalg.norm(glyphs, axis=1), np.linalg.norm(glyphs, axis=1))
    np.fill_diagonal(alike, 0)
    first, second = np.unravel_index(alike.argmax(), alike.shape)
    assert alike.max() < .995, CHARACTERS[first] + CHARACTERS[second]


def test_capitals_are_as_high_as_asked():
    for height in (.3, .5, .7):
        _, _, top, bottom = ink_box(glyph("H", size=200, height=height))
        assert abs(bottom - top + 1 - 200 * height) <= 2
    assert extent("H")[1] == pytest.approx(1, abs=.01)
    assert extent("x")[1] < .8 < 1.2 < extent("J")[1]


def test_what_is_too_wide_is_drawn_smaller():
    left, right, _, _ = ink_box(glyph("W", "sans bold", height=1))
    assert 58 <= right - left + 1 <= 61


@pytest.mark.parametrize("character", OWN_MIRROR_IMAGES)
def test_letters_that_are_their_own_mirror_image(character):
    ink = glyph(character, "sans")
    assert unlike(ink, ink[:, ::-1]) < .025


@pytest.mark.parametrize("character", HANDED)
def test_letters_that_have_a_hand(character):
    ink = glyph(character, "sans")
    assert unlike(ink, ink[:, ::-1]) > .25


@pytest.mark.parametrize("character", NEARLY)
def test_letters_that_are_nearly_their_own_mirror_image(character):
    ink = glyph(character, "sans")
    assert .05 < unlike(ink, ink[:, ::-1]) < .1


def test_bold_is_heavier_and_fonts_differ():
    assert glyph("n", "sans bold").sum() > 1.3 * glyph("n", "sans").sum()
    assert unlike(glyph("R", "serif"), glyph("R", "sans")) > .1


def test_same_glyph_at_every_resolution():
    fine = glyph("g", size=256).reshape(64, 4, 64, 4).mean((1, 3))
    assert unlike(fine, glyph("g", size=64)) < .04


@pytest.mark.parametrize("degrees", [0, 25])
def test_small_letters_are_not_ragged(degrees):
    """Sixteenfold reduction of a large drawing is as smooth as ink can be."""
    smooth = warped("M", turned(degrees, .15), size=1024).reshape(64, 16, 64, 16).mean((1, 3))
    assert unlike(smooth, warped("M", turned(degrees, .15))) < .03


def test_a_glyph_is_the_callers_to_write_on():
    first = glyph("a").copy()
    glyph("a")[:] = 1
    assert np.array_equal(glyph("a"), first)


def test_poses_turn_clockwise_and_move():
    upright, lying = warped("T", turned(0)), warped("T", turned(90))
    assert unlike(np.rot90(upright, -1), lying) < .05 < unlike(np.rot90(upright), lying)
    moved = turned(0)
    moved[:2, 2] = 8 / 64, -4 / 64
    assert unlike(np.roll(upright, (-4, 8), (0, 1)), warped("T", moved)) < .01


def test_small_letters_keep_their_share_of_ink():
    """However coarsely it is sampled, a letter at half the scale has a quarter of the ink."""
    amounts = [warped("R", turned(20, scale)).sum() / scale ** 2 for scale in (.8, .4, .2, .1)]
    assert np.ptp(amounts) < .05 * np.mean(amounts)


@pytest.mark.parametrize("wrong", ["", "AB", "é", "!", " "])
def test_what_is_no_letter_is_refused(wrong):
    with pytest.raises(ValueError, match="no letter or digit"):
        glyph(wrong)


def test_fonts_and_heights_that_do_not_exist_are_refused():
    with pytest.raises(ValueError, match="comic.*sans bold"):
        glyph("A", "comic")
    for height in (0, -1, 1.5):
        with pytest.raises(ValueError, match="height"):
            glyph("A", height=height)


def test_the_fonts_are_found_without_importing_matplotlib():
    code = "import sys; from envs.stimuli.letters import glyph; glyph('A'); print('matplotlib' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).split() == ["False"]
