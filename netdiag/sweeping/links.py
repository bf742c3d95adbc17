"""What is remembered of links: how often each changed in a day, which fell to half duplex."""

from __future__ import annotations

from collections.abc import Mapping

from netdiag.model.fact import Value
from netdiag.model.sweep import DEVICE
from netdiag.sweeping.growth import Span
from netdiag.sweeping.known import Columns, Known

_CHANGED, _STATE = "port.last_change_ticks", "port.oper_status"
_DAY_S = 86400.0
_MOST_CHANGES = 200  # of one port in a day; more say nothing more
_FLAPPING = 4  # changes in a day
_JITTER = 200  # 1/100 s; some agents work ifLastChange out anew from whole seconds each time


def note_changes(known: Known, read: Columns, at: Span, now: float) -> Columns:
    """A link that changed since the last visit changed at least once. A restart of the device
    changes all of them, and is none of theirs. Nothing before the second visit."""
    since = now - _DAY_S
    known.changes = {
        key: kept for key, when in known.changes.items() if (kept := [t for t in when if t > since])
    }
    state = read.get(_STATE)
    if not known.at or not state:
        return {}
    if at.usable:
        for key in _changed(known.table, read):
            known.changes.setdefault(key, []).append(now)
            del known.changes[key][:-_MOST_CHANGES]
    counts = {key: len(known.changes.get(key, ())) for key in state}
    flapping = {key for key, count in counts.items() if count >= _FLAPPING}
    virtual = {**known.table, **read}.get("port.virtual", {})
    steady = sum(
        way == "up" and key not in flapping and not virtual.get(key) for key, way in state.items()
    )
    return {
        "port.flaps_24h": counts,
        "device.ports_flapping": {DEVICE: sum(not virtual.get(key) for key in flapping)},
        "device.ports_steady": {DEVICE: steady},
    }


def _changed(old: Columns, new: Columns) -> set[str]:
    before, state = old.get(_STATE, {}), new[_STATE]
    found = set()
    if before != state:
        found = {k for k, v in state.items() if k in before and (v == "up") != (before[k] == "up")}
    ticks, earlier = new.get(_CHANGED, {}), old.get(_CHANGED, {})
    if ticks == earlier:
        return found
    return found | {key for key, value in ticks.items() if _moved(value, earlier.get(key))}


def _moved(value: Value, before: Value) -> bool:
    if not isinstance(value, int) or not isinstance(before, int):
        return False
    return abs(value - before) > _JITTER


def note_duplex(known: Known, read: Columns, table: Columns) -> Columns:
    """Live ports at half and at full duplex, and those that were seen to fall from one to the
    other: an agent that always says half may be wrong from the beginning."""
    duplex: Mapping[str, Value] = table.get("port.duplex", {})
    if not duplex:
        return {}
    if "port.duplex" in read:
        before = known.table.get("port.duplex", {})
        fell = {k for k, way in duplex.items() if way == "half" and before.get(k) == "full"}
        known.fell = sorted({k for k in known.fell if duplex.get(k) == "half"} | fell)
    up, virtual = table.get(_STATE, {}), table.get("port.virtual", {})
    live = [way for k, way in duplex.items() if up.get(k) == "up" and not virtual.get(k)]
    return {
        "device.ports_half": {DEVICE: live.count("half")},
        "device.ports_full": {DEVICE: live.count("full")},
        "port.duplex_fell": {key: key in known.fell for key in duplex},
    }
