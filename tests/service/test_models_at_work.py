"""A device is treated as the model that it told to be when it was last asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from netdiag.content.yaml import load_text
from netdiag.inventory.build import open_inventory
from netdiag.inventory.config import read_sources
from netdiag.inventory.inventory import Inventory
from netdiag.model.content import Content
from netdiag.model.fact import Fact, Source
from netdiag.model.probe import TargetKind
from netdiag.model.secret import Secret
from netdiag.model.subscriber import Attachment, Subscriber
from netdiag.model.wire import Target
from netdiag.probing.plan import errands
from netdiag.service.diagnosis.scene import set_scene
from netdiag.settings import Credentials, Settings
from tests.conftest import NOW

TOWN = """\
devices:
  - {id: sw-1, host: 127.0.0.1, role: access, platform: dlink_ds}
  - {id: sw-2, host: 127.0.0.1, role: access, platform: edgecore}
  - {id: sw-3, host: 127.0.0.1, role: access}
subscribers: []
"""
SECRETS = {"snmp.community": Secret("c"), "ssh.username": Secret("u"), "ssh.password": Secret("p")}


@pytest.fixture
def town(tmp_path: Path) -> Inventory:
    (tmp_path / "town.yaml").write_text(TOWN, encoding="utf-8")
    tree = load_text("[{yaml: town.yaml}]", "netdiag.yaml")
    return open_inventory(read_sources(tree, tmp_path, lambda _: Secret("")), tmp_path)


def told(oid: str, descr: str) -> tuple[Fact, ...]:
    source = Source(transport="snmp", probe="system", query="system")
    values = {"device.sys_object_id": oid, "device.sys_descr": descr}
    return tuple(
        Fact(name=name, value=value, source=source, measured_at=NOW)
        for name, value in values.items()
    )


def scene_of(town: Inventory, content: Content, device: str, stored: tuple[Fact, ...] = ()):
    settings = Settings(credentials={"default": Credentials(secrets=SECRETS)})
    someone = Subscriber(id="x", attachment=Attachment(device=device, port="7"))
    return set_scene(someone, town, settings, content, NOW, stored)


def access(scene: object) -> Target:
    return scene.targets[TargetKind.ACCESS][0]  # type: ignore[attr-defined]


def asked(scene: object, content: Content) -> set[str]:
    return {errand.probe.id for errand in errands(content, scene)[0]}  # type: ignore[arg-type]


def test_what_a_switch_told_last_time_decides_how_it_is_asked(
    town: Inventory, content: Content
) -> None:
    new = told("1.3.6.1.4.1.171.10.137.2.1", "DGS-1510-28 Gigabit Ethernet SmartPro Switch")
    before, after = scene_of(town, content, "sw-1"), scene_of(town, content, "sw-1", new)
    assert access(before).platform == "dlink_ds"
    assert access(after).platform == "dlink_ds/dlinksw"
    assert {"cable-test", "cable-result"} <= asked(before, content)
    assert "cable-result-new" not in asked(before, content)
    assert "cable-result-new" in asked(after, content)
    assert not {"cable-test", "cable-result"} & asked(after, content)


def test_an_old_switch_is_asked_gently(town: Inventory, content: Content) -> None:
    old = told("1.3.6.1.4.1.171.10.64.1", "DES-3526 Fast-Ethernet Switch")
    target = access(scene_of(town, content, "sw-1", old))
    assert target.options["snmp.walk"] == "getnext"
    assert target.limits.timeout_s == 4
    assert target.limits.min_interval_s == 0.1
    assert target.limits.sessions == 1


def test_the_branch_of_a_model_is_a_fact(town: Inventory, content: Content) -> None:
    ecs = told("1.3.6.1.4.1.259.10.1.45.105", "ECS4120-28Fv2")
    fact = scene_of(town, content, "sw-2", ecs).facts.fact("device.mib_branch")
    assert fact is not None
    assert fact.value == "10.1.45"
    assert scene_of(town, content, "sw-2").facts.fact("device.mib_branch") is None


def test_a_device_without_a_platform_gets_the_one_it_told(
    town: Inventory, content: Content
) -> None:
    snr = told("1.3.6.1.4.1.40418.7.53", "SNR-S2990X-24FQ Device, Compiled Jan 10")
    assert access(scene_of(town, content, "sw-3", snr)).platform == "snr"
    assert access(scene_of(town, content, "sw-3")).platform == "generic"
