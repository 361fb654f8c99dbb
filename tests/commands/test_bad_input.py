"""Whatever is asked for in vain ends in one line, exit status 2 and nothing half-made."""

import os
from pathlib import Path

import numpy as np
import pytest
from laboratory import HUT, SCAN
from PIL import Image

BAD = {
    (): "command",
    ("fly",): "fly",
    ("list", "agent"): "agents",
    ("run",): "experiment",
    ("run", "scaning"): "did you mean scanning",
    ("run", "scanning", "--agent", "depictiv"): "did you mean depictive",
    ("run", "scanning", "--participants", "0"): "--participants must be more than 0, not 0",
    ("run", "scanning", "--participants", "-3"): "--participants must be more than 0, not -3",
    ("run", "scanning", "--participants", "many"): "valid integer",
    ("run", "scanning", "--jobs", "0"): "--jobs must be more than 0",
    ("run", "scanning", "--seed", "-1"): "--seed must be 0 or more",
    ("run", "scanning", "--backend", "rey"): "did you mean ray",
    ("run", "scanning", "--colour", "red"): "--colour",
    (*SCAN, "--description", "absent.txt"): "absent.txt: No such file",
    (*SCAN, "--description", "."): "Is a directory",
    (*SCAN, "--description", "picture.png"): "picture.png is not text",
    ("imagine", "There is a hurt.", "--out", "o.png"): "unknown word 'hurt'; the nearest known words are hut",
    ("imagine", "", "--out", "o.png"): "empty",
    ("imagine", "hut " * 10_000, "--out", "o.png"): "10000 words",
    ("imagine", "There is a hut."): "--out",
    (*HUT, "--n", "0"): "--n must be more than 0",
    (*HUT, "--n", "-1"): "--n must be more than 0",
    (*HUT, "--n", "65"): "at most 64",
    (*HUT, "--steps", "0"): "--steps must be more than 0",
    (*HUT, "--seed", "9" * 30): "--seed must be",
    (*HUT, "--model", "island"): "did you mean islands",
    (*HUT, "--model", "verbal"): "'verbal' does not imagine; try islands",
    ("describe", "absent.png"): "absent.png: No such file",
    ("describe", "file"): "file is not a picture",
    ("describe", "picture.png", "--model", "islands"): "'islands' does not describe; try verbal",
    ("describe", "picture.png", "--model", "words"): "unknown model 'words'",
    ("train", "iland"): "did you mean islands",
    ("train", "detector", "--preset", "huge"): "tiny, small, full",
    ("train", "detector", "--device", "tpu"): "cpu",
    ("train", "detector", "--max-minutes", "0"): "--max-minutes must be more than 0",
    ("train", "detector", "--max-minutes", "nan"): "--max-minutes must be more than 0",
    ("bench", "sped"): "did you mean speed",
    ("report", "absent"): "absent holds no finished run",
    ("report", "file"): "file holds no finished run",
    ("report", "."): "holds no finished run",
}


@pytest.mark.parametrize("arguments", BAD, ids=lambda arguments: " ".join(arguments)[:60] or "nothing")
def test_bad_input(arguments, refused):
    assert BAD[arguments] in refused(*arguments)


TEXTS = {
    "": "the description is empty",
    "hut " * 10_000: "at most 4000",
    "There is a house.": "unknown word 'house'",
    "The hut sees the well.": "unknown word 'sees'",
    "The island has the hut.": "cannot read",
    "There is a shore.": "'shore' is not a landmark",
    " ".join(f"There is a {kind}." for kind in ("hut well lake tree rock grass beach harbour lighthouse creek cave"
                                                .split())): "11 landmarks are described; at most 10 fit",
    " ".join(f"Square D7 holds a {kind}." for kind in "hut well lake tree rock grass cave".split()): "apart",
    "There is a hut. At 3 o'clock there is a hut.": "described twice",
    "There is a hut. The well is just above the cave.": "the cave, which is not described",
    "The well is just above the hut. The hut is just above the well.": "in a circle",
    "A hut is 25 cm from the left edge and 3 cm from the top.": "off the map",
    "There is a hut.": "two",
    "This is an island.": "names no landmark",
}


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:40] or "nothing")
def test_bad_descriptions(text, refused):
    """Refused before anything is run."""
    Path("island.txt").write_text(text)
    assert TEXTS[text] in refused(*SCAN, "--description", "island.txt")


@pytest.mark.parametrize("width, height", [(64, 32), (8, 8), (1, 1)])
def test_pictures_of_no_use(width, height, refused):
    Image.new("L", (width, height)).save("picture.png")
    assert f"is {width} x {height} pixels" in refused("describe", "picture.png")


def test_a_damaged_picture(refused):
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)).save("picture.png")
    os.truncate("picture.png", 3000)
    assert "truncated" in refused("describe", "picture.png")
