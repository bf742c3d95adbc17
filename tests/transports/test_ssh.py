"""The ssh transport against switches that behave."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from ssh_server import PASSWORD, fake_switch, real_sshd, switch

from netdiag.model.wire import Answer, Deadline, NoAnswer, SnmpGet, SshCommand
from netdiag.model.words import AbsenceReason as Why
from netdiag.transports.ssh import SshTransport

STATUS = """
Port      Name               Status       Vlan       Duplex  Speed Type
Fa0/1     кв. 12             connected    200        a-full  a-100 10/100BaseTX
Fa0/2     sw-1 reserve       notconnect   200        auto    auto  10/100BaseTX
"""
TEMPLATE = r"""Value PORT (\S+)
Value STATUS (connected|notconnect|err-disabled)
Value List VLANS (\d+)

Start
  ^${PORT}\s.*?\s${STATUS}\s+${VLANS} -> Record
"""
SHOW = SshCommand(command="show interfaces status")
LINES = r"^(?P<port>Fa\S+)\s+(?P<name>.*?)\s+(?P<status>connected|notconnect)"


def ios(line: str) -> str:
    if line == "show interfaces status":
        return STATUS
    if line.startswith("show version"):
        return "sw-1 uptime is 3 weeks\nReloaded on sw-1# by power\n"
    return "                ^\n% Invalid input detected at '^' marker.\n\n"


@pytest.fixture
async def transport() -> AsyncIterator[SshTransport]:
    made = SshTransport()
    await made.prepare()
    yield made
    await made.close()


def soon(seconds: float = 8.0) -> Deadline:
    return Deadline.after(seconds)


async def test_plain_text_without_echo_and_prompt(transport: SshTransport) -> None:
    async with fake_switch(ios) as box:
        answer = await transport.ask(switch(box.port), SHOW, soon())
        assert box.commands == ["show interfaces status"]
    assert isinstance(answer, Answer)
    (row,) = answer.rows
    assert str(row["output"]).strip() == STATUS.strip()


async def test_the_host_name_in_a_reply_does_not_end_it(transport: SshTransport) -> None:
    async with fake_switch(ios) as box:
        answer = await transport.ask(switch(box.port), SshCommand(command="show version"), soon())
    assert isinstance(answer, Answer)
    assert "Reloaded on sw-1# by power" in str(answer.rows[0]["output"])


async def test_lines_by_regular_expression(transport: SshTransport) -> None:
    question = SshCommand(command="show interfaces status", lines=LINES)
    async with fake_switch(ios) as box:
        answer = await transport.ask(switch(box.port), question, soon())
    assert isinstance(answer, Answer)
    assert answer.rows == (
        {"port": "Fa0/1", "name": "кв. 12", "status": "connected"},
        {"port": "Fa0/2", "name": "sw-1 reserve", "status": "notconnect"},
    )


async def test_rows_by_textfsm_template(transport: SshTransport) -> None:
    question = SshCommand(command="show interfaces status", textfsm=TEMPLATE)
    async with fake_switch(ios) as box:
        answer = await transport.ask(switch(box.port), question, soon())
    assert isinstance(answer, Answer)
    assert answer.rows[0] == {"port": "Fa0/1", "status": "connected", "vlans": "200"}
    assert len(answer.rows) == 2


async def test_one_login_serves_many_commands(transport: SshTransport) -> None:
    async with fake_switch(ios) as box:
        for _ in range(3):
            assert isinstance(await transport.ask(switch(box.port), SHOW, soon()), Answer)
        assert len(box.logins) == 1


async def test_commands_at_once_take_turns(transport: SshTransport) -> None:
    async with fake_switch(lambda line: f"this is {line}\n") as box:
        questions = [SshCommand(command=f"show vlan {number}") for number in range(4)]
        answers = await asyncio.gather(
            *(transport.ask(switch(box.port), question, soon()) for question in questions)
        )
        assert len(box.logins) == 1
    texts = [str(a.rows[0]["output"]).strip() for a in answers if isinstance(a, Answer)]
    assert texts == [f"this is show vlan {number}" for number in range(4)]


async def test_a_rebooted_switch_is_asked_again(transport: SshTransport) -> None:
    async with fake_switch(ios) as box:
        await transport.ask(switch(box.port), SHOW, soon())
        box.drop_all()
        assert isinstance(await transport.ask(switch(box.port), SHOW, soon()), Answer)
        assert len(box.logins) == 2


async def test_idle_sessions_are_closed() -> None:
    transport = SshTransport(idle_s=0.05)
    async with fake_switch(ios) as box:
        await transport.ask(switch(box.port), SHOW, soon())
        await asyncio.sleep(0.6)
        assert not box.open
    await transport.close()


async def test_close_ends_all_sessions(transport: SshTransport) -> None:
    async with fake_switch(ios) as box:
        await transport.ask(switch(box.port), SHOW, soon())
        await transport.close()
        await asyncio.sleep(0.1)
        assert not box.open


async def test_wrong_password_is_denied_once_and_not_repeated(transport: SshTransport) -> None:
    async with fake_switch(ios) as box:
        target = switch(box.port, password="wrong-one")
        answers = [await transport.ask(target, SHOW, soon()) for _ in range(3)]
        assert box.refused == 1
        assert isinstance(await transport.ask(switch(box.port), SHOW, soon()), Answer)
    for answer in answers:
        assert isinstance(answer, NoAnswer)
        assert answer.why is Why.ACCESS_DENIED
        assert answer.at_the_door
        assert "wrong-one" not in repr(answer)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("            ^\n% Invalid input detected at '^' marker.\n", Why.NOT_SUPPORTED),
        ("% Unrecognized command\n", Why.NOT_SUPPORTED),
        ("Error: Unrecognized command found at '^' position.\n", Why.NOT_SUPPORTED),
        ("Available commands:\n..  ?  cable_diag  clear\n", Why.NOT_SUPPORTED),
        ("-bash: show: command not found\n", Why.NOT_SUPPORTED),
        ("% Authorization failed.\n", Why.ACCESS_DENIED),
        ("cat: /x: Permission denied\n", Why.ACCESS_DENIED),
    ],
)
async def test_a_device_that_refuses_the_command(
    transport: SshTransport, text: str, why: Why
) -> None:
    async with fake_switch(lambda line: text) as box:
        answer = await transport.ask(switch(box.port), SHOW, soon())
        await transport.ask(switch(box.port), SHOW, soon())
        assert len(box.logins) == 1, "a refused command does not cost the session"
    assert isinstance(answer, NoAnswer)
    assert not answer.at_the_door
    assert answer.why is why


async def test_words_of_refusal_inside_a_long_reply_are_content(transport: SshTransport) -> None:
    log = "".join(f"line {n}: % Invalid input from user\n" for n in range(40))
    async with fake_switch(lambda line: log) as box:
        answer = await transport.ask(switch(box.port), SHOW, soon())
    assert isinstance(answer, Answer)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (SshCommand(command="show x", json=True), "no json at all\n"),
        (SshCommand(command="show x", json=True), "[1, 2]\n"),
        (SshCommand(command="show x", textfsm="Value X (\\S+\n\nStart\n"), "a\n"),
        (SshCommand(command="show x", textfsm="Value X (a)\n\nStart\n  ^. -> Error\n"), "b\n"),
        (SshCommand(command="show x", lines="(?P<a"), "a\n"),
    ],
)
async def test_a_reply_that_does_not_fit_is_unreadable(
    transport: SshTransport, question: SshCommand, text: str
) -> None:
    async with fake_switch(lambda line: text) as box:
        answer = await transport.ask(switch(box.port), question, soon())
    assert isinstance(answer, NoAnswer)
    assert answer.why is Why.UNREADABLE
    assert answer.detail.endswith(".")


async def test_json_of_any_shape(transport: SshTransport) -> None:
    text = '[{"dst":"10.0.0.7","flags":["a","b"],"up":true,"mtu":1500,"x":null,'
    text += '"stats":{"rx":{"bytes":1}},"rules":[{"n":1}]},{}]'
    question = SshCommand(command="ip -j neigh show", json=True)
    async with fake_switch(lambda line: text) as box:
        answer = await transport.ask(switch(box.port), question, soon())
    assert isinstance(answer, Answer)
    assert answer.rows == (
        {
            "dst": "10.0.0.7",
            "flags": "a,b",
            "up": "true",
            "mtu": 1500,
            "x": None,
            "stats.rx.bytes": 1,
            "rules": '[{"n": 1}]',
        },
    )


async def test_letters_of_another_encoding(transport: SshTransport) -> None:
    async with fake_switch(lambda line: "кв. 7\n", encoding="cp1251") as box:
        right = await transport.ask(switch(box.port, encoding="cp1251"), SHOW, soon())
        wrong = await transport.ask(switch(box.port), SHOW, soon())
    assert isinstance(right, Answer)
    assert str(right.rows[0]["output"]).strip() == "кв. 7"
    assert isinstance(wrong, Answer)
    assert str(wrong.rows[0]["output"]).strip() == r"\xea\xe2. 7"


async def test_a_large_reply_keeps_every_letter(transport: SshTransport) -> None:
    text = "".join(f"{number:05d} абонент\n" for number in range(6000))
    async with fake_switch(lambda line: text) as box:
        answer = await transport.ask(switch(box.port), SHOW, soon())
    assert isinstance(answer, Answer)
    assert str(answer.rows[0]["output"]).strip() == text.strip()


async def test_paging_of_a_d_link_is_switched_on_again(transport: SshTransport) -> None:
    """`disable clipaging` holds for the whole switch, not for the session."""
    async with fake_switch(lambda line: "Success.\n", prompt="DES-3200-28:admin#") as box:
        target = switch(box.port, device_type="dlink_ds")
        assert isinstance(await transport.ask(target, SHOW, soon()), Answer)
        await transport.close()
        assert box.commands == ["disable clipaging", "show interfaces status", "enable clipaging"]


OLD = {
    "group1-sha1 and 3des": {
        "kex_algs": ["diffie-hellman-group1-sha1"],
        "encryption_algs": ["3des-cbc"],
    },
    "group14-sha1 and aes-cbc": {
        "kex_algs": ["diffie-hellman-group14-sha1"],
        "encryption_algs": ["aes128-cbc"],
    },
    "group exchange and md5": {
        "kex_algs": ["diffie-hellman-group-exchange-sha1"],
        "mac_algs": ["hmac-md5"],
    },
}


@pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")  # the server's library
@pytest.mark.parametrize("name", OLD)
async def test_old_algorithms_only_where_allowed(transport: SshTransport, name: str) -> None:
    key = asyncssh.generate_private_key("ssh-rsa", key_size=2048)
    options: dict[str, Any] = {
        "server_host_keys": [key],
        "signature_algs": ["ssh-rsa"],
        **OLD[name],
    }
    async with fake_switch(ios, **options) as box:
        modern = await transport.ask(switch(box.port), SHOW, soon())
        legacy = await transport.ask(switch(box.port, legacy="true"), SHOW, soon())
    assert isinstance(modern, NoAnswer)
    assert modern.why is Why.NOT_SUPPORTED
    assert "ssh.legacy: true" in modern.detail
    assert isinstance(legacy, Answer), legacy


async def test_host_key_that_is_known_and_one_that_is_not(
    transport: SshTransport, tmp_path: Path
) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    async with fake_switch(ios, server_host_keys=[key]) as box:
        host = f"[127.0.0.1]:{box.port}"
        good, bad, empty = (tmp_path / name for name in ("good", "bad", "empty"))
        other = asyncssh.generate_private_key("ssh-ed25519")
        good.write_bytes(f"{host} ".encode() + key.export_public_key())
        bad.write_bytes(f"{host} ".encode() + other.export_public_key())
        empty.write_text("")
        answers = [
            await transport.ask(switch(box.port, known_hosts=str(file)), SHOW, soon())
            for file in (good, bad, empty)
        ]
        assert len(box.logins) == 1, "the password goes to no unknown host"
    assert isinstance(answers[0], Answer)
    for answer in answers[1:]:
        assert isinstance(answer, NoAnswer)
        assert "host key" in answer.detail


async def test_passwords_and_typed_words_are_never_logged(
    transport: SshTransport, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    async with fake_switch(ios) as box:
        target = switch(box.port)
        await transport.ask(target, SHOW, soon())
        await transport.ask(switch(box.port, password="wrong-one"), SHOW, soon())
    assert "wrong-one" not in caplog.text
    assert PASSWORD not in caplog.text + repr(target)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"username": ""}, "ssh.username"),
        ({"device_type": "cisco_ios_telnet"}, "Telnet"),
        ({"device_type": "abacus"}, "ssh.device_type"),
        ({"legacy": "perhaps"}, "ssh.legacy"),
        ({"delay_factor": "fast"}, "ssh.delay_factor"),
        ({"key_file": "/nowhere/key"}, "ssh.key_file"),
    ],
)
async def test_options_that_cannot_be_used_are_named(
    transport: SshTransport, options: dict[str, str], word: str
) -> None:
    async with fake_switch(ios) as box:
        answer = await transport.ask(switch(box.port, **options), SHOW, soon())
        assert box.logins == []
    assert isinstance(answer, NoAnswer)
    assert answer.why is Why.NOT_ASKED
    assert word in answer.detail


async def test_questions_of_other_transports_are_not_asked(transport: SshTransport) -> None:
    answer = await transport.ask(switch(1), SnmpGet(oids={}), soon())
    assert isinstance(answer, NoAnswer)
    assert answer.why is Why.NOT_ASKED


@pytest.mark.real
async def test_real_openssh_as_a_linux_router(transport: SshTransport, tmp_path: Path) -> None:
    lease = tmp_path / "dnsmasq.leases"
    lease.write_text("1767225600 02:77:c0:00:00:07 10.0.0.7 petrov *\n")
    with real_sshd(tmp_path) as target:
        link = await transport.ask(
            target, SshCommand(command="ip -j link show dev lo", json=True), soon()
        )
        found = await transport.ask(
            target,
            SshCommand(
                command=f"grep -i 02:77:C0:00:00:07 {lease}",
                lines=r"^(?P<expires>\d+) (?P<mac>\S+) (?P<ip>\S+) (?P<name>\S+)",
            ),
            soon(),
        )
        none = await transport.ask(
            target, SshCommand(command=f"grep -i 02:00 {lease}", lines="(?P<x>.+)"), soon()
        )
        absent = await transport.ask(
            target, SshCommand(command=f"cat {tmp_path}/other.leases"), soon()
        )
    assert isinstance(link, Answer), link
    assert link.rows[0]["ifname"] == "lo"
    assert isinstance(found, Answer), found
    assert found.rows == (
        {
            "expires": "1767225600",
            "mac": "02:77:c0:00:00:07",
            "ip": "10.0.0.7",
            "name": "petrov",
        },
    )
    assert isinstance(none, Answer)
    assert none.rows == ()
    assert isinstance(absent, NoAnswer)
    assert absent.why is Why.NOT_SUPPORTED


@pytest.mark.real
async def test_real_openssh_refuses_a_password(transport: SshTransport, tmp_path: Path) -> None:
    with real_sshd(tmp_path) as target:
        answer = await transport.ask(switch(target.port or 0, device_type="linux"), SHOW, soon())
    assert isinstance(answer, NoAnswer)
    assert answer.why is Why.ACCESS_DENIED
