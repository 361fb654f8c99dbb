"""Training beside diffusers (`imagery bench speed`): this repository's U-Net in its loop, and `UNet2DConditionModel` of
about as many parameters in the plain loop of diffusers' examples, on the same batches of 64.

Each runs in a process of its own, one after the other, so that the most memory used is its own.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import torch
import torch.nn.functional as F
from diffusers import DDPMScheduler, UNet2DConditionModel
from torch import nn

from imagery import devices
from imagery.models.imaginer import Imaginer, Lesson
from imagery.training import TrainConfig, fit

BATCH, STEPS = 64, 6
ROWS, WIDTH = 8, 256                              # of what is told of a picture
CHANNELS = (96, 160)                              # of the shipped generator
THEIRS = (48, 96, 128)                            # nearly as many parameters


def lesson(step: int, batch: int = BATCH, size: int = 64) -> Lesson:
    """Pictures of noise, each with eight things told."""
    generator = torch.Generator().manual_seed(step)
    context = torch.randn(batch, ROWS, WIDTH, generator=generator)
    return Lesson(torch.rand(batch, 3, size, size, generator=generator) * 2 - 1, context,
                  torch.ones(batch, ROWS, dtype=torch.bool), torch.zeros(batch, ROWS, ROWS, dtype=torch.bool),
                  torch.rand(batch, ROWS, 2, generator=generator), torch.ones(batch, 1, size, size))


def ours(device: str = "auto", steps: int = STEPS, channels: tuple[int, ...] = CHANNELS,
         batch: int = BATCH) -> dict[str, float]:
    """`imagery train islands`, but for its batches."""
    model, config = Imaginer(channels=channels, context_width=WIDTH), TrainConfig(steps, batch, "muon", 2e-3)

    def loop() -> None:
        list(fit(model, lambda step: lesson(step, batch), config, device=device))

    return timed(loop, model, steps * batch)


def their_unet(channels: tuple[int, ...] = THEIRS) -> UNet2DConditionModel:
    attending = len(channels) - 1
    return UNet2DConditionModel(
        sample_size=64, in_channels=3, out_channels=3, layers_per_block=1, block_out_channels=channels,
        down_block_types=("DownBlock2D", *["CrossAttnDownBlock2D"] * attending),
        up_block_types=(*["CrossAttnUpBlock2D"] * attending, "UpBlock2D"), cross_attention_dim=WIDTH,
        attention_head_dim=8, norm_num_groups=8)


def theirs(device: str = "auto", steps: int = STEPS, channels: tuple[int, ...] = THEIRS,
           batch: int = BATCH) -> dict[str, float]:
    """Over pixels, as in diffusers' "Train a diffusion model", with attention to words at the lower levels."""
    place = devices.pick(device)
    model = their_unet(channels).to(place)
    optimizer, scheduler = torch.optim.AdamW(model.parameters(), lr=1e-4), DDPMScheduler()

    def loop() -> None:
        for step in range(steps):
            given = devices.move(lesson(step, batch), place)
            noise = torch.randn_like(given.pictures)
            timesteps = torch.randint(0, len(scheduler), (batch,), device=place)
            noisy = scheduler.add_noise(given.pictures, noise, timesteps)
            loss = F.mse_loss(model(noisy, timesteps, given.context, return_dict=False)[0], noise)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()

    return timed(loop, model, steps * batch)


def timed(loop: Callable[[], Any], model: nn.Module, samples: int) -> dict[str, float]:
    """Samples a second after one run to warm up, parameters, and the most memory used: of the GPU, or of the
    process."""
    loop()
    cuda = next(model.parameters()).is_cuda
    if cuda:
        torch.cuda.synchronize()
    start = time.perf_counter()
    loop()
    if cuda:
        torch.cuda.synchronize()
    seconds = time.perf_counter() - start
    memory = torch.cuda.max_memory_allocated() if cuda else 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"samples_per_s": samples / seconds, "parameters": sum(p.numel() for p in model.parameters()),
            "peak_memory_mib": memory / 2**20}


def alone(work: Callable[..., Any], *given: Any) -> Any:
    """The result of work in a new process, on as many threads as here."""
    with ProcessPoolExecutor(1, get_context("spawn"), torch.set_num_threads, (torch.get_num_threads(),)) as pool:
        return pool.submit(work, *given).result()


def training_speed(device: str = "auto", run: Callable[..., Any] = alone) -> dict[str, Any]:
    """Both, and how many times as many samples a second ours learns from."""
    found = {"ours": run(ours, device), "diffusers": run(theirs, device)}
    return found | {"ratio": found["ours"]["samples_per_s"] / found["diffusers"]["samples_per_s"], "batch": BATCH}
