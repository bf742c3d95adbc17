"""What no outage explains, what flaps, and what is unusual."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from netdiag.model.words import Side
from netdiag.service.board.mix import shares
from netdiag.service.board.state import Light, Lit
from netdiag.service.board.symptoms import FLAPPING, flapping, unexplained
from netdiag.store.glance import Found, Seen, _last_states

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
FAULT = Found(device="sw-1", fault="provider.line.port-errors", side="provider", count=2, last=NOW)


def seen(subject: str, state: str = "down", changes: int = 0) -> Seen:
    return Seen(subject=subject, kind="session", state=state, at=NOW, changes=changes)


PLACES = {"a": ("sw-1", "1"), "b": ("sw-1", "2"), "c": ("sw-2", "1")}


def test_symptoms_behind_an_outage_are_explained_and_the_others_are_not() -> None:
    lit = {"sw-1": (Lit(light=Light.DOWN, outage="out-1"),)}
    losses = [seen("a"), seen("b"), seen("c")]
    found = unexplained([FAULT], losses, lit, PLACES.get)
    assert [(one.place, one.count) for one in found] == [("sw-2", 1)]


def test_a_port_s_outage_explains_that_port_alone() -> None:
    lit = {"sw-1": (Lit(light=Light.PART, outage="out-1", port="1"),)}
    found = unexplained([], [seen("a"), seen("b")], lit, PLACES.get)
    assert [(one.place, one.count) for one in found] == [("sw-1", 1)]


def test_a_merely_suspected_outage_explains_nothing() -> None:
    lit = {"sw-1": (Lit(light=Light.SUSPECTED, outage="out-1"),)}
    assert len(unexplained([FAULT], [seen("a")], lit, PLACES.get)) == 2


def test_a_subject_that_nobody_knows_stands_for_itself_and_what_is_up_is_no_symptom() -> None:
    found = unexplained([], [seen("ghost"), seen("a", state="up")], {}, PLACES.get)
    assert [one.place for one in found] == ["ghost"]


def test_a_port_flaps_from_its_fourth_change_on() -> None:
    states = [("sw-1:1", "trap", "up" if n % 2 else "down", NOW + timedelta(n)) for n in range(5)]
    assert [one.changes for one in flapping(_last_states(states))] == [FLAPPING]
    assert flapping(_last_states(states[:4])) == []


def test_more_than_on_other_days_is_told_and_little_is_not() -> None:
    now = {"provider": 40, "account": 4}
    before = [{"provider": 10, "account": 0}, {"provider": 14, "account": 0}]
    found = {one.side: one for one in shares(now, before)}
    assert found[Side.PROVIDER].usual == 12
    assert found[Side.PROVIDER].unusual
    assert not found[Side.ACCOUNT].unusual
    assert not any(one.unusual for one in shares(now, []))
