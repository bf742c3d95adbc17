"""Finding people in the town."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_town import TOWN, Open

from netdiag.inventory.found import FoundKind
from netdiag.inventory.inventory import Inventory
from netdiag.inventory.keys import By
from netdiag.model.errors import InventoryUnavailableError
from netdiag.model.subscriber import Attachment
from netdiag.model.words import AccessKind, Role, ServiceKind


@pytest.mark.parametrize(
    ("key", "by"),
    [
        ("100234", By.ID),
        ("petrov", By.LOGIN),
        ("PETROV", By.LOGIN),
        ("100.64.0.7", By.IP),
        ("AA:BB:CC:00:00:01", By.MAC),
        ("aabb.cc00.0002", By.MAC),
        ("aabbcc000002", By.MAC),
        ("sw-12:7", By.PORT),
        ("SW-12 : 7", By.PORT),
        ("id:100234", By.ID),
    ],
)
def test_every_kind_of_key_finds_the_petrov_flat(town: Inventory, key: str, by: By) -> None:
    found = town.find(key)
    assert found.kind is FoundKind.ONE
    assert found.by is by
    assert found.subscriber is not None
    assert found.subscriber.id == "100234"


def test_a_subscriber_is_read_whole(town: Inventory) -> None:
    petrov = town.subscriber("100234")
    assert petrov is not None
    assert petrov.macs == ("aa:bb:cc:00:00:01", "aa:bb:cc:00:00:02")
    assert petrov.service is ServiceKind.PPPOE
    assert petrov.access is AccessKind.COPPER
    assert petrov.extra == {"account_balance": "-120.5"}
    at = petrov.attachment
    assert at is not None
    assert (at.device, at.port, at.vlan, at.bng) == ("sw-12", "7", 200, "bng-1")
    assert at.valid_from is not None
    assert at.valid_from.date().isoformat() == "2026-03-01"


def test_a_phone_of_two_contracts_is_ambiguous_and_names_both(town: Inventory) -> None:
    found = town.find("8 (912) 345-67-89")
    assert found.ambiguous
    assert found.by is By.PHONE
    assert [s.id for s in found.subscribers] == ["100234", "100235"]
    assert found.subscriber is None


def test_a_free_port_of_a_known_device_is_a_port(town: Inventory) -> None:
    found = town.find("sw-12:24")
    assert found.kind is FoundKind.PORT
    assert found.attachment == Attachment(device="sw-12", port="24")


@pytest.mark.parametrize("key", ["nobody", "sw-99:7", "", "89990000000", "aa:bb:cc:00:00:99"])
def test_a_key_that_nobody_has_finds_nobody(town: Inventory, key: str) -> None:
    assert town.find(key).kind is FoundKind.NOBODY


def test_a_device_has_its_own_options_and_credentials(town: Inventory) -> None:
    device = town.device("SW-12")
    assert device is not None
    assert (device.id, device.host, device.role) == ("sw-12", "127.0.0.12", Role.ACCESS)
    assert device.credentials == "access"
    assert device.options == {"snmp.version": "2c"}
    assert town.device("sw-99") is None


def test_devices_of_a_site(town: Inventory) -> None:
    assert [d.id for d in town.devices_of_site("River")] == ["sw-12", "sw-13"]
    assert len(town.devices()) == 5


def test_neighbours_are_other_ports_of_the_device_the_nearest_first(
    tmp_path: Path, opened: Open
) -> None:
    rows = "".join(f"s{n};sw-1;1/0/{n}\n" for n in (1, 2, 3, 9, 10, 11, 24))
    (tmp_path / "s.csv").write_text(f"id;device;port\n{rows}s0;sw-1;\n")
    inventory = opened("- csv: {subscribers: s.csv}")
    found = inventory.neighbours(Attachment(device="sw-1", port="1/0/10"), limit=3)
    assert [a.port for a in found] == ["1/0/9", "1/0/11", "1/0/3"]
    assert inventory.neighbours(Attachment(port="1")) == ()
    assert inventory.neighbours(Attachment(device="sw-2", port="1")) == ()


def test_the_first_source_that_knows_a_subscriber_wins_even_when_another_matched(
    tmp_path: Path, opened: Open
) -> None:
    (tmp_path / "town.yaml").write_text(TOWN)
    (tmp_path / "moved.yaml").write_text(
        "subscribers:\n  - {id: '100234', login: petrov, device: sw-13, port: '1'}\n"
    )
    inventory = opened("- yaml: moved.yaml\n- yaml: town.yaml")
    found = inventory.find("100.64.0.7")  # only town.yaml knows the address
    assert found.attachment is not None
    assert (found.attachment.device, found.attachment.port) == ("sw-13", "1")


def test_two_subscribers_of_two_sources_with_one_phone_are_ambiguous(
    tmp_path: Path, opened: Open
) -> None:
    (tmp_path / "a.yaml").write_text("subscribers:\n  - {id: a1, phone: '234567'}\n")
    (tmp_path / "b.yaml").write_text("subscribers:\n  - {id: b1, phone: '23-45-67'}\n")
    inventory = opened("- yaml: a.yaml\n- yaml: b.yaml")
    assert [s.id for s in inventory.find("234567").subscribers] == ["a1", "b1"]


def test_a_contract_number_wins_over_the_same_phone_number(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "a.yaml").write_text(
        "subscribers:\n  - {id: x, phone: '100234'}\n  - {id: '100234'}\n"
    )
    inventory = opened("- yaml: a.yaml")
    assert [s.id for s in inventory.find("100234").subscribers] == ["100234"]
    assert [s.id for s in inventory.find("phone:100234").subscribers] == ["x"]


def test_devices_merge_by_id_the_first_source_first(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "own.yaml").write_text(
        "devices:\n  - {id: SW-1, credentials: old, options: {snmp.version: '1'}}\n"
    )
    (tmp_path / "all.csv").write_text(
        "id,host,role,platform,options.snmp.version,options.snmp.port\n"
        "sw-1,127.0.0.1,access,eltex,2c,1161\n"
    )
    device = opened("- yaml: own.yaml\n- csv: {devices: all.csv}").device("sw-1")
    assert device is not None
    assert (device.host, device.platform, device.credentials) == ("127.0.0.1", "eltex", "old")
    assert device.options == {"snmp.version": "1", "snmp.port": "1161"}


def test_what_one_source_knows_is_answered_while_another_is_gone(
    tmp_path: Path, opened: Open
) -> None:
    (tmp_path / "town.yaml").write_text(TOWN)
    inventory = opened("- yaml: gone.yaml\n- yaml: town.yaml")
    found = inventory.find("petrov")
    assert found.kind is FoundKind.ONE
    assert "gone.yaml cannot be read" in found.notes[0]
    assert inventory.unavailable()
    with pytest.raises(InventoryUnavailableError, match=r"gone\.yaml.*correct its path"):
        inventory.find("nobody")
    with pytest.raises(InventoryUnavailableError):
        inventory.subscriber("1")
    with pytest.raises(InventoryUnavailableError):
        inventory.device("sw-99")


def test_sources_describe_themselves(town: Inventory) -> None:
    (state,) = town.describe()
    assert (state.kind, state.subscribers, state.devices, state.links) == ("yaml", 3, 5, 4)
    assert state.available
    assert state.as_of is not None


def test_a_radio_finds_its_subscriber_and_tells_him_from_the_sector(
    tmp_path: Path, opened: Open
) -> None:
    (tmp_path / "s.csv").write_text(
        "id;mac;radio_mac;access;device;port\n"
        "1;02aa.0000.0001;02AA00000011;wireless;ap-1;wlan1\n"
        "2;02aa.0000.0002;no MAC;wireless;ap-1;wlan1\n"
    )
    inventory = opened("- csv: {subscribers: s.csv}")
    found = inventory.find("02-aa-00-00-00-11")
    assert [one.id for one in found.subscribers] == ["1"]
    assert found.attachment is not None
    assert found.attachment.radio_mac == "02:aa:00:00:00:11"
    assert [one.id for one in inventory.find("ap-1:wlan1").subscribers] == ["1", "2"]
    assert any("radio_mac must be 12 hexadecimal digits" in str(p) for p in inventory.problems())
