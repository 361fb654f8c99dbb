"""A user's pretrained models as channels: a folder on disk, of diffusers, of transformers, or trained here.

Nothing is ever fetched, and nothing is unpickled: a folder that holds a pickle is refused, since reading one may run
anything. What a folder can do, imagine, describe or match, is what the object made of it has as a method.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from imagery.weights import WeightsError

WORDS = 48                                        # tokens of the longest caption
PICKLES = {".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".joblib"}


class Pipeline:
    """Text to image by any diffusers pipeline that takes a prompt."""

    def __init__(self, folder: Path):
        from diffusers import DiffusionPipeline

        self.pipeline = DiffusionPipeline.from_pretrained(folder, local_files_only=True, use_safetensors=True)
        self.pipeline.set_progress_bar_config(disable=True)
        if "prompt" not in inspect.signature(self.pipeline.__call__).parameters:
            raise WeightsError(f"{folder} holds a {type(self.pipeline).__name__}, which takes no prompt")

    @torch.no_grad()
    def imagine(self, texts: Sequence[str], seed: int = 0, steps: int | None = None) -> Tensor:
        """Pictures of texts: (B, 3, H, W) in [-1, 1], at the pipeline's own size."""
        texts = [texts] if isinstance(texts, str) else list(texts)
        own = [torch.Generator().manual_seed(seed * 65537 + i) for i in range(len(texts))]
        count = {} if steps is None else {"num_inference_steps": steps}
        return self.pipeline(prompt=texts, generator=own, output_type="pt", **count).images.float() * 2 - 1


class Captioner:
    """Image to text by any transformers model made for it."""

    def __init__(self, folder: Path):
        from transformers import AutoImageProcessor, AutoModelForImageTextToText, AutoTokenizer

        self.model = AutoModelForImageTextToText.from_pretrained(folder, local_files_only=True, use_safetensors=True)
        self.see = AutoImageProcessor.from_pretrained(folder, local_files_only=True)
        self.tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)

    @torch.no_grad()
    def describe(self, images: Tensor) -> list[str]:
        """Captions of pictures (B, 3, H, W) in [-1, 1]."""
        pixels = self.see(_arrays(images), return_tensors="pt").pixel_values
        said = self.model.eval().generate(pixel_values=pixels, max_new_tokens=WORDS)
        return [text.strip() for text in self.tokenizer.batch_decode(said, skip_special_tokens=True)]


class Contrast:
    """Similarity of pictures and texts by any CLIP-like transformers model."""

    def __init__(self, folder: Path):
        from transformers import AutoImageProcessor, AutoModelForZeroShotImageClassification, AutoTokenizer

        self.model = AutoModelForZeroShotImageClassification.from_pretrained(folder, local_files_only=True,
                                                                             use_safetensors=True)
        self.see = AutoImageProcessor.from_pretrained(folder, local_files_only=True)
        self.tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)

    @torch.no_grad()
    def match(self, images: Tensor, texts: Sequence[str]) -> Tensor:
        """Similarity of pictures (B, 3, H, W) in [-1, 1] and texts (T): (B, T)."""
        words = self.tokenizer(list(texts), padding=True, return_tensors="pt")
        pixels = self.see(_arrays(images), return_tensors="pt").pixel_values
        return self.model.eval()(input_ids=words.input_ids, attention_mask=words.attention_mask,
                                 pixel_values=pixels).logits_per_image


def channel(folder: str | Path) -> Any:
    """What a folder holds, as a channel. Raises WeightsError if it is not whole, holds pickles or nothing known."""
    folder = Path(folder)
    if not folder.is_dir():
        raise WeightsError(f"no folder {folder}")
    if pickles := sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.suffix in PICKLES):
        raise WeightsError(f"{folder} holds {pickles[0]}, a pickle, which may run anything when read; convert it to "
                           "safetensors and remove it")
    try:
        return _kind(folder)(folder)
    except WeightsError:
        raise
    except Exception as error:                    # whatever two large libraries make of a folder that is not whole
        raise WeightsError(f"{folder} cannot be loaded: {' '.join(str(error).split())[:200]}") from error


def _kind(folder: Path) -> type:
    if (folder / "model_index.json").is_file():
        return Pipeline
    if not (folder / "config.json").is_file():
        raise WeightsError(f"{folder} has neither a model_index.json of diffusers nor a config.json of transformers")
    from transformers import AutoConfig
    from transformers.models.auto.modeling_auto import (
        MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING,
        MODEL_FOR_ZERO_SHOT_IMAGE_CLASSIFICATION_MAPPING,
    )

    config = AutoConfig.from_pretrained(folder, local_files_only=True)
    named = (json.loads((folder / "config.json").read_text()).get("architectures") or [""])[0]
    for kind, mapping in ((Contrast, MODEL_FOR_ZERO_SHOT_IMAGE_CLASSIFICATION_MAPPING),
                          (Captioner, MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING)):
        if type(config) in mapping and mapping[type(config)].__name__ == named:
            return kind
    raise WeightsError(f"{folder} holds a {named or config.model_type}, which neither describes pictures nor matches "
                       "them with texts")


def _arrays(images: Tensor) -> list[np.ndarray]:
    return list(((images + 1) * 127.5).round().byte().permute(0, 2, 3, 1).cpu().numpy())
