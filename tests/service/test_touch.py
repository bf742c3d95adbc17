"""Tests that stop the service, against the lab's switches: who may, what it tells, the undo."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from netdiag.lab import Lab
from netdiag.lab.things import PortKey
from netdiag.model.touched import Touched, TouchState
from netdiag.model.verdict import Diagnosis
from netdiag.model.wire import (
    Deadline,
    NoAnswer,
    RouterosChange,
    SnmpSet,
    SshChange,
    SshCommand,
    Target,
)
from netdiag.model.words import Outcome
from netdiag.service.app import App
from netdiag.service.diagnosis.diagnose import Request
from netdiag.service.doctor.doctor import examine
from netdiag.service.touch.restore import restore
from netdiag.service.wires import Wires
from netdiag.transports.routeros_words import refusal as routeros_refusal
from netdiag.transports.ssh_words import change_refusal, refusal
from tests.addresses import own_base

STUCK = "100203"  # on a switch that speaks nothing but SNMP
ON_VRP = "100229"
ON_IOS = "100217"
ON_ROUTEROS = "100234"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lab(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lab]:
    async with Lab(tmp_path_factory.mktemp("lab"), base=own_base()) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def in_good_order(lab: Lab) -> AsyncIterator[None]:
    yield
    lab.heal()


def port_of(lab: Lab, home: str) -> PortKey:
    return lab.scene.world.homes[home].port


def is_on(lab: Lab, home: str) -> bool:
    return lab.scene.world.ports[port_of(lab, home)].admin_up


async def asked(lab: Lab, home: str, *, disruptive: bool = True, s: float = 40) -> Diagnosis:
    async with App.open(str(lab.config_path)) as app:
        request = Request(ticket="T-7", who="cli:night-shift", disruptive=disruptive, deadline_s=s)
        return await app.diagnose(home, request)


async def journal(lab: Lab) -> list[Touched]:
    async with App.open(str(lab.config_path)) as app:
        return app.journal.lines()


async def until(what: Callable[[], bool], seconds: float = 15.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        await asyncio.sleep(0.02)
    return what()


@pytest.mark.asyncio(loop_scope="module")
async def test_a_port_that_only_off_and_on_brings_back_has_failed_and_the_journal_tells_all(
    lab: Lab,
) -> None:
    lab.order(port_of(lab, STUCK), stuck=True)
    told = await asked(lab, STUCK)
    assert told.verdict.fault == "provider.access.port-failed"
    assert is_on(lab, STUCK)
    line = next(one for one in await journal(lab) if one.what == "port-bounce")
    assert (line.device, line.port) == port_of(lab, STUCK)
    assert (line.who, line.ticket, line.subscriber) == ("cli:night-shift", "T-7", STUCK)
    assert line.state is TouchState.DONE
    assert line.outcome.startswith("undone; oper=1")
    assert line.ended_at is not None


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("home", [ON_ROUTEROS, ON_IOS])
async def test_a_router_s_switch_and_a_catalyst_are_switched_off_and_on_too(
    lab: Lab, home: str
) -> None:
    lab.order(port_of(lab, home), stuck=True)
    told = await asked(lab, home)
    assert told.verdict.fault == "provider.access.port-failed"
    assert is_on(lab, home)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_port_that_does_not_hear_itself_is_broken_and_the_loopback_is_gone_again(
    lab: Lab,
) -> None:
    lab.order(port_of(lab, ON_VRP), dead=True)
    told = await asked(lab, ON_VRP)
    assert told.verdict.fault == "provider.access.port-failed"
    passed = told.facts.fact("port.loopback_ok")
    assert passed is not None
    assert passed.value is False
    assert not lab.scene.world.ports[port_of(lab, ON_VRP)].looped


@pytest.mark.asyncio(loop_scope="module")
async def test_without_the_word_nothing_is_touched(lab: Lab) -> None:
    before = len(await journal(lab))
    lab.order(port_of(lab, STUCK), stuck=True)
    told = await asked(lab, STUCK, disruptive=False, s=6)
    assert told.verdict.fault != "provider.access.port-failed"
    assert lab.scene.world.ports[port_of(lab, STUCK)].stuck
    assert len(await journal(lab)) == before


@pytest.mark.asyncio(loop_scope="module")
async def test_a_healthy_line_is_left_alone_even_with_the_word(lab: Lab) -> None:
    before = len(await journal(lab))
    told = await asked(lab, STUCK)
    assert told.verdict.fault == "none.ok"
    assert len(await journal(lab)) == before


@pytest.mark.asyncio(loop_scope="module")
async def test_a_port_of_two_subscribers_is_refused(lab: Lab) -> None:
    inventory = lab.config_path.with_name("inventory.yaml")
    text = inventory.read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if f'"id": "{STUCK}"' in line)
    twin = row.replace(STUCK, "900001")
    inventory.write_text(text.replace(row, f"{row}\n{twin}"), encoding="utf-8")
    lab.order(port_of(lab, STUCK), stuck=True)
    try:
        told = await asked(lab, STUCK, s=8)
    finally:
        inventory.write_text(text, encoding="utf-8")
    assert "2 subscribers share" in told.facts.absence("port.bounce_link").detail
    assert lab.scene.world.ports[port_of(lab, STUCK)].stuck


@pytest.mark.asyncio(loop_scope="module")
async def test_a_port_that_leads_to_another_device_is_refused(lab: Lab) -> None:
    inventory = lab.config_path.with_name("inventory.yaml")
    text = inventory.read_text(encoding="utf-8")
    device, port = port_of(lab, STUCK)
    below = next(line for line in text.splitlines() if f'"id": "{device}"' in line)
    head, links = text.split("links:\n")
    head = head.replace(below, below + "\n" + below.replace(f'"id": "{device}"', '"id": "sw-99"'))
    link = f'  - {{"device": "sw-99", "parent": "{device}", "parent_port": "{port}"}}\n'
    inventory.write_text(f"{head}links:\n{link}{links}", encoding="utf-8")
    lab.order((device, port), stuck=True)
    before = len(await journal(lab))
    try:
        told = await asked(lab, STUCK, s=8)
    finally:
        inventory.write_text(text, encoding="utf-8")
    assert "the port is an uplink" in told.facts.absence("port.bounce_link").detail
    assert lab.scene.world.ports[device, port].stuck
    assert len(await journal(lab)) == before


@pytest.mark.asyncio(loop_scope="module")
async def test_an_answer_that_may_not_wait_longer_undoes_what_was_begun(lab: Lab) -> None:
    lab.order(port_of(lab, STUCK), dead=True)  # it would wait for the link for half a minute
    async with App.open(str(lab.config_path)) as app:
        request = Request(disruptive=True, deadline_s=40)
        work = asyncio.create_task(app.diagnose(STUCK, request))
        assert await until(lambda: not is_on(lab, STUCK))
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        assert await until(lambda: is_on(lab, STUCK), 8)
        lab.order(port_of(lab, STUCK), dead=False)
    assert (await journal(lab))[-1].state is TouchState.DONE


def netdiag(lab: Lab, *words: str) -> list[str]:
    return [sys.executable, "-m", "netdiag", *words, "--config", str(lab.config_path)]


async def struck_down(lab: Lab, *, with_guard: bool) -> int:
    """Begin a bounce in a process of its own and kill it, -9, while the port is off."""
    lab.order(port_of(lab, STUCK), stuck=True)
    quiet = asyncio.subprocess.DEVNULL
    words = netdiag(lab, "diagnose", STUCK, "--disruptive", "--ticket", "T-9", "--deadline", "40")
    process = await asyncio.create_subprocess_exec(*words, stdout=quiet, stderr=quiet)
    assert await until(lambda: not is_on(lab, STUCK), 20), "the port was never switched off"
    children = await asyncio.to_thread(children_of, process.pid)
    assert children, "no guard"
    for pid in children if with_guard else ():
        os.kill(pid, signal.SIGKILL)
    process.kill()
    await process.wait()
    return process.pid


def children_of(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8")
    return [int(word) for word in text.split()]


@pytest.mark.asyncio(loop_scope="module")
async def test_netdiag_killed_in_the_middle_leaves_a_guard_that_switches_the_port_on(
    lab: Lab,
) -> None:
    await struck_down(lab, with_guard=False)
    assert not is_on(lab, STUCK)
    assert await until(lambda: is_on(lab, STUCK), 15)
    for _ in range(100):
        line = (await journal(lab))[-1]
        if line.state is not TouchState.OPEN:
            break
        await asyncio.sleep(0.1)
    assert (line.state, line.ticket) == (TouchState.RESTORED, "T-9")
    assert "guard" in line.outcome


@pytest.mark.asyncio(loop_scope="module")
async def test_when_the_guard_dies_too_doctor_tells_it_and_restore_undoes_it(lab: Lab) -> None:
    await struck_down(lab, with_guard=True)
    await asyncio.sleep(0.3)
    assert not is_on(lab, STUCK)
    findings = (await examine(str(lab.config_path), most_devices=0)).findings
    finding = next(one for one in findings if one.what == "tests")
    assert (finding.ok, finding.mend) == (False, "netdiag tests restore")
    process = await asyncio.create_subprocess_exec(*netdiag(lab, "tests", "restore"))
    assert await process.wait() == 0
    assert is_on(lab, STUCK)
    assert (await journal(lab))[-1].state is TouchState.RESTORED


@pytest.mark.asyncio(loop_scope="module")
async def test_the_next_diagnosis_undoes_what_was_left_before_it_asks(lab: Lab) -> None:
    await struck_down(lab, with_guard=True)
    told = await asked(lab, STUCK, disruptive=False, s=8)
    assert is_on(lab, STUCK)
    assert any("had been interrupted: undone" in note for note in told.notes)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_test_that_is_still_under_way_is_not_undone_by_others(lab: Lab) -> None:
    lab.order(port_of(lab, STUCK), stuck=True)
    work = asyncio.create_task(asked(lab, STUCK))
    assert await until(lambda: not is_on(lab, STUCK))
    async with App.open(str(lab.config_path)) as app:
        found = await restore(app)
    assert [one.under_way for one in found] == [True]
    assert not is_on(lab, STUCK)
    assert (await work).verdict.fault == "provider.access.port-failed"


@pytest.mark.asyncio(loop_scope="module")
async def test_a_cable_test_is_in_the_record_with_its_outcome(lab: Lab) -> None:
    lab.switch_on("cable-cut", "100214")
    told = await asked(lab, "100214", disruptive=False, s=8)
    assert any(r.probe == "cable-test" and r.outcome is Outcome.OK for r in told.probes)
    line = (await journal(lab))[-1]
    assert (line.what, line.state, line.outcome) == ("cable-test", TouchState.DONE, "ok")


@pytest.mark.asyncio(loop_scope="module")
async def test_nothing_that_changes_a_device_goes_the_way_of_questions(lab: Lab) -> None:
    wires = Wires()
    target = Target(device="sw-1", host="127.0.0.1")
    for change in (
        SnmpSet(oids={"1.3.6.1.2.1.2.2.1.7.1": "2"}),
        SshChange(command="configure\ninterface 1\nshutdown\nend"),
        RouterosChange(path="/interface/ethernet/disable", attributes={"numbers": "ether1"}),
    ):
        reply = await wires.ask("snmp", target, change, Deadline.after(1))
        assert isinstance(reply, NoAnswer)
        assert "needs consent" in reply.detail
    await wires.close()


@pytest.mark.parametrize(
    "lines",
    [
        "configure terminal\ninterface Gi1/0/1\nswitchport access vlan 5\nend",
        "configure terminal\ninterface Gi1/0/1\nshutdown\nreload",
        "configure terminal\nhostname x\nend",
        "reload",
        "config ports all state disable; reboot",
        "system-view\ninterface Gi1/0/1\nundo portswitch\nreturn",
    ],
)
def test_other_lines_are_not_typed_even_with_consent(lines: str) -> None:
    assert change_refusal(lines) is not None


def test_a_question_may_not_type_what_a_change_may() -> None:
    lines = "configure terminal\ninterface Gi1/0/1\nshutdown\nend"
    assert change_refusal(lines) is None
    assert refusal(SshCommand(command=lines).command) is not None


@pytest.mark.parametrize(
    ("path", "attributes"),
    [
        ("/interface/ethernet/set", {"numbers": "ether1"}),
        ("/interface/ethernet/disable", {"numbers": "ether1", "comment": "x"}),
        ("/interface/ethernet/disable", {}),
        ("/system/reboot", {}),
    ],
)
def test_a_router_gets_no_other_change(path: str, attributes: dict[str, str]) -> None:
    assert routeros_refusal(RouterosChange(path=path, attributes=attributes)) is not None
