"""From the troubles told of one leaf to the one `Down` that stands for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from netdiag.outages.model import BIN_S, DEVICE_TRAP, Down
from netdiag.outages.terms import BATTERY, CALLED, DEVICE, FIRST, GASPED, NEW, PING, SESSION, TOLD

_BONUS = {"V": 5.0, "v": 1.0, "E": -3.0}
_DELAY_BINS = 10  # how long before its end a session can have been cut
_UNSEEN_BINS = 10  # how far back we look for one who was never seen alive
Told = Sequence[tuple[float, str]]  # moment and letter, sorted; all after it was last seen alive


def down_of(
    told: Told,
    *,
    alive: float,
    in_session: bool,
    person: bool,
    polled: bool,
    rate: Callable[[int], int],
    call: float = 4.0,
) -> Down | None:
    """None when nothing of it says that the leaf is down. `rate` gives the profile's factor on the
    base rate in a bin; `call` is what a complaint of his is worth (nats)."""
    if not person:
        return _of_device(told, alive, polled)
    times: dict[str, float] = {}
    for at, word in told:
        times.setdefault(word, at)
    bonus = sum(_BONUS[word] for word in times if word in _BONUS)
    if "C" in times and "E" not in times:  # what was found at home is why he called
        bonus += call
    gasp = "G" in times
    ended = min((times[word] for word in "ST" if word in times), default=None)
    if ended is not None:
        at = _bin(ended)
        told_at_once = times.get("T") == ended  # a trap; the end of a session is noticed later
        low = at - (1 if told_at_once else _DELAY_BINS)
        how = SESSION if alive or "S" not in times else FIRST
        return Down(
            how=how, low=low, at=at, gasp=gasp, seen=how == SESSION, bonus=bonus, rate=rate(at)
        )
    if "P" in times:
        return _of_ping(told, times["P"], alive, in_session, gasp, bonus, rate)
    if gasp:
        at = _bin(times["G"])
        return Down(how=GASPED, low=at - 1, at=at, gasp=True, bonus=bonus, rate=rate(at))
    if bonus > 0:
        at = _bin(min(at for at, word in told if word in "VvCE"))
        low = max(_bin(alive), at - 2 * _UNSEEN_BINS)
        how = TOLD if "V" in times or "v" in times else CALLED
        return Down(how=how, low=low, at=at, bonus=bonus, in_session=in_session, seen=alive > 0)
    return None


def _of_ping(
    told: Told,
    first: float,
    alive: float,
    in_session: bool,
    gasp: bool,
    bonus: float,
    rate: Callable[[int], int],
) -> Down:
    at = _bin(first)
    fails = min(2, sum(word == "P" for _, word in told))
    if not alive:
        return Down(how=NEW, low=at - _UNSEEN_BINS, at=at, gasp=gasp, seen=False, bonus=bonus)
    low = max(_bin(alive), at - 2 * _UNSEEN_BINS)
    return Down(
        how=PING,
        low=low,
        at=at,
        fails=fails,
        gasp=gasp,
        in_session=in_session,
        bonus=bonus,
        rate=rate(at),
    )


def _of_device(told: Told, alive: float, polled: bool) -> Down | None:
    fails = [at for at, word in told if word in "PS"]
    others = [at for at, word in told if word in "TVCv"]
    gasps = [at for at, word in told if word == "G"]
    if not fails and not others:
        if not gasps:
            return None
        at = _bin(gasps[0])
        return Down(how=BATTERY, low=at - 2, at=at, gasp=True, seen=False)
    at = _bin(min(fails + others))
    return Down(
        how=DEVICE,
        low=max(_bin(alive), at - 2 * _UNSEEN_BINS) if alive else at - _UNSEEN_BINS,
        at=at,
        fails=min(3, max(1, len(fails))),
        gasp=bool(gasps),
        seen=alive > 0,
        polled=polled and bool(fails),
        bonus=DEVICE_TRAP if others else 0.0,
    )


def _bin(t: float) -> int:
    return int(t // BIN_S)
