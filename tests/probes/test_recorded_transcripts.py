"""Command transcripts of real devices, read by the templates of our probes."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import transcripts as parsed
from bench.transcripts import expected, genie, rows_of
from netdiag.model.content import Content
from netdiag.model.wire import Answer
from tests.probes.reading import probe_of, read, value_of

pytestmark = pytest.mark.recordings

INTERFACES = "huawei_vrp/display_interface"


def transcripts(data: Path, folder: str) -> list[Path]:
    found = sorted((data / "cli" / "ntc" / folder).glob("*.raw"))
    if not found:
        pytest.skip(f"no transcripts in {folder}")
    return found


def test_every_row_of_every_command_that_we_send_is_read(content: Content, data: Path) -> None:
    told = parsed.measure(data, content)
    assert not told.missed
    assert told.read == told.expected
    assert set(told.read) == {f"{one.platform}/{one.probe}" for one in parsed.TRANSCRIPTS}
    assert sum(told.read.values()) >= 300


def test_huawei_interfaces_read_as_expected(content: Content, data: Path) -> None:
    compared = 0
    for raw in transcripts(data, INTERFACES):
        ours = {str(r["port"]): r for r in rows_of(content, "huawei_vrp", "port-status-cli", raw)}
        for port in expected(raw):
            row = ours[port["interface"]]
            assert str(row["admin_oper"]).split()[0].upper() == port["link_status"].split()[0]
            assert (row["speed"] or "") == port["speed"]
            assert (row["duplex"] or "") == port["duplex"]
            assert (row["negotiation"] or "") == port["negotiation"]
            compared += 1
    assert compared >= 39


def test_huawei_macs_and_cable_tests_read_as_expected(content: Content, data: Path) -> None:
    raw = transcripts(data, "huawei_vrp/display_mac-address")[0]
    ours = rows_of(content, "huawei_vrp", "fdb-port-cli", raw)
    assert [(r["mac"], r["vlan"], r["port"], r["kind"]) for r in ours if r["mac"]] == [
        (e["destination_address"], e["vlan_id"], e["destination_port"], e["type"])
        for e in expected(raw)
    ]
    raw = transcripts(data, "huawei_vrp/virtual-cable-test")[0]
    row, wanted = rows_of(content, "huawei_vrp", "cable-test", raw)[0], expected(raw)[0]
    for pair in "abcd":
        assert row[f"state_{pair}"] == wanted[f"pair_{pair}_state"]
        assert row[f"length_{pair}"] == wanted[f"pair_{pair}_length"]


def test_eltex_ports_become_facts(content: Content, data: Path) -> None:
    compared = 0
    probe = probe_of(content, "eltex", "port-status-cli")
    for raw in transcripts(data, "eltex/show_interfaces_status"):
        rows = rows_of(content, "eltex", "port-status-cli", raw)
        for port in expected(raw):
            if port["interface"].startswith("Po"):  # aggregates stand in a table of their own
                continue
            given = {"port": port["interface"]}
            facts = {
                n: value_of(r) for n, r in read(content, probe, Answer(rows=rows), given).items()
            }
            assert facts["port.oper_status"] == port["link_state"].lower()
            speed = int(port["speed"]) if port["speed"].isdecimal() else "<not_supported>"
            assert facts["port.speed_mbps"] == speed
            duplex = {"Full": "full", "Half": "half"}.get(port["duplex"], "<not_supported>")
            assert facts["port.duplex"] == duplex
            compared += 1
    assert compared > 100


def test_cisco_blocked_ports_read_as_expected(content: Content, data: Path) -> None:
    for raw in transcripts(data, "cisco_ios/show_interfaces_status_err-disabled"):
        ours = rows_of(content, "cisco_ios", "port-block-cli", raw)
        assert [(r["port"], r["reason"]) for r in ours] == [
            (e["interface"], e["port_error"]) for e in expected(raw)
        ]
    for raw, wanted in genie(data, "ShowInterfacesStatusErrDisabled"):
        ours = rows_of(content, "cisco_ios", "port-block-cli", raw)
        assert [r["reason"] for r in ours] == [v["reason"] for v in wanted["interfaces"].values()]


def test_cisco_macs_read_as_expected(content: Content, data: Path) -> None:
    compared = 0
    for raw in transcripts(data, "cisco_ios/show_mac-address-table"):
        rows = rows_of(content, "cisco_ios", "fdb-port-cli", raw)
        # The oldest systems print the VLAN behind the type: it stays unknown, the MAC does not.
        ours = {(r["mac"], r["vlan"]) for r in rows}
        for entry in expected(raw):
            if entry.get("type", "").lower() == "dynamic" and entry["vlan_id"].isdecimal():
                mac, vlan = entry["destination_address"], entry["vlan_id"]
                assert ours & {(mac, vlan), (mac, None)}, (raw.name, entry)
                compared += 1
    assert compared > 20


def test_cisco_cable_tests_and_port_security_read_as_expected(content: Content, data: Path) -> None:
    pairs = 0
    for raw, wanted in genie(data, "ShowCableDiagnosticsTdrInt"):
        port, tests = next(iter(wanted["interface"].items()))
        ours = {r["pair"]: r for r in rows_of(content, "cisco_ios", "cable-result", raw)}
        assert next(r["port"] for r in ours.values() if r["port"]) == port
        for pair, test in tests["pairs"].items():
            assert ours[pair]["state"] == test["status"]
            assert (ours[pair]["length"] or "N/A") == test["length"]
            pairs += 1
    assert pairs >= 8
    for raw, wanted in genie(data, "ShowPortSecurityInterface"):
        ours = {
            r["name"]: r["value"] for r in rows_of(content, "cisco_ios", "port-security-cli", raw)
        }
        assert ours["Port Status"] == wanted["port_status"]
        assert ours["Security Violation Count"] == str(wanted["sec_violation_cnt"])


def test_dlink_transcripts_become_facts(content: Content, data: Path) -> None:
    extra = data / "cli" / "extra"
    facts: dict[str, object] = {}
    for probe_id, name in (
        ("port-status-cli", "dlink_des3010g_show_ports"),
        ("port-errors-cli", "dlink_des3010g_show_error_ports"),
        ("fdb-port-cli", "dlink_des3010g_show_fdb_port"),
        ("cable-test", "dlink_des3010g_cable_diag_ok"),
    ):
        probe = probe_of(content, "dlink_ds", probe_id)
        reply = Answer(rows=rows_of(content, "dlink_ds", probe_id, extra / f"{name}.raw"))
        facts |= {n: value_of(r) for n, r in read(content, probe, reply, {"port": "8"}).items()}
    assert facts["port.oper_status"] == "up"
    assert facts["port.speed_mbps"] == 100
    assert facts["port.duplex"] == "full"
    assert facts["port.fcs_errors"] == 0
    assert facts["port.late_collisions"] == 0
    assert facts["fdb.vlan"] == 2
    assert facts["port.mac_count"] == 1
    assert facts["cable.pair1.state"] == "ok"
    assert facts["cable.pair1.length_m"] == 8
