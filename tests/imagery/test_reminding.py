"""What a text calls to mind: its phrases and where they are, the names they end in, and pictures in their places."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

import imagery
from imagery.models.recollection import SIDE, Recollection
from imagery.reminding import PLACES, Phrase, Reminder, endings, phrases

THINGS = ("a cat", "a dog", "a hammer", "a wrench", "a hammer and wrench", "a red heart", "a umbrella")


@pytest.mark.parametrize("form", PLACES)
def test_two_things_are_where_the_words_say(form):
    first, second = phrases(form.format(a="a red cat", b="a line drawing of a dog"))
    assert (first.words, second.words) == ("a red cat", "a line drawing of a dog")
    assert (first.place, second.place) == PLACES[form] and first.size >= second.size
    inked = np.zeros((2, 64, 64), int)
    for ink, phrase in zip(inked, (first, second)):
        ink[phrase.box(64)] = 1
    assert (inked[0] & inked[1]).sum() < 150 and inked.any(0).sum() > 900                     # hardly over each other
    (row, column), (row_, column_) = (np.argwhere(ink).mean(0) for ink in inked)
    further = {"above": row < row_, "below": row > row_, "left": column < column_, "right": column > column_}
    assert all(true for word, true in further.items() if word in form)


def test_one_thing_fills_the_picture():
    (only,) = phrases("a red umbrella")
    assert only == Phrase("a red umbrella") and only.box(32) == (slice(0, 32), slice(0, 32))
    assert Phrase("a cat", (0.95, 0.0), 0.5).box(64) == (slice(0, 32), slice(32, 64))          # no part is outside


@pytest.mark.parametrize("text", [" and a dog", "a cat and ", " with a star on top", "and", ""])
def test_words_of_place_with_nothing_to_put_are_words(text):
    assert phrases(text) == (Phrase(text),)


def test_a_phrase_may_be_named_by_any_of_its_endings():
    assert endings("a red umbrella, weather") == ["a red umbrella", "a red umbrella", "an umbrella"]
    assert endings("a line drawing of an owl")[-2:] == ["an owl", "an owl"]


class Words:
    """A verbal channel to which a text's words are one-hot rows, and the whole their sum."""

    def __init__(self):
        self.index = {}

    def word_prompt(self, texts):
        rows = torch.zeros(len(texts), 2, 24)
        for row, text in zip(rows, texts):
            for word in text.split():
                row[:, self.index.setdefault(word, len(self.index))] += 1
        return rows, torch.ones(len(texts), 2, dtype=torch.bool)


@pytest.fixture
def reminder():
    """Every thing of `THINGS` once, in a grey of its own."""
    torch.manual_seed(0)
    words, memory = Words(), Recollection(24, len(THINGS), len(THINGS))
    context, _ = words.word_prompt(THINGS)
    greys = torch.linspace(-0.9, 0.3, len(THINGS))[:, None].expand(-1, 3 * SIDE ** 2)
    numbers = torch.arange(len(THINGS))
    memory.remember(context.flatten(1), numbers, greys + 0.01 * torch.randn(greys.shape), numbers)
    return Reminder(memory, words)


@pytest.mark.parametrize(("text", "said"), [
    ("a cat and a dog", ["a cat", "a dog"]), ("a hammer and wrench", ["a hammer and wrench"]),
    ("a cat above a hammer and wrench", ["a cat", "a hammer and wrench"]), ("a cat", ["a cat"])])
def test_what_is_the_name_of_one_thing_is_one(reminder, text, said):
    assert [phrase.words for phrase in reminder.said([text])[0]] == said


@pytest.fixture(scope="module")
def seen():
    """The coarse pictures (B, 3, 32, 32) that texts call to the shipped mind."""
    reminder = imagery.load("pictures").reminder
    chance = torch.zeros(1, len(reminder.recollection.traces))
    return lambda *texts: reminder.recollection.picture(reminder(texts, chance.expand(len(texts), -1)))


def test_what_phrases_end_in_comes_to_mind_in_its_place(seen):
    cat, owl, blue, both = seen("a cat", "an owl", "a blue cat", "a cat above an owl")
    assert blue.equal(cat)
    for phrase, there, elsewhere in zip(phrases("a cat above an owl"), (cat, owl), (owl, cat)):
        found = both[(slice(None), *phrase.box(SIDE))]
        near, far = ((F.adaptive_avg_pool2d(each, found.shape[1:]) - found).square().mean()
                     for each in (there, elsewhere))
        assert near < 0.3 * far


def test_a_drawing_of_a_figure_is_not_what_else_is_called_so(seen):
    drawn, cross = seen("a line drawing of a cross", "a cross")
    assert (drawn.amax(0) - drawn.amin(0)).mean() < 0.1 < (cross.amax(0) - cross.amin(0)).mean()      # ink, and colour


def test_one_of_a_things_pictures_that_is_in_view_comes_to_mind(tiny):
    channel = imagery.TextToImage(tiny["pictures"], tiny["verbal"])
    memory, noise = channel.reminder.recollection, torch.zeros(1, len(channel.reminder.recollection.traces))
    codes = channel.reminder(["a cat and a dog"], noise, torch.rand(1, 3, 64, 64))
    assert codes.shape == (1, memory.traces.shape[1]) and codes.isfinite().all()
    assert channel.reminder(["a cat"], noise).equal(channel.reminder(["a cat"], noise))
