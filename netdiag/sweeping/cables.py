"""Which ports have a cable. Many agents call VLANs, bridges and bonds Ethernet (ifType 6), too."""

from __future__ import annotations

from netdiag.model.fact import Value
from netdiag.sweeping.known import Columns

_SOFT = ("port.name_soft", "port.descr_soft")
_NAMES = ("port.name", "port.descr")


def virtual(read: Columns) -> dict[str, Value]:
    """port.virtual: by its type, by a name that no port with a cable has, or as one of another port
    (eth0.100 beside eth0)."""
    soft = {key for fact in _SOFT for key, holds in read.get(fact, {}).items() if holds}
    names = next((read[fact] for fact in _NAMES if read.get(fact)), {})
    there = set(names.values())
    parts = ((key, *str(name).rpartition(".")) for key, name in names.items())
    soft |= {key for key, base, _, number in parts if number.isdecimal() and base in there}
    return {key: told or key in soft for key, told in read["port.virtual"].items()}
