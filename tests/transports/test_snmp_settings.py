"""Options of a target: defaults, mistakes that are named, names that cannot be resolved."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from netdiag.model.wire import Deadline, DnsLookup, NoAnswer, Ping, SnmpGet, Target
from netdiag.model.words import AbsenceReason
from netdiag.transports import SnmpTransport
from netdiag.transports.snmp.header import read_head
from netdiag.transports.snmp.settings import read_settings
from netdiag.transports.snmp.values import cell, suffix

Make = Callable[..., Target]
ONE = SnmpGet(oids={"name": "1.3.6.1.2.1.1.5.0"})


def test_defaults_are_gentle(target: Make) -> None:
    settings = read_settings(target())
    assert (settings.version, settings.port, settings.backend) == ("2c", 161, "gufo")
    assert (settings.max_repetitions, settings.max_oids, settings.retries) == (20, 20, 2)
    assert not settings.getnext
    assert read_settings(target(snmp_version="1")).getnext


def test_protocol_names_are_read_as_people_write_them(target: Make) -> None:
    settings = read_settings(
        target(snmp_version="3", snmp_user="x", snmp_auth="sha-256", snmp_priv="aes-128")
    )
    assert (settings.auth, settings.priv) == ("SHA256", "AES")
    assert settings.community is None


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"snmp_version": "4"}, "snmp.version"),
        ({"snmp_backend": "net-snmp"}, "snmp.backend"),
        ({"snmp_max_repetitions": "many"}, "snmp.max_repetitions"),
        ({"snmp_max_oids": "0"}, "snmp.max_oids"),
        ({"snmp_walk": "fast"}, "snmp.walk"),
        ({"snmp_version": "3"}, "snmp.user"),
        ({"snmp_version": "3", "snmp_user": "x", "snmp_auth": "ROT13"}, "snmp.auth"),
        ({"snmp_version": "3", "snmp_user": "x", "snmp_priv": "AES"}, "snmp.auth"),
    ],
)
async def test_a_wrong_option_is_named_and_nobody_is_asked(
    snmp: SnmpTransport, target: Make, options: dict[str, str], word: str
) -> None:
    reply = await snmp.ask(target(**options), ONE, Deadline.after(1))
    assert isinstance(reply, NoAnswer)
    assert reply.why is AbsenceReason.NOT_ASKED
    assert word in reply.detail


@pytest.mark.parametrize(
    "options",
    [{}, {"snmp.version": "3", "snmp.user": "x", "snmp.auth": "SHA"}],
    ids=["community", "auth key"],
)
async def test_a_missing_secret_is_named(snmp: SnmpTransport, options: dict[str, str]) -> None:
    bare = Target(device="sw-1", host="127.0.0.1", options=options)
    reply = await snmp.ask(bare, ONE, Deadline.after(1))
    assert isinstance(reply, NoAnswer)
    assert reply.why is AbsenceReason.NOT_ASKED
    assert "Add it" in reply.detail


async def test_a_host_that_cannot_be_resolved_was_not_asked(snmp: SnmpTransport) -> None:
    """Our name service's trouble must not read as a dead device."""
    lost = Target(
        device="sw-1", host="sw-1.invalid..", secrets=read_secrets(), options={"snmp.version": "2c"}
    )
    reply = await snmp.ask(lost, ONE, Deadline.after(1))
    assert isinstance(reply, NoAnswer)
    assert reply.why is AbsenceReason.NOT_ASKED
    assert "sw-1.invalid" in reply.detail


async def test_a_hostname_is_resolved_first(snmp: SnmpTransport, target: Make) -> None:
    from snmp_peer import agent, honest, octets

    mib = {ONE.oids["name"]: octets(b"sw-1")}
    async with agent(lambda request: honest(request, mib)) as peer:
        named = Target(device="sw-1", host="localhost", port=peer.port, secrets=target().secrets)
        reply = await snmp.ask(named, ONE, Deadline.after(2))
    assert not isinstance(reply, NoAnswer), reply


@pytest.mark.parametrize(
    "question", [Ping(address="127.0.0.1"), DnsLookup(resolver="127.0.0.1", name="x")]
)
async def test_a_question_of_another_transport_is_refused(
    snmp: SnmpTransport, target: Make, question: Ping | DnsLookup
) -> None:
    reply = await snmp.ask(target(), question, Deadline.after(1))
    assert isinstance(reply, NoAnswer)
    assert reply.why is AbsenceReason.NOT_ASKED


async def test_a_deadline_in_the_past_asks_nobody(snmp: SnmpTransport, target: Make) -> None:
    reply = await snmp.ask(target(), ONE, Deadline.after(-1))
    assert isinstance(reply, NoAnswer)
    assert reply.why is AbsenceReason.NOT_ASKED


def read_secrets() -> dict:
    from conftest import SECRETS

    return SECRETS


def test_octets_that_are_text_become_text_and_can_be_turned_back() -> None:
    mac = b"AbCdEf"
    assert cell(mac) == "AbCdEf"
    assert str(cell(mac)).encode() == mac
    assert cell(b"\x00\x01") == b"\x00\x01"
    assert cell("абонент".encode("cp1251")) == "абонент".encode("cp1251")


def test_an_index_belongs_to_its_own_column_only() -> None:
    assert suffix("1.3.6.1.2.10", "1.3.6.1.2") == (10,)
    assert suffix("1.3.6.1.20.1", "1.3.6.1.2") is None
    assert suffix("1.3.6.1.2", "1.3.6.1.2") is None


def test_non_minimal_lengths_are_legal_ber() -> None:
    pdu = bytes.fromhex("a2820012 0281 0107 020100 020100 3008 30060602 2b060500".replace(" ", ""))
    body = b"\x02\x01\x01" + b"\x04\x82\x00\x06public" + pdu
    message = b"\x30\x84" + len(body).to_bytes(4, "big") + body
    head = read_head(message, len(message))
    assert head is not None
    assert (head.request, head.error, head.hollow) == (7, 0, False)
