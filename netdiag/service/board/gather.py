"""The board's state, put together at most every second or so, for all who look."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import islice

from netdiag.inventory.topology import Topology
from netdiag.model.errors import NetdiagError
from netdiag.model.outage import Outage
from netdiag.model.subscriber import Device
from netdiag.service.board.mix import mix
from netdiag.service.board.state import BoardState, Health, Held, OutageRow, Share, Weak
from netdiag.service.board.symptoms import flapping, unexplained
from netdiag.service.board.tree import Shape, grow, lights, shape
from netdiag.service.daemon.daemon import Daemon
from netdiag.service.watch.held import held as held_back
from netdiag.store.findings import Findings
from netdiag.store.glance import Glance, Note
from netdiag.store.sweeps import Sweeps

_FRESH_S = 1.5
_MIX_S = 60.0
_LOOK_BACK = timedelta(hours=3)
_EVENTS_BACK = timedelta(hours=1)
_LOOKUPS = 300  # subscribers that are looked up per look; the rest stand for themselves
_REMEMBER = 20_000
_MOST = 500  # of what is listed and counted


class Board:
    """One for all who look at the board of this daemon."""

    def __init__(self, daemon: Daemon) -> None:
        self._daemon = daemon
        self._glance = Glance(daemon.database)
        self._lock = asyncio.Lock()
        self._state: BoardState | None = None
        self._made = 0.0
        self._shape: Shape | None = None
        self._mix: tuple[float, tuple[Share, ...]] = (0.0, ())
        self._places: dict[str, tuple[str, str | None] | None] = {}

    async def state(self) -> BoardState:
        """As it is now, or was a second ago. Raises StoreError, InventoryUnavailableError."""
        async with self._lock:
            if self._state is None or time.monotonic() - self._made > _FRESH_S:
                jobs, oldest = await self._daemon.jobs.unfinished()
                self._state = await asyncio.to_thread(self._gather, jobs, oldest)
                self._made = time.monotonic()
            return self._state

    def soon(self) -> None:
        """Something was changed by hand: the next look is a fresh one."""
        self._made = 0.0

    def _gather(self, jobs: dict[str, int], oldest: datetime | None) -> BoardState:
        now = datetime.now(UTC)
        inventory = self._daemon.app.inventory
        troubles = list(self._daemon.trouble())
        devices, topology = self._network(troubles)
        found = self._daemon.outages.open_ones()
        silent = tuple(n for n in self._daemon.app.wires.resting if n in devices)
        lit = lights(found, topology, _by_site(devices), silent)
        if self._shape is None or self._shape.topology is not topology:
            self._shape = shape(topology)
            self._places.clear()
        seen = self._glance.reported(now - _EVENTS_BACK)
        faults = self._glance.faults(now - _LOOK_BACK, ("provider",))
        held = self._held(now)
        swept = next(iter(Sweeps(self._daemon.database).last(1)), None)
        known = self._placed([one.subject for one in seen if one.state == "down"], devices)
        return BoardState(
            at=now,
            outages=self._rows(found, held),
            tree=grow(self._shape, lit, devices),
            devices=len(topology.devices),
            symptoms=tuple(unexplained(faults, seen, lit, known.get)),
            flaps=tuple(flapping(seen)),
            mix=self._shares(now),
            held=held,
            weak=self._weak(),
            health=Health(
                last_sweep=swept.finished_at or swept.started_at if swept else None,
                findings=len(Findings(self._daemon.database).find(limit=_MOST)) if swept else None,
                waiting=self._daemon.backlog.waiting,
                jobs=jobs,
                oldest_s=(now - oldest).total_seconds() if oldest else 0.0,
                silent=silent,
                workers=self._daemon.company.workers_by_site(),
                revision=self._daemon.app.content.revision,
                troubles=(*troubles, *self._daemon.company.trouble, *inventory.unavailable()),
            ),
        )

    def _network(self, troubles: list[str]) -> tuple[dict[str, Device], Topology]:
        """Devices by id and the topology; without an inventory the rest is shown all the same."""
        inventory = self._daemon.app.inventory
        try:
            return {one.id: one for one in inventory.devices()}, inventory.topology()
        except NetdiagError as error:
            troubles.append(str(error))
            return {}, self._shape.topology if self._shape else Topology({}, ())

    def _held(self, now: datetime) -> tuple[Held, ...]:
        """The newest first."""
        daemon = self._daemon
        watching = daemon.watching
        every = held_back(
            daemon.outages, watching.notices, watching.windows, watching.redundancy, daemon.app, now
        )
        lines = [
            Held(at=one.at, what=f"{one.destination}: {one.root}", because=one.why,
                 state=one.state, outage=one.outage)
            for one in islice(every, _MOST)
        ]  # fmt: skip
        return tuple(sorted(lines, key=lambda one: one.at, reverse=True))

    def _weak(self) -> tuple[Weak, ...]:
        """Redundancy that is gone just now, the oldest first."""
        return tuple(
            Weak(resource=one.resource, since=one.since, dependents=one.dependents)
            for one in self._daemon.watching.redundancy.now()
        )

    def _rows(self, found: list[Outage], held: tuple[Held, ...]) -> tuple[OutageRow, ...]:
        ids = [one.id for one in found]
        notes = self._glance.last_notes(ids)
        tickets = self._glance.tickets_of(ids)
        waiting = Counter(one.outage for one in held)
        nothing = Note(at=datetime.now(UTC), who="", text="")
        rows = [
            OutageRow(
                outage=one,
                note=(note := notes.get(one.id, nothing)).text,
                note_by=note.who,
                note_at=note.at if note.text else None,
                tickets=tickets.get(one.id, 0),
                held=waiting[one.id],
            )
            for one in found
        ]
        return tuple(sorted(rows, key=_weight))

    def _shares(self, now: datetime) -> tuple[Share, ...]:
        made, shares = self._mix
        if not shares or time.monotonic() - made > _MIX_S:
            shares = mix(self._glance, now)
            self._mix = (time.monotonic(), shares)
        return shares

    def _placed(
        self, subjects: list[str], devices: dict[str, Device]
    ) -> dict[str, tuple[str, str | None] | None]:
        """Device and port of each subject; of subscribers as many as there is time for."""
        inventory = self._daemon.app.inventory
        if len(self._places) > _REMEMBER:
            self._places.clear()
        left = _LOOKUPS
        for subject in subjects:
            device, _, port = subject.partition(":")
            if device in devices:
                self._places[subject] = (device, port or None)
            elif subject not in self._places and left:
                left -= 1
                try:
                    found = inventory.subscriber(subject)
                except NetdiagError:
                    continue
                at = found.attachment if found else None
                self._places[subject] = (at.device, at.port) if at and at.device else None
        return {one: self._places[one] for one in subjects if one in self._places}


def _by_site(devices: dict[str, Device]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for device in devices.values():
        if device.site:
            found.setdefault(device.site.casefold(), []).append(device.id)
    return found


def _weight(row: OutageRow) -> tuple[bool, int, datetime]:
    """Suspected ones last, then by subscribers, then the older first."""
    outage = row.outage
    return (outage.state == "suspected", -(outage.subscribers or 0), outage.since)
