"""An outage for the morning after: when, why, how it was known, who lost how much. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from netdiag.model.outage import Outage, OutageState
from netdiag.model.ticket import Case
from netdiag.store.outages import Entry

_COUNT = "subscribers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Something that was to be done by a moment; `kept` None: it is not over yet."""

    what: str
    due: datetime
    done: datetime | None
    kept: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that a report shows. `minutes`: subscribers × minutes, None when nobody knows how
    many there were. `until` is the end, or the time of the report while it is open."""

    outage: Outage
    until: datetime
    timeline: tuple[Entry, ...]
    confirmed_at: datetime | None
    detected: timedelta | None
    lasted: timedelta
    minutes: float | None
    peak: int | None
    tickets: tuple[Case, ...]
    promises: tuple[Promise, ...]
    sla: str | None  # the class of rules/desks.yaml
    devices: tuple[str, ...]
    weakened: tuple[str, ...]
    subscribers: tuple[str, ...]

    @property
    def evidence(self) -> tuple[tuple[datetime, str, str], ...]:
        """When, what, its value: of every line of its life that brought some."""
        return tuple(
            (entry.at, name, value)
            for entry in self.timeline
            for name, value in flat(entry.evidence)
        )


def make_report(
    outage: Outage,
    log: Sequence[Entry],
    *,
    now: datetime,
    tickets: Iterable[Case] = (),
    restore_within: timedelta | None = None,
    sla: str | None = None,
    devices: tuple[str, ...] = (),
    weakened: tuple[str, ...] = (),
    subscribers: tuple[str, ...] = (),
) -> Report:
    """`restore_within`: the deadline of the desk that has to mend it, if there is one."""
    until = outage.cleared_at or now
    confirmed = next((e.at for e in log if e.state is OutageState.CONFIRMED), None)
    counts = _counts(outage, log, subscribers)
    return Report(
        outage=outage,
        until=until,
        timeline=tuple(log),
        confirmed_at=confirmed,
        detected=max(timedelta(), confirmed - outage.since) if confirmed else None,
        lasted=until - outage.since,
        minutes=_minutes(outage, counts, until),
        peak=max((count for _, count in counts), default=None),
        tickets=tuple(tickets),
        promises=tuple(_promises(outage, restore_within, now)),
        sla=sla,
        devices=devices,
        weakened=weakened,
        subscribers=subscribers,
    )


def _counts(
    outage: Outage, log: Sequence[Entry], subscribers: Sequence[str]
) -> list[tuple[datetime, int]]:
    """How many were out from when on: what the log says, else the count of the register."""
    found = [(e.at, int(e.evidence[_COUNT])) for e in log if _is_count(e.evidence.get(_COUNT))]
    if found:
        return found
    known = outage.subscribers if outage.subscribers is not None else len(subscribers) or None
    return [] if known is None else [(outage.since, known)]


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _minutes(
    outage: Outage, counts: Sequence[tuple[datetime, int]], until: datetime
) -> float | None:
    """The first count holds from the beginning, each until the next one."""
    if not counts:
        return None
    starts = [outage.since, *(at for at, _ in counts[1:])]
    ends = [*starts[1:], until]
    return sum(
        max(0.0, (end - start).total_seconds()) / 60 * count
        for start, end, (_, count) in zip(starts, ends, counts, strict=True)
    )


def _promises(outage: Outage, restore_within: timedelta | None, now: datetime) -> Iterable[Promise]:
    if restore_within is not None:
        yield _promise(
            "restored within the desk's time", outage.since + restore_within, outage, now
        )
    if outage.expected_end is not None:
        yield _promise("restored by the announced end", outage.expected_end, outage, now)


def _promise(what: str, due: datetime, outage: Outage, now: datetime) -> Promise:
    done = outage.cleared_at
    kept = done <= due if done else (False if now > due else None)
    return Promise(what=what, due=due, done=done, kept=kept)


def flat(evidence: Mapping[str, Any], before: str = "") -> Iterable[tuple[str, str]]:
    """Nested evidence as lines: `links.up` → `3`; a list in one line."""
    for name, value in evidence.items():
        path = f"{before}{name}"
        if isinstance(value, Mapping):
            yield from flat(value, f"{path}.")
        elif isinstance(value, list | tuple):
            yield path, ", ".join(_text(one) for one in value)
        else:
            yield path, _text(value)


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{name} {inner}" for name, inner in flat(value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def as_json(report: Report) -> dict[str, Any]:
    """For machines: times in RFC 3339, spans in seconds."""
    outage = report.outage
    return {
        "outage": outage.id,
        "root": outage.root,
        "cause": outage.cause,
        "state": outage.state,
        "since": _time(outage.since),
        "confirmed_at": _time(report.confirmed_at),
        "cleared_at": _time(outage.cleared_at),
        "until": _time(report.until),
        "detected_after_s": report.detected.total_seconds() if report.detected else None,
        "lasted_s": report.lasted.total_seconds(),
        "subscribers": report.peak,
        "subscriber_minutes": None if report.minutes is None else round(report.minutes, 1),
        "devices": list(report.devices),
        "redundancy_lost": list(report.weakened),
        "timeline": [
            {"at": _time(e.at), "who": e.who, "state": e.state, "note": e.note,
             "evidence": dict(e.evidence)}
            for e in report.timeline
        ],
        "tickets": [
            {"system": case.system, "id": case.external_id, "state": case.state,
             "origin": case.origin, "visit": case.visit, "opened_at": _time(case.opened_at)}
            for case in report.tickets
        ],
        "sla_class": report.sla,
        "sla": [
            {"what": one.what, "due_at": _time(one.due), "kept": one.kept}
            for one in report.promises
        ],
    }  # fmt: skip


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
