"""Running stock tools, and waiting until something shows."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Mapping


class ToolError(RuntimeError):
    """A stock tool ended with an error that the test network did not expect."""


def run(
    *words: str,
    check: bool = True,
    text_in: str | None = None,
    env: Mapping[str, str] | None = None,
    timeout_s: float = 30.0,
) -> str:
    """Standard output of a command; with `check` a non-zero end raises ToolError."""
    done = subprocess.run(
        words,
        input=text_in,
        stdin=subprocess.DEVNULL if text_in is None else None,
        capture_output=True,
        text=True,
        env=env,
        timeout=timeout_s,
        check=False,
    )
    if check and done.returncode:
        raise ToolError(f"{' '.join(words)} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def until(
    shown: Callable[[], bool], what: str, seconds: float = 12.0, every_s: float = 0.15
) -> float:
    """Seconds until `shown()` is true; ToolError naming `what` when it never becomes so."""
    start = time.monotonic()
    while not shown():
        if time.monotonic() - start > seconds:
            raise ToolError(f"waited {seconds:g} s in vain: {what}")
        time.sleep(every_s)
    return time.monotonic() - start
