"""Curves for the report of the rotation experiment: agents' means and people's, over the angle or over blocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from experiments.figures import Curve
from experiments.rotation.effects import AXES, SIDES, Study
from experiments.rotation.fits import rows_of
from experiments.rotation.pairs import Cell, Part, Sample, between


def curve(called: str, part: Part, sample: Sample, whose: str, hollow: bool,
          to: Callable[[np.ndarray], np.ndarray] = np.asarray) -> Curve:
    """Means of a part over the angle, on another scale if told how."""
    angles, means = part.by_angle(sample)
    spread = spread_of(means)
    return Curve(called, angles, to(means[0]), whose, None if spread is None else to(spread), hollow)


def spread_of(sample: Sample) -> np.ndarray | None:
    """95 % interval of each mean (2, k)."""
    point, resampled = sample
    return None if resampled is None else np.percentile(np.where(np.isfinite(resampled), resampled, point),
                                                        (2.5, 97.5), axis=0)


def peoples(study: Study, column: str) -> list[Curve]:
    """People's `seconds` or `accuracy`, of same and of mirror pairs."""
    found = {same: rows_of(study, (same,)) for same in study.columns}
    return [Curve(f"people, {_side(same)}" if len(found) > 1 else "people", rows["angle"].to_numpy(),
                  rows[column].to_numpy(), "people", open=not same) for same, rows in found.items()]


def seconds(cell: Cell, study: Study, per_tick: float, start: float) -> list[Curve]:
    """An agent's times in seconds, of the pairs that people's are of: by side, or by axis where there is but one."""
    curves = []
    for place, (same, axis) in enumerate((same, axis) for same in study.columns for axis in study.axes):
        part = cell.part(same, axis)
        if len(part.angle):
            curves.append(curve(_side(same) if len(study.axes) == 1 else AXES[axis], part, part.times, cell.agent,
                                place > 0, lambda ticks: start + per_tick * ticks))
    return curves


def accuracies(cell: Cell) -> list[Curve]:
    """Shares of right answers, of same and of mirror pairs."""
    parts = {same: cell.part(same) for same in SIDES}
    return [curve(_side(same), part, part.accuracies, cell.agent, not same) for same, part in parts.items()
            if len(part.angle)]


def practice(agent: str, blocks: Mapping[int, Cell]) -> Curve:
    """The slope of same pairs by block."""
    found = [between(np.asarray, part.slope(part.times)) for part in (cell.part(1) for cell in blocks.values())]
    slopes, lows, highs = np.array([[np.nan if value is None else value for value in each] for each in found]).T
    return Curve(agent, np.array(list(blocks), float), slopes, agent,
                 np.stack([lows, highs]) if np.isfinite(lows).all() else None)


def _side(same: int) -> str:
    return "same" if same else "mirror"
