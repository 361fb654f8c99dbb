"""What things look like by and large, recalled from long-term memory before they are drawn in full.

A modern Hopfield network (Ramsauer et al. 2021, arXiv 2008.02217) holds coarse pictures of things seen, each under its
thing's names. Words call to mind what is kept under the names most like them: all pictures of the thing together, each
as strongly as chance has it. A generator draws from that, as in semi-parametric synthesis (Blattmann et al. 2022, arXiv
2204.11824); that images are made from encodings of appearance in long-term memory is Kosslyn's (1980) claim.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

SIDE = 32                                         # pixels a side of a coarse picture
ROWS = 2                                          # rows of a context that hold the code of one
AXES = 192                                        # that names are told apart on
SHRUNK = 3.0                                      # mean variances of meaning added to the variance on each axis
SHARP = 60.0                                      # how much the likeness of names counts: the Hopfield network's beta
WHIM = 4.0                                        # how unequally the pictures of a thing come to mind
REMINDED = 30.0                                   # how much a picture in view brings back those like it


def coarse(pictures: Tensor) -> Tensor:
    """Pictures (B, 3, H, W) in [-1, 1] at 32 x 32, flat (B, 3072)."""
    return F.adaptive_avg_pool2d(pictures, SIDE).flatten(1)


def features(context: Tensor, mask: Tensor) -> Tensor:
    """A text, of which the whole and every word are rows of a context (B, 1 + T, D): the whole, and the words' mean,
    (B, 2 D)."""
    said = mask[:, 1:, None].to(context.dtype)
    mean = (context[:, 1:] * said).sum(1) / said.sum(1).clamp(min=1)
    return torch.cat([context[:, 0], mean], 1).float()


class Recollection(nn.Module):
    """Memory of `things` by so many `names`, seen in so many `traces`; texts come as `features` (B, 2 D), D the
    `context`'s width, and pictures are recalled as codes (B, 2 D), their principal components.

    Names are compared on the axes along which they vary, made nearly as wide as each other, for things alike are told
    apart by what varies least in their names' codes.
    """

    def __init__(self, context: int, names: int, traces: int):
        super().__init__()
        code = ROWS * context
        axes = min(AXES, 2 * context)
        for name, shape in {"usual": (3 * SIDE ** 2,), "basis": (code, 3 * SIDE ** 2), "spread": (code,),
                            "middle": (2 * context,), "axes": (2 * context, axes), "names": (names, axes),
                            "traces": (traces, code)}.items():
            self.register_buffer(name, torch.zeros(shape))
        self.register_buffer("named", torch.zeros(names, dtype=torch.long))            # which thing each name is for
        self.register_buffer("shown", torch.zeros(traces, dtype=torch.long))           # and each trace is of

    @torch.no_grad()
    def remember(self, names: Tensor, named: Tensor, pictures: Tensor, shown: Tensor) -> None:
        """Store the features (N, 2 D) of names and coarse pictures (M, 3072) in [-1, 1], of the things `named` (N,) and
        `shown` (M,). ValueError unless there are as many as were said to be, and every thing has both."""
        if (len(names), len(pictures)) != (len(self.names), len(self.traces)):
            raise ValueError(f"room for {len(self.names)} names and {len(self.traces)} pictures, not for {len(names)} "
                             f"and {len(pictures)}")
        if not named.unique().equal(shown.unique()):
            raise ValueError("every thing remembered needs a name and a picture")
        self.usual.copy_(pictures.mean(0))
        variance, basis = torch.linalg.eigh(torch.cov(pictures.T))
        self.basis.copy_(basis.T.flip(0)[:len(self.basis)])
        self.spread.copy_(variance.flip(0)[:len(self.basis)].clamp(min=1e-8).sqrt())
        self.middle.copy_(names.mean(0))
        variance, axes = torch.linalg.eigh(torch.cov(names.T))
        self.axes.copy_((axes * (variance + SHRUNK * variance.mean()).rsqrt()).flip(1)[:, :self.axes.shape[1]])
        self.names.copy_(self._meaning(names))
        self.traces.copy_(self.code(pictures))
        self.named.copy_(named)
        self.shown.copy_(shown)

    def _meaning(self, words: Tensor) -> Tensor:
        return F.normalize((words.float() - self.middle) @ self.axes, dim=1)

    def known(self, words: Tensor) -> Tensor:
        """How like the likeliest of the names words (B, 2 D) are, (B,), at most 1."""
        return (self._meaning(words) @ self.names.T).amax(1)

    def code(self, pictures: Tensor) -> Tensor:
        """Codes (B, K) of coarse pictures (B, 3072)."""
        return (pictures - self.usual) @ self.basis.T / self.spread

    def picture(self, code: Tensor) -> Tensor:
        """The coarse pictures (B, 3, 32, 32) that codes (B, K) stand for."""
        return (code * self.spread @ self.basis + self.usual).unflatten(1, (3, SIDE, SIDE))

    @torch.no_grad()
    def recall(self, words: Tensor, noise: Tensor, view: Tensor | None = None) -> Tensor:
        """Codes (B, K) of what words (B, 2 D) call to mind, in shares that `noise` (B, M) decides; with pictures in
        `view` (B, 3, H, W), of the thing's pictures rather those that are like it."""
        with torch.autocast(words.device.type, enabled=False):                          # which would blur likenesses
            like = self._meaning(words) @ self.names.T
            things = like.new_full((len(words), int(self.named.max()) + 1), -1.0)
            things = things.scatter_reduce(1, self.named.expand(len(words), -1), like, "amax")
            strength = WHIM * noise
            if view is not None:
                code, traces = self.code(coarse(view.float())) * self.spread, self.traces * self.spread
                strength = strength + REMINDED * F.normalize(code, dim=1) @ F.normalize(traces, dim=1).T
            strength = (strength - strength.amax(1, keepdim=True)).double().exp()
            total = torch.zeros_like(things, dtype=strength.dtype).index_add(1, self.shown, strength)
            shares = (SHARP * things).softmax(1)[:, self.shown] * (strength / total[:, self.shown])
            return shares.to(self.traces.dtype) @ self.traces
