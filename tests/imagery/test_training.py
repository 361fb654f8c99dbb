"""The loop: it learns, averages, keeps time, and comes back from a kill to the same curve."""

import json
import subprocess
import sys
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from torch import nn

from imagery.devices import move
from imagery.progress import progress
from imagery.training import CHECKPOINT, TrainConfig, ema_decay, fit, learning_rate

ROOT = Path(__file__).parents[2]
CONFIG = TrainConfig(steps=60, batch_size=8, learning_rate=0.01, warmup=5, log_every=7, ema_decay=0.9, amp=False)


class Toy(nn.Module):
    """Dropout and the generator both draw, so a curve repeats only if both come back."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.layers = nn.Sequential(nn.Linear(4, 16), nn.Dropout(0.1), nn.SiLU(), nn.Linear(16, 1))
        self.unused = nn.Linear(2, 2)

    def loss(self, batch, generator):
        x, y = batch["x"], batch["y"]
        noisy = x + 0.01 * torch.randn(x.shape, generator=generator)
        loss = (self.layers(noisy) - y).square().mean()
        return loss, {"rms": loss.sqrt()}


def batches(step):
    x = torch.randn(8, 4, generator=torch.Generator().manual_seed(step))
    return {"x": x, "y": x.sum(1, keepdim=True)}


def curve(logs):
    return [(log["step"], log["loss"], log["rms"]) for log in logs]


def until(step, logs):
    return curve(takewhile(lambda log: log["step"] <= step, logs))


def test_steps_are_those_of_the_given_averages():
    """A first step of Adam is the learning rate's, however it averages; the second tells averages apart."""
    moved = {}
    for betas in ((0.9, 0.999), (0.0, 0.9)):
        plain = Toy()
        optimizer = torch.optim.AdamW(plain.layers.parameters(), 0.01, betas, weight_decay=0.0)
        config = replace(CONFIG, steps=3, betas=betas, warmup=0, floor=1.0, clip=1e9, ema_decay=0.0)
        list(fit(ours := Toy(), batches, config, device="cpu"))
        for step in range(3):
            dropout, noise = np.random.SeedSequence((config.seed, step, 0)).generate_state(2)
            torch.manual_seed(int(dropout))
            optimizer.zero_grad()
            plain.loss(batches(step), torch.Generator().manual_seed(int(noise)))[0].backward()
            optimizer.step()
        for mine, wanted in zip(ours.layers.parameters(), plain.layers.parameters()):
            assert torch.allclose(mine, wanted, atol=1e-6)
        moved[betas] = ours.layers[0].weight.detach().clone()
    first, second = moved.values()
    assert not torch.allclose(first, second, atol=1e-4)


def test_overfits_one_batch():
    model, batch = Toy(), batches(0)
    config = replace(CONFIG, steps=400, learning_rate=0.02)
    logs = list(fit(model, lambda step: batch, config, device="cpu"))
    assert logs[-1]["loss"] < 0.05 * logs[0]["loss"]
    assert not model.training
    assert {"step", "loss", "rms", "learning_rate", "samples_per_s", "minutes", "minutes_left"} == set(logs[0])
    assert logs[-1]["step"] == 400 and logs[-1]["minutes_left"] == 0


def test_amp_trains_too():
    *_, last = fit(Toy(), batches, replace(CONFIG, amp=True), device="cpu")
    assert last["loss"] < 5


def test_learning_rate_rises_then_falls_to_the_floor():
    config = TrainConfig(steps=100, warmup=10, learning_rate=1.0, floor=0.1)
    rates = [learning_rate(config, step) for step in range(100)]
    assert rates[0] == 0.1 and max(rates) == rates[10] == 1.0 and 0.1 <= rates[-1] < 0.11
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert {learning_rate(replace(config, floor=1.0), step) for step in range(10, 100)} == {1.0}


def test_model_ends_with_averaged_weights(tmp_path):
    """The average as defined, of the weights after each step."""
    model, config = Toy(), replace(CONFIG, steps=12, log_every=1, checkpoint_minutes=0)
    average = {name: p.detach().clone() for name, p in model.named_parameters()}
    for log in fit(model, batches, config, folder=tmp_path, device="cpu"):
        decay = ema_decay(config, log["step"] - 1)
        for name, p in model.named_parameters():
            average[name].mul_(decay).add_(p.detach(), alpha=1 - decay)
    assert [ema_decay(config, n) for n in (0, 1000)] == [0.1, 0.9]
    with safe_open(tmp_path / CHECKPOINT, "pt") as file:
        for name, p in model.named_parameters():
            torch.testing.assert_close(p.detach(), average[name])
            torch.testing.assert_close(file.get_tensor(f"ema.{name}"), average[name])


@pytest.mark.parametrize("optimizer", ["adamw", "muon"])
def test_stops_in_time_and_goes_on(tmp_path, optimizer):
    config = replace(CONFIG, optimizer=optimizer)
    whole = curve(fit(Toy(), batches, config, device="cpu"))
    for _ in range(3):
        *_, stop = fit(Toy(), batches, config, folder=tmp_path, resume=True, max_minutes=0, device="cpu")
    assert stop["step"] == 3 and stop["minutes"] > 0
    model = Toy()
    rest = curve(fit(model, batches, config, folder=tmp_path, resume=True, device="cpu"))
    assert rest == whole
    [told] = fit(Toy(), batches, config, folder=tmp_path, resume=True, device="cpu")         # nothing left but to tell
    assert curve([told]) == whole[-1:] and told["minutes_left"] == 0


RUN = """
import sys, torch
torch.set_num_threads(1)
from dataclasses import replace
from tests.imagery.test_training import CONFIG, Toy, batches, fit
for log in fit(Toy(), batches, replace(CONFIG, steps=5000, checkpoint_minutes=0), folder=sys.argv[1], device="cpu"):
    print(log["step"], log["loss"], log["rms"], flush=True)
"""


def test_resumes_after_a_kill_to_the_same_curve(tmp_path):
    """Killed at no particular moment, mostly while it saves; only the last window may be lost, none may differ."""
    run = subprocess.Popen([sys.executable, "-c", RUN, tmp_path], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    seen = []
    for line in run.stdout:
        step, *values = line.split()
        seen.append((int(step), *map(float, values)))
        if int(step) >= 30:
            run.kill()
            break
    run.wait()
    config = replace(CONFIG, steps=5000, checkpoint_minutes=0)
    whole = until(200, fit(Toy(), batches, config, device="cpu"))
    rest = until(200, fit(Toy(), batches, config, folder=tmp_path, resume=True, device="cpu"))
    assert 30 < rest[0][0] < 200
    assert [row[0] for row in seen] == [row[0] for row in whole[: len(seen)]]
    torch.testing.assert_close(torch.tensor(seen), torch.tensor(whole[: len(seen)]))
    torch.testing.assert_close(torch.tensor(rest), torch.tensor(whole[-len(rest) :]))


def test_checkpoint_is_safetensors_and_json(tmp_path):
    list(fit(Toy(), batches, CONFIG, folder=tmp_path, device="cpu"))
    assert [path.name for path in tmp_path.iterdir()] == [CHECKPOINT]
    with safe_open(tmp_path / CHECKPOINT, "pt") as file:
        assert json.loads(file.metadata()["state"])["step"] == CONFIG.steps


def test_refuses_what_it_cannot_resume(tmp_path):
    list(fit(Toy(), batches, CONFIG, folder=tmp_path, device="cpu"))
    with pytest.raises(ValueError, match="seed 0 .now 1."):
        list(fit(Toy(), batches, replace(CONFIG, seed=1), folder=tmp_path, resume=True, device="cpu"))
    other = Toy()
    other.layers[0] = nn.Linear(5, 16)
    with pytest.raises(ValueError, match="another model"):
        list(fit(other, batches, CONFIG, folder=tmp_path, resume=True, device="cpu"))
    path = tmp_path / CHECKPOINT
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ValueError, match="not a whole checkpoint"):
        list(fit(Toy(), batches, CONFIG, folder=tmp_path, resume=True, device="cpu"))


def test_refuses_a_file_as_folder(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError):
        list(fit(Toy(), batches, CONFIG, folder=tmp_path / "file", device="cpu"))


def test_moves_whatever_a_batch_is_made_of():
    @dataclass(frozen=True)
    class Batch:
        images: torch.Tensor
        texts: list[str]

    moved = move([Batch(torch.ones(2), ["a"]), {"x": (torch.ones(1), 3)}], torch.device("meta"))
    assert moved[0].images.is_meta and moved[0].texts == ["a"] and moved[1]["x"][0].is_meta and moved[1]["x"][1] == 3


def test_stops_on_a_loss_that_is_no_number():
    spoiled = {"x": torch.full((8, 4), float("nan")), "y": torch.zeros(8, 1)}
    with pytest.raises(FloatingPointError, match="step 7"):
        list(fit(Toy(), lambda step: spoiled, CONFIG, device="cpu"))


@pytest.mark.skipif(torch.cuda.is_available(), reason="asks for what is there")
def test_refuses_an_absent_device():
    with pytest.raises(ValueError, match="cuda is not there"):
        list(fit(Toy(), batches, CONFIG, device="cuda"))


def test_progress_passes_logs_and_says_little(capsys):
    logs = list(fit(Toy(), batches, CONFIG, device="cpu"))
    assert list(progress(iter(logs), CONFIG.steps)) == logs
    out, err = capsys.readouterr()
    assert out == "" and len(err.splitlines()) == 2 and err.splitlines()[-1].startswith("step 60/60")
