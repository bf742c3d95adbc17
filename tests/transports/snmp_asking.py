"""Questions to agents that behave or not, and what a test expects of the reply."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from snmp_peer import integer, octets

from netdiag.model.wire import Answer, Deadline, NoAnswer, SnmpColumns, SnmpGet, Target
from netdiag.transports import SnmpTransport

Make = Callable[..., Target]


NAME = "1.3.6.1.2.1.1.5.0"


IN_OCTETS = "1.3.6.1.2.1.2.2.1.10"


DESCR = "1.3.6.1.2.1.2.2.1.2"


ONE = SnmpGet(oids={"name": NAME})


THREE = SnmpGet(oids={"name": NAME, "sick": f"{IN_OCTETS}.1", "other": f"{IN_OCTETS}.2"})


TABLE = SnmpColumns(oids={"descr": DESCR, "octets": IN_OCTETS}, max_rows=5)


MIB = {
    NAME: octets(b"sw-1"),
    **{f"{DESCR}.{i}": octets(f"port {i}".encode()) for i in (1, 2, 3, 10)},
    **{f"{IN_OCTETS}.{i}": integer(i * 1000, 0x41) for i in (1, 2, 10)},
    "1.3.6.1.2.1.3.0": integer(1),
}


both = pytest.mark.parametrize("backend", ["gufo", "pysnmp"])


async def answer(
    snmp: SnmpTransport, target: Target, question: Any, seconds: float = 30
) -> tuple[Any, ...]:
    reply = await snmp.ask(target, question, Deadline.after(seconds))
    assert isinstance(reply, Answer), reply
    return reply.rows


async def absence(
    snmp: SnmpTransport, target: Target, question: Any, seconds: float = 30
) -> NoAnswer:
    reply = await snmp.ask(target, question, Deadline.after(seconds))
    assert isinstance(reply, NoAnswer), reply
    assert reply.detail.endswith(".")
    assert "public" not in reply.detail
    return reply
