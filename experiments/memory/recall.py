"""Visual long-term memory: islands recalled from a part, how many a memory holds, what disturbs it, and what is missing
or wrong in a scene that is remembered.

A coding makes a pattern (B, N) of pictures (B, 3, 64, 64) and back; a memory stores patterns and recalls them from what
is known of one. What is not in view looks to the coding like the typical island, the mean of many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from envs.stimuli.descriptions import sample_scene
from envs.stimuli.islands import Island
from imagery.models.codec import Autoencoder

SAME = 0.9                                        # overlap from which two patterns count as the same
RIGHT, ANOTHER, NEGATIVE, SPURIOUS = "right", "another", "negative", "spurious"


class Memory(Protocol):
    def store(self, patterns: Tensor) -> None: ...
    def recall(self, part: Tensor, known: Tensor | None = None) -> Tensor: ...


@dataclass(frozen=True, eq=False)
class Coding:
    """Pictures as patterns, patterns as pictures, and the units (N,) that a view (64, 64) of true and false reaches."""

    encode: Callable[[Tensor], Tensor]
    decode: Callable[[Tensor], Tensor]
    units: Callable[[Tensor], Tensor]
    typical: Tensor                               # picture (3, 64, 64)

    def cue(self, pictures: Tensor, view: Tensor) -> tuple[Tensor, Tensor]:
        """What a memory is asked with: patterns of pictures of which only the view is seen, and the known units."""
        return self.encode(torch.where(view, pictures, self.typical)), self.units(view)


def draw_islands(count: int, seed: int, landmarks: int = 7) -> list[Island]:
    rng = np.random.default_rng(seed)
    return [sample_scene(rng, landmarks)[0] for _ in range(count)]


def brightness(examples: Tensor, relative: bool, size: int = 32) -> Coding:
    """Units of -1 and 1, size x size: brighter or not than the typical one of the examples (M, 3, 64, 64) is there, or,
    not `relative`, than it is on the whole."""
    typical = examples.mean(0)

    def grey(pictures: Tensor) -> Tensor:
        return F.adaptive_avg_pool2d(pictures.mean(-3, keepdim=True), size).flatten(-3)

    usual = grey(typical) if relative else grey(typical).mean()

    def decode(patterns: Tensor) -> Tensor:
        return F.interpolate(patterns.unflatten(1, (1, size, size)), scale_factor=64 / size).expand(-1, 3, -1, -1)

    def units(view: Tensor) -> Tensor:
        return F.adaptive_avg_pool2d(view.float()[None], size).flatten() == 1

    return Coding(lambda pictures: torch.where(grey(pictures) > usual, 1.0, -1.0), decode, units, typical)


def latents(examples: Tensor, codec: Autoencoder) -> Coding:
    """The codec's latents less those of the typical one of the examples (M, 3, 64, 64), scaled to length 1.

    Patterns are decoded as if they had had the mean length."""
    typical = examples.mean(0)
    with torch.no_grad():
        usual = codec.encode(typical[None])
        length = (codec.encode(examples) - usual).flatten(1).norm(dim=1).mean()

    @torch.no_grad()
    def encode(pictures: Tensor) -> Tensor:
        return F.normalize((codec.encode(pictures) - usual).flatten(1))

    @torch.no_grad()
    def decode(patterns: Tensor) -> Tensor:
        return codec.decode(length * patterns.unflatten(1, usual.shape[1:]) + usual)

    def units(view: Tensor) -> Tensor:
        within = F.adaptive_avg_pool2d(view.float()[None], usual.shape[-1]) == 1
        return within.expand(usual.shape[1:]).flatten()

    return Coding(encode, decode, units, typical)


def left_part(share: float) -> Tensor:
    """A view (64, 64) of the left share of a picture."""
    if not 0 < share <= 1:
        raise ValueError(f"a view of {share} of the picture: give a share in (0, 1]")
    return (torch.arange(64) < round(64 * share)).expand(64, 64)


def overlaps(states: Tensor, patterns: Tensor) -> Tensor:
    """Cosine of the angle between each state and each pattern, (B, K)."""
    return F.normalize(states) @ F.normalize(patterns).T


def outcomes(states: Tensor, patterns: Tensor, targets: Tensor) -> list[str]:
    """What each recalled state (B, N) is: the pattern asked for (its number in targets (B,)), another one, the negative
    of one, or a state that was never stored."""
    likeness = overlaps(states, patterns)
    found, best = likeness.max(1).values >= SAME, likeness.argmax(1)
    negative = likeness.min(1).values <= -SAME
    return [(RIGHT if best[i] == target else ANOTHER) if found[i] else NEGATIVE if negative[i] else SPURIOUS
            for i, target in enumerate(targets.tolist())]


@dataclass(frozen=True)
class Recall:
    """What came of asking for islands of which a `share` was in view, with so many `stored`: mean `overlap` with what
    was asked for, and the shares of each outcome."""

    stored: int
    share: float
    overlap: float
    outcomes: dict[str, float]


def recalled(memory: Memory, coding: Coding, pictures: Tensor, shares: Sequence[float],
             asked: int = 20) -> list[Recall]:
    """Store pictures in an empty memory, and ask for the first so many of them by their left parts."""
    patterns = coding.encode(pictures)
    memory.store(patterns)
    found = []
    for share in shares:
        states = memory.recall(*coding.cue(pictures[:asked], left_part(share)))
        targets = torch.arange(len(states))
        counts = Counter(outcomes(states, patterns, targets))
        overlap = overlaps(states, patterns)[targets, targets].mean()
        found.append(Recall(len(patterns), share, float(overlap), {kind: counts[kind] / len(states) for kind in
                                                                   (RIGHT, ANOTHER, NEGATIVE, SPURIOUS)}))
    return found


def capacity_curve(new_memory: Callable[[], Memory], coding: Coding, pictures: Tensor, loads: Sequence[int],
                   shares: Sequence[float]) -> list[Recall]:
    """Recall at every load and share in view, from the first of the pictures."""
    if max(loads) > len(pictures):
        raise ValueError(f"a load of {max(loads)} needs as many pictures; there are {len(pictures)}")
    return [row for load in loads for row in recalled(new_memory(), coding, pictures[:load], shares)]


def family(island: Island) -> list[Island]:
    """The island, and it without each of its landmarks in turn: memories that are hard to keep apart."""
    return [island, *(without(island, i) for i in range(len(island.landmarks)))]


def without(island: Island, index: int) -> Island:
    return replace(island, landmarks=island.landmarks[:index] + island.landmarks[index + 1:])


@dataclass(frozen=True)
class Verdict:
    """What strikes one in a scene: at a `place` (x, y) in map widths, `what` is the case, "missing" or "wrong"."""

    place: tuple[float, float]
    what: str


def compared(scenes: Tensor, remembered: Tensor, reach: int = 9) -> list[Verdict]:
    """The most striking difference of scenes from memories (B, 3, 64, 64): where they differ most over `reach` pixels.

    Something is missing where the memory has more relief than the scene, and wrong where the scene has more.
    """
    def around(values: Tensor) -> Tensor:
        return F.avg_pool2d(values, reach, 1, reach // 2, count_include_pad=False).mean(1)

    def relief(pictures: Tensor) -> Tensor:
        return around(pictures.square()) - around(pictures).square()

    found = around((scenes - remembered).square()).flatten(1).argmax(1)
    gain = (relief(remembered) - relief(scenes)).flatten(1).gather(1, found[:, None])[:, 0]
    return [Verdict(((int(i) % 64 + .5) / 64, (int(i) // 64 + .5) / 64), "missing" if more > 0 else "wrong")
            for i, more in zip(found, gain)]


def judged(memory: Memory, coding: Coding, scenes: Tensor) -> list[Verdict]:
    """What is missing or wrong in scenes (B, 3, 64, 64), by comparison with what they call to mind, both as the memory
    would hold them."""
    patterns = coding.encode(scenes)
    return compared(coding.decode(patterns), coding.decode(memory.recall(patterns)))
