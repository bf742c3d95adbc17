"""Growth of counters between two sweeps, all ports at once. As with the two readings of a diagnosis
(`probing.rates`) a restart or a reset makes no rate, and a 32-bit counter may wrap once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from operator import sub

from netdiag.model.fact import Value
from netdiag.model.sweep import DEVICE
from netdiag.model.vocabulary import FactType, Rate, ValueType
from netdiag.sweeping.known import Columns, Known

SHORTEST_S = 10.0  # two sweeps nearer to each other tell nothing of rates: agents count in steps
_WRAP = 2**32
_NEAR_WRAP = 2**24  # a 32-bit counter of errors that falls was reset, unless it was so near to it
_SLACK_S = 90.0
_TICKS, _HOST_TICKS = "device.agent_uptime_ticks", "device.host_uptime_ticks"
_UPTIME = "device.uptime_s"
_FASTEST_MBPS = 1.6e6
_ABSURD = 1.5  # times line speed: the counter lies, or the speed does
_BITS = {"port.in_octets": 8, "port.out_octets": 8, "port.in_frames": 512, "port.fcs_errors": 512}
_DAMAGED_PPS = 500.0  # nobody goes on to send so many frames to whom hardly one gets through
_MANY = 10  # events: fewer make no share that matters
Growths = Callable[[str], dict[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Between two visits: how long, and whether the device began anew in between."""

    seconds: float
    restarted: bool
    agent_only: bool = False  # its agent began anew, the device itself went on

    @property
    def usable(self) -> bool:
        """May counters be compared?"""
        return not self.restarted and self.seconds >= SHORTEST_S

    @property
    def short(self) -> bool:
        """Is it too early to compare, so that the earlier visit stays the one to compare with?"""
        return not self.restarted and 0 < self.seconds < SHORTEST_S

    @property
    def rebooted(self) -> bool:
        """Did the device itself begin anew?"""
        return self.restarted and not self.agent_only


def span(known: Known, table: Columns, now: float) -> Span:
    """What lies between the last visit and this one. A sysUpTime that wrapped after 497 days is no
    restart as long as the engine's own time goes on (RFC 3411); one that stands still is none
    either. hrSystemUptime (RFC 2790) that goes on says that only the agent began anew."""
    if not known.at:
        return Span(seconds=0.0, restarted=False)
    seconds = now - known.at
    old, new = _number(known.table, _TICKS), _number(table, _TICKS)
    wrapped = old is not None and old > _WRAP - 100 * (seconds + _slack(seconds))
    if old is None or new is None or wrapped:
        old, new = _number(known.table, _UPTIME), _number(table, _UPTIME)
        began_anew = old is not None and new is not None and new < old
    else:
        began_anew = _began_between(old, new, seconds)
    before, host = _number(known.table, _HOST_TICKS), _number(table, _HOST_TICKS)
    went_on = None not in (before, host) and before != host
    agent_only = began_anew and went_on and not _began_between(before or 0, host or 0, seconds)
    return Span(seconds=seconds, restarted=began_anew, agent_only=agent_only)


def _began_between(old: float, new: float, seconds: float) -> bool:
    """Does an age in 1/100 s say that it began in between? Then it is less than it must be, and no
    more than the time in between; a clock that stands still or goes slow is only the first."""
    slack = _slack(seconds)
    return (new - old) / 100 < seconds - slack and new / 100 <= seconds + slack


def _slack(seconds: float) -> float:
    """Clocks of devices run wrong, and answers wait in queues."""
    return _SLACK_S + seconds * 0.02


def _number(table: Mapping[str, Mapping[str, Value]], name: str) -> float | None:
    value = table.get(name, {}).get(DEVICE)
    return float(value) if isinstance(value, int | float) else None


def grown(kind: FactType, old: Mapping[str, Value], new: Mapping[str, Value]) -> dict[str, int]:
    """By how much a counter grew, on the ports where that can be told."""
    if not old:
        return {}
    if new == old:
        return dict.fromkeys(new, 0)
    if new.keys() == old.keys():
        with suppress(TypeError):
            steps = list(map(sub, new.values(), map(old.__getitem__, new)))
            if min(steps, default=0) >= 0:
                return dict(zip(new, steps, strict=True))
    return _one_by_one(kind, old, new)


def _one_by_one(
    kind: FactType, old: Mapping[str, Value], new: Mapping[str, Value]
) -> dict[str, int]:
    narrow = kind.type is ValueType.COUNTER32
    found: dict[str, int] = {}
    for key, value in new.items():
        before = old.get(key)
        if type(value) is not int or type(before) is not int:
            continue
        by = value - before
        if by < 0:
            by += _WRAP
            if not narrow or before >= _WRAP or before < _WRAP - _NEAR_WRAP or by > _NEAR_WRAP:
                continue
        found[key] = by
    return found


def growths(types: Mapping[str, FactType], old: Columns, new: Columns, at: Span) -> Growths:
    """What looks up the growth of a column by its fact, worked out once; empty where nothing can
    be told."""

    @cache
    def growth(name: str) -> dict[str, int]:
        if not at.usable or name not in new:
            return {}
        return grown(types[name], old.get(name, {}), new[name])

    return growth


def rates(kinds: Sequence[FactType], growth: Growths, at: Span) -> dict[str, dict[str, float]]:
    """Every rate of the vocabulary for which both columns are there."""
    found: dict[str, dict[str, float]] = {}
    for kind in kinds:
        rate = kind.rate
        if rate is None or not (above := growth(rate.of)):
            continue
        if rate.per is None:
            scale = rate.scale / at.seconds
            found[kind.name] = {key: round(by * scale, 2) for key, by in above.items()}
        else:
            per = growth(rate.per)
            shares = ((key, _share(by, per[key], rate)) for key, by in above.items() if key in per)
            found[kind.name] = {key: share for key, share in shares if share is not None}
    return found


def _share(by: int, below: int, rate: Rate) -> float | None:
    """A few of a few tell nothing: one damaged frame in a thousand is a plug that was moved. Where
    hardly anything else got through, the share is of all that came."""
    if by >= _MANY:
        below = below if below > rate.min_per else below + by
        return by / below * rate.scale if below > rate.min_per else None
    enough = rate.scale if by else rate.scale / 100
    return by / below * rate.scale if below > max(enough, rate.min_per) else None


def against_ever(errors: Mapping[str, Value], old: Columns) -> dict[str, Value]:
    """Rates of errors per million as multiples of the average since the counters began."""
    total, frames = old.get("port.in_errors", {}), old.get("port.in_frames", {})
    return {
        key: round(rate / 1e6 * all_of / bad, 2)
        for key, rate in errors.items()
        if isinstance(rate, int | float)
        and isinstance(bad := total.get(key), int)
        and isinstance(all_of := frames.get(key), int)
        and bad >= _MANY
    }


def share(part: Mapping[str, int], whole: Mapping[str, int]) -> dict[str, Value]:
    """In per cent, where anything grew."""
    return {k: round(100 * by / all_of, 1) for k, by in part.items() if (all_of := whole.get(k, 0))}


def load(growth: Growths, speeds: Mapping[str, Value], at: Span) -> dict[str, float]:
    """port.util_pct: of the busier direction."""
    received, sent = growth("port.in_octets"), growth("port.out_octets")
    return {
        key: round(max(by, sent.get(key, 0)) * 8 / at.seconds / 1e4 / speed, 1)
        for key, by in received.items()
        if isinstance(speed := speeds.get(key), int | float) and speed > 0
    }


def absurd(growth: Growths, speeds: Mapping[str, Value], at: Span) -> set[str]:
    """Ports that claim more than fits through them, or through any port, or more damaged frames
    than good ones at a pace at which nobody sends into the void: nothing that they count is
    believed."""
    liars: set[str] = set()
    for name, bits in _BITS.items():
        for key, by in growth(name).items():
            speed = speeds.get(key)
            most = speed if isinstance(speed, int | float) and speed > 0 else _FASTEST_MBPS
            if by * bits > most * _ABSURD * 1e6 * at.seconds:
                liars.add(key)
    good, most_bad = growth("port.in_frames"), _DAMAGED_PPS * at.seconds
    for name in ("port.fcs_errors", "port.in_errors"):
        bad = growth(name).items()
        liars |= {key for key, by in bad if by > most_bad and by > good.get(key, 0)}
    return liars
