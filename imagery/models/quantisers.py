"""Ways to put a code into whole numbers: VQ, RVQ, FSQ and LFQ, which stand in for each other.

A quantiser maps vectors (..., D) to tokens (..., Q), Q `depth` numbers below `values` for each vector, and tokens to
the vectors they stand for. As gradients do not pass through a choice, they are passed by it (van den Oord et al. 2017,
arXiv 1711.00937, Section 3.2).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

DECAY = 0.99                                      # of what is averaged over batches
DEAD, REVIVED = 0.03, 0.1                         # a code's share of tokens, in fair shares, when dead and as revived
FEWEST = 2.0                                      # codes in use, below which a codebook as a whole is dead
PATIENCE = 200                                    # batches before that is judged


@dataclass(frozen=True)
class Quantised:
    """`vectors` (..., D) that pass gradients, the `tokens` (..., Q) they come from, a `loss` that keeps codes in use
    and vectors near them, and `logs`."""

    vectors: Tensor
    tokens: Tensor
    loss: Tensor
    logs: dict[str, Tensor]


class Quantiser(nn.Module):
    """Base of those that choose one of `values` for a vector of `width` numbers.

    FloatingPointError ends the training if nearly all tokens have come to be the same, and if vectors are no numbers,
    before anything is learned from them.
    """

    depth = 1

    def __init__(self, width: int, values: int):
        super().__init__()
        self.width, self.values = width, values
        self.register_buffer("shares", torch.zeros(values))            # of each code among tokens, of late
        self.register_buffer("batches", torch.zeros((), dtype=torch.long))

    def tokens(self, z: Tensor) -> Tensor:
        """(..., D) -> (..., 1)."""
        raise NotImplementedError

    def vectors(self, tokens: Tensor) -> Tensor:
        """(..., 1) -> (..., D)."""
        raise NotImplementedError

    def bounded(self, z: Tensor) -> Tensor:
        """z brought into the range of codes, as gradients see it."""
        return z

    def penalty(self, z: Tensor, vectors: Tensor) -> Tensor:
        """What is added to the loss of reconstruction."""
        return z.new_zeros(())

    def forward(self, z: Tensor, generator: torch.Generator | None = None) -> Quantised:
        with torch.autocast(z.device.type, enabled=False):
            z = z.float()
            if self.training:
                self._check(z)
                self._before(z.detach(), generator)
            tokens, near = self.tokens(z), self.bounded(z)
            vectors = self.vectors(tokens)
            loss = self.penalty(z, vectors)
            share = torch.bincount(tokens.flatten(), minlength=self.values) / tokens.numel()
            if self.training:
                self._after(z.detach(), tokens, share)
            logs = {"codes": in_use(share), "unused": (self.shares < DEAD / self.values).float().mean()}
            return Quantised(near + (vectors - near).detach(), tokens, loss, logs)

    def _check(self, z: Tensor) -> None:
        if not z.isfinite().all():
            raise FloatingPointError(f"the code is not finite after {int(self.batches)} batches: try a smaller "
                                     f"learning rate")

    def _before(self, z: Tensor, generator: torch.Generator | None) -> None:
        """What is done with a batch to learn from before its tokens are chosen."""

    def _after(self, z: Tensor, tokens: Tensor, share: Tensor) -> None:
        """What is learned from a batch without gradients, and a look at whether the codebook lives."""
        self.shares.lerp_(share, 1 - DECAY)
        self.batches += 1
        seen = int(self.batches)
        if seen >= PATIENCE and seen % 20 == 0 and (used := float(in_use(share))) < FEWEST:
            raise FloatingPointError(f"the codebook is dead: after {seen} batches {used:.1f} of {self.values} codes "
                                     f"are in use; try a smaller learning rate or another quantiser")


def in_use(shares: Tensor) -> Tensor:
    """How many codes are in use: the perplexity of their shares (V,)."""
    return torch.special.entr(shares).sum().exp()


class VQ(Quantiser):
    """The nearest of so many learned codes, which follow the means of what is nearest to them (Section 3.2 and App.
    A.1). Codes out of use are put where a vector of the batch is (Dhariwal et al. 2020, arXiv 2005.00341, Section 3.1);
    so are all at first. Vectors are drawn to their codes with weight `commitment`, beta of Eq. 3."""

    def __init__(self, codes: Sequence[int] = (1024,), width: int = 16, commitment: float = 0.25):
        if len(codes) != 1:
            raise ValueError(f"VQ has one codebook: give one number of codes, not {list(codes)}")
        super().__init__(width, codes[0])
        self.commitment = commitment
        self.register_buffer("codebook", torch.randn(self.values, width))
        self.register_buffer("sums", torch.zeros(self.values, width))  # of the vectors of each code, a token, of late

    def tokens(self, z: Tensor) -> Tensor:
        with torch.autocast(z.device.type, enabled=False):                 # bfloat16 does not tell near ones apart
            return (z.float() @ self.codebook.T - self.codebook.square().sum(1) / 2).argmax(-1, keepdim=True)

    def vectors(self, tokens: Tensor) -> Tensor:
        return self.codebook[tokens[..., 0]]

    def penalty(self, z: Tensor, vectors: Tensor) -> Tensor:
        return self.commitment * F.mse_loss(z, vectors)

    def _before(self, z: Tensor, generator: torch.Generator | None) -> None:
        flat = z.reshape(-1, self.width)
        drawn = torch.randint(len(flat), (self.values,), generator=generator).to(z.device)
        dead, start = self.shares < DEAD / self.values, REVIVED / self.values
        self.codebook.copy_(torch.where(dead[:, None], flat[drawn], self.codebook))
        self.sums.copy_(torch.where(dead[:, None], start * flat[drawn], self.sums))
        self.shares.masked_fill_(dead, start)

    def _after(self, z: Tensor, tokens: Tensor, share: Tensor) -> None:
        super()._after(z, tokens, share)
        sums = torch.zeros_like(self.sums).index_add_(0, tokens.flatten(), z.reshape(-1, self.width))
        self.sums.lerp_(sums / tokens.numel(), 1 - DECAY)
        self.codebook.copy_(self.sums / self.shares[:, None])


class RVQ(nn.Module):
    """Several VQs, each of what those before leave over: r_0 = z, q_i = VQ_i(r_{i-1}), r_i = r_{i-1} - q_i, and z is
    the sum of q_i (Zeghidour et al. 2021, arXiv 2107.03312, Algorithm 1). `codes` of each, all alike."""

    def __init__(self, codes: Sequence[int] = (256, 256), width: int = 16, commitment: float = 0.25):
        super().__init__()
        if len(set(codes)) != 1:
            raise ValueError(f"codebooks of an RVQ are of one size: give, say, [256, 256], not {list(codes)}")
        self.width, self.values, self.depth = width, codes[0], len(codes)
        self.stages = nn.ModuleList(VQ((each,), width, commitment) for each in codes)

    def tokens(self, z: Tensor) -> Tensor:
        found, rest = [], z.float()
        for stage in self.stages:
            found.append(stage.tokens(rest))
            rest = rest - stage.vectors(found[-1])
        return torch.cat(found, -1)

    def vectors(self, tokens: Tensor) -> Tensor:
        return sum(stage.vectors(each) for stage, each in zip(self.stages, tokens.split(1, -1)))

    def forward(self, z: Tensor, generator: torch.Generator | None = None) -> Quantised:
        parts, rest = [], z.float()
        for stage in self.stages:
            parts.append(stage(rest, generator))
            rest = rest - parts[-1].vectors.detach()
        logs = {key: torch.stack([part.logs[key] for part in parts]).mean() for key in parts[0].logs}
        return Quantised(sum(part.vectors.detach() for part in parts) + (z - z.detach()),
                         torch.cat([part.tokens for part in parts], -1), sum(part.loss for part in parts), logs)


class FSQ(Quantiser):
    """Each number rounded to one of so many `levels` between -1 and 1 (Mentzer et al. 2023, arXiv 2309.15505, Eq. 1 and
    App. A.1, where the shift of even levels should be by arctanh)."""

    def __init__(self, levels: Sequence[int] = (8, 5, 5, 5)):
        if min(levels) < 3:
            raise ValueError(f"FSQ rounds to 3 levels or more, not {list(levels)}; for two, take LFQ")
        super().__init__(len(levels), math.prod(levels))
        self.register_buffer("levels", torch.tensor(levels), persistent=False)
        self.register_buffer("places", torch.tensor([math.prod(levels[:i]) for i in range(len(levels))]),
                             persistent=False)

    def bounded(self, z: Tensor) -> Tensor:
        return self._bounded(z) / (self.levels // 2)

    def _bounded(self, z: Tensor) -> Tensor:
        """z, to be rounded to whole numbers."""
        half = (self.levels - 1) * (1 + 1e-3) / 2
        offset = torch.where(self.levels % 2 == 0, 0.5, 0.0)
        return (z.float() + (offset / half).atanh()).tanh() * half - offset

    def tokens(self, z: Tensor) -> Tensor:
        return ((self._bounded(z).round().long() + self.levels // 2) * self.places).sum(-1, keepdim=True)

    def vectors(self, tokens: Tensor) -> Tensor:
        half = self.levels // 2
        return (tokens // self.places % self.levels - half) / half


class LFQ(Quantiser):
    """The sign of each number: no codes to look up (Yu et al. 2023, arXiv 2310.05737, Section 3.1). `codes` are twos,
    one a number. Each choice should be certain and all codes be used: the loss is E H(code | z) - H(code), times
    `entropy`, and commitment."""

    def __init__(self, codes: Sequence[int] = (2,) * 10, entropy: float = 0.1, commitment: float = 0.25,
                 temperature: float = 0.01):
        if set(codes) != {2} or len(codes) > 14:
            raise ValueError(f"LFQ has two codes a number and at most 14 numbers: give 1-14 twos, not {list(codes)}")
        super().__init__(len(codes), 2 ** len(codes))
        self.entropy, self.commitment, self.temperature = entropy, commitment, temperature
        self.register_buffer("places", 2 ** torch.arange(len(codes) - 1, -1, -1), persistent=False)

    def tokens(self, z: Tensor) -> Tensor:
        return ((z > 0) * self.places).sum(-1, keepdim=True)

    def vectors(self, tokens: Tensor) -> Tensor:
        return 2.0 * (tokens // self.places % 2) - 1

    def entropies(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """Mean entropy of a vector's code, and the entropy of the mean distribution of codes, in nats, where
        log p(code) is 2 z code / `temperature` and a constant."""
        codes = self.vectors(torch.arange(self.values, device=z.device)[:, None])
        log_p = (2 / self.temperature * z.reshape(-1, self.width) @ codes.T).log_softmax(-1)         # (N, V)
        chance = log_p.exp()
        mean = chance.mean(0)
        return -(chance * log_p).sum(1).mean(), -(mean * mean.clamp(min=1e-30).log()).sum()

    def penalty(self, z: Tensor, vectors: Tensor) -> Tensor:
        certain, all_ = self.entropies(z)
        return self.entropy * (certain - all_) + self.commitment * F.mse_loss(z, vectors)


QUANTISERS = {"vq": VQ, "rvq": RVQ, "fsq": FSQ, "lfq": LFQ}
