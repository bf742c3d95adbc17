"""Is it the same port? Names as devices, inventories and circuit-ids write them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from netdiag.model.circuit import Circuit

_PARTS = re.compile(r"^(?P<word>[a-z-]*?)[\s_-]*(?P<numbers>\d+(?:[/.:]\d+)*)$")
_ALIKE = (("ethernet", "eth"), ("gigabitethernet", "ge"), ("tengigabitethernet", "xe"))


def same_port(one: str | None, other: str | None) -> bool:
    """`Gi1/0/7`, `gi1/0/7`, `GigabitEthernet1/0/7` and `GigabitEthernet 1/0/7` are one port.

    A word may be cut short, never exchanged: `te1` is not `gi1`. A word that is missing on one
    side alone decides nothing against it when the numbers are several (`1/0/7` is `gi1/0/7`).
    """
    if not one or not other:
        return False
    if one.strip().casefold() == other.strip().casefold():
        return True
    left, right = _split(one), _split(other)
    if left is None or right is None or left[1] != right[1]:
        return False
    words = sorted((left[0], right[0]), key=len)
    if not words[0]:
        return len(left[1]) > 1 or not words[1] or words[1] in ("port", "swp", "p")
    return words[1].startswith(words[0]) or tuple(words) in _ALIKE or tuple(words[::-1]) in _ALIKE


def find_port(names: Iterable[str], ports: Iterable[str]) -> str | None:
    """The one of `ports` that one of these names means: equal ones first, then abbreviations."""
    known = list(ports)
    given = [name for name in names if name]
    for name in given:
        for port in known:
            if port.strip().casefold() == name.strip().casefold():
                return port
    fitting = dict.fromkeys(p for n in given for p in known if same_port(n, p))
    return next(iter(fitting)) if len(fitting) == 1 else None


def port_of(circuit: Circuit, ports: Iterable[str]) -> str | None:
    """The one of `ports` that a circuit-id names; by number, the last number of the name counts."""
    known = list(ports)
    if circuit.port:
        by_name = find_port([circuit.port], known)
        if by_name:
            return by_name
        numbers = _numbers(circuit.port)
    else:
        numbers = (circuit.number,) if circuit.number is not None else ()
    if not numbers:
        return None
    fitting = [p for p in known if _numbers(p)[-1:] == numbers[-1:]]
    if len(fitting) > 1 and circuit.unit is not None:
        fitting = [p for p in fitting if len(_numbers(p)) > 1 and _numbers(p)[0] == circuit.unit]
    return fitting[0] if len(fitting) == 1 else None


def written(circuit: Circuit) -> str:
    """The port as the circuit-id has it, for a person."""
    if circuit.port:
        return circuit.port
    return "" if circuit.number is None else str(circuit.number)


def _split(name: str) -> tuple[str, tuple[int, ...]] | None:
    found = _PARTS.match(name.strip().casefold())
    return (found["word"].strip(), _numbers(found["numbers"])) if found else None


def _numbers(name: str) -> tuple[int, ...]:
    return tuple(int(text) for text in re.findall(r"\d+", name))
