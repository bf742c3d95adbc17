"""What is wrong is named with its place and left out; the rest goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_town import TOWN, Open, said

from netdiag.inventory.found import FoundKind

HEAD = (
    "id;login;phone;mac;ip;service;access;vlan;line_length_m;valid_from;timezone;tariff_down_mbps\n"
)
GOOD = (
    "1;petrov;89123456789;aa:bb:cc:00:00:01;100.64.0.1;pppoe;copper;200;85,5;2026-01-01;UTC;100\n"
)


@pytest.mark.parametrize(
    ("cell", "bad", "field", "text"),
    [
        (2, "12-34", "phone", "phone must have at least 6 digits"),
        (2, "8,91234E+10", "phone", "phone was shortened by a spreadsheet"),
        (3, "aa:bb:cc", "macs", "mac must be 12 hexadecimal digits, not 'aa:bb:cc'"),
        (4, "100.64.0.300", "ip", "ip must be an IPv4 address, not '100.64.0.300'"),
        (5, "pppoa", "service", "service cannot be 'pppoa'. Did you mean 'pppoe'?"),
        (6, "wifi", "access", "access cannot be 'wifi'. Known: copper, pon, wireless"),
        (7, "4095", "vlan", "vlan must be a number from 1 to 4094, not '4095'"),
        (7, "200.35", "vlan", "vlan must be a number"),
        (8, "-3", "line_length_m", "line_length_m must be a number, zero or more"),
        (8, "nan", "line_length_m", "line_length_m must be a number, zero or more"),
        (9, "yesterday", "valid_from", "valid_from must be a date"),
        (10, "Moon/Sea", "timezone", "timezone must be a zone"),
        (11, "fast", "tariff_down_mbps", "tariff_down_mbps must be a number"),
    ],
)
def test_a_bad_cell_costs_the_cell_and_not_the_row(
    tmp_path: Path, opened: Open, cell: int, bad: str, field: str, text: str
) -> None:
    cells = GOOD.strip().split(";")
    cells[cell] = bad
    (tmp_path / "s.csv").write_text(HEAD + GOOD.replace("1;petrov", "0;other", 1) + ";".join(cells))
    inventory = opened("- csv: {subscribers: s.csv}")
    good, found = inventory.subscriber("0"), inventory.subscriber("1")
    assert good is not None
    assert found is not None
    here = found.attachment if hasattr(found.attachment, field) else found
    there = good.attachment if hasattr(good.attachment, field) else good
    if field != "access":
        assert getattr(there, field)
        assert not getattr(here, field)
    assert f"s.csv:3: subscriber 1: {text}" in said(inventory)
    assert said(inventory).count("\n") == 0


@pytest.mark.parametrize("nothing", ["", "-", "—", "NULL", "\\N", "0.0.0.0", "00:00:00:00:00:00"])
def test_ways_to_write_nothing_are_not_given_and_no_problem(
    tmp_path: Path, opened: Open, nothing: str
) -> None:
    (tmp_path / "s.csv").write_text(f"id;mac;ip\n1;{nothing};{nothing}\n")
    inventory = opened("- csv: {subscribers: s.csv}")
    found = inventory.subscriber("1")
    assert found is not None
    assert (found.macs, found.ip) == ((), None)
    assert said(inventory) == ""


def test_a_row_without_an_id_or_with_a_spoilt_one_is_left_out(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "s.csv").write_text("id;login\n;petrov\n1,00234E+05;sidorov\n3;ivanova\n")
    inventory = opened("- csv: {subscribers: s.csv}")
    assert inventory.find("petrov").kind is FoundKind.NOBODY
    assert inventory.find("sidorov").kind is FoundKind.NOBODY
    assert inventory.find("ivanova").kind is FoundKind.ONE
    assert "s.csv:2: a subscriber without an id. The row is left out" in said(inventory)
    assert "s.csv:3: subscriber 1,00234E+05: the id was shortened" in said(inventory)


def test_of_a_duplicate_id_the_first_row_counts_and_the_second_is_named(
    tmp_path: Path, opened: Open
) -> None:
    (tmp_path / "s.csv").write_text("id;login\n1;petrov\n1;sidorov\n")
    inventory = opened("- csv: {subscribers: s.csv}")
    assert inventory.find("sidorov").kind is FoundKind.NOBODY
    assert said(inventory) == (
        "s.csv:3: subscriber 1 is already given at s.csv:2. This row is left out."
    )


YAML_PROBLEMS = """\
subscribers:
  - {id: "1", logn: petrov}
  - {login: nobody}
  - just a text
  - {id: "2", device: sw-99, port: "1"}
  - {id: "3", device: sw-99, bng: bng-9}
devices:
  - {id: sw-1, host: 127.0.0.1, role: switch}
  - {id: sw-2, role: access}
  - {id: sw-2, host: 127.0.0.3, role: access}
  - {id: core, host: 127.0.0.4, role: core}
  - {id: sw-3, host: 127.0.0.5, role: access, parent: core}
links:
  - {device: sw-3, parent: sw-77}
  - {device: sw-3}
  - {device: sw-3, parent: sw-3}
  - {device: core, parent: sw-3}
vlans: []
"""


def test_every_broken_row_of_a_yaml_file_is_named_with_its_line(
    tmp_path: Path, opened: Open
) -> None:
    (tmp_path / "i.yaml").write_text(YAML_PROBLEMS)
    inventory = opened("- yaml: i.yaml")
    text = said(inventory)
    for expected in (
        "i.yaml:2: subscribers have no 'logn'. Did you mean 'login'?",
        "i.yaml:3: a subscriber without an id",
        "i.yaml:4: a row must be a mapping",
        "i.yaml:5: 2 subscribers (here the first) are on sw-99, which is no known device",
        "i.yaml:6: 1 subscribers (here the first) are on bng-9, which is no known device",
        "i.yaml:8: device sw-1: role cannot be 'switch'",
        "i.yaml:8: device sw-1: no source gives its role",
        "i.yaml:9: device sw-2: no source gives its host",
        "i.yaml:10: device sw-2 is already given at i.yaml:9",
        "i.yaml:14: the link names sw-77, which is no known device",
        "i.yaml:15: a link without 'parent'",
        "i.yaml:16: sw-3 is linked to itself",
        "the link puts core below sw-3. It is left out",
        "i.yaml:18: there is no list 'vlans'",
    ):
        assert expected in text, expected
    assert text.count("\n") == 13
    assert inventory.topology().path("sw-3") == ("core", "sw-3")
    assert inventory.find("sw-99:1").kind is FoundKind.ONE


def test_a_healthy_town_has_no_problems(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "town.yaml").write_text(TOWN)
    assert said(opened("- yaml: town.yaml")) == ""


def test_a_loop_is_named_and_hangs_nothing(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "i.yaml").write_text("""\
devices:
  - {id: a, host: 127.0.0.1, role: access, parent: b}
  - {id: b, host: 127.0.0.2, role: access, parent: c}
  - {id: c, host: 127.0.0.3, role: access, parent: a}
""")
    inventory = opened("- yaml: i.yaml")
    assert "a, b, c are above one another" in said(inventory)
    assert inventory.topology().path("a") == ("c", "b", "a")
    assert inventory.topology().reachable_without("a", set()) is None


def test_links_to_unlisted_devices_are_kept_while_a_source_of_devices_is_down(
    tmp_path: Path, opened: Open
) -> None:
    (tmp_path / "l.csv").write_text("device;parent\nsw-1;agg-1\n")
    inventory = opened("- csv: {links: l.csv}\n- csv: {devices: gone.csv}")
    assert inventory.topology().parents("sw-1") == ("agg-1",)
    assert "no known device" not in said(inventory)
    assert "gone.csv cannot be read" in said(inventory)


def test_no_more_problems_are_kept_than_a_person_reads(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "s.csv").write_text("id;vlan\n" + "".join(f"{n};9999\n" for n in range(1500)))
    problems = opened("- csv: {subscribers: s.csv}").problems()
    assert len(problems) == 1001
    assert "500 more problems" in problems[-1].text


def test_broken_yaml_is_unavailable_with_its_line(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "i.yaml").write_text("subscribers:\n  - {id: 1\n")
    assert "i.yaml:" in said(opened("- yaml: i.yaml"))
    (tmp_path / "j.yaml").write_text("- a list\n")
    assert "j.yaml:1: the file needs the lists" in said(opened("- yaml: j.yaml"))
