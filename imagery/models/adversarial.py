"""Networks that learn against each other, by the one training loop.

Every call of `loss` is one side's turn: `critic_turns` in a row teach the critic, the next teaches the generator
(Goodfellow et al. 2014, arXiv 1406.2661, Algorithm 1, and its k). Meanwhile the other side is held: no gradient reaches
it, and optimizers pass over what has none. So the loop need not know, its checkpoints hold both sides and whose turn it
is, and a gradient that is clipped is one side's alone. Adding both losses up would need no count of turns, but let the
generator learn from the critic of the step before, always one to one, and clip the two together.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from diffusers.configuration_utils import ConfigMixin
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

COLLAPSED = 0.05                                  # share of the spread of real pictures
PATIENCE = 100                                    # of the generator's turns, over which diversity is averaged


@contextmanager
def held(*modules: nn.Module) -> Iterator[None]:
    """Within, modules learn nothing of what they are given; gradients pass through them."""
    learning = [p for module in modules for p in module.parameters() if p.requires_grad]
    try:
        for p in learning:
            p.requires_grad_(False)
        yield
    finally:
        for p in learning:
            p.requires_grad_(True)


def spread(pictures: Tensor) -> Tensor:
    """Standard deviation over a batch, mean over all values; 0 where all pictures are the same."""
    return pictures.float().std(0).mean()


class Adversarial(ModelMixin, ConfigMixin):
    """Base of models of two sides, whose configuration has `critic_turns`. A loss that is not finite, and a generator
    whose pictures are all but the same for long, end the training with FloatingPointError before it learns from
    them."""

    def __init__(self):
        super().__init__()
        self.register_buffer("turn", torch.zeros((), dtype=torch.long))
        self.register_buffer("diversity", torch.ones(()))              # mean share of real spread, of late

    def critic_loss(self, batch: Any, generator: torch.Generator | None) -> Tensor:
        """Loss of the critic's side alone."""
        raise NotImplementedError

    def generator_loss(self, batch: Any, generator: torch.Generator | None) -> tuple[Tensor, Tensor]:
        """Loss of the generator's side alone, and its diversity: `spread` as a share of that of real pictures."""
        raise NotImplementedError

    def loss(self, batch: Any, generator: torch.Generator | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        turn, period = int(self.turn), self.config.critic_turns + 1
        if turn % period < self.config.critic_turns:
            side, loss, logs = "critic", self.critic_loss(batch, generator), {}
        else:
            side = "generator"
            loss, share = self.generator_loss(batch, generator)
            logs = {"diversity": self._watched(share.detach())}
        if not loss.isfinite():
            raise FloatingPointError(f"the {side}'s loss is {float(loss.detach())} at turn {turn}: try a smaller "
                                     "learning rate")
        if self.training:
            self.turn += 1
        return loss, logs | {side: loss.detach()}

    def _watched(self, share: Tensor) -> Tensor:
        if self.training:
            self.diversity.lerp_(share.clamp(max=1.0), 1 / PATIENCE)
        if self.diversity < COLLAPSED:
            raise FloatingPointError(
                f"the generator collapsed: its pictures differ {float(self.diversity):.1%} as much as real ones do; "
                "try the Wasserstein objective, more turns of the critic or a smaller learning rate")
        return share
