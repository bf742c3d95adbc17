"""A radio's registration is dropped under consent, its own row alone, and the verdict follows."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import pytest_asyncio

from netdiag.lab.routeros_api import (
    NO_SUCH_COMMAND,
    NO_SUCH_ITEM,
    Command,
    Reply,
    RouterosApiServer,
)
from netdiag.model.verdict import Diagnosis
from netdiag.model.wire import RouterosChange
from netdiag.service.app import App
from netdiag.service.diagnosis.diagnose import Request
from netdiag.transports.routeros_words import refusal

MAC, OTHER = "02:AA:00:00:00:61", "02:AA:00:00:00:62"
CONFIG = """\
inventory:
  - yaml: inventory.yaml
state_dir: state
credentials:
  default: {routeros: {username: netdiag, password: {file: pw}}}
"""
TABLE = "/interface/wireless/registration-table"


@dataclass
class Tower:
    """An access point that is the router, too. The radio is registered and passes nothing until
    it registers anew; `lost`: then it stays away."""

    lost: bool = False
    removed: list[str] = field(default_factory=list)
    back_at: float = 0.0
    server: RouterosApiServer = field(init=False)

    async def rows(self, command: Command) -> Reply:
        tables: Mapping[str, Reply] = {
            "/system/resource/print": [{"uptime": "3w", "version": "6.49.10", "cpu-load": "3"}],
            "/system/identity/print": [{"name": "tower"}],
            "/interface/print": [
                {
                    ".id": "*1",
                    "name": "wlan1",
                    "type": "wlan",
                    "running": "true",
                    "disabled": "false",
                }
            ],
            f"{TABLE}/print": self._registered(),
            "/ppp/active/print": self._sessions(),
        }
        if command.path == f"{TABLE}/remove":
            return self._remove(command.attributes["numbers"])
        return tables.get(command.path, NO_SUCH_COMMAND)

    def _registered(self) -> list[dict[str, str]]:
        row = {"interface": "wlan1", "uptime": "1h", "signal-strength": "-61dBm@6Mbps"}
        here = not self.removed or (not self.lost and time.monotonic() > self.back_at)
        mine = [{".id": "*1A", "mac-address": MAC, **row}] if here else []
        return [*mine, {".id": "*1B", "mac-address": OTHER, **row}]

    def _sessions(self) -> list[dict[str, str]]:
        helped = bool(self.removed) and not self.lost
        return [{"name": "petrov", "uptime": "2s", "service": "pppoe"}] if helped else []

    def _remove(self, row: str) -> Reply:
        if row != "*1A":
            return NO_SUCH_ITEM
        self.removed.append(row)
        self.back_at = time.monotonic() + 0.5
        return []


@pytest_asyncio.fixture
async def tower() -> AsyncIterator[Tower]:
    peer = Tower()
    peer.server = RouterosApiServer(
        users={"netdiag": "secret-t5"}, handler=peer.rows, version="6.49.10"
    )
    await peer.server.start()
    yield peer
    await peer.server.close()


async def asked(tower: Tower, folder: Path, *, disruptive: bool = True) -> Diagnosis:
    (folder / "pw").write_text("secret-t5", encoding="utf-8")
    (folder / "netdiag.yaml").write_text(CONFIG, encoding="utf-8")
    options = f'options: {{routeros.port: "{tower.server.port}"}}'
    (folder / "inventory.yaml").write_text(
        "subscribers:\n"
        '  - {id: "100401", login: petrov, service: pppoe, access: wireless, device: ap-1, '
        f'port: wlan1, bng: bng-1, radio_mac: "{MAC}"}}\n'
        "devices:\n"
        f"  - {{id: ap-1, host: 127.0.0.1, role: ap, platform: mikrotik_routeros, {options}}}\n"
        f"  - {{id: bng-1, host: 127.0.0.1, role: bng, platform: mikrotik_routeros, {options}}}\n",
        encoding="utf-8",
    )
    async with App.open(str(folder / "netdiag.yaml")) as app:
        acts = tuple(
            replace(p, act=replace(p.act, hold_s=0.2, settle_s=3.0), timeout_s=9.0) if p.act else p
            for p in app.content.probes
        )
        app.diagnoser.content = replace(app.content, probes=acts)
        return await app.diagnose("100401", Request(disruptive=disruptive, deadline_s=15))


async def test_a_radio_that_passes_data_again_once_it_registered_anew_had_hung(
    tower: Tower, tmp_path: Path
) -> None:
    told = await asked(tower, tmp_path)
    assert tower.removed == ["*1A"]
    assert told.verdict.fault == "provider.wireless.radio-failed"


async def test_a_radio_that_stays_away_leads_the_suspects(tower: Tower, tmp_path: Path) -> None:
    tower.lost = True
    told = await asked(tower, tmp_path)
    back = told.facts.fact("radio.back_after_reset")
    assert back is not None
    assert back.value is False
    leading = (told.verdict.fault, *told.verdict.leading)
    assert "provider.wireless.radio-failed" in leading


async def test_without_the_word_no_registration_is_dropped(tower: Tower, tmp_path: Path) -> None:
    told = await asked(tower, tmp_path, disruptive=False)
    assert tower.removed == []
    assert told.verdict.fault != "provider.wireless.radio-failed"


@pytest.mark.parametrize("rows", ["", "*1A,*1B", "wlan1", "[find]", "0"])
def test_only_one_row_by_its_own_number_is_dropped(rows: str) -> None:
    path = f"{TABLE}/remove"
    assert refusal(RouterosChange(path=path, attributes={"numbers": rows})) is not None
    assert refusal(RouterosChange(path=path, attributes={"numbers": "*1A"})) is None
    other = RouterosChange(path="/ppp/active/remove", attributes={"numbers": "*1A"})
    assert refusal(other) is not None
