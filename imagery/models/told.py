"""A network of either kind that is told by one vector a picture."""

from __future__ import annotations

from typing import Any, Literal

import torch
from torch import Tensor, nn

from imagery.models.dit import DiT
from imagery.models.unet import UNet

NETWORKS = {"unet": UNet, "dit": DiT}
Network = Literal["unet", "dit"]
HEARD = 64                                        # width of a condition as a network hears it


class Told(nn.Module):
    """A U-Net or a DiT told by one vector a picture, which sets gains and shifts everywhere, as time does.

    forward: x (B, given, S, S), time (B,) in [0, 1], condition (B, D) -> (B, wanted, S, S). These networks have as many
    channels out as in: what lacks going in is zeros, what is too much coming out is dropped. A condition of zeros says
    nothing.
    """

    def __init__(self, network: Network, given: int, wanted: int, condition: int, sizes: dict[str, Any] | None = None):
        super().__init__()
        self.wanted, self.channels = wanted, max(given, wanted)
        self.hear = nn.Linear(condition, HEARD, bias=False) if condition else None
        self.untold = nn.Parameter(torch.zeros(1, HEARD))
        self.network = NETWORKS[network](self.channels, context_width=HEARD, by_place=False, **(sizes or {}))

    def forward(self, x: Tensor, time: Tensor, condition: Tensor) -> Tensor:
        heard = self.untold.expand(len(x), -1)
        if self.hear:
            heard = heard + self.hear(condition)
        x = torch.cat([x, x.new_zeros(len(x), self.channels - x.shape[1], *x.shape[2:])], 1)
        mask = torch.ones(len(x), 1, dtype=torch.bool, device=x.device)
        return self.network(x, time, heard[:, None].to(x.dtype), mask)[:, :self.wanted]
