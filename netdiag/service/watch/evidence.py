"""Everything that tells of up and down goes through here: kept once, then read by inference.

The store is the queue: what is kept is not lost over a crash, and a storm waits on disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from netdiag.listeners.traps import Heard
from netdiag.model.event import Event
from netdiag.store.events import Events

Json = dict[str, Any]
_AHEAD = timedelta(minutes=10)  # a clock that is further ahead is not believed


class Evidence:
    """The one way in. `fresh` is set when something new was kept."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self.fresh = asyncio.Event()
        self.taken = 0
        self.repeated = 0

    async def take(self, found: Sequence[Event]) -> int:
        """Keep events; how many were new. Raises StoreError: then nothing was kept."""
        if not found:
            return 0
        now = datetime.now(UTC)
        new = await asyncio.to_thread(self._events.add, [_sane(one, now) for one in found], now)
        self.taken += new
        self.repeated += len(found) - new
        if new:
            self.fresh.set()
        return new


def _sane(event: Event, now: datetime) -> Event:
    if event.at <= now + _AHEAD:
        return event
    return replace(event, at=now, key=event.key or event.once)


def from_traps(heard: Iterable[Heard], name: Callable[[str, int], str]) -> list[Event]:
    """Notifications as events. A port that is told by its ifIndex alone, and whose name nobody has
    asked for yet, is `DEVICE:#INDEX`; a subscriber's own mark (serial number) stands in the
    detail."""
    return [_from_trap(one, name) for one in heard]


def _from_trap(heard: Heard, name: Callable[[str, int], str]) -> Event:
    meaning = heard.meaning
    at = datetime.fromtimestamp(heard.at, UTC)
    if meaning is None:
        return Event(
            at=at, source="traps", subject=heard.device, kind="trap", state="unknown",
            detail={"oid": heard.told.oid}, key=f"{heard.device}:{heard.key}",
        )  # fmt: skip
    detail: Json = {"trap": meaning.pattern.name}
    if meaning.pattern.cause:
        detail["cause"] = meaning.pattern.cause
    if meaning.mark:
        detail["mark"] = meaning.mark
    if meaning.index is not None:
        detail["if_index"] = meaning.index
    place = meaning.port or ""
    if not place and meaning.index is not None:
        place = name(heard.device, meaning.index) or f"#{meaning.index}"
    return Event(
        at=at,
        source="traps",
        subject=f"{heard.device}:{place}"[:200] if place else heard.device,
        kind=meaning.pattern.kind,
        state=meaning.pattern.state,
        detail=detail,
        key=f"{heard.device}:{heard.key}",
    )


def from_diagnosis(document: Json) -> list[Event]:
    """What a verdict says of the subscriber's line, and what was seen of the device. A fault of
    the account, or none that could be told, says nothing about the network."""
    verdict, attachment = document["verdict"], document.get("attachment") or {}
    at = datetime.fromisoformat(document["finished_at"])
    side = verdict["side"]
    state = {"provider": "down", "subscriber": "down", "none": "up"}.get(side, "unknown")
    detail = {
        "side": side,
        "segment": verdict["segment"],
        "fault": verdict["fault"],
        "grade": verdict["grade"],
        "device": attachment.get("device"),
        "diagnosis": document["id"],
    }
    return [
        Event(
            at=at, source="diagnosis", subject=document["subscriber"], kind="verdict",
            state=state, detail=detail, key=document["id"],
        )
    ]  # fmt: skip


def from_contact(subscriber: str, source: str, delivery: str, at: datetime) -> Event:
    """Somebody complained: a ticket, a call."""
    return Event(
        at=at, source=source, subject=subscriber, kind="contact", state="down", key=delivery
    )
