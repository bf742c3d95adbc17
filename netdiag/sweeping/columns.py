"""What follows from columns: rates, load, age of links, flaps, what is usual. One table out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from netdiag.model.fact import Value
from netdiag.model.sweep import DEVICE
from netdiag.model.vocabulary import FactType, Vocabulary
from netdiag.sweeping.cables import virtual
from netdiag.sweeping.growth import Span, absurd, against_ever, growths, load, rates, share, span
from netdiag.sweeping.known import Columns, Known
from netdiag.sweeping.links import note_changes, note_duplex
from netdiag.sweeping.places import note_moves, worked_out
from netdiag.sweeping.renumbered import note_renumbered

_DAY_S = 86400.0
_MONTH_S = 30 * _DAY_S
_TICKS, _CHANGED = "device.agent_uptime_ticks", "port.last_change_ticks"
_TRUNK_SHARE = 0.4
_DIFFERENCES = {
    "port.sfp_drop_db": ("port.sfp_usual_dbm", "port.sfp_rx_dbm"),
    "port.errors_rise": ("port.fcs_errors_rate", "port.fcs_usual_rate"),
    "device.temp_rise_c": ("device.temp_c", "device.temp_usual_c"),
    "onu.light_fall_db": ("onu.light_best_dbm", "onu.light_lately_dbm"),
    "onu.light_unusual_db": ("onu.light_usual_dbm", "onu.light_lately_dbm"),
    "radio.level_unusual_db": ("radio.level_usual_dbm", "radio.level_lately_dbm"),
    "radio.level_fall_db": ("radio.level_best_dbm", "radio.level_lately_dbm"),
}
_MAC = 6
# With these of an earlier visit the counters of this one are compared.
BASE = frozenset((
    _TICKS, _CHANGED, "device.host_uptime_ticks", "device.uptime_s", "port.oper_status",
    "port.in_octets", "port.out_octets", "port.in_frames", "port.out_frames",
    "port.in_bcast_frames", "port.in_errors", "port.fcs_errors", "port.late_collisions",
    "port.out_discards", "port.discontinuity",
))  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What the inventory knows of a device's ports: those that lead to other devices, by name."""

    trunks: frozenset[str] = frozenset()


def whole(
    known: Known, read: Columns, vocabulary: Vocabulary, place: Place, now: float
) -> tuple[Columns, Span]:
    """The readings of this visit, those carried over from earlier ones, and all that follows.
    `known` learns the changes of links and the restarts."""
    at = span(known, read, now)
    if "port.virtual" in read:
        read["port.virtual"] = virtual(read)
    note_renumbered(known, read)
    table: Columns = {**known.table, **read}
    growth = growths(vocabulary.types, known.table, table, at)
    speeds = table.get("port.speed_mbps", {})
    worked: Columns = {**rates(_rated(vocabulary), growth, at)}
    if util := load(growth, speeds, at):
        worked["port.util_pct"] = util
    marks, before = table.get("port.discontinuity", {}), known.table.get("port.discontinuity", {})
    # RFC 2863: a counter whose discontinuity mark moved did not count on.
    lies = absurd(growth, speeds, at) | {
        k for k, v in marks.items() if k in before and before[k] != v
    }
    if lies:
        worked = {n: {k: v for k, v in c.items() if k not in lies} for n, c in worked.items()}
    worked["port.bcast_share_pct"] = share(growth("port.in_bcast_frames"), growth("port.in_frames"))
    if errors := worked.get("port.in_errors_rate"):
        worked["port.in_errors_times"] = against_ever(errors, known.table)
    worked.update(_ages(table))
    worked.update(note_changes(known, read, at, now))
    worked.update(note_duplex(known, read, table))
    worked.update(_of_device(known, at, now))
    trunks = _trunks(table, place)
    worked["port.trunk"] = dict.fromkeys(trunks, True)
    worked.update(note_moves(known, read, trunks, now))
    table = {**table, **worked, **known.usual}
    for name, (upper, lower) in _DIFFERENCES.items():
        if upper in table and lower in table:
            table[name] = _difference(table[upper], table[lower])
    table.update(worked_out(table))
    return table, at


def _difference(upper: Mapping[str, Value], lower: Mapping[str, Value]) -> dict[str, Value]:
    return {
        key: round(a - b, 3)
        for key, a in upper.items()
        if isinstance(a, int | float) and isinstance(b := lower.get(key), int | float)
    }


def carry(known: Known, read: Columns, at: Span, now: float) -> None:
    """Remember this visit for the next one. A visit that came too early to compare leaves what
    there is to compare with."""
    if at.restarted:
        known.table = {n: c for n, c in known.table.items() if not n.startswith("port.")}
    if at.rebooted:
        known.boots = [t for t in known.boots if t > now - _MONTH_S] + [now]
    if at.short:
        known.table = {**known.table, **{n: c for n, c in read.items() if n not in BASE}}
        return
    known.table = {**known.table, **read}
    known.at = now


_CACHE: dict[int, tuple[Vocabulary, tuple[FactType, ...]]] = {}


def _rated(vocabulary: Vocabulary) -> Sequence[FactType]:
    kept = _CACHE.get(id(vocabulary))
    if kept is None or kept[0] is not vocabulary:
        found = tuple(
            kind
            for kind in vocabulary.types.values()
            if kind.rate and kind.name.startswith("port.")
        )
        _CACHE.clear()
        kept = _CACHE[id(vocabulary)] = (vocabulary, found)
    return kept[1]


def _ages(table: Columns) -> Columns:
    ticks = table.get(_TICKS, {}).get(DEVICE)
    if not isinstance(ticks, int):
        return {}
    ages = {
        key: (ticks - value) // 100
        for key, value in table.get(_CHANGED, {}).items()
        if isinstance(value, int) and 0 < value <= ticks  # 0: no change since the agent started
    }
    return {"port.last_change_s": ages}


def _of_device(known: Known, at: Span, now: float) -> Columns:
    if not known.at:
        return {}
    boots = [*known.boots, *([now] if at.rebooted else [])]
    return {
        "device.reboots_7d": {DEVICE: sum(t > now - 7 * _DAY_S for t in boots)},
        "device.reboots_24h": {DEVICE: sum(t > now - _DAY_S for t in boots)},
        "device.restarted": {DEVICE: at.rebooted},
    }


def _trunks(table: Columns, place: Place) -> set[str]:
    """Ports that lead to other devices: by their names in the inventory, else the live
    port that receives what all others send."""
    named = {
        key
        for fact in ("port.name", "port.descr")
        for key, value in table.get(fact, {}).items()
        if place.trunks and str(value).casefold() in place.trunks
    }
    received = table.get("port.in_octets") or table.get("port.in_frames")
    if named or not received:
        return named
    up, virtual = table.get("port.oper_status", {}), table.get("port.virtual", {})
    numbers = {
        key: value
        for key, value in received.items()
        if isinstance(value, int) and up.get(key) == "up" and not virtual.get(key)
    }
    total = sum(numbers.values())
    return {key for key, value in numbers.items() if value > total * _TRUNK_SHARE}


def name_of(table: Mapping[str, Mapping[str, Value]], index: str) -> str:
    """The place as an engineer calls it: ifName, else ifDescr, else its index; one that ends in
    six octets by that MAC."""
    for fact in ("port.name", "port.descr"):
        value = table.get(fact, {}).get(index)
        if value:
            return str(value)
    parts = index.split(".")[-_MAC:]
    if len(parts) == _MAC and all(part.isdecimal() and int(part) < 256 for part in parts):
        return ":".join(f"{int(part):02x}" for part in parts)
    return index
