"""Where somebody is seen now, in the lab: by every key, on every kind of switch."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from netdiag.lab.things import Home, Service
from netdiag.locating.agreement import Agreement
from netdiag.locating.sightings import Way
from netdiag.model.errors import UnknownSubscriberError
from netdiag.service.app import App
from netdiag.service.locate.locate import Located, locate, nobody_answered
from tests.lab.clients import Town

NOBODY = "02:00:00:00:99:99"
DEADLINE_S = 15.0  # a machine that runs tests may be busy


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    running = Town(tmp_path_factory.mktemp("lab"))
    yield running
    running.close()


def look(
    town: Town, key: str, inventory: str = "inventory.yaml", radius: str = "radius.url"
) -> Located:
    text = town.lab.config_path.read_text(encoding="utf-8")
    text = text.replace("yaml: inventory.yaml", f"yaml: {inventory}").replace("radius.url", radius)
    config = town.directory / "search.yaml"
    config.write_text(text, encoding="utf-8")

    async def go() -> Located:
        async with App.open(str(config)) as app:
            return await locate(app.parts, key, deadline_s=DEADLINE_S)

    return asyncio.run(go())


def homes(town: Town) -> list[Home]:
    return list(town.lab.scene.world.homes.values())


def first_on(town: Town, switch: str) -> Home:
    return next(home for home in homes(town) if home.port[0] == switch)


@pytest.mark.parametrize("switch", [f"sw-{n}" for n in range(1, 9)])
def test_he_is_found_on_his_port_whatever_the_switch(town: Town, switch: str) -> None:
    home = first_on(town, switch)
    found = look(town, home.id)
    assert (found.places[0].device, found.places[0].port) == home.port
    assert found.agreement is Agreement.AGREES, found
    assert not any(run.probe in ("fdb", "fdb-vlan", "fdb-dot1d") for run in found.runs)


@pytest.mark.parametrize("key", ["id", "login", "phone", "ip", "mac"])
def test_every_key_finds_the_same_port(town: Town, key: str) -> None:
    home = next(home for home in homes(town) if home.service is Service.PPPOE)
    text = home.macs[0] if key == "mac" else str(getattr(home, key))
    found = look(town, text)
    assert found.subscriber == home.id
    assert (found.places[0].device, found.places[0].port) == home.port


def test_a_lease_with_option_82_speaks_for_the_port_too(town: Town) -> None:
    home = next(home for home in homes(town) if home.service is Service.DHCP)
    found = look(town, home.id)
    assert {one.way for one in found.places[0].sightings} == {Way.FORWARDING, Way.CIRCUIT}


def test_a_cable_in_another_port_is_a_finding(town: Town) -> None:
    with town.fault("other-port") as home:
        found = look(town, home.id)
    assert found.agreement is Agreement.DIFFERS
    assert found.places[0].device == home.port[0]
    assert found.places[0].port != home.port[1]
    assert found.finding == "settings.access.mac-on-other-port"


def test_one_who_is_on_file_on_another_switch_is_found_over_the_aggregation(
    town: Town,
) -> None:
    home = first_on(town, "sw-1")
    elsewhere = first_on(town, "sw-3").port
    lines = (town.directory / "inventory.yaml").read_text(encoding="utf-8").splitlines()
    moved = [_moved(line, elsewhere) if f'"id": "{home.id}"' in line else line for line in lines]
    (town.directory / "moved.yaml").write_text("\n".join(moved) + "\n", encoding="utf-8")
    found = look(town, home.id, "moved.yaml")
    assert (found.places[0].device, found.places[0].port) == home.port
    assert found.agreement is Agreement.DIFFERS
    asked = {run.device for run in found.runs}
    assert {"sw-3", "sw-1"} < asked


def _moved(line: str, to: tuple[str, str]) -> str:
    row = json.loads(line.removeprefix("  - "))
    return "  - " + json.dumps(row | {"device": to[0], "port": to[1]})


def test_a_mac_of_nobody_is_looked_for_on_every_switch_and_seen_nowhere(town: Town) -> None:
    found = look(town, NOBODY)
    assert found.agreement is Agreement.NOT_SEEN
    assert not nobody_answered(found)
    asked = {run.device for run in found.runs}
    assert {f"sw-{n}" for n in range(1, 9)} <= asked


def test_one_whom_the_inventory_does_not_know_is_found_by_his_session(
    town: Town,
) -> None:
    home = first_on(town, "sw-2")
    lines = (town.directory / "inventory.yaml").read_text(encoding="utf-8").splitlines()
    rest = [line for line in lines if f'"id": "{home.id}"' not in line]
    (town.directory / "without.yaml").write_text("\n".join(rest) + "\n", encoding="utf-8")
    found = look(town, str(home.login), "without.yaml")
    assert found.agreement is Agreement.NOT_ON_FILE
    assert (found.places[0].device, found.places[0].port) == home.port


def test_agent_circuit_id_of_radius_names_switch_and_port(town: Town) -> None:
    home = next(home for home in homes(town) if home.service is Service.PPPOE)
    own = town.directory / "own.db"
    shutil.copy(town.directory / "radius.db", own)
    circuit = f"{home.port[0]} eth 0/{home.port[1].removeprefix('port')}:201"
    with closing(sqlite3.connect(own)) as radius, radius:
        for column in ("agentcircuitid", "agentremoteid"):
            radius.execute(f"ALTER TABLE radacct ADD COLUMN {column} TEXT")
        where = "UPDATE radacct SET agentcircuitid = ? WHERE username = ?"
        radius.execute(where, (circuit, home.login))
    url = town.directory / "own.url"
    url.touch(mode=0o600)
    url.write_text(f"sqlite:///{own}\n", encoding="utf-8")
    found = look(town, str(home.login), radius="own.url")
    named = [one for one in found.places[0].sightings if one.way is Way.CIRCUIT]
    assert [(one.source, one.doubtful, one.detail) for one in named] == [("radius", False, circuit)]
    assert (found.places[0].device, found.places[0].port) == home.port


def test_a_port_without_anybody_is_nobody_to_look_for(town: Town) -> None:
    with pytest.raises(UnknownSubscriberError, match="Nobody is on file"):
        look(town, "sw-1:port7777")
