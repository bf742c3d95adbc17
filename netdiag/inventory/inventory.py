"""Who is connected where: the one door to all sources. Blocking; call it in a thread."""

from __future__ import annotations

import re
from collections.abc import Iterable

from netdiag.inventory import checks
from netdiag.inventory.devices import Devices
from netdiag.inventory.found import Found, FoundKind, Impact
from netdiag.inventory.impact import impact, people
from netdiag.inventory.keys import By, Reading, fold, readings
from netdiag.inventory.pool import Asking, Pool
from netdiag.inventory.records import Problem, SourceState
from netdiag.inventory.source import Source
from netdiag.inventory.topology import Topology
from netdiag.model.subscriber import Attachment, Device, Subscriber

_SEVERAL = 20  # subscribers named at most when a key is ambiguous
_MOST_PEOPLE = 20_000  # of one outage whose records are read
_ON_DEVICE = 2000  # subscribers of one device that are looked at for neighbours


class Inventory:
    """Looks things up in the sources, the first source first. Thread-safe."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._pool = Pool(tuple(sources))
        self._devices = Devices(self._pool)

    def find(self, key: str) -> Found:
        """Whom a key means: id, login, phone, IPv4 address, MAC in any notation or device:port.

        Raises InventoryUnavailableError when nobody knows the key and some source could not be
        asked: then it is not known to be unknown.
        """
        asking = self._pool.asking()
        for reading in readings(key):
            if reading.by is By.PORT:
                found = self._on_port(key, reading, asking)
                if found:
                    return found
                continue
            people = self._matching(reading, asking)
            if people:
                return _found(key, reading.by, people, asking)
        asking.must_know()
        return Found(key=key, kind=FoundKind.NOBODY)

    def subscriber(self, ident: str) -> Subscriber | None:
        """The subscriber of exactly that id. Raises InventoryUnavailableError."""
        asking = self._pool.asking()
        people = self._matching(Reading(by=By.ID, value=ident), asking)
        if not people:
            asking.must_know()
            return None
        return people[0]

    def device(self, ident: str) -> Device | None:
        """A device, merged from all sources that know it. Raises InventoryUnavailableError."""
        return self._devices.one(ident)

    def devices(self) -> tuple[Device, ...]:
        """All devices that can be listed (an API asked key by key lists none). Raises
        InventoryUnavailableError when there are none and some source could not be asked."""
        return self._devices.all()

    def devices_of_site(self, site: str) -> tuple[Device, ...]:
        """Devices of one site; upper and lower case are the same."""
        return tuple(d for d in self._devices.all() if fold(d.site or "") == fold(site))

    def neighbours(self, attachment: Attachment, limit: int = 5) -> tuple[Attachment, ...]:
        """Other subscribers' places on the same device, the nearest port numbers first.

        Raises InventoryUnavailableError when no source could tell.
        """
        if not attachment.device:
            return ()
        asking = self._pool.asking()
        people = self._matching(Reading(by=By.DEVICE, value=attachment.device), asking, _ON_DEVICE)
        if not people:
            asking.must_know()
        own = _place(attachment)
        places = {
            _place(s.attachment): s.attachment for s in people if s.attachment and s.attachment.port
        }
        places.pop(own, None)
        order = sorted([*places, own], key=_natural)
        middle = order.index(own)
        near = sorted(places, key=lambda place: abs(order.index(place) - middle))
        return tuple(places[place] for place in near[:limit])

    def on_device(self, device: str, limit: int = 50_000) -> tuple[Subscriber, ...]:
        """Everybody who is connected to a device. Raises InventoryUnavailableError when no source
        could tell."""
        asking = self._pool.asking()
        people = self._matching(Reading(by=By.DEVICE, value=device), asking, limit)
        if not people:
            asking.must_know()
        return people

    def behind(self, device: str, port: str | None = None) -> Impact:
        """Who loses service when the device, or what hangs on one of its ports, fails.

        Raises InventoryUnavailableError when no source could tell anything.
        """
        return impact(self._pool, self.topology(), device, port)

    def people(self, found: Impact, limit: int = _MOST_PEOPLE) -> list[Subscriber]:
        """The records of those who are behind it, in its order; an id alone where no source gives
        more."""
        return people(self._pool, found, limit)

    def topology(self) -> Topology:
        """Which device hangs below which; kept until a source changes."""
        return self._devices.topology()

    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong in the sources. Reads whole tables: for `check`, not for a
        diagnosis. Sources that are down are among the problems."""
        self.refresh()
        return checks.problems(self._pool, self._devices)

    def describe(self) -> tuple[SourceState, ...]:
        """Every source with its counts and age; asks databases, never raises."""
        return tuple(source.state() for source in self._pool.sources)

    def unavailable(self) -> tuple[str, ...]:
        """Why some source did not answer just now; empty: all that were asked did. After
        `devices`, `devices_of_site` or `topology`: what is missing in them, and why."""
        return self._pool.unavailable

    def waiting_for(self) -> tuple[str, ...]:
        """Names of the sources that some thread has asked and that have not answered yet."""
        return self._pool.waiting_for

    def refresh(self) -> None:
        """Read changed files and old lists again now, instead of with the next question. A source
        that is down keeps its old content."""
        self._pool.forgive()
        self._pool.asking().each(lambda s: s.refresh())

    def close(self) -> None:
        """Let go of files and connections."""
        for source in self._pool.sources:
            source.close()

    def _matching(
        self, reading: Reading, asking: Asking, limit: int = _SEVERAL
    ) -> tuple[Subscriber, ...]:
        """Subscribers of all sources; of one id the first source's record counts."""
        found: dict[str, Subscriber] = {}
        for source in self._pool.sources:
            for subscriber in asking.one(source, lambda s: s.find(reading, limit)) or ():
                if subscriber.id not in found:
                    # Not for hundreds at once: an earlier source may be a slow API.
                    few = limit <= _SEVERAL
                    better = self._first(subscriber, source, asking) if few else subscriber
                    found[subscriber.id] = better
            if found and reading.by is By.ID:
                break
        return tuple(found.values())[:limit]

    def _first(self, subscriber: Subscriber, source: Source, asking: Asking) -> Subscriber:
        """The record of that id in the first source that has one."""
        reading = Reading(by=By.ID, value=subscriber.id)
        for earlier in self._pool.sources:
            if earlier is source:
                break
            for better in asking.one(earlier, lambda s: s.find(reading, 1)) or ():
                return better
        return subscriber

    def _on_port(self, key: str, reading: Reading, asking: Asking) -> Found | None:
        people = self._matching(reading, asking)
        if people:
            return _found(key, By.PORT, people, asking)
        rows = [r for _, r in asking.each(lambda s: s.device(reading.value)) if r]
        if not rows:
            return None
        return Found(
            key=key,
            kind=FoundKind.PORT,
            by=By.PORT,
            attachment=Attachment(device=rows[0].id, port=reading.port),
            notes=asking.notes,
        )


def _found(key: str, by: By, people: tuple[Subscriber, ...], asking: Asking) -> Found:
    one = len(people) == 1
    return Found(
        key=key,
        kind=FoundKind.ONE if one else FoundKind.SEVERAL,
        by=by,
        subscribers=people,
        attachment=people[0].attachment if one else None,
        notes=asking.notes,
    )


def _place(attachment: Attachment) -> tuple[str, str]:
    """Port and, below a shared port (PON, sector), the line."""
    line = attachment.circuit_id or attachment.onu_sn or attachment.radio_mac
    return attachment.port or "", line or ""


def _natural(place: tuple[str, str]) -> list[tuple[int, str]]:
    """1/0/9 before 1/0/10."""
    return [
        (int(piece), "") if piece.isdigit() else (-1, piece)
        for text in place
        for piece in re.split(r"(\d+)", text)
    ]
