"""Numbers packed into the name of a port, dates of neighbours, serial numbers: what OLTs need."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from netdiag.model.fact import Absence, Fact, Facts, Source, Value
from netdiag.model.probe import Address, Extract, Near, Probe, TargetKind
from netdiag.model.vocabulary import FactType, Kind, ValueType, Vocabulary
from netdiag.model.wire import Answer, Row, SnmpGet
from netdiag.model.words import AbsenceReason
from netdiag.probing.addresses import packed
from netdiag.probing.extract import Circumstances, extract
from netdiag.probing.notations import NotReadableError, date_text, serial
from netdiag.probing.render import NoValueError, Params
from tests.conftest import NOW

_PLACE = Address(
    of="port",
    pattern=r"^(?:(?P<frame>\d+)/)?(?P<slot>\d+)/(?P<pon>\d+)(?::(?P<onu>\d+))?$",
    numbers={"pon.if_index": {"frame": 524288, "slot": 8192, "pon": 256, "plus": 4194304000}},
    texts={"onu.place": "{pon}:{onu}"},
)


def _read(one: Extract, kind: ValueType, *rows: Row, know: dict[str, str] | None = None) -> object:
    vocabulary = Vocabulary({
        one.fact: FactType(name=one.fact, type=kind, kind=Kind.LIVE, meaning="", label={})
    })  # fmt: skip
    probe = Probe(
        id="p", platform="x", title="", transport="snmp", target=TargetKind.ACCESS,
        ask=SnmpGet(oids={}), facts=(one,), stage=3, cost=2,
    )  # fmt: skip
    at = Circumstances(
        params=Params(know or {}, Facts()), now=NOW,
        source=Source(transport="snmp", probe="p", query=""), zone=UTC,
    )  # fmt: skip
    (reading,) = extract(probe, Answer(rows=rows), vocabulary, at)
    return reading


def _value(reading: object) -> Value:
    assert isinstance(reading, Fact), reading
    return reading.value


def test_an_index_is_the_sum_of_the_parts_of_a_name() -> None:
    assert packed(_PLACE, "0/5/1:3") == {"pon.if_index": "4194345216", "onu.place": "1:3"}
    assert packed(_PLACE, "5/1")["pon.if_index"] == "4194345216"


def test_a_part_that_is_not_there_makes_no_text() -> None:
    assert "onu.place" not in packed(_PLACE, "0/5/1")
    assert packed(_PLACE, "ge-0/0/1.5") == {}


@pytest.mark.parametrize(
    "told",
    [
        "HWTC1A2B3C4D",
        "hwtc1a2b3c4d",
        "HWTC-1A2B3C4D",
        "485754431A2B3C4D",
        "48575443 1A2B3C4D",
        "0x485754431a2b3c4d",
        "485754431A2B3C4D (HWTC-1A2B3C4D)",
        bytes.fromhex("485754431a2b3c4d"),
    ],
)
def test_every_notation_of_a_serial_number_is_one(told: str | bytes) -> None:
    assert serial(told) == "HWTC1A2B3C4D"


def test_the_mac_of_an_epon_terminal_is_its_twelve_digits() -> None:
    assert serial("FCFA.F796.3F44") == serial(bytes.fromhex("fcfaf7963f44")) == "FCFAF7963F44"


def test_serial_numbers_become_index_parts() -> None:
    params = Params({"onu_sn": "ELTX62000001", "bad": "no serial"}, Facts())
    assert params.fill("{onu_sn|serial}") == "69.76.84.88.98.0.0.1"
    assert params.fill("{onu_sn|ascii}").startswith("12.69.76.84.88.54")
    with pytest.raises(NoValueError):
        params.fill("{bad|serial}")


def test_date_and_time_octets_are_read() -> None:
    assert date_text(bytes.fromhex("07ea0601 0d1e2d00")) == "2026-06-01T13:30:45.0"
    assert date_text(bytes.fromhex("07ea0601 0d1e2d00 2b0330")) == "2026-06-01T13:30:45.0+03:48"
    with pytest.raises(NotReadableError):
        date_text(b"\x07\xea\x06")


def _went(seconds_ago: float, state: str, index: str) -> Row:
    at = NOW - timedelta(seconds=seconds_ago)
    octets = at.year.to_bytes(2, "big") + bytes(
        [at.month, at.day, at.hour, at.minute, at.second, 0]
    )
    return {"index": index, "run": state, "went": octets}


_TOGETHER = Extract(
    fact="pon.same_time_down",
    count=True,
    where={"run": ("2",)},
    near=Near(column="went", of={"index": ("{onu.number}",)}, seconds=120),
)


def test_neighbours_that_went_at_the_same_time_are_counted() -> None:
    rows = (
        _went(1000, "2", "3"), _went(1090, "2", "4"), _went(905, "2", "5"),
        _went(990, "1", "6"), _went(5000, "2", "7"), {"index": "8", "run": "2"},
    )  # fmt: skip
    reading = _read(_TOGETHER, ValueType.INT, *rows, know={"onu.number": "3"})
    assert _value(reading) == 3


def test_without_its_own_moment_nobody_went_with_it() -> None:
    reading = _read(_TOGETHER, ValueType.INT, _went(9, "2", "4"), know={"onu.number": "3"})
    assert isinstance(reading, Absence)
    assert reading.why is AbsenceReason.NOT_SUPPORTED


def test_a_share_is_of_the_rows_that_are_left() -> None:
    one = Extract(fact="pon.offline", share={"run": ("2",)}, unless={"admin": ("0",)})
    rows = [{"run": run, "admin": admin} for run, admin in ("11", "21", "21", "20", "11")]
    assert _value(_read(one, ValueType.FLOAT, *rows)) == 50.0


def test_a_value_outside_its_ends_is_no_measurement() -> None:
    one = Extract(fact="rx", read=("rx",), scale=0.002, offset=-30, none=("0",), between=(-45, 10))
    assert _value(_read(one, ValueType.FLOAT, {"rx": "3459"})) == pytest.approx(-23.082)
    wild = _read(one, ValueType.FLOAT, {"rx": "65535"})
    assert isinstance(wild, Absence)
    assert wild.why is AbsenceReason.UNREADABLE


def test_a_row_that_is_not_there_is_an_answer_when_the_table_is_served() -> None:
    one = Extract(fact="sn", read=("sn",), when_missing="none", witness="pon")
    assert _value(_read(one, ValueType.STRING, {"pon": "1"})) == "none"
    assert isinstance(_read(one, ValueType.STRING, {}), Absence)
    assert _value(_read(one, ValueType.STRING, {"pon": "1", "sn": "x"})) == "x"


def test_rows_are_found_by_a_serial_in_any_notation() -> None:
    one = Extract(fact="n", read=("index",), where={"sn": ("{onu_sn}",)})
    rows = ({"index": "4", "sn": b"HWTC\x00\x01\x02\x03"}, {"index": "9", "sn": "ABCD11223344"})
    for told in ("HWTC00010203", "4857544300010203"):
        assert _value(_read(one, ValueType.INT, *rows, know={"onu_sn": told})) == 4
    # Four letters that are hex digits, too: the same twelve signs as a MAC.
    assert _value(_read(one, ValueType.INT, rows[1], know={"onu_sn": "41424344-11223344"})) == 9


def test_a_share_of_two_columns_needs_both() -> None:
    one = Extract(fact="pct", read=("off",), percent_of=("on", "off"))
    assert _value(_read(one, ValueType.FLOAT, {"on": "43", "off": "8"})) == pytest.approx(15.686)
    assert isinstance(_read(one, ValueType.FLOAT, {"off": "8"}), Absence)
    assert isinstance(_read(replace(one), ValueType.FLOAT, {"on": "0", "off": "0"}), Absence)
