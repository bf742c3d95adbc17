"""One daemon per SQLite file: a second one would take up the work that the first has under way."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import IO

from netdiag.model.errors import NetdiagError


class StoreTakenError(NetdiagError):
    """Another netdiag serves this store."""


def hold(database: Path) -> IO[str]:
    """Hold the file for this process until what is returned is closed or the process ends, however
    it ends (flock(2)). Raises StoreTakenError with the holder."""
    path = database.with_name(f"{database.name}.lock")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    file = path.open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        file.close()
        raise StoreTakenError(
            f"Another netdiag serves the store {database} already: process {holder}. End that one "
            "first; several share a store only on PostgreSQL."
        ) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file
