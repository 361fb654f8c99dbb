"""Muon: momentum, made orthogonal (Jordan et al. 2024; Liu et al. 2025, arXiv 2502.16982)."""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn

NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)         # quintic that sends singular values near 1 in five rounds (Jordan)


def orthogonal(matrix: Tensor, rounds: int = 5) -> Tensor:
    """The nearest (semi-)orthogonal matrix, up to a factor of about 0.7 to 1.2 in each singular value, in bfloat16."""
    a, b, c = NEWTON_SCHULZ
    tall = matrix.shape[0] > matrix.shape[1]
    x = (matrix.T if tall else matrix).bfloat16()
    x = x / x.norm().clamp(min=1e-7)
    for _ in range(rounds):
        gram = x @ x.T
        x = torch.addmm(x, torch.addmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x.T if tall else x


class Muon(torch.optim.Optimizer):
    """Muon for matrices and convolution kernels, which count as matrices of one row an output channel (torch's own
    takes matrices only).

    Steps are scaled to the usual size of Adam's, so that one learning rate serves both (Liu et al. 2025, Eq. 4).
    """

    def __init__(self, params: Iterable[nn.Parameter], lr: float, momentum: float = 0.95):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> None:
        for group in self.param_groups:
            for p in (p for p in group["params"] if p.grad is not None):
                state = self.state[p]
                if not state:
                    state["momentum"] = torch.zeros_like(p)
                mean = state["momentum"].lerp_(p.grad, 1 - group["momentum"])
                update = p.grad.lerp(mean, group["momentum"]).flatten(1)                            # Nesterov's
                size = 0.2 * max(update.shape) ** 0.5
                p.add_(orthogonal(update).view(p.shape).to(p.dtype), alpha=-group["lr"] * size)
