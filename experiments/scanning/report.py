"""The report of the scanning experiment: one HTML file that opens offline, and its figures."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments import figures
from experiments.page import CellsPage, headline, in_percent, in_seconds, interval, number, rank, section
from experiments.pairs import Cell, cells_of
from experiments.scanning import prose
from experiments.scanning.analysis import seconds_of
from experiments.scanning.effects import (
    ACCURACY,
    BIC,
    BIC_ABOVE,
    BY_DISTANCE,
    BY_LINKS,
    EMERGES,
    FITTED_INTERCEPT,
    FITTED_SLOPE,
    HEARINGS,
    HELD_OUT,
    HUMAN_R,
    LINKS_BIC,
    MAP_CM,
    MEAN_TIME,
    MS_PER_TICK,
    OFFSET,
    ORDERS,
    PER_LANDMARK,
    RATIO,
    RMSD,
    SIZES,
    SLOPE,
    R,
    people,
)
from experiments.scanning.examples import examples_of
from experiments.statistics import Effect, line

ATTRIBUTION = ("scan", "scan_perfect", "scan_shuffled", "scan_blank", "scan_saccade")
FIT = (MS_PER_TICK, OFFSET, FITTED_SLOPE, FITTED_INTERCEPT, HUMAN_R, RMSD, HELD_OUT, BIC, BIC_ABOVE)
LINKS = (BY_DISTANCE, BY_LINKS, LINKS_BIC)
TOPICS: dict[str, Callable[[Effect], bool]] = {  # in the table's order; an effect belongs to the first that claims it
    "Scanning a seen map (Exp. 2)": lambda effect: effect.condition == "scan" and effect.name not in FIT + LINKS,
    "Fit to people's times": lambda effect: effect.condition == "scan" and effect.name in FIT,
    "Distance or links": lambda effect: effect.condition == "scan",
    "Answering without scanning (Exp. 3)": lambda effect: effect.condition == "no_scan",
    "Size of the image (Exp. 4)": lambda effect: effect.condition in SIZES,
    "Landmarks on the way (Exp. 1)": lambda effect: effect.condition == "intervening",
    "Described islands": lambda effect: effect.condition.startswith("described"),
    "Your own island": lambda effect: effect.condition == "own",
    "Attribution and ablation": lambda effect: effect.condition in ATTRIBUTION,
    "Other conditions": lambda effect: True,
}
TOLD_APART = ("Size of the image (Exp. 4)", "Described islands", "Attribution and ablation", "Other conditions")


def report(folder: Path, trials: pd.DataFrame, effects: Sequence[Effect], record: Mapping) -> Path:
    """The report of a run with that manifest, with scans to look at."""
    return write_report(folder, trials, effects, examples_of(record), record)


def write_report(folder: Path | str, trials: pd.DataFrame, effects: Sequence[Effect], examples: Sequence[Mapping],
                 manifest: Mapping) -> Path:
    """Write `report.html` and `figures/` into `folder`, and return the report's path.

    `examples` hold title, stimulus and image (H, W, 3) of uint8, path of fixations (x, y) in map widths, source, target
    and ticks; `manifest` holds command, seed, versions, weights and configuration. Sections without data are left out.
    """
    folder = Path(folder)
    page = _Page(folder, cells_of(trials), effects)
    sections = [page.scanning(), page.examples(examples), page.learning(), page.controls(), page.attribution(),
                page.own(), page.table()]
    return page.write(prose.TITLE, prose.LEAD, page.strip(), sections, manifest, prose.CAVEATS)


def _section(name: str, **content: Any) -> dict | None:
    return section(name, prose.SECTIONS[name], **content)


def _note(effect: Effect | None) -> str:
    """r as a figure's corner states it."""
    return "no relation" if effect is None or effect.measured is None else f"r = {number(effect.measured)}"


class _Page(CellsPage):
    """The sections of one report; each method returns a section for the template, or None without data."""

    def of(self, condition: str) -> dict[str, Cell]:
        """Agents that have times in a condition."""
        return {agent: cell for (agent, name), cell in self.cells.items() if name == condition and cell.timed.any()}

    def strip(self) -> list[dict]:
        """The headline numbers of the main agent, as far as they are known."""
        r, error, share, accuracy = (self.found.get((name, self.main, condition)) for name, condition in (
            (R, "scan"), (HELD_OUT, "scan"), (RATIO, "no_scan"), (ACCURACY, "scan")))
        items = [
            headline(r, number, "r of time with distance", "people {}"),
            headline(error, in_seconds, "from people's means, each pair left out", "ACT-R {}"),
            headline(share, in_percent, "of the slope is left without scanning"),
            headline(accuracy, in_percent, "of probes answered rightly"),
        ]
        rivals = [effect for effect in self.effects
                  if effect.name == BIC_ABOVE and effect.agent in ("propositional", "tacit")]
        if rivals:
            best = min(rivals, key=lambda effect: effect.measured)
            items.append({"value": number(best.measured), "label": "BIC of the better rival above the depictive's",
                          "note": f"{best.agent}; over 10 is decisive by custom"})
        heard = {effect.condition.split("_")[1]: int(effect.measured) for effect in self.effects
                 if effect.name == EMERGES and effect.agent == self.main}
        if heard:
            items.append({"value": " · ".join(str(heard.get(order, "–")) for order in ORDERS),
                          "label": "hearings until time follows distance, good · random order",
                          "note": f"{self.main}; people, random order: more than 3, at most 6"})
        return [item for item in items if item]

    def relations(self, panels: Collection[tuple[str, Cell]]) -> list[dict]:
        """Time in ticks against distance in map widths, one panel for each titled cell, on one scale."""
        top = 1.08 * max([1.0, *(np.nanmax(cell.means) for _, cell in panels)])
        return [self.panel(f"{cell.condition}-{cell.agent}", f"Time against distance, {title}", figures.relation(
            cell.agent, cell.of_pairs("distance"), cell.means, title=title, spread=_spread(cell),
            note=_note(self.found.get((R, cell.agent, cell.condition))),
            labels=("distance, map widths", "time, ticks"), limits=(0, top))) for title, cell in panels]

    def scanning(self) -> dict | None:
        scans = self.of("scan")
        if not scans:
            return None
        cm, seconds = people()
        scales = {agent: scale for agent, cell in scans.items() if (scale := seconds_of(cell)) and scale[0] > 0}
        times = {agent: start + scale * scans[agent].means for agent, (scale, start) in scales.items()}
        every = np.concatenate([seconds, *times.values()])
        style = {"labels": ("distance, cm", "time, s"), "limits": (np.nanmin(every) - .08, np.nanmax(every) + .08)}
        human = figures.relation("people", cm, seconds, note=f"r = {number(float(line(cm, seconds)[2]))}", **style)
        panels = {"people": self.panel("scan-people", "People's time against distance", human)}
        for agent, (scale, start) in scales.items():
            spread = _spread(scans[agent])
            figure = figures.relation(agent, MAP_CM * scans[agent].of_pairs("distance"), times[agent],
                                      people=(cm, seconds), spread=None if spread is None else start + scale * spread,
                                      note=_note(self.found.get((R, agent, "scan"))), **style)
            panels[agent] = self.panel(f"scan-{agent}", f"Time against distance, {agent}", figure)
        unscaled = [agent for agent in scans if agent not in scales]
        panels |= zip(unscaled, self.relations([(agent, scans[agent]) for agent in unscaled]))
        return _section("scanning", panels=[panels[agent] for agent in sorted(panels, key=rank)])

    def examples(self, examples: Sequence[Mapping]) -> dict | None:
        shown = []
        for place, example in enumerate(examples):
            stimulus = figures.picture(example["stimulus"], "what was there")
            image = figures.picture(example["image"], "what was imagined", example["path"], example["source"],
                                    example["target"])
            shown.append({
                "stimulus": self.draw(f"example-{place}-stimulus", stimulus),
                "image": self.draw(f"example-{place}-image", image),
                "caption": f"{example['title']}: {example['source']} to {example['target']}, {example['ticks']} ticks"})
        return _section("images", examples=shown)

    def learning(self) -> dict | None:
        curves = {agent: {order: curve for order in ORDERS if (curve := self._curve(agent, order))}
                  for agent in self.agents}
        panels = [self.panel(f"learning-{agent}", f"Learning curves, {agent}", figures.learning(agent, curve))
                  for agent, curve in curves.items() if curve]
        return _section("learning", panels=panels)

    def _curve(self, agent: str, order: str) -> list[tuple]:
        conditions = [(n, f"described_{order}_{n}") for n in HEARINGS]
        both = [(n, self.found.get((R, agent, name)), self.found.get((SLOPE, agent, name))) for n, name in conditions]
        return [(n, r.measured, (r.low, r.high), (slope.low or 0) > 0) for n, r, slope in both
                if r and slope and r.measured is not None]

    def rows(self, name: str, condition: str) -> list[tuple]:
        """Each agent's value and interval for an effect."""
        found = [self.found.get((name, agent, condition)) for agent in self.agents]
        return [(e.agent, e.measured, (e.low, e.high)) for e in found if e and e.measured is not None]

    def controls(self) -> dict | None:
        panels = []
        if rows := self.rows(RATIO, "no_scan"):
            panels.append(self.panel("no-scan", "Slope without scanning", figures.forest(
                "Without scanning", "share of the scanning slope", rows, band=.1)))
        if rows := self.rows(PER_LANDMARK, "intervening"):
            panels.append(self.panel("intervening", "Cost of a landmark on the way", figures.forest(
                "Landmarks on the way", "ticks for each, distance held", rows)))
        curves = {agent: [(prose.condition(size), effect.measured, (effect.low, effect.high)) for size in SIZES
                          if (effect := self.found.get((MEAN_TIME, agent, size)))] for agent in self.agents}
        curves = {agent: curve for agent, curve in curves.items() if len(curve) > 1}
        if curves:
            panels.append(self.panel("size", "Time against size of the image", figures.sizes(curves)))
        return _section("controls", panels=panels)

    def attribution(self) -> dict | None:
        cells = [(agent, condition) for agent in self.agents for condition in ATTRIBUTION
                 if (agent, condition) in self.cells]
        altered = {agent for agent, condition in cells if condition != "scan"}
        cells = [cell for cell in cells if cell[0] in altered]
        names = {(agent, condition): prose.condition(condition) if len(altered) == 1
                 else f"{agent}, {prose.condition(condition)}" for agent, condition in cells}
        panels = self.relations([(names[key], self.cells[key]) for key in cells if self.cells[key].timed.any()])
        rows = [[names[key], *(self._value(name, *key) for name in (R, SLOPE, ACCURACY))] for key in cells]
        return _section("attribution", panels=panels, rows=rows, columns=rows and ("image", "r", "slope", "accuracy"),
                        note=rows and "Slopes in ticks per map width; 95 % intervals below each value.")

    def _value(self, name: str, agent: str, condition: str) -> tuple[str, str]:
        effect = self.found.get((name, agent, condition))
        return (number(effect.measured), interval(effect)) if effect else ("–", "")

    def own(self) -> dict | None:
        return _section("own", panels=self.relations(self.of("own").items()))

    def table(self) -> dict | None:
        return _section("effects", topics=self.topics(TOPICS, lambda topic, effect: (
            f"{effect.name} · {prose.condition(effect.condition)}" if topic in TOLD_APART else effect.name)))


def _spread(cell: Cell) -> np.ndarray | None:
    """95 % interval of each pair's mean time (2, K), in ticks."""
    if cell.resampled is None:
        return None
    middle = np.where(np.isfinite(cell.resampled), cell.resampled, cell.means)
    return np.percentile(middle, (2.5, 97.5), axis=0)
