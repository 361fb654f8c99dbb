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
        self.index = {word: i for i, word in enumerate((*SYMBOLS, *self.words))}

    def __len__(self) -> int:
        return len(self.index)

    def split(self, text: str) -> list[tuple[int, float]]:
        """Token ids and values of one text. Raises ValueError for a word outside the vocabulary, or a text that is
        empty or longer than MAX_TOKENS."""
        tokens = []
        text = text.lower().replace("\u2019", "'").replace(";", ".")
        for match in _TOKEN.finditer(text):
            word = match[0]
            if word[0].isdigit():
                tokens.append((self.index[NUMBER], float(word)))
                continue
            if len(word) == 1 and text[match.end():match.end() + 1].isdigit():
                word += "#"
            if word not in self.index:
                near = difflib.get_close_matches(word, self.words, 3, 0.5) or self.words[:3]
                raise ValueError(f"unknown word {match[0]!r}; the nearest known words are {', '.join(near)}")
            tokens.append((self.index[word], 0.0))
        if not tokens:
            raise ValueError("the text is empty; write at least one word")
        if len(tokens) > MAX_TOKENS:
            raise ValueError(f"the text has {len(tokens)} words and marks; at most {MAX_TOKENS} can be heard at once")
        return tokens

    def __call__(self, texts: Sequence[str]) -> Tokens:
        rows = [self.split(text) for text in texts]
        longest = max(map(len, rows))
        padded = torch.tensor([row + [(0, 0.0)] * (longest - len(row)) for row in rows], dtype=torch.float64)
        ids = padded[..., 0].long()
        return Tokens(ids, padded[..., 1].float(), ids != 0)


class TextEncoder(nn.Module):
    """Transformer over tokens (Vaswani et al. 2017) with rotary positions; numbers add sinusoids of their value.

    forward: Tokens of (B, T) -> (B, T, width).
    """

    NUMBER_WIDTH = 64

    def __init__(self, vocabulary: int, width: int, layers: int, heads: int):
        super().__init__()
        self.embed = nn.Embedding(vocabulary, width)
        self.number = nn.Linear(self.NUMBER_WIDTH, width)
        self.blocks = nn.ModuleList([TransformerBlock(width, heads) for _ in range(layers)])
        self.norm = nn.LayerNorm(width)

    def forward(self, tokens: Tokens) -> Tensor:
        code = self.number(sinusoids(tokens.values / 20.0, self.NUMBER_WIDTH, 0.25, 16.0))
        x = self.embed(tokens.ids) + code * (tokens.ids == SYMBOLS.index(NUMBER))[..., None]
        for block in self.blocks:
            x = block(x, tokens.mask)
        return self.norm(x)
