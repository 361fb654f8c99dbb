"""The report of the scanning experiment: one HTML file that opens offline, and its figures."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from jinja2 import Environment, FileSystemLoader
from matplotlib.figure import Figure

from experiments import figures
from experiments.pairs import Cell, cells_of
from experiments.scanning_analysis import seconds_of
from experiments.scanning_effects import (ACCURACY, ACT_R, BIC, BIC_ABOVE, BY_DISTANCE, BY_LINKS, EMERGES,
                                          FITTED_INTERCEPT, FITTED_SLOPE, HEARINGS, HELD_OUT, HUMAN_R, LINKS_BIC, MAP_CM,
                                          MEAN_TIME, MS_PER_TICK, OFFSET, ORDERS, PER_LANDMARK, R, RATIO, RMSD, SIZES,
                                          SLOPE, people)
from experiments.statistics import Effect, line

TITLE = "Do people scan mental images?"
LEAD = (
    "Asked to picture an island and to look from the hut to the tree, people take longer the further apart the two are, "
    "as if they moved across a picture. Kosslyn says that they do: imagery is depictive, and scanning crosses space. "
    "Pylyshyn says that they need not: what is known of an island is a web of propositions, and time follows its links, or "
    "what people believe that looking would take.",
    "Here both theories are programs. Each agent sees or hears what people saw or heard, forms its images or its "
    "propositions, and answers the same probes; the experiment counts the ticks it takes.",
)
CONDITIONS = {"half": "half size", "full": "full size", "overflow": "overflowing"}
ATTRIBUTION = {"scan": "as imagined", "scan_perfect": "perfect image", "scan_shuffled": "another's image",
               "scan_blank": "blank image", "scan_saccade": "shifts unbounded"}
FIT = (MS_PER_TICK, OFFSET, FITTED_SLOPE, FITTED_INTERCEPT, HUMAN_R, RMSD, HELD_OUT, BIC, BIC_ABOVE)
LINKS = (BY_DISTANCE, BY_LINKS, LINKS_BIC)
TOPICS: dict[str, Callable[[Effect], bool]] = {  # an effect belongs to the first topic that claims it
    "Fit to people's times": lambda effect: effect.condition == "scan" and effect.name in FIT,
    "Distance or links": lambda effect: effect.condition == "scan" and effect.name in LINKS,
    "Scanning a seen map (Exp. 2)": lambda effect: effect.condition == "scan",
    "Answering without scanning (Exp. 3)": lambda effect: effect.condition == "no_scan",
    "Size of the image (Exp. 4)": lambda effect: effect.condition in SIZES,
    "Landmarks on the way (Exp. 1)": lambda effect: effect.condition == "intervening",
    "Described islands": lambda effect: effect.condition.startswith("described"),
    "Your own island": lambda effect: effect.condition == "own",
    "Attribution and ablation": lambda effect: effect.condition in ATTRIBUTION,
    "Other conditions": lambda effect: True,
}
ORDER_OF_TOPICS = ("Scanning a seen map (Exp. 2)", *(topic for topic in TOPICS if topic != "Scanning a seen map (Exp. 2)"))
CAVEATS = (
    "People's 21 mean times are secondary: read off the published figure by Peebles (2019). The published correlation "
    "recomputes from them to three digits.",
    "The map's layout is our reconstruction from the published distances alone, so agents' pairs are matched to people's "
    "by the rank of their distance.",
    "Ticks become seconds by two parameters fitted to the very means they are compared with; the error with each pair "
    "left out is the fairer one. A tick may not take negative time, so an agent that is faster where people are slower "
    "fits as badly as a constant.",
    "That time rises with distance was built in to agents whose attention moves a bounded step at a time. That it rises "
    "linearly, with this precision, on images a model made up, was not. Each effect says which it is.",
    "Positions on the described island are quoted from memory by the literature and unverified; its human result is "
    "known to us in words only.",
    "Overflowing images count as twice the full size in the slope on size; people gave no number.",
    "Intervals are over simulated participants, who share one set of trained weights. They do not cover retraining.",
)


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
    environment = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True,
                              trim_blocks=True)
    html = environment.get_template("report.html").render(
        title=TITLE, lead=LEAD, strip=page.strip(), sections=[section for section in sections if section],
        manifest=manifest, caveats=CAVEATS)
    return _write(folder / "report.html", html.encode())


def _write(path: Path, content: bytes) -> Path:
    """Write a whole file or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    os.replace(part, path)
    return path


def number(value: float | None) -> str:
    """Three digits or so, a true minus, and a dash for what is not known."""
    if value is None:
        return "–"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 2 else 3
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text.replace("-", "−")


def interval(effect: Effect) -> str:
    return "" if effect.low is None else f"{number(effect.low)} to {number(effect.high)}"


def _note(effect: Effect | None) -> str:
    """r as a figure's corner states it."""
    return "no relation" if effect is None or effect.measured is None else f"r = {number(effect.measured)}"


class _Page:
    """The sections of one report; each method returns a section for the template, or None without data."""

    def __init__(self, folder: Path, cells: dict[tuple[str, str], Cell], effects: Sequence[Effect]):
        self.folder, self.cells, self.effects = folder, cells, effects
        self.found = {(effect.name, effect.agent, effect.condition): effect for effect in effects}
        self.agents = list(dict.fromkeys(agent for agent, _ in cells))
        self.main = "depictive" if "depictive" in self.agents else next(iter(self.agents), "")

    def of(self, condition: str) -> dict[str, Cell]:
        """Agents that have times in a condition."""
        return {agent: cell for (agent, name), cell in self.cells.items() if name == condition and cell.timed.any()}

    def draw(self, name: str, figure: Figure) -> str:
        """Save a figure, and return it as a data URI."""
        content = figures.svg(figure)
        _write(self.folder / "figures" / f"{re.sub(r'[^a-z0-9]+', '-', name.lower())}.svg", content)
        return "data:image/svg+xml;base64," + base64.b64encode(content).decode()

    def panel(self, name: str, alt: str, figure: Figure) -> dict:
        return {"data": self.draw(name, figure), "alt": alt}

    def strip(self) -> list[dict]:
        """The headline numbers, of the main agent first."""
        shown = [(R, "scan", "time follows distance: r", "people {}"), (HELD_OUT, "scan", "s from people, each pair left out",
                                                                      "ACT-R {}"),
                 (RATIO, "no_scan", "of the slope is left without scanning", "")]
        items = [self._headline(*what) for what in shown]
        accuracy = self.found.get((ACCURACY, self.main, "scan"))
        if accuracy:
            items.append({"value": f"{100 * accuracy.measured:.1f} %", "label": "of probes answered rightly",
                          "note": self.main})
        rivals = [effect for effect in self.effects if effect.name == BIC_ABOVE and effect.agent in ("propositional", "tacit")]
        if rivals:
            best = min(rivals, key=lambda effect: effect.measured)
            items.append({"value": f"{'+' if best.measured > 0 else ''}{number(best.measured)}",
                          "label": f"BIC of the better rival, {best.agent}", "note": "above the depictive's; 10 is decisive"})
        emerges = {effect.condition.split("_")[1]: int(effect.measured) for effect in self.effects
                   if effect.name == EMERGES and effect.agent == self.main}
        if emerges:
            items.append({"value": " · ".join(str(emerges.get(order, "–")) for order in ORDERS),
                          "label": "hearings until time follows distance, good · random order",
                          "note": f"{self.main}; people, random order: 4 to 6"})
        return [item for item in items if item]

    def _headline(self, name: str, condition: str, label: str, published: str) -> dict | None:
        effect = self.found.get((name, self.main, condition))
        if effect is None or effect.measured is None:
            return None
        notes = [self.main, interval(effect), published.format(number(effect.published)) if published else ""]
        return {"value": number(effect.measured), "label": label, "note": "; ".join(note for note in notes if note)}

    def relations(self, panels: Iterable[tuple[str, Cell]]) -> list[dict]:
        """Time in ticks against distance in map widths, one panel for each titled cell, on one scale."""
        panels = list(panels)
        top = 1.08 * max(np.nanmax(cell.means) for _, cell in panels)
        return [self.panel(f"{cell.condition}-{cell.agent}", f"Time against distance, {title}", figures.relation(
            cell.agent, cell.of_pairs("distance"), cell.means, title=title, spread=_spread(cell),
            note=_note(self.found.get((R, cell.agent, cell.condition))),
            labels=("distance, map widths", "time, ticks"), limits=(0, top))) for title, cell in panels]

    def scanning(self) -> dict | None:
        scans = self.of("scan")
        if not scans:
            return None
        scales = {agent: seconds_of(cell) for agent, cell in scans.items()}
        if None in scales.values():
            text, panels = "Mean time of each pair of landmarks against the distance between them, in ticks.", \
                self.relations(scans.items())
        else:
            text = ("Mean time of each of the 21 pairs of landmarks against the distance between them: people, and each agent "
                    "with its ticks turned into seconds by two parameters. People's times lie behind each agent's as "
                    "open circles; bars are 95 % intervals over participants.")
            panels = self.in_seconds(scans, scales)
        return {"id": "scanning", "title": "Time against distance", "text": text, "panels": panels}

    def in_seconds(self, scans: dict[str, Cell], scales: dict[str, tuple[float, float]]) -> list[dict]:
        cm, seconds = people()
        times = {agent: start + scale * scans[agent].means for agent, (scale, start) in scales.items()}
        bottom, top = (pick([seconds, *times.values()]) for pick in (_lowest, _highest))
        style = {"labels": ("distance, cm", "time, s"), "limits": (bottom - .08, top + .08)}
        human = figures.relation("people", cm, seconds, note=f"r = {number(float(line(cm, seconds)[2]))}", **style)
        panels = [self.panel("scan-people", "People's time against distance", human)]
        for agent, cell in scans.items():
            scale, start = scales[agent]
            spread = _spread(cell)
            figure = figures.relation(agent, MAP_CM * cell.of_pairs("distance"), times[agent], people=(cm, seconds),
                                      spread=None if spread is None else start + scale * spread,
                                      note=_note(self.found.get((R, agent, "scan"))), **style)
            panels.append(self.panel(f"scan-{agent}", f"Time against distance, {agent}", figure))
        return panels

    def examples(self, examples: Sequence[Mapping]) -> dict | None:
        if not examples:
            return None
        shown = []
        for place, example in enumerate(examples):
            stimulus = figures.picture(example["stimulus"], "what was there")
            image = figures.picture(example["image"], "what was imagined", example["path"], example["source"],
                                    example["target"])
            shown.append({
                "stimulus": self.draw(f"example-{place}-stimulus", stimulus),
                "image": self.draw(f"example-{place}-image", image),
                "caption": f"{example['title']}: {example['source']} to {example['target']}, {example['ticks']} ticks"})
        return {"id": "images", "title": "Mental images and scan paths", "examples": shown, "text":
                "Beside each stimulus, what the model made of it, at the size it was imagined. Attention goes along the "
                "numbered fixations from one landmark to the other."}

    def learning(self) -> dict | None:
        curves = {agent: {order: curve for order in ORDERS if (curve := self._curve(agent, order))}
                  for agent in self.agents}
        panels = [self.panel(f"learning-{agent}", f"Learning curves, {agent}", figures.learning(agent, curve))
                  for agent, curve in curves.items() if curve]
        return panels and {
            "id": "learning", "title": "Islands known from words", "panels": panels, "text":
            "A description heard again and again, in good order along the coast or in random order. The correlation of time "
            "with distance rises as memory becomes precise; filled points mark a slope whose 95 % interval lies above zero. "
            "People who heard a random order showed no relation after three hearings and one after six (Denis & Cocude 1992)."}

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
                "Without scanning", "slope, as a share of the slope with scanning", rows, band=.1)))
        if rows := self.rows(PER_LANDMARK, "intervening"):
            panels.append(self.panel("intervening", "Cost of a landmark on the way", figures.forest(
                "Landmarks on the way", "ticks for each, distance held", rows)))
        curves = {agent: [(CONDITIONS[size], effect.measured, (effect.low, effect.high)) for size in SIZES
                          if (effect := self.found.get((MEAN_TIME, agent, size)))] for agent in self.agents}
        curves = {agent: curve for agent, curve in curves.items() if len(curve) > 1}
        if curves:
            panels.append(self.panel("size", "Time against size of the image", figures.sizes(curves)))
        return panels and {
            "id": "controls", "title": "What should change the times, and what should not", "panels": panels, "text":
            "Told to answer from the image as soon as they know, people's times no longer follow distance (the shaded band is "
            "a tenth of the scanning slope either way; agents without a scanning slope are left out). Larger images take longer "
            "to scan. Landmarks on the way may cost time of their own."}

    def attribution(self) -> dict | None:
        cells = [(agent, condition) for agent in self.agents for condition in ATTRIBUTION
                 if (agent, condition) in self.cells]
        altered = {agent for agent, condition in cells if condition != "scan"}
        cells = [cell for cell in cells if cell[0] in altered]
        if not cells:
            return None
        names = {key: ATTRIBUTION[key[1]] if len(altered) == 1 else f"{key[0]}, {ATTRIBUTION[key[1]]}" for key in cells}
        panels = self.relations((names[key], self.cells[key]) for key in cells if self.cells[key].timed.any())
        rows = [[names[key], *(text for name in (R, SLOPE, ACCURACY) for text in self._value(name, *key))] for key in cells]
        return {"id": "attribution", "title": "Is it the image that does it?", "panels": panels, "rows": rows,
                "columns": ("image", "r", "95 %", "slope", "95 %", "accuracy", "95 %"), "text":
                "The same trials with the mental image replaced: by the map itself, by an image of another island, by nothing. What "
                "a perfect image repairs was lost in imagining; what a blank one spares never needed the image. In the ablation "
                "attention may move any distance in one shift.",
                "note": "Slopes in ticks per map width."}

    def _value(self, name: str, agent: str, condition: str) -> tuple[str, str]:
        effect = self.found.get((name, agent, condition))
        return (number(effect.measured), interval(effect)) if effect else ("–", "")

    def own(self) -> dict | None:
        cells = self.of("own")
        return cells and {"id": "own", "title": "Your own island", "panels": self.relations(cells.items()), "text":
                          "Mean time of each pair of landmarks against the distance between them, in ticks; bars are 95 % "
                          "intervals over participants."}

    def table(self) -> dict | None:
        topics: dict[str, dict] = {topic: {} for topic in ORDER_OF_TOPICS}
        for effect in self.effects:
            topic = next(name for name, claims in TOPICS.items() if claims(effect))
            several = topic not in ("Your own island",) and effect.condition not in ("scan", "no_scan", "intervening")
            name = f"{effect.name} · {_condition(effect.condition)}" if several else effect.name
            topics[topic].setdefault(name, []).append(effect)
        shown = [{"title": topic, "effects": [{"name": name, "source": group[0].source, "rows": [_row(e) for e in group]}
                                              for name, group in groups.items()]} for topic, groups in topics.items() if groups]
        return shown and {"id": "effects", "title": "All effects", "topics": shown, "text":
                          "Published and measured values with 95 % intervals over participants. An effect is built in when the "
                          "agent was made to show it, and emergent when nothing in the agent was."}


def _condition(name: str) -> str:
    if match := re.fullmatch(r"described_(\w+)_(\d+)", name):
        return f"{match[1]} order, hearing {match[2]}"
    return CONDITIONS.get(name) or ATTRIBUTION.get(name) or name


def _row(effect: Effect) -> dict:
    return {"agent": effect.agent, "colour": figures.colour(effect.agent), "kind": effect.kind,
            "published": "" if effect.published is None else number(effect.published),
            "measured": number(effect.measured), "interval": interval(effect)}


def _spread(cell: Cell) -> np.ndarray | None:
    """95 % interval of each pair's mean time (2, K), in ticks."""
    if cell.resampled is None:
        return None
    middle = np.where(np.isfinite(cell.resampled), cell.resampled, cell.means)
    return np.percentile(middle, (2.5, 97.5), axis=0)


def _lowest(arrays: Iterable[np.ndarray]) -> float:
    return min(np.nanmin(array) for array in arrays)


def _highest(arrays: Iterable[np.ndarray]) -> float:
    return max(np.nanmax(array) for array in arrays)
