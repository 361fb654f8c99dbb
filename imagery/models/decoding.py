"""Saying things word by word: beam search and nucleus sampling over whatever gives the next word's probabilities."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

STOP = 0                                          # the token that begins and ends every saying
MOST = 96                                         # tokens of the longest saying


@dataclass(frozen=True)
class Sayings:
    """Unfinished or finished: `ids` (N, T) of tokens and their `values` (N, T), both from a STOP on; `rows` (N,), what
    each is said of; `score` (N,), its log-probability."""

    ids: Tensor
    values: Tensor
    rows: Tensor
    score: Tensor

    @classmethod
    def begun(cls, rows: Tensor) -> Sayings:
        """One for each row, with nothing said yet."""
        ids = torch.full((len(rows), 1), STOP, device=rows.device)
        return cls(ids, torch.zeros_like(ids, dtype=torch.float32), rows, ids[:, 0].float())

    def then(self, parents: Tensor, ids: Tensor, values: Tensor, score: Tensor) -> Sayings:
        """Those numbered `parents`, each with one token more."""
        return Sayings(torch.cat([self.ids[parents], ids[:, None]], 1),
                       torch.cat([self.values[parents], values[:, None]], 1), self.rows[parents], score)


Next = Callable[[Sayings], tuple[Tensor, Tensor]]    # log-probabilities (N, V) of what is next; its value (N,), if any


@torch.no_grad()
def beam(following: Next, count: int, width: int = 4, device: torch.device | None = None) -> list[Sayings]:
    """The likeliest saying for each of `count` things, among those that stay among the `width` best at every word; by
    log-probability a token, so that short ones are not favoured (Wu et al. 2016, arXiv 1609.08144, Section 7)."""
    open_ = Sayings.begun(torch.arange(count, device=device))
    best: list[tuple[float, Sayings | None]] = [(float("-inf"), None)] * count
    for length in range(1, MOST + 1):
        log_p, values = following(open_)
        total = open_.score[:, None] + log_p                                              # (N, V)
        kept: list[Tensor] = []
        for row in open_.rows.unique():
            mine = (open_.rows == row).nonzero()[:, 0]
            score, place = total[mine].flatten().topk(min(width, total[mine].numel()))
            parents, ids = mine[place // total.shape[1]], place % total.shape[1]
            said = open_.then(parents, ids, values[parents], score)
            over = (ids == STOP) | torch.full_like(ids, length == MOST, dtype=torch.bool)
            for i in over.nonzero()[:, 0]:
                if float(score[i]) / length > best[row][0]:
                    best[row] = float(score[i]) / length, _part(said, i[None])
            alive = ~over & (score / length > best[row][0])
            if alive.any():
                kept.append(_part(said, alive.nonzero()[:, 0]))
        if not kept:
            break
        open_ = Sayings(*(torch.cat([getattr(part, name) for part in kept]) for name in ("ids", "values", "rows",
                                                                                         "score")))
    return [said for _, said in best]


@torch.no_grad()
def nucleus(following: Next, count: int, p: float = 0.9, generator: torch.Generator | None = None,
            device: torch.device | None = None) -> list[Sayings]:
    """A saying drawn for each of `count` things, every word from the likeliest ones that hold a share `p` (Holtzman et
    al. 2020, arXiv 1904.09751, Section 3.1)."""
    open_ = Sayings.begun(torch.arange(count, device=device))
    ended: dict[int, Sayings] = {}
    for length in range(1, MOST + 1):
        log_p, values = following(open_)
        share, order = log_p.float().exp().sort(-1, descending=True)
        share = share.masked_fill(share.cumsum(-1) - share >= p, 0.0)                     # the first word always stays
        drawn = torch.multinomial(share.cpu(), 1, generator=generator).to(order.device)
        ids = order.gather(1, drawn)[:, 0]
        score = open_.score + log_p.gather(1, ids[:, None])[:, 0]
        open_ = open_.then(torch.arange(len(ids), device=ids.device), ids, values, score)
        over = (ids == STOP) | torch.full_like(ids, length == MOST, dtype=torch.bool)
        ended |= {int(open_.rows[i]): _part(open_, i[None]) for i in over.nonzero()[:, 0]}
        if over.all():
            break
        open_ = _part(open_, (~over).nonzero()[:, 0])
    return [ended[row] for row in range(count)]


def _part(sayings: Sayings, which: Tensor) -> Sayings:
    return Sayings(sayings.ids[which], sayings.values[which], sayings.rows[which], sayings.score[which])
