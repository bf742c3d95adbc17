"""What switches write into option 82 is read by the notations that were taught."""

import pytest

from netdiag.locating.circuits import read_circuit
from netdiag.locating.ports import find_port, port_of, same_port
from netdiag.model.content import Content

EDGE = tuple(f"gi1/0/{n}" for n in range(1, 25))


@pytest.mark.parametrize(
    "text",
    [
        "0x000400c80107",
        "000400c80107",
        "0106000400c80107",
        "0:4:0:c8:1:7",
        r"\00\04\00\c8\01\07",
        b"\x00\x04\x00\xc8\x01\x07",
        "\x00\x04\x00\xc8\x01\x07",
    ],
)
def test_the_usual_octets_are_read_however_they_are_printed(
    text: str | bytes, content: Content
) -> None:
    told = read_circuit(text, content.circuits)
    assert told is not None
    assert (told.vlan, told.unit, told.number) == (200, 1, 7)
    assert port_of(told, EDGE) == "gi1/0/7"


@pytest.mark.parametrize(
    ("text", "device", "port", "vlan"),
    [
        ("sw-1 eth 0/7:201", "sw-1", "0/7", 201),
        ("dslam1 eth 1/1/3:100.200", "dslam1", "1/1/3", 200),
        ("olt-1 xpon 0/1/0/3:12.1.100", "olt-1", "0/1/0/3", 100),
        ("GigabitEthernet0/0/1:100.0 node7/0/0/0/0/0", "node7", "GigabitEthernet0/0/1", 100),
        ("Vlan12+Ethernet1/0/11", None, "Ethernet1/0/11", 12),
        ("sw-7 ether5", "sw-7", "ether5", None),
        ("sw-1:gi1/0/3", "sw-1", "gi1/0/3", None),
        ("gi1/0/7", None, "gi1/0/7", None),
        ("vlan201", None, None, 201),
        (b"\x01\x04swp1", None, "swp1", None),
    ],
)
def test_text_is_read_by_its_form(
    text: str | bytes, device: str | None, port: str | None, vlan: int | None, content: Content
) -> None:
    told = read_circuit(text, content.circuits)
    assert told is not None
    assert (told.device, told.port, told.vlan) == (device, port, vlan)


def test_the_remote_id_names_the_switch_by_its_mac(content: Content) -> None:
    for text in ("0x00060277d0000800", "02:77:d0:00:08:00", "0277.d000.0800"):
        told = read_circuit(text, content.circuits)
        assert told is None or told.mac == "02:77:d0:00:08:00", text
    assert read_circuit("0x00060277d0000800", content.circuits) is not None


def test_what_no_notation_fits_is_not_guessed(content: Content) -> None:
    for text in ("", None, "???", "0xff", "a b c d"):
        assert read_circuit(text, content.circuits) is None, text


def test_a_number_that_two_ports_share_names_none(content: Content) -> None:
    told = read_circuit("7", content.circuits)
    assert told is not None
    assert port_of(told, ("gi1/0/7", "gi2/0/7")) is None
    stacked = read_circuit("0x000400c80207", content.circuits)
    assert stacked is not None
    assert port_of(stacked, ("gi1/0/7", "gi2/0/7")) == "gi2/0/7"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Gi1/0/7", "GigabitEthernet1/0/7", True),
        ("gi1/0/7", "GigabitEthernet 1/0/7", True),
        ("1/0/7", "gi1/0/7", True),
        ("7", "port7", True),
        ("Port  7", "7", True),
        ("te1", "gi1", False),
        ("xe-0/0/1", "ge-0/0/1", False),
        ("7", "17", False),
        ("", "", False),
    ],
)
def test_abbreviated_names_are_one_port_and_other_kinds_are_not(
    one: str, other: str, same: bool
) -> None:
    assert same_port(one, other) is same_port(other, one) is same


def test_an_equal_name_wins_over_an_abbreviation() -> None:
    assert find_port(["7"], ["port7", "7"]) == "7"
    assert find_port(["1/7"], ["gi1/7", "te1/7"]) is None
