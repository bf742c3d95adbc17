"""Our platforms are told from recorded sysDescr and sysObjectID pairs."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import beyond, identification
from netdiag.model.content import Content
from netdiag.probing.identify import identify


@pytest.mark.recordings
def test_switches_and_routers_are_told_apart_without_a_false_one(
    content: Content, data: Path
) -> None:
    told = identification.measure(data, content)
    assert told.devices > 1500
    assert not told.unexplained
    rows = told.table()
    assert len(rows) >= 18
    for name, row in rows.items():
        assert row["right"] >= 1, name
        if name != "linux":  # what is wrongly taken for Linux is Linux, under another name
            assert row["wrong"] == 0, told.misses
    assert len(told.misses[identification.LINUX]) == told.wrong["linux"]
    assert sum(len(them) for them in told.misses.values()) < 0.06 * told.devices


@pytest.mark.recordings
def test_every_recording_is_the_platform_that_others_took_it_for(
    content: Content, data: Path
) -> None:
    told = identification.judged(beyond.agents(data), content)
    assert told.devices > 200
    assert not told.unexplained


def test_a_miss_has_a_reason_or_is_ours(content: Content) -> None:
    def told(os_name: str, oid: str, descr: str) -> identification.Told:
        return identification.Told(name="x.snmprec", os_name=os_name, oid=oid, descr=descr)

    linux = "1.3.6.1.4.1.8072.3.2.10"
    devices = [
        told("dsm", linux, "Linux nas 4.4"),
        told("dlink", "1.3.6.1.4.1.99999.1", "a strange one"),
        told("dlink", "1.3.6.1.4.1.171.10.1", "<private>"),
        told("strange", "1.3.6.1.4.1.99999.1", "a strange one"),
        told("strange", "1.3.6.1.4.1.171.10.64.1", "DES-3526"),
    ]
    judged = identification.judged(devices, content)
    assert {why: len(them) for why, them in judged.misses.items()} == {
        identification.LINUX: 1,
        identification.OTHER_BRANCH: 1,
        identification.OTHER_PRODUCT: 1,
        "": 1,
    }
    assert judged.generic == 1


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
        ("1.3.6.1.4.1.14988.2", "CSS326-24G-2S+ SwOS v2.13", "mikrotik_switchos"),
        ("1.3.6.1.4.1.1498", "", None),
        ("", "Huawei Versatile Routing Platform Software", "huawei_vrp"),
        ("1.3.6.1.4.1.99999.1", "Huawei Versatile Routing Platform Software", None),
        ("", "", None),
        ("1.3.6.1.4.1.40418.7.53", "SNR-S2990X-24FQ Device, Compiled Jan 10", "snr"),
        ("1.3.6.1.4.1.40418.2.6", "SNR-ERD-4; SW: 2.5.9", None),
        ("1.3.6.1.4.1.9.1.3211", "Catalyst 1200 Series Smart Switch, 8-port GE", "cisco_s300"),
        ("1.3.6.1.4.1.9.1.1745", "Cisco IOS Software [Fuji], Catalyst L3 Switch", "cisco_ios"),
        ("1.3.6.1.4.1.3320.1.999.0", "BDCOM(tm) S2528-B Software, Version 2.2", "bdcom"),
        ("1.3.6.1.4.1.890.1.15", "XGS4600-32F", "zyxel_os"),
        ("1.3.6.1.4.1.890.1.15", "USG20-VPN", None),
        ("1.3.6.1.4.1.1916.2.175", "ExtremeXOS (X440-24p) version 15.5", "extreme_exos"),
        ("1.3.6.1.4.1.1916.2.337", "XA1440 (8.2.0.0_B020)", "extreme_vsp"),
        ("1.3.6.1.4.1.2011.2.23.1097", "Huawei YunShan OS Version 1.22", "huawei_vrp"),
        ("0.0", "Juniper Networks, Inc. ex2300, kernel JUNOS 20.4", "juniper_junos"),
        ("", "8-Port Gigabit Switch of a stranger", None),
    ],
)
def test_a_platform_is_known_by_its_branch_and_its_description(
    oid: str, descr: str, wanted: str | None, content: Content
) -> None:
    assert identify(oid, descr, content) == wanted
