"""A visit for whole columns, against canned agents that behave and that do not."""

import shutil
from collections.abc import Iterator

import pytest

from bench.agents import Range, agents
from bench.agents.switch import PORTS, switch
from netdiag.model.secret import Secret
from netdiag.model.wire import Answer, Deadline, Limits, NoAnswer, SnmpSheet, Target
from netdiag.model.words import AbsenceReason
from netdiag.transports.snmp import SnmpTransport
from tests.addresses import free_port, own_base

pytestmark = pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
IN, OUT = "1.3.6.1.2.1.31.1.1.1.6", "1.3.6.1.2.1.31.1.1.1.10"
BEHAVIOURS = ("normal", "dead", "slow", "loop", "garbage", "cut", "generr", "drop")
QUESTION = SnmpSheet(
    single={"uptime": "1.3.6.1.2.1.1.3.0"},
    columns={"in": IN, "out": OUT, "name": "1.3.6.1.2.1.31.1.1.1.1", "none": "1.3.6.1.9.9"},
)


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    number = free_port()
    arguments = {"slow": 250, "drop": 30}
    ranges = [
        Range(first=f"{own_base()}.33.{n}", last=f"{own_base()}.33.{n}", does=does,
              argument=arguments.get(does, 0))
        for n, does in enumerate(BEHAVIOURS, 1)
    ]  # fmt: skip
    with agents(tmp_path_factory.mktemp("agents"), number, [switch()], ranges):
        yield number


async def visit(
    port: int, does: str, question: SnmpSheet = QUESTION, **options: str
) -> Answer | NoAnswer:
    host = f"{own_base()}.33.{BEHAVIOURS.index(does) + 1}"
    target = Target(
        device=does,
        host=host,
        port=port,
        options=options,
        secrets={"snmp.community": Secret("public")},
        limits=Limits(timeout_s=0.6),
    )
    transport = SnmpTransport()
    try:
        return await transport.ask(target, question, Deadline.after(20))
    finally:
        await transport.close()


@pytest.mark.parametrize("backend", ["gufo", "pysnmp"])
@pytest.mark.parametrize("walk", ["getbulk", "getnext"])
async def test_whole_columns_come_back_by_index(port: int, backend: str, walk: str) -> None:
    reply = await visit(port, "normal", **{"snmp.backend": backend, "snmp.walk": walk})
    assert isinstance(reply, Answer)
    assert reply.sheet is not None
    table = switch()
    expected = {str(i): table[f"{IN}.{i}"].value for i in range(1, PORTS + 1)}
    assert reply.sheet.columns["in"] == expected
    assert reply.sheet.columns["name"]["7"] == "7"
    assert reply.sheet.single == {"uptime": table["1.3.6.1.2.1.1.3.0"].value}
    assert not reply.sheet.holes


async def test_a_table_that_is_not_served_is_empty_and_no_hole(port: int) -> None:
    reply = await visit(port, "normal")
    assert isinstance(reply, Answer)
    assert reply.sheet is not None
    assert reply.sheet.columns["none"] == {}
    assert "none" not in reply.sheet.holes


async def test_requests_are_as_small_as_the_platform_says(port: int) -> None:
    small = await visit(port, "normal", **{"snmp.sweep_repetitions": "5"})
    large = await visit(port, "normal")
    assert isinstance(small, Answer)
    assert isinstance(large, Answer)
    assert small.sheet == large.sheet


async def test_rows_beyond_the_cap_are_left_out_and_said(port: int) -> None:
    few = SnmpSheet(columns={"in": IN}, max_rows=10)
    reply = await visit(port, "normal", few)
    assert isinstance(reply, Answer)
    assert reply.sheet is not None
    assert "first" in reply.sheet.holes["in"]


async def test_an_agent_that_goes_round_in_a_circle_makes_holes_and_ends(port: int) -> None:
    reply = await visit(port, "loop")
    assert isinstance(reply, Answer)
    assert reply.sheet is not None
    assert "circle" in reply.sheet.holes["in"]
    assert "in" not in reply.sheet.columns


async def test_a_slow_agent_is_waited_for_on_one_socket(port: int) -> None:
    reply = await visit(port, "slow")
    assert isinstance(reply, Answer)
    assert reply.sheet is not None
    assert len(reply.sheet.columns["out"]) == PORTS
    assert not reply.sheet.holes


async def test_lost_datagrams_are_asked_for_again(port: int) -> None:
    reply = await visit(port, "drop", **{"snmp.retries": "6"})
    assert isinstance(reply, Answer)
    assert reply.sheet is not None
    assert len(reply.sheet.columns["in"]) == PORTS


@pytest.mark.parametrize(
    ("does", "why"),
    [
        ("dead", AbsenceReason.TIMED_OUT),
        ("garbage", AbsenceReason.UNREADABLE),
        ("cut", AbsenceReason.UNREADABLE),
    ],
)
async def test_no_usable_answer_is_told_from_silence(
    port: int, does: str, why: AbsenceReason
) -> None:
    reply = await visit(port, does)
    assert isinstance(reply, NoAnswer)
    assert reply.why is why


async def test_an_agent_that_refuses_everything_makes_holes(port: int) -> None:
    reply = await visit(port, "generr")
    assert isinstance(reply, Answer)
    assert reply.sheet is not None
    assert set(reply.sheet.holes) == {"uptime", "in", "out", "name", "none"}


async def test_nobody_listening_is_not_reachable(port: int) -> None:
    other = free_port()
    reply = await visit(other, "normal")
    assert isinstance(reply, NoAnswer)
    assert reply.why is AbsenceReason.NOT_REACHABLE
