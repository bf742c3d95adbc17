"""CSV as offices export it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_town import Open, said

from netdiag.inventory.csv_text import decode, delimiter_of, lines_of, records
from netdiag.inventory.found import FoundKind
from netdiag.model.errors import InventoryUnavailableError

RUSSIAN = (
    "Договор;Логин;Телефон;Свитч;Порт;account_state\r\n"
    "100234;Петров;8 912 345-67-89;sw-12;7;работает\r\n"
    ";;;;;\r\n"
    "100235;Сидоров;;sw-12;8;\r\n"
)
SOURCE = """\
- csv:
    subscribers: s.csv
    columns: {id: Договор, login: логин, phone: Телефон, device: Свитч, port: Порт}
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_headers_in_any_language_and_encoding(tmp_path: Path, opened: Open, encoding: str) -> None:
    (tmp_path / "s.csv").write_bytes(RUSSIAN.encode(encoding))
    inventory = opened(SOURCE)
    petrov = inventory.find("петров").subscriber
    assert petrov is not None
    assert petrov.id == "100234"
    assert petrov.extra == {"account_state": "работает"}
    assert inventory.find("9123456789").subscriber == petrov
    sidorov = inventory.subscriber("100235")
    assert sidorov is not None
    assert sidorov.phone is None
    assert ("read as cp1251" in said(inventory)) == (encoding == "cp1251")


def test_a_given_encoding_and_delimiter_are_taken(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "s.csv").write_bytes("id|login\n1|رضا\n".encode("cp1256"))
    inventory = opened("- csv: {subscribers: s.csv, encoding: cp1256, delimiter: '|'}")
    assert inventory.find("رضا").kind is FoundKind.ONE
    assert said(inventory) == ""


def test_a_wrong_encoding_names_the_line(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "s.csv").write_bytes("id;login\n1;a\n2;Петров\n".encode("cp1251"))
    inventory = opened("- csv: {subscribers: s.csv, encoding: utf-8}")
    with pytest.raises(InventoryUnavailableError, match=r"s\.csv:3: is not utf-8 text"):
        inventory.find("1")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(tmp_path: Path, opened: Open, delimiter: str) -> None:
    head, row = ["id", "login", "device"], ["1", '"a,b;c"', "sw-1"]
    text = "\n\n" + delimiter.join(head) + "\n" + delimiter.join(row) + "\n"
    (tmp_path / "s.csv").write_text(text)
    found = opened("- csv: {subscribers: s.csv}").subscriber("1")
    assert found is not None
    assert found.login == "a,b;c"


def test_excel_says_its_separator_in_the_first_line(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "s.csv").write_text("sep=;\nid;login\n1;petrov\n")
    assert opened("- csv: {subscribers: s.csv}").find("petrov").kind is FoundKind.ONE


def test_a_quote_that_nobody_closed_costs_its_own_row_only(tmp_path: Path, opened: Open) -> None:
    rows = "".join(f"{n};user{n}\n" for n in range(10, 60))
    (tmp_path / "s.csv").write_text(f'id;login\n1;"petrov\n2;"sid\norov"\n{rows}')
    inventory = opened("- csv: {subscribers: s.csv}")
    assert inventory.subscriber("1") is None
    sidorov = inventory.subscriber("2")
    assert sidorov is not None
    assert sidorov.login == "sid\norov"
    assert inventory.describe()[0].subscribers == 51
    assert said(inventory) == (
        "s.csv:2: a quotation mark is not closed. The row is left out; correct it."
    )


def test_a_quote_that_nobody_closed_at_the_end_is_noticed_too(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "s.csv").write_text('id;login\n1;"petrov\n2;sidorov\n3;ivanova\n')
    inventory = opened("- csv: {subscribers: s.csv}")
    assert inventory.describe()[0].subscribers == 2
    assert "s.csv:2: a quotation mark" in said(inventory)


@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=2, max_size=4
        ),
        max_size=8,
    )
)
def test_what_the_standard_writer_wrote_is_read_as_it_was(rows: list[list[str]]) -> None:
    import csv
    import io

    rows = [row for row in rows if any(row) and sum(c.count("\n") + c.count("\r") for c in row) < 5]
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    noted: list[int] = []
    read = records(lines_of(out.getvalue()), 0, ",", lambda line, _: noted.append(line))
    assert [row for _, row in read] == rows
    assert noted == []


@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_an_error(data: bytes) -> None:
    text, _ = decode(data, None) if data[:2] not in (b"\xff\xfe", b"\xfe\xff") else ("", "")
    lines = lines_of(text)
    delimiter, start = delimiter_of(lines)
    for line, _row in records(lines, start, delimiter, lambda *_: None):
        assert 1 <= line <= len(lines)


def test_a_row_with_too_many_cells_is_left_out_and_a_short_one_is_not(
    tmp_path: Path, opened: Open
) -> None:
    (tmp_path / "s.csv").write_text("id;login;device\n1;petrov;sw;1\n2;ivanova\n3;sidorov;sw-1;;\n")
    inventory = opened("- csv: {subscribers: s.csv}")
    assert [inventory.subscriber(n) is None for n in ("1", "2", "3")] == [True, False, False]
    assert "s.csv:2: 4 cells, but the header has 3" in said(inventory)


def test_a_missing_column_is_named_with_those_that_are_there(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "s.csv").write_text("uid;login\n1;petrov\n")
    with pytest.raises(
        InventoryUnavailableError,
        match=r"no column for id\. The columns are: uid, login\..*columns",
    ):
        opened("- csv: {subscribers: s.csv}").find("petrov")
    inventory = opened("- csv: {subscribers: s.csv, columns: {id: uid, phone: Tel}}")
    assert inventory.find("petrov").kind is FoundKind.ONE
    assert "s.csv:1: there is no column 'Tel' (phone)" in said(inventory)


def test_an_empty_file_is_said_to_be_empty(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "s.csv").write_text("\n")
    with pytest.raises(InventoryUnavailableError, match="is empty"):
        opened("- csv: {subscribers: s.csv}").find("petrov")


def test_devices_and_links_have_their_own_files_and_columns(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "d.csv").write_text("name;ip;kind\nagg;127.0.0.1;L3\nsw;127.0.0.2;L2\n")
    (tmp_path / "l.csv").write_text("device,parent,device_port\nsw,agg,25\n")
    inventory = opened("""\
- csv:
    devices:
      file: d.csv
      columns: {id: name, host: ip, role: kind}
      values: {role: {L3: aggregation, L2: access}}
    links: l.csv
""")
    assert inventory.topology().path("sw") == ("agg", "sw")
    assert inventory.topology().uplink_port("sw") == "25"
