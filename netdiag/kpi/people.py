"""When contacts come, and how many people that needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from netdiag.kpi.erlang import answered_within, mean_wait_s, people_needed
from netdiag.kpi.rows import Assumed

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def people(
    contacts: Iterable[datetime], since: datetime, until: datetime, zone: tzinfo, assumed: Assumed
) -> dict[str, Any]:
    """Mean contacts of each hour of the week, and the people for the busiest one of each hour of
    the day. An hour is one of the wall clock in `zone`."""
    local = [moment.astimezone(zone) for moment in contacts]
    counts = Counter((moment.weekday(), moment.hour) for moment in local)
    slots = _slots(since, until, zone)
    mean = {slot: count / max(1, slots[slot]) for slot, count in counts.items()}
    hours = []
    for hour in range(24):
        day = max(range(7), key=lambda d: mean.get((d, hour), 0.0))
        hours.append(
            {"hour": hour, "weekday": WEEK[day], **_need(mean.get((day, hour), 0.0), assumed)}
        )
    busiest = max(hours, key=lambda one: one["per_hour"])
    return {
        "assumed": {
            "handling_s": assumed.handling_s,
            "answered_within_s": assumed.within_s,
            "answered_share": assumed.answered,
            "most_busy": assumed.most_busy,
        },
        "busiest": busiest if local else None,
        "by_hour": hours,
    }


def _slots(since: datetime, until: datetime, zone: tzinfo) -> Counter[tuple[int, int]]:
    """How often each hour of the week begins in the period; one that has begun before counts."""
    at = since.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    slots: Counter[tuple[int, int]] = Counter()
    while at < until:
        local = at.astimezone(zone)
        slots[local.weekday(), local.hour] += 1
        at += timedelta(hours=1)
    return slots


def _need(per_hour: float, assumed: Assumed) -> dict[str, Any]:
    count = people_needed(
        per_hour,
        assumed.handling_s,
        within_s=assumed.within_s,
        share=assumed.answered,
        most_busy=assumed.most_busy,
    )
    load = per_hour * assumed.handling_s / 3600
    answered = answered_within(count, load, assumed.handling_s, assumed.within_s)
    return {
        "per_hour": round(per_hour, 2),
        "load_erlangs": round(load, 3),
        "people": count,
        "answered_in_time": round(answered, 4) if count else None,
        "mean_wait_s": round(mean_wait_s(count, load, assumed.handling_s), 1) if count else None,
    }
