"""The visual channel in use: words in, pictures out, through the verbal channel and a generator."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import torch
from torch import Tensor

from imagery.devices import swift
from imagery.models import samplers
from imagery.models.imaginer import Imaginer
from imagery.models.recollection import ROWS
from imagery.models.verbal import VerbalChannel
from imagery.reminding import Reminder

STEPS, GUIDANCE = {"things": 2, "words": 8}, 1.5                                # of an image unless told otherwise
EVALUATIONS = STEPS["things"] * (1 if GUIDANCE == 1.0 else 2)                   # of the network, for such an island
SAMPLERS = {"euler": samplers.euler, "heun": samplers.heun, "dpm": samplers.dpm_solver}
DDPM_SAMPLERS = {"ddim": samplers.ddim, "ancestral": samplers.ancestral}      # of a DDPM's own path
HEARD = 512                                       # texts whose encoding is kept


class TextToImage:
    """Imagines pictures from English with a flow `Imaginer` and the verbal channel it learned from."""

    def __init__(self, imaginer: Imaginer, verbal: VerbalChannel):
        self.imaginer, self.verbal = imaginer, verbal
        self.reminder = Reminder(imaginer.recollection, verbal) if imaginer.recollection else None
        self._heard: OrderedDict[tuple[str, int], Tensor] = OrderedDict()

    @property
    def empty_code(self) -> Tensor:
        """A code of zeros of one picture, (C, 16, 16)."""
        return torch.zeros(self.imaginer.codec.channels, 16, 16)

    @torch.no_grad()
    def hear(self, texts: Sequence[str], seeds: Sequence[int]) -> tuple[Tensor, Tensor]:
        """Texts as the network wants them: context (B, N, D) of the things named, at places that suit the words, or of
        the words after what they call to mind, and mask (B, N). The same seed puts things named alike in like places,
        and calls the same to mind. The empty text says nothing."""
        new = list(dict.fromkeys(each for each in zip(texts, seeds) if each[0] and each not in self._heard))
        if new:
            for each, context, mask in zip(new, *self._understood(*zip(*new))):
                self._heard[each] = context[mask]
        silent = torch.zeros(0, self.imaginer.config.context_width, device=self.imaginer.device)
        rows = [self._heard[each] if each[0] else silent for each in zip(texts, seeds)]
        while len(self._heard) > HEARD:
            self._heard.popitem(last=False)
        longest = max(1 if self.imaginer.layout else 1 + ROWS, *map(len, rows))
        context = torch.stack([torch.nn.functional.pad(row, (0, 0, 0, longest - len(row))) for row in rows])
        mask = torch.arange(longest, device=context.device) < torch.tensor([[len(row)] for row in rows],
                                                                           device=context.device)
        return context, mask

    def _understood(self, texts: Sequence[str], seeds: Sequence[int]) -> tuple[Tensor, Tensor]:
        """Context (B, N, D) and mask (B, N) of texts heard anew."""
        imaginer = self.imaginer
        if imaginer.recollection:
            context, mask = self.verbal.word_prompt(texts)
            noise = _drawn(seeds, (len(imaginer.recollection.traces),)).to(context.device)
            return imaginer.recalling(context, mask, self.reminder(texts, noise))
        with swift(imaginer.device):
            prompt = self.verbal.prompt(texts)
        whims = _drawn(seeds, (len(self.verbal.names), 2)).to(prompt.context.device)
        noise = whims.gather(1, prompt.kinds.clamp(min=0)[..., None].expand(-1, -1, 2))             # a thing, a whim
        with swift(imaginer.device):
            settled = imaginer.layout.settle(prompt.context, prompt.links, prompt.mask, noise)
        return settled.float(), prompt.mask

    @torch.no_grad()
    def denoise(self, x: Tensor, t: Tensor, texts: Sequence[str], seeds: Sequence[int]) -> Tensor:
        """The clean codes expected from noisy ones (B, C, 16, 16) at levels t (B,), one network evaluation; `seeds` as
        in `hear`."""
        return self._quick(self.imaginer.denoiser(*self.hear(texts, seeds)))(x, t)

    def _quick(self, denoise: samplers.Denoiser) -> samplers.Denoiser:
        def quick(x: Tensor, t: Tensor) -> Tensor:
            with swift(self.imaginer.device):
                return denoise(x, t)

        return quick

    @torch.no_grad()
    def imagine(self, texts: Sequence[str], seed: int = 0, steps: int | None = None, guidance: float = GUIDANCE,
                sampler: str = "euler") -> Tensor:
        """Pictures of English texts: float tensor (B, 3, 64, 64) in [-1, 1].

        `steps` of the sampler, each one network evaluation (Heun: two, but for the last); `guidance` above 1
        costs as many again (Ho & Salimans 2022). The same seed gives the same pictures whatever the device. Raises
        ValueError for words the channel does not know.
        """
        texts = [texts] if isinstance(texts, str) else list(texts)
        seeds = [seed * 65537 + i for i in range(len(texts))]
        noise = _drawn(seeds, self.empty_code.shape)
        imaginer, steps = self.imaginer, steps or STEPS[self.imaginer.config.told]
        own = sampler in DDPM_SAMPLERS
        if own and imaginer.config.process != "ddpm":
            raise ValueError(f"sampler {sampler!r} is for a DDPM; try {', '.join(SAMPLERS)}")
        network = imaginer.predictor if own else imaginer.denoiser
        denoise = self._quick(network(*self.hear(texts, seeds)))
        if guidance != 1.0:
            denoise = samplers.guided(denoise, self._quick(network(*self.hear([""] * len(texts), seeds))), guidance)
        noise = noise.to(imaginer.device)
        if own:
            timesteps = torch.linspace(len(imaginer.alpha_bar) - 1, 0, steps).round().long()
            code = DDPM_SAMPLERS[sampler](denoise, noise, timesteps, imaginer.alpha_bar, imaginer.config.prediction,
                                          generator=torch.Generator().manual_seed(seed))
        else:
            code = SAMPLERS[sampler](denoise, noise, torch.linspace(1, 0, steps + 1))
        return self.imaginer.codec.decode(code)


def _drawn(seeds: Sequence[int], shape: tuple[int, ...]) -> Tensor:
    """Noise (B, ...) that each seed alone decides."""
    return torch.stack([torch.randn(shape, generator=torch.Generator().manual_seed(seed)) for seed in seeds])
