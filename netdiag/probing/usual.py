"""Facts out of a line's history: what is usual, since when it is not, how often it broke. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise

from netdiag.model import sample as kept
from netdiag.model.fact import Absence, Fact, Reading, Source, Value
from netdiag.model.sample import TRACKED, Sample
from netdiag.model.words import AbsenceReason
from netdiag.probing import past

_MONTH = timedelta(days=30)
_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_ABOUT_A_DAY = (timedelta(hours=20), timedelta(hours=28))
_DAYS_FOR_A_SPEED = 2  # a speed is a step: seen on two days, it was no accident
_DAYS_FOR_A_LEVEL = 3
_HABIT_DAYS = 5  # of seven
_SAME_HOUR_S = 5400.0

# fact of the history → (what is usual, how far it wanders)
_LEVELS: Mapping[str, tuple[str, str | None]] = {
    kept.ONU: ("onu.usual_rx_dbm", "onu.rx_spread_db"),
    kept.OLT: ("onu.usual_olt_rx_dbm", "onu.olt_rx_spread_db"),
    kept.RADIO: ("radio.usual_signal_dbm", "radio.signal_spread_db"),
    kept.ERRORS: ("port.usual_errors_rate", None),
}
_ALWAYS_SAID = (
    *("port.usual_mbps", "port.usual_seen_s", "cable.usual_length_m"),
    *(name for pair in _LEVELS.values() for name in pair if name),
    *("port.flaps_seen_24h", "onu.flaps_seen_24h", "device.reboots_seen_24h"),
)
PROVIDED = frozenset((*_ALWAYS_SAID, "port.flaps_24h", "port.night_pattern", "ref.line_length_m"))


def remembered(samples: Sequence[Sample], now: datetime, zone: tzinfo) -> tuple[Reading, ...]:
    """Everything that the line's past tells now; what it cannot tell is said once, with why."""
    known = [s for s in samples if s.last <= now]
    facts = [
        *_speed(known, now),
        *_levels(known, now),
        *_length(known),
        *_breaks(known, now),
        *_habit(known, now, zone),
    ]
    told = {fact.name for fact in facts}
    detail = "this line has no readings of healthy days yet"
    absent = [
        Absence(name=name, why=AbsenceReason.NOT_ASKED, detail=detail)
        for name in _ALWAYS_SAID
        if name not in told
    ]
    return (*facts, *absent)


def _speed(samples: list[Sample], now: datetime) -> Iterator[Fact]:
    """The highest speed of at least two healthy days: a line that fell back and stayed there
    must not make the lower speed its usual one within days."""
    healthy = past.healthy_of(samples, kept.SPEED, now - _MONTH)
    speeds = sorted({s.value for s in healthy}, reverse=True)
    for speed in speeds:
        that = [s for s in healthy if s.value == speed]
        if past.days(that) >= _DAYS_FOR_A_SPEED:
            seen = [s for s in samples if s.fact == kept.SPEED and s.value >= speed]
            last = max(s.last for s in seen)
            yield _fact("port.usual_mbps", int(speed), that, last)
            yield _fact("port.usual_seen_s", int((now - last).total_seconds()), that, last)
            return


def _levels(samples: list[Sample], now: datetime) -> Iterator[Fact]:
    for name, (usual, spread) in _LEVELS.items():
        healthy = past.healthy_of(samples, name, now - _MONTH)
        if past.days(healthy) < _DAYS_FOR_A_LEVEL:
            continue
        centre, wander = past.middle(healthy)
        last = max(s.last for s in healthy)
        yield _fact(usual, round(centre, 1), healthy, last)
        if spread:
            yield _fact(spread, round(wander, 2), healthy, last)


def _length(samples: list[Sample]) -> Iterator[Fact]:
    whole = [s for s in samples if s.fact == kept.CABLE and s.healthy]
    if whole:
        centre, _ = past.middle(whole)
        last = max(s.last for s in whole)
        yield _fact("cable.usual_length_m", round(centre, 1), whole, last)
        yield _fact("ref.line_length_m", round(centre, 1), whole, last)


def _breaks(samples: list[Sample], now: datetime) -> Iterator[Fact]:
    """What was seen is a lower bound: between two looks a link may break more than once."""
    since = (now - _DAY).timestamp()
    links = [s for s in samples if s.fact in (kept.UP_SINCE, kept.DOWN_SINCE)]
    if links:
        last = max(s.last for s in links)
        yield _fact("port.flaps_seen_24h", _link_breaks(_moments(links), since), links, last)
    boots = [s for s in samples if s.fact == kept.BOOTED]
    if boots:
        recent = [moment for _, moment in _moments(boots) if moment >= since]
        last = max(s.last for s in boots)
        yield _fact("device.reboots_seen_24h", len(recent), boots, last)
    yield from _onu_breaks(samples, now)
    yield from _counted(samples, now)


def _onu_breaks(samples: list[Sample], now: datetime) -> Iterator[Fact]:
    """Changes of the moment at which the ONU last went down, from look to look. The moment itself
    is of the OLT's clock, which may be anything; only that it has changed counts."""
    looks = sorted((s for s in samples if s.fact == kept.ONU_DOWN), key=lambda s: s.first)
    recent = [s for s in looks if s.last >= now - _DAY]
    if recent:
        near = 2 * TRACKED[kept.ONU_DOWN].step
        changes = sum(abs(b.value - a.value) > near for a, b in pairwise(recent))
        yield _fact("onu.flaps_seen_24h", changes, recent, recent[-1].last)


def _moments(samples: list[Sample]) -> list[tuple[str, float]]:
    """Different moments with their kind, oldest first: the same one is read many times, a few
    seconds off."""
    found: list[tuple[str, float]] = []
    for one in sorted(samples, key=lambda s: s.value):
        near = 2 * TRACKED[one.fact].step
        if not any(fact == one.fact and one.value - at <= near for fact, at in found[-2:]):
            found.append((one.fact, one.value))
    return found


def _link_breaks(moments: list[tuple[str, float]], since: float) -> int:
    """Every "down" is a break, and so is the beginning of an "up" after another "up". The very
    first "up" need not follow a break: the line may be new."""
    ends = [(None, 0.0), *moments]
    return sum(
        at >= since and (kind == kept.DOWN_SINCE or before == kept.UP_SINCE)
        for (before, _), (kind, at) in pairwise(ends)
    )


def _counted(samples: list[Sample], now: datetime) -> Iterator[Fact]:
    """Devices that count link losses themselves: the growth over about a day is exact."""
    counts = sorted((s for s in samples if s.fact == kept.DOWNS), key=lambda s: s.last)
    near, far = _ABOUT_A_DAY
    old = [s for s in counts if near <= now - s.last <= far]
    if not old:
        return
    since = counts[counts.index(old[-1]) :]
    if any(a.value > b.value for a, b in pairwise(since)):
        return  # the counter began anew
    grown = int(counts[-1].value - old[-1].value)
    yield _fact("port.flaps_24h", grown, [old[-1], counts[-1]], counts[-1].last)


def _habit(samples: list[Sample], now: datetime, zone: tzinfo) -> Iterator[Fact]:
    """Switched off by habit: on five of seven days the link came up at similar hours after a
    break. Steady for as long: no habit. Anything between is not known."""
    ups = [s for s in samples if s.fact == kept.UP_SINCE and s.last >= now - _WEEK]
    seen_on = past.days(ups)
    if seen_on < _HABIT_DAYS:
        return
    mornings = {_local(s.value, zone).date(): _local(s.value, zone) for s in ups
                if s.value >= (now - _WEEK).timestamp()}  # fmt: skip
    last = max(s.last for s in ups)
    if len(mornings) <= 1:
        yield _fact("port.night_pattern", False, ups, last)
        return
    hours = [moment.hour * 3600 + moment.minute * 60 for moment in mornings.values()]
    alike = max(sum(_apart(a, b) <= _SAME_HOUR_S for b in hours) for a in hours)
    if alike >= _HABIT_DAYS:
        yield _fact("port.night_pattern", True, ups, last)


def _local(seconds: float, zone: tzinfo) -> datetime:
    return datetime.fromtimestamp(seconds, zone)


def _apart(a: float, b: float) -> float:
    """Between two times of day, around midnight too."""
    gap = abs(a - b)
    return min(gap, 86400 - gap)


def _fact(name: str, value: Value, samples: Sequence[Sample], last: datetime) -> Fact:
    first = min(s.first for s in samples)
    query = (
        f"history of the line: {past.days(samples)} days from {first:%Y-%m-%d} to {last:%Y-%m-%d}"
    )
    source = Source(transport="stored", probe="history", query=query)
    return Fact(name=name, value=value, source=source, measured_at=last)
