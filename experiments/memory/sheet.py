"""Pictures of what memories recall."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure
from torch import Tensor

from experiments.figures import styled


@styled
def sheet(rows: dict[str, Tensor], titles: Sequence[str] = ()) -> Figure:
    """Rows of pictures (N, 3, H, W) in [-1, 1], each row with its name at the left, with titles above the columns."""
    columns = max(map(len, rows.values()))
    figure = Figure(figsize=(1.3 * columns + 1.2, 1.4 * len(rows)), layout="constrained")
    grid = figure.subplots(len(rows), columns, squeeze=False)
    for axes, (name, pictures) in zip(grid, rows.items()):
        for each in axes:
            each.set_axis_off()
        for each, picture in zip(axes, pictures):
            each.imshow(((picture.clamp(-1, 1) + 1) / 2).permute(1, 2, 0).numpy(), interpolation="nearest")
        axes[0].text(-.08, .5, name, transform=axes[0].transAxes, ha="right", va="center", fontsize=9)
    for axes, title in zip(grid[0], titles):
        axes.set_title(title, fontsize=9)
    return figure
