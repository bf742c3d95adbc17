"""What is remembered of a device between two sweeps, small enough for a million ports."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from netdiag.model.fact import Value

Columns = dict[str, Mapping[str, Value]]
Numbers = dict[str, dict[str, float]]
_FORMAT = 1
_LEVEL = 3  # of zlib: half the time of the usual one, a twentieth larger


@dataclass(slots=True, kw_only=True)
class Known:
    """`at` is the moment of the last good visit (Unix seconds, 0: none). `today` gathers the
    values of the day by "fact day-word"; `usual` holds what the days before tell, worked out once
    a day."""

    at: float = 0.0
    table: Columns = field(default_factory=dict)
    asked: dict[str, float] = field(default_factory=dict)  # sheet or probe → when
    empty: list[str] = field(default_factory=list)  # sheets that the device does not serve
    changes: dict[str, list[float]] = field(default_factory=dict)  # link changes of 24 h, by port
    boots: list[float] = field(default_factory=list)  # restarts of 30 days
    day: str = ""
    today: dict[str, dict[str, Any]] = field(default_factory=dict)
    slot: int = -1  # half an hour in which medians of the day were last given a value
    usual: Numbers = field(default_factory=dict)
    usual_of: str = ""
    moves: dict[str, list[float]] = field(default_factory=dict)  # of 48 h, by VLAN and MAC
    fell: list[str] = field(default_factory=list)  # ports that fell to half duplex
    since: dict[str, str] = field(default_factory=dict)  # index → first day of its past
    misses: int = 0  # sweeps in a row in which it was silent


def forget(known: Known, facts: Iterable[str]) -> None:
    """What was asked and did not come is not what it was: it is not known."""
    for name in facts:
        known.table.pop(name, None)


def packed(known: Known) -> bytes:
    """For the store."""
    told = {one.name: getattr(known, one.name) for one in fields(known)}
    text = json.dumps({"format": _FORMAT, **told}, separators=(",", ":"), default=list)
    return zlib.compress(text.encode(), _LEVEL)


def unpacked(data: bytes) -> Known:
    """From the store. What cannot be read is as if nothing were known: the next sweep learns it
    anew."""
    try:
        told = json.loads(zlib.decompress(data))
        if not isinstance(told, dict) or told.pop("format", None) != _FORMAT:
            return Known()
        names = {one.name for one in fields(Known)}
        return Known(**{name: value for name, value in told.items() if name in names})
    except (zlib.error, ValueError, TypeError):
        return Known()


def packed_day(day: Mapping[str, Mapping[str, float]]) -> bytes:
    """The values of one day for the store."""
    return zlib.compress(json.dumps(day, separators=(",", ":")).encode(), 6)


def unpacked_day(data: bytes) -> Numbers:
    """From the store; empty when it cannot be read."""
    try:
        told = json.loads(zlib.decompress(data))
    except (zlib.error, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
