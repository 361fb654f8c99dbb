"""The whole way to the goal, imagined at once from where it begins (UniPi: Du et al. 2023, arXiv 2302.00111).

Flow matching on the linear path (Lipman et al. 2023, arXiv 2210.02747) at the few levels of noise at which it is asked,
moved towards the high ones, where the way is still open (Esser et al. 2024, arXiv 2403.03206, Eq. 23). What the first
picture allows is worked out once, by the same layers several times over (Dehghani et al. 2019, arXiv 1807.03819). The
film stands still at the goal, and so tells how long the way is; what was done is read off its pictures.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

from imagery.models import processes
from imagery.models.blocks import PLACE_WIDTH, ResBlock, TransformerBlock, patch_places, place_code
from imagery.models.codec import PixelCodec
from imagery.models.deeds import Deeds
from imagery.models.samplers import euler
from imagery.models.spacetime import SpaceTimeDiT

LEVELS = (1.0, 0.9, 0.75, 0.5)                    # of noise: 1, 3/4, 1/2 and 1/4, shifted by 3
CHANGED = 5.0                                     # weight of errors where the film differs from its first picture
STILL = 24 / 127.5                                # the most that averages of 4 x 4 pixels differ in pictures alike
NO_DEED = -1                                      # what is done while all stands still


@dataclass(frozen=True)
class Ways:
    """A batch of ways: the `first` pictures (B, 3, H, W) in [-1, 1], those `film`ed after each action (B, T, 3, H, W),
    and the `deeds` (B, T), -1 from where all stands still. `goal` is a picture as the first, and `shown` (B,), 0 or 1,
    whether it is; where not, the way leads to what the first picture says is the goal."""

    first: Tensor
    goal: Tensor
    shown: Tensor
    film: Tensor
    deeds: Tensor


class FilmModel(ModelMixin, ConfigMixin):
    """Films of `frames` pictures, and the `actions`, numbered from 0, that lead from each to the next. `fog` is the
    most noise put on pictures from which actions are learned to be read."""

    @register_to_config
    def __init__(self, actions: int = 6, frames: int = 16, span: int = 4, width: int = 128, depth: int = 1,
                 layers: int = 4, rounds: int = 3, heads: int = 4, fog: float = 0.3):
        super().__init__()
        self.codec = PixelCodec()
        code = self.codec.channels
        self.eye = nn.Sequential(nn.Conv2d(2 * code + 1, 64, 3, padding=1), ResBlock(64, 64),
                                 nn.Conv2d(64, width, 4, 2, 1))
        self.place = nn.Linear(PLACE_WIDTH, width, bias=False)
        self.trunk = nn.ModuleList(TransformerBlock(width, heads) for _ in range(layers))
        self.net = SpaceTimeDiT(code, 2, span, width, depth, heads)
        self.reader = Deeds(code, actions)

    def survey(self, first: Tensor, goal: Tensor, shown: Tensor) -> Tensor:
        """What is known of each place (B, P, W) from codes (B, C, S, S) of the first picture and of the goal."""
        flag = shown[:, None, None, None].to(first)
        seen = self.eye(torch.cat([first, goal * flag, flag.expand_as(first[:, :1])], 1))
        side = seen.shape[-1]
        seen = seen.flatten(2).transpose(1, 2) + self.place(place_code(patch_places(side, seen.device)))
        known = torch.zeros_like(seen)
        for _ in range(self.config.rounds):
            known = known + seen
            for layer in self.trunk:
                known = layer(known, None)
        return known

    def forward(self, x: Tensor, time: Tensor, first: Tensor, known: Tensor) -> Tensor:
        """The film's code (B, T, C, S, S) expected from a noisy one at level `time` (B,); all still, to begin with."""
        return first[:, None] + self.net(x, time, known)

    def loss(self, batch: Ways, generator: torch.Generator | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        """Squared error of the film, the more where it changes, and cross-entropy of one action of each way."""
        first, goal = self.codec.encode(batch.first), self.codec.encode(batch.goal)
        x0 = self.codec.encode(batch.film)
        time = torch.tensor(LEVELS)[torch.randint(len(LEVELS), (len(x0),), generator=generator)].to(x0.device)
        x_t = processes.interpolate(x0, processes.noise_like(x0, generator), time)
        error = (self(x_t, time, first, self.survey(first, goal, batch.shown)).float() - x0) ** 2
        changed = ((x0 - first[:, None]).abs() > 0.05).any(2, keepdim=True)
        drawn = (torch.where(changed, CHANGED, 1.0) * error).mean()
        deeds, right = self._read(torch.cat([first[:, None], x0], 1), batch.deeds, generator)
        logs = {"error": error.mean(), "deeds": deeds, "deeds_right": right}
        if (open_ := time == 1).any():            # how well the way is foreseen while all is noise
            logs["way"] = (error * changed)[open_].sum() / changed[open_].sum().clamp(min=1) / error.shape[2]
        return drawn + 0.1 * deeds, {key: value.detach() for key, value in logs.items()}

    def _read(self, codes: Tensor, deeds: Tensor, generator: torch.Generator | None) -> tuple[Tensor, Tensor]:
        """Cross-entropy, and share right, of one action by lot of each way (B, T + 1, C, S, S), read through fog."""
        rows = torch.arange(len(codes), device=codes.device)
        at = (torch.rand(len(codes), generator=generator).to(codes.device) * (deeds != NO_DEED).sum(1)).long()
        fog = self.config.fog * (2 * torch.rand(2, len(codes), generator=generator) - 1).clamp(min=0)   # none on half
        before, after = (code + processes.expand(much, code) * processes.noise_like(code, generator)
                         for much, code in zip(fog, (codes[rows, at], codes[rows, at + 1])))
        told, done = self.reader(before, after).float(), deeds[rows, at]
        return F.cross_entropy(told, done), (told.argmax(1) == done).float().mean()

    @torch.no_grad()
    def imagine(self, first: Tensor, goal: Tensor, shown: Tensor, generator: torch.Generator | None = None,
                steps: int = len(LEVELS)) -> Tensor:
        """Films (B, T, 3, H, W) from the first pictures (B, 3, H, W) in [-1, 1] to the goals where these are shown, in
        the first so many of the levels of noise."""
        if not 1 <= steps <= len(LEVELS):
            raise ValueError(f"a film is imagined in 1 to {len(LEVELS)} steps, the levels of noise learned; not in "
                             f"{steps}")
        begun = self.codec.encode(first)
        known = self.survey(begun, self.codec.encode(goal), shown)
        noise = processes.noise_like(begun[:, None].expand(-1, self.config.frames, -1, -1, -1), generator)
        times = torch.tensor([*LEVELS[:steps], 0.0])
        return self.codec.decode(euler(lambda x, t: self(x, t, begun, known).float(), noise, times))

    @torch.no_grad()
    def deeds(self, before: Tensor, after: Tensor) -> Tensor:
        """Log-odds (B, A) of the actions that lead from pictures (B, 3, H, W) to those after them."""
        return self.reader(self.codec.encode(before), self.codec.encode(after)).float()


def lengths(first: Tensor, film: Tensor) -> Tensor:
    """How many of its pictures (B, T, 3, H, W) a film takes until it stands still, (B,), 0 if it never moves."""
    whole = F.avg_pool3d(torch.cat([first[:, None], film], 1).flatten(1, 2), (1, 4, 4)).unflatten(1, (-1, 3))
    moves = (whole[:, 1:] - whole[:, :-1]).abs().flatten(2).amax(2) > STILL                         # (B, T)
    return (moves * torch.arange(1, moves.shape[1] + 1, device=moves.device)).amax(1)
