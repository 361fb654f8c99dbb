"""One training loop, which knows nothing of the model but `loss(batch, generator) -> (scalar, logs)`.

Step n draws all its randomness from (seed, n), so a run that was killed resumes to the curve it would have had.
"""

import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from torch import nn

from imagery import devices
from imagery.checkpoint import TrainState, restore_state, save_state
from imagery.muon import Muon

CHECKPOINT = "checkpoint.safetensors"


@dataclass(frozen=True)
class TrainConfig:
    steps: int
    batch_size: int = 64  # samples in what `batches` returns, for the rate in the logs
    optimizer: Literal["adamw", "muon"] = "adamw"  # of matrices and kernels; AdamW moves the rest, as embeddings
    learning_rate: float = 6e-4
    betas: tuple[float, float] = (0.9, 0.999)  # AdamW's, of its averages of gradients and of their squares
    weight_decay: float = 0.0  # AdamW's, of matrices and kernels, not of gains and biases
    warmup: int = 50  # steps over which the learning rate rises
    floor: float = 0.05  # where its cosine decay ends, as a fraction; 1 keeps it constant
    ema_decay: float = 0.999
    clip: float = 1.0  # the largest norm a gradient may have
    seed: int = 0
    amp: bool | None = None  # bfloat16 autocast; None: where the hardware has it
    log_every: int = 20  # steps
    checkpoint_minutes: float = 1.0


def learning_rate(config: TrainConfig, step: int) -> float:
    """Linear warm-up, then a cosine down to the floor (Loshchilov & Hutter 2017, Eq. 5, one cycle)."""
    done = max(0, step - config.warmup) / max(1, config.steps - config.warmup)
    decay = config.floor + (1 - config.floor) * 0.5 * (1 + math.cos(math.pi * done))
    return config.learning_rate * decay * min(1.0, (step + 1) / max(1, config.warmup))


def ema_decay(config: TrainConfig, step: int) -> float:
    """Decay of the moving average of weights: small at first, so that the random start is forgotten."""
    return min(config.ema_decay, (1 + step) / (10 + step))


def fit(
    model: nn.Module,
    batches: Callable[[int], Any],
    config: TrainConfig,
    *,
    folder: str | Path | None = None,
    resume: bool = False,
    max_minutes: float | None = None,
    device: str = "auto",
) -> Iterator[dict]:
    """Train, and yield a log every `log_every` steps and where training stops.

    `batches(step)` must depend on nothing but the step; it runs one step ahead, in a thread. The generator that
    `model.loss(batch, generator)` gets is a CPU generator. With a `folder`, a checkpoint is kept in it, and `resume`
    goes on from there if there is one. After `max_minutes` it saves and stops: the last log's step tells. However it
    ends, the model is left with averaged weights, in eval mode. Started by `accelerate launch` or `torchrun`, each
    process trains on batches of its own, and `batch_size` counts those of one process.
    """
    team = devices.team(device)
    device = team.device if team else devices.pick(device)
    rank, size = (team.process_index, team.num_processes) if team else (0, 1)
    amp = devices.has_bfloat16(device) if config.amp is None else config.amp
    path = Path(folder) / CHECKPOINT if folder else None
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
    state = _start(model.to(device), config, team)
    if resume and path and path.exists():
        restore_state(state, asdict(config), path)
    earlier, began = state.minutes, time.monotonic()
    saved, mark, marked = began, began, state.step
    with ThreadPoolExecutor(1, initializer=torch.set_num_threads, initargs=(1,)) as ahead:      # of its own threads

        def fetch(step: int) -> Future | None:
            return ahead.submit(batches, step * size + rank) if step < config.steps else None

        try:
            if state.step == config.steps:  # it was killed after its last step
                yield _log(state, config, mark, marked, size)
            coming = fetch(state.step)
            while coming:
                batch, coming = coming.result(), fetch(state.step + 1)
                _advance(state, devices.move(batch, device), config, amp, team)
                now = time.monotonic()
                state.minutes = earlier + (now - began) / 60
                late = devices.agree(team, max_minutes is not None and now - began >= 60 * max_minutes)
                last = late or state.step == config.steps
                log = None
                if last or state.step % config.log_every == 0:
                    log = _log(state, config, mark, marked, size)
                if path and rank == 0 and (last or now - saved >= 60 * config.checkpoint_minutes):
                    save_state(state, asdict(config), path)
                    saved = time.monotonic()
                if log:
                    yield log
                    mark, marked = time.monotonic(), state.step
                if late:
                    return
        finally:
            _finish(state)


def _start(model: nn.Module, config: TrainConfig, team: Any) -> TrainState:
    """Optimizer, moving average and, on a GPU, a faster layout and compiled parts."""
    device = next(model.parameters()).device
    if team:
        from accelerate.utils import broadcast

        broadcast(list(model.state_dict().values()))
    if device.type == "cuda":
        if any(isinstance(module, nn.Conv2d) for module in model.modules()):
            model.to(memory_format=torch.channels_last)
        for part in (model, *model.children()):  # in place: names in the state stay, and `loss` itself stays Python
            part.compile()
    trained = {name: p for name, p in model.named_parameters() if p.requires_grad}
    tables = {id(module.weight) for module in model.modules() if isinstance(module, nn.Embedding)}    # rows, not a map
    matrices = [p for p in trained.values() if p.dim() >= 2 and id(p) not in tables]
    vectors = [p for p in trained.values() if p.dim() < 2 or id(p) in tables]
    adam = [{"params": vectors, "weight_decay": 0.0}]
    if config.optimizer == "adamw":
        adam.append({"params": matrices, "weight_decay": config.weight_decay})
    optimizers: list[torch.optim.Optimizer] = [
        torch.optim.AdamW(adam, lr=config.learning_rate, betas=config.betas, fused=True)]
    if config.optimizer == "muon":
        optimizers.append(Muon(matrices, config.learning_rate))
    ema = {name: p.detach().clone() for name, p in trained.items()}
    return TrainState(model, ema, optimizers)


def _advance(state: TrainState, batch: Any, config: TrainConfig, amp: bool, team: Any) -> None:
    """One step of the optimizer and of the moving average."""
    parameters = list(state.parameters().values())
    device = parameters[0].device
    rank = team.process_index if team else 0
    dropout, noise = np.random.SeedSequence((config.seed, state.step, rank)).generate_state(2)
    torch.manual_seed(int(dropout))
    generator = torch.Generator().manual_seed(int(noise))
    for group in (group for optimizer in state.optimizers for group in optimizer.param_groups):
        group["lr"] = learning_rate(config, state.step)
    state.model.train()
    if state.step % config.log_every == 0:
        state.totals = {}
    with torch.autocast(device.type, torch.bfloat16, enabled=amp):
        loss, logs = state.model.loss(batch, generator)
    loss.backward()
    if team:
        for p in (p for p in parameters if p.grad is not None):
            p.grad = team.reduce(p.grad, "mean")
    nn.utils.clip_grad_norm_(parameters, config.clip)
    for optimizer in state.optimizers:
        optimizer.step()
        optimizer.zero_grad()
    with torch.no_grad():
        torch._foreach_lerp_(list(state.ema.values()), parameters, 1 - ema_decay(config, state.step))
        for key, value in {"loss": loss, **logs}.items():
            value = torch.as_tensor(value, device=device).detach().float()
            state.totals[key] = state.totals.get(key, 0.0) + torch.stack([value, torch.ones_like(value)])
    state.step += 1


def _log(state: TrainState, config: TrainConfig, mark: float, marked: int, size: int) -> dict:
    """Means since the last log was due, and the pace since the clock showed `mark`, after `marked` steps."""
    means = {key: float(total / count) for key, (total, count) in state.totals.items()}
    if not math.isfinite(means["loss"]):
        raise FloatingPointError(f"the loss is {means['loss']} at step {state.step}: try a smaller learning rate")
    rate = (state.step - marked) / (time.monotonic() - mark)
    return {
        "step": state.step,
        **means,
        "learning_rate": learning_rate(config, state.step - 1),
        "samples_per_s": rate * config.batch_size * size,
        "minutes": state.minutes,
        "minutes_left": (config.steps - state.step) / rate / 60 if rate else 0.0,
    }


@torch.no_grad()
def _finish(state: TrainState) -> None:
    for name, p in state.parameters().items():
        p.copy_(state.ema[name])
    state.model.eval()
