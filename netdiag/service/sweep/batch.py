"""A batch of devices: visited side by side, judged, written in one go."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, timedelta

from netdiag.inventory.inventory import Inventory
from netdiag.model.condition import Truth
from netdiag.model.content import Content
from netdiag.model.errors import NetdiagError
from netdiag.model.subscriber import Device
from netdiag.model.sweep import Finding, Hit, Reach
from netdiag.probing.ask import Ask
from netdiag.service.sweep.evidence import as_events
from netdiag.service.sweep.people import addresses, count_silent
from netdiag.service.sweep.policy import Policy
from netdiag.service.sweep.stops import Stop, stop
from netdiag.service.sweep.tally import Tally
from netdiag.service.sweep.visit import Visit, Visitor
from netdiag.settings import Settings
from netdiag.store.database import Database
from netdiag.store.events import Events
from netdiag.store.findings import Findings
from netdiag.store.sweeps import Sweeps, Visited
from netdiag.sweeping import past
from netdiag.sweeping.columns import Place
from netdiag.sweeping.known import Known, packed, unpacked, unpacked_day
from netdiag.sweeping.register import Changes, Votes, settle

_AGAIN = 10  # devices without an answer that are tried again side by side


class Batches:
    """Everything that visits need, for one process."""

    def __init__(
        self,
        *,
        settings: Settings,
        content: Content,
        inventory: Inventory,
        database: Database,
        ask: Ask,
        policy: Policy,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._content = content
        self._inventory = inventory
        self._policy = policy
        self._clock = clock
        self._sweeps = Sweeps(database)
        self._findings = Findings(database)
        self._events = Events(database)
        self._slots = asyncio.Semaphore(policy.at_once)
        self._sites: dict[str, asyncio.Semaphore] = {}
        self._days: dict[str, dict[date, bytes]] = {}  # of devices that are about to be visited
        self.rules = {rule.id: rule for rule in content.findings}
        self._visitor = Visitor(content, ask, self._past_of, policy.device_s, clock)

    async def run(
        self,
        sweep: str,
        devices: Sequence[Device],
        where: Mapping[str, Place],
        reach: Callable[[str], tuple[Reach | None, str, bool | None]],
        stopped: Callable[[], str],
        progress: Callable[[int], None] = lambda _: None,
    ) -> Tally:
        """Visit these. `reach` says of a device how it stands already (None: to be asked), why,
        and whether it answers ping; `stopped` why nobody else is asked any more."""
        stops = await asyncio.to_thread(self._stops, devices, where)
        misses = {it.device.id: it.known.misses for it in stops}
        if self._policy.subscribers:
            known = await asyncio.to_thread(addresses, self._inventory, stops)
            await count_silent(stops, known, self._policy)

        async def one(it: Stop) -> Visit:
            visit = await self._one(it, reach(it.device.id), stopped)
            progress(1)
            return visit

        visits = await asyncio.gather(*map(one, stops))
        visits = await self._again(stops, visits, stopped)
        return await asyncio.to_thread(self._write, sweep, stops, visits, misses)

    async def _one(
        self, it: Stop, told: tuple[Reach | None, str, bool | None], stopped: Callable[[], str]
    ) -> Visit:
        reach, why, ping = told
        if reach is not None:
            return self._visitor.not_visited(it, reach, why)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._site(it.device.site or ""))
            await stack.enter_async_context(self._slots)
            if stopped():
                return self._visitor.not_visited(it, Reach.NOT_ASKED, stopped())
            return await self._visitor.visit(it, ping)

    async def _again(
        self, stops: Sequence[Stop], visits: Sequence[Visit], stopped: Callable[[], str]
    ) -> list[Visit]:
        """Who answered ping and nothing else is asked once more, when the rush is over: our own
        load must not make anybody silent."""
        slots = asyncio.Semaphore(_AGAIN)

        async def once(it: Stop, visit: Visit) -> Visit:
            if visit.reach is not Reach.NO_ANSWER or stopped():
                return visit
            async with slots:
                return await self._visitor.visit(it, ping=True)

        return list(await asyncio.gather(*map(once, stops, visits)))

    def _stops(self, devices: Sequence[Device], where: Mapping[str, Place]) -> list[Stop]:
        ids = [device.id for device in devices]
        packed_ones = self._sweeps.known(ids)
        known = {name: unpacked(told) for name, told in packed_ones.items()}
        self._read_days(known)
        now = datetime.fromtimestamp(self._clock(), UTC)
        by_device: dict[str, list[Finding]] = {}
        for finding in self._findings.known(ids, now):
            by_device.setdefault(finding.device, []).append(finding)
        return [
            stop(
                device,
                known.get(device.id) or Known(),
                self._settings,
                self._content,
                where,
                by_device.get(device.id, []),
            )
            for device in devices
        ]

    def _write(
        self,
        sweep: str,
        stops: Sequence[Stop],
        visits: Sequence[Visit],
        misses: Mapping[str, int],
    ) -> Tally:
        now = datetime.fromtimestamp(self._clock(), UTC)
        for it in stops:
            self._days.pop(it.device.id, None)
        tally = Tally()
        sites = {it.device.id: it.device.site or "" for it in stops}
        hits: list[Hit] = []
        for visit in visits:
            tally.add_visit(visit, sites[visit.device])
            for hit in visit.hits:
                if self.rules[hit.rule].together:
                    tally.postpone(hit)
                else:
                    hits.append(hit)
        stands = {key: truth for visit in visits for key, truth in visit.stands.items()}
        known = [finding for it in stops for finding in it.open]
        apart = {f.key for f in known if f.rule in self.rules and self.rules[f.rule].together}
        tally.later_stands = [[*key, stands[key].name] for key in apart if key in stands]
        changes = self.settled(
            [f for f in known if f.key not in apart], hits, stands, sites.__getitem__, now
        )
        self._keep(sweep, visits, sites, now)
        self._events.add(as_events(sweep, visits, misses, now), now)
        tally.new = [one.id for one in changes.new if one.id is not None]
        tally.gone = [one.id for one in changes.gone if one.id is not None]
        return tally

    def settled(
        self,
        known: Sequence[Finding],
        hits: Sequence[Hit],
        stands: Mapping[tuple[str, str, str], Truth],
        site_of: Callable[[str], str],
        now: datetime,
    ) -> Changes:
        """Settle hits against what stood open, and write both."""
        changes = settle(
            known,
            hits,
            rules=self.rules,
            stands=lambda finding: stands.get(finding.key, Truth.UNKNOWN),
            site_of=site_of,
            hurt=self.hurt,
            votes={
                rule: Votes(useful=useful, nonsense=nonsense)
                for rule, (useful, nonsense) in self._findings.votes().items()
            },
            now=now,
        )
        changes.new = self._findings.keep(changes.new, [*changes.again, *changes.gone])
        return changes

    def hurt(self, hit: Hit) -> int | None:
        """Subscribers behind it, as far as the inventory knows."""
        if hit.device.startswith("site:"):
            return None
        names: list[str | None] = [None]
        if hit.index:
            names = list(dict.fromkeys((hit.port, hit.index)))
        counts = []
        for name in names:
            try:
                counts.append(len(self._inventory.behind(hit.device, name).subscribers))
            except NetdiagError:
                continue
        return max(counts, default=None)

    def _keep(
        self, sweep: str, visits: Sequence[Visit], sites: Mapping[str, str], now: datetime
    ) -> None:
        rows = [
            Visited(
                device=visit.device,
                site=sites[visit.device],
                reach=str(visit.reach),
                detail=visit.detail,
                known=packed(visit.known) if visit.known is not None else None,
            )
            for visit in visits
        ]
        days = [(v.device, *v.closed_day) for v in visits if v.closed_day is not None]
        self._sweeps.keep(sweep, rows, days, now)

    def _past_of(self, device: str, today: date) -> past.Days:
        """Read beforehand, for all devices of the batch at once."""
        days = self._days.pop(device, None)
        if days is None:  # the day began while the batch was under way
            since = today - timedelta(days=self._policy.days)
            days = self._sweeps.days([device], since).get(device, {})
        return {day: unpacked_day(told) for day, told in days.items()}

    def _read_days(self, known: Mapping[str, Known]) -> None:
        """Of the devices whose past is to be worked out anew today."""
        today = datetime.fromtimestamp(self._clock(), UTC).date()
        names = [name for name, one in known.items() if one.usual_of != today.isoformat()]
        since = today - timedelta(days=self._policy.days)
        found = self._sweeps.days(names, since)
        self._days.update({name: found.get(name, {}) for name in names})

    def _site(self, site: str) -> asyncio.Semaphore:
        if site not in self._sites:
            most = self._policy.site_at_once if site else self._policy.at_once
            self._sites[site] = asyncio.Semaphore(most)
        return self._sites[site]
