"""Received log lines: whose they are, how many are kept, and since when none is missing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from netdiag.listeners.syslog import SyslogListener
from netdiag.listeners.syslog_decode import Message
from netdiag.model.errors import NetdiagError
from netdiag.model.logged import Logged
from netdiag.model.subscriber import Device
from netdiag.service.watch.listen_settings import SyslogSettings
from netdiag.service.watch.senders import Senders
from netdiag.store.log_lines import LogLines

_FLUSH_S, _ALIVE_S, _LEARN_S, _PRUNE_S = 1.0, 30.0, 300.0, 900.0
_PENDING = 20_000  # lines that wait to be written; more is dropped, and said so
_BURST, _PER_S = 2000.0, 50.0  # lines of one device
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Bucket:
    left: float = _BURST
    at: datetime | None = None

    def admits(self, now: datetime) -> bool:
        if self.at is not None:
            self.left = min(_BURST, self.left + (now - self.at).total_seconds() * _PER_S)
        self.at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


@dataclass(slots=True, kw_only=True)
class LogKeeper:
    """Listens, and writes what comes once a second. `devices` reads the inventory (blocking);
    `told` is given the lines that were written."""

    settings: SyslogSettings
    lines: LogLines
    receiver: str
    devices: Callable[[], Iterable[Device]]
    told: Callable[[list[Logged]], Awaitable[object]] | None = None
    listener: SyslogListener = field(init=False)
    dropped: int = 0
    _senders: Senders = field(init=False)
    _pending: list[Logged] = field(default_factory=list)
    _untold: list[Logged] = field(default_factory=list)
    _broken: dict[str, datetime] = field(default_factory=dict)
    _buckets: dict[str, _Bucket] = field(default_factory=dict)
    _task: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        self.listener = SyslogListener(sink=self.take, udp=self.settings.udp, tcp=self.settings.tcp)
        self._senders = Senders(relays=frozenset(self.settings.relays))

    async def start(self) -> None:
        """Learn the senders, open the ports. Raises ListenError, StoreError."""
        await self._learn()
        await asyncio.to_thread(self.lines.begin, self.receiver, datetime.now(UTC))
        await self.listener.open()
        self._task = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """Close the ports, write what is left."""
        await self.listener.close()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            await self._write()

    def take(self, sender: str, at: datetime, message: Message) -> None:
        """One message, in the event loop."""
        device = self._senders.device(sender, message.host)
        if device is None:
            return
        bucket = self._buckets.setdefault(device, _Bucket())
        if len(self._pending) >= _PENDING or not bucket.admits(at):
            self.dropped += 1
            self._broken[device] = at
            return
        self._pending.append(
            Logged(
                at=at,
                device=device,
                text=message.text,
                severity=message.severity,
                facility=message.facility,
            )
        )

    async def _keep(self) -> None:
        """Once a second what came; the rest in its own rhythm. A store that does not answer for a
        while loses nothing but what does not fit any more."""
        last = dict.fromkeys((self._alive, self._learn, self._prune), datetime.now(UTC))
        rhythm = {self._alive: _ALIVE_S, self._learn: _LEARN_S, self._prune: _PRUNE_S}
        while True:
            await asyncio.sleep(_FLUSH_S)
            try:
                await self._write()
                for work, seconds in rhythm.items():
                    if datetime.now(UTC) - last[work] >= timedelta(seconds=seconds):
                        last[work] = datetime.now(UTC)
                        await work()
            except NetdiagError as error:
                _log.warning("received log lines wait: %s", error)

    async def _write(self) -> None:
        if self._pending or self._broken:
            await self._add()
        if self._untold and self.told is not None:
            lines, self._untold = self._untold, []
            try:
                await self.told(lines)
            except NetdiagError:
                self._untold = lines + self._untold
                raise

    async def _add(self) -> None:
        lines, broken = self._pending, self._broken
        self._pending, self._broken = [], {}
        try:
            await asyncio.to_thread(self.lines.add, lines, broken, self.receiver)
        except NetdiagError:
            self._pending = lines + self._pending
            self._broken = {**broken, **self._broken}
            raise
        if self.told is not None:
            self._untold = [*self._untold, *lines][-_PENDING:]

    async def _alive(self) -> None:
        await asyncio.to_thread(self.lines.alive, self.receiver, datetime.now(UTC))

    async def _learn(self) -> None:
        await asyncio.to_thread(lambda: self._senders.learn(self.devices()))

    async def _prune(self) -> None:
        before = datetime.now(UTC) - timedelta(hours=self.settings.keep_hours)
        await asyncio.to_thread(self.lines.prune, before, self.settings.keep_lines)
