"""From scanning trials to effects: pure functions of the table that `trials.tsv` holds.

Only true probes rightly answered "present" have times. Pairs of landmarks are unordered.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from experiments.pairs import Cell, cells_of
from experiments.scanning.effects import (
    ACCURACY,
    ACT_R,
    BIC,
    BIC_ABOVE,
    BY_DISTANCE,
    BY_LINKS,
    BY_SIZE,
    EMERGES,
    FITTED_INTERCEPT,
    FITTED_SLOPE,
    GAIN,
    HEARINGS,
    HELD_OUT,
    HUMAN_R,
    INDIVIDUAL,
    INTERCEPT,
    KOSSLYN,
    LINKS_BIC,
    MEAN_TIME,
    MIXED,
    MS_PER_TICK,
    OFFSET,
    ORDER,
    ORDERS,
    PER_LANDMARK,
    PER_WIDTH,
    RATIO,
    RELIABILITY,
    RMSD,
    SIZES,
    SLOPE,
    R,
    kind,
    people,
    source,
)
from experiments.statistics import (
    FISHER,
    LINEAR,
    LOG,
    Effect,
    Estimate,
    bic,
    bic_less,
    estimate,
    line,
    linear_fit,
    mean,
    mean_known,
    mixed_slope,
    partial_r,
    regression,
    rising,
    split_half,
)

__all__ = ["Cell", "Effect", "analyse", "cells_of", "seconds_of"]


def _effect(cell: Cell, name: str, found: Estimate, published: float | None = None, cite: str | None = None) -> Effect:
    cite = source(cell.condition) if cite is None else cite
    return Effect(name, cell.agent, cell.condition, *found, published, cite, kind(name, cell.agent, cell.condition))


def _if_known(cell: Cell, name: str, found: Estimate, cite: str | None = None) -> Iterator[Effect]:
    if found[0] is not None:
        yield _effect(cell, name, found, cite=cite)


def analyse(trials: pd.DataFrame, seed: int = 0) -> list[Effect]:
    """Every effect the trials allow, with 95 % intervals over participants; deterministic."""
    cells = cells_of(trials, seed)
    agents = list(dict.fromkeys(agent for agent, _ in cells))
    effects = [effect for cell in cells.values() for effect in _relation(cell)]
    scans = [cells[agent, "scan"] for agent in agents if (agent, "scan") in cells]
    for cell in scans:
        effects += [*_precision(cell, seed), *_links(cell), *_fit(cell)]
    effects += _comparison(effects) if any(_matches_people(cell) for cell in scans) else []
    for agent in agents:
        mine = {condition: cell for (who, condition), cell in cells.items() if who == agent}
        effects += [*_no_scan(mine), *_size(mine), *_intervening(mine), *_learning(mine)]
    return effects


def _relation(cell: Cell) -> Iterator[Effect]:
    """How time goes with distance over pairs, and how often the answer was right over all probes."""
    distance = cell.of_pairs("distance")
    slope = _slope(cell)
    if slope[0] is not None:
        published = float(line(*people())[2]) if cell.condition == "scan" else None
        yield _effect(cell, R, cell.estimate(lambda times: line(distance, times)[2], FISHER), published)
        yield _effect(cell, SLOPE, slope)
        yield _effect(cell, INTERCEPT, cell.estimate(lambda times: line(distance, times)[1]))
    right = np.bincount(cell.person, cell.trials["correct"].to_numpy(float))
    asked = np.bincount(cell.person)
    resampled = None if cell.weights is None else (cell.weights @ right) / (cell.weights @ asked)
    yield _effect(cell, ACCURACY, estimate(right.sum() / asked.sum(), resampled))


def _precision(cell: Cell, seed: int) -> Iterator[Effect]:
    """The mixed model over trials, people one by one, and how reliable their pair means are."""
    timed = cell.trials[cell.timed]
    found, method = mixed_slope(timed["distance"].to_numpy(float), timed["ticks"].to_numpy(float),
                                timed["participant"].to_numpy())
    if found[0] is not None:
        yield _effect(cell, MIXED, found, cite=f"{method}; {KOSSLYN}, Exp. 2")
    own = line(cell.of_pairs("distance"), mean(*cell.sums, np.eye(len(cell.sums[0]))))[2]
    own = own[np.isfinite(own)]
    if len(own):
        yield _effect(cell, INDIVIDUAL, (float(np.median(own)), *np.percentile(own, (2.5, 97.5)).tolist()))
    reliability = estimate(split_half(*cell.sums, seed), None)
    yield from _if_known(cell, RELIABILITY, reliability, "noise ceiling; Spearman-Brown")


def _links(cell: Cell) -> Iterator[Effect]:
    """Does time go with distance, or with the number of links between two facts (Pylyshyn 1973, 1981)?"""
    distance, links = cell.of_pairs("distance"), cell.of_pairs("links")
    cite = "rival prediction: Pylyshyn 1973, 1981; links were not varied with people"
    yield from _if_known(cell, BY_DISTANCE, cell.estimate(lambda t: partial_r(distance, t, links), FISHER), cite)
    yield from _if_known(cell, BY_LINKS, cell.estimate(lambda t: partial_r(links, t, distance), FISHER), cite)
    if len(links) and np.ptp(links) > 0:
        yield from _if_known(cell, LINKS_BIC, cell.estimate(lambda t: bic_less(links, distance, t), LINEAR),
                             cite + "; positive: distance tells more")


def _matches_people(cell: Cell) -> bool:
    return len(cell.means) == len(people()[0]) and np.isfinite(cell.means).sum() > 2


def seconds_of(cell: Cell) -> tuple[float, float] | None:
    """Seconds per tick and seconds at tick 0, by least squares on people's means; None if the pairs are not people's.

    Pairs are matched to people's by the rank of their distance, since the map's layout is reconstructed.
    """
    if not _matches_people(cell):
        return None
    slope, intercept, _ = line(rising(cell.means, people()[1]), people()[1])
    return (float(slope), float(intercept)) if np.isfinite(slope) else (0.0, float(people()[1].mean()))


def _fit(cell: Cell) -> Iterator[Effect]:
    """Ticks to seconds by two parameters, and how far from people that leaves the agent."""
    if not _matches_people(cell):
        return
    cm, seconds = people()
    human_slope, human_intercept, _ = line(cm, seconds)
    two = "two parameters, least squares on people's 21 means"
    act_r = f"{two}; published: ACT-R, Peebles 2019, fitted by hand, none left out"
    per_tick = cell.estimate(lambda t: 1000 * line(rising(t, seconds), seconds)[0], LINEAR)
    if per_tick[0] is not None:
        yield _effect(cell, MS_PER_TICK, per_tick, cite=two)
        yield _effect(cell, OFFSET, cell.estimate(lambda t: line(rising(t, seconds), seconds)[1], LINEAR), cite=two)
        yield _effect(cell, FITTED_SLOPE, cell.estimate(lambda t: 1000 * line(cm, _in_seconds(t))[0], LINEAR),
                      1000 * float(human_slope), f"{two}; {source('scan')}")
        yield _effect(cell, FITTED_INTERCEPT, cell.estimate(lambda t: line(cm, _in_seconds(t))[1], LINEAR),
                      float(human_intercept), f"{two}; {source('scan')}")
    human_r = cell.estimate(lambda t: line(t, seconds)[2], FISHER)
    if human_r[0] is not None:
        yield _effect(cell, HUMAN_R, human_r, ACT_R["r"], act_r)
    for name, rmsd in ((RMSD, _fitted_rmsd), (HELD_OUT, _held_out_rmsd)):
        yield _effect(cell, name, cell.estimate(rmsd, LOG), ACT_R["RMSD"], act_r)
    yield _effect(cell, BIC, cell.estimate(lambda t: bic(_fitted_rmsd(t), len(seconds), 2), LINEAR), cite=two)


def _in_seconds(times: np.ndarray) -> np.ndarray:
    slope, intercept, _ = line(rising(times, people()[1]), people()[1])
    return slope[..., None] * times + intercept[..., None]


def _fitted_rmsd(times: np.ndarray) -> np.ndarray:
    return linear_fit(rising(times, people()[1]), people()[1])[0]


def _held_out_rmsd(times: np.ndarray) -> np.ndarray:
    return linear_fit(rising(times, people()[1]), people()[1])[1]


def _comparison(effects: list[Effect]) -> Iterator[Effect]:
    """Every agent's BIC beside the depictive's, and what a straight line on distance itself would reach."""
    cm, seconds = people()
    fitted, held_out = linear_fit(cm, seconds)
    cite = "noise ceiling: a straight line on distance itself; " + source("scan")
    for name, value in ((RMSD, fitted), (HELD_OUT, held_out), (BIC, bic(fitted, len(seconds), 2))):
        yield Effect(name, "people", "scan", float(value), None, None, None, cite, "emergent")
    found = {effect.agent: effect.measured for effect in effects if effect.name == BIC}
    for agent in found if "depictive" in found else ():
        if agent != "depictive":
            yield Effect(BIC_ABOVE, agent, "scan", found[agent] - found["depictive"], None, None, None,
                         "Schwarz 1978; over 10 is decisive by custom", kind(BIC_ABOVE, agent, "scan"))


def _slope(cell: Cell) -> Estimate:
    return cell.estimate(lambda times: line(cell.of_pairs("distance"), times)[0])


def _no_scan(mine: dict[str, Cell]) -> Iterator[Effect]:
    """The slope without scanning as a share of the slope with it, where there is one."""
    if not {"scan", "no_scan"} <= mine.keys():
        return
    scan, still = mine["scan"], mine["no_scan"]
    slope, low, _ = _slope(scan)
    if slope and (low is None or low > 0):
        share, resampled = _both(still, scan, 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            yield from _if_known(still, RATIO, estimate(np.divide(*share), resampled and np.divide(*resampled)))


def _both(first: Cell, second: Cell, which: int) -> tuple[list, list | None]:
    """Slope (0), intercept (1) or r (2) in two conditions, and in resamples: people in both are resampled together."""
    lines = [(cell.of_pairs("distance"), cell) for cell in (first, second)]
    points = [line(distance, cell.means)[which] for distance, cell in lines]
    if first.resampled is None or second.resampled is None:
        return points, None
    return points, [line(distance, cell.resampled)[which] for distance, cell in lines]


def _time(cell: Cell) -> tuple[float, np.ndarray | None]:
    """Mean time over pairs, and that of the resamples (R,)."""
    return mean_known(cell.means), None if cell.resampled is None else mean_known(cell.resampled)


def _size(mine: dict[str, Cell]) -> Iterator[Effect]:
    """Mean time at each size of the image, and how it rises."""
    sizes = [size for size in SIZES if size in mine and np.isfinite(mine[size].means).any()]
    for size in sizes:
        yield _effect(mine[size], MEAN_TIME, estimate(*_time(mine[size])))
    if len(sizes) < 2:
        return
    x = np.array([SIZES[size] for size in sizes])
    points, resampled = zip(*(_time(mine[size]) for size in sizes))
    slopes = None if any(part is None for part in resampled) else line(x, np.stack(resampled, -1))[0]
    yield _effect(mine[sizes[-1]], BY_SIZE, estimate(line(x, np.array(points))[0], slopes))


def _intervening(mine: dict[str, Cell]) -> Iterator[Effect]:
    """What a landmark on the way costs at a held distance, over trials."""
    cell = mine.get("intervening")
    if cell is None or not cell.timed.any():
        return
    timed = cell.trials[cell.timed]
    design = np.column_stack([np.ones(len(timed)), timed["distance"], timed["between"]]).astype(float)
    fit = regression(design, timed["ticks"].to_numpy(float), cell.person[cell.timed], cell.weights)
    if fit is not None:
        point, resampled = fit
        for name, column in ((PER_WIDTH, 1), (PER_LANDMARK, 2)):
            yield _effect(cell, name, estimate(point[column], None if resampled is None else resampled[:, column]))


def _difference(first: Cell, second: Cell) -> Estimate:
    """r of the first less r of the second."""
    points, resampled = _both(first, second, 2)
    return estimate(np.subtract(*points), resampled and np.subtract(*resampled), LINEAR)


def _learning(mine: dict[str, Cell]) -> Iterator[Effect]:
    """When time begins to follow distance, how the relation grows with hearings, and what good order is worth."""
    for order in ORDERS:
        heard = [mine[name] for n in HEARINGS if (name := f"described_{order}_{n}") in mine]
        first = next((cell for cell in heard if (_slope(cell)[1] or 0) > 0), None)
        if first:
            yield _effect(first, EMERGES, (float(first.condition.rsplit("_", 1)[1]), None, None))
        if len(heard) > 1:
            yield from _if_known(heard[-1], GAIN, _difference(heard[-1], heard[0]))
    for n in HEARINGS:
        good, random = mine.get(f"described_good_{n}"), mine.get(f"described_random_{n}")
        if good and random:
            yield from _if_known(good, ORDER, _difference(good, random))
