"""Our platforms are told from 1,571 recorded sysDescr and sysObjectID pairs."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from netdiag.model.content import Content

pytestmark = pytest.mark.recordings

# Word of the recordings (an operating system name, or how it begins) → our platform.
SWITCHES = {
    "routeros": "mikrotik_routeros",
    "dlink": "dlink_ds",
    "eltex-mes": "eltex",
    "ios": "cisco_ios",
    "vrp": "huawei_vrp",
}
OTHERS = ("iosxr", "dlinkap")
# Named so in the recordings, but without the mark of the system in sysDescr or sysObjectID.
UNMARKED = {
    "Global Site Selector",
    "IE1000 Industrial Ethernet Switch, Version: 1.8.2#2020-08-13T23:48:09+00:00",
    "Cisco IE3200-8T2S FVH2849L0CA 261 V 17 12 4",
    "Versatile Routing Platform Software",
}


def identify(content: Content, object_id: str, descr: str) -> str | None:
    """The platform with the longest matching prefix whose sysDescr pattern fits too."""
    fits: list[tuple[int, str]] = []
    for platform in content.platforms.values():
        prefixes = [p for p in platform.sys_object_ids if f"{object_id}.".startswith(f"{p}.")]
        if prefixes and (not platform.sys_descr or re.search(platform.sys_descr, descr)):
            fits.append((max(map(len, prefixes)), platform.id))
    return max(fits)[1] if fits else None


def _rows(data: Path) -> list[dict[str, str]]:
    with (data / "ident.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def _expected(system: str) -> str | None:
    if system.startswith(OTHERS):
        return None
    return next((ours for word, ours in SWITCHES.items() if system.startswith(word)), None)


def test_switches_and_routers_are_told_apart_without_a_false_one(
    content: Content, data: Path
) -> None:
    rows = _rows(data)
    assert len(rows) > 1500
    wrong, right = [], 0
    for row in rows:
        wanted = _expected(row["librenms_os"])
        got = identify(content, row["sysObjectID"], row["sysDescr"])
        if got == "linux":  # Linux under another name is Linux still
            got = None
        if row["sysDescr"] in UNMARKED:
            wanted = None
        right += wanted is not None and got == wanted
        if got != wanted:
            wrong.append((row["librenms_os"], row["sysObjectID"], row["sysDescr"], got))
    assert not wrong
    assert right >= 95


def test_net_snmp_on_linux_is_linux(content: Content, data: Path) -> None:
    systems = [
        r for r in _rows(data) if r["librenms_os"] == "linux" and r["sysDescr"].startswith("Linux")
    ]
    assert len(systems) > 40
    assert all(identify(content, r["sysObjectID"], r["sysDescr"]) == "linux" for r in systems)
