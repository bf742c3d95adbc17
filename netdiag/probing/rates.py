"""Growth between two readings of a counter (RFC 2578, RFC 2863 section 3.1.6).

A pair is worthless when the device or the session began anew or the interface reports a
discontinuity between the readings, or when two probes read them: a 32-bit counter and its 64-bit
sister are two counters. A 32-bit counter may wrap once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from netdiag.model.fact import Absence, Fact, Facts, Reading
from netdiag.model.vocabulary import FactType
from netdiag.model.words import AbsenceReason

LONG_ENOUGH_S = 30.0  # below this a rate may support, never confirm
SHORTEST_S = 1.5
_HALF = 2**31
# Whose age tells that counters of a family began anew; the access device's for all others.
_BNG = ("bng.uptime_s",)
_AGES = {"session": (*_BNG, "session.uptime_s"), "bng": _BNG, "aaa": _BNG}
_AGE = ("device.uptime_s",)
_CLOCKS_AGREE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Growth:
    """By how much something grew, and over how many seconds."""

    by: float
    seconds: float


def growth(name: str, earlier: Facts, now: Facts) -> Growth | str:
    """Growth of one counter between two readings, or a sentence why it cannot be told."""
    old, new = earlier.fact(name), now.fact(name)
    if old is None or new is None:
        return "needs two readings"
    seconds = (new.measured_at - old.measured_at).total_seconds()
    if seconds < SHORTEST_S:
        return "the two readings are too close"
    if not isinstance(old.value, int) or not isinstance(new.value, int):
        return "is no counter"
    moved = None not in (old.source.device, new.source.device) and (
        old.source.device != new.source.device
    )
    if old.source.probe != new.source.probe or moved:
        return "the two readings are of different counters"
    broken = _discontinuity(name.split(".")[0], old.measured_at, earlier, now)
    if broken:
        return broken
    by = new.value - old.value
    if by < 0:
        # A fall from the upper half of 32 bits is one wrap; any other fall is a reset.
        if not (_HALF < old.value < 2**32) or by + 2**32 > _HALF:
            return "the counter was reset between the readings"
        by += 2**32
    return Growth(float(by), seconds)


def rate(kind: FactType, earlier: Facts, now: Facts) -> Reading:
    """The value of a fact that is a rate, weak when the window is short or empty of frames."""
    spec = kind.rate
    latest = now.fact(spec.of) if spec else None
    if spec is None or latest is None:
        return _absent(kind.name, now.absence(spec.of if spec else kind.name))
    above = growth(spec.of, earlier, now)
    below = growth(spec.per, earlier, now) if spec.per else None
    for part in (above, below):
        if isinstance(part, str):
            return Absence(name=kind.name, why=AbsenceReason.NOT_ASKED, detail=part)
    assert isinstance(above, Growth)  # noqa: S101 (narrowed by the loop)
    per = below.by + spec.apart * above.by if isinstance(below, Growth) else above.seconds
    if per <= 0:
        detail = "nothing passed between the two readings"
        return Absence(name=kind.name, why=AbsenceReason.NOT_ASKED, detail=detail)
    return Fact(
        name=kind.name,
        value=round(above.by / per * spec.scale, 3),
        source=latest.source,
        measured_at=latest.measured_at,
        weak=above.seconds < LONG_ENOUGH_S or (below is not None and per < spec.min_per),
    )


def ages_of(name: str) -> tuple[str, ...]:
    """Facts that tell whether the counters of its family began anew."""
    family = name.split(".")[0]
    return (*_AGES.get(family, _AGE), f"{family}.discontinuity")


def _discontinuity(family: str, since: datetime, earlier: Facts, now: Facts) -> str | None:
    for name in _AGES.get(family, _AGE):
        age = now.fact(name)
        if age and isinstance(age.value, int | float):
            begun = age.measured_at - timedelta(seconds=age.value)
            if begun > since + _CLOCKS_AGREE:
                return f"the {name.split('.')[0]} began anew between the readings"
    mark, again = (facts.fact(f"{family}.discontinuity") for facts in (earlier, now))
    if mark and again and mark.value != again.value:
        return "the counters had a discontinuity between the readings"
    return None


def _absent(name: str, of: Absence) -> Absence:
    return Absence(name=name, why=of.why, detail=f"needs {of.name}: {of.detail}".strip(": "))
