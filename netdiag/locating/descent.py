"""From a device that has learned an address to the next one towards it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from netdiag.locating.ports import find_port, same_port


class Edge(Protocol):
    """One link, as the topology knows it."""

    @property
    def device(self) -> str: ...
    @property
    def parent(self) -> str: ...
    @property
    def device_port(self) -> str | None: ...
    @property
    def parent_port(self) -> str | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`port` in the inventory's spelling where it has one. He is there (`here`), behind one of
    the devices `below`, or above. `doubtful`: whether the port is an uplink is not known."""

    port: str
    here: bool = False
    below: tuple[str, ...] = ()
    above: bool = False
    doubtful: bool = False


def step(
    device: str, names: Sequence[str], links: Iterable[Edge], known: Iterable[str] = ()
) -> Step:
    """Where the port with these names (the best first) of the device leads. `known` are ports on
    which the inventory has subscribers."""
    mine = [k for k in links if device in (k.device, k.parent)]
    down = [k for k in mine if k.parent == device]
    up = [k for k in mine if k.device == device]
    below = tuple(dict.fromkeys(k.device for k in down if _is(names, k.parent_port)))
    if below:
        return Step(port=_spelt(names, (k.parent_port for k in down)), below=below)
    if any(_is(names, k.device_port) for k in up):
        return Step(port=_spelt(names, (k.device_port for k in up)), above=True)
    recorded = find_port(names, known)
    if recorded is not None:
        return Step(port=recorded, here=True)
    blind_down = tuple(dict.fromkeys(k.device for k in down if not k.parent_port))
    if blind_down:  # one of them is there; which one, only they can say
        return Step(port=names[0], below=blind_down, here=True, doubtful=True)
    return Step(port=names[0], here=True, doubtful=any(not k.device_port for k in up))


def _is(names: Sequence[str], port: str | None) -> bool:
    return any(same_port(name, port) for name in names)


def _spelt(names: Sequence[str], ports: Iterable[str | None]) -> str:
    return next((p for p in ports if p and _is(names, p)), names[0])
