"""Derived facts that conditions alone cannot work out. Each is a function of other facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from netdiag.model.fact import Facts, Value
from netdiag.probing import workings_past as past
from netdiag.probing import workings_radio as radio
from netdiag.probing.rates import LONG_ENOUGH_S, Growth, growth

_NEAR_M = 2.0  # pairs that end within this of each other end at the same place
_PAIRS = (1, 2, 3, 4)


class NotYetError(Exception):
    """A fact that the working needs is not known; `name` says which."""

    def __init__(self, name: str, detail: str = "") -> None:
        super().__init__(detail or f"needs {name}")
        self.name = name


@dataclass(frozen=True, slots=True, kw_only=True)
class Working:
    """How one derived fact is worked out, and from what."""

    needs: tuple[str, ...]
    work: Callable[[Facts, Facts, tuple[str, ...]], tuple[Value, bool]]  # value, weak


def _need(facts: Facts, name: str) -> Value:
    fact = facts.fact(name)
    if fact is None:
        raise NotYetError(name)
    return fact.value


def _number(facts: Facts, name: str) -> float:
    value = _need(facts, name)
    if not isinstance(value, int | float):
        raise NotYetError(name)
    return float(value)


def _ports_down(now: Facts, _earlier: Facts, _path: tuple[str, ...]) -> tuple[Value, bool]:
    total = _number(now, "neighbours.ports_total")
    if total < 3:
        raise NotYetError("neighbours.ports_total", "fewer than three neighbours on the device")
    return round(100 * _number(now, "neighbours.ports_down") / total, 1), False


def _utilisation(prefix: str) -> Callable[[Facts, Facts, tuple[str, ...]], tuple[Value, bool]]:
    def work(now: Facts, earlier: Facts, _path: tuple[str, ...]) -> tuple[Value, bool]:
        mbps = _number(now, f"{prefix}.speed_mbps")
        grown = [
            growth(f"{prefix}.{way}_octets", earlier, now)
            for way in ("in", "out")
            if now.fact(f"{prefix}.{way}_octets")
        ]
        usable = [g for g in grown if isinstance(g, Growth)]
        if not usable or mbps <= 0:
            said = [g for g in grown if isinstance(g, str)]
            raise NotYetError(f"{prefix}.in_octets", said[0] if said else "")
        busiest = max(usable, key=lambda g: g.by / g.seconds)
        share = busiest.by * 8 / busiest.seconds / (mbps * 1e6) * 100
        return round(share, 1), busiest.seconds < LONG_ENOUGH_S

    return work


def _dead_device(now: Facts, _earlier: Facts, path: tuple[str, ...]) -> tuple[Value, bool]:
    silent = _need(now, "path.silent")
    names = silent if isinstance(silent, tuple) else ()
    return next((device for device in path if device in names), None), False


def _pairs(now: Facts) -> list[tuple[str, float | None]]:
    pairs: list[tuple[str, float | None]] = []
    for i in _PAIRS:
        state, length = now.fact(f"cable.pair{i}.state"), now.fact(f"cable.pair{i}.length_m")
        if state is None or state.value in ("not_supported", "unknown"):
            continue
        metres = float(length.value) if length and isinstance(length.value, int | float) else None
        pairs.append((str(state.value), metres))
    if not pairs:
        raise NotYetError("cable.pair1.state")
    return pairs


def _cable_summary(now: Facts, _earlier: Facts, _path: tuple[str, ...]) -> tuple[Value, bool]:
    pairs = _pairs(now)
    states = {state for state, _ in pairs}
    for word in ("remote_off", "no_cable", "short"):
        if word in states and (word == "short" or states == {word}):
            return word, False
    if states == {"ok"}:
        return "ok", False
    if states == {"open"}:
        return _all_open([m for _, m in pairs if m is not None], now), False
    return "pair_fault", False


def _all_open(lengths: list[float], now: Facts) -> str:
    if not lengths:
        return "open_no_baseline"
    if max(lengths) < _NEAR_M:
        return "no_cable"  # open right at the switch: nothing is plugged in there
    if max(lengths) - min(lengths) > _NEAR_M:
        return "cut"  # pairs torn at different places
    whole = now.fact("ref.line_length_m")
    if whole is None or not isinstance(whole.value, int | float) or whole.value <= 0:
        return "open_no_baseline"
    near_end = abs(max(lengths) - whole.value) <= max(_NEAR_M, whole.value * 0.1)
    return "unplugged_far_end" if near_end else "cut"


def _break_m(now: Facts, _earlier: Facts, _path: tuple[str, ...]) -> tuple[Value, bool]:
    faulty = [m for state, m in _pairs(now) if state not in ("ok", "remote_off") and m is not None]
    if not faulty:
        raise NotYetError("cable.pair1.length_m", "no pair is broken at a known distance")
    return min(faulty), False


def _idle(now: Facts, earlier: Facts, _path: tuple[str, ...]) -> tuple[Value, bool]:
    grown = growth("session.in_octets", earlier, now)
    if not isinstance(grown, Growth):
        raise NotYetError("session.in_octets", grown)
    return (0 if grown.by > 0 else int(grown.seconds)), False


def _last_change(now: Facts, _earlier: Facts, _path: tuple[str, ...]) -> tuple[Value, bool]:
    # ifLastChange is a sysUpTime stamp, 0 when the state is older than the last re-initialisation
    # (RFC 2863); sysUpTime wraps after 497 days.
    up, changed = _number(now, _UPTIME_TICKS), _number(now, _CHANGE_TICKS)
    if changed == 0:
        raise NotYetError(_CHANGE_TICKS, "the port has not changed since the agent started")
    return int((up - changed) % 2**32 / 100), False


def _grown(name: str) -> Callable[[Facts, Facts, tuple[str, ...]], tuple[Value, bool]]:
    """By how much a counter has grown since the last reading."""

    def work(now: Facts, earlier: Facts, _path: tuple[str, ...]) -> tuple[Value, bool]:
        grown = growth(name, earlier, now)
        if not isinstance(grown, Growth):
            raise NotYetError(name, grown)
        return int(grown.by), grown.seconds < LONG_ENOUGH_S

    return work


def _uptime(now: Facts, _earlier: Facts, _path: tuple[str, ...]) -> tuple[Value, bool]:
    """sysUpTime wraps after 497 days, snmpEngineTime does not (RFC 3411). It is believed where it
    is ahead by whole wraps: some agents count it from 1970, from a later start, or not at all."""
    up, engine = _number(now, _UPTIME_TICKS) / 100, _number(now, _ENGINE)
    apart = (engine - up) % _WRAP_S
    drift = 120 + engine * 2e-4
    whole = engine > up and min(apart, _WRAP_S - apart) <= drift
    return int(engine if whole else up), False


def _fallen(name: str, what: str) -> Callable[[Facts, Facts, tuple[str, ...]], tuple[Value, bool]]:
    """Per cent lost of a number since the last reading."""

    def work(now: Facts, earlier: Facts, _path: tuple[str, ...]) -> tuple[Value, bool]:
        before, after = _number(earlier, name), _number(now, name)
        if before < 1:
            raise NotYetError(name, f"there were no {what} to lose")
        return round(max(0.0, (before - after) / before * 100), 1), False

    return work


def _speed_changed(now: Facts, _earlier: Facts, _path: tuple[str, ...]) -> tuple[Value, bool]:
    if _number(now, "port.speed_mbps") >= _number(now, "port.usual_mbps"):
        raise NotYetError("port.usual_mbps", "the speed is the usual one")
    return int(_number(now, "port.usual_seen_s")), False


def _length_change(now: Facts, _earlier: Facts, _path: tuple[str, ...]) -> tuple[Value, bool]:
    known = [metres for _, metres in _pairs(now) if metres is not None]
    if not known:
        raise NotYetError("cable.pair1.length_m", "the cable test tells no length")
    return round(max(known) - _number(now, "cable.usual_length_m"), 1), False


_UPTIME_TICKS, _CHANGE_TICKS = "device.agent_uptime_ticks", "port.last_change_ticks"
_ENGINE, _WRAP_S = "device.engine_time_s", 2**32 / 100
_VIOLATIONS = "port.security_violations"
_CABLE = tuple(f"cable.pair{i}.{what}" for i in _PAIRS for what in ("state", "length_m"))

WORKINGS: Mapping[str, Working] = {
    "site.ports_down_pct": Working(
        needs=("neighbours.ports_total", "neighbours.ports_down"), work=_ports_down
    ),
    "port.util_pct": Working(
        needs=("port.in_octets", "port.out_octets", "port.speed_mbps"), work=_utilisation("port")
    ),
    "uplink.util_pct": Working(
        needs=("uplink.in_octets", "uplink.out_octets", "uplink.speed_mbps"),
        work=_utilisation("uplink"),
    ),
    "device.uptime_s": Working(needs=(_UPTIME_TICKS, _ENGINE), work=_uptime),
    "port.last_change_s": Working(needs=(_UPTIME_TICKS, _CHANGE_TICKS), work=_last_change),
    "bng.sessions_drop_pct": Working(
        needs=("bng.sessions",), work=_fallen("bng.sessions", "sessions")
    ),
    "port.mac_limit_hits": Working(needs=(_VIOLATIONS,), work=_grown(_VIOLATIONS)),
    "path.dead_device": Working(needs=("path.silent",), work=_dead_device),
    "cable.summary": Working(needs=(*_CABLE, "ref.line_length_m"), work=_cable_summary),
    "cable.break_m": Working(needs=_CABLE, work=_break_m),
    "session.idle_s": Working(needs=("session.in_octets",), work=_idle),
    "port.speed_changed_s": Working(
        needs=("port.speed_mbps", "port.usual_mbps", "port.usual_seen_s"), work=_speed_changed
    ),
    "cable.length_change_m": Working(needs=(*_CABLE, "cable.usual_length_m"), work=_length_change),
    "port.errors_rise": Working(
        needs=("port.fcs_errors_rate", "port.usual_errors_rate"),
        work=past.rise(_number, "port.fcs_errors_rate", "port.usual_errors_rate"),
    ),
    "onu.rx_drop_db": Working(
        needs=tuple(name for triple in past.ONU_LEVELS for name in triple),
        work=past.drop(_number, past.ONU_LEVELS),
    ),
    "ap.clients_drop_pct": Working(needs=("ap.clients",), work=_fallen("ap.clients", "radios")),
    "radio.signal_dbm": Working(needs=radio.LEVELS, work=radio.weaker(_number, radio.LEVELS)),
    "radio.snr_db": Working(needs=radio.SNR_NEEDS, work=radio.snr(_number)),
    "radio.signal_drop_db": Working(
        needs=past.RADIO_LEVELS[0], work=past.drop(_number, past.RADIO_LEVELS)
    ),
}

TWO_READINGS = frozenset(
    {"port.util_pct", "uplink.util_pct", "session.idle_s", "port.mac_limit_hits"}
)
