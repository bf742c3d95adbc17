"""A line against its own past. Pure: facts in, samples out; samples in, facts out.

What is usual is told by readings that were taken while the verdict was "no fault". One exception:
a cable that the reflectometer calls whole is whole, whatever else is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from statistics import median

from netdiag.model.fact import Fact, Facts
from netdiag.model.sample import (
    BOOTED,
    CABLE,
    DOWN_SINCE,
    DOWNS,
    ERRORS,
    OLT,
    ONU,
    ONU_DOWN,
    RADIO,
    SPEED,
    UP_SINCE,
    Sample,
)
from netdiag.model.words import Side

SIGMA = 1.4826  # median absolute deviation of a normal distribution → standard deviation
_WHOLE = ("ok", "remote_off")
_NOT_MEASURED = ("inventory", "stored", "asked", "saved")


def worth_noting(facts: Facts, side: Side) -> tuple[Sample, ...]:
    """What of these facts belongs into the line's history."""
    healthy = side is Side.NONE
    return tuple(
        Sample(fact=name, value=value, first=at, last=at, side=side, healthy=healthy or whole)
        for name, value, at, whole in _readings(facts)
    )


_Reading = tuple[str, float, datetime, bool]


def _readings(facts: Facts) -> Iterator[_Reading]:
    up = _measured(facts, "port.oper_status")
    is_up = up is not None and up.value == "up"
    for name in (SPEED, ONU, OLT, RADIO, ERRORS, DOWNS):
        fact = _measured(facts, name)
        if fact is None or fact.weak or (name == SPEED and not is_up):
            continue
        if isinstance(fact.value, int | float):
            yield name, float(fact.value), fact.measured_at, False
    changed = _measured(facts, "port.last_change_s")
    if up is not None and up.value in ("up", "down") and changed is not None:
        yield _moment(UP_SINCE if is_up else DOWN_SINCE, changed)
    went = _measured(facts, "onu.last_down_s")
    if went is not None:
        yield _moment(ONU_DOWN, went)
    uptime = _measured(facts, "device.uptime_s")
    if uptime is not None:
        yield _moment(BOOTED, uptime)
    yield from _cable(facts)


def _moment(name: str, age: Fact) -> _Reading:
    seconds = float(age.value) if isinstance(age.value, int | float) else 0.0
    return name, age.measured_at.timestamp() - seconds, age.measured_at, False


def _cable(facts: Facts) -> Iterator[_Reading]:
    summary = _measured(facts, "cable.summary")
    if summary is None or summary.value not in _WHOLE:
        return
    pairs = [_measured(facts, f"cable.pair{n}.length_m") for n in (1, 2, 3, 4)]
    known = [float(p.value) for p in pairs if p is not None and isinstance(p.value, int | float)]
    if known:
        yield CABLE, max(known), summary.measured_at, True


def _measured(facts: Facts, name: str) -> Fact | None:
    fact = facts.fact(name)
    return None if fact is None or fact.source.transport in _NOT_MEASURED else fact


def healthy_of(samples: Iterable[Sample], fact: str, since: datetime) -> list[Sample]:
    """Readings of one thing that tell what is usual."""
    return [s for s in samples if s.fact == fact and s.healthy and s.last >= since]


def days(samples: Iterable[Sample]) -> int:
    """On how many different days they were taken."""
    return len({s.last.date() for s in samples})


def middle(samples: list[Sample]) -> tuple[float, float]:
    """Median, and how far readings usually lie from it (MAD scaled to one sigma)."""
    values = [s.value for s in samples]
    centre = median(values)
    return centre, SIGMA * median(abs(value - centre) for value in values)
