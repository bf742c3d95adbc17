"""What a reply does not hold is an absence with its reason; never zero, never a crash."""

from datetime import UTC, datetime

import pytest

from netdiag.model.fact import Absence, Fact, Facts, Reading, Source
from netdiag.model.probe import Extract, Probe, TargetKind
from netdiag.model.vocabulary import FactType, Kind, ValueType, Vocabulary
from netdiag.model.wire import Answer, Row, SnmpColumns
from netdiag.model.words import AbsenceReason
from netdiag.probing.extract import Circumstances, extract
from netdiag.probing.render import Params

SOURCE = Source(transport="snmp", probe="x", query="x")
AT = Circumstances(
    params=Params({}, Facts()), now=datetime(2026, 11, 24, tzinfo=UTC), source=SOURCE
)


def read(one: Extract, *rows: Row, kind: ValueType = ValueType.INT, cut: bool = False) -> Reading:
    words = Vocabulary(
        {"a.b": FactType(name="a.b", type=kind, kind=Kind.LIVE, meaning="", label={})}
    )
    probe = Probe(
        id="x",
        platform="generic",
        title="x",
        transport="snmp",
        target=TargetKind.ACCESS,
        ask=SnmpColumns(oids={}),
        facts=(one,),
        stage=1,
        cost=1,
    )
    return extract(probe, Answer(rows=rows, cut=cut), words, AT)[0]


@pytest.mark.parametrize("pick", ["max", "min", "sum", "last"])
def test_of_a_table_that_was_cut_no_extreme_is_known(pick: str) -> None:
    one = Extract(fact="a.b", read=("v",), pick=pick)
    rows: tuple[Row, ...] = ({"v": "3"}, {"v": "5"})
    whole, cut = read(one, *rows), read(one, *rows, cut=True)
    assert isinstance(whole, Fact)
    assert isinstance(cut, Absence)
    assert cut.why is AbsenceReason.UNREADABLE


@pytest.mark.parametrize("cell", [float("nan"), float("inf"), "1e999", "9" * 5000, "", b"\xff"])
@pytest.mark.parametrize("scale", [1.0, 0.1])
@pytest.mark.parametrize("kind", [ValueType.INT, ValueType.FLOAT])
def test_a_number_beyond_all_measure_is_unreadable(
    cell: str | float | bytes, scale: float, kind: ValueType
) -> None:
    reading = read(Extract(fact="a.b", read=("v",), scale=scale), {"v": cell}, kind=kind)
    assert isinstance(reading, Absence)
    assert reading.why is AbsenceReason.UNREADABLE


def test_a_counter_may_come_as_a_text_with_its_thousands_parted() -> None:
    one = Extract(fact="a.b", read=("v",))
    found = read(one, {"v": " 1,234,567 "}, kind=ValueType.COUNTER64)
    assert isinstance(found, Fact)
    assert found.value == 1234567
    assert isinstance(read(one, {"v": "1,23"}, kind=ValueType.COUNTER64), Absence)


def test_a_missing_column_and_a_missing_row_are_no_zero() -> None:
    one = Extract(fact="a.b", read=("v",))
    for rows in ((), ({"other": "1"},), ({"v": None},)):
        reading = read(one, *rows)
        assert isinstance(reading, Absence)
        assert reading.why is AbsenceReason.NOT_SUPPORTED
