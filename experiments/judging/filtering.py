"""Bad captions found by the matching head, as noisy texts are filtered in BLIP's CapFilt (Li et al. 2022, arXiv
2201.12086, Section 3.3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from experiments.upbringing.scenes import pictures_to_tensor
from experiments.upbringing.schooling import Exhibits
from imagery.models.verbal import VerbalChannel

AT_ONCE = 64                                      # pictures judged in one call


def fits(channel: VerbalChannel, pictures: Tensor, texts: Sequence[str]) -> Tensor:
    """Log-odds (B,) that each text is true of its picture; what is below 0 is to be left out."""
    return torch.cat([channel.fit(pictures[start:start + AT_ONCE], texts[start:start + AT_ONCE])
                      for start in range(0, len(texts), AT_ONCE)])


def filtering(channel: VerbalChannel, count: int = 512, bad: float = 0.3, seed: int = 0) -> dict[str, Any]:
    """Exhibits of which a share has another's text: how many of the bad ones are left out, how many of the good ones
    stay, and which share of what stays is bad."""
    rng = np.random.default_rng((seed, 6))
    shown = Exhibits()(rng, count) if count <= 64 else sum((Exhibits()(rng, 64) for _ in range(count // 64)), [])
    texts = np.array([each.text for each in shown], object)
    wrong = np.flatnonzero(rng.uniform(size=len(shown)) < bad)
    texts[wrong] = texts[np.roll(wrong, 1)]
    good = np.ones(len(shown), bool)
    good[wrong] = False
    pictures = pictures_to_tensor(np.stack([each.picture for each in shown]))
    stays = (fits(channel, pictures, texts.tolist()) >= 0).numpy()
    return {"bad left out": float((~stays[~good]).mean()), "good kept": float(stays[good].mean()),
            "bad among kept": float((~good[stays]).mean()), "bad before": float((~good).mean()),
            "captions": len(shown)}
