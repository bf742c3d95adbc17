"""Growth of counters between two sweeps, all ports at once. The rules are those of
`probing.rates`: a restart or a reset makes no rate, a 32-bit counter may wrap once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from operator import sub

from netdiag.model.fact import Value
from netdiag.model.sweep import DEVICE
from netdiag.model.vocabulary import FactType, ValueType
from netdiag.sweeping.known import Columns, Known

SHORTEST_S = 30.0  # two sweeps nearer to each other tell nothing of rates
_HALF, _WRAP = 2**31, 2**32
_SLACK_S = 90.0
_TICKS = "device.agent_uptime_ticks"
_UPTIME = "device.uptime_s"
_FASTEST_BPS = 1.6e12
_ABSURD = 1.5  # times line speed: the counter lies, or the speed does
_COUNTERS = (ValueType.COUNTER32, ValueType.COUNTER64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Between two visits: how long, and whether the device began anew in between."""

    seconds: float
    restarted: bool

    @property
    def usable(self) -> bool:
        """May counters be compared?"""
        return not self.restarted and self.seconds >= SHORTEST_S


def span(known: Known, table: Columns, now: float) -> Span:
    """What lies between the last visit and this one. A sysUpTime that wrapped after 497 days is no
    restart as long as the engine's own time goes on (RFC 3411)."""
    if not known.at:
        return Span(seconds=0.0, restarted=False)
    seconds = now - known.at
    old, new = _number(known.table, _TICKS), _number(table, _TICKS)
    wrapped = old is not None and old > _WRAP - 100 * (seconds + _slack(seconds))
    if old is None or new is None or wrapped:
        old, new = _number(known.table, _UPTIME), _number(table, _UPTIME)
        began_anew = old is not None and new is not None and new < old
    else:
        began_anew = (new - old) / 100 < seconds - _slack(seconds)
    return Span(seconds=seconds, restarted=began_anew)


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
            if not narrow or before <= _HALF or before >= _WRAP or by > _HALF:
                continue
        found[key] = by
    return found


def rates(
    kinds: Sequence[FactType], types: Mapping[str, FactType], old: Columns, new: Columns, at: Span
) -> dict[str, dict[str, float]]:
    """Every rate of the vocabulary for which both columns are there. Fewer frames than the rate
    needs to be more than a hint: unknown."""
    if not at.usable:
        return {}
    growths: dict[str, dict[str, int]] = {}

    def growth(name: str) -> dict[str, int]:
        if name not in growths:
            growths[name] = grown(types[name], old.get(name, {}), new.get(name, {}))
        return growths[name]

    found: dict[str, dict[str, float]] = {}
    for kind in kinds:
        rate = kind.rate
        if rate is None or rate.of not in new:
            continue
        above = growth(rate.of)
        if rate.per is None:
            scale = rate.scale / at.seconds
            found[kind.name] = {key: round(by * scale, 2) for key, by in above.items()}
        else:
            per = growth(rate.per)
            found[kind.name] = {
                key: by / below * rate.scale
                for key, by in above.items()
                if (below := per.get(key, 0)) > rate.min_per
            }
    return found


def load(types: Mapping[str, FactType], old: Columns, new: Columns, at: Span) -> dict[str, float]:
    """port.util_pct: of the busier direction."""
    if not at.usable:
        return {}
    ways = [
        grown(types[name], old.get(name, {}), new.get(name, {}))
        for name in ("port.in_octets", "port.out_octets")
    ]
    speeds = new.get("port.speed_mbps", {})
    scale = 8 / at.seconds / 1e6 * 100
    return {
        key: round(max(by, ways[1].get(key, 0)) * scale / speed, 1)
        for key, by in ways[0].items()
        if isinstance(speed := speeds.get(key), int | float) and speed > 0
    }


def absurd(
    util: Mapping[str, float], types: Mapping[str, FactType], old: Columns, new: Columns, at: Span
) -> set[str]:
    """Ports that claim more than fits through them, or through any port: nothing that they count
    is believed."""
    if not at.usable:
        return set()
    name = "port.in_octets"
    most = _FASTEST_BPS / 8 * at.seconds
    octets = grown(types[name], old.get(name, {}), new.get(name, {})) if name in new else {}
    too_much = {key for key, by in octets.items() if by > most}
    return too_much | {key for key, value in util.items() if value > 100 * _ABSURD}
