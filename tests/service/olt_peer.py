"""A small OLT over SNMP: reads for anybody, takes nothing but the reset of an ONT that it has, and
that from who may write. It says what the tables of HUAWEI-XPON-MIB say."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from datetime import datetime

from netdiag.lab.snmp.agent import Agent
from netdiag.lab.snmp.ber import Oid, Value, number, oid, text
from netdiag.lab.snmp.table import Table

PON = 4194304000 + 1 * 8192  # gpon 0/1/0
_ONT = "1.3.6.1.4.1.2011.6.128.1.1.2"
READ, WRITE = b"read-k3", b"write-p8"
_RESTART_S = 0.8


def _octets(at: datetime) -> bytes:
    """DateAndTime of RFC 2579, in UTC."""
    moment = (at.month, at.day, at.hour, at.minute, at.second, 0)
    return at.year.to_bytes(2, "big") + bytes(moment) + b"+\0\0"


@dataclass
class Ont:
    """A terminal. `hung`: its Ethernet port is dead until a reset; `sick`: a reset ends it."""

    serial: bytes
    hung: bool = False
    sick: bool = False
    rx: int = -1950  # hundredths of dBm
    went: datetime | None = None  # when it last went down
    reset_at: float | None = None

    def up(self) -> bool:
        if self.reset_at is None:
            return True
        return not self.sick and time.monotonic() - self.reset_at > _RESTART_S

    def lan(self) -> bool:
        return self.up() and not self.hung


@dataclass
class Olt:
    """The device, and what it was told to do."""

    onts: dict[int, Ont] = field(default_factory=dict)
    resets: list[int] = field(default_factory=list)
    refused: list[Oid] = field(default_factory=list)
    _community: bytes = b""

    async def serve(self, host: str = "127.0.0.1") -> tuple[asyncio.DatagramTransport, int]:
        """Socket and port."""
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(self._agent, local_addr=(host, 0))
        return transport, transport.get_extra_info("sockname")[1]

    def _agent(self) -> Agent:
        return Agent(alive=lambda: True, table=self._table, write=self._write, clock=time.monotonic)

    def _table(self, community: bytes) -> Table | None:
        self._community = community
        if community not in (READ, WRITE):
            return None
        table = Table()
        table.add("1.3.6.1.2.1.1", (1, 0), "Huawei Integrated Access Software")
        table.add("1.3.6.1.2.1.1", (2, 0), Value(0x06, oid("1.3.6.1.4.1.2011.2.248")))
        table.add("1.3.6.1.2.1.1", (3, 0), Value(0x43, 8_640_000))
        table.add(f"{_ONT}.21.1.10", PON, 1)
        table.add(f"{_ONT}.21.1.16", PON, len(self.onts))
        for ident, ont in self.onts.items():
            self._add(table, (PON, ident), ont)
        return table

    def _add(self, table: Table, index: tuple[int, int], ont: Ont) -> None:
        table.add(f"{_ONT}.46.1.2", index, -1)
        table.add(f"{_ONT}.46.1.15", index, lambda now: number(1 if ont.up() else 2))
        table.add(f"{_ONT}.46.1.16", index, 2)
        table.add(f"{_ONT}.46.1.24", index, -1)
        if ont.went:
            table.add(f"{_ONT}.46.1.23", index, text(_octets(ont.went)))
        table.add(f"{_ONT}.43.1.3", index, text(ont.serial))
        table.add(f"{_ONT}.51.1.4", index, ont.rx)
        table.add(f"{_ONT}.51.1.6", index, 7800)
        table.add(f"{_ONT}.62.1.22", (*index, 1), lambda now: number(1 if ont.lan() else 2))

    def _write(self, name: Oid, value: int) -> bool:
        wanted = {(*oid(f"{_ONT}.46.1.2"), PON, ident): ident for ident in self.onts}
        if self._community != WRITE or name not in wanted or value != 1:
            self.refused.append(name)
            return False
        ont = self.onts[wanted[name]]
        ont.reset_at, ont.hung = time.monotonic(), False
        self.resets.append(wanted[name])
        return True
