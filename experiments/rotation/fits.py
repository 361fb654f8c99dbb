"""Mean times of rotation beside people's: ticks become seconds by two parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pandas as pd

from experiments.rotation import effects as e
from experiments.rotation.effects import SIDES, STUDIES, Study, effect, kind, people
from experiments.rotation.pairs import Cell, Sample, between, mapped
from experiments.statistics import (
    FISHER,
    LINEAR,
    LOG,
    Effect,
    Scale,
    bic,
    left_out,
    line,
    linear_fit,
    mean_known,
    rising,
)

TWO = "two parameters, least squares on people's means"
ACT_R = "published: ACT-R, Peebles 2019, fitted by hand, none left out"


def rows_of(study: Study, sides: Sequence[int]) -> pd.DataFrame:
    """People's means of same (1) or mirror (0) pairs."""
    rows = people(study)
    return rows[rows["same"].isin(sides)]


def aligned(cell: Cell, study: Study, rows: pd.DataFrame, sample: Sample) -> Sample:
    """A cell's means (K,) beside rows of people's, over the study's axes; nan where there are none."""
    kinds = cell.kinds
    chosen = [((kinds["angle"] == angle) & (kinds["same"] == same) & kinds["axis"].isin(study.axes)).to_numpy()
              for angle, same in zip(rows["angle"], rows["same"])]
    return mapped(lambda values: np.stack([mean_known(values[..., each]) for each in chosen], -1), sample)


def seconds_of(cell: Cell, study: Study) -> tuple[float, float] | None:
    """Seconds per tick and seconds at tick 0, by least squares on all people's means; None without enough times."""
    rows = rows_of(study, study.fits()[study.shown()])
    times, seconds = aligned(cell, study, rows, cell.part().times)[0], rows["seconds"].to_numpy()
    if np.isfinite(times).sum() < 3:
        return None
    slope, intercept, _ = line(rising(times, seconds), seconds)
    return (float(slope), float(intercept)) if np.isfinite(slope) else (0.0, float(seconds.mean()))


def fits(cell: Cell) -> Iterator[Effect]:
    """How far from people two parameters leave an agent, study by study."""
    for study in STUDIES:
        for called, sides in study.fits().items() if study.condition == cell.condition else ():
            rows = rows_of(study, sides)
            times = aligned(cell, study, rows, cell.part().times)
            if np.isfinite(times[0]).sum() > 2:
                yield from _fit(cell, study, called, rows, times)


def _fit(cell: Cell, study: Study, called: str, rows: pd.DataFrame, times: Sample) -> Iterator[Effect]:
    angle, seconds = rows["angle"].to_numpy(), rows["seconds"].to_numpy()
    modelled = e.ACT_R if study.modelled else {}
    cite = f"{TWO}; {study.source}"

    def told(name: str, statistic: Callable, scale: Scale = LINEAR, beside: str = "") -> Iterator[Effect]:
        found = between(lambda t: statistic(t, seconds), times, scale=scale)
        yield from effect(cell, name, found, called, published=modelled.get(beside),
                          cite=f"{cite}; {ACT_R}" if beside in modelled else cite)

    yield from told(e.MS_PER_TICK, lambda t, s: 1000 * line(rising(t, s), s)[0])
    yield from told(e.OFFSET, lambda t, s: line(rising(t, s), s)[1])
    yield from told(e.HUMAN_R, lambda t, s: line(t, s)[2], FISHER, "r")
    yield from told(e.RMSD, lambda t, s: linear_fit(rising(t, s), s)[0], LOG, "RMSD")
    yield from told(e.HELD_OUT, lambda t, s: left_out(rising(t, s), s, angle), LOG, "RMSD")
    if np.isfinite(times[0]).all():
        yield from told(e.BIC, lambda t, s: bic(linear_fit(rising(t, s), s)[0], len(s), 2))
    if called == study.shown():
        fitted = mapped(lambda t: _in_seconds(t, seconds), times)
        for place, (at, same) in enumerate(zip(angle, rows["same"])):
            yield from effect(cell, e.SECONDS, between(np.asarray, mapped(lambda t, k=place: t[..., k], fitted)),
                              f"{at:.0f} degrees, {SIDES[same]}{study.tag}", same, seconds[place], cite)


def _in_seconds(times: np.ndarray, seconds: np.ndarray) -> np.ndarray:
    slope, intercept, _ = line(rising(times, seconds), seconds)
    return slope[..., None] * times + intercept[..., None]


def comparison(effects: Sequence[Effect]) -> Iterator[Effect]:
    """Every agent's BIC beside the depictive's, and what a straight line on the angle itself would reach."""
    for study in STUDIES:
        for called, sides in study.fits().items():
            found = {name: {effect.agent: effect.measured for effect in effects if effect.condition == study.condition
                            and effect.name == name.format(called)} for name in (e.RMSD, e.BIC)}
            yield from _ceiling(study, called, sides) if found[e.RMSD] else ()
            for agent, value in found[e.BIC].items() if "depictive" in found[e.BIC] else ():
                if agent != "depictive":
                    yield Effect(e.BIC_ABOVE.format(called), agent, study.condition,
                                 value - found[e.BIC]["depictive"], None, None, None,
                                 "Schwarz 1978; over 10 is decisive by custom", kind(e.BIC_ABOVE, agent))


def _ceiling(study: Study, called: str, sides: Sequence[int]) -> Iterator[Effect]:
    rows = rows_of(study, sides)
    angle, seconds = rows["angle"].to_numpy(), rows["seconds"].to_numpy()
    fitted = linear_fit(angle, seconds)[0]
    for name, value in ((e.HUMAN_R, line(angle, seconds)[2]), (e.RMSD, fitted),
                        (e.HELD_OUT, left_out(angle, seconds, angle)), (e.BIC, bic(fitted, len(seconds), 2))):
        yield Effect(name.format(called), "people", study.condition, float(value), None, None, None,
                     f"noise ceiling: a straight line on the angle itself; {study.source}", "emergent")
