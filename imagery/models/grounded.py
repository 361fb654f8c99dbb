"""Grounded words: the names of things and the patches of pictures in one space of what and where.

A word in its sentence has a *what* vector and a *where* code; a patch of a picture has a *what* vector and the code
of its place. Word meets patch by a sigmoid loss over all pairs (SigLIP, Zhai et al. 2023, arXiv 2303.15343). The split
into what and where is that of the two visual systems (Ungerleider & Mishkin 1982; Kosslyn 1994). The where code of a
word regresses onto the code of its referent's place: where the words are vague, the expected code fades at high
frequencies, so that a word carries how precisely it places something.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

from imagery.models.blocks import PLACE_WIDTH, ResBlock, patch_places, place_code
from imagery.models.text import TextEncoder, Tokenizer, Tokens

GRID = 16                                         # patches along a side of a picture


@dataclass(frozen=True)
class Words:
    """Encoded text: `states` (B, T, D), `what` (B, T, E) unit vectors, `where` (B, T, 64) place codes,
    `mask` (B, T) real tokens, `names` (B, T) tokens that name a thing."""

    states: Tensor
    what: Tensor
    where: Tensor
    mask: Tensor
    names: Tensor


@dataclass(frozen=True)
class Prompt:
    """What conditions a generator. `context` (B, N, D + 64): the state and place code of each thing named, once, after
    the text as a whole, which is in no place; `links` (B, N, N), which things are named in one sentence; `kinds`
    (B, N), indices of names, -1 for the whole; `mask` (B, N)."""

    context: Tensor
    links: Tensor
    kinds: Tensor
    mask: Tensor


@dataclass(frozen=True)
class Pointing:
    """A batch for grounding. `pictures` (B, 3, H, W) in [-1, 1]; `tokens`, what is told of each; `places` (B, K, 2) of
    the K possible names in the picture, not-a-number where absent."""

    pictures: Tensor
    tokens: Tokens
    places: Tensor


class ImageTower(nn.Module):
    """Convolutional eye: (B, 3, 64, 64) -> unit *what* vectors of the 16 x 16 patches, (B, E, 16, 16).

    Each vector sees about 29 pixels of the picture, mostly its own patch. There is no position in it.
    """

    def __init__(self, channels: int, width: int):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, channels // 2, 4, 2, 1), nn.SiLU(),
                                  nn.Conv2d(channels // 2, channels, 4, 2, 1))
        self.blocks = nn.Sequential(ResBlock(channels, channels), ResBlock(channels, channels))
        self.head = nn.Conv2d(channels, width, 1)

    def features(self, pictures: Tensor) -> Tensor:
        return self.blocks(self.stem(pictures))

    def what(self, features: Tensor) -> Tensor:
        return F.normalize(self.head(features).float(), dim=1)

    def forward(self, pictures: Tensor) -> Tensor:
        return self.what(self.features(pictures))


class GroundedWords(ModelMixin, ConfigMixin):
    """Text encoder and image tower in one space. `words` is the vocabulary, `names` those words that name things."""

    @register_to_config
    def __init__(self, words: Sequence[str], names: Sequence[str], width: int = 192, layers: int = 4, heads: int = 6,
                 image_channels: int = 64, what_width: int = 64):
        super().__init__()
        self.tokenizer = Tokenizer(words)
        self.names = tuple(names)
        self.text = TextEncoder(len(self.tokenizer), width, layers, heads)
        self.image = ImageTower(image_channels, what_width)
        self.what, self.where = nn.Linear(width, what_width), nn.Linear(width, PLACE_WIDTH)
        self.scale = nn.Parameter(torch.tensor([2.3, -6.0]))    # word-patch logit: slope and offset
        name_of = torch.full((len(self.tokenizer),), -1)
        name_of[[self.tokenizer.index[name] for name in self.names]] = torch.arange(len(self.names))
        self.register_buffer("name_of", name_of, persistent=False)

    @property
    def context_width(self) -> int:
        """Width of what conditions a generator (`Prompt.context`)."""
        return self.config.width + PLACE_WIDTH

    # ---- encoding ---------------------------------------------------------------------------------------------------

    def encode_tokens(self, tokens: Tokens) -> Words:
        states = self.text(tokens)
        return Words(states, F.normalize(self.what(states).float(), dim=-1), self.where(states).float(), tokens.mask,
                     self.name_of[tokens.ids] >= 0)

    def encode_text(self, texts: Sequence[str]) -> Words:
        """Raises ValueError for unknown words, empty and overlong texts."""
        return self.encode_tokens(self.tokenizer(texts).to(self.device))

    def prompt(self, texts: Sequence[str]) -> Prompt:
        """Texts for a generator. Of several mentions of a thing, the one that says most of where it is."""
        tokens = self.tokenizer(texts).to(self.device)
        words = self.encode_tokens(tokens)
        kinds = torch.where(words.names, self.name_of[tokens.ids], -1)                   # (B, T)
        said = words.where.square().sum(-1)
        said = said + 1e-3 * torch.arange(said.shape[1], 0, -1, device=said.device)      # of equals, the first
        better = (kinds[:, :, None] == kinds[:, None, :]) & (said[:, None, :] > said[:, :, None])
        chosen = words.names & ~better.any(-1)
        order = chosen.int().argsort(dim=1, descending=True, stable=True)[:, :int(chosen.sum(1).max())]

        def things(values: Tensor) -> Tensor:
            index = order.unflatten(1, (-1, *[1] * (values.dim() - 2)))
            return values.gather(1, index.expand(-1, -1, *values.shape[2:]))

        whole = (words.states * words.mask[..., None]).sum(1) / words.mask.sum(1, keepdim=True)     # (B, D)
        context = torch.cat([things(words.states), things(words.where).to(words.states)], -1)
        named, mask = F.pad(things(kinds), (1, 0), value=-1), F.pad(things(chosen), (1, 0), value=True)
        named = named.masked_fill(~mask, -1)
        mentions = ((named[:, :, None] == kinds[:, None, :]) & words.names[:, None, :]).float()     # (B, N, T)
        sentence = (tokens.ids == self.tokenizer.index["."]).cumsum(1)
        together = (sentence[:, :, None] == sentence[:, None, :]).float()                # (B, T, T)
        links = (mentions @ together @ mentions.transpose(1, 2) > 0) & ~torch.eye(named.shape[1], dtype=torch.bool,
                                                                                  device=named.device)
        return Prompt(torch.cat([F.pad(whole, (0, PLACE_WIDTH))[:, None], context], 1), links, named, mask)

    def encode_image(self, pictures: Tensor) -> Tensor:
        """*What* of every patch: (B, 3, H, W) in [-1, 1], of any size -> (B, E, 16, 16)."""
        return self.image(self.sized(pictures))

    @staticmethod
    def sized(pictures: Tensor) -> Tensor:
        """Pictures (B, 3, H, W) as the image tower takes them, (B, 3, 64, 64)."""
        if pictures.shape[-1] == 4 * GRID:
            return pictures
        return F.interpolate(pictures, size=4 * GRID, mode="bilinear", antialias=True, align_corners=False)

    def name_vectors(self, names: Sequence[str]) -> Tensor:
        """*What* vectors of bare names, as in "There is a hut.": (len(names), E)."""
        words = self.encode_text([f"there is a {name}." for name in names])
        return words.what[words.names]

    def word_logits(self, what: Tensor, patches: Tensor) -> Tensor:
        """Log-odds that a patch shows what a word names: what (N, E), patches (B, E, 16, 16) -> (B, N, 16, 16)."""
        return torch.einsum("ne,beyx->bnyx", what, patches) * self.scale[0].exp().clamp(max=60.0) + self.scale[1]

    # ---- learning ---------------------------------------------------------------------------------------------------

    def loss(self, batch: Pointing, generator: torch.Generator | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        """Of names that are in the picture at known places: loss of their *what* and *where*."""
        words, patches = self.encode_tokens(batch.tokens), self.encode_image(batch.pictures)
        kinds = self.name_of[batch.tokens.ids].clamp(min=0)
        known = batch.places[..., 0].isfinite().gather(1, kinds) & words.names
        rows, columns = known.nonzero(as_tuple=True)                                     # M mentions
        kinds = kinds[rows, columns]
        what, where = words.what[rows, columns], words.where[rows, columns]
        where_loss = F.mse_loss(where, place_code(batch.places[rows, kinds]))            # (M, 64)
        sample = torch.randperm(len(rows), generator=generator)[:96].to(rows.device)
        what_loss = self._patch_loss(what[sample], kinds[sample], patches, batch.places)
        logs = {"where": where_loss, "what": what_loss,
                "place_error": self._place_error(where, batch.places[rows, kinds])}
        return 4 * where_loss + what_loss, {key: value.detach() for key, value in logs.items()}

    def _patch_loss(self, what: Tensor, kinds: Tensor, patches: Tensor, places: Tensor) -> Tensor:
        """Sigmoid loss of words against all patches; patches a thing covers in part are left out."""
        centres = patch_places(GRID, patches.device)
        gap = (places[:, :, None] - centres).abs().amax(-1).nan_to_num(1.0)              # (B, K, 256)
        gap = gap[:, kinds]                                                               # (B, N, 256)
        logits = self.word_logits(what, patches).flatten(2)
        shows, beside = gap <= 0.6 / GRID, (gap > 0.6 / GRID) & (gap < 1.6 / GRID)
        weight = (~beside).float() * torch.where(shows, 8.0, 1.0)
        loss = F.binary_cross_entropy_with_logits(logits, shows.float(), weight, reduction="sum")
        return loss / (shows.sum() * 8.0)

    @staticmethod
    def _place_error(where: Tensor, places: Tensor) -> Tensor:
        """Median distance, in map widths, between the place read off the code (to a 64th) and the true one."""
        grid = patch_places(64, where.device)
        read = grid[(where.detach() @ place_code(grid).T).argmax(-1)]
        return (read - places).norm(dim=-1).median()

    # ---- use --------------------------------------------------------------------------------------------------------

    @torch.no_grad()
    def find(self, images: Tensor, threshold: float = 1.0) -> list[dict[str, tuple[float, float]]]:
        """The named things seen in each picture and their places (x, y) in picture widths; a thing is seen where its
        word's log-odds exceed `threshold`."""
        odds, places = self.sought(self.encode_image(images))
        return [{name: tuple(places[b, n].tolist()) for n, name in enumerate(self.names) if odds[b, n] > threshold}
                for b in range(len(images))]

    def sought(self, patches: Tensor) -> tuple[Tensor, Tensor]:
        """How surely each name's thing is in the picture, in log-odds (B, N), and its place (B, N, 2): the centre of
        gravity of the log-odds around the best of the patches (B, E, 16, 16)."""
        logits = self.word_logits(self.name_vectors(self.names), patches).flatten(2)                # (B, N, 256)
        odds, peak = logits.max(-1)
        centres = patch_places(GRID, logits.device)
        near = (centres[peak][:, :, None] - centres).abs().amax(-1) < 1.5 / GRID                    # (B, N, 256)
        weight = logits.sigmoid() * near
        return odds, (weight[..., None] * centres).sum(2) / weight.sum(2, keepdim=True)
