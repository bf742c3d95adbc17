"""Both backends against a real net-snmp agent, all versions; pysnmp is the oracle for gufo."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import run_snmpd

from netdiag.model.secret import Secret
from netdiag.model.wire import Answer, Deadline, NoAnswer, SnmpColumns, SnmpGet, Target
from netdiag.model.words import AbsenceReason
from netdiag.transports import SnmpTransport
from netdiag.transports.snmp.failure import StaleSessionError
from netdiag.transports.snmp.gufo_session import GufoSession
from tests.addresses import free_port
from tests.patience import BUSY_S

pytestmark = pytest.mark.real
Make = Callable[..., Target]

SYSTEM = SnmpGet(
    oids={
        "name": "1.3.6.1.2.1.1.5.0",
        "location": ".1.3.6.1.2.1.1.6.0",
        "object": "1.3.6.1.2.1.1.2.0",
        "nothing": "1.3.6.1.2.1.1.99.0",
        "services": "1.3.6.1.2.1.1.7.0",
    }
)
EXPECTED = {
    "name": "sw-1",
    "location": "Lenina 5, чердак",
    "object": "1.3.6.1.4.1.8072.3.2.10",
    "services": 72,
}
INTERFACES = SnmpColumns(
    oids={
        "descr": "1.3.6.1.2.1.2.2.1.2",
        "mac": "1.3.6.1.2.1.2.2.1.6",
        "nothing": "1.3.6.1.2.1.2.2.1.99",
        "admin": "1.3.6.1.2.1.2.2.1.7",
    }
)
VERSIONS = {
    "v1": {"snmp_version": "1"},
    "v2c": {"snmp_version": "2c"},
    "v2c by GETNEXT": {"snmp_version": "2c", "snmp_walk": "getnext"},
    "v3 noAuthNoPriv": {"snmp_version": "3", "snmp_user": "plain"},
    "v3 MD5 authNoPriv": {"snmp_version": "3", "snmp_user": "md5", "snmp_auth": "MD5"},
    "v3 MD5 DES": {
        "snmp_version": "3",
        "snmp_user": "md5",
        "snmp_auth": "MD5",
        "snmp_priv": "DES",
    },
    "v3 SHA AES": {
        "snmp_version": "3",
        "snmp_user": "sha",
        "snmp_auth": "SHA",
        "snmp_priv": "AES",
    },
    "v3 SHA-256 AES": {
        "snmp_version": "3",
        "snmp_user": "sha256",
        "snmp_auth": "SHA-256",
        "snmp_priv": "AES",
    },
}
BACKENDS = ["gufo", "pysnmp"]


async def rows(snmp: SnmpTransport, target: Target, question: SnmpGet | SnmpColumns) -> tuple:
    reply = await snmp.ask(target, question, Deadline.after(4))
    assert isinstance(reply, Answer), reply
    return reply.rows


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("version", VERSIONS)
async def test_a_get_gives_one_row_and_leaves_out_what_does_not_exist(
    snmp: SnmpTransport, snmpd: int, target: Make, version: str, backend: str
) -> None:
    asked = target(snmpd, snmp_backend=backend, **VERSIONS[version])
    assert await rows(snmp, asked, SYSTEM) == (EXPECTED,)


@pytest.mark.parametrize("version", VERSIONS)
async def test_the_backends_walk_the_same_table(
    snmp: SnmpTransport, snmpd: int, target: Make, version: str
) -> None:
    tables = [
        await rows(snmp, target(snmpd, snmp_backend=b, **VERSIONS[version]), INTERFACES)
        for b in BACKENDS
    ]
    assert tables[0] == tables[1]
    first = tables[0][0]
    assert (first["index"], first["descr"], first["admin"]) == ("1", "lo", 1)
    assert "nothing" not in first
    assert [int(row["index"]) for row in tables[0]] == sorted(int(r["index"]) for r in tables[0])


async def test_every_type_of_value_reads_the_same_in_both_backends(
    snmp: SnmpTransport, snmpd: int, target: Make
) -> None:
    """OIDs, texts, ticks, addresses, counters of 32 and 64 bits."""
    question = SnmpColumns(
        oids={
            "id": "1.3.6.1.2.1.1.9.1.2",
            "descr": "1.3.6.1.2.1.1.9.1.3",
            "since": "1.3.6.1.2.1.1.9.1.4",
            "address": "1.3.6.1.2.1.4.20.1.1",
            "type": "1.3.6.1.2.1.2.2.1.3",
            "high_speed": "1.3.6.1.2.1.31.1.1.1.15",
            "counter64": "1.3.6.1.2.1.31.1.1.1.8",
        }
    )
    gufo, pysnmp = [
        await rows(snmp, target(snmpd, snmp_backend=name), question) for name in BACKENDS
    ]
    assert gufo == pysnmp
    assert {type(row["since"]) for row in gufo if "since" in row} == {int}
    assert "127.0.0.1" in [row.get("address") for row in gufo]
    assert any(str(row.get("id", "")).startswith("1.3.6.1.") for row in gufo)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"snmp_user": "nobody", "snmp_auth": "SHA", "snmp_priv": "AES"}, "'nobody'"),
        ({"snmp_user": "sha", "snmp_auth": "MD5", "snmp_priv": "AES"}, "snmp.auth_key"),
        ({"snmp_user": "sha", "snmp_auth": "SHA", "snmp_priv": "DES"}, "snmp.priv_key"),
        ({"snmp_user": "sha", "snmp_auth": "SHA"}, "."),
    ],
    ids=["unknown user", "wrong authentication", "wrong privacy", "level too low"],
)
async def test_a_refused_user_is_access_denied_and_never_silence(
    snmp: SnmpTransport, snmpd: int, target: Make, options: dict[str, str], word: str, backend: str
) -> None:
    asked = target(snmpd, snmp_version="3", snmp_backend=backend, timeout_s=0.6, **options)
    for _ in range(2):  # the second time the engine is known already
        reply = await snmp.ask(asked, SYSTEM, Deadline.after(3))
        assert isinstance(reply, NoAnswer)
        assert reply.why is AbsenceReason.ACCESS_DENIED
        assert reply.at_the_door is ("forbids reading" not in reply.detail)
        assert word in reply.detail
        assert "authpass1" not in reply.detail + repr(reply)


async def test_two_passwords_of_one_user_name_do_not_mix(
    snmp: SnmpTransport, snmpd: int, target: Make
) -> None:
    """pysnmp would share one set of keys per user name among all devices."""
    options = {"snmp_version": "3", "snmp_user": "sha", "snmp_auth": "SHA", "snmp_priv": "AES"}
    good = target(snmpd, snmp_backend="pysnmp", **options)
    bad = Target(
        device="sw-2",
        host="127.0.0.1",
        port=snmpd,
        options=good.options,
        secrets={**good.secrets, "snmp.auth_key": Secret("otherpass1")},
    )
    replies = await asyncio.gather(
        *(snmp.ask(t, SYSTEM, Deadline.after(5)) for t in (good, bad, good, bad))
    )
    assert [isinstance(reply, Answer) for reply in replies] == [True, False, True, False]


@pytest.mark.parametrize("backend", BACKENDS)
async def test_many_questions_at_once_all_get_their_own_answer(
    snmp: SnmpTransport, snmpd: int, target: Make, backend: str
) -> None:
    """gufo-snmp loses four of five requests that share a session."""
    names = list(SYSTEM.oids)
    asked = target(snmpd, snmp_backend=backend, timeout_s=3)
    replies = await asyncio.gather(
        *(
            snmp.ask(asked, SnmpGet(oids={n: SYSTEM.oids[n] for n in [name]}), Deadline.after(4))
            for name in names * 8
        )
    )
    for name, reply in zip(names * 8, replies, strict=True):
        assert isinstance(reply, Answer)
        assert reply.rows[0].get(name) == EXPECTED.get(name)


async def test_a_restarted_agent_is_signed_in_to_again(
    snmp: SnmpTransport, target: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was learnt of an agent that booted anew holds no longer: boots, time, perhaps its ID."""
    monkeypatch.setattr("netdiag.transports.snmp.transport._KEPT_S", 0.0)
    port = free_port()
    asked = target(
        port, snmp_version="3", snmp_user="sha", snmp_auth="SHA", snmp_priv="AES", timeout_s=2
    )
    for _ in range(2):
        with run_snmpd(tmp_path, port):
            for _ in range(2):
                assert await rows(snmp, asked, SYSTEM) == (EXPECTED,)


async def test_an_agent_that_went_away_is_not_reachable(
    snmp: SnmpTransport, target: Make, tmp_path: Path
) -> None:
    port = free_port()
    asked = target(port, snmp_version="3", snmp_user="plain", timeout_s=60)
    with run_snmpd(tmp_path, port):
        assert await rows(snmp, asked, SYSTEM) == (EXPECTED,)
    for _ in range(2):
        reply = await snmp.ask(asked, SYSTEM, Deadline.after(60))
        assert isinstance(reply, NoAnswer)
        assert reply.why is AbsenceReason.NOT_REACHABLE
        assert reply.duration_s < BUSY_S


async def test_a_kept_session_that_the_agent_refuses_is_replaced(
    snmp: SnmpTransport, snmpd: int, target: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An agent may report that our engine time is stale."""
    asked = target(snmpd, snmp_version="3", snmp_user="md5", snmp_auth="MD5")
    assert await rows(snmp, asked, SYSTEM) == (EXPECTED,)
    real, refused = GufoSession.get, []

    async def refuse_once(session: GufoSession, oids: Any) -> Any:
        if not refused:
            refused.append(session)
            raise StaleSessionError(2)
        assert session is not refused[0]
        return await real(session, oids)

    monkeypatch.setattr(GufoSession, "get", refuse_once)
    assert await rows(snmp, asked, SYSTEM) == (EXPECTED,)
    assert refused
