"""SSH: show commands by netmiko, in a bounded number of daemon threads, one session per device.

netmiko is blocking: whatever waits is broken at the deadline by closing its socket, and a session
that was broken so is never used again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from netdiag.model.wire import Answer, Deadline, NoAnswer, Question, SshCommand, Target
from netdiag.model.words import AbsenceReason
from netdiag.transports.blocking import Workers
from netdiag.transports.options import OptionError
from netdiag.transports.pool import BusyError, Refusals, SessionPool
from netdiag.transports.ssh_options import Options, read_options
from netdiag.transports.ssh_reply import UnreadableError, rows_of
from netdiag.transports.ssh_session import Session, explain
from netdiag.transports.ssh_words import not_known, refusal

_THREADS = 16


class SshTransport:
    """Asks devices over SSH. Use it in one event loop; `close` it at the end."""

    def __init__(
        self, *, threads: int = _THREADS, idle_s: float = 60.0, refused_s: float = 30.0
    ) -> None:
        """`idle_s`: an unused session is closed after it; `refused_s`: no new login for so long
        after the device has refused one."""
        self._workers = Workers(threads, "netdiag-ssh")
        self._pool: SessionPool[Session] = SessionPool(idle_s)
        self._refusals = Refusals(refused_s)

    async def ask(
        self, target: Target, question: Question, deadline: Deadline
    ) -> Answer | NoAnswer:
        """Put one SshCommand. Never raises for what the device does."""
        started = time.monotonic()
        try:
            result = await self._ask(target, question, deadline)
        except OptionError as error:
            result = NoAnswer(why=AbsenceReason.NOT_ASKED, detail=str(error))
        except BusyError:
            detail = f"No time was left to log in to {target.device}."
            result = NoAnswer(why=AbsenceReason.NOT_ASKED, detail=detail)
        return replace(result, duration_s=time.monotonic() - started)

    async def close(self) -> None:
        """Close all sessions."""
        self._pool.close()
        await asyncio.sleep(0)

    async def _ask(
        self, target: Target, question: Question, deadline: Deadline
    ) -> Answer | NoAnswer:
        if not isinstance(question, SshCommand):
            raise OptionError("The ssh transport answers SshCommand questions only.")
        refused = refusal(question.command)
        if refused is not None:
            raise OptionError(refused)
        options = read_options(target)
        async with self._pool.turn(options, target.limits.sessions, deadline):
            known = self._refusals.get(options)
            if known is not None:
                return known
            try:
                output = await self._output(options, question, deadline)
            except BusyError:
                raise
            except Exception as error:  # noqa: BLE001 (netmiko and paramiko raise what they like)
                return self._failed(options, target, error)
        return _read(question, output, target)

    async def _output(self, options: Options, question: SshCommand, deadline: Deadline) -> str:
        session = self._pool.idle(options)
        if session is None:
            session = Session()
            opening = session
            await self._broken_at(
                deadline, session, lambda: opening.open(options, deadline.remaining)
            )
        with self._pool.using(options, session):
            using = session
            output = await self._broken_at(
                deadline, session, lambda: using.run(question.command, deadline.remaining)
            )
            return str(output)

    async def _broken_at(
        self, deadline: Deadline, session: Session, call: Callable[[], Any]
    ) -> Any:
        """The call's result; at the deadline or when cancelled the socket is closed under it."""
        try:
            return await self._workers.run(call, deadline)
        except BaseException:
            session.abort()
            raise

    def _failed(self, options: Options, target: Target, error: Exception) -> NoAnswer:
        answer = explain(error, target, legacy=options.legacy)
        if answer.why is AbsenceReason.ACCESS_DENIED:
            self._refusals.note(options, answer)
        return answer


def _read(question: SshCommand, output: str, target: Target) -> Answer | NoAnswer:
    if not_known(output):
        detail = f"{target.device} does not know the command {question.command.split()[0]!r}."
        return NoAnswer(why=AbsenceReason.NOT_SUPPORTED, detail=detail)
    try:
        return Answer(rows=rows_of(question, output))
    except UnreadableError as error:
        return NoAnswer(why=AbsenceReason.UNREADABLE, detail=f"{target.device}: {error}.")
