"""Tables of neighbours, as devices told them row by row, joined into who is heard where. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from netdiag.model.fact import Value

Row = Mapping[str, Value]  # names of listed facts → values of one row
_NEAR, _ADDRESS, _PORTS = "-near", "-address", "-ports"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows that one probe of one device brought."""

    probe: str
    query: str
    at: datetime
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """Who says of himself that he is at the other end of a port. What he did not say is None.

    `ports` are the names of the own port (short, long, described), the best first; `remote_ports`
    those of his. `seen_at`: when he was last heard, as far as that is told, else when we asked.
    """

    device: str
    protocol: str  # lldp, cdp, mndp
    ports: tuple[str, ...]
    query: str
    seen_at: datetime
    chassis: str | None = None  # aa:bb:cc:dd:ee:ff
    name: str | None = None
    address: str | None = None
    remote_ports: tuple[str, ...] = ()
    descr: str | None = None

    @property
    def called(self) -> str:
        """The best of what he calls himself."""
        return self.name or self.address or self.chassis or "?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What a device told of itself: names and MACs by which others may know it."""

    names: tuple[str, ...] = ()
    macs: frozenset[str] = frozenset()
    ports: Mapping[int, tuple[str, ...]] = field(default_factory=dict)  # ifIndex → names


def own_of(tables: Iterable[Table]) -> Own:
    """Names, MACs and ports out of every table that tells some."""
    names: dict[str, None] = {}
    macs: set[str] = set()
    ports: dict[int, tuple[str, ...]] = {}
    for table in tables:
        for row in table.rows:
            if isinstance(name := row.get("own.name"), str):
                names[name] = None
            told = (row.get("own.mac"), row.get("own.bridge_mac"))
            macs |= {mac for mac in told if isinstance(mac, str)}
            index = row.get("own.index")
            if isinstance(index, int) and table.probe == f"own{_PORTS}":
                ports[index] = _texts(row, "own.port", "own.port_descr")
    return Own(names=tuple(names), macs=frozenset(macs), ports=ports)


def neighbours_of(device: str, tables: Sequence[Table]) -> tuple[Neighbour, ...]:
    """Everybody whom the device hears. A table `x-near` is joined with `x-address` by the row and
    with `x-ports` by the number of the own port; without that table the number is an ifIndex."""
    by_probe = {table.probe: table for table in tables}
    own = own_of(tables)
    found: list[Neighbour] = []
    for table in tables:
        protocol = table.probe.removesuffix(_NEAR)
        if protocol == table.probe:
            continue
        numbered = _numbered(by_probe.get(protocol + _PORTS), by_probe.get(f"own{_PORTS}"), own)
        addresses = _addresses(by_probe.get(protocol + _ADDRESS))
        found += [_neighbour(device, protocol, table, r, numbered, addresses) for r in table.rows]
    return tuple(one for one in found if one.name or one.address or one.chassis)


def _neighbour(
    device: str,
    protocol: str,
    table: Table,
    row: Row,
    numbered: Mapping[int, tuple[str, ...]],
    addresses: Mapping[str, str],
) -> Neighbour:
    number = row.get("near.local_index")
    named = numbered.get(number, (str(number),)) if isinstance(number, int) else ()
    age = row.get("near.age_s")
    heard = timedelta(seconds=age) if isinstance(age, float) else timedelta()
    address = _text(row, "near.address") or addresses.get(str(row.get("near.index")))
    return Neighbour(
        device=device,
        protocol=_heard_by(row, protocol),
        ports=_texts(row, "near.local_port") or named,
        query=table.query,
        seen_at=table.at - heard,
        chassis=_text(row, "near.chassis"),
        name=_text(row, "near.name"),
        address=None if address == "0.0.0.0" else address,  # noqa: S104
        remote_ports=_texts(row, "near.port", "near.port_descr"),
        descr=_text(row, "near.descr"),
    )


def _heard_by(row: Row, usual: str) -> str:
    """The surest of the protocols that the row names: bridges pass LLDP and CDP on to nobody."""
    told = _text(row, "near.protocol")
    named = told.lower().replace(" ", "").split(",") if told else [usual]
    return next((one for one in ("lldp", "cdp") if one in named), named[0])


def _numbered(
    table: Table | None, interfaces: Table | None, own: Own
) -> Mapping[int, tuple[str, ...]]:
    """Names of the own ports by the protocol's numbers, the name of the interface first."""
    if table is None or not table.rows:
        return own.ports
    by_mac = dict(_by_mac(interfaces))
    found: dict[int, tuple[str, ...]] = {}
    for row in table.rows:
        number, mac = row.get("own.index"), row.get("own.mac")
        if not isinstance(number, int):
            continue
        told = _texts(row, "own.port", "own.port_descr")
        same = own.ports.get(number, ())
        by_number = _agree(told, same) or told == (str(number),)  # the ifIndex for a name
        usual = same if by_number else _with_name(told, own)
        usual = (
            usual or (by_mac.get(mac, ()) if mac else ()) or (same if _alike(told, same) else ())
        )
        found[number] = tuple(dict.fromkeys((*usual, *told))) or own.ports.get(number, ())
    return found


def _agree(told: tuple[str, ...], names: tuple[str, ...]) -> bool:
    """Do the protocol and the interface table mean one port by this number?"""
    folded = {name.casefold() for name in names}
    return any(text.casefold() in folded for text in told)


def _alike(told: tuple[str, ...], names: tuple[str, ...]) -> bool:
    """`1/24` and `eth1/0/24` under one number: another spelling of one port."""
    ends = {found[-1] for name in names if (found := re.findall(r"\d+", name))}
    return any((found := re.findall(r"\d+", text)) and found[-1] in ends for text in told)


def _with_name(told: tuple[str, ...], own: Own) -> tuple[str, ...]:
    """The interface that bears one of these names."""
    return next((names for names in own.ports.values() if _agree(told, names)), ())


def _by_mac(interfaces: Table | None) -> Iterator[tuple[Value, tuple[str, ...]]]:
    """Names by MAC, of those MACs that one interface alone has."""
    rows = interfaces.rows if interfaces else ()
    macs = [row.get("own.mac") for row in rows]
    for row in rows:
        mac = row.get("own.mac")
        if mac and macs.count(mac) == 1:
            yield mac, _texts(row, "own.port", "own.port_descr")


def _addresses(table: Table | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in table.rows if table else ():
        index, address = row.get("near.index"), row.get("near.address")
        if isinstance(index, str) and isinstance(address, str):
            found.setdefault(index, address)
    return found


def _text(row: Row, name: str) -> str | None:
    """Some devices put the six octets of a MAC where a name belongs: that is no text."""
    value = row.get(name)
    text = value.strip(" \t\r\n\0") if isinstance(value, str) else ""
    return text if text and text.isprintable() and "\N{REPLACEMENT CHARACTER}" not in text else None


def _texts(row: Row, *names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for name in names if (text := _text(row, name))))
