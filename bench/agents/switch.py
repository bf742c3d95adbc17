"""A switch of 52 ports as a table: the objects that a sweep asks for, and their neighbours."""

from __future__ import annotations

from bench.agents.table import COUNTER, GAUGE, INTEGER, OBJECT, OCTETS, TICKS, WIDE, Value

PORTS = 52
_IF, _IFX, _ETHER = "1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1", "1.3.6.1.2.1.10.7.2.1"


def switch(ports: int = PORTS, uptime_s: int = 4_000_000, seed: int = 0) -> dict[str, Value]:
    """A healthy switch with traffic on every port."""
    table = {
        "1.3.6.1.2.1.1.1.0": Value(OCTETS, b"Switch of 52 ports"),
        "1.3.6.1.2.1.1.2.0": Value(OBJECT, "1.3.6.1.4.1.8072.3.2.10"),
        "1.3.6.1.2.1.1.3.0": Value(TICKS, uptime_s * 100 % 2**32),
        "1.3.6.1.2.1.1.5.0": Value(OCTETS, b"switch"),
        "1.3.6.1.2.1.2.1.0": Value(INTEGER, ports),
        "1.3.6.1.6.3.10.2.1.3.0": Value(INTEGER, uptime_s),
    }
    for index in range(1, ports + 1):
        load = index * 7_919 + seed * 104_729 + uptime_s * index
        table |= {f"{_IF}.{n}.{index}": value for n, value in _interface(index, load).items()}
        table |= {f"{_IFX}.{n}.{index}": value for n, value in _more(index, load).items()}
        table |= {
            f"{_ETHER}.3.{index}": Value(COUNTER, 0),
            f"{_ETHER}.8.{index}": Value(COUNTER, 0),
            f"{_ETHER}.19.{index}": Value(INTEGER, 3),
        }
    return table


def _interface(index: int, load: int) -> dict[int, Value]:
    return {
        1: Value(INTEGER, index),
        2: Value(OCTETS, f"port {index}".encode()),
        3: Value(INTEGER, 6),
        4: Value(INTEGER, 1500),
        5: Value(GAUGE, 1_000_000_000),
        6: Value(OCTETS, bytes([2, 0, 0, 0, 0, index])),
        7: Value(INTEGER, 1),
        8: Value(INTEGER, 1),
        9: Value(TICKS, 4_711),
        10: Value(COUNTER, load * 18_000 % 2**32),
        11: Value(COUNTER, load * 20 % 2**32),
        13: Value(COUNTER, 0),
        14: Value(COUNTER, 0),
        16: Value(COUNTER, load * 22_000 % 2**32),
        17: Value(COUNTER, load * 20 % 2**32),
        19: Value(COUNTER, 0),
        20: Value(COUNTER, 0),
    }


def _more(index: int, load: int) -> dict[int, Value]:
    return {
        1: Value(OCTETS, str(index).encode()),
        2: Value(COUNTER, index),
        3: Value(COUNTER, index),
        6: Value(WIDE, load * 18_000),
        7: Value(WIDE, load * 20),
        8: Value(WIDE, index * 11),
        9: Value(WIDE, index * 13),
        10: Value(WIDE, load * 22_000),
        11: Value(WIDE, load * 20),
        12: Value(WIDE, 0),
        13: Value(WIDE, 0),
        15: Value(GAUGE, 1000),
        18: Value(OCTETS, f"flat {index}".encode()),
        19: Value(TICKS, 0),
    }
