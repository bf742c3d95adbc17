"""Judged again after a crash, an outage that was told is not doubted."""

from __future__ import annotations

from pathlib import Path

from netdiag.model.outage import Cause, OutageState
from netdiag.outages.change import Change
from netdiag.service.watch_register import Writer
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
