"""A sheet of pictures: rows with names, columns under texts."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from torch import Tensor

from experiments.folders import write_whole


def sheet(rows: Mapping[str, Tensor], texts: Sequence[str], path: Path) -> None:
    """Pictures (T, 3, H, W) in [-1, 1] by name, under as many texts or none, as a PNG."""
    columns = max(map(len, rows.values()))
    figure = Figure(figsize=(1.3 * columns + 1, 1.3 * len(rows) + bool(texts)), layout="constrained")
    FigureCanvasAgg(figure)
    grid = figure.subplots(len(rows), columns, squeeze=False)
    for line, (name, pictures) in zip(grid, rows.items()):
        for axes, picture in zip(line, pictures):
            axes.imshow((picture.permute(1, 2, 0).clamp(-1, 1).numpy() + 1) / 2, interpolation="nearest")
            axes.set_xticks([])
            axes.set_yticks([])
        line[0].set_ylabel(name, rotation=0, ha="right", va="center", fontsize=8)
    for axes, text in zip(grid[0], texts):
        axes.set_title("\n".join(textwrap.wrap(text, 26)[:5]), fontsize=5)
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=110)
    write_whole(path, file.getvalue())
