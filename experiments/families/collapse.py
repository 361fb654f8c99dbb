"""Mode collapse, measured where the modes are known (`imagery bench collapse`): small GANs learn a ring of eight points
(Metz et al. 2017, arXiv 1611.02163, Section 3.1), with and without what is said to cure it."""

from __future__ import annotations

import math
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn

from imagery.divergences import js_knn
from imagery.models.adversarial import Adversarial, held, spread
from imagery.models.chance import normal_rows
from imagery.models.gan import OBJECTIVES, PENALTY, ObjectiveName, gradient_penalty, zero_penalty
from imagery.models.processes import noise_like
from imagery.training import TrainConfig, fit

MODES, DEVIATION, LATENT = 8, 0.05, 16            # of the ring of radius 1
PACKED = 2                                        # points that a critic judges together (Lin et al. 2018, PacGAN)
REMEMBERED = 2048                                 # points shown again
STEPS, SEEDS = 4000, 3

CURES = {"minimax": {"objective": "minimax"},
         "nonsaturating": {},
         "5 turns of the critic": {"critic_turns": 5},
         "wasserstein": {"objective": "wasserstein", "critic_turns": 5, "penalty": "slope"},
         "zero penalty": {"penalty": "zero"},
         "packing": {"judged": "packed"},
         "batch deviation": {"judged": "deviation"},
         "replay": {"replay": True}}


@dataclass(frozen=True)
class Coverage:
    """`modes` that at least a tenth of their fair share of points fall upon, the `quality`, which is the share of
    points that fall upon any, and the `divergence` of their modes from an even distribution, in nats (0 to log K)."""

    modes: int
    quality: float
    divergence: float


def coverage(points: Tensor, centres: Tensor, deviation: float) -> Coverage:
    """Of points (N, D), by modes at `centres` (K, D): on a mode is what lies within three deviations (Srivastava et al.
    2017, VEEGAN, arXiv 1705.07761, Section 4.1)."""
    if points.dim() != 2 or points.shape[1] != centres.shape[1]:
        raise ValueError(f"points {tuple(points.shape)} do not fit centres {tuple(centres.shape)}: give (N, "
                         f"{centres.shape[1]})")
    distance, nearest = torch.cdist(points, centres).min(1)
    counts = torch.bincount(nearest[distance <= 3 * deviation], minlength=len(centres)).float()
    share = counts / counts.sum().clamp(min=1)
    divergence = float((share * (share * len(centres)).clamp(min=1e-12).log()).sum()) if counts.any() else math.inf
    modes = int((counts >= 0.1 * len(points) / len(centres)).sum())
    return Coverage(modes, float(counts.sum() / len(points)), divergence)


def ring() -> Tensor:
    """The centres, (8, 2)."""
    angle = torch.arange(MODES) * 2 * math.pi / MODES
    return torch.stack([angle.cos(), angle.sin()], 1)


def ring_points(step: int, count: int = 256) -> Tensor:
    """(count, 2)"""
    generator = torch.Generator().manual_seed(step)
    mode = torch.randint(MODES, (count,), generator=generator)
    return ring()[mode] + DEVIATION * torch.randn(count, 2, generator=generator)


class PlaneGAN(Adversarial):
    """Two small networks of points (B, 2). Points are `judged` alone, by twos, or along with how much the batch differs
    (Salimans et al. 2016, arXiv 1606.03498, Section 3.2, in its simplest form); `replay` shows half of old fakes."""

    @register_to_config
    def __init__(self, objective: ObjectiveName = "nonsaturating", critic_turns: int = 1,
                 penalty: Literal["none", "slope", "zero"] = "none",
                 judged: Literal["alone", "packed", "deviation"] = "alone", replay: bool = False, width: int = 64):
        super().__init__()
        given = {"alone": 2, "packed": 2 * PACKED, "deviation": 4}[judged]
        self.generator, self.critic = _layers(LATENT, width, 2), _layers(given, width, 1)
        self.register_buffer("remembered", torch.randn(REMEMBERED if replay else 0, 2))

    def judge(self, points: Tensor) -> Tensor:
        if self.config.judged == "packed":
            points = points.unflatten(0, (-1, PACKED)).flatten(1)
        if self.config.judged == "deviation":
            points = torch.cat([points, points.std(0).expand_as(points)], 1)
        return self.critic(points)[:, 0]

    def critic_loss(self, batch: Tensor, generator: torch.Generator | None) -> Tensor:
        with torch.no_grad():
            fake = self.generate(len(batch), generator)
        if self.config.replay:
            old = torch.randint(REMEMBERED, (len(batch) // 2,), generator=generator)
            place = torch.randint(REMEMBERED, (len(batch) // 2,), generator=generator)
            fake, fresh = torch.cat([fake[:len(fake) - len(old)], self.remembered[old]]), fake[:len(old)]
            self.remembered[place] = fresh
        loss = OBJECTIVES[self.config.objective].critic(self.judge(batch), self.judge(fake))
        if self.config.penalty == "slope":
            share = torch.rand(len(batch), generator=generator)
            loss = loss + PENALTY * gradient_penalty(self.judge, batch, fake, share)
        if self.config.penalty == "zero":
            loss = loss + zero_penalty(self.judge, batch)
        return loss

    def generator_loss(self, batch: Tensor, generator: torch.Generator | None) -> tuple[Tensor, Tensor]:
        fake = self.generate(len(batch), generator)
        with held(self.critic):
            loss = OBJECTIVES[self.config.objective].generator(self.judge(fake))
        return loss, spread(fake) / spread(batch)

    def generate(self, count: int, generator: torch.Generator | None) -> Tensor:
        return self.generator(noise_like(torch.empty(count, LATENT), generator))

    @torch.no_grad()
    def sample(self, n: int, seed: int = 0) -> Tensor:
        return self.generator(normal_rows(n, (LATENT,), seed))


def _layers(given: int, width: int, out: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(given, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, out))


def cured(cure: str, seed: int = 0, steps: int = STEPS) -> Tensor | None:
    """Points (1000, 2) drawn after so many turns under one of `CURES`; None if the generator collapsed to a point or
    the loss diverged."""
    torch.manual_seed(seed)
    model = PlaneGAN(**CURES[cure])
    config = TrainConfig(steps, 256, learning_rate=1e-3, floor=1.0, ema_decay=0.99, clip=10.0, seed=seed, amp=False,
                         log_every=steps)
    try:
        list(fit(model, lambda step: ring_points(seed * 1_000_003 + step), config, device="cpu"))
    except FloatingPointError:
        return None
    return model.sample(1000, seed)


def collapse(out: Path | None = None, steps: int = STEPS, seeds: int = SEEDS) -> dict[str, Any]:
    """For each of `CURES`, over seeds: how many runs `failed`, and means of those that did not: of `Coverage`, and of
    `js`, the Jensen-Shannon divergence from the ring in nats, which is log 2 where nothing is shared. `ring` is of
    points of its own."""
    true = torch.cat([ring_points(seed) for seed in range(4)])[:1000]
    found: dict[str, Any] = {"steps": steps, "seeds": seeds, "ring": _measured([ring_points(99, 1000)], true)}
    for cure in CURES:
        drawn = [cured(cure, seed, steps) for seed in range(seeds)]
        kept = [points for points in drawn if points is not None]
        found[cure] = {"failed": seeds - len(kept)} | (_measured(kept, true) if kept else {})
        print(f"{cure}: {found[cure]}", file=sys.stderr)
    return found


def _measured(drawn: list[Tensor], true: Tensor) -> dict[str, float]:
    rows = [asdict(coverage(points, ring(), DEVIATION)) | {"js": js_knn(points, true, k=5)} for points in drawn]
    return {key: sum(row[key] for row in rows) / len(rows) for key in rows[0]}
