"""Figures of the reports: small panels that a page lays side by side, or one below another on a phone.

Each panel is drawn some 340 points wide, so that its text is as large as the page's at either width. An agent keeps its
colour and its marker throughout (after Okabe & Ito 2008, darkened until small text can be read on white).
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from PIL import Image

COLOURS = {"people": "#222222", "dual": "#6a3d9a", "merged": "#707070", "depictive": "#0067a8", "piecemeal": "#007f5c",
           "aphantasic": "#a8488a", "propositional": "#c44e00", "siamese": "#6a3d9a", "difference": "#707070",
           "tacit": "#a8488a", "verbal": "#a8488a", "flat": "#707070", "random": "#957000", "oracle": "#007f5c"}
MARKERS = {"people": "o", "dual": "o", "depictive": "o", "piecemeal": "^", "aphantasic": "D", "propositional": "s",
           "siamese": "v", "difference": "P", "tacit": "D", "verbal": "D", "flat": "_", "random": "X", "oracle": "^"}
INK, FAINT = "#222222", "#b9b9b4"
STYLE = {
    "font.family": "DejaVu Sans", "font.size": 10.5, "axes.edgecolor": "#8a8a85", "axes.labelcolor": "#555550",
    "axes.spines.top": False, "axes.spines.right": False, "axes.linewidth": .8, "xtick.color": "#8a8a85",
    "ytick.color": "#8a8a85", "xtick.labelcolor": "#555550", "ytick.labelcolor": "#555550", "svg.hashsalt": "imagery",
    "figure.facecolor": "white", "text.parse_math": False,
}
styled = rc_context(STYLE)

Interval = tuple[float | None, float | None]


def colour(agent: str) -> str:
    """That of an agent, also of one in some condition: "dual, blank"."""
    return COLOURS.get(agent.split(",")[0], "#4b4b8f")


@styled
def svg(figure: Figure) -> bytes:
    """The figure as an SVG file, the same bytes for the same figure."""
    target = io.BytesIO()
    figure.savefig(target, format="svg", metadata={"Date": None})
    return target.getvalue()


def png(image: np.ndarray) -> str:
    """An image (H, W) or (H, W, 3) of uint8 as a data URI."""
    target = io.BytesIO()
    Image.fromarray(image).save(target, "PNG")
    return "data:image/png;base64," + base64.b64encode(target.getvalue()).decode()


def _panel(height: float = 3.1) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(3.9, height), layout="constrained")
    return figure, figure.subplots()


def _title(axes: Axes, text: str, tone: str, note: str = "") -> None:
    axes.set_title(text, loc="left", color=tone, fontweight="bold", fontsize=10.5)
    axes.set_title(note, loc="right", color="#555550", fontsize=10)


@styled
def relation(agent: str, distance: np.ndarray, time: np.ndarray, *, title: str = "", note: str = "",
             spread: np.ndarray | None = None, people: tuple[np.ndarray, np.ndarray] | None = None,
             labels: tuple[str, str], limits: tuple[float, float]) -> Figure:
    """Mean time of each pair (K,) against its distance with a fitted line, `spread` (2, K) as bars, people behind."""
    figure, axes = _panel()
    if people is not None:
        axes.scatter(*people, s=22, facecolor="none", edgecolor=FAINT, linewidth=1)
    if spread is not None:
        axes.vlines(distance, *spread, color=colour(agent), alpha=.35, linewidth=1.2)
    axes.scatter(distance, time, s=24, color=colour(agent), marker=MARKERS.get(agent, "P"), linewidth=1.2, zorder=3)
    seen = np.isfinite(time)
    if np.ptp(distance[seen]) > 0:
        ends = np.array([distance[seen].min(), distance[seen].max()])
        slope, start = np.polyfit(distance[seen], time[seen], 1)
        axes.plot(ends, start + slope * ends, color=colour(agent), linewidth=1.2, alpha=.8)
    axes.set(xlabel=labels[0], ylabel=labels[1], ylim=limits)
    axes.set_xlim(left=0)
    axes.locator_params(nbins=5)
    _title(axes, title or agent, colour(agent), note)
    return figure


def _apart(places: Sequence[float], gap: float) -> list[float]:
    """Places moved as little as it takes for neighbours to be `gap` apart, order kept."""
    order = np.argsort(places, kind="stable")
    moved = np.asarray(places, float)[order]
    for _ in range(100):
        overlap = gap - np.diff(moved)
        if (overlap <= 1e-6).all():
            break
        push = np.clip(overlap, 0, None) / 2
        moved[:-1] -= push
        moved[1:] += push
    return moved[np.argsort(order)].tolist()


def _label_ends(axes: Axes, ends: Sequence[tuple[float, str, str]], x: float, gap: float) -> None:
    """Direct labels (height, text, colour) at the right ends of curves, none over another."""
    for place, (_, text, tone) in zip(_apart([end[0] for end in ends], gap), ends):
        axes.text(x, place, text, color=tone, va="center", fontsize=10)


@styled
def learning(agent: str, curves: dict[str, Sequence[tuple[int, float, Interval, bool]]]) -> Figure:
    """r of time with distance by hearings: (hearings, r, interval, whether the slope is above zero) for each order."""
    figure, axes = _panel()
    axes.axhline(0, color=FAINT, linewidth=.8)
    ends = []
    for order, curve in curves.items():
        hearings, r = np.array([point[0] for point in curve]), np.array([point[1] for point in curve])
        low, high = np.array([[np.nan if end is None else end for end in point[2]] for point in curve]).T
        tone = colour(agent) if order == "good" else "#555550"
        axes.fill_between(hearings, low, high, color=tone, alpha=.14, linewidth=0)
        axes.plot(hearings, r, color=tone, linewidth=1.6, linestyle="-" if order == "good" else (0, (4, 2)))
        fill = [tone if point[3] else "white" for point in curve]
        axes.scatter(hearings, r, s=34, c=fill, edgecolor=tone, linewidth=1.3, zorder=3)
        ends.append((float(r[-1]), f"{order} order", tone))
    last = max(point[0] for curve in curves.values() for point in curve)
    bottom = min(min(filter(None, (point[1], point[2][0])), default=0) for curve in curves.values() for point in curve)
    bottom = min(bottom - .08, -.2)
    axes.set(xlabel="times the description was heard", ylabel="r of time with distance", ylim=(bottom, 1.08),
             xlim=(.7, last + 2.1), xticks=range(1, last + 1))
    _label_ends(axes, ends, last + .25, .085 * (1.08 - bottom))
    _title(axes, agent, colour(agent))
    return figure


@dataclass(frozen=True)
class Curve:
    """Points (x, y) of whose `colour` and `marker` it says, joined; `spread` (2, K) as bars. An `open` one has hollow
    marks and a broken line, and is `called` by its name at its end."""

    called: str
    x: np.ndarray
    y: np.ndarray
    whose: str
    spread: np.ndarray | None = None
    open: bool = False


@styled
def curves(title: str, drawn: Sequence[Curve], *, labels: tuple[str, str], places: Sequence[float], whose: str = "",
           note: str = "", limits: tuple[float, float] | None = None) -> Figure:
    """Several curves over the same `places` of x, each called by its name at its right end."""
    figure, axes = _panel()
    ends = []
    for curve in drawn:
        tone, dashes = colour(curve.whose), (0, (4, 2)) if curve.open else "-"
        if curve.spread is not None:
            axes.vlines(curve.x, *curve.spread, color=tone, alpha=.35, linewidth=1.2)
        axes.plot(curve.x, curve.y, color=tone, linewidth=1.4, linestyle=dashes, marker=MARKERS.get(curve.whose, "P"),
                  markersize=5, markerfacecolor="white" if curve.open else tone, markeredgewidth=1.1)
        seen = curve.y[np.isfinite(curve.y)]
        ends += [(float(seen[-1]), curve.called, tone)] if len(seen) else []
    low, high = limits or _limits([value for curve in drawn for value in (curve.y, curve.spread)])
    span, width = high - low, places[-1] - places[0]
    axes.set(xlim=(places[0] - .04 * width, places[-1] + .5 * width), xticks=places, ylim=(low, high),
             xlabel=labels[0], ylabel=labels[1])
    axes.spines["bottom"].set_bounds(places[0] - .04 * width, places[-1] + .04 * width)
    last = max((float(curve.x[-1]) for curve in drawn if len(curve.x)), default=places[-1])
    _label_ends(axes, ends, last + .06 * width, .075 * span)
    _title(axes, title, colour(whose) if whose else INK, note)
    return figure


def _limits(values: Sequence[np.ndarray | None]) -> tuple[float, float]:
    """A little beyond all values that are known."""
    every = np.concatenate([np.ravel(each) for each in values if each is not None] or [np.zeros(0)])
    every = every[np.isfinite(every)] if np.isfinite(every).any() else np.array([0.0, 1.0])
    margin = .07 * max(float(np.ptp(every)), 1e-3)
    return float(every.min()) - margin, float(every.max()) + margin


@styled
def sizes(curves: dict[str, Sequence[tuple[str, float, Interval]]]) -> Figure:
    """Mean time at each size of the image, as a multiple of the time at the first, for each agent."""
    figure, axes = _panel()
    names = max(curves.values(), key=len)
    ends, heights = [], []
    for agent, curve in curves.items():
        x, base = np.arange(len(curve)), curve[0][1]
        time = np.array([point[1] for point in curve]) / base
        axes.plot(x, time, color=colour(agent), marker=MARKERS.get(agent, "P"), markersize=6, linewidth=1.5)
        for place, (_, _, (low, high)) in zip(x, curve):
            if low is not None:
                axes.vlines(place, low / base, high / base, color=colour(agent), linewidth=3, alpha=.3)
        ends.append((float(time[-1]), agent, colour(agent)))
        heights += time.tolist()
    span = max(max(heights) - min(heights), .1)
    axes.set(xlim=(-.2, len(names) + .15), xticks=range(len(names)), xticklabels=[point[0] for point in names],
             xlabel="size of the image", ylabel=f"time, as a multiple of {names[0][0]}",
             ylim=(min(heights) - .25 * span, max(heights) + .25 * span))
    axes.spines["bottom"].set_bounds(-.2, len(names) - .8)
    _label_ends(axes, ends, len(names) - .85, .1 * span)
    _title(axes, "Size", INK)
    return figure


@styled
def forest(title: str, label: str, rows: Sequence[tuple[str, float, Interval]], band: float = 0.0,
           whose: str = "") -> Figure:
    """One value with its interval for each agent, or several of the agent `whose` they are, beside zero; `band` shades
    what counts as nothing."""
    figure, axes = _panel(max(1.4 + .28 * len(rows), 2.0))
    if band:
        axes.axvspan(-band, band, color="#eeeee9", linewidth=0)
    axes.axvline(0, color="#8a8a85", linewidth=.8)
    for place, (name, value, (low, high)) in enumerate(rows):
        agent = whose or name
        if low is not None:
            axes.hlines(place, low, high, color=colour(agent), linewidth=2.2)
        axes.plot(value, place, color=colour(agent), marker=MARKERS.get(agent, "P"), markersize=7)
    axes.set(yticks=range(len(rows)), yticklabels=[row[0] for row in rows], xlabel=label, ylim=(len(rows) - .5, -.5))
    for text, row in zip(axes.get_yticklabels(), rows):
        text.set_color(colour(whose or row[0]))
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.margins(x=.12)
    _title(axes, title, INK)
    return figure


@styled
def rates(title: str, names: Sequence[str], columns: dict[str, Sequence[float]]) -> Figure:
    """Shares, one row for each name, each agent's marker in it; rows from the largest of the first column on."""
    figure, axes = _panel(1.2 + .3 * len(names))
    order = np.argsort(-np.asarray(next(iter(columns.values()))), kind="stable")
    for place, index in enumerate(order):
        axes.axhline(place, color="#eeeee9", linewidth=1, zorder=0)
        for agent, values in columns.items():
            axes.plot(values[index], place, color=colour(agent), marker=MARKERS.get(agent, "P"), markersize=6,
                      linestyle="", label=agent if not place else None, alpha=.9)
    axes.set(yticks=range(len(names)), yticklabels=[names[index] for index in order], xlim=(-.04, 1.04),
             ylim=(len(names) - .5, -.5), xlabel="share who name it")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.legend(frameon=False, fontsize=9, loc="upper center", bbox_to_anchor=(.4, -.12 - .6 / len(names)), ncols=3)
    _title(axes, title, INK)
    return figure


@styled
def picture(pixels: np.ndarray, title: str, path: Sequence[tuple[float, float]] = (), source: str = "",
            target: str = "") -> Figure:
    """An image (H, W, 3) of uint8, its pixels crisp, and the fixations (x, y) of a scan path, in map widths."""
    figure = Figure(figsize=(2.3, 2.54))
    axes = figure.add_axes((.01, .01, .98, .9))
    enlarged = np.asarray(pixels).repeat(6, 0).repeat(6, 1)
    axes.imshow(enlarged, extent=(0, 1, 1, 0), interpolation="none")
    axes.set(xlim=(0, 1), ylim=(1, 0), xticks=(), yticks=())
    axes.spines[:].set_visible(False)
    axes.set_title(title, loc="left", fontsize=9.5, color="#555550", pad=4)
    if len(path):
        _draw_path(axes, np.asarray(path, float), source, target)
    return figure


def _draw_path(axes: Axes, path: np.ndarray, source: str, target: str) -> None:
    halo = [withStroke(linewidth=3, foreground="white")]
    axes.plot(*path.T, color=INK, linewidth=1.4, path_effects=halo)
    numbered = len(path) <= 9
    for number, (x, y) in enumerate(path, 1):
        ends = number in (1, len(path))
        size = 12 if ends else 10 if numbered else 5
        axes.plot(x, y, "o", markersize=size, color=INK if ends else "white", markeredgecolor=INK, markeredgewidth=.8)
        if ends or numbered:
            axes.text(x, y, str(number), color="white" if ends else INK, fontsize=8 if ends else 7.5, ha="center",
                      va="center_baseline")
    for (x, y), other, text in ((path[0], path[-1], source), (path[-1], path[0], target)):
        below = y > other[1] if .12 < y < .88 else y < .5  # away from the other end, but on the map
        axes.text(np.clip(x, .17, .83), y + (.065 if below else -.065), text, ha="center",
                  va="top" if below else "bottom", fontsize=9.5, fontweight="bold", color=INK, path_effects=halo)
