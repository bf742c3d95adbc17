"""An ONU is reset under consent, the subscriber's own alone, and the verdict changes with it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from netdiag.model.content import Content
from netdiag.model.touched import Touched
from netdiag.model.verdict import Diagnosis
from netdiag.service.app import App
from netdiag.service.diagnosis.diagnose import Request
from tests.service.olt_peer import READ, WRITE, Olt, Ont

HOME, NEIGHBOUR = 5, 6
PETROV = "100301"
CONFIG = """\
inventory:
  - yaml: inventory.yaml
state_dir: state
credentials:
  default: {snmp: {version: 2c, community: {file: ro}, write_community: {file: rw}}}
"""


@pytest_asyncio.fixture
async def olt() -> AsyncIterator[Olt]:
    peer = Olt(onts={HOME: Ont(serial=b"HWTC\0\0\0\x05"), NEIGHBOUR: Ont(serial=b"HWTC\0\0\0\x06")})
    socket, port = await peer.serve()
    peer.port = port  # type: ignore[attr-defined]
    yield peer
    socket.close()


def site(folder: Path, port: int, serial: str | None, *, writes: bytes = WRITE) -> str:
    """The configuration of a provider with this OLT alone."""
    onu = f', onu_sn: "{serial}"' if serial else ""
    place = f'device: olt-1, port: "0/1/0:{HOME}"{onu}'
    (folder / "ro").write_bytes(READ)
    (folder / "rw").write_bytes(writes)
    (folder / "inventory.yaml").write_text(
        "subscribers:\n"
        f'  - {{id: "{PETROV}", login: petrov, access: pon, {place}}}\n'
        "devices:\n"
        "  - {id: olt-1, host: 127.0.0.1, role: olt, platform: huawei_smartax, "
        f'options: {{snmp.port: "{port}"}}}}\n',
        encoding="utf-8",
    )
    (folder / "netdiag.yaml").write_text(CONFIG, encoding="utf-8")
    return str(folder / "netdiag.yaml")


def impatient(content: Content) -> Content:
    """The same probes; a terminal of the test restarts within a second."""
    return replace(
        content,
        probes=tuple(
            replace(p, act=replace(p.act, hold_s=0.3, settle_s=4.0), timeout_s=10.0) if p.act else p
            for p in content.probes
        ),
    )


async def asked(
    olt: Olt, folder: Path, serial: str | None, **how: object
) -> tuple[Diagnosis, list[Touched]]:
    writes = how.pop("writes", WRITE)
    assert isinstance(writes, bytes)
    config = site(folder, olt.port, serial, writes=writes)  # type: ignore[attr-defined]
    wish: Mapping[str, object] = {"disruptive": True, "ticket": "T-9", **how}
    async with App.open(config) as app:
        app.diagnoser.content = impatient(app.content)
        told = await app.diagnose(PETROV, Request(deadline_s=20, **wish))  # type: ignore[arg-type]
        return told, app.journal.lines()


async def test_a_hung_terminal_that_a_reset_brings_back_is_ours_and_the_journal_tells(
    olt: Olt, tmp_path: Path
) -> None:
    olt.onts[HOME].hung = True
    told, journal = await asked(olt, tmp_path, "HWTC00000005")
    assert olt.resets == [HOME]
    assert told.verdict.fault == "provider.pon.onu-failed"
    (line,) = [one for one in journal if one.what == "onu-reset"]
    assert (line.subscriber, line.ticket, line.device) == (PETROV, "T-9", "olt-1")
    assert line.outcome.startswith("done; run=1")


async def test_a_terminal_that_stays_away_after_the_reset_has_failed(
    olt: Olt, tmp_path: Path
) -> None:
    olt.onts[HOME].hung = olt.onts[HOME].sick = True
    told, _ = await asked(olt, tmp_path, "HWTC00000005")
    assert told.verdict.fault == "provider.pon.onu-failed"
    back = told.facts.fact("onu.back_after_reset")
    assert back is not None
    assert back.value is False


@pytest.mark.parametrize("serial", ["HWTC000000FF", None])
async def test_a_terminal_that_is_not_surely_his_is_left_alone(
    serial: str | None, olt: Olt, tmp_path: Path
) -> None:
    olt.onts[HOME].hung = True
    told, journal = await asked(olt, tmp_path, serial)
    assert (olt.resets, olt.refused, journal) == ([], [], [])
    assert told.verdict.fault != "provider.pon.onu-failed"


async def test_without_the_word_nothing_is_reset(olt: Olt, tmp_path: Path) -> None:
    olt.onts[HOME].hung = True
    told, journal = await asked(olt, tmp_path, "HWTC00000005", disruptive=False)
    assert (olt.resets, journal) == ([], [])
    assert "--disruptive" in str(told.facts.absence("onu.back_after_reset").detail)


async def test_an_olt_that_does_not_let_us_write_is_a_sentence_and_no_verdict(
    olt: Olt, tmp_path: Path
) -> None:
    olt.onts[HOME].hung = True
    told, journal = await asked(olt, tmp_path, "HWTC00000005", writes=READ)
    assert olt.resets == []
    assert olt.refused
    assert told.facts.fact("onu.back_after_reset") is None
    assert [one.outcome.startswith("refused") for one in journal] == [True]
