"""What follows from ONUs, radios, powered ports, supplies and forwarding tables. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from netdiag.model.fact import Value
from netdiag.model.sweep import DEVICE
from netdiag.sweeping.known import Columns, Known

_DAY_S = 86400.0
_LEARNED, _BRIDGE = "fdb.learned_at", "fdb.port_if_index"
_OF_A_HOME = 2  # MACs behind a port of one subscriber: his router, and one more
_MOST_MACS = 512  # remembered of one device
_MOST_MOVES = 50  # of one MAC in a day; more say nothing more
_MANY = {
    "device.ports_erring": ("port.in_errors_rate", 100.0),  # per million
    "device.ports_storming": ("port.bcast_pps", 500.0),
}
_FALLEN = {
    "device.onus_fallen": ("onu.light_fall_db", 3.0),
    "device.radios_fallen": ("radio.level_fall_db", 6.0),
}


def worked_out(table: Columns) -> Columns:
    """Facts of places over a whole table: what it lacks is left out."""
    found: Columns = {}
    for name, (column, limit) in _FALLEN.items():
        if falls := table.get(column):
            many = sum(isinstance(v, int | float) and v >= limit for v in falls.values())
            found[name] = {DEVICE: many}
    for name, (column, limit) in _MANY.items():
        if values := table.get(column):
            found[name] = {DEVICE: _with_cable(values, limit, table.get("port.virtual", {}))}
    if status := table.get("port.poe_status"):
        found["port.poe_delivers"] = {k: int(v == "delivering") for k, v in status.items()}
    volts, usual = (table.get(f"device.voltage{name}_v", {}).get(DEVICE) for name in ("", "_usual"))
    if isinstance(volts, int | float) and isinstance(usual, int | float) and usual > 0:
        found["device.voltage_fall_pct"] = {DEVICE: round((usual - volts) / usual * 100, 1)}
    return found


def _with_cable(values: Mapping[str, Value], limit: float, virtual: Mapping[str, Value]) -> int:
    """Ports with a cable at or above the limit."""
    return sum(
        isinstance(value, int | float) and value >= limit and not virtual.get(key)
        for key, value in values.items()
    )


def note_moves(known: Known, read: Columns, trunks: set[str], now: float) -> Columns:
    """MACs that moved between ports of subscribers, by VLAN and MAC. `known` learns the moves;
    `read` keeps no more of the forwarding table than the next comparison needs."""
    day, since = now - _DAY_S, now - 2 * _DAY_S
    kept = {mac: [t for t in when if t > since] for mac, when in known.moves.items()}
    known.moves = {mac: when for mac, when in kept.items() if when}
    new = read.get(_LEARNED)
    if new:
        homes = _of_homes(new, {**known.table, **read}.get(_BRIDGE, {}), trunks)
        for mac, port in homes.items():
            before = known.table.get(_LEARNED, {}).get(mac)
            if before is not None and before != port:
                known.moves.setdefault(mac, []).append(now)
                del known.moves[mac][:-_MOST_MOVES]
        read[_LEARNED] = dict(list(homes.items())[:_MOST_MACS])
    # One that moved no more for a day is told as 0 for another: so its finding comes to an end.
    counts = {mac: sum(t > day for t in when) for mac, when in known.moves.items()}
    return {"fdb.moves_24h": counts}


def _of_homes(
    learned: Mapping[str, Value], bridge: Mapping[str, Value], trunks: set[str]
) -> dict[str, Value]:
    """Entries at ports that lead to no device and show few MACs. A port whose ifIndex is not told
    is nobody's."""
    many = Counter(learned.values())
    return {
        mac: port
        for mac, port in learned.items()
        if many[port] <= _OF_A_HOME
        and (index := bridge.get(str(port))) is not None
        and str(index) not in trunks
    }
