"""Derived facts that hold a reading against what is usual on the same line."""

from __future__ import annotations

from collections.abc import Callable

from netdiag.model.fact import Facts, Value

Work = Callable[[Facts, Facts, tuple[str, ...]], tuple[Value, bool]]
Number = Callable[[Facts, str], float]  # raises when the fact is not known
Levels = tuple[tuple[str, str, str], ...]  # reading, its median, its usual spread
ONU_LEVELS: Levels = (
    ("onu.rx_dbm", "onu.usual_rx_dbm", "onu.rx_spread_db"),
    ("onu.olt_rx_dbm", "onu.usual_olt_rx_dbm", "onu.olt_rx_spread_db"),
)
RADIO_LEVELS: Levels = (("radio.signal_dbm", "radio.usual_signal_dbm", "radio.signal_spread_db"),)
_SIGMAS = 3.0  # a fall within the line's own wander proves nothing


def drop(number: Number, pairs: Levels) -> Work:
    """Fall below the median, in dB, of the first (now, usual, spread) that is known whole."""

    def work(now: Facts, _earlier: Facts, _path: tuple[str, ...]) -> tuple[Value, bool]:
        known = [p for p in pairs if now.fact(p[0]) and now.fact(p[1])]
        reading, usual, spread = (known or pairs)[0]
        fall = number(now, usual) - number(now, reading)
        wander = now.fact(spread)
        sigma = float(wander.value) if wander and isinstance(wander.value, int | float) else 0.0
        return round(fall, 1), 0 < fall <= _SIGMAS * sigma

    return work


def rise(number: Number, reading: str, usual: str) -> Work:
    """How much more than usual."""

    def work(now: Facts, _earlier: Facts, _path: tuple[str, ...]) -> tuple[Value, bool]:
        fact = now.fact(reading)
        more = number(now, reading) - number(now, usual)
        return round(more, 3), bool(fact and fact.weak)

    return work
