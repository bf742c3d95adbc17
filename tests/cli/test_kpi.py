"""`netdiag kpi` and `netdiag feedback import` over a real store."""

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from netdiag.model.ticket import Case, Happened, TicketEvent, TicketState
from netdiag.store.database import Database
from netdiag.store.diagnoses import Diagnoses
from netdiag.store.feedback import Feedback
from netdiag.store.tickets import Tickets
from tests.cli.site import Site, netdiag

NOW = datetime.now(UTC)
CODES = """\
columns: {at: Closed, subscriber: Client, ticket: Number, code: Cause, diagnosis: , who: , remark: }
delimiter: ";"
time: "%d.%m.%Y %H:%M"
timezone: Europe/Moscow
codes:
  Cable replaced: {fault: provider.line.cable-fault}
  Wi-Fi: {side: subscriber}
  Cancelled: {}
"""
HEAD = "Number;Client;Closed;Cause\n"


def document(ident: str, side: str, subscriber: str, ticket: str | None) -> dict[str, object]:
    at = NOW - timedelta(days=3)
    verdict = {"fault": "provider.line.cable-fault", "side": side, "segment": "drop"}
    verdict |= {"grade": "certain", "confidence": 0.9, "side_confidence": 0.9}  # type: ignore
    return {
        "id": ident,
        "subscriber": subscriber,
        "ticket": ticket,
        "started_at": at.isoformat(),
        "finished_at": (at + timedelta(seconds=1)).isoformat(),
        "attachment": None,
        "verdict": verdict | {"rule_revision": "x"},
        "site": "hill",
        "route": {"desk": "field.line"},
    }


@pytest.fixture
def kept(site: Site) -> Site:
    """Two diagnoses and one ticket. Two more looked at that ticket again: one while it waited,
    which told nothing, and one after it was called done."""
    site.write("feedback.yaml", CODES)
    site.mend("timezone:", "feedback: feedback.yaml\nkpi: {subscribers: 1000}\ntimezone:")
    database = Database.in_directory(site.directory / "state")
    store, tickets = Diagnoses(database), Tickets(database)
    store.keep(document("a", "provider", "100001", "T1"), "rt")
    store.keep(document("b", "subscriber", "100002", None), "rt")
    store.keep(document("look", "none", "100001", "T1"), "rt")
    store.keep(document("waits", "provider", "100001", "T1"), "rt")
    at = NOW - timedelta(days=3)
    case, _ = tickets.take_in(
        Case(
            system="rt",
            external_id="T1",
            subscriber="100001",
            state=TicketState.CLOSED,
            opened_at=at,
            closed_at=at,
            changed_at=at,
        )
    )
    events = [(Happened.RECEIVED, None), (Happened.DIAGNOSED, "a"), (Happened.VERIFIED, "look")]
    tickets.keep(
        case,
        *(
            TicketEvent(at=at, kind=kind, who="netdiag", key=str(kind), diagnosis=diagnosis)
            for kind, diagnosis in events
        ),
    )
    database.close()
    return site


def day() -> str:
    return (NOW - timedelta(days=1)).strftime("%d.%m.%Y 12:00")


def closed(site: Site, *rows: str) -> Path:
    return site.write("closed.csv", HEAD + "".join(f"{row}\n" for row in rows))


def test_closing_codes_tell_how_often_the_side_was_right(kept: Site) -> None:
    path = closed(kept, f"T1;;{day()};cable  REPLACED", f";flat2;{day()};Wi-Fi")
    assert netdiag("feedback", "import", str(path), "--json").json() == {
        "new": 2,
        "known": 0,
        "told_nothing": {},
    }
    told = netdiag("kpi", "--json").json()
    assert told["verdicts"]["count"] == 2
    assert told["verdicts"]["second_looks"] == 2
    assert told["verdicts"]["right"]["part"] == 2
    assert told["contacts"]["per_1000_subscribers"] == 1.0
    assert "Right side: 100.0% (2 / 2)" in netdiag("kpi").out


def test_the_same_file_again_changes_nothing(kept: Site) -> None:
    path = closed(kept, f"T1;;{day()};Cable replaced", f"T1;;{day()};Cancelled")
    netdiag("feedback", "import", str(path))
    again = netdiag("feedback", "import", str(path))
    assert "0 findings are new, 1 were known." in again.out
    assert "The code tells nothing: Cancelled (1)" in again.out
    assert netdiag("kpi", "--json").json()["verdicts"]["with_truth"] == 1


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (f"T9;;{day()};Cabel replaced", "the code 'Cabel replaced' is not declared"),
        ("T9;;2026-11-03;Wi-Fi", "'2026-11-03' is no time of the form '%d.%m.%Y %H:%M'"),
        (f";;{day()};Wi-Fi", "names neither subscriber, ticket nor diagnosis"),
        (f"{'9' * 201};;{day()};Wi-Fi", "a cell is longer than 200 characters"),
    ],
)
def test_one_bad_row_refuses_the_whole_file(kept: Site, row: str, said: str) -> None:
    path = closed(kept, f"T1;;{day()};Cable replaced", row)
    told = netdiag("feedback", "import", str(path))
    assert (told.code, told.out) == (2, "")
    assert f"closed.csv:3: {said}" in told.err
    database = Database.in_directory(kept.directory / "state")
    assert Feedback(database).since(NOW - timedelta(days=99)) == []
    database.close()


def test_a_file_without_its_columns_or_in_another_encoding_is_told(kept: Site) -> None:
    path = kept.write("closed.csv", "Number,Client,Closed,Cause\nT1,,x,y\n")
    assert (
        "closed.csv:1: there is no column 'Closed', 'Cause'"
        in netdiag("feedback", "import", str(path)).err
    )
    path.write_bytes("Number;Client;Closed;Cause\nT1;;01.01.2026 10:00;Обрыв\n".encode("cp1251"))
    assert "is not utf-8 text. Mend 'encoding'" in netdiag("feedback", "import", str(path)).err


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("provider.line.cable-fault", "provider.line.cabel", "feedback.yaml:6: there is no fault"),
        ("side: subscriber", "side: customer", "feedback.yaml:7: 'side' cannot be 'customer'"),
        ("side: subscriber", "side: undetermined", "feedback.yaml:7: a code that tells nothing"),
        ("at: Closed", "at: ", "feedback.yaml:1: the column 'at' cannot be left out"),
        ("Europe/Moscow", "Moscow", "feedback.yaml:4: there is no time zone 'Moscow'"),
    ],
)
def test_a_mistake_in_the_codes_is_told_with_its_line(
    kept: Site, old: str, new: str, said: str
) -> None:
    kept.mend(old, new, "feedback.yaml")
    told = netdiag("feedback", "import", str(closed(kept, f"T1;;{day()};Wi-Fi")))
    assert told.code == 2
    assert said in told.err


def test_without_codes_the_way_out_is_told(site: Site) -> None:
    path = closed(site, f"T1;;{day()};Wi-Fi")
    assert "config/feedback.yaml shows how" in netdiag("feedback", "import", str(path)).err


def test_figures_for_a_spreadsheet_and_a_page(kept: Site) -> None:
    table = list(csv.DictReader(io.StringIO(netdiag("kpi", "--csv", "--by", "site").out)))
    assert {"", "hill"} <= {row["group"] for row in table}
    told = netdiag("kpi", "--html", "kpi.html", "--lang", "fa")
    assert (told.code, told.out) == (0, "")
    text = (kept.directory / "kpi.html").read_text(encoding="utf-8")
    assert 'dir="rtl"' in text
    for personal in ("100001", "100002", "flat1", "T1"):
        assert personal not in text
    refused = netdiag("kpi", "--html", "no/such/place.html")
    assert refused.code == 2
    assert "cannot be written" in refused.err


def test_the_period_is_the_askers(kept: Site) -> None:
    assert netdiag("kpi", "--since", "2d", "--json").json()["verdicts"]["count"] == 0
    told = netdiag("kpi", "--since", "soon")
    assert told.code == 2
    assert "30d" in told.err


def test_a_wrong_figure_in_the_configuration_is_told_with_its_line(kept: Site) -> None:
    kept.mend("subscribers: 1000", "answered_share: 80")
    told = netdiag("kpi")
    assert told.code == 2
    assert "netdiag.yaml:5: 'answered_share' is a number from 0.01 to 0.999." in told.err
