"""Trains of thought for the report: after each instruction the mental image, and at the end what it is seen as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

import imagery
from agents.synthesis import Dual
from envs.stimuli.constructions import Item, vocabulary
from experiments.reinterpretation.experiment import SPACE
from experiments.reinterpretation.looks import Looks
from imagery import operations as op
from imagery.mind import Mind, Person
from imagery.superposition import Superposition

ANSWERS = 5                                       # names shown


@dataclass(frozen=True)
class Film:
    """One construction in mind: its item, the `images` (H, W, 3) of uint8 after each instruction, the last as it was
    looked at, the likeliest `names`, and the `ticks` it took."""

    item: Item
    images: tuple[np.ndarray, ...]
    names: tuple[str, ...]
    ticks: int


def films(items: Sequence[Item], seed: int) -> list[Film]:
    """One person's images of constructions."""
    mind, looks = Mind([Person(seed=seed)], imagery.load("pictures")), Looks()
    return [_film(item, mind, Dual(SPACE, vocabulary(), looks.likeness)) for item in items]


def _film(item: Item, mind: Mind, agent: Dual) -> Film:
    nothing, images, ticks = np.zeros((64, 64, 3), np.uint8), [], 0
    for words in item.instructions:
        ticks += _think(agent.think({"words": words, "picture": nothing}), mind)[0]
        images.append(_pixels(Superposition(tuple(piece.part for piece in agent.pieces))))
    spent, scores, looked_at = _think(agent.recognise(nothing), mind)
    best = np.argsort(-scores)[:ANSWERS]
    return Film(item, (*images, _pixels(looked_at)), tuple(agent.names[index] for index in best), ticks + spent)


def _think(thought: Any, mind: Mind) -> tuple[int, Any, Any]:
    """Ticks of a thought, its result, and the picture it looked at last."""
    ticks, result, regarded = 0, None, None
    while True:
        try:
            operation = thought.send(result)
        except StopIteration as end:
            return ticks, end.value, regarded
        regarded = operation.image if isinstance(operation, op.Regard) else regarded
        [result], ticks = mind.perform([operation]), ticks + 1


def _pixels(picture: op.Picture) -> np.ndarray:
    return ((picture.seen(128).clamp(-1, 1) + 1) * 127.5).round().byte().permute(1, 2, 0).numpy()
