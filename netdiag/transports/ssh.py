"""The `ssh` transport: show commands over netmiko. Options: ssh_options; commands: ssh_words.

netmiko blocks, so each question has a daemon thread of a bounded number; at the deadline the
socket is shut under it. A session stays for later questions and is closed when idle: lines of a
switch are few. A refused login is not repeated for a while.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from functools import partial

from netdiag.model.wire import Answer, Deadline, NoAnswer, Question, SshChange, SshCommand, Target
from netdiag.model.words import AbsenceReason
from netdiag.transports.blocking import Workers
from netdiag.transports.options import OptionError
from netdiag.transports.pool import BusyError, Refusals, SessionPool
from netdiag.transports.ssh_options import Options, read_options
from netdiag.transports.ssh_session import GoneError, SshSession
from netdiag.transports.ssh_words import change_refusal, refusal

_GOODBYE_S = 1.5


class SshTransport:
    """Asks devices over SSH. Use it in one event loop; `close` it at the end."""

    def __init__(self, *, workers: int = 16, idle_s: float = 30.0, refused_s: float = 60.0) -> None:
        """At most `workers` devices are talked to at once. `idle_s`: an unused session is closed
        after it; `refused_s`: no new login for so long after the device refused one."""
        self._workers = Workers(workers, "netdiag-ssh")
        self._leaving: set[asyncio.Task[None]] = set()
        self._pool: SessionPool[SshSession] = SessionPool(idle_s, retire=self._retire)
        self._refusals = Refusals(refused_s)

    async def prepare(self) -> None:
        """Load netmiko (about a second) before it is needed; a daemon does this at its start."""
        await self._workers.run(_load, Deadline.after(60))

    async def ask(
        self, target: Target, question: Question, deadline: Deadline
    ) -> Answer | NoAnswer:
        """Type one SshCommand. Never raises for what the device does."""
        started = time.monotonic()
        try:
            result = await self._ask(target, question, deadline)
        except OptionError as error:
            result = _not_asked(str(error))
        except BusyError:
            result = _not_asked(f"No time was left to ask {target.device} over SSH.")
        return replace(result, duration_s=time.monotonic() - started)

    async def close(self) -> None:
        """Close all sessions, politely for a second or so."""
        self._pool.close()
        await asyncio.gather(*self._leaving, return_exceptions=True)

    async def _ask(
        self, target: Target, question: Question, deadline: Deadline
    ) -> Answer | NoAnswer:
        if not isinstance(question, SshCommand):
            return _not_asked("The ssh transport answers SshCommand questions only.")
        changes = isinstance(question, SshChange)
        refused = (change_refusal if changes else refusal)(question.command)
        if refused is not None:
            return _not_asked(refused)
        options = read_options(target)
        async with self._pool.turn(options, target.limits.sessions, deadline):
            denied = self._refusals.get(options)
            if denied is not None:
                return denied
            return await self._ask_over(options, question, deadline)

    async def _ask_over(
        self, options: Options, question: SshCommand, deadline: Deadline
    ) -> Answer | NoAnswer:
        """Over an idle session, else a new one; over a new one when the idle one is dead."""
        while (session := self._pool.idle(options)) is not None:
            try:
                return await self._work(session, question, deadline)
            except GoneError:
                continue
        return await self._work(SshSession(options), question, deadline)

    async def _work(
        self, session: SshSession, question: SshCommand, deadline: Deadline
    ) -> Answer | NoAnswer:
        finished = False
        with self._pool.using(session.options, session):
            try:
                answer = await self._workers.run(partial(session.ask, question, deadline), deadline)
                finished = True
                if session.denied and isinstance(answer, NoAnswer):
                    self._refusals.note(session.options, answer)
                return answer
            except TimeoutError:
                return session.late()
            finally:
                if not finished:  # late, cancelled or broken: wake the thread up
                    session.abort()

    def _retire(self, session: SshSession) -> None:
        goodbye = self._workers.run(session.leave, Deadline.after(_GOODBYE_S))
        task = asyncio.get_running_loop().create_task(goodbye)
        self._leaving.add(task)
        task.add_done_callback(self._gone)

    def _gone(self, task: asyncio.Task[None]) -> None:
        self._leaving.discard(task)
        if not task.cancelled():
            task.exception()  # it was late; the thread is a daemon and ends by itself


def _load() -> None:
    from netdiag.transports import ssh_errors, ssh_netmiko  # noqa: F401


def _not_asked(sentence: str) -> NoAnswer:
    return NoAnswer(why=AbsenceReason.NOT_ASKED, detail=sentence)
