"""Pictures as few whole numbers: the vector-quantised autoencoder (van den Oord et al. 2017, arXiv 1711.00937), with
any quantiser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import torch
import torch.nn.functional as F
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

from imagery.models.codec import Autoencoder
from imagery.models.examples import check_pictures
from imagery.models.quantisers import QUANTISERS, Quantised
from imagery.models.stages import double, halve


class VQVAE(ModelMixin, ConfigMixin):
    """The codec's convolutions around a quantiser: pictures (B, 3, `size`, `size`) <-> code (B, D, S, S) <-> tokens
    (B, S, S, Q) of int, below `values`, with S = `size` halved so many times and Q = `depth`.

    `codes` are the quantiser's: of VQ its number of codes, as [1024], of RVQ those of each stage, as [256, 256], of FSQ
    the levels, as [8, 5, 5, 5], of LFQ a two for each bit.
    """

    @register_to_config
    def __init__(self, quantiser: Literal["vq", "rvq", "fsq", "lfq"] = "vq", codes: Sequence[int] = (1024,),
                 width: int = 48, halvings: int = 3, size: int = 64):
        super().__init__()
        if quantiser not in QUANTISERS:
            raise ValueError(f"quantiser {quantiser!r} is none of {', '.join(QUANTISERS)}")
        if halvings < 2 or size % 2 ** halvings:
            raise ValueError(f"pictures of {size} x {size} cannot be halved {halvings} times: give 2 halvings or more, "
                             f"and a size that is a multiple of {2 ** max(halvings, 2)}")
        self.quantise = QUANTISERS[quantiser](tuple(codes))
        self.channels, self.values, self.depth = self.quantise.width, self.quantise.values, self.quantise.depth
        self.grid, wide, deeper = size >> halvings, 2 * width, range(halvings - 2)
        frame = Autoencoder(width)
        self.encoder, self.decoder = frame.encoder, frame.decoder
        self.encoder[-1] = nn.Sequential(*(halve(wide, wide) for _ in deeper), nn.Conv2d(wide, self.channels, 1))
        self.decoder[0] = nn.Sequential(nn.Conv2d(self.channels, wide, 3, 1, 1), *(double(wide, wide) for _ in deeper))

    def _unquantised(self, pictures: Tensor) -> Tensor:
        """(B, S, S, D)"""
        check_pictures(pictures, self.config.size)
        return self.encoder(pictures).float().movedim(1, -1)

    def tokens(self, pictures: Tensor) -> Tensor:
        return self.quantise.tokens(self._unquantised(pictures))

    def pictures(self, tokens: Tensor) -> Tensor:
        if tokens.shape[1:] != (self.grid, self.grid, self.depth) or tokens.is_floating_point():
            raise ValueError(f"tokens of shape {tuple(tokens.shape)} and {tokens.dtype} do not fit: give whole numbers "
                             f"(B, {self.grid}, {self.grid}, {self.depth})")
        return self.decode(self.quantise.vectors(tokens).movedim(-1, 1))

    def encode(self, pictures: Tensor) -> Tensor:
        return self.quantise.vectors(self.tokens(pictures)).movedim(-1, 1)

    def decode(self, code: Tensor) -> Tensor:
        return self.decoder(code).float().clamp(-1, 1)

    def reconstruct(self, pictures: Tensor, generator: torch.Generator | None = None) -> tuple[Tensor, Quantised]:
        """Pictures through the code, with gradients, and what the quantiser made of them; in training it learns."""
        quantised = self.quantise(self._unquantised(pictures), generator)
        return self.decoder(quantised.vectors.movedim(-1, 1)).float(), quantised

    def loss(self, pictures: Tensor, generator: torch.Generator | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        """Squared error, and the quantiser's loss (Eq. 3; codes follow means instead of its second term)."""
        made, quantised = self.reconstruct(pictures, generator)
        error = F.mse_loss(made, pictures)
        return error + quantised.loss, {"error": error.detach(), "quantiser": quantised.loss.detach()} | quantised.logs
