"""SET: agents tell INTEGER and Unsigned32 apart, and so do we."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio

from netdiag.lab.snmp import ber
from netdiag.lab.snmp.agent import Agent
from netdiag.lab.snmp.table import Table
from netdiag.model.secret import Secret
from netdiag.model.wire import Answer, Deadline, Limits, NoAnswer, SnmpSet, Target
from netdiag.transports.snmp.transport import SnmpTransport

COLUMN = "1.3.6.1.4.1.35265.1.22.3.1.1.22"


class Strict(Agent):
    """Takes nothing but an Unsigned32, as the MIB of some terminals demands; keeps the tags."""

    def __init__(self) -> None:
        super().__init__(
            alive=lambda: True, table=lambda c: Table(), write=lambda n, v: True, clock=lambda: 0.0
        )
        self.tags: list[int] = []

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        asked = ber.decode(data)
        self.tags += [value.tag for value in asked.values]
        super().datagram_received(data, addr)


@pytest_asyncio.fixture
async def strict() -> AsyncIterator[tuple[Strict, Target]]:
    agent = Strict()
    loop = asyncio.get_running_loop()
    socket, _ = await loop.create_datagram_endpoint(lambda: agent, local_addr=("127.0.0.1", 0))
    port = socket.get_extra_info("sockname")[1]
    secrets = {"snmp.community": Secret("ro"), "snmp.write_community": Secret("rw")}
    yield (
        agent,
        Target(
            device="olt-1",
            host="127.0.0.1",
            port=port,
            platform="eltex_ltp",
            options={"snmp.version": "2c"},
            secrets=secrets,
            limits=Limits(timeout_s=1.0),
        ),
    )
    socket.close()


async def test_the_kind_of_the_number_goes_over_the_wire(strict: tuple[Strict, Target]) -> None:
    agent, target = strict
    transport = SnmpTransport()
    for value in ("1", "unsigned 1"):
        question = SnmpSet(oids={f"{COLUMN}.1": value})
        reply = await transport.ask(target, question, Deadline.after(3))
        assert isinstance(reply, Answer), reply if isinstance(reply, NoAnswer) else ""
    await transport.close()
    assert agent.tags == [ber.INTEGER, ber.GAUGE32]
