"""Light and radio signal against their own past: whole days through the store, over the wire."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest_asyncio

from netdiag.lab.routeros_api import NO_SUCH_COMMAND, Command, Reply, RouterosApiServer
from netdiag.model.verdict import Diagnosis
from netdiag.service.app import App
from netdiag.service.diagnosis.diagnose import Request
from tests.service.olt_peer import READ, Olt, Ont

MAC = "02:AA:00:00:00:61"
ON_FIBRE, ON_RADIO = "100501", "100502"
CONFIG = """\
inventory:
  - yaml: inventory.yaml
state_dir: state
credentials:
  default:
    snmp: {version: 2c, community: {file: ro}}
    routeros: {username: netdiag, password: {file: pw}}
billing: {url: {file: billing}, query: "SELECT state FROM accounts WHERE id = :id"}
"""


class Router:
    """A router with both sessions up, and the access point of one of them."""

    def __init__(self) -> None:
        self.signal = -58
        self.server = RouterosApiServer(users={"netdiag": "pw-8"}, handler=self.rows)

    async def rows(self, command: Command) -> Reply:
        registered = {"interface": "wlan1", "uptime": "1d", "signal-strength": f"{self.signal}dBm"}
        ping = {"seq": "9", "sent": "10", "received": "10", "packet-loss": "0", "avg-rtt": "2ms"}
        tables: Mapping[str, Reply] = {
            "/system/resource/print": [{"uptime": "3w", "version": "7.16", "cpu-load": "3"}],
            "/interface/print": [{"name": "wlan1", "type": "wlan", "disabled": "false"}],
            "/interface/wireless/registration-table/print": [
                {".id": "*1", "mac-address": MAC, "signal-to-noise": "40", **registered}
            ],
            "/ppp/active/print": [
                {"name": "fibre", "uptime": "5d", "address": "127.0.0.1", "service": "pppoe"},
                {"name": "radio", "uptime": "5d", "address": "127.0.0.1", "service": "pppoe"},
            ],
            "/tool/ping": [ping],
        }
        return tables.get(command.path, NO_SUCH_COMMAND)


class Town:
    """One OLT, one router, and the billing of both subscribers."""

    app: App

    def __init__(self, folder: Path) -> None:
        self.config = folder / "netdiag.yaml"
        self.ont = Ont(serial=b"HWTC\0\0\0\x05")
        self.olt = Olt(onts={5: self.ont})
        self.router = Router()

    def lay_out(self, folder: Path, olt_port: int) -> None:
        """The files of the site."""
        (folder / "ro").write_bytes(READ)
        (folder / "pw").write_text("pw-8", encoding="utf-8")
        (folder / "billing").write_text(f"sqlite:///{folder / 'b.db'}", encoding="utf-8")
        with sqlite3.connect(folder / "b.db") as base:
            base.execute("CREATE TABLE accounts (id TEXT, state TEXT)")
            rows = [(ON_FIBRE, "active"), (ON_RADIO, "active")]
            base.executemany("INSERT INTO accounts VALUES (?, ?)", rows)
        api = f'options: {{routeros.port: "{self.router.server.port}"}}'
        kind, host = "platform: mikrotik_routeros", "host: 127.0.0.1"
        (folder / "inventory.yaml").write_text(
            "subscribers:\n"
            f'  - {{id: "{ON_FIBRE}", login: fibre, service: pppoe, access: pon, device: olt-1, '
            'port: "0/1/0:5", bng: bng-1, onu_sn: HWTC00000005}\n'
            f'  - {{id: "{ON_RADIO}", login: radio, service: pppoe, access: wireless, '
            f'device: ap-1, port: wlan1, bng: bng-1, radio_mac: "{MAC}"}}\n'
            "devices:\n"
            f"  - {{id: olt-1, {host}, role: olt, platform: huawei_smartax, "
            f'options: {{snmp.port: "{olt_port}"}}}}\n'
            f"  - {{id: ap-1, {host}, role: ap, {kind}, {api}}}\n"
            f"  - {{id: bng-1, {host}, role: bng, {kind}, {api}}}\n",
            encoding="utf-8",
        )
        self.config.write_text(CONFIG, encoding="utf-8")

    async def asked(self, who: str, days_ago: float) -> Diagnosis:
        """The diagnosis as it would have been made so many days ago."""
        self.app.diagnoser.clock = lambda: datetime.now(UTC) - timedelta(days=days_ago)
        return await self.app.diagnose(who, Request(deadline_s=15))


@pytest_asyncio.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    place = Town(tmp_path)
    socket, port = await place.olt.serve()
    await place.router.server.start()
    place.lay_out(tmp_path, port)
    async with App.open(str(place.config)) as place.app:
        yield place
    socket.close()
    await place.router.server.close()


async def test_light_three_decibels_below_its_month_is_a_fault_though_the_level_is_fine(
    town: Town,
) -> None:
    for days_ago in (9, 8, 7):
        told = await town.asked(ON_FIBRE, days_ago)
        assert told.verdict.fault == "none.ok"
    town.ont.rx = -2350  # was -19.5 all the time
    told = await town.asked(ON_FIBRE, 0)
    drop = told.facts.fact("onu.rx_drop_db")
    assert drop is not None
    assert drop.value == 4.0
    assert told.verdict.fault == "provider.pon.weak-optical"
    assert "onu.rx_drop_db" in {fact.name for fact in told.verdict.evidence.supports}


async def test_without_a_past_the_same_light_is_no_fault(town: Town) -> None:
    town.ont.rx = -2350
    told = await town.asked(ON_FIBRE, 0)
    assert told.verdict.fault != "provider.pon.weak-optical"
    assert told.facts.fact("onu.rx_drop_db") is None


async def test_a_radio_that_lost_ten_decibels_has_moved_though_the_signal_would_do(
    town: Town,
) -> None:
    for days_ago in (9, 8, 7):
        told = await town.asked(ON_RADIO, days_ago)
        assert told.verdict.fault == "none.ok"
    town.router.signal = -69
    told = await town.asked(ON_RADIO, 0)
    drop = told.facts.fact("radio.signal_drop_db")
    assert drop is not None
    assert drop.value == 11.0
    assert told.verdict.fault == "provider.wireless.weak-signal"


async def test_an_onu_that_went_off_again_and_again_is_counted_from_look_to_look(
    town: Town,
) -> None:
    for minutes in (50, 40, 30, 20, 10, 5):
        town.ont.went = datetime.now(UTC) - timedelta(minutes=minutes + 1)
        told = await town.asked(ON_FIBRE, minutes / 1440)
    flaps = told.facts.fact("onu.flaps_24h")
    assert flaps is None
    told = await town.asked(ON_FIBRE, 0)
    flaps = told.facts.fact("onu.flaps_24h")
    assert flaps is not None
    assert flaps.value == 5
