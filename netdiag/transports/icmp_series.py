"""A series of echo requests: when to send, how long to wait, what came back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from netdiag.model.wire import Deadline, Ping, Row

_SHORTEST_INTERVAL_S = 0.02


class LocalSendError(Exception):
    """Our own kernel would not send: no route, blackhole, firewall. The text says which."""


class Echo(AbstractContextManager["Echo"], Protocol):
    """A socket that sends echo requests and recognises the replies to them.

    `trouble`: why nothing can come back though sending went well, seen while reading.
    """

    trouble: str | None

    def fileno(self) -> int:
        """The descriptor to wait on."""
        ...

    def send(self, sequence: int) -> None:
        """Send one request. Raises LocalSendError."""
        ...

    def replies(self) -> Iterator[tuple[int, float]]:
        """Replies that have come in: sequence and round trip in seconds."""
        ...


@dataclass(slots=True)
class Series:
    """What was sent and what came back, by sequence."""

    sent: int = 0
    round_trips_s: dict[int, float] = field(default_factory=dict)

    @property
    def lost(self) -> int:
        """Requests without a reply."""
        return self.sent - len(self.round_trips_s)

    def row(self) -> Row:
        """sent, received, loss_pct and, when something came back, rtt_ms and rtt_max_ms."""
        row: dict[str, int | float] = {
            "sent": self.sent,
            "received": len(self.round_trips_s),
            "loss_pct": round(100.0 * self.lost / self.sent, 1),
        }
        if self.round_trips_s:
            times = [1000.0 * s for s in self.round_trips_s.values()]
            row["rtt_ms"] = round(sum(times) / len(times), 3)
            row["rtt_max_ms"] = round(max(times), 3)
        return row


@dataclass(frozen=True, slots=True)
class Schedule:
    """How the series fits into the deadline. `hurried`: replies were waited for less long than
    asked, so that a missing one proves nothing."""

    count: int
    interval_s: float
    timeout_s: float
    hurried: bool

    async def run(self, echo: Echo) -> Series:
        """Send on schedule, collect replies; ends early when all have come."""
        series = Series()
        changed = asyncio.Event()
        loop = asyncio.get_running_loop()

        def collect() -> None:
            series.round_trips_s.update(
                (sequence, seconds)
                for sequence, seconds in echo.replies()
                if sequence < series.sent and sequence not in series.round_trips_s
            )
            changed.set()

        loop.add_reader(echo.fileno(), collect)
        try:
            for sequence in range(self.count):
                if sequence:
                    await asyncio.sleep(self.interval_s)
                series.sent = sequence + 1
                try:
                    echo.send(sequence)
                except LocalSendError:
                    series.sent -= 1
                    if not sequence:
                        raise
                    break
            await self._wait(series, changed, echo)
            if echo.trouble and not series.round_trips_s:
                raise LocalSendError(echo.trouble)
        finally:
            loop.remove_reader(echo.fileno())
        return series

    async def _wait(self, series: Series, changed: asyncio.Event, echo: Echo) -> None:
        try:
            async with asyncio.timeout(self.timeout_s):
                while series.lost and not echo.trouble:
                    changed.clear()
                    await changed.wait()
        except TimeoutError:
            return


def plan(question: Ping, deadline: Deadline) -> Schedule:
    """Fit the series into what is left of the deadline: first shorter intervals, then fewer
    packets; the patience for the last reply is shortened only when nothing else is left."""
    spare = deadline.remaining - question.timeout_s
    gaps = max(0, question.count - 1)
    interval = question.interval_s
    if gaps and interval * gaps > spare:
        interval = max(_SHORTEST_INTERVAL_S, spare / gaps)
    count = max(1, min(question.count, 1 + int(max(0.0, spare) / interval))) if gaps else 1
    timeout = min(question.timeout_s, deadline.remaining)
    return Schedule(count, interval, timeout, hurried=spare < 0)
