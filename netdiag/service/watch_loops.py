"""Inference kept going: turns, directed probes, names of ports, orphans, the round of devices."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta

from netdiag.locating.ports import find_port
from netdiag.model.errors import NetdiagError
from netdiag.model.event import Event
from netdiag.model.outage import Outage
from netdiag.model.wire import Answer, Deadline, SnmpGet
from netdiag.outages.change import Suspicion
from netdiag.service.app import App
from netdiag.service.evidence import Evidence
from netdiag.service.inference import Inference, Turn
from netdiag.service.targets import of_device
from netdiag.service.watch_probes import Prober
from netdiag.service.watch_tree import Known

_IF_NAME, _IF_DESCR = "1.3.6.1.2.1.31.1.1.1.1", "1.3.6.1.2.1.2.2.1.2"
_LEAST_S = 0.25  # between two turns
_MOST_ASKED = 64
_SILENCES = 3
_MOST_PORTS = 5000
_ORPHANS_S = 60.0
_ORPHAN_GIVEN_UP = timedelta(hours=6)
_log = logging.getLogger(__name__)


class Loops:
    """What runs beside the daemon's requests while it infers outages."""

    def __init__(
        self,
        inference: Inference,
        evidence: Evidence,
        app: Callable[[], App],
        changed: Callable[[], Awaitable[None]],
    ) -> None:
        self.inference = inference
        self.prober = Prober()
        self.ports: dict[tuple[str, int], str] = {}  # device and ifIndex → its port's name, or ""
        self._evidence = evidence
        self._app = app
        self._changed = changed
        self._probing: asyncio.Task[None] | None = None
        self._orphans_at = 0.0
        self._pointed_at: set[str] = set()
        self._silences: dict[str, int] = {}

    async def infer(self, tick_s: float) -> None:
        """Turns for ever: at once when something came in, else every so often."""
        told = ""
        while True:
            self._evidence.fresh.clear()
            more = False
            try:
                turn = await self.inference.turn()
                told, more = "", turn.more
                await self._act(turn)
            except NetdiagError as error:
                if str(error) != told:
                    _log.warning("outages are not inferred just now: %s", error)
                told = str(error)
            await asyncio.sleep(0 if more else _LEAST_S)
            if not more:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._evidence.fresh.wait(), tick_s)

    async def go_round(self, every_s: float) -> None:
        """Ping every device, spread over the time; first at once, so that who is up is known."""
        over_s = min(10.0, every_s)
        while True:
            began = asyncio.get_running_loop().time()
            known = self.inference.known
            if known is not None:
                try:
                    devices = list(known.devices.values())
                    events = await self.prober.round(devices, self._app(), over_s)
                    self._doubt(events, known)
                    await self._evidence.take(events)
                except NetdiagError as error:
                    _log.warning("the round of devices: %s", error)
                over_s = every_s * 0.9
            passed = asyncio.get_running_loop().time() - began
            await asyncio.sleep(max(1.0, every_s - passed) if known is not None else 1.0)

    async def stop(self) -> None:
        """End, and remember everything."""
        if self._probing is not None:
            self._probing.cancel()
            await asyncio.gather(self._probing, return_exceptions=True)
        with contextlib.suppress(NetdiagError):
            await self.inference.keep()

    async def _act(self, turn: Turn) -> None:
        if turn.changes:
            await self._changed()
        now = asyncio.get_running_loop().time()
        orphans = now - self._orphans_at > _ORPHANS_S and not turn.more
        if orphans:
            self._orphans_at = now
        idle = self._probing is None or self._probing.done()
        self._pointed_at |= turn.pointed_at
        if idle and (turn.suspicions or turn.ports or self._pointed_at or orphans):
            self._probing = asyncio.create_task(
                self._probe(turn.suspicions, turn.ports, orphans=orphans)
            )

    async def _probe(
        self,
        suspicions: tuple[Suspicion, ...],
        ports: Mapping[tuple[str, int], Event],
        *,
        orphans: bool,
    ) -> None:
        known = self.inference.known
        if known is None:
            return
        try:
            await self._name_ports(ports)
            wanted = [one for suspicion in suspicions for one in suspicion.ask]
            now = datetime.now(UTC)
            first = [s for s in sorted(self._pointed_at) if self.prober.may_ask(s, now)]
            self._pointed_at.difference_update(first[:_MOST_ASKED])
            subjects = [*first, *wanted][:_MOST_ASKED]
            events = await self.prober.ask(subjects, self._app(), known)
            self._doubt(events, known)
            await self._evidence.take(events)
            if orphans:
                await self._look_after_orphans()
        except NetdiagError as error:
            _log.warning("probing for outages: %s", error)

    def _doubt(self, events: Iterable[Event], known: Known) -> None:
        """A device that was silent once is asked again soon, three times in all: one lost packet is
        no outage, and three silences are not one lost packet."""
        for event in events:
            if event.state == "up":
                self._silences.pop(event.subject, None)
            elif event.subject in known.devices:
                silences = self._silences.get(event.subject, 0) + 1
                self._silences[event.subject] = silences
                if silences < _SILENCES:
                    self._pointed_at.add(event.subject)

    async def _name_ports(self, ports: Mapping[tuple[str, int], Event]) -> None:
        """Traps that told an ifIndex alone: ask the device for the name, and say it again."""
        for (device, index), event in ports.items():
            if len(self.ports) >= _MOST_PORTS:
                self.ports.clear()
            if (device, index) not in self.ports:
                self.ports[device, index] = await self._name(device, index)
            name = self.ports[device, index]
            if name:
                again = Event(
                    at=event.at,
                    source=event.source,
                    subject=f"{device}:{name}",
                    kind=event.kind,
                    state=event.state,
                    detail=event.detail,
                )
                await self._evidence.take([again])

    async def _name(self, device: str, index: int) -> str:
        """The inventory's name of a port by its ifIndex; empty when it cannot be told."""
        known, app = self.inference.known, self._app()
        listed = known.devices.get(device) if known else None
        if known is None or listed is None:
            return ""
        question = SnmpGet(oids={"name": f"{_IF_NAME}.{index}", "descr": f"{_IF_DESCR}.{index}"})
        target = of_device(listed, app.settings, app.content)
        reply = await app.wires.ask("snmp", target, question, Deadline.after(4.0))
        if not isinstance(reply, Answer) or not reply.rows:
            return ""
        told = [_text(reply.rows[0].get(column)) for column in ("name", "descr")]
        return find_port(told, known.ports.get(device, {})) or ""

    async def _look_after_orphans(self) -> None:
        """Outages that were open when the memory was lost: they end when their root is well."""
        watch, known = self.inference.watch, self.inference.known
        if watch is None or known is None:
            return
        living = [change.outage for change in watch.open()]
        now = datetime.now(UTC)
        for orphan in await asyncio.to_thread(self.inference.writer.orphans, living):
            if await self._is_over(orphan, now):
                note = "found well after inference had lost it"
                await asyncio.to_thread(self.inference.writer.let_go, orphan, now, note)
                await self._changed()

    async def _is_over(self, orphan: Outage, now: datetime) -> bool:
        known = self.inference.known
        if known is None:
            return False
        devices = {root.partition(":")[0] for root in orphan.root.split("+")}
        up = [await self.prober.device_is_up(one, self._app(), known) for one in devices]
        return all(up) if None not in up else now - orphan.since > _ORPHAN_GIVEN_UP


def _text(cell: object) -> str:
    return cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell or "")
