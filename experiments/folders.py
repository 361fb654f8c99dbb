"""Output folders that are whole or not there: written beside their place and moved in one step."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole(out: Path, mark: str) -> Iterator[Path]:
    """A folder to write in, which becomes `out` if all goes well and vanishes otherwise.

    `out` may be absent, empty, or an earlier result of the same kind, known by the file `mark`, which is replaced.
    Raises ValueError for any other folder, OSError where nothing can be written.
    """
    out = Path(os.path.abspath(out))
    if out.exists() and (not out.is_dir() or any(out.iterdir()) and not (out / mark).exists()):
        raise ValueError(f"{out} exists and is no earlier result; name a folder that is new or empty")
    out.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".partial", dir=out.parent))
    try:
        yield part
        part.chmod(0o755)
        old = part.with_suffix(".old")
        if out.exists():
            os.replace(out, old)
        os.replace(part, out)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def write_whole(path: Path, content: bytes) -> None:
    """A file that is whole or as it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, part = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.chmod(part, 0o644)
        os.replace(part, path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
