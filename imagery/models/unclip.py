"""unCLIP: a prior makes a picture's embedding from a text's, a decoder a picture from that (Ramesh et al. 2022, arXiv
2204.06125). The embeddings are the verbal channel's, unit vectors in which a text is near what it tells of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

from imagery.models import processes, samplers
from imagery.models.blocks import TransformerBlock, sinusoids
from imagery.models.chance import normal_rows
from imagery.models.matching import FlowMatching
from imagery.models.schedules import SCHEDULES
from imagery.models.text import causal_mask
from imagery.models.verbal import VerbalChannel

STEPS = 8                                         # of the decoder
TRIED = 2                                         # embeddings, of which that nearer to the text is taken (Section 2.2)


@dataclass(frozen=True)
class Embedded:
    """Unit vectors (B, D) of texts, `told`, zeros where withheld, and of the pictures they tell of, `seen`."""

    told: Tensor
    seen: Tensor


class Prior(ModelMixin, ConfigMixin):
    """Diffusion of a picture's embedding by a causal transformer over text, time, the noisy embedding, and a last token
    whose output is the clean one (Section 2.2). Inside, embeddings have unit variance a value."""

    @register_to_config
    def __init__(self, embedding: int = 192, width: int = 192, depth: int = 6, heads: int = 6, steps: int = 1000):
        super().__init__()
        self.text, self.noisy = nn.Linear(embedding, width), nn.Linear(embedding, width)
        self.time = nn.Sequential(nn.Linear(64, width), nn.SiLU(), nn.Linear(width, width))
        self.asked = nn.Parameter(torch.randn(width))
        self.blocks = nn.ModuleList(TransformerBlock(width, heads) for _ in range(depth))
        self.leave = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, embedding))
        self.register_buffer("alpha_bar", SCHEDULES["cosine"](steps), persistent=False)

    def forward(self, x: Tensor, t: Tensor, told: Tensor) -> Tensor:
        """The clean embedding (B, D) expected from a noisy one at steps t (B,), under a text's (B, D)."""
        time = self.time(sinusoids(t / len(self.alpha_bar), 64, 0.25, 64.0))
        tokens = torch.stack([self.text(told), time, self.noisy(x), self.asked.expand(len(x), -1)], 1)
        mask = causal_mask(torch.ones(tokens.shape[:2], dtype=torch.bool, device=x.device))
        for block in self.blocks:
            tokens = block(tokens, mask)
        return self.leave(tokens[:, -1]).float()

    def loss(self, batch: Embedded, generator: torch.Generator | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        """Squared error in the clean embedding (Eq. 2)."""
        width = self.config.embedding
        for name, given in (("told", batch.told), ("seen", batch.seen)):
            if given.dim() != 2 or given.shape[1] != width:
                raise ValueError(f"`{name}` of shape {tuple(given.shape)} does not fit: give (B, {width})")
        x0, told = width ** 0.5 * batch.seen, width ** 0.5 * batch.told
        t = torch.randint(len(self.alpha_bar), (len(x0),), generator=generator).to(x0.device)
        x_t = processes.add_noise(x0, processes.noise_like(x0, generator), self.alpha_bar, t)
        predicted = self(x_t, t, told)
        error = (predicted - x0).square().mean()
        return error, {"error": error.detach(), "cosine": F.cosine_similarity(predicted, x0).mean().detach()}

    @torch.no_grad()
    def sample(self, told: Tensor, seed: int = 0, steps: int = 16) -> Tensor:
        """Unit vectors (B, D) of pictures for those of texts (B, D), by DDIM; the best of `TRIED` each."""
        scale = told.shape[1] ** 0.5
        noise = normal_rows(len(told), (TRIED, told.shape[1]), seed).to(told).flatten(0, 1)
        texts = told.repeat_interleave(TRIED, 0)
        timesteps = torch.linspace(len(self.alpha_bar) - 1, 0, steps).round().long()
        made = samplers.ddim(lambda x, t: self(x, t, scale * texts), noise, timesteps, self.alpha_bar, "x0")
        made = F.normalize(made, dim=-1)
        near = (made * texts).sum(-1).unflatten(0, (-1, TRIED)).argmax(1)
        return made.unflatten(0, (-1, TRIED))[torch.arange(len(told)), near]


class UnCLIP:
    """Words to pictures by way of an imagined embedding; the decoder is a flow with that as its condition."""

    def __init__(self, prior: Prior, decoder: FlowMatching, verbal: VerbalChannel):
        widths = {"the prior's": prior.config.embedding, "the decoder's": decoder.config.condition,
                  "the verbal channel's": verbal.config.width}
        if len(set(widths.values())) > 1:
            told = ", ".join(f"{name} {width}" for name, width in widths.items())
            raise ValueError(f"embeddings differ in width: {told}; give three of one")
        self.prior, self.decoder, self.verbal = prior, decoder, verbal

    @torch.no_grad()
    def imagine(self, texts: Sequence[str], seed: int = 0, steps: int | None = None) -> Tensor:
        """Pictures of English texts: (B, 3, S, S) in [-1, 1]. ValueError for words the channel does not know."""
        return self._decode(self.embed([texts] if isinstance(texts, str) else list(texts), seed), seed, steps)

    @torch.no_grad()
    def embed(self, texts: Sequence[str], seed: int = 0) -> Tensor:
        """What the decoder is told of texts (B, D): imagined embeddings of pictures, at unit variance a value."""
        told = self.verbal.text_vector(self.verbal.encode_text(texts)).to(self.prior.device)
        return self._told(self.prior.sample(told, seed))

    @torch.no_grad()
    def variations(self, pictures: Tensor, seed: int = 0, steps: int | None = None) -> Tensor:
        """Other pictures of what pictures (B, 3, S, S) show: what their embedding does not hold is made anew (Section
        3.1)."""
        return self._decode(self._told(self.verbal.picture_vector(pictures)), seed, steps)

    def _told(self, seen: Tensor) -> Tensor:
        """Unit vectors (B, D) at unit variance a value."""
        return seen.shape[1] ** 0.5 * seen.to(self.decoder.device)

    def _decode(self, told: Tensor, seed: int, steps: int | None) -> Tensor:
        return self.decoder.sample(len(told), seed, told, steps or STEPS)
