"""Who is behind a root, in a table that a spreadsheet may open."""

from __future__ import annotations

import csv
import io

import pytest

from netdiag.inventory.inventory import Inventory
from netdiag.service.outages.impact import as_csv, behind_root, records, rows
from netdiag.service.setup import load_settings, open_inventory
from netdiag.store.outages import OutageError

CONFIG = "inventory:\n  - yaml: i.yaml\nstate_dir: state\n"
TOWN = """
subscribers:
  - {id: "1", login: "=cmd|'/c calc'!A1", phone: "+7 912 345 67 89", device: sw-1, port: "1"}
  - {id: "2", login: two, device: sw-2, port: "1"}
  - {id: "3", login: three, device: sw-3, port: "1"}
devices:
  - {id: core, host: 192.0.2.1, role: core, site: center}
  - {id: a, host: 192.0.2.2, role: aggregation, site: center}
  - {id: b, host: 192.0.2.3, role: aggregation, site: center}
  - {id: sw-1, host: 192.0.2.4, role: access, site: hill}
  - {id: sw-2, host: 192.0.2.5, role: access, site: hill}
  - {id: sw-3, host: 192.0.2.6, role: access}
links:
  - {device: a, parent: core}
  - {device: b, parent: core}
  - {device: sw-1, parent: a}
  - {device: sw-2, parent: a}
  - {device: sw-2, parent: b}
  - {device: sw-3, parent: b}
"""


@pytest.fixture
def inventory(tmp_path):
    (tmp_path / "netdiag.yaml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "i.yaml").write_text(TOWN, encoding="utf-8")
    made: Inventory = open_inventory(load_settings(str(tmp_path / "netdiag.yaml")))
    yield made
    made.close()


def test_a_redundant_device_goes_on_and_is_told_to_be_weak(inventory) -> None:
    found = behind_root(inventory, "a")
    assert found.subscribers == ("1",)
    assert found.devices == ("sw-1",)
    assert found.weakened == ("sw-2",)


def test_both_redundant_devices_together_take_what_either_alone_does_not(inventory) -> None:
    found = behind_root(inventory, "a+b")
    assert set(found.subscribers) == {"1", "2", "3"}
    assert set(found.devices) == {"sw-1", "sw-2", "sw-3"}
    assert found.weakened == ()


def test_a_site_is_all_its_devices(inventory) -> None:
    assert set(behind_root(inventory, "site:hill").subscribers) == {"1", "2"}


@pytest.mark.parametrize("root", ["nowhere", "site:nowhere", "a+nowhere"])
def test_a_root_that_is_not_there_is_refused(inventory, root: str) -> None:
    with pytest.raises(OutageError, match="nowhere"):
        behind_root(inventory, root)


def test_contacts_are_only_where_they_are_allowed_and_no_cell_is_a_formula(inventory) -> None:
    behind = behind_root(inventory, "a")
    people = records(inventory, behind)
    plain = as_csv(rows(behind, people, contacts=False), contacts=False)
    assert "912" not in plain
    text = as_csv(rows(behind, people, contacts=True), contacts=True)
    row = next(csv.DictReader(io.StringIO(text)))
    assert row["login"].startswith("'=")
    assert row["phone"].startswith("+7 912")
    assert (row["device"], row["port"]) == ("sw-1", "1")
