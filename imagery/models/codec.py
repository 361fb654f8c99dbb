"""The code in which pictures are imagined, and in which traces of them are kept in memory."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

from imagery.models import processes
from imagery.models.blocks import ResBlock


class PixelCodec(nn.Module):
    """Pixels in patches of 4 x 4: (B, 3, H, W) <-> (B, 48, H/4, W/4). Nothing is lost."""

    channels = 48

    def encode(self, pictures: Tensor) -> Tensor:
        return F.pixel_unshuffle(pictures, 4)

    def decode(self, code: Tensor) -> Tensor:
        return F.pixel_shuffle(code, 4).clamp(-1, 1)

    def weigh(self, weight: Tensor) -> Tensor:
        """Weights of pixels (B, 1, H, W) as weights of the code, with its shape or one that broadcasts to it."""
        return F.pixel_unshuffle(weight, 4).repeat(1, 3, 1, 1)


class Autoencoder(ModelMixin, ConfigMixin):
    """Convolutional autoencoder with a small Kullback-Leibler term (Rombach et al. 2022, arXiv 2112.10752, Section
    3.1): (B, 3, H, W) <-> (B, 8, H/4, W/4), the code in units of its `spread` over the pictures it learned from."""

    channels = 8

    @register_to_config
    def __init__(self, width: int = 48, divergence: float = 1e-4):
        super().__init__()
        self.encoder = nn.Sequential(nn.Conv2d(3, width, 4, 2, 1), ResBlock(width, width),
                                     nn.Conv2d(width, 2 * width, 4, 2, 1), ResBlock(2 * width, 2 * width),
                                     nn.Conv2d(2 * width, 2 * self.channels, 1))
        self.register_buffer("spread", torch.ones(()))
        self.decoder = nn.Sequential(nn.Conv2d(self.channels, 2 * width, 3, 1, 1), ResBlock(2 * width, 2 * width),
                                     nn.Upsample(scale_factor=2.0), nn.Conv2d(2 * width, width, 3, 1, 1),
                                     ResBlock(width, width), nn.Upsample(scale_factor=2.0),
                                     nn.Conv2d(width, 3, 3, 1, 1))

    def posterior(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance of the code, each (B, 8, H/4, W/4)."""
        mean, log_variance = self.encoder(pictures).float().chunk(2, 1)
        return mean, log_variance.clamp(-20, 10)

    def encode(self, pictures: Tensor) -> Tensor:
        return self.posterior(pictures)[0] / self.spread

    def decode(self, code: Tensor) -> Tensor:
        return self.decoder(code * self.spread).float().clamp(-1, 1)

    def weigh(self, weight: Tensor) -> Tensor:
        return F.avg_pool2d(weight, 4)

    def loss(self, pictures: Tensor, generator: torch.Generator | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        """Squared error and beta times KL(q(z|x) || N(0, 1)) (Kingma & Welling 2014, Eq. 10)."""
        mean, log_variance = self.posterior(pictures)
        noise = processes.noise_like(mean, generator)
        if self.training:
            self.spread.lerp_(mean.detach().std(), 0.01)
        error = F.mse_loss(self.decoder(mean + (log_variance / 2).exp() * noise).float(), pictures)
        divergence = 0.5 * (mean ** 2 + log_variance.exp() - 1 - log_variance).mean()
        return error + self.config.divergence * divergence, {"error": error.detach(), "kl": divergence.detach()}


CODECS = {"pixels": PixelCodec, "latents": Autoencoder}
