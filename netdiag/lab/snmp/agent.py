"""An SNMPv2c agent on a UDP socket: GET, GETNEXT, GETBULK and SET of what may be written."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from netdiag.lab.snmp import ber
from netdiag.lab.snmp.ber import BerError, Message, Oid, Value
from netdiag.lab.snmp.table import Table

_ROOM = 1350  # octets of bindings that still fit into one Ethernet frame
_NOT_WRITABLE, _WRONG_TYPE = 17, 7


@dataclass(frozen=True, slots=True)
class Written:
    """A SET that the agent was asked for."""

    device: str
    name: str
    value: int


class Agent(asyncio.DatagramProtocol):
    """One device. `table` gives its instances for a community (None: not this one, stay silent);
    `alive` says whether it answers at all; `write` acts on a SET and says whether it may be."""

    def __init__(
        self,
        *,
        alive: Callable[[], bool],
        table: Callable[[bytes], Table | None],
        write: Callable[[Oid, int], bool],
        clock: Callable[[], float],
    ) -> None:
        self._alive = alive
        self._table = table
        self._write = write
        self._clock = clock
        self._socket: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is there."""
        self._socket = transport  # type: ignore[assignment]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer one request, or stay silent as real agents do for a wrong community."""
        if not self._alive() or self._socket is None:
            return
        try:
            asked = ber.decode(data)
        except BerError:
            return
        table = self._table(asked.community)
        if table is not None:
            self._socket.sendto(self._answer(asked, table), addr)

    def close(self) -> None:
        """Close the socket."""
        if self._socket is not None:
            self._socket.close()

    def _answer(self, asked: Message, table: Table) -> bytes:
        now = self._clock()
        if asked.kind == ber.GET:
            binds = (ber.encode_bind(name, _get(table, name, now)) for name in asked.names)
            return ber.encode_response(asked, b"".join(binds))
        if asked.kind == ber.GET_NEXT:
            binds = (_next(table, name, now)[1] for name in asked.names)
            return ber.encode_response(asked, b"".join(binds))
        if asked.kind == ber.GET_BULK:
            return ber.encode_response(asked, _fit(_bulk(asked, table, now)))
        return self._set(asked)

    def _set(self, asked: Message) -> bytes:
        status = at = 0
        for place, (name, value) in enumerate(zip(asked.names, asked.values, strict=True), start=1):
            if not isinstance(value.raw, int):
                status, at = _WRONG_TYPE, place
            elif not self._write(name, value.raw):
                status, at = _NOT_WRITABLE, place
        pairs = zip(asked.names, asked.values, strict=True)
        binds = b"".join(ber.encode_bind(name, value) for name, value in pairs)
        return ber.encode_response(asked, binds, status, at)


def _get(table: Table, name: Oid, now: float) -> Value:
    value = table.get(name, now)
    if value is not None:
        return value
    return Value(ber.NO_INSTANCE if table.has_column(name) else ber.NO_OBJECT)


def _next(table: Table, name: Oid, now: float) -> tuple[Oid, bytes]:
    found = table.after(name, now)
    if found is None:
        return name, ber.encode_bind(name, Value(ber.END_OF_VIEW))
    return found[0], ber.encode_bind(*found)


def _bulk(asked: Message, table: Table, now: float) -> Iterable[bytes]:
    """RFC 3416, 4.2.3: the first `first` names once, the others up to `second` times."""
    for name in asked.names[: asked.first]:
        yield _next(table, name, now)[1]
    names = list(asked.names[asked.first :])
    for _ in range(max(0, asked.second)):
        if not names:
            return
        for place, name in enumerate(names):
            names[place], bind = _next(table, name, now)
            yield bind


def _fit(binds: Iterable[bytes]) -> bytes:
    out = b""
    for bind in binds:
        if out and len(out) + len(bind) > _ROOM:
            break
        out += bind
    return out
