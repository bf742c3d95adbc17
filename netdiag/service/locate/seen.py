"""What routers, DHCP and RADIUS say of a MAC, an address or a login."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from netdiag.locating.circuits import read_circuit
from netdiag.locating.neighbours import Row, Table
from netdiag.model.circuit import Circuit, Notation
from netdiag.model.wire import Target
from netdiag.service.listing import Listed, Lister

_INTERFACE, _VLAN = "seen.interface", "own.vlan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is known of the one who is looked for."""

    macs: tuple[str, ...] = ()
    ips: tuple[str, ...] = ()
    logins: tuple[str, ...] = ()

    def placeholders(self) -> Iterator[dict[str, str]]:
        """Values for one question each."""
        for name, values in (("mac", self.macs), ("ip", self.ips), ("login", self.logins)):
            yield from ({name: value} for value in values)

    @property
    def nothing(self) -> bool:
        """Is there nothing to look for?"""
        return not (self.macs or self.ips or self.logins)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One session, lease or ARP entry. `circuit` and `remote` as they were told."""

    source: str
    query: str
    at: datetime
    open: bool
    mac: str | None = None
    ip: str | None = None
    login: str | None = None
    interface: str | None = None
    circuit: str | None = None
    remote: str | None = None


@dataclass(slots=True, kw_only=True)
class SeenEverywhere:
    """Everything that was told, and the VLANs of the routers' interfaces."""

    rows: list[Seen] = field(default_factory=list)
    vlans: dict[str, int] = field(default_factory=dict)  # interface → VLAN
    silent: set[str] = field(default_factory=set)

    def macs(self) -> tuple[str, ...]:
        """MACs of what stands now, those first, then of what ended last."""
        ordered = sorted(self.rows, key=lambda one: (not one.open, -one.at.timestamp()))
        told = dict.fromkeys(one.mac for one in ordered if one.mac)
        still = dict.fromkeys(one.mac for one in ordered if one.mac and one.open)
        return tuple(still or list(told)[:1])

    def vlan(self) -> int | None:
        """Of the interface behind which he is seen, where the router names one."""
        found = (self.vlans.get(one.interface or "") for one in self.rows if one.open)
        return next((vlan for vlan in found if vlan), None)


async def ask_everywhere(
    lister: Lister, targets: Sequence[Target], wanted: Wanted
) -> SeenEverywhere:
    """Ask every router and database at once, each one question after the other."""
    found = SeenEverywhere()
    batches = await asyncio.gather(*(_ask(lister, target, wanted) for target in targets))
    for target, listed in zip(targets, batches, strict=True):
        if any(one.silent for one in listed):
            found.silent.add(target.device)
        for one in listed:
            if one.table is not None:
                _take(found, target.device, one.table)
    return found


async def _ask(lister: Lister, target: Target, wanted: Wanted) -> list[Listed]:
    probes = lister.probes(target, lambda probe: any(n.startswith("seen.") for n in probe.yields))
    asked: list[Listed] = []
    for probe in probes:
        needed = set(probe.needs) & {"mac", "ip", "login"}
        if not needed:
            asked.append(await lister.one(target, probe, {}))
            continue
        for own in wanted.placeholders():
            if needed == set(own):
                asked.append(await lister.one(target, probe, own))
    return asked


def _take(found: SeenEverywhere, source: str, table: Table) -> None:
    known = {_same(one) for one in found.rows}
    for row in table.rows:
        interface, vlan = row.get(_INTERFACE), row.get(_VLAN)
        if isinstance(vlan, int):
            found.vlans[str(interface)] = vlan
        elif len(row) > 1:
            one = _seen(source, table, row)
            if _same(one) not in known:
                known.add(_same(one))
                found.rows.append(one)


def _same(one: Seen) -> tuple[object, ...]:
    """Asked by MAC, address and login, one session is told three times."""
    told = (one.mac, one.ip, one.login, one.interface, one.circuit, one.remote)
    return (one.source, one.open, *told)


def _seen(source: str, table: Table, row: Row) -> Seen:
    age = row.get("seen.age_s")
    heard = timedelta(seconds=age) if isinstance(age, float | int) else timedelta()
    return Seen(
        source=source,
        query=table.query,
        at=table.at - heard,
        open=row.get("seen.open") is True,
        mac=_text(row, "seen.mac"),
        ip=_text(row, "seen.ip"),
        login=_text(row, "seen.login"),
        interface=_text(row, _INTERFACE),
        circuit=_text(row, "seen.circuit"),
        remote=_text(row, "seen.remote"),
    )


def circuits_of(
    rows: Iterable[Seen], notations: Sequence[Notation], vlans: Mapping[str, int]
) -> Iterator[tuple[Seen, Circuit, Circuit | None]]:
    """Circuit-ids that name a port, with the remote-id beside each. A name that is an interface
    of the router is none."""
    for one in rows:
        if one.circuit is None or one.circuit in vlans or one.circuit == one.interface:
            continue
        circuit = read_circuit(one.circuit, notations)
        if circuit is not None and (circuit.port or circuit.number is not None):
            yield one, circuit, read_circuit(one.remote, notations)


def _text(row: Row, name: str) -> str | None:
    value = row.get(name)
    return value.strip() or None if isinstance(value, str) else None
