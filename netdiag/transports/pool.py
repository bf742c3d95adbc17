"""Sessions that stay open between questions, per device. One event loop, no threads."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Hashable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from netdiag.model.wire import Deadline, NoAnswer


class BusyError(Exception):
    """No turn came before the deadline; nothing was asked."""


class Session(Protocol):
    """What the pool needs of a session."""

    @property
    def usable(self) -> bool:
        """False once it is broken or closed."""
        ...

    def abort(self) -> None:
        """Close at once; callable at any time, and twice."""
        ...


S = TypeVar("S", bound=Session)


@dataclass(slots=True)
class _Shelf(Generic[S]):
    """What is there of one device."""

    free: asyncio.Semaphore
    idle: list[tuple[S, asyncio.TimerHandle]] = field(default_factory=list)


class SessionPool(Generic[S]):
    """Hands out turns and idle sessions by key; closes sessions that nobody wants any more."""

    def __init__(self, idle_s: float, retire: Callable[[S], None] | None = None) -> None:
        """`retire` closes a healthy session that is not wanted any more; default `abort`."""
        self._idle_s = idle_s
        self._retire = retire or _abort
        self._shelves: dict[Hashable, _Shelf[S]] = {}
        self._used: set[S] = set()

    @asynccontextmanager
    async def turn(self, key: Hashable, most: int, deadline: Deadline) -> AsyncIterator[None]:
        """At most `most` turns at once per key. Raises BusyError when none came in time."""
        shelf = self._shelves.setdefault(key, _Shelf(asyncio.Semaphore(max(1, most))))
        try:
            async with asyncio.timeout(deadline.remaining):
                await shelf.free.acquire()
        except TimeoutError:
            raise BusyError from None
        try:
            if deadline.remaining == 0:
                raise BusyError
            yield
        finally:
            shelf.free.release()

    def idle(self, key: Hashable) -> S | None:
        """An idle session of that key that still looks alive, taken off the shelf."""
        shelf = self._shelves.get(key)
        while shelf is not None and shelf.idle:
            session, timer = shelf.idle.pop()
            timer.cancel()
            if session.usable:
                return session
            session.abort()
        return None

    @contextmanager
    def using(self, key: Hashable, session: S) -> Iterator[S]:
        """The session while it is used; back on the shelf afterwards if it is still usable."""
        self._used.add(session)
        try:
            yield session
        finally:
            self._used.discard(session)
            shelf = self._shelves.get(key)
            if session.usable and shelf is not None:
                timer = asyncio.get_running_loop().call_later(
                    self._idle_s, self._expire, shelf, session
                )
                shelf.idle.append((session, timer))
            else:
                session.abort()

    def close(self) -> None:
        """Abort all sessions, idle and used."""
        for shelf in self._shelves.values():
            for session, timer in shelf.idle:
                timer.cancel()
                self._retire(session)
        self._shelves.clear()
        for session in tuple(self._used):
            session.abort()

    def _expire(self, shelf: _Shelf[S], session: S) -> None:
        shelf.idle = [entry for entry in shelf.idle if entry[0] is not session]
        self._retire(session)


def _abort(session: Session) -> None:
    session.abort()


class Refusals:
    """Logins that were refused: not repeated for a while, so that nobody's account is locked and
    no log is filled by one wrong password."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until: dict[Hashable, tuple[float, NoAnswer]] = {}

    def get(self, key: Hashable) -> NoAnswer | None:
        """The refusal that still holds."""
        until, answer = self._until.get(key, (0.0, None))
        return answer if time.monotonic() < until else None

    def note(self, key: Hashable, answer: NoAnswer) -> None:
        """Remember it from now on."""
        self._until[key] = (time.monotonic() + self._seconds, answer)
