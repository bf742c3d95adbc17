"""Our platforms are told from recorded sysDescr and sysObjectID pairs."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import identification
from netdiag.model.content import Content
from netdiag.probing.identify import identify

# Named so in the recordings, but without the mark of the system in sysDescr and sysObjectID.
UNMARKED = {"cisco_ios": 3, "linux": 2}


@pytest.mark.recordings
def test_switches_and_routers_are_told_apart_without_a_false_one(
    content: Content, data: Path
) -> None:
    told = identification.measure(data, content)
    assert told.devices > 1500
    for name, row in told.table().items():
        assert row["missed"] == UNMARKED.get(name, 0), told.examples
        if name != "linux":
            assert row["wrong"] == 0, told.examples
            assert row["right"] >= 10
    assert told.right["linux"] > 40
    # What is wrongly taken for Linux is Linux, inside a device that bears another name.
    assert told.wrong["linux"] == told.appliances


@pytest.mark.parametrize(
    ("oid", "descr", "wanted"),
    [
        (".1.3.6.1.4.1.171.10.64.1", "DES-3526 Fast-Ethernet Switch", "dlink_ds"),
        ("1.3.6.1.4.1.171.10.37.1", "DAP-2590 access point", None),
        ("1.3.6.1.4.1.35265.1.81", "MES2324FB 28-port 1G/10G Managed Switch", "eltex"),
        ("1.3.6.1.4.1.9.1.1208", "Cisco IOS Software, C2960S Software", "cisco_ios"),
        ("1.3.6.1.4.1.9.1.1208", "Cisco IOS XR Software (ASR9K)", None),
        ("1.3.6.1.4.1.9.12.3.1", "Cisco NX-OS(tm) n5000", None),
        ("1.3.6.1.4.1.14988.1", "RouterOS RB760iGS", "mikrotik_routeros"),
        ("1.3.6.1.4.1.14988.2", "CSS326-24G-2S+ SwOS v2.13", None),
        ("1.3.6.1.4.1.1498", "", None),
        ("", "Huawei Versatile Routing Platform Software", "huawei_vrp"),
        ("1.3.6.1.4.1.99999.1", "Huawei Versatile Routing Platform Software", None),
        ("", "", None),
    ],
)
def test_a_platform_is_known_by_its_branch_and_its_description(
    oid: str, descr: str, wanted: str | None, content: Content
) -> None:
    assert identify(oid, descr, content) == wanted
