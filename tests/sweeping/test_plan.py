"""What is asked when: cadences, what moved, substitutes, restarts."""

from collections.abc import Sequence

from netdiag.content.load import load
from netdiag.model.sweep import DEVICE, SweepSheet
from netdiag.model.wire import Sheet
from netdiag.sweeping.known import Columns, Known
from netdiag.sweeping.plan import asked_at, due, further, question
from netdiag.sweeping.read import empty_ones, read

NOW = 1_800_000_000.0
SHEETS = load().sheets_of("generic")
ALL = {sheet.id for sheet in SHEETS}
SUBSTITUTES = {"sweep-ports-32", "sweep-out-32"}
HOURLY = {"sweep-out", "sweep-fdb", "sweep-poe"}


def ids(sheets: Sequence[SweepSheet]) -> set[str]:
    return {sheet.id for sheet in sheets}


def seen(**ages: float) -> Known:
    asked = {name.replace("_", "-"): NOW - age for name, age in ages.items()}
    table: Columns = {"port.in_errors": {"1": 5}, "port.last_change_ticks": {"1": 7}}
    return Known(at=NOW - 900, asked=asked, table=table)


def every(age: float) -> Known:
    known = seen()
    known.asked = dict.fromkeys(ALL - SUBSTITUTES, NOW - age)
    return known


def test_a_new_device_is_asked_everything_but_substitutes() -> None:
    assert ids(due(SHEETS, Known(), NOW)) == ALL - SUBSTITUTES


def test_each_sheet_has_its_own_pace() -> None:
    assert ids(due(SHEETS, every(900), NOW)) == {"sweep-ports"}
    assert ids(due(SHEETS, every(3600), NOW)) == HOURLY | {"sweep-ports"}
    assert ids(due(SHEETS, every(86_400), NOW)) == ALL - SUBSTITUTES


def test_what_the_device_does_not_serve_is_tried_once_a_day() -> None:
    known = every(3600)
    known.empty = [*HOURLY, "sweep-ports"]
    assert ids(due(SHEETS, known, NOW)) == set()


def test_more_is_asked_only_where_something_moved() -> None:
    known = every(900)
    first = due(SHEETS, known, NOW)
    still: Columns = {"port.in_errors": {"1": 5}, "port.last_change_ticks": {"1": 7},
                      "port.in_frames": {"1": 9}}  # fmt: skip
    assert ids(further(SHEETS, first, known, still, holes={}, restarted=False, now=NOW)) == set()
    errors = {**still, "port.in_errors": {"1": 6}}
    moved = further(SHEETS, first, known, errors, holes={}, restarted=False, now=NOW)
    assert ids(moved) == {"sweep-errors"}
    link = {**still, "port.last_change_ticks": {"1": 99}}
    moved = further(SHEETS, first, known, link, holes={}, restarted=False, now=NOW)
    assert ids(moved) == {"sweep-link"}


def test_after_a_restart_everything_is_asked_anew() -> None:
    known = every(900)
    first = due(SHEETS, known, NOW)
    table: Columns = {"port.in_frames": {"1": 1}}
    asked = further(SHEETS, first, known, table, holes={}, restarted=True, now=NOW)
    assert ids(asked) == ALL - SUBSTITUTES - {"sweep-ports"}


def test_without_64_bit_counters_the_substitute_is_asked_and_from_then_on_at_once() -> None:
    known = every(900)
    first = due(SHEETS, known, NOW)
    bare: Columns = {"port.in_errors": {"1": 5}, "port.last_change_ticks": {"1": 7}}
    more = further(SHEETS, first, known, bare, holes={}, restarted=False, now=NOW)
    assert ids(more) == {"sweep-ports-32"}
    known.asked["sweep-ports-32"] = NOW - 900
    assert "sweep-ports-32" in ids(due(SHEETS, known, NOW))
    known.empty = ["sweep-ports-32"]
    assert "sweep-ports-32" not in ids(due(SHEETS, known, NOW))


def test_what_did_not_come_through_is_no_reason_for_a_substitute() -> None:
    known = every(900)
    first = due(SHEETS, known, NOW)
    holes = {"port.in_frames": "no answer within 2 s"}
    assert ids(further(SHEETS, first, known, {}, holes=holes, restarted=False, now=NOW)) == set()
    sheets = [sheet for sheet in SHEETS if sheet.id.startswith("sweep-ports")]
    wide, narrow = (f"1.3.6.1.2.1.{n}" for n in ("31.1.1.1.7", "2.2.1.11"))
    answer = Sheet(
        columns={narrow: {"1": 5}, "1.3.6.1.2.1.2.2.1.12": {"1": 1}}, holes={wide: "no answer"}
    )
    table, gaps = read(sheets, answer)
    assert "port.in_frames" not in table  # 32 bits now, 64 the next time: a jump by 2**32
    assert gaps["port.in_frames"] == "no answer"


def test_a_substitute_has_the_pace_of_its_own_sheet() -> None:
    known = every(900)
    known.asked["sweep-out-32"] = NOW - 900
    assert ids(due(SHEETS, known, NOW)) == {"sweep-ports"}
    known.asked["sweep-out-32"] = NOW - 3600
    assert ids(due(SHEETS, known, NOW)) == {"sweep-ports", "sweep-out-32"}


def test_names_are_asked_anew_where_a_port_with_a_cable_lost_its_number() -> None:
    known = every(900)
    known.table = {
        "port.oper_status": {"1": "up", "2": "up"}, "port.virtual": {"1": False, "2": True},
    }  # fmt: skip
    first = due(SHEETS, known, NOW)
    told: Columns = {"port.in_frames": {"1": 9}}

    def more(state: dict[str, str]) -> set[str]:
        table = {**told, "port.oper_status": state}
        return ids(further(SHEETS, first, known, table, holes={}, restarted=False, now=NOW))

    assert "sweep-names" in more({"2": "up", "11": "up"})
    assert "sweep-names" not in more({"1": "up", "3": "up"})  # a tunnel went, another came


def test_a_sheet_that_came_with_holes_is_due_again_in_an_hour() -> None:
    names = next(sheet for sheet in SHEETS if sheet.id == "sweep-names")
    known = every(900)
    known.asked[names.id] = asked_at(names, NOW, whole=False)
    assert names.id not in ids(due(SHEETS, known, NOW + 900))
    assert names.id in ids(due(SHEETS, known, NOW + 3600))


def test_an_object_that_two_sheets_ask_is_asked_once_and_requests_fit_the_device() -> None:
    known = Known(table={"port.in_frames": {str(n): n for n in range(28)}})
    asked = question(SHEETS, known)
    assert len(set(asked.columns)) == len(asked.columns)
    assert asked.expect_rows == 28


def test_a_hole_is_no_value_and_an_empty_column_is_not_served() -> None:
    sheets = [sheet for sheet in SHEETS if sheet.id in ("sweep-ports", "sweep-errors")]
    oper, errors = "1.3.6.1.2.1.2.2.1.8", "1.3.6.1.2.1.2.2.1.14"
    answer = Sheet(
        single={"1.3.6.1.2.1.1.3.0": 500},
        columns={oper: {"1": 1, "2": 7, "3": 99}},
        holes={errors: "it goes round in a circle"},
    )
    table, holes = read(sheets, answer)
    assert table["port.oper_status"] == {"1": "up", "2": "lowerLayerDown"}
    assert table["device.agent_uptime_ticks"] == {DEVICE: 500}
    assert holes == {"port.in_errors": "it goes round in a circle"}
    assert "port.in_frames" not in table
    assert empty_ones(sheets, answer) == ["sweep-errors"]


def test_a_sum_needs_all_its_parts() -> None:
    sheet = next(sheet for sheet in SHEETS if sheet.id == "sweep-ports")
    ucast, mcast, bcast = (f"1.3.6.1.2.1.31.1.1.1.{n}" for n in (7, 8, 9))
    whole = Sheet(columns={ucast: {"1": 10, "2": 5}, mcast: {"1": 2, "2": 1}, bcast: {"1": 1}})
    table, _ = read([sheet], whole)
    assert table["port.in_frames"] == {"1": 13}
    table, _ = read([sheet], Sheet(columns={ucast: {"1": 10}}))
    assert "port.in_frames" not in table
