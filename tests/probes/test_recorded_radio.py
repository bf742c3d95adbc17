"""Recorded access points: every level is what LibreNMS made of the same number."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import radio
from bench.asking import NOW, put
from bench.ports import platform_of
from bench.snmprec import load
from netdiag.content.values import typed
from netdiag.model.content import Content
from netdiag.model.fact import Fact, Facts, Source


@pytest.mark.recordings
def test_levels_of_recorded_access_points_read_as_others_read_them(
    content: Content, data: Path
) -> None:
    told = radio.measure(data, content)
    assert not told.differing
    assert sum(told.compared.values()) > 60
    assert {"radio.ap_rx_dbm", "radio.cpe_rx_dbm", "ap.airtime_pct"} <= set(told.compared)


TABLE = "1.3.6.1.4.1.14988.1.1.1"
RECORDED = f"""\
1.3.6.1.2.1.1.1.0|4|RouterOS RB912
1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.14988.1
{TABLE}.2.1.3.2.170.0.0.0.97.1|2|-82
{TABLE}.2.1.12.2.170.0.0.0.97.1|2|24
{TABLE}.2.1.3.2.170.0.0.0.98.9|2|-49
{TABLE}.3.1.6.1|65|1
{TABLE}.3.1.7.1|2|5745
{TABLE}.3.1.9.1|2|-107
"""


@pytest.mark.parametrize(
    ("mac", "facts"),
    [
        ("02:aa:00:00:00:61", {"radio.registered": True, "radio.ap_rx_dbm": -82}),
        ("02:aa:00:00:00:62", {"radio.registered": True, "radio.ap_rx_dbm": -49}),
        ("02:aa:00:00:00:63", {"radio.registered": False}),
    ],
)
def test_a_radio_is_found_by_its_mac_whatever_interface_it_hangs_on(
    tmp_path: Path, content: Content, mac: str, facts: dict[str, object]
) -> None:
    (tmp_path / "ap.snmprec").write_text(RECORDED, encoding="utf-8")
    recording = load(tmp_path / "ap.snmprec")
    platform = platform_of(recording, content)
    probe = next(p for p in content.probes_of(platform) if p.id == "radio-mib")
    source = Source(transport="inventory", probe="test", query="test")
    driver = typed("wireless", content.vocabulary["ap.driver"])
    known = Facts([Fact(name="ap.driver", value=driver, source=source, measured_at=NOW)])
    read = put(probe, {"radio_mac": mac, "port": "wlan1"}, known, recording.ask, content)
    told = {fact.name: fact.value for fact in read if isinstance(fact, Fact)}
    assert facts.items() <= told.items()
    assert ("radio.ap_rx_dbm" in told) == facts["radio.registered"]
