"""What the board asks of the store, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from netdiag.model.event import Event
from netdiag.model.outage import Cause, Origin, Outage, OutageState
from netdiag.store.database import Database
from netdiag.store.diagnoses import Diagnoses
from netdiag.store.events import Events
from netdiag.store.glance import Glance
from netdiag.store.outages import Entry, Register

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


def document(number: int, *, device: str, side: str = "provider", took_s: float = 1.0):
    finished = NOW - timedelta(minutes=number)
    return {
        "id": f"dx-{number}", "subscriber": f"sub-{number}", "ticket": None,
        "attachment": {"device": device, "port": "1"},
        "started_at": (finished - timedelta(seconds=took_s)).isoformat(),
        "finished_at": finished.isoformat(),
        "verdict": {"fault": "provider.line.port-errors", "side": side, "segment": "drop",
                    "grade": "certain", "confidence": 1.0, "rule_revision": "x"},
    }  # fmt: skip


def test_a_person_s_last_note_is_shown_before_what_inference_said_later(
    database: Database,
) -> None:
    register = Register(database)
    one = register.open(
        Outage(id="", root="sw-1", state=OutageState.CONFIRMED, cause=Cause.UNKNOWN,
               origin=Origin.INFERENCE, since=NOW),
        "inference", "began",
    )  # fmt: skip
    other = register.open(replace(one, id="", root="sw-2"), "inference", "seen")
    for who, note in (("anna", "first"), ("anna", "crew is there"), ("inference", "root moved")):
        entry = Entry(at=NOW, who=who, state=one.state, note=note)
        register.change(one.id, lambda known, said=entry: (known, said))
    found = Glance(database).last_notes([one.id, other.id])
    assert (found[one.id].who, found[one.id].text) == ("anna", "crew is there")
    assert found[other.id].text == "seen"


def test_faults_are_counted_by_subscriber_and_answers_from_the_register_are_none(
    database: Database,
) -> None:
    kept = Diagnoses(database)
    for number in range(3):
        kept.keep(document(number, device="sw-1"), "test")
    kept.keep(document(4, device="sw-2", took_s=0.0), "test")
    kept.keep(document(5, device="sw-3", side="subscriber"), "test")
    glance = Glance(database)
    found = glance.faults(NOW - timedelta(hours=1), ("provider",))
    assert [(one.device, one.count, one.last) for one in found] == [("sw-1", 3, NOW)]
    assert glance.faults(NOW + timedelta(seconds=1), ("provider",)) == []
    assert glance.sides(NOW - timedelta(hours=1), NOW + timedelta(seconds=1)) == {
        "provider": 4,
        "subscriber": 1,
    }
    assert glance.first_diagnosis() == NOW - timedelta(minutes=5)


def test_the_last_state_of_a_subject_is_by_its_own_time_and_changes_are_counted(
    database: Database,
) -> None:
    states = ("down", "up", "down", "down", "up")
    events = [
        Event(at=NOW + timedelta(seconds=n), source="x", subject="sw-1:1", kind="trap", state=state)
        for n, state in enumerate(states)
    ]
    Events(database).add(reversed(events), NOW)
    own = Event(at=NOW, source="diagnosis", subject="a", kind="verdict", state="down")
    Events(database).add([own], NOW)
    found = Glance(database).reported(NOW - timedelta(hours=1))
    assert [(one.subject, one.state, one.changes) for one in found] == [("sw-1:1", "up", 3)]
