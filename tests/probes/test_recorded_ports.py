"""What the probes read of recorded ports is what two other readers made of the same files."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import ports, snmprec
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
