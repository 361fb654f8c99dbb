"""Words to pictures through any generator that is told by a vector: the verbal channel's of the whole text."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from imagery.models.verbal import VerbalChannel


@torch.no_grad()
def meanings(verbal: VerbalChannel, texts: Sequence[str]) -> Tensor:
    """Vectors (B, D) of whole texts, of unit variance a value. ValueError for words the channel does not know."""
    return verbal.config.width ** 0.5 * verbal.text_vector(verbal.encode_text(texts)).float()


class Worded:
    """Imagines pictures from English with a generator that has `sample(n, seed, condition)` and, perhaps, `steps`."""

    def __init__(self, model: Any, verbal: VerbalChannel):
        if model.config.condition != verbal.config.width:
            raise ValueError(f"the generator is told by {model.config.condition} numbers, the verbal channel tells by "
                             f"{verbal.config.width}: give a generator with condition={verbal.config.width}")
        self.model, self.verbal = model, verbal
        self.by_steps = "steps" in inspect.signature(model.sample).parameters

    @torch.no_grad()
    def imagine(self, texts: Sequence[str], seed: int = 0, steps: int | None = None) -> Tensor:
        """Pictures of English texts: (B, 3, S, S) in [-1, 1], by so many `steps` if the generator takes any."""
        texts = [texts] if isinstance(texts, str) else list(texts)
        told = meanings(self.verbal, texts).to(self.model.device)
        return self.model.sample(len(texts), seed, told, **({"steps": steps} if steps and self.by_steps else {}))
