"""The mind's eye: what an image in the visual buffer shows to a fovea with a blurred periphery.

The image tower reads the picture at a few acuities once; a glance then takes every patch at the acuity that its
distance from the focus and the size of the image allow. Blur in the buffer is `grain` at the fovea and grows linearly
beyond it, as acuity falls with eccentricity (Strasburger, Rentschler & Juettner 2011); the same blur hides more of a
smaller image (Kosslyn 1975).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from imagery.image import MentalImage, Place, rotation
from imagery.models.blocks import patch_places
from imagery.models.verbal import GRID, VerbalChannel

ACUITIES = (0.0, 0.75, 1.5, 3.0)                  # standard deviations of blur, in pixels of a 64-pixel picture
CENTRES = patch_places(GRID).numpy()


@dataclass(frozen=True, eq=False)
class Percept:
    """What one look shows. `evidence` (K, 256): log-odds that a patch shows what a name says, minus infinity where the
    image is not in the buffer; `places` (256, 2) of the patches in the buffer."""

    names: tuple[str, ...]
    evidence: np.ndarray
    places: np.ndarray
    focus: Place
    fovea: float

    def _of(self, name: str) -> np.ndarray:
        return self.evidence[self.names.index(name)]

    def is_(self, name: str) -> bool:
        """Whether the thing is seen within the fovea."""
        near = np.hypot(*(self.places - self.focus).T) <= self.fovea
        return bool((self._of(name)[near] > 0).any())

    def strongest(self, name: str, away_from: Sequence[Place] = ()) -> float:
        """Log-odds of the best match anywhere in view, but for surroundings of the places given."""
        return float(self._away(name, away_from).max())

    def best(self, name: str, away_from: Sequence[Place] = ()) -> Place:
        """Where in the buffer the thing seems to be: the centre of gravity around the best match."""
        evidence = self._away(name, away_from)
        peak = int(evidence.argmax())
        near = np.abs(CENTRES - CENTRES[peak]).max(-1) < 1.5 / GRID
        weight = np.where(near, 1 / (1 + np.exp(-np.clip(evidence, -30, 30))), 0.0)
        x, y = (weight[:, None] * self.places).sum(0) / weight.sum()
        return float(x), float(y)

    def _away(self, name: str, away_from: Sequence[Place]) -> np.ndarray:
        evidence = self._of(name)
        for place in away_from:
            evidence = np.where(np.hypot(*(self.places - place).T) <= self.fovea, -np.inf, evidence)
        return evidence


def blurred(pictures: Tensor, sigma: float) -> Tensor:
    """Gaussian blur of (B, 3, H, W) by `sigma` 64ths of the picture's width."""
    sigma = sigma * pictures.shape[-1] / 64
    if sigma == 0:
        return pictures
    reach = int(np.ceil(2.5 * sigma))
    kernel = torch.exp(-0.5 * (torch.arange(-reach, reach + 1) / sigma) ** 2).to(pictures)
    kernel = (kernel / kernel.sum()).repeat(3, 1, 1, 1)
    padded = F.pad(pictures, (reach,) * 4, mode="reflect")
    return F.conv2d(F.conv2d(padded, kernel, groups=3), kernel.transpose(2, 3), groups=3)


def turned(pictures: Tensor, degrees: float) -> Tensor:
    """Pictures (B, 3, H, W) turned clockwise about their centre, once, by bilinear resampling."""
    angle = torch.tensor(np.deg2rad(degrees))
    pose = torch.stack([torch.stack([angle.cos(), angle.sin(), angle * 0]),
                        torch.stack([-angle.sin(), angle.cos(), angle * 0])])
    grid = F.affine_grid(pose.float().expand(len(pictures), 2, 3), list(pictures.shape), align_corners=False)
    return F.grid_sample(pictures, grid, padding_mode="border", align_corners=False)


class Eye:
    """Looks at mental images with the words of the verbal channel. What it read of an image it keeps while it is used."""

    def __init__(self, verbal: VerbalChannel):
        self.verbal, self.names = verbal, verbal.names
        self._what = verbal.name_vectors(self.names).detach()
        self._read: dict[tuple[int, float], tuple[Tensor, np.ndarray]] = {}

    @torch.no_grad()
    def read(self, images: Sequence[MentalImage]) -> None:
        """Read all images that were not read before, in one batch an acuity."""
        new = {(id(image.source), round(image.turn, 3)): image.source for image in images}
        new = {key: source for key, source in new.items() if key not in self._read}
        if len(self._read) > 64 + 4 * len(images):
            self._read.clear()
            return self.read(images)
        if new:
            pictures = torch.stack([turned(source[None], key[1])[0] if key[1] else source
                                    for key, source in new.items()])
            logits = torch.stack([self.verbal.word_logits(self._what, self.verbal.encode_image(blurred(pictures, sigma)))
                                  for sigma in ACUITIES], 1).flatten(3)                     # (B, L, K, 256)
            for (key, source), each in zip(new.items(), logits.cpu().numpy()):
                self._read[key] = source, each                          # the source is kept: its id stays its own

    def glance(self, image: MentalImage, fovea: float, grain: float, falloff: float, whole: bool = False) -> Percept:
        """The percept of one look. `fovea` in buffer widths, `grain` in 64ths of it, `falloff` in 64ths a width.

        Attention to the `whole` has everywhere the acuity of focal attention a quarter of the buffer away.
        """
        turn = round(image.turn, 3)
        levels = self._read[id(image.source), turn][1]
        pose = image.pose[:2, :2] @ rotation(-turn)[:2, :2]            # what is left once the picture is turned
        places = (CENTRES - 0.5) @ pose.T + image.pose[:2, 2] + 0.5
        distance = np.hypot(places[:, 0] - image.focus[0], places[:, 1] - image.focus[1])
        away = 0.25 if whole else np.maximum(distance - fovea, 0.0)
        blur = np.broadcast_to((grain + falloff * away) / image.scale, distance.shape)
        level = np.interp(blur, ACUITIES, range(len(ACUITIES)))
        low = np.minimum(level.astype(int), len(ACUITIES) - 2)
        share = (level - low).astype(np.float32)
        patch = np.arange(len(places))
        evidence = (1 - share) * levels[low, :, patch].T + share * levels[low + 1, :, patch].T      # (K, 256)
        offset = float(self.verbal.scale[1])
        evidence = offset + image.vividness * (evidence - offset)           # a faded image tells less
        visible = ((places >= 0) & (places <= 1)).all(-1)
        return Percept(self.names, np.where(visible, evidence, -np.inf), places, image.focus,
                       np.inf if whole else fovea)
