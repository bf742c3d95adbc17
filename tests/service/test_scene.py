"""The scene: a port that leads to another device is an uplink for all that disturbs."""

from pathlib import Path

import pytest

from netdiag.content.yaml import load_text
from netdiag.inventory.build import open_inventory
from netdiag.inventory.config import read_sources
from netdiag.inventory.inventory import Inventory
from netdiag.model.content import Content
from netdiag.model.secret import Secret
from netdiag.model.subscriber import Attachment, Subscriber
from netdiag.service.diagnosis.scene import set_scene
from netdiag.settings import Settings
from tests.conftest import NOW

TOWN = """\
devices:
  - {id: core-1, host: 127.0.0.1, role: core}
  - {id: agg-1, host: 127.0.0.1, role: aggregation}
  - {id: agg-2, host: 127.0.0.1, role: aggregation}
  - {id: sw-1, host: 127.0.0.1, role: access}
  - {id: sw-2, host: 127.0.0.1, role: access}
links:
  - {device: agg-1, parent: core-1}
  - {device: agg-2, parent: core-1}
  - {device: sw-1, parent: agg-1, device_port: ge1, parent_port: "3"}
  - {device: sw-1, parent: agg-2, device_port: ge2, parent_port: "3"}
  - {device: sw-2, parent: sw-1, device_port: "25", parent_port: ge3}
subscribers: []
"""


@pytest.fixture
def town(tmp_path: Path) -> Inventory:
    (tmp_path / "town.yaml").write_text(TOWN, encoding="utf-8")
    tree = load_text("[{yaml: town.yaml}]", "netdiag.yaml")
    return open_inventory(read_sources(tree, tmp_path, lambda _: Secret("")), tmp_path)


@pytest.mark.parametrize(
    ("port", "leads"), [("ge1", True), ("GE2", True), ("ge3", True), ("7", False)]
)
def test_both_uplinks_and_the_way_to_a_switch_below_are_uplinks(
    town: Inventory, content: Content, port: str, leads: bool
) -> None:
    someone = Subscriber(id="x", attachment=Attachment(device="sw-1", port=port))
    assert set_scene(someone, town, Settings(), content, NOW).on_uplink is leads
