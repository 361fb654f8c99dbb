"""A policy: from one picture to an action, by a small convolutional network (Mnih et al. 2015, Nature 518, Methods,
"Model architecture"), as stable-baselines3 has it for pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

from imagery.foresight import seen


class PolicyNet(ModelMixin, ConfigMixin):
    """Scores (B, A) of `actions` for pictures (B, 3, 64, 64) in [-1, 1]: with `chances`, the log-odds of taking each,
    else what each is worth."""

    @register_to_config
    def __init__(self, actions: int = 6, chances: bool = True):
        super().__init__()
        self.cnn = nn.Sequential(nn.Conv2d(3, 32, 8, 4), nn.ReLU(), nn.Conv2d(32, 64, 4, 2), nn.ReLU(),
                                 nn.Conv2d(64, 64, 3), nn.ReLU(), nn.Flatten())
        self.linear = nn.Sequential(nn.Linear(64 * 4 * 4, 512), nn.ReLU())
        self.score = nn.Linear(512, actions)

    def forward(self, pictures: Tensor) -> Tensor:
        return self.score(self.linear(self.cnn((pictures + 1) / 2))).float()


class Chooser:
    """A policy, asked for what to do; `actions` are its numbers of those that the environment has, in their order."""

    def __init__(self, net: PolicyNet, actions: Sequence[int] = range(4), seed: int = 0):
        self.net, self.actions = net.eval(), list(actions)
        self.generator = torch.Generator().manual_seed(seed)

    @torch.no_grad()
    def predict(self, observation: np.ndarray, deterministic: bool = True) -> tuple[np.ndarray, Any]:
        """The environment's action for a picture (64, 64, 3) or each of some (B, 64, 64, 3), as an array () or (B,),
        and None: the best, or else, of a policy of `chances`, one drawn by these."""
        pictures = seen(observation.reshape(-1, *observation.shape[-3:])).to(self.net.device)
        scores = self.net(pictures)[:, self.actions].cpu()
        if deterministic or not self.net.config.chances:
            chosen = scores.argmax(1)
        else:
            chosen = torch.multinomial(scores.softmax(1), 1, generator=self.generator)[:, 0]
        return chosen.numpy().reshape(observation.shape[:-3]), None
