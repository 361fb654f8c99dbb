"""Points in depth, from what every place of a picture or volume says of them (integral regression: Sun et al. 2018,
arXiv 1711.08229)."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

UNIT = .2                                         # picture widths: how far from where it is said a point is, as a rule


def agreed(said: Tensor) -> Tensor:
    """Points (B, P, 3), x to the right, y down, z away from the viewer, in picture widths from the middle.

    Every place says, (B, 4P, S, S) or over z, y and x (B, 4P, G, G, G), how likely each point is there, and where it is
    as seen from there; the point is where they agree.
    """
    lines = [(torch.arange(size, device=said.device) + .5) / size - .5 for size in said.shape[2:]]
    here = torch.stack(torch.meshgrid(*lines, indexing="ij")[::-1]).flatten(1)                  # (2 or 3, T)
    here = F.pad(here, (0, 0, 0, 3 - len(here)))
    said = said.float().flatten(2).unflatten(1, (-1, 4))                                        # (B, P, 4, T)
    return ((here + UNIT * said[:, :, 1:]) * said[:, :, :1].softmax(-1)).sum(-1)
