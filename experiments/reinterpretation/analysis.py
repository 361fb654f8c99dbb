"""From trials of reinterpretation to effects: pure functions of the table that `trials.tsv` holds and of its items.

K items, P participants, R resamples of the participants. A construction is named if a target is among three answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from envs.stimuli.constructions import Item, vocabulary
from experiments.reinterpretation.experiment import items_of
from experiments.statistics import FISHER, Effect, Estimate, estimate, known, line, mean, resampling_weights

NAMED, FIRST = "share of constructions named in three answers", "share of constructions named at once"
TARGETS = "targets that half of the participants name"
PEOPLE_R = "r of naming rates with people's, by item"
PARTS = "ticks per part imagined"
TICKS = "ticks to the first answer"
AHEAD = "named more often than by"
ANSWERS = 3
MCCARTY = "McCarty & Morales 2025, N = 100, in the manner of Finke, Pinker & Farah 1989"
KOSSLYN = "Kosslyn, Reiser, Farah & Fliegel 1983, JEP: General 112, 278-303 (time grows with the number of parts)"
ATTRIBUTION = {"perfect": "attribution: parts as they should be imagined", "blank": "attribution: nothing is imagined",
               "shuffled": "attribution: other parts are imagined", "with_image": "the description and its image",
               "drawing": "the result is shown, not imagined (Finke, Pinker & Farah 1989, Exp. 3)"}
# Ticks grow with parts because one is imagined at a time, and a control gives no names but by chance: built in.
BUILT_IN = (PARTS,)


def analyse(trials: pd.DataFrame, seed: int = 0, own: str | None = None) -> list[Effect]:
    """Every effect the trials allow, with 95 % intervals over participants; deterministic. `own` are the user's items,
    as JSON, if the run was of those."""
    items = {item.name: item for item in items_of(own)}
    effects: list[Effect] = []
    for (agent, condition), part in trials.groupby(["agent", "condition"], sort=False):
        effects += _cell(part, agent, condition, items, seed)
    return effects + list(_ahead(trials, seed))


def _cell(trials: pd.DataFrame, agent: str, condition: str, items: dict[str, Item], seed: int) -> Iterator[Effect]:
    """What one agent in one condition shows."""
    weights = resampling_weights(np.unique(trials["participant"]), seed)
    whose = ATTRIBUTION.get(condition, MCCARTY)
    people = [item.named for item in (items[name] for name in np.unique(trials["item"])) if item.named is not None]
    chance = ANSWERS / len(vocabulary())

    def effect(name: str, found: Estimate, published: float | None = None, source: str = whose) -> Effect:
        kind = "built in" if name in BUILT_IN or agent == "random" else "emergent"
        return Effect(name, agent, condition, *found, published, source, kind)

    right, first = _table(trials, "correct"), _table(_first(trials, items), "correct")
    rates = np.mean(people) if people and condition == "imagery" else None
    yield effect(NAMED, _over(right, weights, np.nanmean), None if rates is None else float(rates),
                 f"{whose}; chance {chance:.4f}")
    yield effect(FIRST, _over(first, weights, np.nanmean))
    yield effect(TARGETS, _over(right, weights, lambda rate, axis=-1: (rate >= 0.5).sum(axis)))
    if len(people) == right.shape[1] and len(people) > 2:
        yield effect(PEOPLE_R, _over(right, weights, lambda rate, axis=-1: line(people, rate)[2], FISHER))
    ticks = _table(trials, "ticks")
    yield effect(TICKS, _over(ticks, weights, np.nanmean))
    parts = np.array([len(items[name].drawing.parts) for name in np.unique(trials["item"])], float)
    if np.ptp(parts):
        yield effect(PARTS, _over(ticks, weights, lambda time, axis=-1: line(parts, time)[0]), None, KOSSLYN)


def _first(trials: pd.DataFrame, items: dict[str, Item]) -> pd.DataFrame:
    """The trials, right where the first answer was."""
    hits = [float(answer in items[name].accepted) for answer, name in zip(trials["answer1"], trials["item"])]
    return trials.assign(correct=hits)


def _table(trials: pd.DataFrame, column: str) -> np.ndarray:
    """A column by participant and item (P, K), both in order."""
    return trials.pivot_table(column, "participant", "item", sort=True).to_numpy(float)


def _over(table: np.ndarray, weights: np.ndarray | None, statistic, scale=None) -> Estimate:
    """A statistic of the items' means (K,), with its interval over participants; works along the last axis."""
    ones, full = np.ones(len(table)), np.isfinite(table).astype(float)
    total = np.nan_to_num(table)
    resampled = None if weights is None else statistic(mean(total, full, weights), axis=-1)
    return estimate(float(statistic(mean(total, full, ones), axis=-1)), resampled, scale)


def _ahead(trials: pd.DataFrame, seed: int) -> Iterator[Effect]:
    """How much more often the dual agent names a construction than each other does, and than it does with other
    parts; the same people are resampled."""
    tables = {key: _table(part, "correct") for key, part in trials.groupby(["agent", "condition"], sort=False)}
    mine = tables.get(("dual", "imagery"))
    if mine is None:
        return
    weights = resampling_weights(np.unique(trials.loc[trials["agent"] == "dual", "participant"]), seed)
    for (agent, condition), other in tables.items():
        if (agent, condition) == ("dual", "imagery") or other.shape != mine.shape or condition == "drawing":
            continue
        name = f"{AHEAD} {agent}" if condition == "imagery" else f"{AHEAD} {agent}, {condition.replace('_', ' ')}"
        yield Effect(name, "dual", "imagery", *_over(mine - other, weights, np.nanmean), None,
                     ATTRIBUTION.get(condition, "each theory on the same constructions"), "emergent")


def rates(trials: pd.DataFrame, agent: str, condition: str) -> dict[str, float]:
    """Each item's naming rate."""
    part = trials[(trials["agent"] == agent) & (trials["condition"] == condition)]
    return {name: known(rate) or 0.0 for name, rate in part.groupby("item")["correct"].mean().items()}


def missed(trials: pd.DataFrame, items: Sequence[Item]) -> dict[str, list[str]]:
    """Where the dual agent's misses come from, by item: of generation, if with perfect parts it names the target and
    with its own it does not; of reasoning, if it names the result when shown, and not what it made of perfect parts; of
    interpretation, if it does not name the result when shown."""
    imagined, perfect, shown = (rates(trials, "dual", condition) for condition in ("imagery", "perfect", "drawing"))
    found: dict[str, list[str]] = {"generation": [], "reasoning": [], "interpretation": []}
    for item in items:
        if imagined.get(item.name, 1.0) >= 0.5 or item.name not in perfect or item.name not in shown:
            continue
        if perfect[item.name] >= 0.5:
            found["generation"].append(item.target)
        elif shown[item.name] >= 0.5:
            found["reasoning"].append(item.target)
        else:
            found["interpretation"].append(item.target)
    return found
