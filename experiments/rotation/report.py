"""The report of the rotation experiment: one HTML file that opens offline, and its figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from envs.stimuli.polygons import VERTICES
from experiments import figures
from experiments.figures import Curve
from experiments.page import CellsPage, headline, in_percent, in_seconds, interval, number, section
from experiments.rotation import effects as e
from experiments.rotation import prose
from experiments.rotation.analysis import practised
from experiments.rotation.curves import accuracies, curve, peoples, practice, seconds, spread_of
from experiments.rotation.differences import differences
from experiments.rotation.effects import AXES, SIDES, STUDIES, Study
from experiments.rotation.examples import STEP, Turned, examples_of
from experiments.rotation.fits import seconds_of
from experiments.rotation.pairs import Cell, Part, cells_of
from experiments.rotation.targets import TARGETS, TENTH
from experiments.statistics import Effect, line

DEGREES, SHARES, ALL_SHARES = (0, 60, 120, 180), (.4, 1.03), (-.03, 1.05)  # shown on axes
ALTERED = {"shepard-1971": "as imagined", **{f"shepard-1971 {image}": image for image in e.IMAGES}}
LIKE = {"perfect": "oracle", "shuffled": "difference", "blank": "random", "volume": "depictive",
        "nextview": "propositional", "regressor": "difference"}  # colours of what is no agent, borrowed from agents


def _is_fit(effect: Effect) -> bool:
    return effect.name.startswith(("fitted", "r with people's", "RMSD from people, s", "BIC on", "BIC above"))


def _is_rivalry(effect: Effect) -> bool:
    return "image difference" in effect.name


TOPICS: dict[str, Callable[[Effect], bool]] = {  # in the table's order; an effect belongs to the first that claims it
    "Fit to people's times": lambda effect: _is_fit(effect) and effect.agent != "people",
    "What a straight line on the angle itself would reach": lambda effect: effect.agent == "people",
    "Angle or image difference": _is_rivalry,
    "Polygons in the plane (hamrick-2014)": lambda effect: effect.condition == "hamrick-2014",
    "Blocks in the plane and in depth (shepard-1971)": lambda effect: effect.condition == "shepard-1971",
    "Blocks in depth (ganis-2015)": lambda effect: effect.condition == "ganis-2015",
    "Blocks about any axis": lambda effect: effect.condition == "any-axis",
    "Letters from memory (cooper-1973)": lambda effect: effect.condition == "cooper-1973",
    "Polygons from memory (cooper-1975)": lambda effect: effect.condition == "cooper-1975",
    "Advance information": lambda effect: effect.condition.startswith("cooper-1973"),
    "Practice": lambda effect: effect.condition.startswith("practice"),
    "Attribution": lambda effect: effect.condition in ALTERED,
    "Vividness": lambda effect: effect.condition in e.VIVID_GROUPS,
    "Other conditions": lambda effect: True,
}
TOLD_APART = ("Fit to people's times", "What a straight line on the angle itself would reach",
              "Angle or image difference", "Advance information", "Practice", "Attribution", "Vividness",
              "Other conditions")


def report(folder: Path, trials: pd.DataFrame, effects: Sequence[Effect], record: Mapping) -> Path:
    """The report of a run with that manifest, with imagined turns to look at."""
    return write_report(folder, trials, effects, examples_of(record), record)


def write_report(folder: Path | str, trials: pd.DataFrame, effects: Sequence[Effect], turned: Turned,
                 manifest: Mapping) -> Path:
    """Write `report.html` and `figures/` into `folder`, and return the report's path. Sections without data are left
    out."""
    page = _Page(Path(folder), cells_of(trials), effects)
    sections = [page.targets(), page.times(), page.accuracy(), page.agents_(), page.slopes(), page.difference(),
                page.attribution(), page.individuals(), page.films(turned), page.media(turned), page.table()]
    return page.write(prose.TITLE, prose.LEAD, page.strip(), sections, manifest, prose.CAVEATS)


def _section(name: str, **content: Any) -> dict | None:
    return section(name, prose.SECTIONS[name], **content)


class _Page(CellsPage):
    """The sections of one report; each method returns a section for the template, or None without data."""

    def of(self, condition: str) -> dict[str, Cell]:
        return {agent: cell for (agent, name), cell in self.cells.items() if name == condition}

    def mine(self) -> dict[str, Cell]:
        """The main agent's, by condition."""
        return {condition: cell for (agent, condition), cell in self.cells.items() if agent == self.main}

    def strip(self) -> list[dict]:
        """The headline numbers of the main agent, as far as they are known."""
        r, error, metzler, depth, flat, deep = (self.found.get((name, self.main, condition)) for name, condition in (
            (e.HUMAN_R.format("same pairs"), "hamrick-2014"), (e.HELD_OUT.format("same pairs"), "hamrick-2014"),
            (e.HUMAN_R.format("same pairs"), "shepard-1971"), (e.DEPTH.format("same pairs"), "shepard-1971"),
            (e.ACCURACY, "hamrick-2014"),
            (e.ACCURACY_OF.format(f"pairs {AXES['vertical']}"), "shepard-1971")))
        items = [
            headline(r, number, "r with people's times, polygons (Hamrick & Griffiths)"),
            headline(error, in_seconds, "from people's means, each angle left out"),
            headline(metzler, number, "r with people's times, blocks (Shepard & Metzler)", "ACT-R {}"),
            headline(depth, number, "slope in depth as a share of that in the plane; people: alike"),
            headline(flat, in_percent, "of polygons judged rightly", "people {}"),
            headline(deep, in_percent, "of blocks turned in depth judged rightly", "best model {}"),
        ]
        return [item for item in items if item]

    def targets(self) -> dict | None:
        judged = [(target, effect) for target in TARGETS if (effect := target.of(self.found)) is not None]
        rows = [[target.what, (number(effect.measured), interval(effect)), (target.wanted, ""),
                 (prose.VERDICTS[target.met(effect)], effect.kind)] for target, effect in judged]
        return _section("targets", rows=rows, columns=rows and ("claim", "measured", "wanted", "verdict"))

    # ---- curves --------------------------------------------------------------------------------------------------

    def times(self) -> dict | None:
        panels = []
        for study in STUDIES:
            for agent, cell in self.of(study.condition).items():
                scale = seconds_of(cell, study)
                if scale and scale[0] > 0 and self._rises(agent, study):
                    curves = [*peoples(study, "seconds"), *seconds(cell, study, *scale)]
                    panels.append(self._over_angle(f"times {study.name} {agent}", f"{agent}: {study.name}", curves,
                                                   "time, s", agent))
        return _section("times", panels=panels)

    def _rises(self, agent: str, study: Study) -> bool:
        """Whether the times of same pairs surely rise about every axis of a study; without an interval, at all."""
        slopes = [self.found.get((e.SLOPE.format(f"same pairs {AXES[axis]}"), agent, study.condition))
                  for axis in study.axes]
        lows = [slope.measured if slope.low is None else slope.low for slope in slopes if slope is not None]
        return bool(lows) and min(lows) > 0

    def _over_angle(self, name: str, title: str, curves: Sequence[Curve], label: str, whose: str = "",
                    limits: tuple[float, float] | None = None) -> dict:
        figure = figures.curves(title, curves, labels=("degrees", label), places=DEGREES, whose=whose, limits=limits)
        return self.panel(name, f"{label} over degrees, {title}", figure)

    def accuracy(self) -> dict | None:
        panels = [self._over_angle(f"accuracy {study.name}", f"{self.main}: {study.name}",
                                   [*peoples(study, "accuracy"), *accuracies(cell)], "share right", self.main, SHARES)
                  for study in STUDIES if study.accuracy and (cell := self.mine().get(study.condition)) is not None]
        return _section("accuracy", panels=panels)

    def agents_(self) -> dict | None:
        """Every agent on the published design that most were given, and on a user's own."""
        shared = max(e.WHOLE, key=lambda name: len(self.of(name)))
        own = dict.fromkeys(condition for _, condition in self.cells if e.is_own(condition))
        panels = []
        for condition, same in product([*([shared] if len(self.of(shared)) > 1 else []), *own], SIDES):
            parts = {agent: part for agent, cell in self.of(condition).items() if len((part := cell.part(same)).angle)}
            ticks = [curve(agent, part, part.times, agent, not same) for agent, part in parts.items()]
            right = [curve(agent, part, part.accuracies, agent, not same) for agent, part in parts.items()]
            if parts:
                title = f"{condition}, {SIDES[same].split()[0]}"
                panels += [self._over_angle(f"agents ticks {title}", title, ticks, "time, ticks"),
                           self._over_angle(f"agents right {title}", title, right, "share right", limits=ALL_SHARES)]
        return _section("agents", panels=panels)

    def slopes(self) -> dict | None:
        slopes = {f"{condition}, {axis}": self._mine(e.SLOPE, f"same pairs {called}", condition)
                  for condition in e.WHOLE for axis, called in AXES.items()}
        counts = {f"{count} vertices": self._mine(e.VERTICES, str(count), "cooper-1975") for count in VERTICES}
        advance = {f"{told} known": self._mine(e.ADVANCED, f"same pairs {AXES['plane']}", f"cooper-1973 {told}")
                   for told in e.ADVANCE}
        panels = [self.panel(title, f"{title}: {label}", figures.forest(title, label, rows, band, self.main))
                  for title, label, found, band in (
                      ("Same pairs by design", "ticks per degree", slopes, 0.0),
                      ("By vertices, from memory", "ticks per degree", counts, 0.0),
                      ("Known ahead", "share of the slope without", advance, TENTH))
                  if (rows := [(name, effect.measured, (effect.low, effect.high))
                               for name, effect in found.items() if effect is not None])]
        blocks = {agent: found for agent in self.agents if len(found := practised(
            {condition: cell for (who, condition), cell in self.cells.items() if who == agent})) > 1}
        if blocks:
            panels.append(self.panel("practice", "Slope of same pairs by block of practice", figures.curves(
                "Practice, same pairs", [practice(agent, found) for agent, found in blocks.items()],
                labels=("block", "ticks per degree"), places=sorted(set().union(*blocks.values())))))
        return _section("slopes", panels=panels, note=panels and f"Of the {self.main} agent, but for practice.")

    def _mine(self, name: str, called: str, condition: str) -> Effect | None:
        """An effect of the main agent, its gap filled by what is `called`."""
        return self.found.get((name.format(called), self.main, condition))

    def difference(self) -> dict | None:
        panels, rows = [], []
        parts = {f"{condition}, {axis}": cell.part(1, axis) for condition, cell in self.mine().items()
                 if condition in e.WHOLE for axis in cell.axes()}
        for title, part in parts.items():
            told = [self._mine(name, part.called, part.cell.condition)
                    for name in (e.BY_ANGLE, e.BY_DIFFERENCE, e.DIFFERENCE_BIC)]
            if told[-1] is not None:
                panels.append(self.panel(f"difference {title}", f"Time against image difference, {title}",
                                         self._against_difference(title, part)))
                rows.append([title, *map(_value, told)])
        return _section("difference", panels=panels, rows=rows, columns=rows and (
            "same pairs", "r with angle, difference held", "r with difference, angle held",
            "BIC, difference less angle"), note=rows and f"Of the {self.main} agent; 95 % intervals below each value.")

    def _against_difference(self, title: str, part: Part) -> Figure:
        kinds = pd.MultiIndex.from_frame(part.cell.kinds[part.chosen])
        x, times = differences(part.cell.condition).reindex(kinds).to_numpy(), part.times[0]
        return figures.relation(self.main, x, times, title=title, spread=spread_of(part.times), note=_r(x, times),
                                labels=("difference of the pictures, ink", "time, ticks"),
                                limits=(0, 1.1 * float(np.nanmax(times))))

    def attribution(self) -> dict | None:
        mine = {ALTERED[condition]: cell for condition in ALTERED if (cell := self.mine().get(condition)) is not None}
        if len(mine) < 2:
            return None
        panels = []
        for same, pairs in SIDES.items():
            parts = {image: cell.part(same) for image, cell in mine.items()}
            curves = [curve(image, part, part.accuracies, LIKE.get(image, self.main), image in LIKE)
                      for image, part in parts.items() if len(part.angle)]
            panels += [self._over_angle(f"attribution {pairs}", pairs, curves, "share right", limits=ALL_SHARES)]
        rows = [[image, *(_value(self._mine(name, image, cell.condition)) for name in (e.ACCURACY, e.LOST, e.TIME))]
                for image, cell in mine.items()]
        return _section("attribution", panels=panels, rows=rows,
                        columns=("image", "accuracy", "as imagined less this", "ticks"),
                        note="95 % intervals below each value.")

    def individuals(self) -> dict | None:
        panels = []
        for condition in e.WHOLE[:2]:
            for agent, cell in self.of(condition).items():
                part = cell.part(1)
                slopes, right = line(part.angle, part.own)[0], cell.own_accuracy
                if agent in e.TURNERS and np.isfinite(slopes).sum() > 2:
                    title = f"{agent}, {condition}"
                    panels.append(self.panel(f"people {title}", f"Slope and accuracy of each person, {title}",
                                             figures.relation(agent, slopes, right, title=title, note=_r(slopes, right),
                                                              labels=("ticks per degree", "share right"),
                                                              limits=(float(right.min()) - .06, 1.03))))
        vivid = [(condition, *(self._mine(e.VIVID, what, condition) for what in e.VIVID_WITH))
                 for condition in self.mine() if condition in e.VIVID_GROUPS]
        rows = [[condition, *map(_value, found)] for condition, *found in vivid]
        columns = ("group", *(f"vividness and {what}: r" for what in e.VIVID_WITH)) if rows else ()
        return _section("individuals", panels=panels, rows=rows, columns=columns)

    # ---- what was imagined ---------------------------------------------------------------------------------------

    def films(self, turned: Turned) -> dict | None:
        shown = []
        for film in turned.films:
            media = ", ".join(prose.MEDIA[name] for name in film.media)
            frames = [{"image": figures.png(frame), "alt": f"after {STEP * step} degrees: true view, {media}",
                       "caption": f"{STEP * step}°"} for step, frame in enumerate(film.frames)]
            shown.append({"title": f"Turned {prose.ABOUT[film.axis]}", "frames": frames,
                          "note": f"From top to bottom: true view, {media}."})
        return _section("films", films=shown)

    def media(self, turned: Turned) -> dict | None:
        laws = {name: _over_axes(tables["laws"], ["law", "operations"]) for name, tables in turned.tables.items()
                if tables.get("laws")}
        keys = list(dict.fromkeys(key for table in laws.values() for key in table.index))
        rows = [[f"{law}, {count} operations", *((number(table["error"].get((law, count))), "")
                                                 for table in laws.values())] for law, count in keys]
        panels = []
        for which, over, what, label in (("telling", "angle", "right", "told from the mirror figure"),
                                         ("drift", "degrees", "shape", "still the figure, step by step"),
                                         ("drift", "degrees", "error", "error, step by step")):
            curves = [Curve(prose.MEDIA[name], table.index.to_numpy(float), table[what].to_numpy(float), LIKE[name])
                      for name, tables in turned.tables.items()
                      if len(table := _over_axes(tables.get(which, {}), [over]))]
            if curves:
                panels.append(self.panel(f"{which}-{what}", label, figures.curves(
                    label, curves, labels=("degrees", "error, ink" if what == "error" else "share"),
                    places=DEGREES if which == "telling" else (0, 120, 240, 360))))
        return _section("media", rows=rows, columns=rows and ("law", *(prose.MEDIA[name] for name in laws)),
                        panels=panels)

    def table(self) -> dict | None:
        return _section("effects", topics=self.topics(TOPICS, lambda topic, effect: (
            f"{effect.name} · {effect.condition}" if topic in TOLD_APART else effect.name)))


def _over_axes(tables: Mapping[str, Sequence[Mapping]], keys: list[str]) -> pd.DataFrame:
    """Means over axes of rows of the same keys, in their order."""
    rows = pd.DataFrame([row for axis in tables.values() for row in axis])
    return rows.groupby(keys if len(keys) > 1 else keys[0], sort=False).mean() if len(rows) else rows


def _value(effect: Effect | None) -> tuple[str, str]:
    return (number(effect.measured), interval(effect)) if effect else ("–", "")


def _r(x: np.ndarray, y: np.ndarray) -> str:
    r = float(line(x, y)[2])
    return f"r = {number(r)}" if np.isfinite(r) else "no relation"
