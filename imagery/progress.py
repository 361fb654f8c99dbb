"""A progress bar on standard error; a plain line now and then where that is not a terminal."""

import sys
import time
from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

PLAIN_EVERY = 30.0  # seconds


def _line(log: dict) -> str:
    return f"loss {log['loss']:.4g}  {log['samples_per_s']:.0f} samples/s  {log['minutes_left']:.1f} min left"


def progress(logs: Iterable[dict], total: int) -> Iterator[dict]:
    """Pass the logs of `fit` through, showing how far it is, how fast, and how long it will take."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield from _plain(logs, total)
        return
    columns = TextColumn("training"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[line]}")
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("training", total=total, line="")
        for log in logs:
            bar.update(task, completed=log["step"], line=_line(log))
            yield log


def _plain(logs: Iterable[dict], total: int) -> Iterator[dict]:
    shown = -PLAIN_EVERY
    for log in logs:
        if time.monotonic() - shown > PLAIN_EVERY or log["step"] == total:
            print(f"step {log['step']}/{total}  {_line(log)}", file=sys.stderr, flush=True)
            shown = time.monotonic()
        yield log
