"""Figures of the benchmark of planning; an agent has the colour of the theory whose kin it is."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from experiments import figures
from experiments.figures import Curve

KIN = {"imagery": "depictive", "imagery-breadth": "piecemeal", "imagery-tree": "aphantasic", "latent": "difference",
       "propositional": "propositional", "reader": "random", "dual": "dual", "oracle": "people"}
LARGER = 4                                        # times, pictures of films


def kin(agent: str) -> str:
    return KIN.get(agent, agent)


def success(title: str, curves: Mapping[str, Sequence[Mapping[str, Any]]], label: str) -> Figure:
    """Success of each agent by size, with intervals."""
    drawn = [Curve(agent, np.array([cell["size"] for cell in cells]), np.array([cell["success"] for cell in cells]),
                   kin(agent), np.array([[cell["low"] for cell in cells], [cell["high"] for cell in cells]]))
             for agent, cells in curves.items()]
    places = sorted({cell["size"] for cells in curves.values() for cell in cells})
    ticks = places if len(places) > 1 else [places[0], places[0] + 1]
    return figures.curves(title, drawn, labels=(label, "success"), places=[int(x) if x == int(x) else x for x in ticks],
                          limits=(-.05, 1.08))


@figures.styled
def frontier(points: Sequence[Mapping[str, Any]], cost: str, label: str) -> Figure:
    """Success of each agent against a cost; a line joins those whom nobody surpasses for as little."""
    figure = Figure(figsize=(3.9, 3.6), layout="constrained")
    axes = figure.subplots()
    axes.set_xscale("symlog", linthresh=1e-3 if cost == "seconds" else 1)
    best = sorted((point for point in points if point["best"]), key=lambda point: point[cost])
    axes.plot([point[cost] for point in best], [point["success"] for point in best], color=figures.FAINT, linewidth=1.2)
    for point in points:
        whose = kin(point["agent"])
        axes.plot(point[cost], point["success"], figures.MARKERS.get(whose, "P"), color=figures.colour(whose),
                  label=point["agent"])
    axes.xaxis.set_major_formatter(lambda x, _: f"{x:g}")
    axes.legend(frameon=False, fontsize=9, loc="upper center", bbox_to_anchor=(.45, -.18), ncols=3)
    axes.set(xlabel=label, ylabel="success", ylim=(-.05, 1.08))
    return figure


def stacked(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Two pictures (H, W, 3), one under the other, on white."""
    return np.concatenate([above, np.full((2, *above.shape[1:]), 255, np.uint8), below])


def beside(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return stacked(left.swapaxes(0, 1), right.swapaxes(0, 1)).swapaxes(0, 1)


def gif(frames: Sequence[np.ndarray], milliseconds: Sequence[int]) -> bytes:
    """A film that runs for ever, of pictures (H, W, 3) shown for so long each."""
    pictures = [Image.fromarray(frame.repeat(LARGER, 0).repeat(LARGER, 1)).quantize(64) for frame in frames]
    target = io.BytesIO()
    pictures[0].save(target, "GIF", save_all=True, append_images=pictures[1:], duration=list(milliseconds), loop=0)
    return target.getvalue()
