"""The likelihood of one `Down` for every moment at which the failure can have begun."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log

from netdiag.outages.model import (
    BIN_S,
    CLIP,
    DEVICE_BATTERY,
    DEVICE_FAILS,
    EPS,
    NEVER_SEEN_OFF,
    PING_LOSS,
    Down,
    families,
    ln_delay,
    ln_survival,
)

Terms = dict[int, tuple[float, float, float]]  # bin T -> cut, partial, power
SESSION, PING, NEW, TOLD, GASPED = "session", "ping", "new", "told", "gasped"
DEVICE, BATTERY, LEFT, FIRST = "device", "battery", "left", "first"
CALLED = "called"
SINGLE_FAIL = log(0.97 / PING_LOSS)
_DEVICE_PARTLY = 3.0
_PATIENCE = (2, 4)  # bins after which a source that tells changes only has said it twice, thrice


class Tables:
    """Terms per `Down`, kept until the base rate has moved."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Down, bool, int], tuple[float, Terms]] = {}
        self.changes_only = False

    def of(self, down: Down, gasps: bool, now: int, ln_rate: float) -> Terms:
        """`gasps`: are dying gasps known around there? `ln_rate`: ln of drops per bin, at
        `down.at`, for a subscriber of the usual kind."""
        age = int(self.changes_only) if down.how in (FIRST, NEW) else _age(down, now)
        kept = self._kept.get((down, gasps, age))
        if kept is not None and kept[0] == ln_rate:
            return kept[1]
        terms = _HOW[down.how](down, gasps, age, ln_rate + down.rate / 2)
        self._kept[(down, gasps, age)] = (ln_rate, terms)
        return terms

    def forget(self, before: int) -> None:
        """Drop what is older than the window."""
        self._kept = {k: v for k, v in self._kept.items() if k[0].at >= before}


def _age(down: Down, now: int) -> int:
    if down.how != DEVICE or down.polled:
        return 0
    return sum(now - down.at >= limit for limit in _PATIENCE)


def _clipped(x: float, down: Down) -> float:
    return min(CLIP, max(EPS, x + down.bonus))


def _gasp(down: Down, gasps: bool) -> bool | None:
    return down.gasp if gasps or down.gasp else None


def _session(down: Down, gasps: bool, age: int, ln_rate: float) -> Terms:
    return {
        t: families(_clipped(max(EPS, ln_delay(down.at - t) - ln_rate), down), _gasp(down, gasps))
        for t in range(down.low, down.at + 1)
    }


def _ping(down: Down, gasps: bool, age: int, ln_rate: float) -> Terms:
    bins = down.at - down.low + 1
    usual = 1 - exp(-exp(ln_rate) * (bins + 60 / BIN_S))
    lost = PING_LOSS if down.fails < 2 else PING_LOSS**2
    x = families(_clipped(log(0.97 / (usual + lost)), down), _gasp(down, gasps))
    return dict.fromkeys(range(down.low, down.at + 1), x)


def _first(down: Down, gasps: bool, changes_only: int, ln_rate: float) -> Terms:
    """The first word of him is that he has no session. Where sources tell changes only, he had one
    until then; else he may be off for days, or the cut was noticed already."""
    if changes_only:
        return _session(down, gasps, 0, ln_rate)
    off = NEVER_SEEN_OFF
    noticed = {t: 1 - exp(ln_survival(down.at - t)) for t in range(down.low, down.at + 1)}
    return {
        t: families(_clipped(log((off + (1 - off) * share) / off), down), _gasp(down, gasps))
        for t, share in noticed.items()
    }


def _new_ping(down: Down, gasps: bool, changes_only: int, ln_rate: float) -> Terms:
    """The same of one who does not answer, which is noticed at once."""
    return (_ping if changes_only else _new)(down, gasps, 0, ln_rate)


def _level(base: float) -> Callable[[Down, bool, int, float], Terms]:
    def terms(down: Down, gasps: bool, age: int, ln_rate: float) -> Terms:
        x = families(_clipped(base, down), _gasp(down, gasps))
        return dict.fromkeys(range(down.low, down.at + 1), x)

    return terms


def _device(down: Down, gasps: bool, age: int, ln_rate: float) -> Terms:
    x = DEVICE_FAILS[min(2, max(down.fails - 1, age))] if down.fails else 0.0
    x += down.bonus
    # Many devices that cannot be asked while their subscribers are well are a fault of the way to
    # them: what is partly dead must not be made of that.
    partial = min(x, _DEVICE_PARTLY)
    power = x + (1.0 if down.gasp else 0.0)
    return dict.fromkeys(range(down.low, down.at + 1), (x, partial, power))


def _battery(down: Down, gasps: bool, age: int, ln_rate: float) -> Terms:
    x = (DEVICE_BATTERY / 4, DEVICE_BATTERY / 8, DEVICE_BATTERY)
    return dict.fromkeys(range(down.low, down.at + 1), x)


_new = _level(log(0.97 / NEVER_SEEN_OFF))
_HOW: dict[str, Callable[[Down, bool, int, float], Terms]] = {
    SESSION: _session,
    GASPED: _session,
    PING: _ping,
    NEW: _new_ping,
    FIRST: _first,
    TOLD: _level(0.0),
    CALLED: _level(0.0),
    LEFT: _level(0.0),  # did not come back with the others; its bonus says how telling that is
    DEVICE: _device,
    BATTERY: _battery,
}
