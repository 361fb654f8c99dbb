"""How fast the mind imagines and thinks (`imagery bench speed`). Ratios hold within a run."""

from __future__ import annotations

import resource
from functools import partial
from pathlib import Path
from typing import Any

import torch
from diffusers import DDIMScheduler
from torch import Tensor

import imagery
from experiments.benches.timing import fastest
from experiments.benches.training_speed import training_speed
from experiments.benches.turning_speed import turning_speed
from experiments.judging.grounding import fresh_descriptions
from experiments.planning.speed import planning_speed
from experiments.scanning.experiment import Block, Comprehension, run_block
from imagery.channels import EVALUATIONS, TextToImage
from imagery.models.processes import expand

BATCHES = (1, 8, 32)
COHORTS = (1, 8, 32)


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
            "turning": turning_speed(), "planning": planning_speed(),
            "training": training_speed(),
            "threads": torch.get_num_threads()}


def scans(channel: TextToImage, cohort: int, seed: int) -> list[dict[str, Any]]:
    """The trials of a cohort that scans the published map."""
    return run_block("depictive", Block({"condition": "scan"}), range(cohort), seed, channel, Comprehension())


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
