"""Neighbours of recorded devices, read by the probes, against the links that LibreNMS found.

A link agrees when its own port, the neighbour's name and the neighbour's port are those of the
other reader. What is left has a reason class, or is ours.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.asking import NOW
from bench.ports import recorded, tree_of
from bench.snmprec import SYS_DESCR, SYS_OBJECT_ID, Recording, load
from netdiag.locating.neighbours import Neighbour, Table, neighbours_of
from netdiag.model.content import Content
from netdiag.model.fact import Facts
from netdiag.model.probe import Probe, TargetKind
from netdiag.model.wire import SnmpColumns, SnmpGet
from netdiag.probing.identify import identify, model_of
from netdiag.probing.listing import read_each
from netdiag.probing.render import Params

OTHER_TABLE = "LibreNMS reads it from another table than the neighbours' own"
NO_ROW = "no row of that neighbour, or it tells neither name, address nor MAC"
KIND = "the neighbour says of its port's name that it is a MAC"
NO_PORT = "the recording does not name the own port"
_LLDP, _CDP = "1.0.8802.1.1.2.1.4.1.1", "1.3.6.1.4.1.9.9.23.1.2.1.1"
_IF = ("1.3.6.1.2.1.31.1.1.1.1.", "1.3.6.1.2.1.2.2.1.2.")
_MAC = re.compile(r"^(?:[0-9a-f]{2}[ :-]){5}[0-9a-f]{2}$")
_TABLES = {"lldp": _LLDP, "cdp": _CDP}


@dataclass(slots=True, kw_only=True)
class Neighbours:
    """What was compared; misses by reason class, those under the empty text are ours."""

    devices: int = 0
    read: int = 0  # neighbours in all recordings, compared or not
    reading: int = 0  # recordings in which some are read
    links: int = 0
    agreeing: int = 0
    protocols: Counter[str] = field(default_factory=Counter)
    misses: dict[str, list[str]] = field(default_factory=dict)


def measure(data: Path, content: Content) -> Neighbours:
    """Compare every link of every recording that somebody else has read, too."""
    result = Neighbours()
    for path in recorded(data):
        recording = load(path)
        found = neighbours_of(path.stem, tables_of(recording, content))
        result.read += len(found)
        result.reading += bool(found)
        result.protocols.update(one.protocol for one in found)
        wanted = list(_links(tree_of(data, path.stem)))
        result.devices += bool(wanted)
        for link in wanted:
            _compare(link, found, recording, result)
    return result


def tables_of(recording: Recording, content: Content) -> list[Table]:
    """What the listing probes of its platform read from a recording."""
    oid, descr = recording.text(SYS_OBJECT_ID), recording.text(SYS_DESCR)
    family = identify(oid, descr, content) or "generic"
    platform = model_of(family, oid, descr, content)
    return [
        _table(probe, recording, content)
        for probe in content.probes_of(platform)
        if probe.target is TargetKind.DEVICE
        and not probe.needs
        and isinstance(probe.ask, SnmpColumns | SnmpGet)
    ]


def _table(probe: Probe, recording: Recording, content: Content) -> Table:
    reply = recording.ask(probe.ask)
    rows = read_each(probe, reply, content.vocabulary, Params({}, Facts()), NOW, recording.name)
    return Table(probe=probe.id, query=probe.title, at=NOW, rows=rows)


def _links(expected: Mapping[str, Any] | None) -> Iterable[Mapping[str, Any]]:
    links = (expected or {}).get("links")
    return links if isinstance(links, list) else ()


def _compare(
    link: Mapping[str, Any],
    found: Iterable[Neighbour],
    recording: Recording,
    result: Neighbours,
) -> None:
    result.links += 1
    if any(_agrees(link, one) for one in found):
        result.agreeing += 1
        return
    told = f"{recording.name}: {_shown(link)}"
    result.misses.setdefault(_reason(link, found, recording), []).append(told)


def _agrees(link: Mapping[str, Any], one: Neighbour) -> bool:
    """LibreNMS writes the neighbour's description where it has no name, and behind the port's
    name the MAC of the chassis. A port that is named by a MAC is named by nothing else."""
    port = _fold(_remote_port(link))
    ports = {_fold(name) for name in one.remote_ports}
    return _own(link, one) and _called(link, one) and (not port or port in ports or _is_mac(port))


def _called(link: Mapping[str, Any], one: Neighbour) -> bool:
    names = {_fold(name) for name in (one.name, one.descr, *one.remote_ports, one.chassis) if name}
    return _fold(link.get("remote_hostname")) in names or not link.get("remote_hostname")


def _remote_port(link: Mapping[str, Any]) -> str:
    return re.sub(r" ?\([^()]*\)$", "", str(link.get("remote_port") or ""))


def _own(link: Mapping[str, Any], one: Neighbour) -> bool:
    mine = {_fold(name) for name in one.ports}
    return bool(mine & {_fold(link.get("ifName")), _fold(link.get("ifDescr"))})


def _reason(link: Mapping[str, Any], found: Iterable[Neighbour], recording: Recording) -> str:
    """Why a link of the other reader is not ours; empty where we have no excuse."""
    table = _TABLES.get(str(link.get("protocol")), "")
    if not any(oid.startswith(f"{table}.") for oid in recording.values):
        return OTHER_TABLE
    same = [one for one in found if _called(link, one)]
    if not same:
        return NO_ROW
    if not any(_own(link, one) for one in same):
        known = {_fold(recording.text(oid)) for oid in recording.values if oid.startswith(_IF)}
        return "" if any(_fold(name) in known for one in same for name in one.ports) else NO_PORT
    return KIND if _remote_port(link) else ""


def _fold(text: object) -> str:
    """Small letters, single blanks; a MAC without separators."""
    folded = " ".join(str(text or "").casefold().split())
    return re.sub(r"[ :-]", "", folded) if _MAC.match(folded) else folded


def _is_mac(folded: str) -> bool:
    return bool(re.fullmatch(r"[0-9a-f]{12}", folded))


def _shown(link: Mapping[str, Any]) -> str:
    names = ("protocol", "ifName", "ifDescr", "remote_hostname", "remote_port")
    return ", ".join(f"{name} {link.get(name)!r}" for name in names)
