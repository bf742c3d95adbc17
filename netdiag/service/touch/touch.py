"""Tests that change a device: journal first, a guard beside, and the undo whatever happens."""

from __future__ import annotations

import asyncio
import os
import socket
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from netdiag.model.errors import NetdiagError
from netdiag.model.touched import Touched, TouchState
from netdiag.model.wire import Answer, Change, Deadline, NoAnswer, Row, Target, Touch
from netdiag.model.words import AbsenceReason
from netdiag.service.touch.guarding import Guard, start_guard
from netdiag.service.touch.text import as_json
from netdiag.service.wires import Wires
from netdiag.store.journal import Journal

_PER_CHANGE_S = 10.0
_LOOK_S = 5.0
_PAUSE_S = 0.5
_UNDO_TRIES = 3
_SLACK_S = 60.0  # after which nobody can be at it any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """Who may touch what, and why: it goes into the journal."""

    who: str
    what: str
    device: str
    port: str
    subscriber: str
    ticket: str | None = None


@dataclass(slots=True, kw_only=True)
class Toucher:
    """Carries out touches; `config` is for the guard, which opens netdiag anew."""

    wires: Wires
    journal: Journal
    config: str | None = None
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    _running: set[asyncio.Task[Answer | NoAnswer]] = field(default_factory=set)

    async def perform(
        self, transport: str, target: Target, touch: Touch, deadline: Deadline, permit: Permit
    ) -> Answer | NoAnswer:
        """Change, hold, undo and look. Whoever cancels gets no answer; the undo is done all the
        same."""
        needed = touch.act.hold_s + 2.0
        if deadline.remaining < needed:
            return _refused(f"no time: the test takes {needed:.0f} s and more")
        work = _Work(self.wires, self.journal, transport, target, touch, permit, self.clock)
        task = asyncio.create_task(work.carry_out(self.config, deadline))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def finish(self) -> None:
        """Wait until everything that was changed is undone."""
        if self._running:
            await asyncio.gather(*self._running, return_exceptions=True)


@dataclass(slots=True)
class _Work:
    wires: Wires
    journal: Journal
    transport: str
    target: Target
    touch: Touch
    permit: Permit
    clock: Callable[[], datetime]
    ident: str = field(default_factory=lambda: str(uuid.uuid4()))

    async def carry_out(self, config: str | None, deadline: Deadline) -> Answer | NoAnswer:
        lasts = self.touch.act.undo is not None
        guard = await start_guard(config, self.ident) if lasts else None
        if lasts and guard is None:
            return _refused("the guard that would undo it if netdiag died could not be started")
        try:
            await asyncio.to_thread(self.journal.write, self._line())
        except NetdiagError as error:
            await _dismiss(guard)
            return _refused(f"the journal could not be written: {error}")
        done = await self._change(self.touch.act.do)
        if isinstance(done, NoAnswer) and done.why not in _PERHAPS:
            await self._end(TouchState.DONE, f"refused: {done.detail}")
            await _dismiss(guard)
            return done
        seen = await self._hold(deadline)
        if not await self._undo():
            if guard is not None:
                guard.leave_alone()  # it sees that we are gone, and tries on
            return NoAnswer(why=AbsenceReason.UNREADABLE, detail=_NOT_UNDONE)
        answer = seen if self.touch.act.during else await self._settled()
        await self._end(TouchState.DONE, _outcome(answer, lasts=lasts))
        await _dismiss(guard)
        return answer

    async def _hold(self, deadline: Deadline) -> Answer | NoAnswer:
        """As long as the test says; a look in between where it is meant to be there."""
        await asyncio.sleep(self.touch.act.hold_s)
        return await self._look() if self.touch.act.during else Answer(rows=())

    async def _undo(self) -> bool:
        undo = self.touch.act.undo
        if undo is None:
            return True
        for attempt in range(_UNDO_TRIES):
            undone = await self._change(undo)
            if isinstance(undone, Answer):
                return True
            await asyncio.sleep(_PAUSE_S * (attempt + 1))
        return False

    async def _settled(self) -> Answer | NoAnswer:
        """Look again and again until it is as hoped for, or the time to settle is over."""
        until = Deadline.after(self.touch.act.settle_s)
        while True:
            answer = await self._look()
            if isinstance(answer, Answer) and self._as_hoped(answer.rows):
                return answer
            if until.remaining == 0:
                return answer
            await asyncio.sleep(min(_PAUSE_S * 2, max(until.remaining, 0.01)))

    def _as_hoped(self, rows: tuple[Row, ...]) -> bool:
        wanted = self.touch.act.until
        return any(
            all(str(row.get(column)) in values for column, values in wanted.items()) for row in rows
        )

    async def _change(self, change: Change) -> Answer | NoAnswer:
        limit = Deadline.after(_PER_CHANGE_S)
        return await self.wires.act(self.transport, self.target, change, limit)

    async def _look(self) -> Answer | NoAnswer:
        limit = Deadline.after(_LOOK_S)
        return await self.wires.act(self.transport, self.target, self.touch.look, limit)

    async def _end(self, state: TouchState, outcome: str) -> None:
        await asyncio.to_thread(end_line, self.journal, self.ident, state, outcome, self.clock())

    def _line(self) -> Touched:
        act, now = self.touch.act, self.clock()
        busy = act.hold_s + act.settle_s + 2 * _PER_CHANGE_S + _SLACK_S
        return Touched(
            id=self.ident,
            begun_at=now,
            who=self.permit.who,
            what=self.permit.what,
            device=self.permit.device,
            port=self.permit.port,
            subscriber=self.permit.subscriber,
            ticket=self.permit.ticket,
            transport=self.transport,
            undo=as_json(act.undo) if act.undo else "",
            due_at=now + timedelta(seconds=busy),
            host=socket.gethostname(),
            pid=os.getpid(),
        )


# The change may have reached the device although its answer did not reach us.
_PERHAPS = (AbsenceReason.TIMED_OUT, AbsenceReason.UNREADABLE)
_NOT_UNDONE = (
    "the device did not take the undo; the guard goes on trying. See: netdiag tests restore"
)


async def _dismiss(guard: Guard | None) -> None:
    if guard is not None:
        await guard.dismiss()


def end_line(journal: Journal, ident: str, state: TouchState, outcome: str, at: datetime) -> None:
    """Close a line; a journal that fails now leaves it open, and undoing twice is harmless."""
    try:
        journal.end(ident, state, outcome, at)
    except NetdiagError:
        return


def _refused(detail: str) -> NoAnswer:
    return NoAnswer(why=AbsenceReason.NOT_ASKED, detail=detail)


def _outcome(answer: Answer | NoAnswer, *, lasts: bool) -> str:
    done = "undone" if lasts else "done"
    if isinstance(answer, NoAnswer):
        return f"{done}; nothing could be read: {answer.detail}"
    told = ", ".join(f"{k}={v!r}" for row in answer.rows[:1] for k, v in row.items())
    return f"{done}; {told}"[:500]
