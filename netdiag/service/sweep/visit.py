"""One visit to one device: ask what is due, more where something moved, judge, remember."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from netdiag.model.condition import Truth
from netdiag.model.content import Content
from netdiag.model.sweep import DEVICE, Hit, Reach, SweepSheet, Table
from netdiag.model.wire import Answer, Deadline, NoAnswer, Sheet, Target
from netdiag.model.words import AbsenceReason
from netdiag.probing.ask import Ask
from netdiag.service.sweep.extra import Extras
from netdiag.service.sweep.stops import Stop
from netdiag.sweeping import past
from netdiag.sweeping.columns import carry, whole
from netdiag.sweeping.growth import span
from netdiag.sweeping.judge import facts_at, hits, is_gone, names_read, stand
from netdiag.sweeping.known import Columns, Known, Numbers, forget, packed_day, unpacked_day
from netdiag.sweeping.plan import asked_at, due, further, question
from netdiag.sweeping.read import empty_ones, read

_SILENT = (AbsenceReason.TIMED_OUT, AbsenceReason.NOT_REACHABLE)
_SNMP = "snmp"
Past = Callable[[str, date], past.Days]


@dataclass(slots=True, kw_only=True)
class Visit:
    """What a visit brought. `stands`: the rules of the findings that were open before."""

    device: str
    reach: Reach
    detail: str = ""
    hits: list[Hit] = field(default_factory=list)
    stands: dict[tuple[str, str, str], Truth] = field(default_factory=dict)
    holes: dict[str, str] = field(default_factory=dict)
    varbinds: int = 0
    seconds: float = 0.0
    known: Known | None = None
    closed_day: tuple[date, bytes] | None = None


class Visitor:
    """Visits over one content. `past_of` reads the days of a device; `clock` is Unix time."""

    def __init__(
        self,
        content: Content,
        ask: Ask,
        past_of: Past,
        device_s: float = 30.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._content = content
        self._ask = ask
        self._past_of = past_of
        self._device_s = device_s
        self._clock = clock
        self._extras = Extras(content, ask)
        self._sheets: dict[str, tuple[SweepSheet, ...]] = {}
        self._tracks = past.tracked(content.vocabulary)
        types = content.vocabulary.types
        self._pasts = [(name, kind.past) for name, kind in types.items() if kind.past]

    async def visit(self, stop: Stop, ping: bool | None) -> Visit:
        """Ask one device; `ping` says whether it answered that."""
        began = time.monotonic()
        deadline = Deadline.after(self._device_s)
        now = self._clock()
        if _can(stop.target):
            visit = await self._over_snmp(stop, ping, now, deadline)
        else:
            visit = await self._without_snmp(stop, ping, now, deadline)
        visit.seconds = time.monotonic() - began
        return visit

    def not_visited(self, stop: Stop, reach: Reach, detail: str = "") -> Visit:
        """A device that was not asked, or is silent: judged by that alone."""
        table: Columns = {}
        if reach is Reach.SILENT:
            table["device.reachable"] = {DEVICE: False}
            stop.known.misses += 1
        visit = Visit(device=stop.device.id, reach=reach, detail=detail, known=stop.known)
        self._judge(stop, table, visit)
        return visit

    async def _over_snmp(
        self, stop: Stop, ping: bool | None, now: float, deadline: Deadline
    ) -> Visit:
        known = stop.known
        sheets = self._sheets_of(stop.target.platform)
        first = due(sheets, known, now)
        reply = await self._ask(_SNMP, stop.target, question(first, known), deadline)
        if isinstance(reply, NoAnswer) or reply.sheet is None:
            return self._unanswered(stop, ping, reply)
        table, holes = read(first, reply.sheet)
        visit = Visit(device=stop.device.id, reach=Reach.OK, varbinds=_count(reply.sheet))
        self._learn(known, first, reply.sheet, holes, now)
        at = span(known, table, now)
        more = further(sheets, first, known, table, holes=holes, restarted=at.restarted, now=now)
        if more:
            again = await self._ask(_SNMP, stop.target, question(more, known), deadline)
            if isinstance(again, Answer) and again.sheet is not None:
                told, gaps = read(more, again.sheet)
                table, holes = {**told, **table}, {**holes, **gaps}
                visit.varbinds += _count(again.sheet)
                self._learn(known, more, again.sheet, gaps, now)
            else:
                holes["second"] = again.detail if isinstance(again, NoAnswer) else ""
        forget(known, {fact for sheet in (*first, *more) for fact in sheet.yields} - table.keys())
        extra, put = await self._extras.read(stop.target, known, now, deadline)
        visit.varbinds += put
        self._finish(stop, {**table, **extra}, visit, now, ping)
        if holes:
            visit.reach, visit.holes = Reach.PARTIAL, holes
            visit.detail = next(iter(holes.values()))
        return visit

    async def _without_snmp(
        self, stop: Stop, ping: bool | None, now: float, deadline: Deadline
    ) -> Visit:
        visit = Visit(device=stop.device.id, reach=Reach.OK)
        table, put = await self._extras.read(stop.target, stop.known, now, deadline)
        if not table and ping is not True:
            visit.reach = Reach.NOT_ASKED
            visit.detail = "no SNMP community is configured for it, and it was not pinged"
            return visit
        visit.varbinds = put
        self._finish(stop, table, visit, now, ping)
        return visit

    def _unanswered(self, stop: Stop, ping: bool | None, reply: Answer | NoAnswer) -> Visit:
        why = reply.why if isinstance(reply, NoAnswer) else AbsenceReason.UNREADABLE
        detail = reply.detail if isinstance(reply, NoAnswer) else "no columns came back"
        visit = Visit(device=stop.device.id, reach=Reach.REFUSED, detail=detail, known=stop.known)
        table: Columns = {}
        if ping is not None:
            table["device.reachable"] = {DEVICE: ping}
        if why in _SILENT and ping is None:  # silence of one protocol, on a host that cannot ping
            visit.reach = Reach.NOT_ASKED
            visit.detail = f"this host could not ping it, and over SNMP: {detail}"
        elif why in _SILENT:
            visit.reach = Reach.NO_ANSWER if ping else Reach.SILENT
            table["device.mgmt_answers"] = {DEVICE: False}
            stop.known.misses += 1
        elif why is AbsenceReason.NOT_ASKED:
            visit.reach = Reach.NOT_ASKED
        self._judge(stop, table, visit)
        return visit

    def _finish(
        self, stop: Stop, told: Columns, visit: Visit, now: float, ping: bool | None
    ) -> None:
        known = stop.known
        today = datetime.fromtimestamp(now, UTC).date()
        if known.day and known.day != today.isoformat():
            visit.closed_day = self._close_day(known)
        known.day = today.isoformat()
        if known.usual_of != known.day:
            known.usual = self._usual(known, stop.device.id, today, visit.closed_day)
            known.usual_of = known.day
        told = {**told, **stop.beside}
        table, at = whole(known, told, self._content.vocabulary, stop.place, now)
        table["device.reachable"] = {DEVICE: True}
        table["device.mgmt_answers"] = {DEVICE: True}
        past.gather(known, table, self._tracks, now)
        self._judge(stop, table, visit)
        carry(known, told, at, now)
        known.misses = 0
        visit.known = known

    def _judge(self, stop: Stop, table: Table, visit: Visit) -> None:
        rules = self._content.findings
        visit.hits = hits(rules, stop.device.id, table)
        by_id = {rule.id: rule for rule in rules}
        found = {(hit.rule, hit.device, hit.index) for hit in visit.hits}
        for finding in stop.open:
            rule = by_id.get(finding.rule)
            if rule is not None and finding.key not in found:
                facts = facts_at(table, finding.place, names_read(rule))
                gone = is_gone(rule, table, finding.place)
                visit.stands[finding.key] = Truth.FALSE if gone else stand(rule, facts)

    def _learn(
        self,
        known: Known,
        asked: list[SweepSheet],
        answer: Sheet,
        holes: Mapping[str, str],
        now: float,
    ) -> None:
        """What the device serves, and when it was asked."""
        empty = set(empty_ones(asked, answer))
        known.empty = [name for name in known.empty if name not in {s.id for s in asked}]
        known.empty += sorted(empty)
        for sheet in asked:
            known.asked[sheet.id] = asked_at(sheet, now, whole=not holes.keys() & sheet.yields)

    def _close_day(self, known: Known) -> tuple[date, bytes]:
        told = past.close_day(known, self._tracks)
        known.today = {}
        return date.fromisoformat(known.day), packed_day(told)

    def _usual(
        self, known: Known, device: str, today: date, closed: tuple[date, bytes] | None
    ) -> Numbers:
        days = dict(self._past_of(device, today))
        if closed is not None:
            days[closed[0]] = unpacked_day(closed[1])
        oldest = min(days, default=today).isoformat()
        known.since = {index: day for index, day in known.since.items() if day > oldest}
        return past.usual(self._pasts, days, today, known.since) if days else {}

    def _sheets_of(self, platform: str) -> tuple[SweepSheet, ...]:
        if platform not in self._sheets:
            self._sheets[platform] = self._content.sheets_of(platform)
        return self._sheets[platform]


def _can(target: Target) -> bool:
    return _SNMP + ".community" in target.secrets or target.options.get("snmp.version") == "3"


def _count(sheet: Sheet) -> int:
    return len(sheet.single) + sum(map(len, sheet.columns.values()))
