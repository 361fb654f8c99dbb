"""How well models ground words, and which family of them makes the best mind's eye (`imagery bench models`)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

import imagery
from experiments.benches.gallery import gallery
from experiments.families.table import families_table
from experiments.judging import judges
from experiments.judging.grounding import JUDGED, ceiling, fresh_descriptions, grounding, load_detector
from imagery.channels import EVALUATIONS, STEPS

DESCRIPTIONS = 500
CURVE = (1, 2, 4, 8, 16)                          # network evaluations


def models(out: Path | None = None, weights: Path | None = None) -> dict[str, Any]:
    """Grounding of the shipped generator, the same without guidance at several numbers of network evaluations and with
    other samplers, and the judge's own accuracy on rendered islands; and every family of generators of which there are
    weights, in a folder of such or shipped. Pictures of some of it go to `out`/imagined.png and `out`/families.png."""
    described, detector, channel = fresh_descriptions(DESCRIPTIONS), load_detector(), imagery.load("islands")

    def score(**settings: Any) -> dict[str, Any]:
        def imagine(texts: list[str]) -> Tensor:
            return torch.cat([channel.imagine(texts[start:start + 50], seed=start, **settings)
                              for start in range(0, len(texts), 50)])

        return grounding(imagine, described, detector)

    curve = []
    for evaluations in CURVE:
        curve.append(score(steps=evaluations, guidance=1.0) | {"evaluations": evaluations})
        print(f"{evaluations} evaluations: {curve[-1]}", file=sys.stderr)
    variants = {name: score(steps=steps, guidance=1.0, sampler=name) | {"evaluations": evaluations}
                for name, steps, evaluations in (("heun", STEPS["things"], 2 * STEPS["things"] - 1),
                                                ("dpm", 2 * STEPS["things"], 2 * STEPS["things"]))}
    if out:
        shown = described[:len(JUDGED)]
        gallery(shown, channel.imagine([each.text for each in shown], seed=0), out / "imagined.png")
    return {"grounding": score() | {"evaluations": EVALUATIONS}, "curve": curve, "variants": variants,
            "judge_on_rendered_islands": ceiling(described, detector), "descriptions": DESCRIPTIONS,
            **(families_table(out, weights) if judges.installed() else {"models": [], "note": judges.EXTRA})}
