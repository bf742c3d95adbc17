"""An ordered table of SNMP instances whose values are read at the time they are asked for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator

from netdiag.lab.snmp.ber import COUNTER32, COUNTER64, GAUGE32, TICKS, Oid, Value, number, oid, text

Reading = Value | Callable[[float], Value]


class Table:
    """OID → value. `add` while building, then `get` and `after`."""

    def __init__(self) -> None:
        self._cells: dict[Oid, Reading] = {}
        self._order: list[Oid] | None = None

    def add(self, column: str, index: tuple[int, ...] | int, value: Reading | int | str) -> None:
        """One instance; plain numbers are INTEGER, plain text is OCTET STRING."""
        suffix = (index,) if isinstance(index, int) else index
        if isinstance(value, int):
            value = number(value)
        elif isinstance(value, str):
            value = text(value)
        self._cells[oid(column) + suffix] = value
        self._order = None

    def get(self, name: Oid, now: float) -> Value | None:
        """The value of exactly this instance."""
        cell = self._cells.get(name)
        return cell(now) if callable(cell) else cell

    def after(self, name: Oid, now: float) -> tuple[Oid, Value] | None:
        """The first instance behind this name."""
        order = self._sorted()
        at = bisect_right(order, name)
        if at == len(order):
            return None
        value = self.get(order[at], now)
        return (order[at], value) if value is not None else None

    def has_column(self, name: Oid) -> bool:
        """Some instance of the same column exists."""
        return any(cell[: len(name) - 1] == name[:-1] for cell in self._sorted())

    def __iter__(self) -> Iterator[Oid]:
        return iter(self._sorted())

    def _sorted(self) -> list[Oid]:
        if self._order is None:
            self._order = sorted(self._cells)
        return self._order


def counter32(read: Callable[[float], float]) -> Reading:
    """A counter that wraps at 2**32."""
    return lambda now: Value(COUNTER32, int(read(now)) & 0xFFFFFFFF)


def counter64(read: Callable[[float], float]) -> Reading:
    """A counter that does not wrap in practice."""
    return lambda now: Value(COUNTER64, int(read(now)) & 0xFFFFFFFFFFFFFFFF)


def ticks(read: Callable[[float], float]) -> Reading:
    """Seconds as TimeTicks (1/100 s)."""
    return lambda now: Value(TICKS, int(max(0.0, read(now)) * 100) & 0xFFFFFFFF)


def gauge(value: float) -> Value:
    """Gauge32."""
    return Value(GAUGE32, int(value))


def mac_octets(mac: str) -> bytes:
    """Six octets of a MAC in colon notation."""
    return bytes.fromhex(mac.replace(":", ""))


def mac_index(mac: str) -> tuple[int, ...]:
    """A MAC as index of a table."""
    return tuple(mac_octets(mac))
