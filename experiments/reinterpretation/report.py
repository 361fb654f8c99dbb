"""The report of the reinterpretation experiment: who names what, and what went through one mind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from envs.stimuli.constructions import Item, vocabulary
from experiments import figures
from experiments.page import Page, headline, in_percent, number, section
from experiments.reinterpretation import prose
from experiments.reinterpretation.analysis import ATTRIBUTION, NAMED, PEOPLE_R, TARGETS, missed, rates
from experiments.reinterpretation.examples import Film, films
from experiments.reinterpretation.experiment import items_of
from experiments.statistics import Effect

TOPICS = {"From words": lambda effect: effect.condition == "imagery",
          "Attribution": lambda effect: True}
MOST_FILMS = 24


def report(folder: Path, trials: pd.DataFrame, effects: Sequence[Effect], record: Mapping) -> Path:
    """The report of a run with that manifest, with trains of thought to look at."""
    items = items_of(record["configuration"].get("items"))
    shown = films(items[:MOST_FILMS], record["seed"]) if "dual" in record["configuration"]["agents"] else []
    return write_report(folder, trials, effects, items, shown, record)


def write_report(folder: Path, trials: pd.DataFrame, effects: Sequence[Effect], items: Sequence[Item],
                 shown: Sequence[Film], manifest: Mapping) -> Path:
    """Write `report.html` and `figures/` into `folder`, and return the report's path. Sections without data are left
    out."""
    page = _Page(Path(folder), trials, effects, items)
    sections = [page.naming(), page.items_(), page.films(shown), page.attribution(), page.table()]
    return page.write(prose.TITLE, prose.LEAD, page.strip(), sections, manifest, prose.CAVEATS)


class _Page(Page):
    """The sections of one report; each method returns a section for the template, or None without data."""

    def __init__(self, folder: Path, trials: pd.DataFrame, effects: Sequence[Effect], items: Sequence[Item]):
        super().__init__(folder, effects)
        self.trials, self.items = trials, items
        self.agents = list(dict.fromkeys(effect.agent for effect in self.effects))
        self.main = "dual" if "dual" in self.agents else self.agents[0]

    def strip(self) -> list[dict]:
        """The headline numbers of the main agent, as far as they are known."""
        named, targets, r = (self.found.get((name, self.main, "imagery")) for name in (NAMED, TARGETS, PEOPLE_R))
        rivals = [effect for effect in self.effects if effect.name == NAMED and effect.condition == "imagery"
                  and effect.agent != self.main and effect.measured is not None]
        best = max(rivals, key=lambda effect: effect.measured, default=None)
        items = [headline(named, in_percent, "named in three answers"),
                 headline(targets, number, f"targets of {len(self.items)} that half or more name"),
                 headline(best, in_percent, "named by the best other theory"),
                 headline(r, number, "r with people's naming rates"),
                 {"value": in_percent(3 / len(vocabulary())), "label": f"chance, of {len(vocabulary())} names",
                  "note": "three answers"}]
        return [item for item in items if item]

    def naming(self) -> dict | None:
        return _section("naming", panels=[self._forest("naming", "named in three answers", [
            effect for effect in self.effects if effect.name == NAMED and effect.condition == "imagery"],
            lambda effect: effect.agent)])

    def items_(self) -> dict | None:
        names = [item.target if len({each.target for each in self.items}) == len(self.items) else item.name
                 for item in self.items]
        columns: dict[str, list[float]] = {}
        if all(item.named is not None for item in self.items):
            columns["people"] = [float(item.named) for item in self.items]
        for agent in self.agents:
            found = rates(self.trials, agent, "imagery")
            columns[agent] = [found.get(item.name, np.nan) for item in self.items]
        return _section("items", panels=[self.panel("items", "Naming rates by construction",
                                                    figures.rates("by construction", names, columns))])

    def films(self, shown: Sequence[Film]) -> dict | None:
        def film(each: Film) -> dict:
            captions = (*each.item.instructions, f"looked at, after {each.ticks} ticks")
            frames = [{"image": figures.png(image), "alt": caption, "caption": caption}
                      for image, caption in zip(each.images, captions)]
            hit = next((name for name in each.names[:3] if name in each.item.accepted), None)
            return {"title": each.item.target + ("" if hit is None else " \N{CHECK MARK}"), "frames": frames,
                    "note": f"Seen as: {', '.join(each.names)}."}

        return _section("films", films=[film(each) for each in shown])

    def attribution(self) -> dict | None:
        chosen = [effect for effect in self.effects if effect.name == NAMED
                  and (effect.condition in ATTRIBUTION or (effect.agent, effect.condition) in
                       {("dual", "imagery"), ("propositional", "imagery")})]
        if not any(effect.condition in ATTRIBUTION for effect in chosen):
            return None
        panel = self._forest("attribution", "named in three answers", chosen,
                             lambda effect: f"{effect.agent}, {effect.condition.replace('_', ' ')}")
        lost = {where: targets for where, targets in missed(self.trials, self.items).items() if targets}
        note = "; ".join(f"lost in {where}: {', '.join(targets)}" for where, targets in lost.items())
        return _section("attribution", panels=[panel], note=note and note[0].upper() + note[1:] + ".")

    def table(self) -> dict | None:
        return _section("effects", topics=self.topics(TOPICS, lambda topic, effect: (
            effect.name if topic == "From words" else f"{effect.name} \u00b7 {effect.condition.replace('_', ' ')}")))

    def _forest(self, name: str, label: str, effects: Sequence[Effect], called: Any) -> dict:
        rows = [(called(effect), effect.measured, (effect.low, effect.high)) for effect in effects
                if effect.measured is not None]
        return self.panel(name, label, figures.forest("", label, rows))


def _section(name: str, **content: Any) -> dict | None:
    return section(name, prose.SECTIONS[name], **content)
