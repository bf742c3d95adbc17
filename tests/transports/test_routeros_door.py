"""Logins, TLS and passwords of the routeros transport."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from routeros_peer import PASSWORD, anonymous_tls, api_server, router, self_signed, tables

from netdiag.model.wire import Answer, Deadline, NoAnswer, RouterosCall
from netdiag.model.words import AbsenceReason as Why
from netdiag.transports.routeros import RouterosTransport

PPP = [
    {".id": "*1", "name": "1", "caller-id": "AA:BB:CC:00:00:01", "uptime": "2d01:15:03"},
    {".id": "*2", "name": "000123", "caller-id": "", "uptime": "14s"},
    {".id": "*3", "name": "yes", "comment": "no", "uptime": "5h49m36s"},
    {".id": "*4", "name": "абонент-7", "comment": "квартира 12", "uptime": "1w"},
]


ACTIVE = RouterosCall(path="/ppp/active/print", proplist=("name", "caller-id", "comment"))


@pytest.fixture
async def transport() -> AsyncIterator[RouterosTransport]:
    made = RouterosTransport(idle_s=5)
    yield made
    await made.close()


def soon(seconds: float = 30.0) -> Deadline:
    return Deadline.after(seconds)


async def test_challenge_login_is_the_fallback(transport: RouterosTransport) -> None:
    rows = tables({"/ppp/active/print": PPP})
    async with api_server(rows, version="6.42.1", old_login=True) as server:
        for login in ("auto", "token"):
            answer = await transport.ask(router(server.port, login=login), ACTIVE, soon())
            assert isinstance(answer, Answer)
        assert server.logins == [("netdiag", True), ("netdiag", True)]
        plain = await transport.ask(router(server.port, login="plain"), ACTIVE, soon())
    assert isinstance(plain, NoAnswer)
    assert plain.why is Why.ACCESS_DENIED
    assert "routeros.login" in plain.detail


@pytest.mark.parametrize("old", [False, True])
async def test_wrong_password_is_denied_once_and_not_repeated(old: bool) -> None:
    transport = RouterosTransport(refused_s=0.3)
    async with api_server(tables({"/ppp/active/print": PPP}), old_login=old) as server:
        target = router(server.port, password="wrong")
        answers = await asyncio.gather(*(transport.ask(target, ACTIVE, soon()) for _ in range(4)))
        assert server.logins == [("netdiag", False)]
        right = await transport.ask(router(server.port), ACTIVE, soon())
        await asyncio.sleep(0.35)
        await transport.ask(target, ACTIVE, soon())
        assert len(server.logins) == 3
    await transport.close()
    assert {a.why for a in answers if isinstance(a, NoAnswer)} == {Why.ACCESS_DENIED}
    assert all(isinstance(a, NoAnswer) and a.at_the_door for a in answers)
    assert all("wrong" not in str(a) for a in answers)
    assert isinstance(right, Answer)


async def test_tls_with_a_trusted_certificate(transport: RouterosTransport, tmp_path: Path) -> None:
    authority, context = self_signed(tmp_path)
    async with api_server(tables({"/ppp/active/print": PPP}), tls=context) as server:
        trusted = router(server.port, tls="true", tls_ca=str(authority))
        untrusted = router(server.port, tls="true")
        careless = router(server.port, tls="true", tls_verify="false")
        assert isinstance(await transport.ask(trusted, ACTIVE, soon()), Answer)
        assert isinstance(await transport.ask(careless, ACTIVE, soon()), Answer)
        answer = await transport.ask(untrusted, ACTIVE, soon())
    assert isinstance(answer, NoAnswer)
    assert answer.why is Why.UNREADABLE
    assert "routeros.tls_verify: false" in answer.detail


async def test_tls_without_a_certificate(transport: RouterosTransport, tmp_path: Path) -> None:
    context = anonymous_tls(tmp_path)
    async with api_server(tables({"/ppp/active/print": PPP}), tls=context) as server:
        careless = router(server.port, tls="true", tls_verify="false")
        assert isinstance(await transport.ask(careless, ACTIVE, soon()), Answer)
        answer = await transport.ask(router(server.port, tls="true"), ACTIVE, soon())
    assert isinstance(answer, NoAnswer)
    assert "routeros.tls" in answer.detail


async def test_tls_asked_of_a_plain_port(transport: RouterosTransport) -> None:
    async with api_server(tables({})) as server:
        answer = await transport.ask(router(server.port, tls="true"), ACTIVE, soon(0.4))
    assert isinstance(answer, NoAnswer)
    # The hello's random bytes decide: words that want more bytes, or a sentence that is refused.
    assert answer.why in (Why.TIMED_OUT, Why.UNREADABLE, Why.NOT_REACHABLE)
    assert "TLS" in answer.detail or "routeros.tls" in answer.detail


async def test_passwords_are_never_logged(
    transport: RouterosTransport, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with api_server(tables({"/ppp/active/print": PPP})) as server:
        target = router(server.port)
        answer = await transport.ask(target, ACTIVE, soon())
    assert PASSWORD not in caplog.text + repr(target) + repr(answer)
