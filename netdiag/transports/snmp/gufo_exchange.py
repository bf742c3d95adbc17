"""One request and its reply over gufo-snmp: patience, resending, the first usable reply wins."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from netdiag.model.wire import Deadline
from netdiag.transports.snmp.gufo_line import Line
from netdiag.transports.snmp.settings import SnmpSettings


class SilenceError(Exception):
    """Nothing usable came: how often it was asked, for how long, and how much was garbage."""

    def __init__(self, sent: int, seconds: float, garbage: int) -> None:
        super().__init__("silence")
        self.sent = sent
        self.seconds = seconds
        self.garbage = garbage


class Exchange:
    """Resends go out on sockets of their own: the library forgets a request when it sends the
    next, and the first answer of a slow agent must still count. SNMPv3 keeps one socket, whose
    engine time was learnt, and so resends but once, half-way."""

    def __init__(
        self, settings: SnmpSettings, deadline: Deadline, first: Line, more: Callable[[], Line]
    ) -> None:
        self._lines = [first]
        self._garbage_before = first.garbage
        self._more = None if settings.version == "3" else more
        self._retries = min(1, settings.retries) if self._more is None else settings.retries
        self._began = time.monotonic()
        self._until = deadline.at_most(settings.timeout_s)
        self._pause = self._until.remaining / (self._retries + 1)
        self._sent = 0

    async def run(self, send: Callable[[Any], None], receive: Callable[[Any], Any]) -> Any:
        """The value of the first usable reply. Raises SilenceError and what Line.poll raises."""
        ready = asyncio.Event()
        self._send(send, ready)
        try:
            while self._until.remaining:
                await self._wait(ready)
                for line in self._lines:
                    try:
                        value = line.poll(receive)
                    except BlockingIOError:
                        continue
                    self._lines.insert(0, self._lines.pop(self._lines.index(line)))
                    return value
                if self._due() and self._sent <= self._retries:
                    self._send(send, ready)
        finally:
            self._stop_waiting()
        garbage = sum(line.garbage for line in self._lines) - self._garbage_before
        raise SilenceError(self._sent, time.monotonic() - self._began, garbage)

    def settle(self) -> Line:
        """Close all sockets but the one that answered (or the first), and give that back."""
        keep, *others = self._lines
        for line in others:
            line.close()
        return keep

    def _send(self, send: Callable[[Any], None], ready: asyncio.Event) -> None:
        if self._sent and self._more is not None:
            self._lines.append(self._more())
        line = self._lines[-1]
        send(line.wire)
        asyncio.get_running_loop().add_reader(line.fileno(), ready.set)
        self._sent += 1

    def _due(self) -> bool:
        return time.monotonic() >= self._began + self._sent * self._pause

    async def _wait(self, ready: asyncio.Event) -> None:
        ready.clear()
        resend = self._began + self._sent * self._pause - time.monotonic()
        try:
            async with asyncio.timeout(min(max(resend, 0.0), self._until.remaining)):
                await ready.wait()
        except TimeoutError:
            return

    def _stop_waiting(self) -> None:
        loop = asyncio.get_running_loop()
        for line in self._lines:
            loop.remove_reader(line.fileno())
