"""Deep belief network: RBMs stacked, the uppermost an associative memory, those below read downwards (Hinton, Osindero
& Teh 2006, Neural Computation 18:1527)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import torch
import torch.nn.functional as F
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

from imagery.models.boltzmann import check_bits
from imagery.models.chance import Draw, all_at_once, bernoulli, row_by_row
from imagery.models.rbm import RBM
from imagery.training import TrainConfig, fit


class DeepBelief(ModelMixin, ConfigMixin):
    """p(v, h1, ..., hL) = p(v | h1) ... p(h(L-2) | h(L-1)) p(h(L-1), hL); `sizes` from the visible layer upwards."""

    @register_to_config
    def __init__(self, sizes: Sequence[int] = (784, 256, 128), steps: int = 1):
        super().__init__()
        if len(sizes) < 3:
            raise ValueError(f"a stack of layers {tuple(sizes)} is no deeper than an RBM: give three sizes at least")
        self.layers = nn.ModuleList(RBM(below, above, steps) for below, above in zip(sizes, sizes[1:]))

    @torch.no_grad()
    def up(self, visible: Tensor, draw: Draw, depth: int | None = None) -> list[Tensor]:
        """States of the layers from the visible one up to `depth`, by default the lower one of the uppermost RBM."""
        states = [visible]
        for layer in self.layers[:len(self.layers) - 1 if depth is None else depth]:
            states.append(bernoulli(layer.hidden_given(states[-1]), draw))
        return states

    @torch.no_grad()
    def down(self, states: Tensor, draw: Draw) -> Tensor:
        """Probabilities of the visible units, (B, visible), from the lower layer of the uppermost RBM."""
        for layer in self.layers[-2:0:-1]:
            states = bernoulli(layer.visible_given(states), draw)
        return self.layers[0].visible_given(states)

    def loss(self, batch: Tensor, generator: torch.Generator | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        """Every layer's contrastive divergence on what the layers below make of a batch (B, visible): the greedy goal
        of each at once, none hearing of those above it. `greedy` teaches one after another."""
        check_bits(batch, self.config.sizes[0])
        states = self.up(batch, all_at_once(generator))
        losses, logs = zip(*[layer.loss(seen, generator) for layer, seen in zip(self.layers, states)])
        return torch.stack(losses).sum(), {f"reconstruction_{i}": log["reconstruction"] for i, log in enumerate(logs)}

    def sample(self, n: int, seed: int = 0, steps: int = 500) -> Tensor:
        """Gibbs sampling in the uppermost RBM from random states, then one pass down. (n, visible) of 0 and 1"""
        draw, top = row_by_row(n, seed), self.layers[-1]
        states = top.gibbs(bernoulli(torch.full((n, top.config.visible), 0.5), draw), draw, steps)
        return bernoulli(self.down(states, draw), draw)

    @torch.no_grad()
    def recall(self, part: Tensor, known: Tensor, seed: int = 0, steps: int = 50) -> Tensor:
        """Probabilities (B, visible) after passes up, one step at the top, and down, in which the known units are held.

        The pass up is the greedy one, so this is only about Gibbs sampling."""
        check_bits(part, self.config.sizes[0])
        draw, probability = row_by_row(len(part), seed), torch.where(known, part, 0.5)
        for _ in range(steps):
            lower = self.up(bernoulli(probability, draw), draw)[-1]
            probability = torch.where(known, part, self.down(self.layers[-1].gibbs(lower, draw), draw))
        return probability

    @torch.no_grad()
    def bound(self, visible: Tensor, log_partition: float, samples: int = 20, seed: int = 0) -> Tensor:
        """A lower bound on log p(v) (B,), with log Z of the uppermost RBM (exact, or by `imagery.models.ais`).

        E_q[log p(v, h) - log q(h | v)] over samples of the greedy pass up (Salakhutdinov & Murray 2008, Eq. 20)."""
        check_bits(visible, self.config.sizes[0])
        states = self.up(visible.repeat(samples, 1), row_by_row(samples * len(visible), seed))
        total = -self.layers[-1].energy(states[-1]) - log_partition
        for layer, below, above in zip(self.layers, states, states[1:]):
            total += _log_p(below, above @ layer.weight.T + layer.visible_bias)
            total -= _log_p(above, below @ layer.weight + layer.hidden_bias)
        return total.unflatten(0, (samples, -1)).mean(0)


def _log_p(states: Tensor, logits: Tensor) -> Tensor:
    """Log-probability of independent states (B, N). (B,)"""
    return -F.binary_cross_entropy_with_logits(logits, states, reduction="none").sum(1)


def greedy(model: DeepBelief, batches: Callable[[int], Tensor], config: TrainConfig) -> Iterator[dict]:
    """Teach the layers from the lowest on, each on states of the one below; yields logs with the `layer`'s number."""
    for depth, layer in enumerate(model.layers):

        def seen(step: int, depth: int = depth) -> Tensor:
            return model.up(batches(step), all_at_once(torch.Generator().manual_seed(step)), depth)[-1]

        for log in fit(layer, seen, config, device="cpu"):
            yield {"layer": depth, **log}
