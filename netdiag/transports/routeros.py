"""The `routeros` transport: MikroTik's API over pooled sessions. Options: routeros_options.

A login is a line in the router's log, so a session stays open for later questions and is closed
when idle; a refused login is not repeated for a while. Each connection carries one request at a
time; a device has at most `limits.sessions` connections.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from librouteros.exceptions import ConnectionClosed, FatalError, LibRouterosError

from netdiag.model.wire import Answer, Deadline, NoAnswer, Question, RouterosCall, Target
from netdiag.model.words import AbsenceReason
from netdiag.transports.options import OptionError
from netdiag.transports.pool import BusyError, Refusals, SessionPool
from netdiag.transports.routeros_errors import explain
from netdiag.transports.routeros_options import Options, read_options
from netdiag.transports.routeros_session import Reply, Session, TrapError
from netdiag.transports.routeros_words import refusal, words_of

_FAILURES = (OSError, EOFError, LibRouterosError, TrapError, UnicodeError)
_GONE = (ConnectionClosed, ConnectionError, FatalError)


@dataclass(slots=True)
class _Asking:
    """One question on its way."""

    target: Target
    options: Options
    words: Sequence[str]
    max_rows: int
    deadline: Deadline
    session: Session | None = None  # the one used last

    @property
    def heard(self) -> bool:
        """A part of the reply had come."""
        return self.session is not None and self.session.heard


class RouterosTransport:
    """Asks MikroTik routers over their API. Use it in one event loop; `close` it at the end."""

    def __init__(self, *, idle_s: float = 120.0, refused_s: float = 30.0) -> None:
        """`idle_s`: an unused session is closed after it; `refused_s`: no new login for so long
        after the router has refused the name or password."""
        self._pool: SessionPool[Session] = SessionPool(idle_s)
        self._refusals = Refusals(refused_s)

    async def ask(
        self, target: Target, question: Question, deadline: Deadline
    ) -> Answer | NoAnswer:
        """Put one RouterosCall. Never raises for what the router does."""
        started = time.monotonic()
        try:
            result = await self._ask(_prepare(target, question, deadline))
        except OptionError as error:
            result = _not_asked(str(error))
        except BusyError:
            result = _not_asked(f"No time was left to ask {target.device} over its API.")
        return replace(result, duration_s=time.monotonic() - started)

    async def close(self) -> None:
        """Close all sessions."""
        self._pool.close()
        await asyncio.sleep(0)  # lets the sockets go

    async def _ask(self, asking: _Asking) -> Answer | NoAnswer:
        options, most = asking.options, asking.target.limits.sessions
        async with self._pool.turn(options, most, asking.deadline):
            refused = self._refusals.get(options)
            if refused is not None:
                return refused
            try:
                reply = await self._call(asking)
            except _FAILURES as error:
                return self._failed(asking, error)
        rows = reply.rows if reply.ret is None else [*reply.rows, {"ret": reply.ret}]
        return Answer(rows=tuple(rows), cut=reply.cut)

    async def _call(self, asking: _Asking) -> Reply:
        """Over an idle session, else a new one; once more over a new one when the idle one turns
        out to be dead. Asking twice is harmless: all questions only read."""
        while (session := self._pool.idle(asking.options)) is not None:
            try:
                return await self._call_over(session, asking)
            except _GONE:
                if session.heard or asking.deadline.remaining == 0:
                    raise
        return await self._call_over(await Session.open(asking.options, asking.deadline), asking)

    async def _call_over(self, session: Session, asking: _Asking) -> Reply:
        with self._pool.using(asking.options, session):
            asking.session = session
            return await session.call(asking.words, asking.max_rows, asking.deadline)

    def _failed(self, asking: _Asking, error: Exception) -> NoAnswer:
        answer = explain(error, asking.target, asking.options, asking.deadline, asking.heard)
        if isinstance(error, TrapError) and error.login:
            self._refusals.note(asking.options, answer)
        return answer


def _prepare(target: Target, question: Question, deadline: Deadline) -> _Asking:
    """Checks that it may and can be asked; raises OptionError with the reason."""
    if not isinstance(question, RouterosCall):
        raise OptionError("The routeros transport answers RouterosCall questions only.")
    refused = refusal(question)
    if refused is not None:
        raise OptionError(refused)
    options = read_options(target)
    words = words_of(question)
    try:
        "".join(words).encode(options.encoding)
    except UnicodeEncodeError as error:
        odd = error.object[error.start]
        raise OptionError(
            f"{odd!r} cannot be written in {options.encoding}. See routeros.encoding."
        ) from None
    return _Asking(target, options, words, question.max_rows, deadline)


def _not_asked(sentence: str) -> NoAnswer:
    return NoAnswer(why=AbsenceReason.NOT_ASKED, detail=sentence)
