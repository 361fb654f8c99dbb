"""VQ-GAN (Esser et al. 2021, arXiv 2012.09841): a VQ-VAE that is to be right in features and real to a critic of
patches, rather than right in each pixel."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn

from imagery.models.adversarial import Adversarial, held, spread
from imagery.models.recogniser import Recogniser
from imagery.models.vqvae import VQVAE

MOST = 1e4                                        # of the adaptive weight


class PatchCritic(nn.Module):
    """Is each patch of a picture real? (B, 3, H, W) -> scores (B, 1, H/8, W/8) of patches of 38 pixels (Isola et al.
    2017, arXiv 1611.07004, Section 3.2.2)."""

    def __init__(self, width: int):
        super().__init__()
        layers: list[nn.Module] = [nn.Conv2d(3, width, 4, 2, 1), nn.LeakyReLU(0.2)]
        for narrow in (width, 2 * width):
            layers += [nn.Conv2d(narrow, 2 * narrow, 4, 2, 1, bias=False), nn.GroupNorm(8, 2 * narrow),
                       nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers, nn.Conv2d(4 * width, 1, 3, 1, 1))

    def forward(self, pictures: Tensor) -> Tensor:
        return self.layers(pictures)


class VQGAN(Adversarial):
    """`code` and `features` are the arguments of a VQVAE, which is what all this is for, and of the `Recogniser`
    whose features count, which was taught beforehand. The critic has a say after `begin` turns."""

    @register_to_config
    def __init__(self, code: dict[str, Any], features: dict[str, Any], width: int = 32, begin: int = 500,
                 critic_turns: int = 1):
        super().__init__()
        self.codec, self.critic = VQVAE(**code), PatchCritic(width)
        self.recogniser = Recogniser(**features).requires_grad_(False)

    def loss(self, batch: Tensor, generator: torch.Generator | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        """Pictures (B, 3, S, S) are the batch."""
        self._logs: dict[str, Tensor] = {}
        loss, logs = super().loss(batch, generator)
        return loss, logs | self._logs

    def critic_loss(self, batch: Tensor, generator: torch.Generator | None) -> Tensor:
        """Hinge: max(0, 1 - D(x)) + max(0, 1 + D(x')) (Lim & Ye 2017, arXiv 1705.02894)."""
        with torch.no_grad():
            made = self.codec.decode(self.codec.encode(batch))
        real, fake = (self.critic.forward(each).float() for each in (batch, made))
        return (F.relu(1 - real).mean() + F.relu(1 + fake).mean()) / 2

    def generator_loss(self, batch: Tensor, generator: torch.Generator | None) -> tuple[Tensor, Tensor]:
        """|x - x'| and the perceptual distance, the quantiser's loss, and -D(x') times the adaptive weight (Eq. 6)."""
        made, quantised = self.codec.reconstruct(batch, generator)
        shown = made.clamp(-1, 1)                                        # what is out of range is wrong, but not seen
        error, perceived = F.l1_loss(made, batch), self.recogniser.distance(shown, batch).mean()
        near = error + perceived
        loss = near + quantised.loss
        self._logs = {"error": error.detach(), "perceived": perceived.detach()} | quantised.logs
        if self.turn >= self.config.begin:
            with held(self.critic):
                doubt = -self.critic.forward(shown).float().mean()
            weight = self.adaptive_weight(near, doubt)
            self._logs["weight"] = weight
            loss = loss + weight * doubt
        return loss, spread(shown.detach()) / spread(batch).clamp(min=1e-6)

    def adaptive_weight(self, near: Tensor, doubt: Tensor) -> Tensor:
        """What makes the critic's gradient as large as that of likeness, at the decoder's last layer (Eq. 7)."""
        last = self.codec.decoder[-1].weight
        likeness, critic = (torch.autograd.grad(each, last, retain_graph=True)[0].norm() for each in (near, doubt))
        return (likeness / (critic + 1e-6)).clamp(max=MOST).detach()
