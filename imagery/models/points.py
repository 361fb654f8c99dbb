"""Points in depth, from what every place of a picture says of them (integral regression: Sun et al. 2018, arXiv
1711.08229)."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from imagery.models.blocks import patch_places

UNIT = .2                                         # picture widths: how far from where it is said a point is, as a rule


def agreed(said: Tensor) -> Tensor:
    """Points (B, P, 3), x to the right, y down, z away from the viewer, in picture widths from the picture's centre.

    Every place says, (B, 4P, S, S), how likely each point is there, and where it is as seen from there; the point is
    where they agree.
    """
    grid = said.shape[-1]
    said = said.float().flatten(2).unflatten(1, (-1, 4))                                        # (B, P, 4, T)
    here = F.pad(patch_places(grid, said.device) - .5, (0, 1)).T                                # (3, T)
    return ((here + UNIT * said[:, :, 1:]) * said[:, :, :1].softmax(-1)).sum(-1)
