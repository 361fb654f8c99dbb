"""Teaching a model one batch."""

import torch


def learn(model, batch, steps, rate=3e-3):
    """Losses on one batch, with the same noise at every step."""
    optimizer, losses = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], rate), []
    for _ in range(steps):
        loss, _ = model.loss(batch, torch.Generator().manual_seed(3))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
