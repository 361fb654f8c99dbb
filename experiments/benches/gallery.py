"""A picture of what texts say and what is imagined of them."""

from __future__ import annotations

import textwrap
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from torch import Tensor

from experiments.judging.grounding import Described


def gallery(described: list[Described], pictures: Tensor, path: Path) -> None:
    """Texts above the pictures (N, 3, H, W) imagined of them, as a PNG."""
    figure = Figure(figsize=(3.1 * len(described), 3.1), layout="tight")
    FigureCanvasAgg(figure)
    for axes, each, picture in zip(figure.subplots(1, len(described)), described, pictures):
        axes.imshow((picture.permute(1, 2, 0).numpy() + 1) / 2, interpolation="nearest")
        axes.set_axis_off()
        axes.set_title("\n".join(textwrap.wrap(each.text, 44)), fontsize=8.5, loc="left", linespacing=1.3)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110, bbox_inches="tight")
