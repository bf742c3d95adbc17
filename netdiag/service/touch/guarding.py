"""The guard: a process of its own that undoes a test when the one that began it dies."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from dataclasses import dataclass

_READY_S = 20.0
READY, DONE = b"ready\n", b"done\n"


@dataclass(frozen=True, slots=True)
class Guard:
    """A running guard. It holds the read end of a pipe: when that ends without a word, we died."""

    process: asyncio.subprocess.Process

    async def dismiss(self) -> None:
        """All is undone: the guard may go."""
        stdin = self.process.stdin
        if stdin is not None:
            with suppress(OSError):
                stdin.write(DONE)
                await stdin.drain()
                stdin.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(5.0):
                await self.process.wait()

    def leave_alone(self) -> None:
        """Not undone: let the guard believe that we are gone."""
        if self.process.stdin is not None:
            self.process.stdin.close()


async def start_guard(config: str | None, ident: str) -> Guard | None:
    """A guard that is ready to undo this line of the journal; None when it does not start.

    It is in a session of its own: neither Ctrl-C nor the end of the terminal reaches it.
    """
    words = [sys.executable, "-m", "netdiag.service.touch.guard", ident, config or ""]
    pipe, nothing = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    try:
        process = await asyncio.create_subprocess_exec(
            *words, stdin=pipe, stdout=pipe, stderr=nothing, start_new_session=True
        )
        async with asyncio.timeout(_READY_S):
            said = await process.stdout.readline() if process.stdout else b""
    except (OSError, TimeoutError):
        return None
    return Guard(process) if said == READY else None
