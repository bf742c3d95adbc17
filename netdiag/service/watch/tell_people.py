"""Gives notices to people through the one gate, as durable messages."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from netdiag.model.errors import NetdiagError
from netdiag.model.notice import News, Notice, NoticeState
from netdiag.notify.gate import Concern, decide
from netdiag.notify.people import tell
from netdiag.notify.webhook import NotDeliveredError
from netdiag.notify.wording import Line, message
from netdiag.service.app import App
from netdiag.service.daemon.durable import Durable
from netdiag.service.diagnosis.wording import when
from netdiag.service.outages.place import expected_by, place_of
from netdiag.service.watch.notify_settings import Destination
from netdiag.service.watch.tell_weakened import concern_of, line_of
from netdiag.service.watch.weakened import Redundancy
from netdiag.store.maintenance import Windows
from netdiag.store.notices import WAITING, Notices
from netdiag.store.outages import Register

Json = dict[str, Any]
_HOUR = timedelta(hours=1)


class People:
    """Every destination of `notify.people`."""

    def __init__(
        self,
        register: Register,
        notices: Notices,
        windows: Windows,
        redundancy: Redundancy,
        durable: Durable,
        site: str,
    ) -> None:
        self._register = register
        self._notices = notices
        self._windows = windows
        self._redundancy = redundancy
        self._entered: set[str] = set()
        self._durable = durable
        self._site = site

    async def recover(self) -> None:
        """What was about to be sent when the process died, and is in no flow, is due again."""
        for key in await asyncio.to_thread(self._notices.going):
            if await self._durable.known(key) is None:
                await asyncio.to_thread(self._give_back, key)

    async def weakened(self, destinations: Sequence[Destination]) -> int:
        """Enter what became news of redundancy, and what is over of it; how many that were."""
        return await asyncio.to_thread(self._weakened, destinations)

    async def look(self, app: App, destinations: Sequence[Destination]) -> int:
        """Send what may go now; how many messages that were."""
        sent = 0
        for destination in destinations:
            work = await asyncio.to_thread(self._decided, app, destination, datetime.now(UTC))
            if work is not None:
                await self._durable.enqueue("notice", work["message"], work, site=self._site)
                sent += 1
        return sent

    async def send(self, work: Json, destinations: Sequence[Destination]) -> Json:
        """The step of the flow. What another process took back meanwhile is its to send."""
        if not await asyncio.to_thread(self._under_way, work["message"]):
            return {}
        for one in destinations:
            if one.name == work["destination"]:
                await tell(one.name, one.url, work["title"], work["text"])
                return {}
        raise NotDeliveredError(f"{work['destination']!r} stands no more in netdiag.yaml")

    async def ended(self, work: Json, why: str) -> Json:
        """The last step of the flow."""
        await asyncio.to_thread(self._ended, work["message"], why)
        return {}

    def _weakened(self, destinations: Sequence[Destination]) -> int:
        news = [(one, News.RAISED, one.told_at) for one in self._redundancy.all()]
        news += [(one, News.CLEARED, one.ended_at) for one, _, told in news if told is not None]
        entered = 0
        for one, kind, at in news:
            mark = f"{one.id}:{kind}"
            if at is None or mark in self._entered:
                continue
            for to in destinations:
                self._notices.add(f"{mark}:{to.name}"[:200], one.id, to.name, kind, at)
            self._entered.add(mark)
            entered += 1
        return entered

    def _under_way(self, key: str) -> list[int]:
        found = self._notices.of_message(key)
        return [one.id for one in found if one.state is NoticeState.SENDING]

    def _give_back(self, key: str) -> None:
        self._notices.put(self._under_way(key), NoticeState.DUE, of=(NoticeState.SENDING,))

    def _ended(self, key: str, why: str) -> None:
        state = NoticeState.FAILED if why else NoticeState.SENT
        self._notices.put(self._under_way(key), state, why=why, of=(NoticeState.SENDING,))

    def _decided(self, app: App, destination: Destination, now: datetime) -> Json | None:
        waiting = self._notices.waiting(destination.name)
        if not waiting:
            return None
        decision = decide(
            waiting,
            lambda outage: self._told(outage, destination.name),
            self._concerns(app, waiting, now),
            destination.policy,
            messages=self._notices.messages(destination.name, now - _HOUR),
            now=now,
            local=now.astimezone(ZoneInfo(app.settings.timezone)),
        )
        for number, why in decision.drop.items():
            self._notices.put([number], NoticeState.DROPPED, why=why, now=now, of=WAITING)
        known = {one.id: one.why for one in waiting}
        for number, why in decision.hold.items():
            if known[number] != why:
                self._notices.put([number], NoticeState.HELD, why=why, of=WAITING)
        if not decision.send:
            return None
        key = f"notice-{uuid.uuid4().hex}"
        sending = NoticeState.SENDING
        self._notices.put(decision.send, sending, message=key, now=now, of=WAITING)
        going = self._notices.of_message(key)
        if not going:
            return None  # another process was at them at the same moment
        try:
            lines = self._lines(app, going, destination.language)
        except NetdiagError:
            self._give_back(key)
            raise
        title, text = message(lines, destination.language)
        return {"message": key, "destination": destination.name, "title": title, "text": text}

    def _told(self, outage: str, destination: str) -> bool:
        return any(
            one.destination == destination
            and one.kind is News.RAISED
            and one.state in (NoticeState.SENT, NoticeState.SENDING)
            for one in self._notices.of_outage(outage)
        )

    def _concerns(
        self, app: App, waiting: Sequence[Notice], now: datetime
    ) -> Mapping[str, Concern]:
        windows = self._windows.current(now)
        found = {}
        weak = {one.id: one for one in self._redundancy.all()}
        for key in {one.outage for one in waiting}:
            if key in weak:
                found[key] = concern_of(weak[key], windows, app, now)
                continue
            outage = self._register.get(key)
            if outage is None:
                found[key] = Concern(subscribers=None, site=None, over=True)
                continue
            window = expected_by(outage.root, windows, app.inventory, now)
            found[key] = Concern(
                subscribers=outage.subscribers,
                site=place_of(outage.root, app.inventory).site,
                over=not outage.open,
                maintenance=f"maintenance {window.id} until {window.until:%H:%M}" if window else "",
            )
        return found

    def _lines(self, app: App, going: Sequence[Notice], language: str) -> list[Line]:
        zone = app.settings.timezone
        newest = {one.outage: one for one in going}  # of one outage the last news is enough
        weak = {one.id: one for one in self._redundancy.all()}
        lines = [
            line_of(weak[key], app, when(weak[key].since, language, zone))
            for key in newest
            if key in weak
        ]
        for notice in newest.values():
            outage = self._register.get(notice.outage)
            if outage is None:
                continue
            lasted = outage.cleared_at - outage.since if outage.cleared_at else None
            lines.append(
                Line(
                    kind=News.CLEARED if not outage.open else notice.kind,
                    id=outage.id,
                    root=outage.root,
                    site=place_of(outage.root, app.inventory).site,
                    cause=outage.cause,
                    subscribers=outage.subscribers,
                    since=when(outage.since, language, zone),
                    expected_end=when(outage.expected_end, language, zone)
                    if outage.expected_end
                    else None,
                    minutes=round(lasted.total_seconds() / 60) if lasted else None,
                )
            )
        return lines
