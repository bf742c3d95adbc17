"""Whole sweeps over canned agents: what is new, who is silent, and why; resumed, refused, ended."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bench.agents import Range, agents
from bench.agents.switch import switch
from bench.agents.table import COUNTER, INTEGER, Value
from netdiag.model.content import Content
from netdiag.model.subscriber import Device
from netdiag.model.sweep import Finding
from netdiag.model.words import Role
from netdiag.service.app import App
from netdiag.service.setup import load_settings, open_inventory
from netdiag.service.sweep.people import count_silent
from netdiag.service.sweep.policy import Policy
from netdiag.service.sweep.proposing import propose_ticket
from netdiag.service.sweep.reach import Reachable, reach
from netdiag.service.sweep.run import Outcome, Sweeper
from netdiag.service.sweep.stops import Scope
from netdiag.service.tickets.propose import Answer, Proposed
from netdiag.store.events import Events
from netdiag.store.findings import Findings
from netdiag.store.sweeps import SweepRunsError, Sweeps
from netdiag.transports.fping import Echo, Pace
from tests.addresses import free_port, own_base

pytestmark = pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
UPTIME_S = 4_000_000
QUARTER = 900
FCS, ERRORS, DUPLEX = "1.3.6.1.2.1.10.7.2.1.3", "1.3.6.1.2.1.2.2.1.14", "1.3.6.1.2.1.10.7.2.1.19"
TREE = {"agg-1": None, "sw-1": "agg-1", "sw-2": "agg-1", "sw-3": "sw-2", "sw-4": "agg-1"}
NETWORK = f"{own_base()}.36"
HOSTS = {name: f"{NETWORK}.{number}" for number, name in enumerate(TREE, 1)}


def configured(directory: Path, port: int) -> Path:
    rows = [
        f"  - {{id: {name}, host: {host}, role: {'aggregation' if name[0] == 'a' else 'access'}, "
        f"platform: generic, site: {'south' if name == 'sw-4' else 'north'}}}"
        for name, host in HOSTS.items()
    ]
    links = [
        f'  - {{device: {name}, parent: {up}, device_port: "52"}}'
        for name, up in TREE.items()
        if up
    ]
    people = ['  - {id: "200", device: sw-1, port: "9", ip: 100.64.1.1}']
    people += [f'  - {{id: "10{n}", device: sw-1, port: "7", ip: 100.64.0.{n}}}' for n in range(3)]
    text = ["devices:", *rows, "links:", *links, "subscribers:", *people]
    (directory / "inventory.yaml").write_text("\n".join(text) + "\n")
    (directory / "community").write_text("public")
    config = directory / "netdiag.yaml"
    config.write_text(
        "inventory: [{yaml: inventory.yaml}]\nstate_dir: state\n"
        "credentials: {default: {snmp: {version: 2c, community: {file: community}}}}\n"
        f'options: {{snmp.port: "{port}"}}\nlimits: {{timeout_s: 0.4}}\n'
    )
    return config


class Network:
    """Agents, a configuration, and sweeps at moments of its own clock."""

    def __init__(self, directory: Path, content: Content) -> None:
        self.directory = directory
        self.content = content
        self.port = free_port()
        self.config = configured(directory, self.port)
        self.moment = float(int(time.time()))
        self.uptime_s = UPTIME_S
        self.echoes: list[str] = []  # of the last sweep

    @asynccontextmanager
    async def sweeper(
        self,
        changes: Mapping[str, Mapping[str, Value]] | None = None,
        dead: Sequence[str] = (),
        policy: Policy | None = None,
    ) -> AsyncIterator[tuple[Sweeper, App]]:
        """Agents with these changes, per device, while a sweeper lives."""
        tables = [{**switch(uptime_s=self.uptime_s), **(changes or {}).get(n, {})} for n in HOSTS]
        ranges = [
            Range(first=host, last=host, table=number, does="dead" if name in dead else "normal")
            for number, (name, host) in enumerate(HOSTS.items())
        ]
        with agents(self.directory, self.port, tables, ranges):
            settings = load_settings(str(self.config))
            async with App(settings, self.content, open_inventory(settings)) as app:
                sweeper = Sweeper(app, policy or Policy(), clock=lambda: self.moment)
                self.echoes.clear()
                silence(sweeper, dead, self.echoes)
                yield sweeper, app

    async def sweep(
        self,
        changes: Mapping[str, Mapping[str, Value]] | None = None,
        dead: Sequence[str] = (),
        scope: Scope | None = None,
    ) -> tuple[Outcome, list[Finding]]:
        """One sweep, and its new findings; then a quarter of an hour passes."""
        async with self.sweeper(changes, dead) as (sweeper, app):
            outcome = await sweeper.run(scope or Scope())
            register = Findings(app.database)
            new = [one for key in outcome.tally.new if (one := register.get(key)) is not None]
        self.moment += QUARTER
        self.uptime_s += QUARTER
        return outcome, new


def silence(sweeper: Sweeper, dead: Sequence[str], echoes: list[str]) -> None:
    """All of loopback answers ping: the dead must be made to keep silent. `echoes` learns who was
    asked, as often as he was."""

    async def ping(devices: Sequence[Device], pace: Pace) -> dict[str, Echo]:
        echoes.extend([d.id for d in devices] * pace.count)
        return {d.id: Echo(None if d.id in dead else 0.5) for d in devices}

    async def looked(groups: Sequence[Sequence[Device]], topology: object) -> Reachable:
        tired = await sweeper.tired()
        return await reach(groups, topology, ping, sweeper._knock, Policy(), tired)  # type: ignore[arg-type]

    sweeper.reach = looked  # type: ignore[method-assign]


@pytest.fixture
def network(tmp_path: Path, content: Content) -> Network:
    return Network(tmp_path, content)


def damaged(errors: int, port: int = 7) -> dict[str, Value]:
    return {
        f"{FCS}.{port}": Value(COUNTER, errors),
        f"{ERRORS}.{port}": Value(COUNTER, errors),
    }


async def test_growing_errors_are_news_once_and_over_when_they_stop(network: Network) -> None:
    first, new = await network.sweep({"sw-1": damaged(50)})
    assert first.state == "done"
    assert first.tally.counts == {"ok": 5}
    assert new == []
    _, new = await network.sweep({"sw-1": damaged(5000)})
    assert [(one.rule, one.where, one.hurt) for one in new] == [
        ("port.damaged-frames", "sw-1:7", 3)
    ]
    again, new = await network.sweep({"sw-1": damaged(11_000)})
    assert new == []
    for _ in range(2):
        again, new = await network.sweep({"sw-1": damaged(11_000)})
    assert len(again.tally.gone) == 1
    assert new == []


async def test_an_uplink_by_its_name_in_the_inventory_has_its_own_rule(network: Network) -> None:
    await network.sweep()
    _, new = await network.sweep({"sw-1": damaged(3000, port=52)})
    assert [one.rule for one in new] == ["trunk.damaged-frames"]


async def test_what_hangs_below_a_silent_device_is_not_asked_but_named(network: Network) -> None:
    outcome, new = await network.sweep(dead=["sw-2", "sw-3"])
    said = {one["device"]: (one["reach"], one["why"]) for one in outcome.tally.trouble}
    assert said["sw-2"][0] == "silent"
    assert said["sw-3"] == ("behind", "behind sw-2, which is silent")
    assert [(one.rule, one.device) for one in new] == [("device.silent", "sw-2")]


async def test_a_silent_device_through_which_others_answer_hides_nobody(network: Network) -> None:
    outcome, _ = await network.sweep(dead=["sw-2"])
    said = {one["device"]: one["reach"] for one in outcome.tally.trouble}
    assert said == {"sw-2": "silent"}  # sw-3 answers behind it, and was swept


async def test_a_device_that_comes_back_is_over_at_once(network: Network) -> None:
    await network.sweep(dead=["sw-3"])
    outcome, _ = await network.sweep()
    assert len(outcome.tally.gone) == 1


async def test_a_device_that_is_silent_for_long_is_asked_less_and_found_all_the_same(
    network: Network,
) -> None:
    asked = []
    for _ in range(9):
        outcome, _ = await network.sweep(dead=["sw-3"])
        assert [one["reach"] for one in outcome.tally.trouble] == ["silent"]
        asked.append(network.echoes.count("sw-3"))
    assert asked == [4, 4, 4, 4, 4, 1, 1, 1, 4]  # the ninth after eight silent ones: in earnest
    outcome, _ = await network.sweep()
    assert outcome.tally.counts == {"ok": 5}
    assert len(outcome.tally.gone) == 1
    await network.sweep(dead=["sw-3"])
    assert network.echoes.count("sw-3") == 4  # patience begins anew


async def test_when_nobody_answers_it_is_our_own_line_and_no_finding(network: Network) -> None:
    outcome, new = await network.sweep(dead=list(HOSTS))
    assert outcome.state == "failed"
    assert new == []
    assert {one["reach"] for one in outcome.tally.trouble} == {"not_asked"}


async def test_a_host_that_cannot_ping_calls_nobody_silent(network: Network) -> None:
    async with network.sweeper(dead=["sw-4"]) as (sweeper, app):

        async def looked(*_: object) -> Reachable:
            return Reachable(ping=dict.fromkeys(HOSTS))

        sweeper.reach = looked  # type: ignore[method-assign]
        outcome = await sweeper.run(Scope())
        told = [(one["device"], one["reach"]) for one in outcome.tally.trouble]
        assert told == [("sw-4", "not_asked")]
        assert Events(app.database).after(0, 10) == []


async def test_only_the_devices_of_the_scope_are_visited(network: Network) -> None:
    outcome, _ = await network.sweep(scope=Scope(site="South"))
    assert outcome.tally.counts == {"ok": 1}
    outcome, _ = await network.sweep(scope=Scope(role="aggregation"))
    assert outcome.tally.counts == {"ok": 1}


async def test_a_sweep_of_the_same_devices_is_refused_another_is_not(network: Network) -> None:
    async with network.sweeper() as (sweeper, app):
        sweeper.begin(Scope(site="north"), 4, resume=False)
        with pytest.raises(SweepRunsError, match="under way"):
            await sweeper.run(Scope())
        outcome = await sweeper.run(Scope(site="south"))
        assert outcome.state == "done"
        network.moment += 600  # it gave no sign of life for ten minutes: it is dead
        assert (await sweeper.run(Scope())).state == "done"
        assert app is not None


async def test_one_that_was_ended_is_taken_up_where_it_stood(network: Network) -> None:
    async with network.sweeper(policy=Policy(batch=1, at_once=1)) as (sweeper, app):

        def progress(phase: str, done: int, _total: int) -> None:
            if phase == "ask" and done == 2:
                sweeper.cancel("the time for this sweep was over")

        first = await sweeper.run(Scope(), progress=progress)
        assert first.state == "cut"
        assert 2 <= first.tally.counts["ok"] < 5
    async with network.sweeper(policy=Policy(batch=1, at_once=1)) as (sweeper, app):
        second = await sweeper.run(Scope(), resume=True)
        assert second.run == first.run
        assert second.state == "done"
        assert second.tally.counts["ok"] + first.tally.counts["ok"] == 5
        assert Sweeps(app.database).last()[0].done == 5


async def test_it_can_be_cancelled_from_another_process(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("netdiag.service.sweep.run._SIGN_OF_LIFE_S", 0.05)
    async with network.sweeper(policy=Policy(batch=1, over_s=20)) as (sweeper, app):
        running = asyncio.create_task(sweeper.run(Scope()))
        async with asyncio.timeout(10):
            while not (found := Sweeps(app.database).last()):
                await asyncio.sleep(0.05)
        assert Sweeps(app.database).cancel(found[0].id)
        outcome = await asyncio.wait_for(running, 30)
        assert outcome.state == "cancelled"
        assert Sweeps(app.database).last()[0].state == "cancelled"


async def test_what_a_technician_calls_nonsense_stays_away(network: Network) -> None:
    await network.sweep()
    half = {f"{DUPLEX}.3": Value(INTEGER, 2), "1.3.6.1.2.1.2.2.1.9.3": Value(67, 399_999_000)}
    _, new = await network.sweep({"sw-1": half})
    assert [one.rule for one in new] == ["port.half-duplex"]
    async with network.sweeper() as (sweeper, app):
        register = Findings(app.database)
        register.vote(new[0], useful=False, who="petrov", remark="a test port", now=new[0].since)
        assert register.votes() == {"port.half-duplex": (0, 1)}
        assert sweeper is not None
    _, new = await network.sweep({"sw-1": half})
    assert new == []


async def test_a_link_below_its_best_of_some_days_is_found(network: Network) -> None:
    slow = {
        "1.3.6.1.2.1.31.1.1.1.15.5": Value(66, 100),
        "1.3.6.1.2.1.2.2.1.9.5": Value(67, UPTIME_S * 100 + 1),
    }
    for _ in range(5):
        _, new = await network.sweep()
        assert new == []
        network.moment += 86_400 - QUARTER
        network.uptime_s += 86_400 - QUARTER
    _, new = await network.sweep({"sw-1": slow})
    assert [(one.rule, one.where) for one in new] == [("port.below-best", "sw-1:5")]
    assert new[0].evidence["port.speed_best_mbps"] == 1000.0


async def test_half_a_site_that_restarts_is_one_finding_of_the_site(network: Network) -> None:
    await network.sweep()
    for _ in range(2):
        network.uptime_s = 300
        _, new = await network.sweep()
    assert {one.device for one in new} == {"site:north", "sw-4"}
    assert {one.rule for one in new} == {"device.restarts"}


async def test_a_finding_on_one_subscribers_port_is_diagnosed_and_proposed(
    network: Network,
) -> None:
    told: list[dict[str, object]] = []

    async def propose(document: dict[str, object]) -> Proposed:
        told.append(document)
        return Proposed(answer=Answer.OPENED, why="policy allows it", job="rt-1")

    await network.sweep()
    grown = damaged(3000) | damaged(3000, port=9)
    _, new = await network.sweep({"sw-1": grown})
    by_port = {one.port: one for one in new}
    async with network.sweeper({"sw-1": grown}) as (_, app):
        alone, several = by_port["9"].id or 0, by_port["7"].id or 0
        assert (await propose_ticket(app, alone, propose))["ticket"] == "rt-1"
        assert [document["subscriber"] for document in told] == ["200"]
        again = await propose_ticket(app, alone, propose)
        assert again == {"ticket": None, "why": "it has a ticket"}
        refused = await propose_ticket(app, several, propose)
        assert refused == {"ticket": None, "why": "3 subscribers are known on that port"}
        assert len(told) == 1
        register = Findings(app.database)
        for _ in range(6):
            register.vote(
                by_port["9"], useful=False, who="petrov", remark="", now=by_port["9"].since
            )
        assert register.votes() == {"port.damaged-frames": (0, 1)}  # one man, one vote
        for who in ("ivanova", "sidorov", "orlov", "karimi", "kim"):
            register.vote(by_port["9"], useful=False, who=who, remark="", now=by_port["9"].since)
        refused = await propose_ticket(app, several, propose)
        assert refused["why"] == "technicians called most findings of its rule nonsense"


async def test_by_policy_the_share_of_silent_subscribers_is_a_fact_of_the_device(
    network: Network,
) -> None:
    policy = Policy(subscribers=True)
    async with network.sweeper(policy=policy) as (sweeper, _):
        stops = sweeper.batches._stops(
            [Device(id="sw-1", host=HOSTS["sw-1"], role=Role.ACCESS, platform="generic")], {}
        )
        known = {"sw-1": [f"100.64.0.{n}" for n in range(8)]}
        asked: list[int] = []

        async def ping(hosts: Iterable[str], _pace: Pace) -> dict[str, Echo]:
            some = list(hosts)
            asked.append(len(some))
            return {host: Echo(1.0 if host.endswith((".0", ".1")) else None) for host in some}

        await count_silent(stops, known, policy, ping)
    assert asked == [8, 6]  # the silent ones are asked twice
    assert stops[0].beside == {"device.subscribers_silent_pct": {"": 75.0}}
