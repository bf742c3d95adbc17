"""Rows of the store into one report."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from netdiag.content.reader import Reader, fail
from netdiag.inventory.inventory import Inventory
from netdiag.kpi.report import By, Json, Period, report
from netdiag.kpi.rows import Assumed, Judged, Life, Rows, Truth
from netdiag.model.content import Content
from netdiag.model.finding import Finding
from netdiag.model.ticket import Happened, TicketEvent
from netdiag.model.words import Grade, Side
from netdiag.settings import Settings
from netdiag.store.database import Database
from netdiag.store.diagnoses import Diagnoses
from netdiag.store.feedback import Feedback
from netdiag.store.tickets import Tickets
from netdiag.triage.judge import side_of

# Events that come with a second look at a line that was diagnosed before.
SECOND_LOOKS = (
    *(Happened.VERIFIED, Happened.UNVERIFIED, Happened.WARNED, Happened.REOPENED),
    *(Happened.HEALED, Happened.RETURNED, Happened.OUTAGE_CLEARED),
)
FIRST_LOOKS = (Happened.DIAGNOSED, Happened.OUTAGE_LINKED)


def make_report(
    database: Database,
    settings: Settings,
    content: Content,
    *,
    since: datetime,
    until: datetime,
    by: By | None = None,
    subscribers: int | None = None,
) -> Json:
    """The figures of a period out of the store. Blocking."""
    assumed, own_count = read_kpi(settings)
    period = Period(since=since, until=until, zone=ZoneInfo(settings.timezone))
    rows = rows_of(
        database, settings, content, period, assumed, subscribers=own_count or subscribers
    )
    return report(rows, period, assumed, by)


def rows_of(
    database: Database,
    settings: Settings,
    content: Content,
    period: Period,
    assumed: Assumed,
    *,
    subscribers: int | None = None,
) -> Rows:
    """Everything that the figures of a period need: also tickets before it, for repeats, and
    findings after it, for the truth."""
    tickets = Tickets(database)
    lives = _lives(tickets, period.since - assumed.repeat)
    first, again = _looks(event for life in lives for event in life.events)
    known = {life.case.external_id for life in lives}
    known |= {case.external_id for case in tickets.live()}
    found = Diagnoses(database).figures(period.since, period.until)
    return Rows(
        diagnoses=tuple(
            Judged(
                **row | {"side": Side(row["side"]), "grade": Grade(row["grade"])},
                # A look while the ticket waits, without news, leaves no event at all.
                again=row["id"] in again or (row["ticket"] in known and row["id"] not in first),
            )
            for row in found
        ),
        truths=truths(Feedback(database).since(period.since), content, settings.demarcation),
        lives=lives,
        subscribers=subscribers,
        costs=content.scale.cost,
        hand_over=content.scale.hand_over,
    )


def truths(findings: Iterable[Finding], content: Content, demarcation: Side) -> tuple[Truth, ...]:
    """Findings whose side is known: named, or that of the fault. A fault that this version does
    not know any more tells nothing."""
    rules = {rule.fault: rule for rule in content.rules}
    made = []
    for one in findings:
        rule = rules.get(one.fault or "")
        side = Side.UNDETERMINED if rule is None else side_of(rule, demarcation)
        side = Side(one.side) if one.side else side
        if side is Side.UNDETERMINED:
            continue
        made.append(
            Truth(
                at=one.at,
                subscriber=one.subscriber,
                side=side,
                fault=rule.fault if rule else None,
                diagnosis=one.diagnosis,
                ticket=one.ticket,
            )
        )
    return tuple(made)


def count_subscribers(inventory: Inventory) -> int | None:
    """How many the inventory holds; None when a source cannot be counted."""
    counts = [state.subscribers for state in inventory.describe()]
    known = [count for count in counts if count]
    return sum(known) if known and None not in counts else None


def read_kpi(settings: Settings) -> tuple[Assumed, int | None]:
    """`kpi` of netdiag.yaml: the operator's own figures, and his count of subscribers."""
    usual = Assumed()
    if settings.kpi is None:
        return usual, None
    reader = Reader(settings.kpi, "kpi")
    assumed = Assumed(
        repeat=_days(reader, "repeat_days", usual.repeat.days),
        match=_days(reader, "match_days", usual.match.days),
        handling_s=_between(reader, "handling_s", usual.handling_s, 1, 86_400),
        within_s=_between(reader, "answered_within_s", usual.within_s, 0, 86_400),
        answered=_between(reader, "answered_share", usual.answered, 0.01, 0.999),
        most_busy=_between(reader, "most_busy", usual.most_busy, 0.05, 1),
    )
    count = int(_between(reader, "subscribers", 0, 0, 1e9)) or None
    reader.done()
    return assumed, count


def _days(reader: Reader, key: str, usual: int) -> timedelta:
    return timedelta(days=_between(reader, key, usual, 0, 366))


def _between(reader: Reader, key: str, usual: float, least: float, most: float) -> float:
    value = reader.number(key, usual)
    if not least <= value <= most:
        raise fail(reader.where(key), f"{key!r} is a number from {least:g} to {most:g}.")
    return value


def _lives(tickets: Tickets, since: datetime) -> tuple[Life, ...]:
    """Tickets of which something happened since then, each with its events since then."""
    events: dict[int, list[TicketEvent]] = {}
    for number, event in tickets.events_since(since):
        events.setdefault(number, []).append(event)
    cases = tickets.cases(events)
    return tuple(
        Life(case=cases[number], events=tuple(its))
        for number, its in events.items()
        if number in cases
    )


def _looks(events: Iterable[TicketEvent]) -> tuple[set[str], set[str]]:
    """Diagnoses that a ticket was worked on by, and those that looked again."""
    first: set[str] = set()
    again: set[str] = set()
    for event in events:
        if event.diagnosis and event.kind in SECOND_LOOKS:
            again.add(event.diagnosis)
        elif event.diagnosis and event.kind in FIRST_LOOKS:
            first.add(event.diagnosis)
    return first, again
