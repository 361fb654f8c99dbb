"""The verbal channel: grounded words and, built on them, a contrastive captioner.

CoCa (Yu et al. 2022, arXiv 2205.01917) has an image tower, a text tower that hears words alone, and a decoder that
hears words and sees the picture; a contrastive and a captioning loss teach all three. Without the captioning loss it
is a CLIP, without the contrastive one a plain captioner. The decoder also judges whether a text fits a picture, told
from wrong ones that the contrast takes for likely (BLIP, Li et al. 2022, arXiv 2201.12086, Section 3.2): it is one
network under two masks, as in UniLM (Dong et al. 2019, arXiv 1905.03197), both ways for what a text means and one way
for what is to be said next.
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
from imagery.models.grounded import GroundedWords, Pointing, Words
from imagery.models.text import NUMBER, NUMBER_WIDTH, SYMBOLS, Tokens, causal_mask, number_code

GROUNDED = ("text", "image", "what", "where", "scale")                      # parts that grounding teaches
OBJECTIVES = ("contrast", "caption", "match")
MATCHED = 16                                      # pairs of a batch that are matched with hard negatives
VALUES = torch.arange(0.0, 21.0)                 # the numbers that can be said


@dataclass(frozen=True)
class Seen:
    """An encoded picture: `tokens` (B, P, D) for the decoder, and the unit `vector` (B, D) that meets whole texts."""

    tokens: Tensor
    vector: Tensor


@dataclass(frozen=True)
class Lecture:
    """A batch of pictures (B, 3, H, W) in [-1, 1], each with a text true of it and what is to be `said` of it."""

    pictures: Tensor
    tokens: Tokens
    said: Tokens


class Gist(nn.Module):
    """Convolutional tower: (B, 3, 64, 64) -> what a picture shows on the whole, (B, channels[-1], 4, 4)."""

    def __init__(self, channels: Sequence[int], blocks: int):
        super().__init__()
        stages: list[nn.Module] = [nn.Conv2d(3, channels[0] // 2, 4, 2, 1), nn.SiLU()]
        given = channels[0] // 2
        for wide in channels:
            stages += [nn.Conv2d(given, wide, 3, 2, 1), *(ResBlock(wide, wide) for _ in range(blocks))]
            given = wide
        stages += [nn.GroupNorm(8, given), nn.SiLU()]
        self.stages = nn.Sequential(*stages)

    def forward(self, pictures: Tensor) -> Tensor:
        return self.stages(pictures)


class VerbalChannel(GroundedWords):
    """`gist_channels` and `gist_blocks` size the tower that sees a picture on the whole, `decoder_layers` hear and see;
    `objectives` are the losses it learns by."""

    @register_to_config
    def __init__(self, words: Sequence[str], names: Sequence[str], width: int = 192, layers: int = 4, heads: int = 6,
                 image_channels: int = 64, what_width: int = 64, gist_channels: Sequence[int] = (64, 128, 192),
                 gist_blocks: int = 2, decoder_layers: int = 2, objectives: Sequence[str] = OBJECTIVES):
        super().__init__(words, names, width, layers, heads, image_channels, what_width)
        self.gist = Gist(gist_channels, gist_blocks)
        self.named, self.named_place = nn.Linear(width, width), nn.Linear(PLACE_WIDTH, width)
        self.whole, self.whole_place = nn.Linear(gist_channels[-1], width), nn.Linear(PLACE_WIDTH, width, bias=False)
        self.query, self.pool = nn.Parameter(torch.randn(1, 1, width)), Attention(width, heads, width)
        self.meaning = nn.Linear(width, width)
        self.centred = nn.ModuleDict({side: nn.BatchNorm1d(width, affine=False) for side in ("seen", "told")})
        self.temperature = nn.Parameter(torch.tensor(2.66))                               # CLIP's start, log 1/0.07
        self.decoder = nn.ModuleList(TransformerBlock(width, heads, width) for _ in range(decoder_layers))
        self.norm, self.number = nn.LayerNorm(width), nn.Linear(width, NUMBER_WIDTH)
        self.fits = nn.Linear(width, 1)

    def build_on(self, earlier: GroundedWords, known: Sequence[str]) -> None:
        """Go on from where an earlier channel stands, as far as both have the same parts. Its grounded words are held
        as they are, since generators learned from them: of the text encoder, only the vectors of words that are not
        among the `known` go on learning."""
        rows = [(self.tokenizer.index[word], index) for word, index in earlier.tokenizer.index.items()
                if word in self.tokenizer.index]
        own, theirs = (torch.tensor(each) for each in zip(*rows))
        with torch.no_grad():
            parts = self.state_dict(keep_vars=True)
            for name, given in earlier.state_dict().items():
                part = parts.get(name)
                if name == "text.embed.weight":
                    part[own] = given[theirs]
                elif part is not None and part.shape == given.shape:
                    part.copy_(given)
                    if name.split(".")[0] in GROUNDED:
                        part.requires_grad_(False)
        learning = torch.ones(len(self.tokenizer), 1)
        learning[[index for word, index in self.tokenizer.index.items() if word in {*known, *SYMBOLS}]] = 0.0
        self.text.embed.weight.register_hook(lambda grad: grad * learning.to(grad.device))

    # ---- encoding ---------------------------------------------------------------------------------------------------

    def look(self, pictures: Tensor) -> Seen:
        """Pictures (B, 3, H, W) in [-1, 1], of any size."""
        pictures = self.sized(pictures)
        whole = self._on_the_whole(pictures)
        return Seen(torch.cat([self._called_to_mind(pictures).to(whole.dtype), whole], 1), self._pooled(whole))

    def picture_vector(self, pictures: Tensor) -> Tensor:
        """Unit vectors of pictures (B, 3, H, W) in [-1, 1], of any size, (B, D)."""
        return self._pooled(self._on_the_whole(self.sized(pictures)))

    def _on_the_whole(self, pictures: Tensor) -> Tensor:
        """What pictures show on the whole, place by place, (B, 16, D)."""
        whole = self.gist(pictures)
        places = place_code(patch_places(whole.shape[-1], whole.device))
        return self.whole(whole.flatten(2).transpose(1, 2)) + self.whole_place(places)

    def _pooled(self, whole: Tensor) -> Tensor:
        pooled = self.pool(self.query.expand(len(whole), -1, -1).to(whole.dtype), whole)[:, 0] + whole.mean(1)
        return F.normalize(self.centred["seen"](pooled.float()), dim=-1)

    def _called_to_mind(self, pictures: Tensor) -> Tensor:
        """The grounded names, each as strongly as its thing is seen and with its place, (B, N, D): CoCa's attentional
        pooling, whose queries here are words."""
        odds, places = self.sought(self.image(pictures))
        names = self.text.embed.weight[[self.tokenizer.index[name] for name in self.names]]
        return odds.sigmoid()[..., None] * (self.named(names) + self.named_place(place_code(places)))

    def word_prompt(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Texts for a generator that is told by words: context (B, 1 + T, D + 64), the meaning of the whole and every
        word, all in no place, and mask (B, 1 + T)."""
        words = self.encode_text(texts)
        whole = self.text_vector(words) * self.config.width ** 0.5                       # as long as the words are
        context = torch.cat([whole[:, None].to(words.states), words.states], 1)
        return F.pad(context, (0, PLACE_WIDTH)), F.pad(words.mask, (1, 0), value=True)

    def text_vector(self, words: Words) -> Tensor:
        """Unit vectors of whole texts, (B, D)."""
        mean = (words.states * words.mask[..., None]).sum(1) / words.mask.sum(1, keepdim=True)
        return F.normalize(self.centred["told"](self.meaning(mean).float()), dim=-1)

    def together(self, told: Tokens, mask: Tensor, tokens: Tensor) -> Tensor:
        """Words that hear each other, under a mask (B, T) or (B, T, T), and see the picture: (B, T, D)."""
        states = self.text.one_by_one(told)
        for block in self.decoder:
            states = block(states, mask, tokens)
        return self.norm(states)

    def _next_word(self, h: Tensor) -> Tensor:
        """Logits of the next word, by likeness to its embedding: (N, D) -> (N, V)."""
        return (h @ self.text.embed.weight.T.to(h.dtype)).float() / h.shape[-1] ** 0.5

    def _values(self, h: Tensor) -> Tensor:
        """Logits of `VALUES`, if the next word is a number, by likeness to their codes: (N, D) -> (N, 21)."""
        return self.number(h).float() @ number_code(VALUES.to(h.device)).T

    # ---- learning ---------------------------------------------------------------------------------------------------

    def loss(self, batch: Lecture | Pointing,
             generator: torch.Generator | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        """Pointing grounds words, a lecture teaches the captioner."""
        if isinstance(batch, Pointing):
            return super().loss(batch, generator)
        words, seen = self.encode_tokens(batch.tokens), self.look(batch.pictures)
        total, logs = words.states.new_zeros(()), {}
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
            match = self._match_loss(batch.tokens, seen.tokens, logits.detach(), generator)
            total, logs = total + match, logs | {"match": match}
        return total, {key: value.detach() for key, value in logs.items()}

    def _caption_loss(self, said: Tokens, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Cross-entropy of each next token (Eq. 3 of CoCa), and of the values of those that are numbers."""
        before = Tokens(F.pad(said.ids, (1, 0), value=decoding.STOP), F.pad(said.values, (1, 0)),
                        F.pad(said.mask, (1, 0), value=True))
        after = F.pad(said.ids, (0, 1), value=decoding.STOP)                              # (B, T + 1)
        h = self.together(before, causal_mask(before.mask), tokens)
        caption = F.cross_entropy(self._next_word(h[before.mask]), after[before.mask])
        numbers = after == self.tokenizer.index[NUMBER]
        if not numbers.any():
            return caption, self.number.weight.sum() * 0.0
        wanted = F.pad(said.values, (0, 1))[numbers]
        return caption, F.cross_entropy(self._values(h[numbers]), torch.searchsorted(VALUES.to(wanted), wanted))

    def _match_loss(self, told: Tokens, tokens: Tensor, logits: Tensor,
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
        fits = self._fits(Tokens(told.ids[texts], told.values[texts], told.mask[texts]), tokens[pictures])
        wanted = (texts == pictures).float().to(fits.device)
        return F.binary_cross_entropy_with_logits(fits, wanted)

    def _fits(self, told: Tokens, tokens: Tensor) -> Tensor:
        h = self.together(told, told.mask, tokens)
        return self.fits((h * told.mask[..., None]).sum(1) / told.mask.sum(1, keepdim=True))[:, 0].float()

    # ---- use --------------------------------------------------------------------------------------------------------

    @torch.no_grad()
    def match(self, images: Tensor, texts: Sequence[str]) -> Tensor:
        """Similarity of pictures (B, 3, H, W) in [-1, 1] and texts (T): cosines (B, T)."""
        return self.picture_vector(images) @ self.text_vector(self.encode_text(texts)).T

    @torch.no_grad()
    def fit(self, images: Tensor, texts: Sequence[str]) -> Tensor:
        """Log-odds that each text is true of the picture at its place, (B,)."""
        return self._fits(self.tokenizer(texts).to(self.device), self.look(images).tokens)

    @torch.no_grad()
    def describe(self, images: Tensor, how: Literal["beam", "nucleus"] = "beam", width: int = 3,
                 seed: int = 0) -> list[str]:
        """What each picture shows, in English: the likeliest words, or words drawn from the likely ones."""
        tokens = self.look(images).tokens

        def following(sayings: decoding.Sayings) -> tuple[Tensor, Tensor]:
            before = Tokens(sayings.ids, sayings.values, torch.ones_like(sayings.ids, dtype=torch.bool))
            h = self.together(before, causal_mask(before.mask), tokens[sayings.rows])[:, -1]
            return self._next_word(h).log_softmax(-1), VALUES.to(h.device)[self._values(h).argmax(-1)]

        if how == "beam":
            said = decoding.beam(following, len(images), width, tokens.device)
        else:
            said = decoding.nucleus(following, len(images), generator=torch.Generator().manual_seed(seed),
                                    device=tokens.device)
        return [self.tokenizer.join(each.ids[0, 1:].tolist(), each.values[0, 1:].tolist()) for each in said]
