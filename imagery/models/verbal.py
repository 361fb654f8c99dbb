"""The verbal channel in full: a contrastive captioner.

CoCa (Yu et al. 2022, arXiv 2205.01917) has an image tower, a text tower that hears words alone, and on top of it a
decoder that hears words and sees the picture; a contrastive and a captioning loss teach all three. Here one text tower
serves under two masks, as in UniLM (Dong et al. 2019, arXiv 1905.03197): both ways for what a text means, one way for
what is to be said next. Under the first, the decoder also judges whether a text fits a picture (BLIP, Li et al. 2022,
arXiv 2201.12086, Section 3.2). Without the captioning loss it is a CLIP, without the contrastive a plain captioner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn

from imagery.models import decoding
from imagery.models.blocks import PLACE_WIDTH, Attention, ResBlock, TransformerBlock, patch_places, place_code
from imagery.models.text import NUMBER, NUMBER_WIDTH, Tokens, causal_mask, number_code
from imagery.models.verbal import Caption, VerbalChannel, Words

OBJECTIVES = ("contrast", "caption", "match")
MATCHED = 12                                      # pairs of a batch that are matched with hard negatives
VALUES = torch.arange(0, 205, 1) / 10             # the numbers that can be said


@dataclass(frozen=True)
class Seen:
    """An encoded picture: `patches` (B, E, 16, 16) that meet words one by one, `tokens` (B, P, D) for the decoder, and
    the unit `vector` (B, D) that meets whole texts."""

    patches: Tensor
    tokens: Tensor
    vector: Tensor


@dataclass(frozen=True)
class Lecture(Caption):
    """A caption for learning, and what is to be `said` of the picture in the speaker's own words."""

    said: Tokens


class Trunk(nn.Module):
    """From patches (B, C, 16, 16) to what a picture shows on the whole, (B, channels[-1], 4, 4)."""

    def __init__(self, given: int, channels: Sequence[int], blocks: int):
        super().__init__()
        stages: list[nn.Module] = []
        for wide in channels:
            stages += [nn.Conv2d(given, wide, 3, 2, 1), *(ResBlock(wide, wide) for _ in range(blocks))]
            given = wide
        self.stages = nn.Sequential(*stages)

    def forward(self, patches: Tensor) -> Tensor:
        return self.stages(patches)


class ContrastiveCaptioner(VerbalChannel):
    """`trunk_channels` and `trunk_blocks` size the deeper part of the image tower, `decoder_layers` hear and see;
    `objectives` are the losses it learns by."""

    @register_to_config
    def __init__(self, words: Sequence[str], names: Sequence[str], width: int = 192, layers: int = 4, heads: int = 6,
                 image_channels: int = 64, what_width: int = 64, trunk_channels: Sequence[int] = (128, 192),
                 trunk_blocks: int = 2, decoder_layers: int = 2, objectives: Sequence[str] = OBJECTIVES):
        super().__init__(words, names, width, layers, heads, image_channels, what_width)
        self.trunk = Trunk(image_channels, trunk_channels, trunk_blocks)
        self.local = nn.Linear(what_width + PLACE_WIDTH, width)
        self.whole = nn.Linear(trunk_channels[-1] + PLACE_WIDTH, width)
        self.query, self.pool = nn.Parameter(torch.randn(1, 1, width)), Attention(width, heads, width)
        self.meaning = nn.Linear(width, width)
        self.decoder = nn.ModuleList(TransformerBlock(width, heads, width) for _ in range(decoder_layers))
        self.norm, self.number = nn.LayerNorm(width), nn.Linear(width, NUMBER_WIDTH)
        self.fits = nn.Linear(width, 1)

    # ---- encoding ---------------------------------------------------------------------------------------------------

    def look(self, pictures: Tensor) -> Seen:
        """Pictures (B, 3, H, W) in [-1, 1], of any size."""
        features = self.image.features(self.sized(pictures))
        patches = self.image.what(features)

        def placed(grid: Tensor) -> Tensor:
            code = place_code(patch_places(grid.shape[-1], grid.device)).expand(len(grid), -1, -1)
            return torch.cat([grid.flatten(2).transpose(1, 2), code.to(grid.dtype)], -1)

        tokens = torch.cat([self.local(placed(patches)), self.whole(placed(self.trunk(features)))], 1)
        vector = self.pool(self.query.expand(len(tokens), -1, -1).to(tokens.dtype), tokens)[:, 0]
        return Seen(patches, tokens, F.normalize(vector.float(), dim=-1))

    def text_vector(self, words: Words) -> Tensor:
        """Unit vectors of whole texts, (B, D)."""
        mean = (words.states * words.mask[..., None]).sum(1) / words.mask.sum(1, keepdim=True)
        return F.normalize(self.meaning(mean).float(), dim=-1)

    def together(self, states: Tensor, mask: Tensor, tokens: Tensor) -> Tensor:
        """Words (B, T, D) that hear each other, under a mask (B, T) or (B, T, T), and see the picture: (B, T, D)."""
        for block in self.decoder:
            states = block(states, mask, tokens)
        return self.norm(states)

    def _next_word(self, h: Tensor) -> Tensor:
        """Logits of the next word, by likeness to its embedding: (N, D) -> (N, V)."""
        return (h @ self.text.embed.weight.T.to(h.dtype)).float() / h.shape[-1] ** 0.5

    # ---- learning ---------------------------------------------------------------------------------------------------

    def loss(self, batch: Lecture, generator: torch.Generator | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        words, seen = self.encode_tokens(batch.tokens), self.look(batch.pictures)
        total, logs = self.ground(words, seen.patches, batch, generator)
        logits = self.text_vector(words) @ seen.vector.T * self.temperature.exp().clamp(max=100.0)   # texts, pictures
        if "contrast" in self.config.objectives:
            own = torch.arange(len(logits), device=logits.device)
            contrast = (F.cross_entropy(logits, own) + F.cross_entropy(logits.T, own)) / 2
            found = (logits.argmax(1) == own).float().mean()
            total, logs = total + contrast, logs | {"contrast": contrast, "found": found}
        if "caption" in self.config.objectives:
            caption, number = self._caption_loss(batch.said, seen.tokens)
            total, logs = total + 2 * caption + number, logs | {"caption": caption, "number": number}
        if "match" in self.config.objectives:
            match = self._match_loss(words, seen.tokens, logits.detach(), generator)
            total, logs = total + match, logs | {"match": match}
        return total, {key: value.detach() for key, value in logs.items()}

    def _caption_loss(self, said: Tokens, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Cross-entropy of each next token (Eq. 3 of CoCa), and the error in the code of numbers."""
        before = Tokens(F.pad(said.ids, (1, 0), value=decoding.STOP), F.pad(said.values, (1, 0)),
                        F.pad(said.mask, (1, 0), value=True))
        after = F.pad(said.ids, (0, 1), value=decoding.STOP)                              # (B, T + 1)
        h = self.together(self.text(before, causal=True), causal_mask(before.mask), tokens)
        caption = F.cross_entropy(self._next_word(h[before.mask]), after[before.mask])
        numbers = after == self.tokenizer.index[NUMBER]
        if not numbers.any():
            return caption, self.number.weight.sum() * 0.0
        wanted = number_code(F.pad(said.values, (0, 1)))[numbers]
        return caption, F.mse_loss(self.number(h[numbers]).float(), wanted)

    def _match_loss(self, words: Words, tokens: Tensor, logits: Tensor,
                    generator: torch.Generator | None) -> Tensor:
        """Does the text fit the picture? Asked of true pairs, and of each text and picture with a wrong one that the
        contrast takes for likely."""
        count = min(MATCHED, len(tokens))
        weight = logits.float().cpu()
        weight = (weight - weight.max()).masked_fill(torch.eye(len(weight), dtype=torch.bool), float("-inf"))
        wrong_picture = torch.multinomial(weight.softmax(1)[:count] + 1e-8, 1, generator=generator)[:, 0]
        wrong_text = torch.multinomial(weight.T.softmax(1)[:count] + 1e-8, 1, generator=generator)[:, 0]
        own = torch.arange(count)
        texts, pictures = torch.cat([own, own, wrong_text]), torch.cat([own, wrong_picture, own])
        fits = self._fits(words.states[texts], words.mask[texts], tokens[pictures])
        wanted = (texts == pictures).float().to(fits.device)
        return F.binary_cross_entropy_with_logits(fits, wanted)

    def _fits(self, states: Tensor, mask: Tensor, tokens: Tensor) -> Tensor:
        h = self.together(states, mask, tokens)
        return self.fits((h * mask[..., None]).sum(1) / mask.sum(1, keepdim=True))[:, 0].float()

    # ---- use --------------------------------------------------------------------------------------------------------

    @torch.no_grad()
    def match(self, images: Tensor, texts: Sequence[str]) -> Tensor:
        """Similarity of pictures (B, 3, H, W) in [-1, 1] and texts (T): cosines (B, T)."""
        return self.look(images).vector @ self.text_vector(self.encode_text(texts)).T

    @torch.no_grad()
    def fit(self, images: Tensor, texts: Sequence[str]) -> Tensor:
        """Log-odds that each text is true of the picture at its place, (B,)."""
        words = self.encode_text(texts)
        return self._fits(words.states, words.mask, self.look(images).tokens)

    @torch.no_grad()
    def describe(self, images: Tensor, how: Literal["beam", "nucleus"] = "beam", width: int = 3,
                 seed: int = 0) -> list[str]:
        """What each picture shows, in English: the likeliest words, or words drawn from the likely ones."""
        tokens = self.look(images).tokens

        def following(sayings: decoding.Sayings) -> tuple[Tensor, Tensor]:
            before = Tokens(sayings.ids, sayings.values, torch.ones_like(sayings.ids, dtype=torch.bool))
            h = self.together(self.text(before, causal=True), causal_mask(before.mask), tokens[sayings.rows])[:, -1]
            likeness = self.number(h).float() @ number_code(VALUES.to(h.device)).T
            return self._next_word(h).log_softmax(-1), VALUES.to(h.device)[likeness.argmax(-1)]

        if how == "beam":
            said = decoding.beam(following, len(images), width, tokens.device)
        else:
            said = decoding.nucleus(following, len(images), generator=torch.Generator().manual_seed(seed),
                                    device=tokens.device)
        return [self.tokenizer.join(each.ids[0, 1:].tolist(), each.values[0, 1:].tolist()) for each in said]
