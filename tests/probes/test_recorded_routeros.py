"""Recorded RouterOS replies, of versions 6 and 7, read by our probes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from bench import replies as recorded
from netdiag.model.content import Content
from netdiag.model.wire import Answer, Row
from tests.probes.reading import probe_of, read, value_of

pytestmark = pytest.mark.recordings


def replies(data: Path, command: str) -> list[tuple[Row, ...]]:
    """Rows of every recorded reply to a command, as the transport hands them on: text."""
    found: list[tuple[Row, ...]] = []
    for file in sorted((data / "routeros" / "api_replies").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            recorded = json.loads(line)
            if recorded["command"].split()[0] in (command, command.removesuffix("/print")):
                found.append(tuple(_texts(row) for row in recorded["replies"]))
    assert found, f"no recorded reply to {command}"
    return found


def _texts(row: Mapping[str, object]) -> Row:
    words = {True: "true", False: "false"}
    return {k: words[v] if isinstance(v, bool) else str(v) for k, v in row.items()}


def facts(
    content: Content, probe_id: str, rows: tuple[Row, ...], given: Mapping[str, str]
) -> dict[str, object]:
    probe = probe_of(content, "mikrotik_routeros", probe_id)
    readings = read(content, probe, Answer(rows=rows), given)
    return {name: value_of(reading) for name, reading in readings.items()}


def test_no_recorded_row_of_a_menu_that_we_ask_is_unreadable(content: Content, data: Path) -> None:
    told = recorded.measure(data, content)
    assert not told.unreadable
    assert told.rows > 100
    assert len(told.facts) > 20


def test_sessions_in_three_spellings_of_their_age(content: Content, data: Path) -> None:
    for rows in replies(data, "/ppp/active/print"):
        for row in rows:
            one = facts(content, "ppp-active", (row,), {"login": str(row["name"])})
            assert one["session.state"] == "up"
            assert isinstance(one["session.uptime_s"], int)
            assert str(one["session.mac"]).upper() == row["caller-id"]
            assert one["session.ip"] == row["address"]


def test_links_and_counters_that_hardware_does_not_keep(content: Content, data: Path) -> None:
    for rows in replies(data, "/interface/ethernet/monitor"):
        for row in rows:
            one = facts(content, "port-link", (row,), {"port": str(row["name"])})
            down = row["status"] == "no-link"
            assert one["port.oper_status"] == ("down" if down else "up")
            assert (one["port.speed_mbps"] == "<not_supported>") is down
    for rows in replies(data, "/interface/ethernet/print"):
        for row in rows:
            one = facts(content, "port-ethernet", (row,), {"port": str(row["name"])})
            assert ("rx-fcs-error" in row) == (one["port.fcs_errors"] != "<not_supported>")


def test_dates_of_both_notations(content: Content, data: Path) -> None:
    read_ = 0
    for rows in replies(data, "/interface/print"):
        for row in rows:
            for probe_id, key in (
                ("port-since-up", "last-link-up-time"),
                ("port-since-down", "last-link-down-time"),
            ):
                one = facts(content, probe_id, (row,), {"port": str(row["name"])})
                assert isinstance(one["port.last_change_s"], int) is (key in row)
                read_ += key in row
    assert read_ >= 2


def test_power_over_ethernet_and_resources(content: Content, data: Path) -> None:
    states = {
        facts(content, "port-poe", (row,), {"port": str(row["name"])})["port.poe_status"]
        for rows in replies(data, "/interface/ethernet/poe/monitor")
        for row in rows
    }
    assert states == {"delivering", "off"}
    for rows in replies(data, "/system/resource/print"):
        one = facts(content, "bng-resource", rows, {})
        assert one["bng.uptime_s"] == 152668
        assert one["bng.cpu_pct"] == 4.0


def test_arp_entries_without_a_status_say_complete(content: Content, data: Path) -> None:
    for rows in replies(data, "/ip/arp/print"):
        known = {"service.ip": str(rows[0]["address"])}
        one = facts(content, "arp", rows, known)
        assert str(one["arp.mac"]).upper() == str(rows[0]["mac-address"])
        assert one["arp.status"] == "<not_supported>"
        if "complete" in rows[0]:
            assert facts(content, "arp-complete", rows, known)["arp.status"] == "reachable"


def test_local_secrets_tell_why_the_last_session_ended(content: Content, data: Path) -> None:
    for rows in replies(data, "/ppp/secret/print"):
        one = facts(content, "ppp-secret", rows, {"login": "user1"})
        assert one["session.last_terminate_cause"] == "lost_carrier"
        assert one["account.provisioned"] is True
