"""What an action brings, in pictures: a generator of the next one from the first, the last and the action.

Flow matching on the linear path (Lipman et al. 2023, arXiv 2210.02747) at the few levels of noise at which it is ever
asked. After diffusion as a world model (Alonso et al. 2024, arXiv 2405.12399), with noise on the last picture against
drift (Valevski et al. 2024, arXiv 2408.14837). Where chance decides, a turn of it is drawn first, or the one picture
would be of all outcomes at once; which turn stands for which outcome is learned, as that one learns which comes nearest
(multiple choice learning, Guzman-Rivera et al. 2012). Shown no picture and no action, the model denoises any picture of
its worlds; how badly it does so tells pictures unlike all that it learned from (Graham et al. 2023, arXiv 2211.07740).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

from imagery.models import processes
from imagery.models.codec import PixelCodec
from imagery.models.judge import Judge
from imagery.models.samplers import euler
from imagery.models.unet import UNet

LEVELS = 4                                        # of noise, evenly spaced up to 1; as many evaluations at most
CHANGED = 5.0                                     # weight of errors where the action changes something
UNSHOWN = 8                                       # one sample in so many is shown no picture and no action
HALF = 0.5                                        # level of noise at which novelty is measured
WORDS = 64                                        # width of an action's code
TURNS = 4                                         # of chance, told apart
FOLLOWED = 0.005                                  # rate at which the odds of turns follow what is seen
GOLDEN = (5 ** 0.5 - 1) / 2                       # of turns drawn one after the other
DEAD = 0.04                                       # odds of a turn that is given up


@dataclass(frozen=True)
class Steps:
    """A batch of steps of walks: pictures (B, 3, H, W) in [-1, 1], the `first` of a walk, the `last` before the
    `action` (B,) and the one `following` it; its `reward` and whether it is `over` (B,), 0 or 1; `left` (B,), the
    actions then left to the goal, not-a-number where that is not told."""

    first: Tensor
    last: Tensor
    action: Tensor
    following: Tensor
    reward: Tensor
    over: Tensor
    left: Tensor


@dataclass(frozen=True)
class Imagined:
    """Pictures (B, 3, H, W) in [-1, 1], the chances (B,) that they bring a reward and are the end, and how many
    actions seem `left` (B,)."""

    pictures: Tensor
    reward: Tensor
    over: Tensor
    left: Tensor


class WorldModel(ModelMixin, ConfigMixin):
    """`actions` are those of all its worlds together, numbered from 0. `process` is "flow", or "regression" for
    comparison, in which one evaluation gives the mean picture and no noise is drawn. `fog` is the most noise put on
    the last picture in learning. Of the last `chancy` actions chance decides the outcome."""

    @register_to_config
    def __init__(self, actions: int = 10, channels: tuple[int, ...] = (64, 96, 112),
                 judge_widths: tuple[int, ...] = (32, 64, 96), process: Literal["flow", "regression"] = "flow",
                 fog: float = 0.3, chancy: int = 0):
        super().__init__()
        self.codec = PixelCodec()
        code = self.codec.channels
        self.deeds = nn.Embedding(actions + 1, WORDS)                        # the last is for none
        self.turns = nn.Embedding(TURNS, WORDS) if chancy else None
        if chancy:
            nn.init.normal_(self.turns.weight, std=0.1)
            self.register_buffer("odds", torch.full((actions, TURNS), 1 / TURNS))
        self.unet = UNet(3 * code, channels, heads=0, context_width=WORDS, by_place=False)
        nn.init.ones_(self.unet.pass_on.bias[code:2 * code])                    # at the start, all stays as it is
        self.judge = Judge(code, tuple(judge_widths))
        self.register_buffer("surprise", torch.zeros(2))    # log error of unshown pictures: mean and spread

    def forward(self, x: Tensor, time: Tensor, first: Tensor, last: Tensor, action: Tensor,
                turn: Tensor | None = None) -> Tensor:
        """The next picture's code expected from a noisy one at level `time` (B,), by an action and a turn of chance,
        both (B,), no turn where chance never decides; codes are (B, C, S, S)."""
        told = self.deeds(action)
        if turn is not None:
            told = told + self.turns(turn) * self._chancy(action)[:, None]
        mixed = self.unet(torch.cat([x, last, first], 1), time, told[:, None], None)
        return sum(mixed.chunk(3, 1))

    def loss(self, batch: Steps, generator: torch.Generator | None = None) -> tuple[Tensor, dict[str, Tensor]]:
        x0, first, last = (self.codec.encode(each) for each in (batch.following, batch.first, batch.last))
        fog = self.config.fog * (2 * torch.rand(len(x0), generator=generator) - 1).clamp(min=0)      # none on half
        last = last + processes.expand(fog, last) * processes.noise_like(last, generator)
        after = x0 + processes.expand(fog, last) * processes.noise_like(x0, generator)
        unshown = torch.arange(len(x0), device=x0.device) % UNSHOWN == 0
        time = (torch.randint(LEVELS, (len(x0),), generator=generator).to(x0.device) + 1) / LEVELS
        time = torch.where(unshown, HALF, torch.ones_like(time) if self._certain else time)
        x_t = processes.interpolate(x0, processes.noise_like(x0, generator), time)
        x_t = torch.where(_wide(~unshown & self._certain), 0.0, x_t)
        shown = _wide(~unshown)
        action = torch.where(unshown, self.config.actions, batch.action)
        turn = None if self.turns is None else self._taken(x0, first, last, action, generator)
        predicted = self(x_t, time, first * shown, last * shown, action, turn).float()
        imagined = _wide((time == 1) & ~unshown)                              # from noise alone, as it will be
        judged = self.judge(first, last, torch.where(imagined, predicted.detach().clamp(-1, 1), after)).float()
        error = (predicted - x0) ** 2
        changed = ((x0 - self.codec.encode(batch.last)).abs() > 0.05).any(1, keepdim=True) & shown
        self._remember(error[unshown].detach().mean((1, 2, 3)).log())
        drawn = (torch.where(changed, CHANGED, 1.0) * error).mean()
        verdicts = F.binary_cross_entropy_with_logits(judged[:, :2], torch.stack([batch.reward, batch.over], 1))
        told = batch.left.isfinite()
        left = F.smooth_l1_loss(judged[told, 2], batch.left[told].log1p(), reduction="sum") / len(told)
        logs = {"error": error[~unshown].mean(), "verdicts": verdicts, "left": left}
        return drawn + 0.1 * verdicts + 0.1 * left, {key: value.detach() for key, value in logs.items()}

    @torch.no_grad()
    def imagine(self, first: Tensor, last: Tensor, action: Tensor, generator: torch.Generator | None = None,
                steps: int = 1) -> Imagined:
        """What the actions (B,) bring, from the first and the last pictures (B, 3, H, W), in `steps` evaluations."""
        if steps not in (1, 2, LEVELS):
            raise ValueError(f"a picture is imagined in 1, 2 or {LEVELS} steps, the levels of noise learned; "
                             f"not in {steps}")
        wrong = action[(action < 0) | (action >= self.config.actions)].tolist()
        if wrong:
            raise ValueError(f"there is no action {wrong[0]}; the model knows 0 to {self.config.actions - 1}")
        begun, now = self.codec.encode(first), self.codec.encode(last)
        turn = None if self.turns is None else self._drawn(action, generator)

        def denoise(x: Tensor, t: Tensor) -> Tensor:
            return self(x, t, begun, now, action, turn).float()

        if self._certain:
            code = denoise(torch.zeros_like(now), now.new_ones(len(now)))
        else:
            code = euler(denoise, processes.noise_like(now, generator), torch.linspace(1, 0, steps + 1))
        pictures = self.codec.decode(code)
        reward, over, left = self.judge(begun, now, self.codec.encode(pictures)).float().unbind(1)
        return Imagined(pictures, reward.sigmoid(), over.sigmoid(), left.expm1().clamp(min=0))

    @torch.no_grad()
    def novelty(self, pictures: Tensor) -> Tensor:
        """How unlike the pictures learned from each of some (B, 3, H, W) is, in standard deviations of theirs (B,)."""
        x0 = self.codec.encode(pictures)
        noise = processes.noise_like(x0[:1], torch.Generator().manual_seed(0))
        time, blank = x0.new_full((len(x0),), HALF), torch.zeros_like(x0)
        none = torch.full((len(x0),), self.config.actions, device=x0.device)
        x_t = processes.interpolate(x0, noise.expand_as(x0), time)
        denoised = self(x_t, time, blank, blank, none).float()
        mean, spread = self.surprise
        return (((denoised - x0) ** 2).mean((1, 2, 3)).log() - mean) / spread.clamp(min=1e-3)

    @property
    def _certain(self) -> bool:
        return self.config.process == "regression"

    def _drawn(self, action: Tensor, generator: torch.Generator | None) -> Tensor:
        """Turns (B,) by their odds, as evenly spread over those who ask one after the other as may be: steps of the
        golden ratio from a random start (Owen 2003, "Quasi-Monte Carlo sampling")."""
        chance = (torch.rand(1, generator=generator) + GOLDEN * torch.arange(len(action))) % 1
        return (self.odds[action].cumsum(1) < chance.to(action.device)[:, None]).sum(1).clamp(max=TURNS - 1)

    def _chancy(self, action: Tensor) -> Tensor:
        return (action >= self.config.actions - self.config.chancy) & (action < self.config.actions)

    @torch.no_grad()
    def _taken(self, x0: Tensor, first: Tensor, last: Tensor, action: Tensor,
               generator: torch.Generator | None) -> Tensor:
        """The turn (B,) that chance seems to have taken: the one under which what came about is expected most."""
        turn = torch.zeros_like(action)
        asked = self._chancy(action).nonzero()[:, 0]
        if len(asked):
            noise = processes.noise_like(x0[asked], generator)
            errors = [((self(noise, noise.new_ones(len(asked)), first[asked], last[asked], action[asked],
                             torch.full_like(asked, k)).float() - x0[asked]) ** 2).mean((1, 2, 3))
                      for k in range(TURNS)]
            turn[asked] = torch.stack(errors, 1).argmin(1)
            if self.training:
                self._follow(action[asked], turn[asked], generator)
        return turn

    def _follow(self, action: Tensor, turn: Tensor, generator: torch.Generator | None) -> None:
        """Let odds follow the turns taken (N,). A turn hardly ever taken is put beside the one taken most, to share its
        outcomes (as dead codes are revived, Dhariwal et al. 2020, arXiv 2005.00341)."""
        for each, taken in zip(action, F.one_hot(turn, TURNS).to(self.odds)):
            self.odds[each] += FOLLOWED * (taken - self.odds[each])
        odds = self.odds[-self.config.chancy:]
        least, most = odds.mean(0).argmin(), odds.mean(0).argmax()
        if odds[:, least].mean() < DEAD:
            taken = self.turns.weight[most]
            self.turns.weight[least] = taken + 0.1 * processes.noise_like(taken[None], generator)[0]
            odds[:, [least, most]] = odds[:, [least, most]].mean(1, keepdim=True)

    @torch.no_grad()
    def _remember(self, log_errors: Tensor, rate: float = 0.05) -> None:
        """Follow the mean and the spread of the errors that are usual by now."""
        if self.training:
            mean, spread = self.surprise
            rate = rate if spread > 0 else 1.0
            mean = mean + rate * (log_errors.mean() - mean)
            now = (log_errors - mean).abs().mean() * (torch.pi / 2) ** 0.5         # of a normal distribution
            self.surprise.copy_(torch.stack([mean, (spread + rate * (now - spread)).clamp(min=1e-3)]))


def _wide(values: Tensor) -> Tensor:
    """(B,) -> (B, 1, 1, 1)"""
    return values[:, None, None, None]
