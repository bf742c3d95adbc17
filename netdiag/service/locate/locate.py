"""The use case: a MAC, address, login, phone or id in, the edge port where it is seen now out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from netdiag.inventory.keys import ipv4, mac
from netdiag.locating.agreement import Agreement, compared
from netdiag.locating.sightings import Place, ranked
from netdiag.model.errors import NetdiagError, UnknownSubscriberError
from netdiag.model.probe import TargetKind
from netdiag.model.subscriber import Attachment, Subscriber
from netdiag.model.verdict import ProbeRun
from netdiag.model.wire import Deadline, Target
from netdiag.model.words import Outcome, Role
from netdiag.service import targets as whom
from netdiag.service.listing import Lister
from netdiag.service.locate.learned import Searcher
from netdiag.service.locate.search import Parts, Search
from netdiag.service.locate.seen import Seen, SeenEverywhere, Wanted, ask_everywhere
from netdiag.service.patience import look_up

FAULT = "settings.access.mac-on-other-port"  # the finding when the place is another one
_ROUTERS = 8
_MACS = 3
_PER_DEVICE_S = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """Where he is seen. `expected` is the inventory's place; `on_file` are the subscribers that it
    has on the first place; `notes` say what could not be asked."""

    key: str
    wanted: Wanted
    agreement: Agreement
    places: tuple[Place, ...]
    subscriber: str | None = None
    expected: Attachment | None = None
    on_file: tuple[str, ...] = ()
    seen: tuple[Seen, ...] = ()
    runs: tuple[ProbeRun, ...] = ()
    notes: tuple[str, ...] = ()
    duration_s: float = 0.0

    @property
    def finding(self) -> str | None:
        """The code of the fault that the mismatch is, where there is one."""
        return FAULT if self.agreement is Agreement.DIFFERS else None


async def locate(
    parts: Parts, key: str, *, deadline_s: float | None = None, whole_tables: bool = False
) -> Located:
    """Find the port. Raises UnknownSubscriberError when the key means several subscribers, or is
    neither on file nor something that can be looked for; InventoryUnavailableError."""
    begun = time.monotonic()
    deadline = Deadline.after(deadline_s or parts.settings.deadline_s)
    work = partial(_whom, parts, key)
    subscriber, wanted, notes = await look_up(work, parts.inventory, deadline)
    expected = subscriber.attachment if subscriber else None
    routers = await look_up(partial(_routers, parts, expected), parts.inventory, deadline)
    search = searching(parts, expected, deadline, whole_tables=whole_tables)
    seen, macs = await _search(search, wanted, routers)
    places = ranked(search.sightings)
    return Located(
        key=key,
        wanted=replace(wanted, macs=macs or wanted.macs),
        agreement=compared(places, *_recorded(expected)),
        places=places,
        subscriber=subscriber.id if subscriber else None,
        expected=expected,
        on_file=await asyncio.to_thread(_on_file, parts, places[0]) if places else (),
        seen=tuple(seen.rows),
        runs=(*search.lister.runs, *search.searcher.runs),
        notes=(*notes, *_silence(search, seen)),
        duration_s=round(time.monotonic() - begun, 3),
    )


def searching(
    parts: Parts, expected: Attachment | None, deadline: Deadline, *, whole_tables: bool = False
) -> Search:
    """A search that begins at the recorded place, if there is one."""
    lister = Lister(
        content=parts.content,
        ask=parts.ask,
        deadline=deadline,
        timezone=parts.settings.timezone,
    )
    searcher = Searcher(lister=lister, whole_tables=whole_tables, per_device_s=_PER_DEVICE_S)
    return Search(parts=parts, lister=lister, searcher=searcher, expected=expected)


async def _search(
    search: Search, wanted: Wanted, routers: tuple[Target, ...]
) -> tuple[SeenEverywhere, tuple[str, ...]]:
    """What routers and databases say, and the MACs that were looked for."""
    vlan = search.expected.vlan if search.expected else None
    early = wanted.macs[:_MACS] if vlan is not None else ()
    asking = asyncio.create_task(ask_everywhere(search.lister, routers, wanted))
    await asyncio.gather(*(search.follow(one, vlan) for one in early))
    seen = await asking
    await search.by_circuits(seen)
    macs = tuple(dict.fromkeys((*seen.macs(), *wanted.macs)))[:_MACS]
    late = [one for one in macs if one not in early]
    await asyncio.gather(*(search.follow(one, vlan or seen.vlan()) for one in late))
    return seen, macs


def nobody_answered(located: Located) -> bool:
    """Was nothing found because nobody could be asked?"""
    asked = [run for run in located.runs if run.outcome is not Outcome.SKIPPED]
    told = ("not_supported", "unreadable")
    return not located.places and not any(
        run.outcome is Outcome.OK or (run.why or "").startswith(told) for run in asked
    )


def _whom(parts: Parts, key: str) -> tuple[Subscriber | None, Wanted, tuple[str, ...]]:
    found = parts.inventory.find(key)
    if found.ambiguous:
        ids = ", ".join(one.id for one in found.subscribers[:10])
        raise UnknownSubscriberError(f"{key!r} fits several subscribers: {ids}. Ask by id.")
    hardware, address = mac(key), ipv4(key)
    subscriber = found.subscriber
    if subscriber is None and found.attachment is not None:
        raise UnknownSubscriberError(
            f"Nobody is on file on {key!r}. Ask by a MAC, an address or a login."
        )
    wanted = Wanted(
        macs=_some(hardware, *(subscriber.macs if subscriber else ())),
        ips=_some(address, subscriber.ip if subscriber else None),
        logins=_some(subscriber.login if subscriber else _login(key, hardware, address)),
    )
    if wanted.nothing:
        raise UnknownSubscriberError(
            f"Subscriber {key!r} has no MAC, address or login on file: there is nothing to look "
            "for. Ask by the MAC of his router."
        )
    return subscriber, wanted, found.notes


def _some(*values: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def _login(key: str, hardware: str | None, address: str | None) -> str | None:
    """Of somebody who is not on file, the key may be a login that RADIUS knows."""
    return None if hardware or address else key.strip()


def _routers(parts: Parts, expected: Attachment | None) -> tuple[Target, ...]:
    """His router, else all; and RADIUS."""
    own = parts.inventory.device(expected.bng) if expected and expected.bng else None
    routers = [own] if own else [d for d in parts.inventory.devices() if d.role is Role.BNG]
    targets = [whom.of_device(d, parts.settings, parts.content) for d in routers[:_ROUTERS]]
    return (*whom.beside_devices(parts.settings, None)[TargetKind.RADIUS], *targets)


def _recorded(expected: Attachment | None) -> tuple[str | None, str | None]:
    return (expected.device, expected.port) if expected else (None, None)


def _on_file(parts: Parts, place: Place) -> tuple[str, ...]:
    try:
        found = parts.inventory.find(f"{place.device}:{place.port}")
    except NetdiagError:
        return ()
    return tuple(one.id for one in found.subscribers)


def _silence(search: Search, seen: SeenEverywhere) -> Iterator[str]:
    quiet = sorted(seen.silent | (search.asked - search.answered))
    if quiet:
        yield f"No answer from {', '.join(quiet[:12])}: what they know is not in this."
    if search.lister.deadline.remaining <= 0.1:
        yield "The time was up before everybody was asked. Give --deadline more seconds."
