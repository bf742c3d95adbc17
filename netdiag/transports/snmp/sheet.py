"""Whole columns of one SNMPv2c agent, the cheap way: each datagram that comes in sends the next
request from the loop's own callback, so that no task wakes up in between. GETBULK per column
(RFC 3416 section 4.2.3); the guards are those of a diagnosis."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from operator import methodcaller
from typing import Any

from gufo.snmp._fast import GetIter

from netdiag.model.wire import Cell, Column, Deadline, Sheet, SnmpSheet
from netdiag.transports.snmp.failure import NO_SUCH_NAME, TOO_BIG, AgentError, Failure
from netdiag.transports.snmp.gufo_line import HollowReplyError, Line, ReportError, Sign
from netdiag.transports.snmp.sentences import (
    agent_said,
    hollow,
    no_time,
    silent,
    unreachable,
    unreadable,
)
from netdiag.transports.snmp.settings import SnmpSettings
from netdiag.transports.snmp.values import cell

_GET = methodcaller("recv_get_many")
_PATIENCE = 3.0  # times the last round trip, before a request is sent again


class SheetReader:
    """One visit to one agent; read once."""

    def __init__(
        self, settings: SnmpSettings, address: str, question: SnmpSheet, deadline: Deadline
    ) -> None:
        self._settings = settings
        self._address = address
        self._question = question
        self._deadline = deadline
        self._repetitions = max(1, min(settings.sweep_repetitions, question.expect_rows + 1))
        self._single: dict[str, Cell] = {}
        self._columns: dict[str, dict[str, Cell]] = {}
        self._holes: dict[str, str] = {}
        self._left: Iterator[tuple[str, str]] = iter(question.columns.items())
        self._name = ""
        self._oid = ""
        self._lines: list[Line] = []
        self._send: Callable[[Any], None] = _nothing
        self._receive: Callable[[Any], Any] = _GET
        self._iterator: Any = None
        self._last: tuple[int, ...] = ()
        self._heard = 0
        self._sent = 0
        self._pause = settings.timeout_s / (settings.retries + 1)
        self._began = self._due = self._give_up = 0.0
        self._timer: asyncio.TimerHandle | None = None

    async def read(self) -> Sheet:
        """The sheet. Raises Failure when nothing at all could be read."""
        if not self._deadline.remaining:
            raise no_time(self._settings)
        self._loop = asyncio.get_running_loop()
        self._done: asyncio.Future[None] = self._loop.create_future()
        try:
            self._begin()
            await self._done
        except OSError as error:
            raise unreachable(self._settings, error.strerror or str(error)) from None
        finally:
            self._stop()
        columns: dict[str, Column] = dict(self._columns)
        return Sheet(single=self._single, columns=columns, holes=self._holes)

    def _begin(self) -> None:
        self._open()
        if self._question.single:
            oids = [oid.lstrip(".") for oid in self._question.single.values()]
            self._send, self._receive = methodcaller("send_get_many", oids), _GET
            self._request()
        else:
            self._next_column()

    def _next_column(self) -> None:
        following = next(self._left, None)
        if following is None:
            self._end()
            return
        self._name, self._oid = following[0], following[1].lstrip(".")
        self._walk()

    def _walk(self) -> None:
        self._columns[self._name] = {}
        self._last = ()
        self._iterator = GetIter(self._oid, self._repetitions)
        self._send = methodcaller("send_get_bulk", self._iterator)
        self._receive = methodcaller("recv_get_bulk", self._iterator)
        self._request()

    def _request(self) -> None:
        """A new request: send it, and begin to wait."""
        self._sent = 0
        self._began = self._loop.time()
        self._give_up = min(
            self._began + self._settings.timeout_s, self._began + self._deadline.remaining
        )
        self._put()

    def _put(self) -> None:
        if self._sent:  # an answer to the first sending must still count: another socket
            self._open()
        self._send(self._lines[-1].wire)
        self._sent += 1
        now = self._loop.time()
        self._due = min(now + self._pause, self._give_up)
        if self._sent > self._settings.retries:
            self._due = self._give_up
        if self._timer is None:
            self._timer = self._loop.call_at(self._due, self._on_time)

    def _open(self) -> None:
        line = Line(self._settings, self._address)
        self._lines.append(line)
        self._loop.add_reader(line.fileno(), self._on_ready, line)

    def _on_time(self) -> None:
        """The timer is not moved with each request; it looks when it comes."""
        self._timer = None
        now = self._loop.time()
        if now < self._due:
            self._timer = self._loop.call_at(self._due, self._on_time)
        elif now < self._give_up and self._sent <= self._settings.retries:
            self._guarded(self._put)
        else:
            self._silence(now)

    def _on_ready(self, line: Line) -> None:
        self._guarded(self._take, line)

    def _guarded(self, act: Callable[..., None], *values: Any) -> None:
        """What a callback raises ends the visit, never the loop's peace."""
        if self._done.done():
            return
        try:
            act(*values)
        except BlockingIOError:
            return
        except AgentError as error:
            self._refused(error)
        except HollowReplyError:
            self._hole(hollow(self._settings))
        except (OSError, Failure) as error:
            self._done.set_exception(error)
        except (ReportError, ValueError, TypeError) as error:
            self._done.set_exception(unreadable(self._settings, f"answers nonsense ({error})."))

    def _take(self, line: Line) -> None:
        value = line.poll(self._receive)
        if len(self._lines) > 1:
            self._settle(line)
        self._heard += 1
        self._pause = max(self._pause, _PATIENCE * (self._loop.time() - self._began))
        if self._iterator is None:
            self._took_single(value)
        elif value is Sign.END or not self._took(value):
            self._next_column()
        else:
            self._request()

    def _took_single(self, found: Any) -> None:
        if isinstance(found, dict):
            for name, oid in self._question.single.items():
                value = found.get(oid.lstrip("."))
                if value is not None:
                    self._single[name] = cell(value)
        self._next_column()

    def _took(self, batch: list[Any]) -> bool:
        """Keep a batch; is there more of this column?"""
        more = bool(batch) and batch[-1] is not None
        if not more and batch:
            batch = batch[:-1]  # None: the library saw an object outside of the column
        if not batch:
            return False
        skip = len(self._oid) + 1
        keys = [oid[skip:] for oid, _ in batch]
        if not self._increase(keys):
            self._holes[self._name] = unreadable(
                self._settings,
                f"answers a walk with objects that do not increase ({batch[-1][0]}): its table "
                "goes round in a circle. Update its firmware, or leave this table out.",
            ).detail
            del self._columns[self._name]
            return False
        values = [value for _, value in batch]
        if set(map(type, values)) != {int}:
            values = [cell(value) for value in values]
        column = self._columns[self._name]
        column.update(zip(keys, values, strict=True))
        if len(column) < self._question.max_rows:
            return more
        if len(column) > self._question.max_rows or more:
            self._holes[self._name] = f"only the first {len(column)} rows were read"
        return False

    def _increase(self, keys: list[str]) -> bool:
        """Most tables have one number as index; that way all of them are compared in C."""
        try:
            numbers = list(map(int, keys))
        except ValueError:
            indexes = [tuple(map(int, key.split("."))) for key in keys]
            good = indexes[0] > self._last and indexes == sorted(set(indexes))
            self._last = indexes[-1]
            return good
        good = (numbers[0],) > self._last and numbers == sorted(set(numbers))
        self._last = (numbers[-1],)
        return good

    def _refused(self, error: AgentError) -> None:
        """The agent's error is about this request: ask smaller, or leave the column out."""
        self._heard += 1
        if error.status == TOO_BIG and self._iterator is not None and self._repetitions > 1:
            self._repetitions //= 2
            self._guarded(self._walk)
        elif error.status == NO_SUCH_NAME and self._iterator is not None:
            self._guarded(self._next_column)
        else:
            self._hole(agent_said(self._settings, error))

    def _hole(self, failure: Failure) -> None:
        if self._iterator is None:
            self._holes.update(dict.fromkeys(self._question.single, failure.detail))
        else:
            self._columns.pop(self._name, None)
            self._holes[self._name] = failure.detail
        self._guarded(self._next_column)

    def _silence(self, now: float) -> None:
        garbage = sum(line.garbage for line in self._lines)
        seconds = now - self._began
        failure = silent(self._settings, self._sent, seconds, garbage, self._heard)
        if not self._heard:
            self._done.set_exception(failure)
            return
        self._columns.pop(self._name, None)
        for name in (self._name, *(name for name, _ in self._left)):
            self._holes[name or "single"] = failure.detail
        self._end()

    def _settle(self, line: Line) -> None:
        """The socket that was answered on goes on; the others close."""
        for other in self._lines:
            if other is not line:
                self._loop.remove_reader(other.fileno())
                other.close()
        self._lines = [line]

    def _end(self) -> None:
        if not self._done.done():
            self._done.set_result(None)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        for line in self._lines:
            self._loop.remove_reader(line.fileno())
            line.close()


def _nothing(_: Any) -> None:
    return None
