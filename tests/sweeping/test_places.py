"""ONUs, radios, powered ports, supplies and forwarding tables: what follows, and what does not."""

from datetime import date, timedelta

import pytest

from netdiag.content.load import load
from netdiag.model.sweep import DEVICE
from netdiag.model.vocabulary import Vocabulary
from netdiag.sweeping import past
from netdiag.sweeping.columns import Place, carry, name_of, whole
from netdiag.sweeping.judge import hits
from netdiag.sweeping.known import Columns, Known, packed, unpacked

CONTENT = load(())
VOCABULARY: Vocabulary = CONTENT.vocabulary
KINDS = [(name, kind.past) for name, kind in VOCABULARY.types.items() if kind.past]
TODAY = date(2026, 11, 28)
HOUR = 3600.0


def found(read: Columns, days: dict[str, list[float | dict[str, float]]]) -> set[tuple[str, str]]:
    """Rules and places over a visit; `days`: values of the last days by "fact day", the newest
    last; a number is of place "7" or of the device."""
    series: dict[date, dict[str, dict[str, float]]] = {}
    for key, values in days.items():
        place = DEVICE if key.startswith("device.") else "7"
        for back, value in enumerate(reversed(values), 1):
            column = value if isinstance(value, dict) else {place: value}
            series.setdefault(TODAY - timedelta(back), {})[key] = column
    known = Known(at=1000.0, usual=past.usual(KINDS, series, TODAY))
    table, _ = whole(known, read, VOCABULARY, Place(), 1900.0)
    return {(hit.rule, hit.index) for hit in hits(CONTENT.findings, "d", table)}


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([-20.0] * 30 + [-24.5] * 3, {("onu.light-falling", "7")}),
        ([-20.0] * 30 + [-24.5], set()),  # one bad day
        ([-20.0] * 30 + [-21.5] * 3, set()),
        ([-18.0, -24.0] * 15 + [-24.0] * 3, set()),  # it always wanders
        ([-20.0] * 3 + [-24.5] * 3, set()),  # known for too few days
        (
            [-20.0 - n * 0.1 for n in range(40)],
            {("onu.light-falling", "7")},
        ),  # slowly, and steadily
    ],
)
def test_light_of_an_onu_is_compared_with_its_own_best(
    levels: list[float | dict[str, float]], expected: set[tuple[str, str]]
) -> None:
    assert found({}, {"onu.rx_dbm median": levels}) == expected


def test_many_onus_that_fall_together_are_one_finding_of_the_olt() -> None:
    good = {f"4194304000.{n}": -20.0 for n in range(8)}
    bad = dict.fromkeys(good, -25.0)
    days = {"onu.rx_dbm median": [good] * 30 + [bad] * 3}
    assert found({}, days) == {("olt.light-falling", DEVICE)}


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([-60.0, -61.0] * 15 + [-71.0] * 3, {("radio.signal-falling", "7")}),
        ([-60.0, -61.0] * 15 + [-65.0] * 3, set()),  # rain
        ([-55.0, -70.0] * 15 + [-70.0] * 3, set()),  # it is carried about
    ],
)
def test_signal_of_a_radio_is_compared_with_its_own_best(
    levels: list[float | dict[str, float]], expected: set[tuple[str, str]]
) -> None:
    assert found({}, {"radio.ap_rx_dbm median": levels}) == expected


@pytest.mark.parametrize(
    ("days", "status", "expected"),
    [
        ([1.0] * 10, "fault_other", {("port.poe-fault", "7")}),
        ([1.0] * 10, "delivering", set()),
        ([1.0] * 10, "searching", set()),  # what it fed was unplugged
        ([0.0] * 10, "fault_other", set()),  # a computer on a powered port
        ([], "fault_other", set()),
    ],
)
def test_a_poe_fault_is_news_where_power_was_given(
    days: list[float | dict[str, float]], status: str, expected: set[tuple[str, str]]
) -> None:
    read: Columns = {"port.poe_status": {"7": status}}
    assert found(read, {"port.poe_delivers max": days}) == expected


@pytest.mark.parametrize(
    ("usual", "volts", "expected"),
    [
        ([27.6, 27.5] * 10, 24.9, {("device.voltage-low", DEVICE)}),
        ([27.6, 27.5] * 10, 27.0, set()),
        ([24.0, 28.5] * 10, 24.0, set()),  # solar
        ([27.6], 24.9, set()),
    ],
)
def test_a_supply_is_compared_with_its_own_past(
    usual: list[float | dict[str, float]], volts: float, expected: set[tuple[str, str]]
) -> None:
    read: Columns = {"device.voltage_v": {DEVICE: volts}}
    assert found(read, {"device.voltage_v median": usual}) == expected


def moves(positions: list[dict[str, int]], trunks: frozenset[str] = frozenset()) -> dict[str, int]:
    """Moves of each MAC over hourly readings of the forwarding table."""
    known = Known()
    bridge = {str(port): port + 100 for port in range(1, 30)}
    names = {str(port + 100): f"port {port}" for port in range(1, 30)}
    told: dict[str, int] = {}
    for hour, learned in enumerate(positions):
        now = 1000.0 + hour * HOUR
        read: Columns = {
            "fdb.learned_at": learned, "fdb.port_if_index": bridge, "port.descr": names,
        }  # fmt: skip
        table, at = whole(known, read, VOCABULARY, Place(trunks=trunks), now)
        told = dict(table["fdb.moves_24h"])  # type: ignore[arg-type]
        carry(known, read, at, now)
        known = unpacked(packed(known))
    return told


MAC = "200.0.12.66.1.2.3"


def test_a_mac_that_goes_to_and_fro_between_two_homes_is_counted() -> None:
    assert moves([{MAC: 3}, {MAC: 9}, {MAC: 3}, {MAC: 9}]) == {MAC: 3}
    assert moves([{MAC: 3}, {MAC: 3}, {MAC: 9}, {MAC: 9}]) == {MAC: 1}


def test_moves_over_links_and_ports_of_many_are_nobody_s() -> None:
    assert moves([{MAC: 3}, {MAC: 24}, {MAC: 3}], frozenset({"port 24"})) == {}
    crowd = {f"200.0.0.0.0.0.{n}": 9 for n in range(5)}  # an access point, whose clients roam
    assert moves([{MAC: 3}, crowd | {MAC: 9}, {MAC: 3}, crowd | {MAC: 9}]) == {}


def test_after_a_day_moves_are_forgotten() -> None:
    still: list[dict[str, int]] = [{MAC: 9}] * 25
    assert moves([{MAC: 3}, {MAC: 9}, {MAC: 3}, *still]) == {MAC: 0}  # so its finding ends
    assert moves([{MAC: 3}, {MAC: 9}, {MAC: 3}, *still, *still]) == {}


def test_a_place_that_ends_in_a_mac_is_called_by_it() -> None:
    assert name_of({}, MAC) == "00:0c:42:01:02:03"
    assert name_of({}, "4194304000.12") == "4194304000.12"
    assert name_of({"port.name": {"7": "ge-0/0/7"}}, "7") == "ge-0/0/7"
