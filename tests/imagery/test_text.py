"""The tokenizer hears what people write, and says what it does not understand."""

import pytest
import torch

from envs.stimuli.descriptions import VOCABULARY
from imagery.models.text import MAX_TOKENS, NUMBER, SYMBOLS, TextEncoder, Tokenizer, Tokens

HEARD = Tokenizer(VOCABULARY)


def heard(text):
    """The tokens of a text by name, numbers as their value."""
    names = {index: word for word, index in HEARD.index.items()}
    return [value if names[token] == NUMBER else names[token] for token, value in HEARD.split(text)]


@pytest.mark.parametrize("text, tokens", [
    ("A hut is 3.1 cm from the top.", ["a", "hut", "is", 3.1, "cm", "from", "the", "top", "."]),
    ("at 11 o'clock", ["at", 11.0, "o'clock"]),
    ("AT 11 O\u2019CLOCK;", ["at", 11.0, "o'clock", "."]),
    ("in the north-east, by the sea", ["in", "the", "north-east", ",", "by", "the", "sea"]),
    ("square D7", ["square", "d#", 7.0]),
    ("square A10 holds a hut", ["square", "a#", 10.0, "holds", "a", "hut"]),
    ("a 7", ["a", 7.0]),
    ("  a\thut\n ", ["a", "hut"]),
])
def test_tokens(text, tokens):
    assert heard(text) == tokens


@pytest.mark.parametrize("text, word, near", [("there is a lighthose", "lighthose", "lighthouse"),
                                              ("a cabin", "cabin", "can"), ("a qqq", "qqq", ""),
                                              ("a hut/house", "house", ""), ("in square k7", "k", "")])
def test_unknown_word_is_named_with_the_nearest_known(text, word, near):
    with pytest.raises(ValueError) as caught:
        HEARD.split(text)
    message = str(caught.value)
    assert message.startswith(f"unknown word {word!r}") and near in message
    known = message.partition("words are ")[2].split(", ")
    assert known and set(known) <= set(VOCABULARY)


@pytest.mark.parametrize("text", ["", " \n", "?!", "\u2603"])
def test_nothing_said(text):
    with pytest.raises(ValueError, match="empty"):
        HEARD.split(text)


def test_too_much_said():
    assert len(HEARD.split("hut " * MAX_TOKENS)) == MAX_TOKENS
    with pytest.raises(ValueError, match=f"10000 words.*at most {MAX_TOKENS}"):
        HEARD.split("hut " * 10_000)


def test_batches_are_padded():
    tokens = HEARD(["a hut", "3 cm from the top"])
    assert tokens.ids.shape == tokens.values.shape == (2, 5)
    assert tokens.mask.tolist() == [[True] * 2 + [False] * 3, [True] * 5]
    assert tokens.ids[0, 2:].eq(SYMBOLS.index("<pad>")).all() and tokens.values[1].tolist() == [3, 0, 0, 0, 0]


@torch.no_grad()
def test_only_numbers_carry_a_value():
    """Two numbers share a token and differ in their code; a word's value is not looked at."""
    torch.manual_seed(0)
    encoder, tokens = TextEncoder(len(HEARD), 16, 1, 2), HEARD(["3 cm", "4 cm"])
    assert tokens.ids[0].equal(tokens.ids[1])
    code = encoder(tokens)
    assert not torch.allclose(code[0, 0], code[1, 0], atol=1e-3)
    other = Tokens(tokens.ids, tokens.values + torch.tensor([0.0, 9.0]), tokens.mask)
    assert encoder(other).equal(code)
