"""The mind's eye: what an image in the visual buffer shows to a fovea with a blurred periphery.

The image tower reads the picture at a few acuities once; a glance then takes every patch at the acuity that its
distance from the focus and the size of the image allow. Blur in the buffer is `grain` at the fovea and grows linearly
beyond it, as acuity falls with eccentricity (Strasburger, Rentschler & Juettner 2011); the same blur hides more of a
smaller image (Kosslyn 1975).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from imagery.image import MentalImage, Place, rotation
from imagery.models.blocks import patch_places
from imagery.models.grounded import GRID, GroundedWords

ACUITIES = (0.0, 0.75, 1.5, 3.0)                  # standard deviations of blur, in pixels of a 64-pixel picture
CONVINCED = 0.5                                   # log-odds at which a thing counts as seen
CENTRES = patch_places(GRID).numpy()


@dataclass(frozen=True, eq=False)
class Percept:
    """What one look shows. `evidence` (K, 256): log-odds that a patch shows what a name says, minus infinity where the
    image is not in the buffer; `places` (256, 2) of the patches in the buffer."""

    names: tuple[str, ...]
    evidence: np.ndarray | Evidence
    places: np.ndarray
    focus: Place
    fovea: float

    def _of(self, name: str) -> np.ndarray:
        return self.evidence[self.names.index(name)]

    def is_(self, name: str) -> bool:
        """Whether the thing is seen within the fovea, which covers at least the patch it rests on."""
        convinced = self._of(name) > CONVINCED
        if not convinced.any():
            return False
        patch = np.hypot(*(self.places[1] - self.places[0])) / 2 ** 0.5                       # half a diagonal
        near = np.hypot(*(self.places - self.focus).T) <= max(self.fovea, patch)
        return bool((convinced & near).any())

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


class Evidence:
    """The evidence of one look, worked out for the name that is asked for: `levels` (L, K, 256) of log-odds at each
    acuity, taken at the `level` (256,) that each patch is seen at. A faded image tells less."""

    def __init__(self, levels: np.ndarray, level: np.ndarray, visible: np.ndarray, vividness: float, nothing: float):
        self.levels, self.visible, self.vividness, self.nothing = levels, visible, vividness, nothing
        self.low = np.minimum(level.astype(int), len(ACUITIES) - 2)
        self.share, self.patch = level - self.low, np.arange(len(level))
        self.found: dict[int, np.ndarray] = {}

    def __getitem__(self, name: int) -> np.ndarray:
        if name not in self.found:
            low, high = self.levels[self.low, name, self.patch], self.levels[self.low + 1, name, self.patch]
            clear = (1 - self.share) * low + self.share * high
            self.found[name] = np.where(self.visible, self.nothing + self.vividness * (clear - self.nothing), -np.inf)
        return self.found[name]


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


@dataclass(frozen=True, eq=False)
class View:
    """A picture in a pose, as the eye has it: `levels` (L, K, 256), `places` (256, 2) of the patches in the buffer,
    whether each is `visible`, and the image's `scale`. It holds on to the image, whose identity stands for it."""

    image: MentalImage
    levels: np.ndarray
    places: np.ndarray
    visible: np.ndarray
    scale: float


class Eye:
    """Looks at mental images with the words of the verbal channel, and keeps what it read while it is used."""

    def __init__(self, verbal: GroundedWords):
        self.verbal, self.names = verbal, verbal.names
        with torch.no_grad():
            self._what, self._nothing = verbal.name_vectors(self.names), float(verbal.scale[1])
        self._levels: dict[tuple[int, float], tuple[Tensor, np.ndarray]] = {}    # with the source, whose id is the key
        self._views: dict[tuple[int, int], View] = {}

    @torch.no_grad()
    def read(self, images: Sequence[MentalImage]) -> None:
        """Read all pictures that were not read before, in one batch an acuity, and pose them."""
        images = list({_key(image): image for image in images}.values())
        if len(self._views) > 2048:
            self._views.clear()
        if len(self._levels) > 64 + 4 * len(images):
            self._views.clear()
            self._levels.clear()
        images = [image for image in images if _key(image) not in self._views]
        turned_to = [(id(image.source), round(image.turn, 3)) for image in images]
        new = {key: image.source for key, image in zip(turned_to, images) if key not in self._levels}
        if new:
            pictures = torch.stack([turned(source[None], turn)[0] if turn else source
                                    for (_, turn), source in new.items()])
            seen = [self.verbal.encode_image(blurred(pictures, sigma)) for sigma in ACUITIES]
            logits = torch.stack([self.verbal.word_logits(self._what, what) for what in seen], 1)
            logits = logits.flatten(3)                                       # (B, L, K, 256)
            self._levels |= {key: (new[key], levels) for key, levels in zip(new, logits.cpu().numpy())}
        for image, key in zip(images, turned_to):
            rest = image.pose[:2, :2] @ rotation(-key[1])[:2, :2]            # what is left once the picture is turned
            places = (CENTRES - 0.5) @ rest.T + image.pose[:2, 2] + 0.5
            visible = ((places >= 0) & (places <= 1)).all(-1)
            self._views[_key(image)] = View(image, self._levels[key][1], places, visible, image.scale)

    def glance(self, image: MentalImage, fovea: float, grain: float, falloff: float, whole: bool = False) -> Percept:
        """The percept of one look. `fovea` in buffer widths, `grain` in 64ths of it, `falloff` in 64ths a width.

        Attention to the `whole` has everywhere the acuity of focal attention a quarter of the buffer away.
        """
        view = self._views[_key(image)]
        if whole:
            away = np.full(len(CENTRES), 0.25)
        else:
            away = np.maximum(np.hypot(*(view.places - image.focus).T) - fovea, 0.0)
        level = np.interp((grain + falloff * away) / view.scale, ACUITIES, range(len(ACUITIES)))
        evidence = Evidence(view.levels, level, view.visible, image.vividness, self._nothing)
        return Percept(self.names, evidence, view.places, image.focus, np.inf if whole else fovea)


def _key(image: MentalImage) -> tuple[int, int]:
    return id(image.source), id(image.pose)
