"""Generative adversarial networks: objectives, penalties, and what all of them share (Goodfellow et al. 2014, arXiv
1406.2661).

Scores are logits: D = sigmoid(score), and a Wasserstein critic's are taken as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from imagery.models.adversarial import Adversarial, held, spread
from imagery.models.chance import normal_rows
from imagery.models.examples import Example, conditions, unpacked
from imagery.models.processes import noise_like

ObjectiveName = Literal["minimax", "nonsaturating", "wasserstein", "squares"]
PENALTY = 10.0                                    # weight of the Wasserstein critic's (arXiv 1704.00028, Section 4)


@dataclass(frozen=True)
class Objective:
    """What each side minimises, of scores (B,) of real and of fake pictures."""

    critic: Callable[[Tensor, Tensor], Tensor]
    generator: Callable[[Tensor], Tensor]


def _cross_entropy(real: Tensor, fake: Tensor) -> Tensor:
    """-log D(x) - log(1 - D(G(z))) (Eq. 1)."""
    return F.softplus(-real).mean() + F.softplus(fake).mean()


OBJECTIVES: dict[ObjectiveName, Objective] = {
    "minimax": Objective(_cross_entropy, lambda fake: -F.softplus(fake).mean()),             # log(1 - D(G(z))), Eq. 1
    "nonsaturating": Objective(_cross_entropy, lambda fake: F.softplus(-fake).mean()),       # -log D(G(z)), Section 3
    "wasserstein": Objective(lambda real, fake: fake.mean() - real.mean(),                   # arXiv 1704.00028, Eq. 2
                             lambda fake: -fake.mean()),
    "squares": Objective(lambda real, fake: (real - 1).square().mean() + fake.square().mean(),      # arXiv 1611.04076
                         lambda fake: (fake - 1).square().mean())}


def gradient_penalty(critic: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, share: Tensor) -> Tensor:
    """E (|grad D(x)| - 1)^2 at x between real and fake pictures, `share` (B,) of the way (Gulrajani et al. 2017, arXiv
    1704.00028, Eq. 3)."""
    share = share.to(real).reshape(-1, *[1] * (real.dim() - 1))
    between = torch.lerp(real, fake.to(real), share)                       # fakes may come in bfloat16
    return (_slopes(critic, between) - 1).square().mean()


def zero_penalty(critic: Callable[[Tensor], Tensor], real: Tensor) -> Tensor:
    """R1: E |grad D(x)|^2 / 2 at real pictures (Mescheder et al. 2018, arXiv 1801.04406, Eq. 9)."""
    return _slopes(critic, real).square().mean() / 2


def _slopes(critic: Callable[[Tensor], Tensor], at: Tensor) -> Tensor:
    """|grad D(x)| of each row, (B,), in full precision."""
    at = at.detach().float().requires_grad_(True)
    with torch.autocast(at.device.type, enabled=False), torch.enable_grad():
        gradient, = torch.autograd.grad(critic(at).sum(), at, create_graph=True)
    return gradient.flatten(1).square().sum(1).add(1e-12).sqrt()


class GAN(Adversarial):
    """A `generator` and a `critic`, told by a vector each picture if the configuration's `condition` > 0 (conditional
    GAN, Mirza & Osindero 2014, arXiv 1411.1784, Eq. 2). Configurations have `objective`, `critic_turns`, `size` and
    `condition`; all that is random in a picture is one row of `latent_size` normal numbers.
    """

    latent_size: int

    def generate(self, latent: Tensor, condition: Tensor) -> Tensor:
        """Latents (B, latent_size), conditions (B, D) -> pictures (B, 3, size, size) in [-1, 1]."""
        return self.generator(latent, condition)

    def judge(self, pictures: Tensor, condition: Tensor) -> Tensor:
        """Scores (B,). Not through the critic's `__call__`, which on a GPU is compiled and has no second derivative."""
        return self.critic.forward(pictures, condition)

    def penalty(self, real: Tensor, fake: Tensor, scores: Tensor, condition: Tensor,
                generator: torch.Generator | None) -> Tensor:
        """What is added to the critic's loss, whose real `scores` (B,) are given: the Wasserstein critic's penalty."""
        if self.config.objective != "wasserstein":
            return scores.new_zeros(())
        share = torch.rand(len(real), generator=generator)
        return PENALTY * gradient_penalty(lambda x: self.judge(x, condition), real, fake, share)

    def critic_loss(self, batch: Example | Tensor, generator: torch.Generator | None) -> Tensor:
        """A real picture under another's condition counts as fake, so that what is told matters (Reed et al. 2016,
        arXiv 1605.05396, Algorithm 1)."""
        real, condition = self._unpacked(batch)
        with torch.no_grad():
            fake = self.generate(self._latents(real, generator), condition)
        scores, fakes = self.judge(real, condition).float(), self.judge(fake, condition).float()
        if self.config.condition:
            others = condition.roll(1, 0)
            wrong = self.judge(real, others).float()[(others != condition).any(1)]
            fakes = torch.cat([fakes, wrong])
        loss = OBJECTIVES[self.config.objective].critic(scores, fakes)
        return loss + self.penalty(real, fake, scores, condition, generator)

    def generator_loss(self, batch: Example | Tensor, generator: torch.Generator | None) -> tuple[Tensor, Tensor]:
        real, condition = self._unpacked(batch)
        with held(self.critic):
            fake = self.generate(self._latents(real, generator), condition)
            scores = self.judge(fake, condition).float()
        loss = OBJECTIVES[self.config.objective].generator(scores)
        return loss, spread(fake) / spread(real).clamp(min=1e-6)

    @torch.no_grad()
    def sample(self, n: int, seed: int = 0, condition: Tensor | None = None) -> Tensor:
        """n pictures (n, 3, size, size) in [-1, 1], under conditions (n, D) if it is told any."""
        latent = normal_rows(n, (self.latent_size,), seed).to(self.device)
        return self.generate(latent, conditions(condition, n, self.config.condition, latent)).clamp(-1, 1)

    def _latents(self, real: Tensor, generator: torch.Generator | None) -> Tensor:
        return noise_like(real.new_empty(len(real), self.latent_size), generator)

    def _unpacked(self, batch: Example | Tensor) -> tuple[Tensor, Tensor]:
        real, condition = unpacked(batch, self.config.size, self.config.condition)
        if len(real) < 2:
            raise ValueError("a batch of one picture does not show how pictures differ: give two or more")
        return real, condition
