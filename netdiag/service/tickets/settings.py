"""The `tickets` part of netdiag.yaml: which ticket systems, and what netdiag may do in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from netdiag.content.reader import Reader, fail
from netdiag.model.words import Grade, Side
from netdiag.routing.desks.config import Connected, read_desks
from netdiag.settings import Settings

E = TypeVar("E", bound=StrEnum)


class StillBroken(StrEnum):
    """What follows when a ticket is called done and the fault is still there."""

    REOPEN = "reopen"
    WARN = "warn"


class ParentAt(StrEnum):
    """When the parent ticket of an outage is made."""

    CONFIRMED = "confirmed"
    FIRST_TICKET = "first_ticket"  # of somebody behind it


@dataclass(frozen=True, slots=True, kw_only=True)
class Proactive:
    """When a finding may become a ticket that nobody asked for."""

    allowed: bool = False
    system: str = ""
    sides: tuple[Side, ...] = (Side.PROVIDER,)
    grades: tuple[Grade, ...] = (Grade.CERTAIN,)
    faults: tuple[str, ...] = ()  # beginnings of fault codes; empty: all of these sides
    never: tuple[str, ...] = ()
    per_hour: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What netdiag does by itself with tickets."""

    still_broken: StillBroken = StillBroken.REOPEN
    reopen_at_most: int = 2  # of one ticket; then the desk is warned
    deadline_s: float = 20.0  # of a diagnosis: nobody waits on the telephone for it
    verify_after_s: float = 60.0
    after_outage_s: float = 120.0  # customers' routers need time to come back
    recheck_minutes: int = 30  # open tickets are looked at again; 0: never
    repeat_days: int = 7
    bounces: int = 3  # so many, and a person decides
    escalate_to: str = "support.lead"
    answer_outage: bool = False  # tell the customer of a known outage in his ticket
    sender_domains: tuple[str, ...] = ()  # of the provider's own mail: name@ is a login
    outage_desk: str = "noc.incident"
    outage_parent: ParentAt = ParentAt.CONFIRMED
    outage_system: str | None = None  # for that ticket; None: the first that can make one
    proactive: Proactive = field(default_factory=Proactive)


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketSettings:
    """Ticket systems by name, and the policy."""

    desks: Mapping[str, Connected] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)


def read_tickets(settings: Settings) -> TicketSettings:
    """Read and check `tickets`; ContentError names file and line. Nothing is connected."""
    if settings.tickets is None or settings.secret is None:
        return TicketSettings()
    reader = Reader(settings.tickets, "tickets")
    inner = reader.inner("desks")
    desks = read_desks(inner, settings.language, settings.secret) if inner else {}
    policy = _policy(reader, desks)
    reader.done()
    return TicketSettings(desks=desks, policy=policy)


def _policy(reader: Reader, desks: Mapping[str, Connected]) -> Policy:
    usual = Policy()
    return Policy(
        still_broken=reader.choice("resolved_but_broken", StillBroken, usual.still_broken),
        reopen_at_most=_whole(reader, "reopen_at_most", usual.reopen_at_most, 0, 20),
        deadline_s=_deadline(reader, usual.deadline_s),
        verify_after_s=_seconds(reader, "verify_after_s", usual.verify_after_s),
        after_outage_s=_seconds(reader, "after_outage_s", usual.after_outage_s),
        recheck_minutes=_whole(reader, "recheck_minutes", usual.recheck_minutes, 0, 10_080),
        repeat_days=_whole(reader, "repeat_days", usual.repeat_days, 0, 365),
        bounces=_whole(reader, "bounces", usual.bounces, 1, 100),
        escalate_to=reader.text("escalate_to", usual.escalate_to),
        answer_outage=reader.flag("answer_outage", usual.answer_outage),
        sender_domains=tuple(d.casefold() for d in reader.texts("sender_domains")),
        outage_desk=reader.text("outage_desk", usual.outage_desk),
        outage_parent=reader.choice("outage_parent", ParentAt, usual.outage_parent),
        outage_system=_system(reader, "outage_system", desks)
        if reader.has("outage_system")
        else None,
        proactive=_proactive(reader.inner("proactive"), desks),
    )


def _proactive(reader: Reader | None, desks: Mapping[str, Connected]) -> Proactive:
    if reader is None:
        return Proactive()
    usual = Proactive()
    system = _system(reader, "system", desks)
    sides = _words(reader, "sides", Side) or usual.sides
    if not set(sides) <= {Side.PROVIDER, Side.ACCOUNT}:
        raise fail(
            reader.where("sides"),
            "nobody wants a ticket for his own switched-off router: 'sides' has provider, account.",
        )
    made = Proactive(
        allowed=True,
        system=system,
        sides=sides,
        grades=_words(reader, "grades", Grade) or usual.grades,
        faults=reader.texts("faults"),
        never=reader.texts("never"),
        per_hour=_whole(reader, "per_hour", usual.per_hour, 1, 10_000),
    )
    reader.done()
    return made


def _system(reader: Reader, key: str, desks: Mapping[str, Connected]) -> str:
    name = reader.text(key)
    if name not in desks:
        raise fail(reader.where(key), f"there is no ticket system {name!r} under 'desks'.")
    return name


def _words(reader: Reader, key: str, kind: type[E]) -> tuple[E, ...]:
    try:
        return tuple(kind(word) for word in reader.texts(key))
    except ValueError:
        known = ", ".join(str(one) for one in kind)
        raise fail(reader.where(key), f"{key!r} is a list out of {known}.") from None


def _whole(reader: Reader, key: str, usual: int, least: int, most: int) -> int:
    value = reader.integer(key, usual)
    if not least <= value <= most:
        raise fail(reader.where(key), f"{key!r} is a whole number from {least} to {most}.")
    return value


def _deadline(reader: Reader, usual: float) -> float:
    value = reader.number("deadline_s", usual)
    if not 1 <= value <= 300:
        raise fail(reader.where("deadline_s"), "'deadline_s' is from 1 to 300 seconds.")
    return value


def _seconds(reader: Reader, key: str, usual: float) -> float:
    value = reader.number(key, usual)
    if not 0 <= value <= 86_400:
        raise fail(reader.where(key), f"{key!r} is from 0 to 86400 seconds.")
    return value
