"""What the probes read of recorded ports is what two other readers made of the same files."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import beyond, ports, recordings, snmprec
from netdiag.model.content import Content
from netdiag.model.wire import SnmpColumns, SnmpGet

RECORDED = """\
1.3.6.1.2.1.1.1.0|4|ES-28 switch
1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99999.1
1.3.6.1.2.1.2.2.1.2.10|4|Port 10
1.3.6.1.2.1.2.2.1.2.9|4e|Port\\x209
1.3.6.1.2.1.2.2.1.6.9|4x|02aa00000009
1.3.6.1.2.1.2.2.1.14.9|65|4294967295
1.3.6.1.2.1.2.2.1.14.10|65|<private>
no recording at all
"""


@pytest.mark.recordings
def test_recorded_ports_read_as_others_read_them(content: Content, data: Path) -> None:
    told = ports.measure(data, content)
    assert not told.differing.get("", [])
    assert not told.absent.get("", [])
    assert len(told.platforms) >= 15
    assert {"cisco_ios", "dlink_ds", "eltex", "huawei_vrp", "linux", "mikrotik_routeros"} <= set(
        told.platforms
    )
    assert told.ports > 7500
    assert told.facts["port.if_index"] == told.ports
    assert told.facts["port.oper_status"] > 12000
    assert told.facts["port.admin_status"] > 10000
    assert told.facts["port.speed_mbps"] > 7000
    assert told.facts["port.duplex"] > 6000
    assert told.facts["port.fcs_errors"] > 400


def test_a_recording_answers_as_an_agent_would(tmp_path: Path) -> None:
    path = tmp_path / "es-28.snmprec"
    path.write_text(RECORDED, encoding="utf-8")
    agent = snmprec.load(path)
    get = agent.ask(SnmpGet(oids={"descr": snmprec.SYS_DESCR, "gone": "1.3.6.1.2.1.1.9.0"}))
    assert get.rows == ({"descr": "ES-28 switch"},)
    columns = {
        "descr": "1.3.6.1.2.1.2.2.1.2",
        "mac": "1.3.6.1.2.1.2.2.1.6",
        "errors": "1.3.6.1.2.1.2.2.1.14",
    }
    walk = agent.ask(SnmpColumns(oids=columns))
    assert walk.rows == (
        {
            "index": "9",
            "descr": "Port 9",
            "mac": bytes.fromhex("02aa00000009"),
            "errors": 2**32 - 1,
        },
        {"index": "10", "descr": "Port 10"},
    )
    cut = agent.ask(SnmpColumns(oids=columns, max_rows=1))
    assert [row["index"] for row in cut.rows] == ["9"]
    assert cut.cut


WALK = """\
.1.3.6.1.2.1.1.1.0 = STRING: ES-28 switch
.1.3.6.1.2.1.1.2.0 = OID: .1.3.6.1.4.1.99999.1
.1.3.6.1.2.1.1.3.0 = Timeticks: (145638300) 16 days, 20:33:03.00
.1.3.6.1.2.1.2.2.1.8.9 = INTEGER: up(1)
.1.3.6.1.2.1.2.2.1.6.9 = Hex-STRING: 02 AA 00 00 00 09
.1.3.6.1.2.1.31.1.1.1.1.9 = ""
.1.3.6.1.2.1.31.1.1.1.6.9 = Counter64: 18446744073709551615
.1.3.6.1.2.1.1.5.0 = No Such Object available on this agent at this OID
and a line that goes on
"""


def test_a_text_walk_answers_as_an_agent_would(tmp_path: Path) -> None:
    path = tmp_path / "es-28.snmpwalk"
    path.write_text(WALK, encoding="utf-8")
    agent = snmprec.load(path)
    assert agent.text(snmprec.SYS_OBJECT_ID) == "1.3.6.1.4.1.99999.1"
    assert agent.values["1.3.6.1.2.1.1.3.0"] == 145638300
    assert agent.values["1.3.6.1.2.1.2.2.1.8.9"] == 1
    assert agent.values["1.3.6.1.2.1.2.2.1.6.9"] == bytes.fromhex("02aa00000009")
    assert agent.values["1.3.6.1.2.1.31.1.1.1.6.9"] == 2**64 - 1
    assert "1.3.6.1.2.1.1.5.0" not in agent.values


@pytest.mark.recordings
def test_macs_light_and_warmth_read_as_others_read_them(content: Content, data: Path) -> None:
    told = beyond.measure(data, content)
    assert not told.differing
    assert told.macs == told.macs_right > 700
    assert told.levels == told.levels_right > 60
    assert told.temperatures == told.temperatures_right > 20


PORTS = """{
 "devices": [{"os": "dlink", "sysObjectID": ".1.3.6.1.4.1.171.10.64.1"}],
 "ports": [{"ifIndex": 7, "ifName": "1/7", "ifDescr": "RMON Port 7", "ifType": "ethernetCsmacd",
            "ifOperStatus": "%s", "ifAdminStatus": "up", "ifSpeed": 100000000}]
}"""
AGENT = """\
1.3.6.1.2.1.1.1.0|4|DES-3526 Fast-Ethernet Switch
1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.171.10.64.1
1.3.6.1.2.1.2.2.1.1.7|2|7
1.3.6.1.2.1.2.2.1.2.7|4|RMON Port 7
1.3.6.1.2.1.31.1.1.1.1.7|4|1/7
1.3.6.1.2.1.2.2.1.5.7|66|100000000
1.3.6.1.2.1.2.2.1.7.7|2|1
1.3.6.1.2.1.2.2.1.8.7|2|1
"""


@pytest.mark.parametrize(
    ("oper", "differing", "explained"),
    [("up", 0, 0), ("down", 0, 1)],
)
def test_a_folder_that_lacks_parts_is_measured_by_what_it_has(
    oper: str, differing: int, explained: int, content: Content, tmp_path: Path
) -> None:
    (tmp_path / "snmp").mkdir()
    (tmp_path / "snmp_expected").mkdir()
    (tmp_path / "snmp" / "unseen.snmprec").write_text(AGENT, encoding="utf-8")
    expected = tmp_path / "snmp_expected" / "unseen.json"
    expected.write_text(PORTS % oper, encoding="utf-8")
    figures = recordings.measure(tmp_path, content)
    assert set(figures) == {"recordings", "ports", "tables_and_light", "neighbours", "onu_light"}
    assert figures["ports"]["recordings"] == 1
    assert figures["ports"]["differing"] == differing
    assert sum(figures["ports"]["differing_explained"].values()) == explained
    assert figures["recordings"]["platforms"]["dlink_ds"]["right"] == 1
    assert recordings.unexplained(figures) == differing


def test_an_empty_folder_has_nothing_to_measure(content: Content, tmp_path: Path) -> None:
    assert recordings.measure(tmp_path, content) == {}
