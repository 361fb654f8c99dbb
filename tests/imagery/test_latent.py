"""The world model without pictures: codes that tell states apart and foretell each other."""

import numpy as np
import torch
from test_world import lesson, squares

from agents.planning.foreseeing import think
from agents.planning.latent import Latent
from imagery.foresight import shown
from imagery.models.latent import LatentWorld


def tiny():
    torch.manual_seed(0)
    return LatentWorld(2, depth=4, width=16, blocks=1)


def test_codes_foretell_what_is_seen_and_a_way_is_found():
    model = tiny().train()
    optimizer = torch.optim.AdamW(model.parameters(), 4e-3)
    for step in range(130):
        loss, _ = model.loss(lesson(32, step))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    model.eval()
    codes = model.encode(shown(squares(range(4))))
    found = model.imagine(codes[:3], [1, 1, 1])
    nearest = np.abs(found.codes[:, None] - codes).mean(-1).argmin(1)
    assert nearest.tolist() == [1, 2, 3] and (found.reward > 0.5).tolist() == [False, False, True]
    apart = np.abs(codes[:, None] - codes).max(-1)[~np.eye(4, dtype=bool)]
    missed = np.abs(found.codes - codes[1:]).max(-1)
    assert missed.max() < model.alike < apart.min()
    agent = Latent(model, actions=(0, 1), search="breadth-first")
    assert think(agent.think({"picture": shown(squares([0]))[0]})) == 1
    assert agent.plan.actions == (1, 1, 1)


def test_every_parameter_learns():
    model = tiny()
    loss, logs = model.loss(lesson())
    loss.backward()
    assert not [name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()]
    assert all(not value.requires_grad for value in logs.values())


def test_codes_that_are_all_one_are_dear():
    model, batch = tiny(), lesson()
    torch.nn.init.zeros_(model.encoder[-1].weight)
    moved = (batch.following != batch.last).flatten(1).any(1).float().mean()
    assert torch.isclose(model.loss(batch)[1]["close"], moved)
