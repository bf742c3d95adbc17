"""One report over a period: verdicts, tickets, people; in whole and by group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Any

from netdiag.kpi.accuracy import accuracy
from netdiag.kpi.desk import contacts_of, desk_figures
from netdiag.kpi.match import Pair, match
from netdiag.kpi.people import people
from netdiag.kpi.rows import Assumed, Judged, Life, Rows
from netdiag.kpi.share import quantile
from netdiag.model.ticket import Happened, Origin
from netdiag.model.words import Side

Json = dict[str, Any]
UNKNOWN = ""  # the key of rows that do not tell


class By(StrEnum):
    """What rows are grouped by."""

    FAULT = "fault"
    DESK = "desk"
    SITE = "site"
    HOUR = "hour"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From `since` until just before `until`; hours and days are of `zone`."""

    since: datetime
    until: datetime
    zone: tzinfo

    def holds(self, moment: datetime) -> bool:
        """Is it within?"""
        return self.since <= moment < self.until


def report(rows: Rows, period: Period, assumed: Assumed, by: By | None = None) -> Json:
    """All figures as JSON. Rates without a whole are null: not known is not zero.

    `rows` may hold more than the period: earlier tickets tell repeats, later findings the truth.
    """
    diagnoses = [one for one in rows.diagnoses if period.holds(one.finished_at)]
    matched = match(diagnoses, rows.truths, assumed.match)
    lives = [one for one in rows.lives if period.holds(one.opened_at)]
    contacts = list(_contacts(lives, diagnoses))
    document: Json = {
        "since": period.since.isoformat(),
        "until": period.until.isoformat(),
        "timezone": str(period.zone),
        "subscribers": rows.subscribers,
        "contacts": _per_thousand(contacts, rows, based_on_tickets=bool(lives)),
        **_figures(matched.pairs, diagnoses, lives, rows, period, assumed),
        "findings_without_verdict": len(matched.left),
        "people": people(contacts, period.since, period.until, period.zone, assumed),
        "days": list(_days(contacts, matched.pairs, period)),
    }
    if by is not None:
        document["by"] = by
        groups = _groups(matched.pairs, diagnoses, lives, period, by)
        document["groups"] = [
            {"key": key, **_figures(group[0], group[1], group[2], rows, period, assumed)}
            for key, group in groups
        ]
    return document


def _figures(
    pairs: Sequence[Pair],
    diagnoses: Sequence[Judged],
    lives: Sequence[Life],
    rows: Rows,
    period: Period,
    assumed: Assumed,
) -> Json:
    fresh = [one for one in diagnoses if not one.again]
    times = [(one.finished_at - one.started_at).total_seconds() for one in fresh]
    sides = Counter(one.side for one in fresh)
    return {
        "verdicts": {
            "count": len(fresh),
            "second_looks": len(diagnoses) - len(fresh),
            "by_side": {str(side): sides[side] for side in Side},
            "with_truth": len(pairs),
            "answer_s": {
                "count": len(times),
                "median": quantile(times, 0.5),
                "p90": quantile(times, 0.9),
            },
            **accuracy(pairs, rows).document(),
        },
        "tickets": desk_figures(lives, rows, period.until, assumed).document() if lives else None,
    }


def _contacts(lives: Sequence[Life], diagnoses: Sequence[Judged]) -> Iterator[datetime]:
    """When people asked: their tickets and what followed; where no ticket system is connected, the
    diagnoses that were asked for."""
    if not lives:
        yield from (one.started_at for one in diagnoses if not one.again)
    for life in lives:
        if life.case.origin is Origin.PERSON:
            yield life.opened_at
            yield from (event.at for event in life.all(Happened.CONTACT))


def _per_thousand(contacts: list[datetime], rows: Rows, *, based_on_tickets: bool) -> Json:
    per = 1000 * len(contacts) / rows.subscribers if rows.subscribers else None
    return {
        "count": len(contacts),
        "based_on": "tickets" if based_on_tickets else "diagnoses",
        "per_1000_subscribers": None if per is None else round(per, 2),
    }


def _days(contacts: list[datetime], pairs: Sequence[Pair], period: Period) -> Iterator[Json]:
    """Each day with contacts or verdicts of known truth."""
    asked = Counter(moment.astimezone(period.zone).date() for moment in contacts)
    right: Counter[Any] = Counter()
    known: Counter[Any] = Counter()
    for pair in pairs:
        day = pair.judged.finished_at.astimezone(period.zone).date()
        known[day] += 1
        right[day] += pair.judged.side is pair.truth.side
    for day in sorted(asked.keys() | known.keys()):
        yield {
            "date": day.isoformat(),
            "contacts": asked[day],
            "with_truth": known[day],
            "right": right[day],
        }


Group = tuple[list[Pair], list[Judged], list[Life]]


def _groups(
    pairs: Iterable[Pair],
    diagnoses: Iterable[Judged],
    lives: Iterable[Life],
    period: Period,
    by: By,
) -> list[tuple[str, Group]]:
    """The largest first; hours in their order."""
    of_verdict, of_ticket = _keys(by, period)
    found: dict[str, Group] = {}
    for one in diagnoses:
        found.setdefault(of_verdict(one), ([], [], []))[1].append(one)
    for pair in pairs:
        found[of_verdict(pair.judged)][0].append(pair)
    for life in lives:
        found.setdefault(of_ticket(life), ([], [], []))[2].append(life)

    def order(item: tuple[str, Group]) -> tuple[float, str]:
        key, group = item
        size = len(group[1]) + sum(contacts_of(life) for life in group[2])
        return (0.0 if by is By.HOUR else -size, key)

    return sorted(found.items(), key=order)


def _keys(by: By, period: Period) -> tuple[Callable[[Judged], str], Callable[[Life], str]]:
    if by is By.HOUR:

        def hour(moment: datetime) -> str:
            return f"{moment.astimezone(period.zone).hour:02}"

        return (lambda one: hour(one.started_at)), (lambda life: hour(life.opened_at))
    name = str(by)
    return (
        lambda one: getattr(one, name) or UNKNOWN,
        lambda life: getattr(life.case, name) or UNKNOWN,
    )
