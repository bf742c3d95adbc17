"""EtherLike-MIB (RFC 3635), MAU-MIB (RFC 4836), RMON etherStats (RFC 2819), PoE (RFC 3621)."""

from __future__ import annotations

from netdiag.lab.link import Link
from netdiag.lab.snmp.ber import OID, Value, oid, text
from netdiag.lab.snmp.table import Table, counter32, counter64
from netdiag.lab.snmp.view import View
from netdiag.lab.things import Model, Port

_DOT3 = "1.3.6.1.2.1.10.7.2.1"
_MAU = "1.3.6.1.2.1.26.2.1.1"
_AUTONEG = "1.3.6.1.2.1.26.5.1.1"
_RMON = "1.3.6.1.2.1.16.1.1.1"
_POE = "1.3.6.1.2.1.105.1.1.1"

HAS_ETHERLIKE = (Model.GENERIC, Model.DES, Model.DGS, Model.MES, Model.IOS, Model.VRP)
HAS_MAU = (Model.GENERIC, Model.MES, Model.DGS)
HAS_RMON = (Model.GENERIC, Model.DES, Model.DGS)

_ERRORS = {2: "align", 3: "fcs", 8: "late"}
_QUIET = (4, 5, 6, 7, 9, 10, 11, 13, 16, 18)
_UNKNOWN, _HALF, _FULL = 1, 2, 3
_TRUE, _ENABLED, _DISABLED = 1, 1, 2
# IANAifMauAutoNegCapBits: b10baseT(1) 10FD(2) 100TX(4) 100TXFD(5) 1000T(14) 1000TFD(15)
_BITS = {10: (1, 2), 100: (4, 5), 1000: (14, 15)}
# IANAifMauTypeListBits under 1.3.6.1.2.1.26.4: 1000BASE-T full 30, 100BASE-TX half 15, full 16
_TYPES = {(1000, True): 30, (100, True): 16, (100, False): 15}


def add_ethernet(table: Table, view: View) -> None:
    """What this make serves of the four."""
    for port in view.ports():
        if view.model in HAS_ETHERLIKE:
            _add_etherlike(table, view, port)
        if view.model in HAS_MAU and not port.uplink:
            _add_mau(table, view, port)
        if view.model in HAS_RMON:
            _add_rmon(table, view, port)
        if port.poe:
            _add_poe(table, view, port)


def _add_etherlike(table: Table, view: View, port: Port) -> None:
    index, state = port.if_index, view.link(port)
    table.add(_DOT3, (1, index), index)
    for column, name in _ERRORS.items():
        table.add(_DOT3, (column, index), counter32(view.read(port.key, name)))
    for column in _QUIET:
        table.add(_DOT3, (column, index), counter32(lambda now: 0))
    duplex = _UNKNOWN if not state.up else _FULL if state.full else _HALF
    table.add(_DOT3, (19, index), duplex)
    if view.model is Model.GENERIC:
        table.add("1.3.6.1.2.1.10.7.11.1", (2, index), counter64(view.read(port.key, "fcs")))


def cap_bits(mbps: int) -> bytes:
    """All modes up to this speed as IANAifMauAutoNegCapBits; nothing for 0."""
    bits = 0
    for speed, places in _BITS.items():
        if speed <= mbps:
            for place in places:
                bits |= 1 << (15 - place)
    return bits.to_bytes(2, "big")


def _add_mau(table: Table, view: View, port: Port) -> None:
    index, state = (port.if_index, 1), view.link(port)
    current = _TYPES.get((state.mbps, state.full))
    kind = oid(f"1.3.6.1.2.1.26.4.{current}") if current else (0, 0)
    table.add(_MAU, (3, *index), Value(OID, kind))
    table.add(_MAU, (4, *index), 3)
    table.add(_MAU, (5, *index), 3 if state.up else 4)
    table.add(_MAU, (12, *index), _TRUE)
    table.add(_AUTONEG, (1, *index), _ENABLED)
    table.add(_AUTONEG, (2, *index), 1 if state.up and state.negotiated else 2)
    table.add(_AUTONEG, (4, *index), _progress(state))
    table.add(_AUTONEG, (9, *index), text(cap_bits(port.max_mbps)))
    table.add(_AUTONEG, (10, *index), text(cap_bits(port.max_mbps)))
    heard = state.partner_mbps if state.up and state.negotiated else 0
    table.add(_AUTONEG, (11, *index), text(cap_bits(heard)))


def _progress(state: Link) -> int:
    """ifMauAutoNegConfig: complete(3), parallelDetectFail(5), configuring(2)."""
    if not state.up:
        return 2
    return 3 if state.negotiated else 5


def _add_rmon(table: Table, view: View, port: Port) -> None:
    index = port.if_index
    table.add(_RMON, (1, index), index)
    table.add(_RMON, (2, index), Value(OID, oid(f"1.3.6.1.2.1.2.2.1.1.{index}")))
    table.add(_RMON, (4, index), counter32(view.read(port.key, "in_octets")))
    frames = ("in_ucast", "in_mcast", "in_bcast")
    table.add(_RMON, (5, index), counter32(view.read(port.key, *frames)))
    table.add(_RMON, (6, index), counter32(view.read(port.key, "in_bcast")))
    table.add(_RMON, (7, index), counter32(view.read(port.key, "in_mcast")))
    table.add(_RMON, (8, index), counter32(view.read(port.key, "fcs", "align")))


def _add_poe(table: Table, view: View, port: Port) -> None:
    """Index: group 1, port. 3 deliveringPower, 4 fault."""
    index = (1, port.number)
    short = port.poe == "short"
    table.add(_POE, (3, *index), _TRUE)
    table.add(_POE, (6, *index), 4 if short else 3)
    table.add(_POE, (12, *index), counter32(lambda now: 0))
    table.add(_POE, (13, *index), counter32(lambda now: 0))
    table.add(_POE, (14, *index), counter32(lambda now: 9 if short else 0))
