"""The visual channel in use: words in, pictures out, through the verbal channel and a generator."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import torch
from torch import Tensor

from imagery.devices import has_bfloat16
from imagery.models import samplers
from imagery.models.imaginer import Imaginer
from imagery.models.processes import noise_like
from imagery.models.verbal import VerbalChannel

STEPS = 4                                         # network evaluations an image unless told otherwise
SAMPLERS = {"euler": samplers.euler, "heun": samplers.heun, "dpm": samplers.dpm_solver}
DDPM_SAMPLERS = {"ddim": samplers.ddim, "ancestral": samplers.ancestral}      # of a DDPM's own path
HEARD = 512                                       # texts whose encoding is kept


class TextToImage:
    """Imagines pictures from English with a flow `Imaginer` and the `VerbalChannel` it learned from."""

    def __init__(self, imaginer: Imaginer, verbal: VerbalChannel):
        self.imaginer, self.verbal = imaginer, verbal
        self._heard: OrderedDict[str, Tensor] = OrderedDict()

    @property
    def empty_code(self) -> Tensor:
        """A code of zeros of one picture, (C, 16, 16)."""
        return torch.zeros(self.imaginer.codec.channels, 16, 16)

    @torch.no_grad()
    def hear(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Encoded texts as a generator wants them: context (B, T, D) and mask (B, T). The empty text says nothing."""
        new = list(dict.fromkeys(text for text in texts if text and text not in self._heard))
        if new:
            words = self.verbal.encode_text(new)
            for text, context, mask in zip(new, words.context, words.mask):
                self._heard[text] = context[mask]
        silent = torch.zeros(0, self.imaginer.config.context_width, device=self.imaginer.device)
        rows = [self._heard[text] if text else silent for text in texts]
        while len(self._heard) > HEARD:
            self._heard.popitem(last=False)
        longest = max(1, *map(len, rows))
        context = torch.stack([torch.nn.functional.pad(row, (0, 0, 0, longest - len(row))) for row in rows])
        mask = torch.arange(longest, device=context.device) < torch.tensor([[len(row)] for row in rows],
                                                                           device=context.device)
        return context, mask

    @torch.no_grad()
    def denoise(self, x: Tensor, t: Tensor, texts: Sequence[str]) -> Tensor:
        """The clean codes expected from noisy ones (B, C, 16, 16) at levels t (B,), one network evaluation."""
        return self._quick(self.imaginer.denoiser(*self.hear(texts)))(x, t)

    def _quick(self, denoise: samplers.Denoiser) -> samplers.Denoiser:
        """The network in bfloat16 where the hardware has it (twice as fast on a CPU)."""
        device = self.imaginer.device

        def quick(x: Tensor, t: Tensor) -> Tensor:
            with torch.autocast(device.type, torch.bfloat16, enabled=has_bfloat16(device)):
                return denoise(x, t)

        return quick

    @torch.no_grad()
    def imagine(self, texts: Sequence[str], seed: int = 0, steps: int | None = None, guidance: float = 1.0,
                sampler: str = "euler") -> Tensor:
        """Pictures of English texts: float tensor (B, 3, 64, 64) in [-1, 1].

        `steps` of the sampler, each one network evaluation (Heun: two, but for the last); `guidance` above 1
        costs as many again (Ho & Salimans 2022). The same seed gives the same pictures whatever the device. Raises
        ValueError for words the channel does not know.
        """
        texts = [texts] if isinstance(texts, str) else list(texts)
        noise = torch.stack([noise_like(self.empty_code, torch.Generator().manual_seed(seed * 65537 + i))
                             for i in range(len(texts))])
        imaginer, steps = self.imaginer, steps or STEPS
        own = sampler in DDPM_SAMPLERS
        if own and imaginer.config.process != "ddpm":
            raise ValueError(f"sampler {sampler!r} is for a DDPM; try {', '.join(SAMPLERS)}")
        network = imaginer.predictor if own else imaginer.denoiser
        denoise = self._quick(network(*self.hear(texts)))
        if guidance != 1.0:
            denoise = samplers.guided(denoise, self._quick(network(*self.hear([""] * len(texts)))), guidance)
        noise = noise.to(imaginer.device)
        if own:
            timesteps = torch.linspace(len(imaginer.alpha_bar) - 1, 0, steps).round().long()
            code = DDPM_SAMPLERS[sampler](denoise, noise, timesteps, imaginer.alpha_bar, imaginer.config.prediction,
                                          generator=torch.Generator().manual_seed(seed))
        else:
            code = SAMPLERS[sampler](denoise, noise, torch.linspace(1, 0, steps + 1))
        return self.imaginer.codec.decode(code)
