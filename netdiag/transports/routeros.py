"""The `routeros` transport: MikroTik's API over pooled sessions. Options: routeros_options.

A login is a line in the router's log, so a session stays open for later questions and is closed
when idle; a refused login is not repeated for a while. Each connection carries one request at a
time; a device has at most `limits.sessions` connections.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from librouteros.exceptions import ConnectionClosed, FatalError, LibRouterosError

from netdiag.model.wire import Answer, Deadline, NoAnswer, Question, RouterosCall, Target
from netdiag.model.words import AbsenceReason
from netdiag.transports.routeros_errors import explain
from netdiag.transports.routeros_options import OptionError, Options, read_options
from netdiag.transports.routeros_session import Reply, Session, TrapError
from netdiag.transports.routeros_words import refusal, words_of

_FAILURES = (OSError, EOFError, LibRouterosError, TrapError, UnicodeError)
_GONE = (ConnectionClosed, ConnectionError, FatalError)


@dataclass(slots=True)
class _Pool:
    """The connections of one device."""

    free: asyncio.Semaphore
    idle: list[Session] = field(default_factory=list)
    all: set[Session] = field(default_factory=set)
    refused: NoAnswer | None = None
    refused_until: float = 0.0


class RouterosTransport:
    """Asks MikroTik routers over their API. Use it in one event loop; `close` it at the end."""

    def __init__(self, *, idle_s: float = 120.0, refused_s: float = 30.0) -> None:
        """`idle_s`: an unused session is closed after it; `refused_s`: no new login for so long
        after the router has refused the name or password."""
        self._idle_s = idle_s
        self._refused_s = refused_s
        self._pools: dict[Options, _Pool] = {}

    async def ask(
        self, target: Target, question: Question, deadline: Deadline
    ) -> Answer | NoAnswer:
        """Put one RouterosCall. Never raises for what the router does."""
        started = time.monotonic()
        result = await self._ask(target, question, deadline)
        return replace(result, duration_s=time.monotonic() - started)

    async def close(self) -> None:
        """Close all sessions."""
        for pool in self._pools.values():
            for session in tuple(pool.all):
                session.abort()
        self._pools.clear()
        await asyncio.sleep(0)  # lets the sockets go

    async def _ask(
        self, target: Target, question: Question, deadline: Deadline
    ) -> Answer | NoAnswer:
        if not isinstance(question, RouterosCall):
            return _not_asked("The routeros transport answers RouterosCall questions only.")
        refused = refusal(question)
        if refused is not None:
            return _not_asked(refused)
        try:
            options = read_options(target)
            words = words_of(question)
            "\0".join(words).encode(options.encoding)
        except OptionError as error:
            return _not_asked(str(error))
        except UnicodeEncodeError as error:
            odd = error.object[error.start]
            return _not_asked(f"{odd!r} cannot be written in {options.encoding} for the router.")
        pool = self._pools.setdefault(
            options, _Pool(asyncio.Semaphore(max(1, target.limits.sessions)))
        )
        return await self._ask_in_turn(pool, options, target, words, question.max_rows, deadline)

    async def _ask_in_turn(
        self,
        pool: _Pool,
        options: Options,
        target: Target,
        words: Sequence[str],
        max_rows: int,
        deadline: Deadline,
    ) -> Answer | NoAnswer:
        try:
            async with asyncio.timeout(deadline.remaining):
                await pool.free.acquire()
        except TimeoutError:
            return _not_asked(f"No time was left: {target.device} was busy with other questions.")
        used: list[Session] = []
        try:
            if deadline.remaining == 0:
                return _not_asked(f"No time was left to ask {target.device}.")
            if pool.refused is not None and time.monotonic() < pool.refused_until:
                return pool.refused
            reply = await self._call(pool, options, words, max_rows, deadline, used)
        except OptionError as error:
            return _not_asked(str(error))
        except _FAILURES as error:
            heard = bool(used) and used[-1].heard
            return self._failed(pool, error, explain(error, target, options, deadline, heard))
        finally:
            pool.free.release()
        rows = reply.rows if reply.ret is None else [*reply.rows, {"ret": reply.ret}]
        return Answer(rows=tuple(rows), cut=reply.cut)

    async def _call(
        self,
        pool: _Pool,
        options: Options,
        words: Sequence[str],
        max_rows: int,
        deadline: Deadline,
        used: list[Session],
    ) -> Reply:
        """Over an idle session, else a new one; once more over a new one when the idle one turns
        out to be dead. Asking twice is harmless: all questions only read."""
        while pool.idle:
            session = pool.idle.pop()
            if not session.usable:
                self._drop(pool, session)
                continue
            try:
                async with self._kept(pool, session):
                    used.append(session)
                    return await session.call(words, max_rows, deadline)
            except _GONE:
                if session.heard or deadline.remaining == 0:
                    raise
        session = await Session.open(options, deadline)
        pool.refused = None
        async with self._kept(pool, session):
            used.append(session)
            return await session.call(words, max_rows, deadline)

    @asynccontextmanager
    async def _kept(self, pool: _Pool, session: Session) -> AsyncIterator[None]:
        """Back among the idle ones afterwards, if it can still be used."""
        pool.all.add(session)
        if session.timer is not None:
            session.timer.cancel()
        try:
            yield
        finally:
            if session.usable:
                pool.idle.append(session)
                session.timer = asyncio.get_running_loop().call_later(
                    self._idle_s, self._drop, pool, session
                )
            else:
                self._drop(pool, session)

    def _drop(self, pool: _Pool, session: Session) -> None:
        session.abort()
        pool.all.discard(session)
        if session in pool.idle:
            pool.idle.remove(session)

    def _failed(self, pool: _Pool, error: Exception, answer: NoAnswer) -> NoAnswer:
        login = isinstance(error, TrapError) and error.login
        if login and answer.why is AbsenceReason.ACCESS_DENIED:
            pool.refused_until = time.monotonic() + self._refused_s
            pool.refused = answer
        return answer


def _not_asked(sentence: str) -> NoAnswer:
    return NoAnswer(why=AbsenceReason.NOT_ASKED, detail=sentence)
