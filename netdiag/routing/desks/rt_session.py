"""One session with Request Tracker for many calls.

RT 5 compares the token with its bcrypt hash at every call: 0.25 s of its processor, where a search
takes 0.02 s (`$BcryptCost` 12, seen on 5.0.3). A session is compared once: a page of RT that is
asked with the token gives a cookie, and REST 2 takes that before it looks at the token. The
token still goes with every call, so that nothing fails where there is no session, or no more.
"""

from __future__ import annotations

import asyncio
import time

from netdiag.routing.desks.desk import DeskError
from netdiag.routing.desks.http import Line

_RENEW_S = 600.0  # a revoked token is good for no longer; RT's AutoLogoff counts minutes, too


class Session:
    """Kept in the cookies of the line. `page`: RT's smallest page, REST 1.0's front door."""

    def __init__(self, line: Line, url: str) -> None:
        self._line = line
        self._page = f"{url.rstrip('/')}/REST/1.0/"
        self._begun_s: float | None = None
        self._turn = asyncio.Lock()

    async def ready(self) -> None:
        """Begin it when there is none, or when it is old. What fails here says the call itself."""
        async with self._turn:
            if self._begun_s is not None and time.monotonic() - self._begun_s < _RENEW_S:
                return
            self._begun_s = time.monotonic()
            self._line.forget()
            try:
                said = await self._line.ask_text("GET", self._page)
            except DeskError:
                said = ""
            if " 200 " not in said.partition("\n")[0]:
                self._line.forget()  # the session of nobody, which RT gives to everybody
