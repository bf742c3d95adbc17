"""Content that was read before is kept in the user's cache: a command then starts 0.3 s earlier.

A file is named by all it came from: the texts, the code that read them, and this Python. It is a
pickle, which runs what it says; so it is read only where nobody else can write.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle  # only of files that this user alone writes
import sys
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from netdiag.model.content import Content

_MOST = 8  # several sites and versions of one user
_SUM = hashlib.sha256().digest_size


def key_of(directories: Iterable[Path]) -> str | None:
    """Names what these directories hold now; None when something there cannot be read."""
    digest = hashlib.sha256(_code().encode())
    try:
        for directory in directories:
            digest.update(f"{directory}\0{directory.is_dir()}\0".encode(errors="replace"))
            for path in sorted(directory.rglob("*.yaml")):
                text = path.read_bytes()
                digest.update(f"{path}\0{len(text)}\0".encode(errors="replace") + text)
    except OSError:
        return None
    return digest.hexdigest()


@cache
def _code() -> str:
    """The files that read content and those that say what it is made of, by time and size."""
    package = Path(__file__).resolve().parent.parent
    files = [path for part in ("content", "model") for path in (package / part).glob("*.py")]
    states = [(path, path.stat()) for path in sorted(files)]
    marks = [f"{path}:{state.st_mtime_ns}:{state.st_size}" for path, state in states]
    return "\n".join([sys.version, *marks])


def recall(key: str) -> Content | None:
    """What was kept under this name; None when nothing was, or another could have written it."""
    directory = _directory()
    if directory is None:
        return None
    path = directory / f"{key}.content"
    try:
        with path.open("rb") as file:
            if not _is_own(os.fstat(file.fileno())):
                return None
            kept = file.read()
        os.utime(path)
    except OSError:
        return None
    if hashlib.sha256(kept[_SUM:]).digest() != kept[:_SUM]:
        return None  # cut off in the middle
    content: Content = pickle.loads(kept[_SUM:])  # noqa: S301 (own file, see above)
    return content


def keep(key: str, content: Content) -> None:
    """For the next start. Where there is no room or no right to write, nothing is kept."""
    directory = _directory()
    if directory is None:
        return
    packed = pickle.dumps(content, pickle.HIGHEST_PROTOCOL)
    with contextlib.suppress(OSError):
        with tempfile.NamedTemporaryFile(dir=directory, delete=False) as file:
            file.write(hashlib.sha256(packed).digest() + packed)
        Path(file.name).replace(directory / f"{key}.content")
        newest_first = sorted(directory.iterdir(), key=lambda p: -p.stat().st_mtime)
        for old in newest_first[_MOST:]:
            old.unlink()


def _directory() -> Path | None:
    """`$XDG_CACHE_HOME/netdiag` or `~/.cache/netdiag`, when this user alone may write there. Root
    makes no ~/.cache in the home of another (sudo)."""
    with contextlib.suppress(OSError, RuntimeError):
        home = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
        if home.is_absolute() and (home.is_dir() or _is_own(home.parent.stat())):
            place = home / "netdiag"
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            return place if _is_own(place.stat()) else None
    return None


def _is_own(state: os.stat_result) -> bool:
    return state.st_uid == os.geteuid() and not state.st_mode & 0o022
