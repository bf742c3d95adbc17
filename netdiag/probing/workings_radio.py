"""Derived facts of a radio link: of two ends, the worse one counts."""

from __future__ import annotations

from collections.abc import Callable

from netdiag.model.fact import Facts, Value

Number = Callable[[Facts, str], float]  # raises when the fact is not known
Work = Callable[[Facts, Facts, tuple[str, ...]], tuple[Value, bool]]

LEVELS = ("radio.ap_rx_dbm", "radio.cpe_rx_dbm", "radio.ap_rx2_dbm")
RATIOS = ("radio.ap_snr_db", "radio.cpe_snr_db", "radio.ap_snr2_db")
SNR_NEEDS = (*RATIOS, "radio.ap_rx_dbm", "ap.noise_dbm")


def weaker(number: Number, names: tuple[str, ...]) -> Work:
    """The least of those that are known. Few platforms tell both ends."""

    def work(now: Facts, _earlier: Facts, _path: tuple[str, ...]) -> tuple[Value, bool]:
        known = [name for name in names if now.fact(name) is not None]
        return min(number(now, name) for name in known or names[:1]), False

    return work


def snr(number: Number) -> Work:
    """dB. Where no end tells it: signal less noise floor, both at the access point."""
    told = weaker(number, RATIOS)

    def work(now: Facts, earlier: Facts, path: tuple[str, ...]) -> tuple[Value, bool]:
        if any(now.fact(name) is not None for name in RATIOS):
            return told(now, earlier, path)
        return number(now, "radio.ap_rx_dbm") - number(now, "ap.noise_dbm"), False

    return work
