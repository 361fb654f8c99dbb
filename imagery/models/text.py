"""Words to tokens and tokens to vectors: tokenizer and transformer text encoder."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from imagery.models.blocks import TransformerBlock, sinusoids

MAX_TOKENS = 224
_TOKEN = re.compile(r"\b[a-j](?=\d)|[a-z]+(?:['-][a-z]+)*|\d+(?:\.\d+)?|[.,;]")
NUMBER_WIDTH = 64
PAD, NUMBER = "<pad>", "<number>"
SYMBOLS = (PAD, NUMBER, ".", ",", *(f"{letter}#" for letter in "abcdefghij"))  # a# to j#: columns of a map grid


@dataclass(frozen=True)
class Tokens:
    """A batch of token sequences: `ids` (B, T) of int, `values` (B, T) of float (numbers, else 0), `mask` (B, T)."""

    ids: Tensor
    values: Tensor
    mask: Tensor

    def to(self, device: torch.device | str) -> Tokens:
        return Tokens(self.ids.to(device), self.values.to(device), self.mask.to(device))


class Tokenizer:
    """Whole-word tokenizer over a fixed vocabulary; all numbers share one token and keep their value."""

    def __init__(self, words: Sequence[str]):
        self.words = tuple(words)
        self.symbols = (*SYMBOLS, *self.words)
        self.index = {word: i for i, word in enumerate(self.symbols)}

    def __len__(self) -> int:
        return len(self.index)

    @staticmethod
    def words_of(text: str) -> list[str]:
        """Words, numbers and marks in lower case; a column of a map grid, as in "D7", with a # after it."""
        text = text.lower().replace("\u2019", "'").replace(";", ".")
        return [f"{word[0]}#" if len(word[0]) == 1 and word[0].isalpha() and text[word.end():word.end() + 1].isdigit()
                else word[0] for word in _TOKEN.finditer(text)]

    def split(self, text: str) -> list[tuple[int, float]]:
        """Token ids and values of one text. Raises ValueError for a word outside the vocabulary, or a text that is
        empty or longer than MAX_TOKENS."""
        tokens = []
        for word in self.words_of(text):
            if word[0].isdigit():
                tokens.append((self.index[NUMBER], float(word)))
                continue
            if word not in self.index:
                near = difflib.get_close_matches(word, self.words, 3, 0.5) or self.words[:3]
                raise ValueError(f"unknown word {word.rstrip('#')!r}; the nearest known words are {', '.join(near)}")
            tokens.append((self.index[word], 0.0))
        if not tokens:
            raise ValueError("the text is empty; write at least one word")
        if len(tokens) > MAX_TOKENS:
            raise ValueError(f"the text has {len(tokens)} words and marks; at most {MAX_TOKENS} can be heard at once")
        return tokens

    def join(self, ids: Sequence[int], values: Sequence[float]) -> str:
        """The text that tokens make, up to the first pad; `split` inverts it."""
        text = ""
        for token, value in zip(ids, values):
            if token == 0:
                break
            word = f"{value:g}" if token == self.index[NUMBER] else self.symbols[token]
            word = word.upper() if word.endswith("#") else word
            word = word.capitalize() if not text or text.endswith(".") and word != "." else word
            text += word if not text or word in ".," or text[-1] == "#" else " " + word
        return text.replace("#", "")

    def __call__(self, texts: Sequence[str]) -> Tokens:
        rows = [self.split(text) for text in texts]
        longest = max(map(len, rows))
        padded = torch.tensor([row + [(0, 0.0)] * (longest - len(row)) for row in rows], dtype=torch.float64)
        ids = padded[..., 0].long()
        return Tokens(ids, padded[..., 1].float(), ids != 0)


def number_code(values: Tensor) -> Tensor:
    """Code of numbers (...) up to some 20, (..., 64)."""
    return sinusoids(values / 20.0, NUMBER_WIDTH, 0.25, 16.0)


def causal_mask(mask: Tensor) -> Tensor:
    """Which tokens each may hear, (B, T) -> (B, T, T): those that count, up to itself."""
    return mask[:, None, :] & torch.ones(mask.shape[1], mask.shape[1], dtype=torch.bool, device=mask.device).tril()


class TextEncoder(nn.Module):
    """Transformer over tokens (Vaswani et al. 2017) with rotary positions; numbers add sinusoids of their value.

    forward: Tokens of (B, T) -> (B, T, width).
    """

    def __init__(self, vocabulary: int, width: int, layers: int, heads: int):
        super().__init__()
        self.embed = nn.Embedding(vocabulary, width)
        self.number = nn.Linear(NUMBER_WIDTH, width)
        self.blocks = nn.ModuleList([TransformerBlock(width, heads) for _ in range(layers)])
        self.norm = nn.LayerNorm(width)

    def one_by_one(self, tokens: Tokens) -> Tensor:
        """Words as they are before they hear each other, (B, T, width)."""
        code = self.number(number_code(tokens.values))
        return self.embed(tokens.ids) + code * (tokens.ids == SYMBOLS.index(NUMBER))[..., None]

    def forward(self, tokens: Tokens) -> Tensor:
        x = self.one_by_one(tokens)
        for block in self.blocks:
            x = block(x, tokens.mask)
        return self.norm(x)
