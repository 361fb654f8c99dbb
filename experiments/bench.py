"""Benchmarks: how fast the mind imagines and thinks, and how well its models ground words. Ratios hold within a run."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch
from diffusers import DDIMScheduler
from torch import Tensor

import imagery
from experiments import judges
from experiments.families_table import families_table
from experiments.gallery import gallery
from experiments.grounding import JUDGED, ceiling, fresh_descriptions, grounding, load_detector
from experiments.planning_speed import planning_speed
from experiments.scanning import Block, Comprehension, run_block
from experiments.training_speed import training_speed
from experiments.turning_speed import turning_speed
from imagery.channels import EVALUATIONS, STEPS, TextToImage
from imagery.models.processes import expand

DESCRIPTIONS = 500
CURVE = (1, 2, 4, 8, 16)                          # network evaluations
BATCHES = (1, 8, 32)
COHORTS = (1, 8, 32)


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
            **(families_table(fastest, out, weights) if judges.installed() else {"models": [], "note": judges.EXTRA})}


def speed(out: Path | None = None) -> dict[str, Any]:
    """Images a second by batch, trials a second by cohort, and the ratio to the same network sampled one image at a
    time through a diffusers scheduler with 50 DDIM steps; then the same of things that are turned, of plans, and of
    training beside diffusers' U-Net."""
    channel = imagery.load("islands")
    texts = [each.text for each in fresh_descriptions(max(BATCHES))]
    images = {batch: batch / fastest(partial(channel.imagine, texts[:batch])) for batch in BATCHES}
    one_by_one = 1 / fastest(partial(ddim_loop, channel, texts[0]), repeats=2)
    trials, seconds = {}, {}
    for cohort in COHORTS:
        seconds[cohort] = fastest(partial(scans, channel, cohort), repeats=2)
        trials[cohort] = len(scans(channel, cohort, seed=0)) / seconds[cohort]
    return {"images_per_s": images, "trials_per_s": trials, "ratio_to_diffusers": images[max(BATCHES)] / one_by_one,
            "diffusers_ddim_50_images_per_s": one_by_one, "evaluations_an_image": EVALUATIONS,
            "seconds_per_participant": {cohort: taken / cohort for cohort, taken in seconds.items()},
            "peak_memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            "turning": turning_speed(fastest), "planning": planning_speed(fastest),
            "training": training_speed(),
            "threads": torch.get_num_threads()}


def scans(channel: TextToImage, cohort: int, seed: int) -> list[dict[str, Any]]:
    """The trials of a cohort that scans the published map."""
    return run_block("depictive", Block({"condition": "scan"}), range(cohort), seed, channel, Comprehension())


def fastest(work: Callable[..., Any], repeats: int = 3) -> float:
    """Seconds of the fastest of some runs, after one to warm up; each with a `seed` of its own, so that nothing
    remembered is counted as speed."""
    work(seed=0)
    times = []
    for seed in range(1, 1 + repeats):
        start = time.perf_counter()
        work(seed=seed)
        times.append(time.perf_counter() - start)
    return min(times)


@torch.no_grad()
def ddim_loop(channel: TextToImage, text: str, seed: int = 0, steps: int = 50) -> Tensor:
    """One image by the usual loop over a diffusers scheduler, (1, 3, 64, 64).

    DDIM's variance-preserving states are scaled to the flow's linear path, x / (sqrt(a) + sqrt(1 - a)) at level
    t = sqrt(1 - a) / (sqrt(a) + sqrt(1 - a)), where the network is at home.
    """
    scheduler = DDIMScheduler(prediction_type="sample", clip_sample=False)
    scheduler.set_timesteps(steps)
    x = torch.randn(1, *channel.empty_code.shape, generator=torch.Generator().manual_seed(seed))
    for step in scheduler.timesteps:
        a = scheduler.alphas_cumprod[step]
        scale = a.sqrt() + (1 - a).sqrt()
        clean = channel.denoise(x / expand(scale, x), ((1 - a).sqrt() / scale)[None], [text], [seed])
        x = scheduler.step(clean, step, x).prev_sample
    return channel.imaginer.codec.decode(x)


def table(result: dict[str, Any], indent: str = "") -> str:
    """A result as lines of text."""
    lines = []
    for key, value in result.items():
        if isinstance(value, dict):
            lines += [f"{indent}{key}:", table(value, indent + "  ")]
        elif isinstance(value, list):
            lines += [f"{indent}{key}:", *(f"{indent}  {row}" for row in value)]
        else:
            lines.append(f"{indent}{key}: {value:.4g}" if isinstance(value, float) else f"{indent}{key}: {value}")
    return "\n".join(lines)
