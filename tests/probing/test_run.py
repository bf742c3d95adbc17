"""A run asks what can still decide, in order, inside its deadline; one dead device stops none."""

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from netdiag.model.content import Content
from netdiag.model.fact import Facts
from netdiag.model.probe import TargetKind
from netdiag.model.scene import Scene
from netdiag.model.secret import Secret
from netdiag.model.subscriber import Attachment, Subscriber
from netdiag.model.wire import Answer, Deadline, NoAnswer, SnmpGet, Target
from netdiag.model.words import AbsenceReason, Outcome
from netdiag.probing.plan import errands
from netdiag.probing.run import Run
from netdiag.triage.outlook import wanted
from tests.conftest import facts_of
from tests.patience import BUSY_S

PORT = {"port.if_index": 7, "ref.access_kind": "copper", "ref.auth_kind": "static"}


def switch(**options: str) -> Target:
    return Target(
        device="sw-lenina-3",
        host="127.0.0.1",
        platform="generic",
        secrets={"snmp.community": Secret("public")},
        options=options,
    )


def scene(**changes) -> Scene:
    base = {
        "subscriber": Subscriber(id="100234"),
        "attachment": Attachment(device="sw-lenina-3", port="7"),
        "path": ("sw-lenina-3",),
        "targets": {TargetKind.ACCESS: (switch(),)},
        "params": {"port": "7", "device": "sw-lenina-3", "uplink_port": "25"},
        "facts": facts_of(PORT, transport="inventory"),
    }
    return Scene(**{**base, **changes})


class Network:
    """Answers SNMP GETs; everything else is silent. Remembers who was asked."""

    def __init__(self, delay: float = 0.0, silent: bool = False) -> None:
        self.delay = delay
        self.silent = silent
        self.asked: list[tuple[str, object]] = []

    async def ask(self, transport, target, question, deadline):
        self.asked.append((transport, question))
        await asyncio.sleep(self.delay)
        if self.silent or not isinstance(question, SnmpGet):
            await asyncio.sleep(min(deadline.remaining, 0.05))
            return NoAnswer(why=AbsenceReason.TIMED_OUT, detail="silence")
        values = {"admin": 1, "oper": 2, "name": "7", "speed": 0}
        return Answer(rows=({k: v for k, v in values.items() if k in question.oids},))


def recorder(answer):
    async def audit(errand) -> bool:
        return answer(errand)

    return audit


def run(content: Content, network, *, deadline: float = 60.0, want=None, audit=None, **changes):
    return Run(
        content=content,
        scene=scene(**changes),
        ask=network.ask,
        wanted=want or (lambda facts: wanted(facts, content)),
        deadline=Deadline.after(deadline),
        audit=recorder(audit or (lambda errand: True)),
        clock=lambda: datetime.now(UTC),
    )


async def test_facts_come_from_the_device_that_was_asked(content: Content) -> None:
    probed = await run(content, Network()).go()
    fact = probed.facts.fact("port.oper_status")
    assert fact is not None
    assert (fact.value, fact.source.device, fact.source.transport) == (
        "down",
        "sw-lenina-3",
        "snmp",
    )


async def test_nothing_is_asked_when_nothing_is_wanted(content: Content) -> None:
    network = Network()
    probed = await run(content, network, want=lambda facts: {}).go()
    assert network.asked == []
    assert {one.outcome for one in probed.runs} <= {Outcome.SKIPPED}


async def test_only_probes_that_give_a_wanted_fact_are_run(content: Content) -> None:
    network = Network()
    want = lambda facts: {} if facts.fact("port.oper_status") else {"port.oper_status": 1.0}  # noqa: E731
    await run(content, network, want=want).go()
    assert len(network.asked) == 1


async def test_a_silent_device_ends_inside_the_deadline_as_an_absence(content: Content) -> None:
    begun = time.monotonic()
    probed = await run(content, Network(silent=True), deadline=1.0).go()
    assert time.monotonic() - begun < 1.0 + BUSY_S
    assert probed.facts.fact("port.oper_status") is None
    assert probed.facts.absence("port.oper_status").why is AbsenceReason.TIMED_OUT


async def test_slow_devices_are_cut_at_the_deadline_and_said_so(content: Content) -> None:
    begun = time.monotonic()
    probed = await run(content, Network(delay=60), deadline=0.5).go()
    assert time.monotonic() - begun < 0.5 + BUSY_S
    assert probed.facts.absence("port.oper_status").why is AbsenceReason.TIMED_OUT


async def test_without_credentials_the_absence_says_not_in_inventory(content: Content) -> None:
    blind = Target(device="sw-lenina-3", host="127.0.0.1", platform="generic")
    probed = await run(content, Network(), targets={TargetKind.ACCESS: (blind,)}).go()
    absence = probed.facts.absence("port.oper_status")
    assert absence.why is AbsenceReason.NOT_IN_INVENTORY
    assert "credentials" in absence.detail


def disruptive(content: Content, **changes) -> list[str]:
    mikrotik = Target(
        device="sw-lenina-3",
        host="127.0.0.1",
        platform="mikrotik_routeros",
        secrets={"routeros.password": Secret("x")},
    )
    able, _ = errands(content, scene(targets={TargetKind.ACCESS: (mikrotik,)}, **changes))
    return [e.probe.id for e in able if e.probe.consent != "none"]


def test_a_disruptive_probe_is_refused_on_an_uplink(content: Content) -> None:
    assert disruptive(content)
    assert disruptive(content, on_uplink=True, disruptive=True) == []


@pytest.mark.parametrize(("status", "runs"), [("down", True), ("up", False)])
async def test_a_cable_test_runs_by_itself_only_on_a_port_that_is_down(
    content: Content, status: str, runs: bool
) -> None:
    audited: list[str] = []
    network = Network(silent=True)
    mikrotik = Target(
        device="sw-lenina-3",
        host="127.0.0.1",
        platform="mikrotik_routeros",
        secrets={"routeros.password": Secret("x")},
    )
    facts = facts_of({**PORT, "port.oper_status": status, "port.admin_status": "up"})
    want = lambda known: {"cable.summary": 1.0}  # noqa: E731
    await run(
        content,
        network,
        want=want,
        facts=facts,
        targets={TargetKind.ACCESS: (mikrotik,)},
        audit=lambda errand: audited.append(errand.probe.id) or True,
    ).go()
    assert bool(audited) is runs
    assert any("cable-test" in str(question) for _, question in network.asked) is runs


async def test_a_disruptive_probe_is_not_run_when_the_audit_record_fails(content: Content) -> None:
    network = Network(silent=True)
    mikrotik = Target(
        device="sw-lenina-3",
        host="127.0.0.1",
        platform="mikrotik_routeros",
        secrets={"routeros.password": Secret("x")},
    )
    facts = facts_of({**PORT, "port.oper_status": "down", "port.admin_status": "up"})
    await run(
        content,
        network,
        want=lambda known: {"cable.summary": 1.0},
        facts=facts,
        targets={TargetKind.ACCESS: (mikrotik,)},
        audit=lambda errand: False,
    ).go()
    assert not any("cable-test" in str(question) for _, question in network.asked)


async def test_a_refused_probe_does_not_keep_others_from_the_device(content: Content) -> None:
    """The status came over SNMP, so the cable test is the first that wants the SSH line."""
    asked: list[str] = []

    async def ask(transport, target, question, deadline):
        asked.append(getattr(question, "command", ""))
        return NoAnswer(why=AbsenceReason.NOT_SUPPORTED, detail="no such command")

    dlink = Target(
        device="sw-lenina-3",
        host="127.0.0.1",
        platform="dlink_ds",
        secrets={"ssh.password": Secret("x")},
        options={"ssh.username": "x"},
    )
    known = {**PORT, "port.oper_status": "down", "port.admin_status": "up"}
    changed = scene(facts=facts_of(known), targets={TargetKind.ACCESS: (dlink,)})
    over_ssh = [e for e in errands(content, changed)[0] if e.probe.transport == "ssh"]
    wish = {
        name: 9.0 if e.probe.id == "cable-test" else 0.5
        for e in over_ssh
        for name in e.probe.yields
    }
    assert any(e.probe.id == "cable-test" for e in over_ssh)
    probed = await Run(
        content=content,
        scene=changed,
        ask=ask,
        wanted=lambda facts: {n: w for n, w in wish.items() if facts.get(n) is None},
        deadline=Deadline.after(3),
        audit=recorder(lambda errand: False),
    ).go()
    refused = [one.why for one in probed.runs if one.probe == "cable-test"]
    assert refused == ["refused: the audit record could not be written"]
    assert asked


async def test_what_waits_for_the_first_answer_until_the_end_is_said_so(content: Content) -> None:
    probed = await run(content, Network(delay=30), deadline=0.5).go()
    whys = {one.why for one in probed.runs if one.outcome is Outcome.SKIPPED}
    assert "the device had not answered another question when the time was up" in whys


async def test_what_nobody_is_there_to_tell_is_not_in_the_inventory(content: Content) -> None:
    probed = await run(content, Network()).go()
    assert probed.facts.absence("bng.mgmt_answers").why is AbsenceReason.NOT_IN_INVENTORY


async def test_a_stored_session_is_not_believed_while_the_router_is_being_asked(
    content: Content,
) -> None:
    """A stale accounting row must not settle the verdict before the live answer is there."""
    seen: list[object] = []

    def want(facts: Facts) -> dict[str, float]:
        fact = facts.fact("session.state")
        seen.append(fact.value if fact else None)
        return {} if fact and fact.source.transport != "sql" else {"session.state": 1.0}

    async def ask(transport, target, question, deadline):
        if transport == "sql":
            row = {"acctstarttime": "2026-11-24 10:00:00", "acctupdatetime": "2026-11-24 11:59:00"}
            return Answer(rows=({**row, "callingstationid": "02:00:00:00:00:01"},))
        await asyncio.sleep(0.2)
        return Answer(rows=())

    bng = Target(
        device="bng-1",
        host="127.0.0.1",
        platform="mikrotik_routeros",
        secrets={"routeros.password": Secret("x")},
    )
    radius = Target(device="radius", host="radius", platform="freeradius")
    changed = scene(
        targets={TargetKind.BNG: (bng,), TargetKind.RADIUS: (radius,)},
        params={"login": "petrov", "mac": "02:00:00:00:00:01", "port": "7", "subscriber": "1"},
        facts=facts_of({"ref.access_kind": "copper", "ref.auth_kind": "pppoe"}),
    )
    probed = await Run(
        content=content,
        scene=changed,
        ask=ask,
        wanted=want,
        deadline=Deadline.after(3),
        audit=recorder(lambda errand: True),
    ).go()
    fact = probed.facts.fact("session.state")
    assert fact is not None
    assert fact.value == "absent"
    assert "up" not in seen


@pytest.mark.parametrize(("at_the_door", "asked_again"), [(True, False), (False, True)])
async def test_a_refused_login_keeps_us_out_but_a_refused_table_only_hides_itself(
    content: Content, at_the_door: bool, asked_again: bool
) -> None:
    asked: list[object] = []

    async def ask(transport, target, question, deadline):
        asked.append(question)
        if len(asked) == 1:
            why = AbsenceReason.ACCESS_DENIED
            return NoAnswer(why=why, detail="forbidden", at_the_door=at_the_door)
        return Answer(rows=({"oper": 2},))

    probed = await Run(
        content=content,
        scene=scene(),
        ask=ask,
        wanted=lambda facts: {
            n: 1.0 for n in ("device.uptime_s", "port.oper_status") if facts.fact(n) is None
        },
        deadline=Deadline.after(2),
    ).go()
    assert (len(asked) > 1) is asked_again
    told = {one.why for one in probed.runs if one.outcome is Outcome.ABSENT}
    assert any("forbidden" in str(why) for why in told)


async def test_a_probe_of_the_same_name_at_another_device_is_accounted_for(
    content: Content,
) -> None:
    """`session` may be the name of a probe of the switch and of another one of the router."""
    status = next(p for p in content.probes if p.platform == "generic" and p.id == "port-status")
    other = replace(status, target=TargetKind.BNG, platform="mikrotik_routeros", needs=("nothing",))
    bng = replace(switch(), device="bng-1", platform="mikrotik_routeros")
    probed = await run(
        replace(content, probes=(status, other)),
        Network(),
        want=lambda facts: {} if facts.fact("port.oper_status") else {"port.oper_status": 1.0},
        targets={TargetKind.ACCESS: (switch(),), TargetKind.BNG: (bng,)},
    ).go()
    told = {(one.device, one.outcome): one.why for one in probed.runs}
    assert set(told) == {("sw-lenina-3", Outcome.OK), ("bng-1", Outcome.SKIPPED)}
    assert told["bng-1", Outcome.SKIPPED] == "nothing is not known"
