"""Variational autoencoder with one code a picture (Kingma & Welling 2014, arXiv 1312.6114)."""

from __future__ import annotations

import math

import torch
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn

from imagery.models import processes
from imagery.models.chance import normal_rows
from imagery.models.codec import Autoencoder
from imagery.models.examples import check_pictures
from imagery.models.shades import SHADE
from imagery.models.stages import double, halve

SIDE = 4                                          # of the last maps before the code


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(mean, variance) || N(0, 1)) (Eq. 10), of codes (B, D): (B,)."""
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1)


class VAE(Autoencoder):
    """The codec's convolutions carried on to a code of `latent` numbers, (B, latent), with prior N(0, 1).

    Pixels are normal around the decoder's picture with one `scale`, for each batch to learn from the best (Rybkin et
    al. 2021, arXiv 2006.13202), so that the two terms of the bound need no weights. `divergence` is beta
    (Higgins et al. 2017): 1 is the bound, more asks for a plainer code. At 0 codes are not noisy: the plain
    autoencoder, whose space has holes.
    """

    @register_to_config
    def __init__(self, width: int = 32, divergence: float = 1.0, latent: int = 64, size: int = 64):
        super().__init__(width, divergence)
        wide, halvings = 2 * width, (size // 4 // SIDE).bit_length() - 1
        if halvings < 0 or size != 4 * SIDE << halvings:
            raise ValueError(f"pictures of {size} x {size} are not 16 x 16 doubled some times: give 16, 32, 64 ...")
        self.encoder[-1] = nn.Sequential(*(halve(wide, wide) for _ in range(halvings)), nn.Flatten(),
                                         nn.Linear(wide * SIDE ** 2, 2 * latent))
        self.decoder[0] = nn.Sequential(nn.Linear(latent, wide * SIDE ** 2), nn.Unflatten(1, (wide, SIDE, SIDE)),
                                        *(double(wide, wide) for _ in range(halvings)))
        self.register_buffer("scale", torch.ones(()))                  # of late

    def posterior(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance of q(z|x), each (B, latent)."""
        check_pictures(pictures, self.config.size)
        return super().posterior(pictures)

    def terms(self, pictures: Tensor, generator: torch.Generator | None = None) -> tuple[Tensor, Tensor]:
        """The two terms of the bound in nats, each (B,): log p(x|z) for z drawn from q(z|x) by reparametrisation
        (Section 2.4), and KL(q(z|x) || p(z))."""
        mean, log_variance = self.posterior(pictures)
        noise = processes.noise_like(mean, generator) if self.config.divergence else 0.0
        made = self.decoder(mean + (log_variance / 2).exp() * noise).float()
        error, scale = (pictures - made).square(), self.scale
        if self.training:
            scale = error.detach().mean().sqrt().clamp(min=SHADE / 2)
            self.scale.lerp_(scale, 0.05)
        likelihood = -0.5 * (error / scale.square() + math.log(2 * math.pi)) - scale.log()
        return likelihood.flatten(1).sum(1), divergence(mean, log_variance)

    def elbo(self, pictures: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """A lower bound on log p(x), a density, in nats (Eq. 3). (B,)"""
        likelihood, cost = self.terms(pictures, generator)
        return likelihood - cost

    def loss(self, pictures: Tensor, generator: torch.Generator | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        """Minus the bound, with beta, a value of the picture; `bits_per_dim` is an upper bound."""
        likelihood, cost = (term.mean() / pictures[0].numel() for term in self.terms(pictures, generator))
        bits = (cost - likelihood - math.log(SHADE)) / math.log(2)
        return (self.config.divergence * cost - likelihood,
                {"bits_per_dim": bits.detach(), "kl": cost.detach() * pictures[0].numel(),
                 "scale": self.scale.clone()})

    # ---- use --------------------------------------------------------------------------------------------------------

    @torch.no_grad()
    def sample(self, n: int, seed: int = 0) -> Tensor:
        """n pictures (n, 3, S, S) in [-1, 1] of codes drawn from the prior."""
        return self.decode(normal_rows(n, (self.config.latent,), seed).to(self.device))

    @torch.no_grad()
    def attribute(self, pictures: Tensor, has: Tensor) -> Tensor:
        """The vector (latent,) that points to an attribute, as "smiling": the mean code of the pictures that `has` (B,)
        marks less that of the others."""
        if has.all() or not has.any():
            raise ValueError("an attribute is a difference: give pictures that have it and pictures that have not")
        codes = self.encode(pictures)
        return codes[has].mean(0) - codes[~has].mean(0)

    @torch.no_grad()
    def vary(self, pictures: Tensor, attribute: Tensor, factors: Tensor) -> Tensor:
        """Pictures (B, F, 3, S, S) with so many times (F,) the attribute (latent,) added to their codes."""
        return self._drawn(self.encode(pictures)[:, None] + factors.to(attribute)[:, None] * attribute)

    @torch.no_grad()
    def interpolate(self, first: Tensor, second: Tensor, steps: int = 8) -> Tensor:
        """From one picture to the other, (B, steps, 3, S, S), both ends included, by z = (1 - a) z1 + a z2."""
        ends = [self.encode(each)[:, None] for each in (first, second)]
        return self._drawn(torch.lerp(*ends, torch.linspace(0, 1, steps, device=self.device)[:, None]))

    @torch.no_grad()
    def chart(self, side: int = 8, axes: tuple[int, int] = (0, 1)) -> Tensor:
        """The latent space drawn: pictures (side, side, 3, S, S) at quantiles of the prior along two axes of the code,
        down and across, with zeros along all others (Figure 4)."""
        quantiles = torch.special.ndtri((torch.arange(side, device=self.device) + 0.5) / side)
        codes = torch.zeros(side, side, self.config.latent, device=self.device)
        codes[..., axes[0]], codes[..., axes[1]] = quantiles[:, None], quantiles
        return self._drawn(codes)

    def _drawn(self, codes: Tensor) -> Tensor:
        """Codes (A, B, latent) as pictures (A, B, 3, S, S)."""
        return self.decode(codes.flatten(0, 1)).unflatten(0, codes.shape[:2])
