"""The ssh transport against the lab's switches, each with its vendor's command line and prompts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from netdiag.model.secret import Secret
from netdiag.model.wire import Answer, Deadline, NoAnswer, SshCommand, Target
from netdiag.model.words import AbsenceReason as Why
from netdiag.transports.ssh import SshTransport
from tests.lab.clients import Town

KINDS = {"sw-2": "dlink_ds", "sw-3": "eltex", "sw-4": "cisco_ios", "sw-6": "huawei_vrp"}
SHOWS = {
    "sw-2": ("show ports 1", "100M/Full"),
    "sw-3": ("show interfaces status gi1/0/1", "Up"),
    "sw-4": ("show interfaces Gi1/0/1", "0 CRC"),
    "sw-6": ("display interface GigabitEthernet0/0/1", "GigabitEthernet0/0/1"),
}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    running = Town(tmp_path_factory.mktemp("lab"))
    yield running
    running.close()


@pytest.fixture
async def transport() -> AsyncIterator[SshTransport]:
    made = SshTransport()
    await made.prepare()
    yield made
    await made.close()


def target(town: Town, device: str) -> Target:
    return Target(
        device=device,
        host=town.host(device),
        port=town.lab.ports.ssh,
        options={"ssh.username": "netdiag", "ssh.device_type": KINDS[device]},
        secrets={"ssh.password": Secret(town.lab.keys.ssh)},
    )


@pytest.mark.parametrize("device", KINDS)
async def test_every_vendor_shows_a_port(town: Town, transport: SshTransport, device: str) -> None:
    command, expected = SHOWS[device]
    for _ in range(2):
        answer = await transport.ask(
            target(town, device), SshCommand(command=command), Deadline.after(6)
        )
        assert isinstance(answer, Answer), answer
        text = str(answer.rows[0]["output"])
        assert expected in text
        assert not text.rstrip().endswith((f"{device}#", f"<{device}>"))


@pytest.mark.parametrize("device", KINDS)
async def test_every_vendor_refuses_an_unknown_command(
    town: Town, transport: SshTransport, device: str
) -> None:
    word = "display" if device == "sw-6" else "show"
    answer = await transport.ask(
        target(town, device), SshCommand(command=f"{word} nonsense"), Deadline.after(6)
    )
    assert isinstance(answer, NoAnswer)
    assert answer.why is Why.NOT_SUPPORTED


async def test_a_cable_test_that_is_a_dialogue(town: Town, transport: SshTransport) -> None:
    port = "GigabitEthernet0/0/2"
    question = SshCommand(
        command=f"system-view\ninterface {port}\nvirtual-cable-test\ny\nquit\nquit",
        lines=r"^Pair (?P<pair>[A-D]) state: (?P<state>\S+)",
    )
    answer = await transport.ask(target(town, "sw-6"), question, Deadline.after(8))
    after = await transport.ask(
        target(town, "sw-6"), SshCommand(command=f"display interface {port}"), Deadline.after(6)
    )
    assert isinstance(answer, Answer), answer
    assert [row["pair"] for row in answer.rows] == ["A", "B", "C", "D"]
    assert isinstance(after, Answer), "the session is back in the user view"
    assert town.lab.cable_tests[-1][0] == "sw-6"
