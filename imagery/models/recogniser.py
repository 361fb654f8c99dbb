"""A convolutional classifier in the manner of AlexNet (Krizhevsky et al. 2012): five convolutions, rectified, three
pooled by overlapping maxima, then two dense layers with dropout and a softmax.

Normalisation of groups of channels stands where theirs is of responses nearby.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

from imagery.models.convolution import output_size
from imagery.models.examples import check_pictures

LAYERS = ((1.0, 7, 2, True), (2.0, 5, 1, True), (3.0, 3, 1, False), (3.0, 3, 1, False), (2.0, 3, 1, True))
POOL = (3, 2)                                     # size and stride, which overlap (Section 3.4)


@dataclass(frozen=True)
class Labelled:
    """A batch to recognise: `pictures` (B, 3, S, S) in [-1, 1] and `labels`, the class of each, (B,) of int, or which
    of them each shows, (B, K) of 0 and 1."""

    pictures: Tensor
    labels: Tensor


class Recogniser(ModelMixin, ConfigMixin):
    """Logits (B, K) of K `classes` for pictures (B, 3, `size`, `size`). Layers are as wide as LAYERS say times `width`,
    and a picture is a vector of `hidden` features before it is named."""

    @register_to_config
    def __init__(self, classes: Sequence[str], size: int = 64, width: int = 48, hidden: int = 512):
        super().__init__()
        given, side, layers = 3, size, list[nn.Module]()
        for times, kernel, stride, pooled in LAYERS:
            wide = int(times * width)
            layer = [nn.Conv2d(given, wide, kernel, stride, kernel // 2), nn.GroupNorm(8, wide), nn.ReLU()]
            side = output_size(side, kernel, stride, kernel // 2)
            if pooled:
                layer.append(nn.MaxPool2d(*POOL))
                side = output_size(side, *POOL)
            layers.append(nn.Sequential(*layer))
            given = wide
        self.layers = nn.ModuleList(layers)
        self.dense = nn.Sequential(nn.Flatten(), nn.Dropout(), nn.Linear(given * side ** 2, hidden), nn.ReLU(),
                                   nn.Dropout(), nn.Linear(hidden, hidden), nn.ReLU())
        self.name = nn.Linear(hidden, len(classes))

    def features(self, pictures: Tensor) -> list[Tensor]:
        """What each convolutional layer makes of pictures, five times (B, C, H, W), from early to late."""
        check_pictures(pictures.detach(), self.config.size)
        seen, h = [], pictures
        for layer in self.layers:
            h = layer(h)
            seen.append(h)
        return seen

    def vector(self, pictures: Tensor) -> Tensor:
        """Features of pictures as wholes, (B, hidden)."""
        return self.dense(self.features(pictures)[-1]).float()

    def forward(self, pictures: Tensor) -> Tensor:
        return self.name(self.vector(pictures)).float()

    def distance(self, first: Tensor, second: Tensor) -> Tensor:
        """Perceptual distance of pictures, (B,): squared difference of features of unit length at each place, summed
        over layers (Zhang et al. 2018, arXiv 1801.03924, Eq. 1, with all channels weighed alike)."""
        pairs = zip(self.features(first), self.features(second))
        return sum((F.normalize(a.float(), dim=1) - F.normalize(b.float(), dim=1)).square().sum(1).mean((1, 2))
                   for a, b in pairs)

    def loss(self, batch: Labelled, generator: torch.Generator | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        """Cross-entropy, of one class a picture or of each class by itself; `right` is the share named right."""
        logits, labels = self(batch.pictures), batch.labels
        if labels.dim() == 1:
            return F.cross_entropy(logits, labels), {"right": (logits.argmax(1) == labels).float().mean()}
        return (F.binary_cross_entropy_with_logits(logits, labels.float()),
                {"right": ((logits > 0) == labels.bool()).float().mean()})

    @torch.no_grad()
    def classify(self, pictures: Tensor, most: int = 5) -> list[list[tuple[str, float]]]:
        """The likeliest classes of each picture and their probabilities, as in "tabby cat (0.71)"."""
        share, index = self(pictures).softmax(1).topk(min(most, len(self.config.classes)))
        return [[(self.config.classes[i], p) for i, p in zip(*row)] for row in zip(index.tolist(), share.tolist())]
