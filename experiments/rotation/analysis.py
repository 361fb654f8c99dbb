"""From rotation trials to effects: pure functions of the table that `trials.tsv` holds.

Only right answers have times. A curve beside a line is one on the square root of the angle: concave, with as many
parameters, and defined at 0 degrees, where a logarithm would need a constant of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from experiments.rotation import effects as e
from experiments.rotation.differences import differences
from experiments.rotation.effects import SIDES, effect, people, source, study_of
from experiments.rotation.fits import aligned, comparison, fits, rows_of
from experiments.rotation.pairs import Cell, Part, between, cells_of
from experiments.rotation.vividness import vividness
from experiments.statistics import (
    FISHER,
    LINEAR,
    LOG,
    Effect,
    Estimate,
    bic_less,
    estimate,
    line,
    mean_known,
    mixed_slope,
    partial_r,
    weighted_r,
)

__all__ = ["Cell", "Effect", "analyse", "cells_of"]
Cells = Mapping[str, Cell]  # one agent's, by condition


def analyse(trials: pd.DataFrame, seed: int = 0) -> list[Effect]:
    """Every effect the trials allow, with 95 % intervals over participants; deterministic."""
    cells = cells_of(trials, seed)
    effects = [effect for cell in cells.values() for effect in _of(cell)]
    effects += comparison(effects)
    for agent in dict.fromkeys(agent for agent, _ in cells):
        mine = {condition: cell for (who, condition), cell in cells.items() if who == agent}
        effects += [*_families(mine), *_advance(mine), *_practice(mine), *_attribution(mine), *_vividness(mine, seed)]
    for (agent, condition), cell in cells.items():
        if agent != "depictive" and e.is_whole(condition) and ("depictive", condition) in cells:
            effects += _beside_depictive(cell, cells["depictive", condition])
    return effects


# ---- one agent in one condition ---------------------------------------------------------------------------------

def _of(cell: Cell) -> Iterator[Effect]:
    yield from _overall(cell)
    for same, axis, part in cell.parts():
        yield from _answers(part, same, axis)
        yield from _relation(part, same, axis)
        if e.is_whole(cell.condition):
            yield from _bend(part, same, axis)
            yield from (*_precision(part, axis), *_difference(part)) if same else ()
    for axis in cell.axes() if e.is_whole(cell.condition) else ():
        yield from _sides(cell, axis)
    if e.is_whole(cell.condition):
        yield from _depth(cell)
    if cell.condition == "cooper-1975":
        yield from _vertices(cell)
    yield from fits(cell)


def _overall(cell: Cell) -> Iterator[Effect]:
    """How often all answers were right, and how long they took."""
    everything, study = cell.part(), study_of(cell.condition)
    human = None if study is None else people(study)["accuracy"].to_numpy()
    yield from effect(cell, e.ACCURACY, between(np.asarray, everything.accuracy),
                      published=None if human is None else human.mean())
    yield from effect(cell, e.TIME, between(np.asarray, everything.time))
    for axis in cell.axes():
        part = cell.part(None, axis)
        best = e.BEST_MODEL if (cell.condition, axis) == ("shepard-1971", "vertical") else None
        yield from effect(cell, e.ACCURACY_OF, between(np.asarray, part.accuracy), part.called, published=best,
                          cite=best and "published: the best model of block figures turned about this axis")
    if human is not None and np.isfinite(human).all():
        beside = aligned(cell, study, people(study), everything.accuracies)
        rmsd = between(lambda shares: np.sqrt(mean_known((shares - human) ** 2)), beside, scale=LOG)
        yield from effect(cell, e.ACCURACY_RMSD, rmsd, study.shown(), cite=f"{study.source}; no parameter")


def _people(part: Part, same: int, axis: str, column: str) -> tuple[np.ndarray, np.ndarray]:
    """Angles and people's means beside some pairs, both empty where there are none."""
    study = study_of(part.cell.condition, axis, same)
    rows = None if study is None else rows_of(study, (same,))
    return (np.empty(0),) * 2 if rows is None else (rows["angle"].to_numpy(), rows[column].to_numpy())


def _answers(part: Part, same: int, axis: str) -> Iterator[Effect]:
    """How often same or mirror pairs were judged rightly, and how that changes with the angle."""
    angle, human = _people(part, same, axis, "accuracy")
    yield from effect(part.cell, e.ACCURACY_OF, between(np.asarray, part.accuracy), part.called, same,
                      mean_known(human))
    yield from effect(part.cell, e.FALL, between(lambda slope: 180 * slope, part.slope(part.accuracies)), part.called,
                      same, 180 * line(angle, human)[0])


def _relation(part: Part, same: int, axis: str) -> Iterator[Effect]:
    """How time goes with the angle."""
    slope, r = between(np.asarray, part.slope(part.times)), line(*_people(part, same, axis, "seconds"))[2]
    if slope[0] is not None:
        cite = _cite(part, same, axis)
        yield from effect(part.cell, e.SLOPE, slope, part.called, same, cite=cite)
        yield from effect(part.cell, e.INTERCEPT, between(lambda t: line(part.angle, t)[1], part.times), part.called,
                          same, cite=cite)
        yield from effect(part.cell, e.R, between(lambda t: line(part.angle, t)[2], part.times, scale=FISHER),
                          part.called, same, r, cite)


def _cite(part: Part, same: int, axis: str) -> str:
    study = study_of(part.cell.condition, axis, same)
    return source(part.cell.condition) if study is None else study.source


def _precision(part: Part, axis: str) -> Iterator[Effect]:
    """The mixed model over trials of same pairs, and people one by one."""
    timed = part.cell.trials[part.cell.timed & part.chosen[part.cell.pair]]
    found, method = mixed_slope(timed["angle"].to_numpy(float), timed["ticks"].to_numpy(float),
                                timed["participant"].to_numpy())
    cite = _cite(part, 1, axis)
    yield from effect(part.cell, e.MIXED, found, part.called, cite=f"{method}; {cite}")
    slopes, _, correlations = line(part.angle, part.own)
    yield from effect(part.cell, e.ONE_SLOPE, _middle(slopes), part.called, cite=cite)
    yield from effect(part.cell, e.ONE_R, _middle(correlations), part.called, cite=cite)


def _middle(values: np.ndarray) -> Estimate:
    """Median of people and the middle 95 % of them."""
    values = values[np.isfinite(values)]
    return (float(np.median(values)), *np.percentile(values, (2.5, 97.5)).tolist()) if len(values) else (None,) * 3


def _bend(part: Part, same: int, axis: str) -> Iterator[Effect]:
    """Does a concave curve say more of the times than a straight line?"""
    angle, human = _people(part, same, axis, "seconds")
    found = between(lambda t: bic_less(part.angle, np.sqrt(part.angle), t), part.times, scale=LINEAR)
    yield from effect(part.cell, e.CURVED, found, part.called, same, bic_less(angle, np.sqrt(angle), human),
                      f"the curve is on the square root of the angle; positive: it tells more; "
                      f"{_cite(part, same, axis)}")


def _difference(part: Part) -> Iterator[Effect]:
    """Does time go with the angle, or with how much the two pictures differ?"""
    drawn = differences(part.cell.condition)
    different = np.full(len(part.angle), np.nan) if drawn is None else drawn.reindex(
        pd.MultiIndex.from_frame(part.cell.kinds[part.chosen])).to_numpy()
    if not np.isfinite(different).all() or not np.ptp(different):
        return
    for name, x, held in ((e.BY_ANGLE, part.angle, different), (e.BY_DIFFERENCE, different, part.angle)):
        found = between(lambda t, x=x, held=held: partial_r(x, t, held), part.times, scale=FISHER)
        yield from effect(part.cell, name, found, part.called, cite=e.NIALL)
    found = between(lambda t: bic_less(different, part.angle, t), part.times, scale=LINEAR)
    yield from effect(part.cell, e.DIFFERENCE_BIC, found, part.called,
                      cite=f"{e.NIALL}; positive: the angle tells more")


def _rises(part: Part) -> bool:
    """Whether time surely goes up with the angle, so that another slope can be told as a share of this one."""
    slope, low, _ = between(np.asarray, part.slope(part.times))
    return slope is not None and slope > 1e-9 and (low is None or low > 0)


def _sides(cell: Cell, axis: str) -> Iterator[Effect]:
    """Mirror pairs beside same pairs: how much slower without a turn, and what the angle makes of that."""
    same, mirror, where = cell.part(1, axis), cell.part(0, axis), e.AXES[axis]
    slopes = [part.slope(part.times) for part in (mirror, same)]
    falls = [part.slope(part.accuracies) for part in (same, mirror)]
    study = study_of(cell.condition, axis, 0)
    cite = source(cell.condition) if study is None else f"{study.source}; people: {_apart(study)}"
    times, shares = ([line(*_people(part, side, axis, column))[0] for side, part in ((1, same), (0, mirror))]
                     if study else (np.nan, np.nan) for column in ("seconds", "accuracy"))
    yield from effect(cell, e.AT_ZERO, between(np.subtract, mirror.at(0.0), same.at(0.0)), where, 0, cite=cite)
    yield from effect(cell, e.SHRINKS, between(np.subtract, *slopes), where, 0, cite=cite)
    if _rises(same):
        yield from effect(cell, e.MIRROR_SHARE, between(np.divide, *slopes), where, 0, times[1] / times[0], cite)
    yield from effect(cell, e.FALL_LESS, between(lambda one, two: 180 * (one - two), *falls), where,
                      published=180 * (shares[0] - shares[1]), cite=cite)


def _apart(study: e.Study) -> str:
    """How much longer people took with mirror pairs, at the first and the last angle."""
    same, mirror = (rows_of(study, (side,)) for side in SIDES)
    less = mirror["seconds"].to_numpy() - same["seconds"].to_numpy()
    return ", ".join(f"{less[end]:+.2f} s at {same['angle'].iloc[end]:.0f} degrees" for end in (0, -1))


def _depth(cell: Cell) -> Iterator[Effect]:
    """Turns in depth beside turns in the plane, of the same figures."""
    for same in SIDES:
        flat, deep = cell.part(same, "plane"), cell.part(same, "vertical")
        if _rises(flat):
            alike = 1.0 if same and cell.condition == "shepard-1971" else None
            yield from effect(cell, e.DEPTH, between(np.divide, deep.slope(deep.times), flat.slope(flat.times)),
                              SIDES[same], same, alike, f"{source(cell.condition)} (both slopes alike)")


def _vertices(cell: Cell) -> Iterator[Effect]:
    """The slope of same pairs by the number of vertices."""
    counts = cell.trials["vertices"].to_numpy(float)
    parts = {int(count): Cell(cell.agent, cell.condition, cell.trials[counts == count], cell.weights).part(1)
             for count in np.unique(counts[np.isfinite(counts)])
             if cell.trials["participant"][counts == count].nunique() == cell.trials["participant"].nunique()}
    slopes = {count: part.slope(part.times) for count, part in parts.items()}
    for count, slope in slopes.items():
        yield from effect(cell, e.VERTICES, between(np.asarray, slope), str(count))
    if len(slopes) > 1:
        few, many = min(slopes), max(slopes)
        yield from effect(cell, e.MORE_VERTICES, between(np.subtract, slopes[many], slopes[few]),
                          f"{many} less at {few} vertices", published=0.0)


# ---- across conditions and agents -------------------------------------------------------------------------------

def _families(mine: Cells) -> Iterator[Effect]:
    """Slopes of blocks, polygons and letters: two at a time, which were presented alike."""
    for conditions in e.FAMILIES:
        if all(condition in mine for condition in conditions):
            parts = [mine[condition].part(1) for condition in conditions]
            slower, faster = (part.cell.trials["family"].iloc[0] for part in parts)
            yield from effect(parts[0].cell, e.FAMILY, between(np.subtract, *(p.slope(p.times) for p in parts)),
                              f"slope of same {slower} less that of same {faster}",
                              cite=f"{' less '.join(conditions)}, presented alike; people: positive (from memory)")


def _advance(mine: Cells) -> Iterator[Effect]:
    """What is left of the slope when something is known ahead."""
    for told in e.ADVANCE if "cooper-1973" in mine else ():
        cell = mine.get(f"cooper-1973 {told}")
        for same, axis, part in () if cell is None else cell.parts():
            plain = mine["cooper-1973"].part(same, axis)
            if _rises(plain):
                yield from effect(cell, e.ADVANCED, between(np.divide, part.slope(part.times),
                                                            plain.slope(plain.times)), part.called, same,
                                  0.0 if told == "both" else None)


def _practice(mine: Cells) -> Iterator[Effect]:
    """How slope and time change from block to block."""
    blocks = practised(mine)
    if len(blocks) < 2:
        return
    number, cells = np.array(list(blocks), float), list(blocks.values())

    def change(*values: np.ndarray) -> np.ndarray:
        return line(number, np.stack(values, -1))[0]

    for same, axis, last in cells[-1].parts():
        parts = [cell.part(same, axis) for cell in cells]
        yield from effect(cells[-1], e.PRACTICE, between(change, *(part.slope(part.times) for part in parts)),
                          last.called, same)
    yield from effect(cells[-1], e.PRACTICE_TIME, between(change, *(cell.part().time for cell in cells)))


def practised(mine: Cells) -> dict[int, Cell]:
    """Blocks of practice, by number, rising."""
    found = {int(match[1]): cell for condition, cell in mine.items()
             if (match := re.fullmatch(r"practice (\d+)", condition))}
    return dict(sorted(found.items()))


def _attribution(mine: Cells) -> Iterator[Effect]:
    """What replacing the image does to accuracy."""
    for image in e.IMAGES if "shepard-1971" in mine else ():
        altered = mine.get(f"shepard-1971 {image}")
        if altered is not None:
            own = mine["shepard-1971"].part().accuracy
            yield from effect(altered, e.LOST, between(np.subtract, own, altered.part().accuracy), image)


def _vividness(mine: Cells, seed: int) -> Iterator[Effect]:
    """Do people with more vivid images do better, in a group where vividness varies as people's does?"""
    for cell in (mine[group] for group in e.VIVID_GROUPS if group in mine):
        vivid = np.array([vividness(seed, int(who)) for who in np.unique(cell.trials["participant"])])
        slopes = line(cell.part(1).angle, cell.part(1).own)[0]
        for called, own, published in zip(e.VIVID_WITH, (cell.own_accuracy, slopes), (-.17, None)):
            found = estimate(float(weighted_r(vivid, own, np.ones(len(own)))),
                             None if cell.weights is None else weighted_r(vivid, own, cell.weights), FISHER)
            yield from effect(cell, e.VIVID, found, called, published=published, cite=e.VVIQ)


def _beside_depictive(cell: Cell, depictive: Cell) -> Iterator[Effect]:
    """How much slower and how much more often right than the depictive agent."""
    mine, other = cell.part(), depictive.part()
    cite = e.KAY if cell.agent == "aphantasic" else f"each theory on the same pairs; {source(cell.condition)}"
    yield from effect(cell, e.SLOWER, between(np.subtract, mine.time, other.time), cite=cite)
    yield from effect(cell, e.WORSE, between(np.subtract, mine.accuracy, other.accuracy), cite=cite)
