"""What the routeros transport does not ask."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from routeros_peer import api_server, router, tables

from netdiag.model.secret import Secret
from netdiag.model.wire import Deadline, NoAnswer, RouterosCall, SnmpGet
from netdiag.model.words import AbsenceReason as Why
from netdiag.transports.routeros import RouterosTransport
from netdiag.transports.routeros_words import CONSENTED, READING, refusal, words_of

ACTIVE = RouterosCall(path="/ppp/active/print", proplist=("name", "caller-id", "comment"))


@pytest.fixture
async def transport() -> AsyncIterator[RouterosTransport]:
    made = RouterosTransport(idle_s=5)
    yield made
    await made.close()


def soon(seconds: float = 3.0) -> Deadline:
    return Deadline.after(seconds)


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"routeros.username": ""}, "routeros.username"),
        ({"routeros.login": "magic"}, "routeros.login"),
        ({"routeros.encoding": "klingon"}, "routeros.encoding"),
        ({"routeros.tls": "maybe"}, "routeros.tls"),
        ({"routeros.tls": "true", "routeros.tls_ca": "/nowhere/ca.pem"}, "routeros.tls_ca"),
    ],
)
async def test_options_that_cannot_be_used_are_named(
    transport: RouterosTransport, options: dict[str, str], word: str
) -> None:
    target = router(1)
    target = type(target)(
        device="bng-1",
        host="127.0.0.1",
        port=1,
        options={**target.options, **options},
        secrets={"routeros.password": Secret("x")},
    )
    answer = await transport.ask(target, ACTIVE, soon())
    assert isinstance(answer, NoAnswer)
    assert answer.why is Why.NOT_ASKED
    assert word in answer.detail


@pytest.mark.parametrize(
    "question",
    [
        RouterosCall(path="/system/reboot"),
        RouterosCall(path="/ppp/active/remove", attributes={".id": "*1"}),
        RouterosCall(path="/interface/set", attributes={"disabled": "yes"}),
        RouterosCall(path="/export"),
        RouterosCall(path="/system/script/run"),
        RouterosCall(path="/execute", attributes={"script": ":beep"}),
        RouterosCall(path="/interface/ethernet/poe/power-cycle"),
        RouterosCall(path="/interface/ethernet/reset-counters"),
        RouterosCall(path="/interface/w60g/scan", attributes={"duration": "5"}),
        RouterosCall(path="/ip/arp/print"),
        RouterosCall(path="/ip/arp/print", proplist=("address",), attributes={"file": "x"}),
        RouterosCall(path="/log/print", proplist=("message",), attributes={"follow": ""}),
        RouterosCall(path="/interface/monitor-traffic", attributes={"interface": "ether1"}),
        RouterosCall(path="/interface/ethernet/monitor", attributes={"once": "", "do": "/x"}),
        RouterosCall(path="/tool/ping", attributes={"address": "10.0.0.1"}),
        RouterosCall(path="/ppp/secret/print", proplist=("name", "password")),
        RouterosCall(path="/ppp/secret/print", proplist=("name",), where={"password": "x"}),
        RouterosCall(path="ip/arp/print", proplist=("address",)),
        RouterosCall(path="/ip/arp/print\n/system/reboot", proplist=("address",)),
        RouterosCall(path="/ip/arp/print", proplist=("address",), where={"=x": "y"}),
    ],
)
async def test_commands_that_do_more_than_read_are_never_sent(
    transport: RouterosTransport, question: RouterosCall
) -> None:
    async with api_server(tables({})) as server:
        answer = await transport.ask(router(server.port), question, soon())
        assert server.logins == []
    assert isinstance(answer, NoAnswer)
    assert answer.why is Why.NOT_ASKED
    assert answer.detail.endswith(".")


def test_reading_commands_and_consented_tests_may_be_sent() -> None:
    bounded = {"once": "", "count": "3", "duration": "5s"}
    for word in READING:
        assert refusal(RouterosCall(path=f"/a/{word}", proplist=("x",), attributes=bounded)) is None
    for path in CONSENTED:
        assert refusal(RouterosCall(path=path, attributes=bounded)) is None


def test_values_cannot_become_words_of_their_own() -> None:
    question = RouterosCall(
        path="/ip/arp/print", proplist=("address",), where={"comment": "x\n?#!=file=y"}
    )
    assert words_of(question)[-1] == "?comment=x\n?#!=file=y"


async def test_questions_of_other_transports_are_not_asked(transport: RouterosTransport) -> None:
    answer = await transport.ask(router(1), SnmpGet(oids={}), soon())
    assert isinstance(answer, NoAnswer)
    assert answer.why is Why.NOT_ASKED
