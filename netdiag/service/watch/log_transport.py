"""Answers questions about received log lines as if a device were asked: `transport: log`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime

from netdiag.model.errors import NetdiagError
from netdiag.model.logged import Logged
from netdiag.model.wire import Answer, Deadline, LogLines, NoAnswer, Question, Row, Target
from netdiag.model.words import AbsenceReason
from netdiag.store.log_lines import Log
from netdiag.store.log_lines import LogLines as Store

_REMEMBER_S = 30.0
_LOOK_AGAIN_S = 1.0  # for one who sent nothing yet


class LogTransport:
    """Reads the store. Most devices send nothing: who does is remembered for half a minute."""

    def __init__(
        self, lines: Store, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._lines = lines
        self._clock = clock
        self._senders: frozenset[str] = frozenset()
        self._asked_at = -_REMEMBER_S

    async def ask(
        self, target: Target, question: Question, deadline: Deadline
    ) -> Answer | NoAnswer:
        """The lines of one device; never raises."""
        if not isinstance(question, LogLines):
            detail = "a received log answers questions for its lines only"
            return NoAnswer(why=AbsenceReason.NOT_SUPPORTED, detail=detail)
        begun = time.monotonic()
        try:
            async with asyncio.timeout(deadline.remaining):
                log = await asyncio.to_thread(self._read, target.device, question)
        except TimeoutError:
            return NoAnswer(why=AbsenceReason.TIMED_OUT, detail="the store did not answer in time")
        except NetdiagError as error:
            return NoAnswer(why=AbsenceReason.NOT_REACHABLE, detail=str(error))
        if log is None:
            detail = f"{target.device} sends its log to nobody here (serve.syslog)"
            return NoAnswer(why=AbsenceReason.NOT_SUPPORTED, detail=detail)
        begin: tuple[Row, ...] = ({"since": log.since.isoformat()},) if log.since else ()
        rows = (*begin, *map(_row, log.lines))
        return Answer(rows=rows, duration_s=time.monotonic() - begun)

    async def close(self) -> None:
        """The store is closed by whoever opened it."""

    def _read(self, device: str, question: LogLines) -> Log | None:
        age_s = time.monotonic() - self._asked_at
        if age_s >= _REMEMBER_S or (device not in self._senders and age_s >= _LOOK_AGAIN_S):
            self._senders = self._lines.devices()
            self._asked_at = time.monotonic()
        if device not in self._senders:
            return None
        now = self._clock()
        return self._lines.of_device(device, now, hours=question.hours, most=question.max_rows)


def _row(line: Logged) -> Row:
    return {
        "time": line.at.isoformat(),
        "severity": line.severity,
        "facility": line.facility,
        "message": line.text,
    }
