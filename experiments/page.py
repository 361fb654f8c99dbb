"""What the reports have in common: one HTML file that opens offline, its numbers, figures, sections and table."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from matplotlib.figure import Figure

from experiments import figures
from experiments.folders import write_whole
from experiments.statistics import Effect

Claims = Mapping[str, Callable[[Effect], bool]]   # topics in order; an effect belongs to the first that claims it


class Page:
    """A report in the making: its `folder`, and the effects to report, those of an agent together."""

    def __init__(self, folder: Path, effects: Sequence[Effect]):
        self.folder = folder
        self.effects = sorted(effects, key=lambda effect: rank(effect.agent))
        self.found = {(effect.name, effect.agent, effect.condition): effect for effect in effects}

    def draw(self, name: str, figure: Figure) -> str:
        """Save a figure, and return it as a data URI."""
        content = figures.svg(figure)
        write_whole(self.folder / "figures" / f"{re.sub(r'[^a-z0-9]+', '-', name.lower())}.svg", content)
        return "data:image/svg+xml;base64," + base64.b64encode(content).decode()

    def panel(self, name: str, alt: str, figure: Figure) -> dict:
        return {"data": self.draw(name, figure), "alt": alt}

    def topics(self, claims: Claims, called: Callable[[str, Effect], str]) -> list[dict]:
        """All effects by topic; within a topic, agents one below another for each effect as it is `called`."""
        topics: dict[str, dict] = {topic: {} for topic in claims}
        for effect in self.effects:
            topic = next(name for name, claim in claims.items() if claim(effect))
            topics[topic].setdefault((called(topic, effect), effect.source), []).append(effect)
        return [{"title": topic, "effects": [{"name": name, "source": source, "rows": [_row(e) for e in group]}
                                             for (name, source), group in groups.items()]}
                for topic, groups in topics.items() if groups]

    def write(self, title: str, lead: Sequence[str], strip: Sequence[dict], sections: Sequence[dict | None],
              manifest: Mapping, caveats: Sequence[str]) -> Path:
        """Write report.html, and return its path. Sections that are None are left out."""
        environment = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True,
                                  trim_blocks=True)
        html = environment.get_template("report.html").render(
            title=title, lead=lead, strip=strip, sections=[section for section in sections if section],
            manifest={key: _printed(value) for key, value in manifest.items()}, caveats=caveats)
        write_whole(self.folder / "report.html", html.encode())
        return self.folder / "report.html"


class CellsPage(Page):
    """A report on the `cells` of trials that an agent and a condition make, the `main` agent's above all."""

    def __init__(self, folder: Path, cells: Mapping[tuple[str, str], Any], effects: Sequence[Effect]):
        super().__init__(folder, effects)
        self.cells = dict(sorted(cells.items(), key=lambda item: rank(item[0][0])))
        self.agents = list(dict.fromkeys(agent for agent, _ in self.cells))
        self.main = "depictive" if "depictive" in self.agents else next(iter(self.agents), "")


def section(name: str, words: tuple[str, str], **content) -> dict | None:
    """A section with its title and text, or None if there is nothing to show."""
    title, text = words
    return {"id": name, "title": title, "text": text, **content} if any(content.values()) else None


def number(value: float | None, like: float | None = None) -> str:
    """Three digits or so, as many as suit `like`; a true minus, and a dash for what is not known."""
    if value is None:
        return "–"
    size = abs(value if like is None else like)
    text = f"{value:.{0 if size >= 100 else 1 if size >= 10 else 2 if size > 1.0005 else 3}f}"
    return text.lstrip("-") if float(text) == 0 else text.replace("-", "−")


def interval(effect: Effect) -> str:
    if effect.low is None:
        return ""
    return f"{number(effect.low, effect.measured)} to {number(effect.high, effect.measured)}"


def in_percent(value: float) -> str:
    return f"{number(100 * value, 10)}\N{NO-BREAK SPACE}%"


def in_seconds(value: float) -> str:
    return f"{number(value)}\N{NO-BREAK SPACE}s"


def headline(effect: Effect | None, printed: Callable, label: str, published: str = "") -> dict | None:
    if effect is None or effect.measured is None:
        return None
    span = "" if effect.low is None else f"{printed(effect.low)} to {printed(effect.high)}"
    beside = published.format(number(effect.published)) if published and effect.published is not None else ""
    return {"value": printed(effect.measured), "label": label,
            "note": "; ".join(note for note in (effect.agent, span, beside) if note)}


def rank(agent: str) -> int:
    """Agents in the order in which their colours are listed, strangers last."""
    known = list(figures.COLOURS)
    return known.index(agent) if agent in known else len(known)


def _row(effect: Effect) -> dict:
    return {"agent": effect.agent, "colour": figures.colour(effect.agent), "kind": effect.kind,
            "published": "" if effect.published is None else number(effect.published),
            "measured": number(effect.measured), "interval": interval(effect)}


def _printed(value: object) -> object:
    """Text as it is, a mapping entry by entry, all else as JSON."""
    if isinstance(value, Mapping):
        return {key: entry if isinstance(entry, str) else json.dumps(entry, ensure_ascii=False, default=str)
                for key, entry in value.items()}
    return value
