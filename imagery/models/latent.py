"""What an action brings, without pictures: a code of what is seen, and what becomes of the code.

A code predicts the code of what is seen next (Schrittwieser et al. 2020, arXiv 1911.08265, with the consistency of Ye
et al. 2021, arXiv 2111.00210); codes of pictures that differ are held apart by a hinge, so that they do not all become
one (Kipf, van der Pol & Welling 2020, arXiv 1911.12247, Eq. 5, with the picture before as the negative sample).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

from imagery import devices
from imagery.foresight import seen
from imagery.models.blocks import ResBlock
from imagery.models.world import Steps

CELLS = 4                                         # pixels to a cell of the code
AFAR = 2                                          # cells of the code to one seen from afar
APART = 1.0                                       # least greatest difference of codes of different pictures
WEIGHT = 4.0                                      # of that in the loss
VERDICTS = 3                                      # log-odds of reward and end, log of the actions left and one


@dataclass(frozen=True)
class CodedFutures:
    """Codes (B, D), the chances (B,) that they bring a reward and are the end, and how many actions seem `left` (B,) to
    the goal."""

    codes: np.ndarray
    reward: np.ndarray
    over: np.ndarray
    left: np.ndarray


class LatentWorld(ModelMixin, ConfigMixin):
    """Codes (B, D, S, S) of `depth` D at a quarter of the picture's resolution. What an action brings is thought out in
    `blocks` at half of that, and one less at all of it. `alike` is the most by which codes of one state differ in any
    number, as a rule."""

    @register_to_config
    def __init__(self, actions: int = 6, depth: int = 16, width: int = 64, blocks: int = 3, alike: float = 0.3):
        super().__init__()
        self.encoder = nn.Sequential(nn.PixelUnshuffle(CELLS), nn.Conv2d(3 * CELLS ** 2, width, 3, padding=1),
                                     ResBlock(width, width), nn.Conv2d(width, depth, 1))
        self.deeds = nn.Embedding(actions, width)
        self.enter = nn.Conv2d(depth, width, 3, padding=1)
        self.down, self.up = nn.Conv2d(width, 2 * width, AFAR, AFAR), nn.Conv2d(2 * width, width, 1)
        self.far = nn.ModuleList(ResBlock(2 * width, 2 * width, width) for _ in range(blocks))
        self.near = nn.ModuleList(ResBlock(width, width, width) for _ in range(max(1, blocks - 1)))
        self.leave = nn.Conv2d(width, depth, 3, padding=1)
        self.look = nn.Sequential(nn.Conv2d(depth, width, 3, padding=1), ResBlock(width, width))
        self.verdict = nn.Sequential(nn.Linear(6 * width, width), nn.SiLU(), nn.Linear(width, VERDICTS))

    def forward(self, code: Tensor, action: Tensor) -> tuple[Tensor, Tensor]:
        """The code that an action (B,) leads to, and the verdicts on it (B, 3)."""
        deed, h = self.deeds(action), self.enter(code)
        far = self.down(h)
        for block in self.far:
            far = block(far, deed)
        h = h + F.interpolate(self.up(far), scale_factor=float(AFAR))
        for block in self.near:
            h = block(h, deed)
        after = code + self.leave(h)
        look = self.look(after)
        judged = [pooled for each in (far, look) for pooled in (each.mean((2, 3)), each.amax((2, 3)))]
        return after, self.verdict(torch.cat(judged, 1))

    def loss(self, batch: Steps, generator: torch.Generator | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        code, wanted = self.encoder(batch.last), self.encoder(batch.following)
        predicted, verdicts = self(code, batch.action)
        missed = ((predicted - wanted).float() ** 2).sum((1, 2, 3)).mean()
        changed = (batch.following != batch.last).flatten(1).any(1)
        close = (F.relu(APART - (wanted - code).float().abs().amax((1, 2, 3))) * changed).mean()
        judged = verdicts.float()
        answers = F.binary_cross_entropy_with_logits(judged[:, :2], torch.stack([batch.reward, batch.over], 1))
        told = batch.left.isfinite()
        left = F.smooth_l1_loss(judged[told, 2], batch.left[told].log1p(), reduction="sum") / len(told)
        logs = {"missed": missed, "close": close, "verdicts": answers, "left": left}
        return missed + WEIGHT * close + answers + left, {name: value.detach() for name, value in logs.items()}

    @property
    def alike(self) -> float:
        return self.config.alike

    @torch.no_grad()
    def encode(self, pictures: np.ndarray) -> np.ndarray:
        """Codes (B, D) of pictures (B, H, W, 3) of uint8."""
        return self.encoder(seen(pictures).to(self.device)).flatten(1).cpu().numpy()

    @torch.no_grad()
    def imagine(self, codes: np.ndarray, actions: Sequence[int]) -> CodedFutures:
        """What each action brings, from codes (B, D) of square pictures."""
        side = round((codes.shape[1] / self.config.depth) ** 0.5)
        code = torch.from_numpy(codes).to(self.device).unflatten(1, (self.config.depth, side, side))
        with devices.swift(self.device):
            after, verdicts = self(code, torch.as_tensor(actions).to(self.device))
        reward, over, left = verdicts.float().cpu().unbind(1)
        return CodedFutures(after.float().flatten(1).cpu().numpy(), reward.sigmoid().numpy(), over.sigmoid().numpy(),
                            left.expm1().clamp(min=0).numpy())
