"""What a line once read: the own history of one subscriber on one port."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

_FEW_DAYS = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A stretch of one day in which something about a line read the same.

    `value` is in the unit of the fact; moments are Unix seconds. `side` is the verdict's at the
    time; `healthy` says whether this reading may tell what is usual.
    """

    fact: str
    value: float
    first: datetime
    last: datetime
    side: str
    healthy: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """How one thing is remembered: what counts as a change, and for how long it is kept."""

    step: float  # a reading this near to the last one is the same
    kept: timedelta = _FEW_DAYS
    of_device: bool = False  # one history for everybody on the device


SPEED, DOWNS = "port.speed_mbps", "port.link_downs"
UP_SINCE, DOWN_SINCE, BOOTED = "port.up_since", "port.down_since", "device.booted_at"
CABLE = "cable.length_m"
ONU_DOWN = "onu.down_at"
ONU, OLT, RADIO = "onu.rx_dbm", "onu.olt_rx_dbm", "radio.signal_dbm"
ERRORS = "port.fcs_errors_rate"

TRACKED: Mapping[str, Track] = {
    SPEED: Track(step=0),
    ONU: Track(step=0.9),
    OLT: Track(step=0.9),
    RADIO: Track(step=1.9),
    ERRORS: Track(step=float("inf")),  # one a day
    DOWNS: Track(step=0, kept=timedelta(days=8)),
    UP_SINCE: Track(step=5, kept=timedelta(days=8)),
    DOWN_SINCE: Track(step=5, kept=timedelta(days=8)),
    BOOTED: Track(step=90, kept=timedelta(days=8), of_device=True),
    ONU_DOWN: Track(step=5, kept=timedelta(days=8)),
    CABLE: Track(step=2.9, kept=timedelta(days=800)),
}


def same(old: Sample, new: Sample) -> bool:
    """Does the new reading only go on with the old stretch?"""
    near = abs(old.value - new.value) <= TRACKED[new.fact].step
    one_day = old.first.date() == new.last.date() and old.last <= new.first
    return near and one_day and (old.healthy, old.side) == (new.healthy, new.side)
