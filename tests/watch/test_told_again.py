"""Judged again after a crash, an outage that was told is not doubted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from netdiag.model.outage import Cause, OutageState
from netdiag.outages.change import Change
from netdiag.service.outages import announce
from netdiag.service.outages.announce import Change as Wish
from netdiag.service.watch.register import Writer
from netdiag.store.database import Database
from netdiag.store.events import Events
from netdiag.store.outages import Register

AT = 1_767_268_800.0


def change(t: float, state: OutageState) -> Change:
    return Change(
        t=t, outage="out-1", state=state, roots=("sw-1",), cause=Cause.UNKNOWN,
        subscribers=8, confidence=0.9, since=AT, gain=9.0,
    )  # fmt: skip


def test_a_suspicion_read_again_leaves_the_outage_confirmed(tmp_path: Path) -> None:
    store = Database.in_directory(tmp_path)
    register = Register(store)
    Writer(register, Events(store)).write(change(AT + 30, OutageState.CONFIRMED), list)
    again = Writer(register, Events(store))
    again.write(change(AT + 15, OutageState.SUSPECTED), list)
    (outage,) = register.open_ones()
    assert outage.state is OutageState.CONFIRMED
    again.write(change(AT + 900, OutageState.CLEARING), list)
    assert [one.state for one in register.log(outage.id)] == [
        OutageState.CONFIRMED,
        OutageState.CLEARING,
    ]


def test_what_a_person_writes_meanwhile_is_not_taken_back(tmp_path: Path) -> None:
    store = Database.in_directory(tmp_path)
    register = Register(store)
    writer = Writer(register, Events(store))
    writer.write(change(AT + 30, OutageState.CONFIRMED), list)
    (outage,) = register.open_ones()
    by = datetime.fromtimestamp(AT + 7200, UTC)

    def a_person_writes_while_the_evidence_is_gathered(wish: Wish) -> Callable[[], list[str]]:
        def people() -> list[str]:
            announce.change(register, outage.id, wish, who="anna", now=by)
            return []

        return people

    ends = a_person_writes_while_the_evidence_is_gathered(Wish(expected_end=by))
    writer.write(change(AT + 600, OutageState.CLEARING), ends)
    (outage,) = register.open_ones()
    assert (outage.state, outage.expected_end) == (OutageState.CLEARING, by)
    closes = a_person_writes_while_the_evidence_is_gathered(Wish(state=OutageState.CLEARED))
    writer.write(change(AT + 700, OutageState.CONFIRMED), closes)
    assert not register.open_ones()
