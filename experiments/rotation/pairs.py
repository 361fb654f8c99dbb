"""Trials of rotation, gathered by kinds of pairs: an axis, an angle, and whether the figures were the same or mirror
figures.

N trials, P participants, K kinds of pairs, R resamples of the participants. Only right answers have times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import pandas as pd

from experiments import pairs
from experiments.rotation.effects import AXES, SIDES
from experiments.statistics import Estimate, Scale, estimate, line, mean, mean_known

KEYS = ["axis", "angle", "same"]
Sample = tuple[np.ndarray, np.ndarray | None]  # of the participants there are, and of each resample


class Cell(pairs.Cell):
    """The trials of one agent in one condition, and who is drawn how often in each resample (R, P)."""

    @cached_property
    def kinds(self) -> pd.DataFrame:
        """The axis, angle and sameness of each kind of pair (K rows)."""
        kinds = self.trials.groupby(KEYS, sort=True).size().reset_index()[KEYS]
        return kinds.astype({"angle": float, "same": int})

    @cached_property
    def timed(self) -> np.ndarray:
        """Whether each trial has a time: a pair rightly judged (N,)."""
        return ((self.trials["correct"] == 1) & np.isfinite(self.trials["ticks"])).to_numpy() & (self.pair >= 0)

    @cached_property
    def pair(self) -> np.ndarray:
        """Index of each trial's kind of pair, -1 without an angle (N,)."""
        return self.trials.groupby(KEYS, sort=True).ngroup().to_numpy()

    @cached_property
    def answers(self) -> tuple[np.ndarray, np.ndarray]:
        """How often each person was right about each kind of pair, and was asked, (P, K) both."""
        right = np.zeros((self.person.max() + 1, len(self.kinds)))
        asked, known = np.zeros_like(right), self.pair >= 0
        where = self.person[known], self.pair[known]
        np.add.at(right, where, self.trials["correct"].to_numpy(float)[known])
        np.add.at(asked, where, 1)
        return right, asked

    @cached_property
    def own_accuracy(self) -> np.ndarray:
        """Each person's share of right answers (P,)."""
        right, asked = (table.sum(1) for table in self.answers)
        return right / np.maximum(asked, 1)

    def part(self, same: int | None = None, axis: str | None = None) -> Part:
        """Same (1) or mirror (0) pairs, turned about one axis; all where None."""
        chosen = np.ones(len(self.kinds), bool)
        if same is not None:
            chosen &= (self.kinds["same"] == same).to_numpy()
        if axis is not None:
            chosen &= (self.kinds["axis"] == axis).to_numpy()
        called = " ".join(word for word in (SIDES.get(same, "" if axis is None else "pairs"), AXES.get(axis)) if word)
        return Part(self, chosen, called)

    def axes(self) -> list[str]:
        return [axis for axis in AXES if (self.kinds["axis"] == axis).any()]

    def parts(self) -> Iterator[tuple[int, str, Part]]:
        """Same and mirror pairs about each axis, as far as there are any."""
        for axis in self.axes():
            for same in SIDES:
                if len((part := self.part(same, axis)).angle):
                    yield same, axis, part


@dataclass(frozen=True)
class Part:
    """Some kinds of pairs of a cell, `chosen` (K,), and what they are `called`; k of them."""

    cell: Cell
    chosen: np.ndarray
    called: str

    @property
    def angle(self) -> np.ndarray:
        return self.cell.kinds["angle"].to_numpy(float)[self.chosen]

    @property
    def times(self) -> Sample:
        """Mean times (k,) and (R, k)."""
        resampled = self.cell.resampled
        return self.cell.means[self.chosen], None if resampled is None else resampled[:, self.chosen]

    @property
    def accuracies(self) -> Sample:
        """Shares of right answers (k,) and (R, k)."""
        return self._shares(*(table[:, self.chosen] for table in self.cell.answers))

    @property
    def accuracy(self) -> Sample:
        """The share of right answers in all trials, and in those of each resample (R,)."""
        point, resampled = self._shares(*(table[:, self.chosen].sum(1, keepdims=True) for table in self.cell.answers))
        return point[0], None if resampled is None else resampled[:, 0]

    def _shares(self, right: np.ndarray, asked: np.ndarray) -> Sample:
        weights = self.cell.weights
        return mean(right, asked, np.ones(len(right))), None if weights is None else mean(right, asked, weights)

    @property
    def own(self) -> np.ndarray:
        """Mean times of each participant (P, k)."""
        total, count = self.cell.sums
        return mean(total, count, np.eye(len(total)))[:, self.chosen]

    @property
    def time(self) -> Sample:
        """The mean of the mean times, and of those of each resample (R,)."""
        return mapped(mean_known, self.times)

    def slope(self, sample: Sample) -> Sample:
        """Of times or accuracies on the angle."""
        return mapped(lambda values: line(self.angle, values)[0], sample)

    def by_angle(self, sample: Sample) -> tuple[np.ndarray, Sample]:
        """Angles, rising, and the means at each, over axes and sides."""
        angles = np.unique(self.angle)
        return angles, mapped(lambda values: np.stack([mean_known(values[..., self.angle == each]) for each in angles],
                                                      -1), sample)

    def at(self, angle: float) -> Sample:
        """Mean time at one angle."""
        return mapped(lambda times: mean_known(times[..., self.angle == angle]), self.times)


def mapped(statistic: Callable, sample: Sample) -> Sample:
    """A statistic, which works along the last axis, of a sample and of its resamples."""
    point, resampled = sample
    return statistic(point), None if resampled is None else statistic(resampled)


def between(statistic: Callable, *samples: Sample, scale: Scale | None = None) -> Estimate:
    """A statistic of one sample or more, with its interval: people in all of them are resampled together."""
    points, resampled = zip(*samples)
    with np.errstate(divide="ignore", invalid="ignore"):
        return estimate(statistic(*points), None if any(part is None for part in resampled) else statistic(*resampled),
                        scale)


cells_of = partial(pairs.cells_of, kind=Cell)
