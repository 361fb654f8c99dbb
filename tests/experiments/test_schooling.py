"""What the verbal channel is taught by: every text is true, can be heard and said, and no lesson is like another."""

import numpy as np
import pytest

from envs.stimuli.descriptions import parse
from envs.stimuli.landmarks import KINDS
from envs.stimuli.pictures import STYLES
from experiments.upbringing.scenes import draw_scenes
from experiments.upbringing.schooling import (
    SHARES,
    Exhibits,
    Schooling,
    coloured,
    contoured,
    inked,
    spoken,
    vocabulary,
    warped,
)
from imagery.models.text import Tokenizer


@pytest.fixture(scope="module")
def exhibits():
    return Exhibits()


@pytest.fixture(scope="module")
def scenes():
    return draw_scenes(24, seed=78, most=4, jobs=1)


def test_all_that_is_shown_can_be_heard_and_said(exhibits):
    tokenizer, rng = Tokenizer(vocabulary(exhibits)), np.random.default_rng(0)
    shown = [each for _ in range(8) for each in exhibits(rng, 64)]
    assert all(each.picture.shape == (64, 64, 3) and each.picture.dtype == np.uint8 for each in shown)
    for each in shown:
        ids, values = zip(*tokenizer.split(each.said))
        assert tokenizer.join(ids, values).lower() == each.said and tokenizer.split(each.text)
    letters = sum("letter" in each.said or "digit" in each.said for each in shown) / len(shown)
    assert letters == pytest.approx(SHARES["letter"], abs=0.05)


def test_every_keyword_has_a_word_in_it(exhibits):
    assert all(Tokenizer.words_of(keyword) for keywords in exhibits.keywords for keyword in keywords)


def test_a_batch_shows_different_things(exhibits):
    said = [each.said.split(" of ")[-1] for each in exhibits(np.random.default_rng(1), 64)]
    assert len(set(said)) > 60                                   # a letter may be read as a picture's name


def test_styles_that_are_not_to_be_seen_are_not(exhibits):
    one = Exhibits(styles=(STYLES.index("noto"),))
    tiles = np.concatenate(one.tiles)
    assert (one.pack.style[tiles] == STYLES.index("noto")).all() and len(tiles) < len(np.concatenate(exhibits.tiles))
    assert all(len(one.tiles[concept]) for concept in one.known)


def test_what_is_said_of_an_island_is_true(scenes):
    for index in range(len(scenes)):
        facts = parse(spoken(scenes, index))
        assert {fact.kind for fact in facts} == {fact.kind for fact in scenes.facts[index]}
        for fact in facts:
            place = scenes.places[index, KINDS.index(fact.kind)]
            assert fact.distance({fact.kind: tuple(place)}) < 1e-6


def test_islands_and_exhibits_by_turns_the_same_for_the_same_step(exhibits, scenes):
    relations = draw_scenes(12, seed=79, most=4, registers=("relation",), jobs=1)
    lessons = Schooling(scenes, relations, exhibits, vocabulary(exhibits), batch_size=8)
    shown, islands = lessons(1), lessons(3)
    assert len(shown.pictures) == 8 and len(islands.pictures) == 2
    assert lessons(1).pictures.equal(shown.pictures) and lessons(1).said.ids.equal(shown.said.ids)
    assert not lessons(2).pictures.equal(shown.pictures)
    square = lessons.tokenizer.index["square"]
    assert [(square == lessons(step).said.ids).any().item() for step in range(8)] == [False, False, False, True] * 2
    above = lessons.tokenizer.index["above"], lessons.tokenizer.index["below"]
    relating = np.mean([np.isin(lessons(step).tokens.ids, above).any() for step in range(3, 83, 4)])
    assert 0.2 < relating < 0.9


def test_contours_are_drawn_over_the_colours():
    disc = np.zeros((64, 64, 4), np.uint8)
    disc[20:44, 20:44] = (200, 30, 30, 255)
    inked_ = contoured(disc, np.random.default_rng(0))
    assert inked_[32, 32].tolist() == [200, 30, 30, 255] and inked_[..., 3].astype(int).sum() >= disc[..., 3].sum()
    assert inked_[18:22, 32, :3].min() < 60 and inked_[2, 2, 3] == 0


def test_ink_and_colours_stay_what_they_are():
    rng = np.random.default_rng(0)
    ink = np.zeros((64, 64))
    ink[24:40, 24:40] = 1
    areas = [(np.abs(warped((ink * 255).astype(np.uint8), rng).astype(float)).sum() / 255) for _ in range(200)]
    assert np.median(areas) == pytest.approx(256 * 0.69, rel=0.25) and min(areas) > 40
    assert all(inked(ink, rng).std() > 10 for _ in range(50))
    disc = np.zeros((64, 64, 4), np.uint8)
    disc[20:44, 20:44] = (200, 30, 30, 255)
    seen = np.stack([coloured(warped(disc, rng), rng)[30:34, 30:34].reshape(-1, 3).mean(0) for _ in range(100)])
    assert (np.median(seen, 0)[0] > np.median(seen, 0)[1:] + 40).all()
