"""Follows the lives of outages, whoever changes them (inference, the API, the command line), and
starts what has to be told of each change, once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from netdiag.model.notice import News
from netdiag.model.outage import OutageState
from netdiag.service.daemon.durable import Durable
from netdiag.service.watch.notify_settings import Destination
from netdiag.store.cursors import Cursors
from netdiag.store.notices import Notices
from netdiag.store.outages import Entry, Logged, Register

_CURSOR = "news"
_TOLD_AS = {"confirmed": News.RAISED, "changed": News.CHANGED, "cleared": News.CLEARED}
_KNOWN = (OutageState.CONFIRMED, OutageState.CLEARING)


def change_of(before: Sequence[Entry], entry: Entry) -> str:
    """What a line of an outage's life means to others: suspected, confirmed, changed, clearing,
    cleared, merged (it is part of another one), or dismissed (it ended before it was confirmed)."""
    known = any(one.state in _KNOWN for one in before)
    if entry.state is OutageState.CLEARED:
        if before and before[-1].state is OutageState.CLEARED:
            return "changed"  # a remark after the end
        if known and entry.evidence.get("merged_into"):
            return "merged"
        return "cleared" if known else "dismissed"
    if entry.state is OutageState.SUSPECTED:
        return "suspected"
    if not known:
        return "confirmed"
    again = before[-1].state is not entry.state
    return "clearing" if entry.state is OutageState.CLEARING and again else "changed"


class NewsDesk:
    """Reads on in the log of all outages. `look` may be called at any time; nothing is told twice,
    and nothing is left out over a crash."""

    def __init__(
        self,
        register: Register,
        cursors: Cursors,
        notices: Notices,
        durable: Durable,
        site: str,
    ) -> None:
        self._register = register
        self._cursors = cursors
        self._notices = notices
        self._durable = durable
        self._site = site
        self._number: int | None = None

    async def look(self, destinations: Sequence[Destination]) -> int:
        """Take up what is new; how many changes that were."""
        if self._number is None:
            self._number = await asyncio.to_thread(self._cursors.get, _CURSOR) or 0
        fresh = await asyncio.to_thread(self._register.log_after, self._number)
        for logged in fresh:
            await self._take_up(logged, destinations)
        if fresh:
            self._number = fresh[-1].number
            now = datetime.now(UTC)
            await asyncio.to_thread(self._cursors.put, _CURSOR, self._number, now)
        return len(fresh)

    async def _take_up(self, logged: Logged, destinations: Sequence[Destination]) -> None:
        life = await asyncio.to_thread(self._register.log, logged.outage)
        # Lines of one outage are in the order of their numbers: those before this one come first.
        index = next((n for n, one in enumerate(life) if one == logged.entry), len(life))
        change = change_of(life[:index], logged.entry)
        await self._durable.enqueue(
            "outage",
            f"outage-{logged.outage}-{logged.number}",
            {"outage": logged.outage, "change": change, "number": logged.number},
            site=self._site,
        )
        kind = _TOLD_AS.get(change)
        if kind is None or (kind is News.CHANGED and not logged.entry.note):
            return
        for one in destinations:
            key = f"{logged.outage}:{logged.number}:{one.name}"[:200]
            await asyncio.to_thread(
                self._notices.add, key, logged.outage, one.name, kind, logged.entry.at
            )
