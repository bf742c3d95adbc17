"""What the store's past teaches: offices that close together are no outage, over restarts too."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from netdiag.model.event import Event
from netdiag.model.outage import Cause, Origin, Outage, OutageState
from netdiag.outages.observation import Kind, Observation, State
from netdiag.outages.tree import AccessTree
from netdiag.outages.watch import Watch
from netdiag.service.watch.inference import Inference
from netdiag.service.watch.learning import Learning, teach
from netdiag.service.watch.tree import Known
from netdiag.store.cursors import Cursors
from netdiag.store.database import Database
from netdiag.store.events import Events
from netdiag.store.outages import Entry, Register
from tests.outages.small_town import EVERYBODY, on, resources

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
CLOSES = timedelta(hours=18)
OFFICE = on("sw-12")


def known() -> Known:
    return Known(tree=AccessTree(resources()), devices={})


def session(at: datetime, who: str, state: str) -> Event:
    return Event(at=at, source="radacct", subject=who, kind="session", state=state)


def ten_days(office: bool) -> list[Event]:
    """Everybody drops once in three days; the office goes home at six, all within four minutes."""
    found = []
    for day in range(10):
        midnight = NOW.replace(hour=0) - timedelta(days=10 - day)
        for n, who in enumerate(EVERYBODY):
            if who in OFFICE and office:
                left = midnight + CLOSES + timedelta(seconds=30 * (n % 8))
                back = midnight + timedelta(hours=32, minutes=n)
                found += [session(left, who, "down"), session(left + timedelta(60e-5), who, "down")]
                found.append(session(back, who, "up"))
            elif n % 3 == day % 3:
                left = midnight + timedelta(hours=(7 * n) % 24, minutes=n)
                found += [session(left, who, "down")]
                found += [session(left + timedelta(minutes=5), who, "up")]
    return sorted(found, key=lambda one: one.at)


@pytest.fixture
def store(tmp_path: Path) -> Database:
    return Database.in_directory(tmp_path)


def put(store: Database, events: list[Event]) -> None:
    """In the order of receipt, each received when it happened."""
    into = Events(store)
    for one in events:
        into.add([one], one.at)


def evening(watch: Watch) -> set[tuple[str, ...]]:
    """The office goes home once more; what is confirmed of it."""
    begin = NOW.replace(hour=0).timestamp() + CLOSES.total_seconds()
    rest = [Observation(begin - 3000, who, Kind.SESSION, State.UP) for who in EVERYBODY]
    rest += [
        Observation(begin + 30 * n, who, Kind.SESSION, State.DOWN) for n, who in enumerate(OFFICE)
    ]
    changes = []
    for now in range(int(begin) - 3000, int(begin) + 1200, 30):
        while rest and rest[0].t <= now:
            watch.observe(rest.pop(0))
        changes += watch.tick(now)
    return {one.roots for one in changes if one.state is OutageState.CONFIRMED}


def test_an_office_that_goes_home_is_learned_from_the_store_and_over_a_restart(store):
    put(store, ten_days(office=True))
    assert evening(Watch(known().tree)) == {("sw-12",)}
    learning, here = Learning(store), known()
    assert learning.due(NOW)
    lessons = learning.learn(here, Watch(here.tree), NOW)
    assert lessons.days == 10
    assert sum(lessons.profile["sw-12"]) == 8 * 10  # told twice counts once
    again = Learning(store)
    assert not again.due(NOW + timedelta(hours=23))
    assert again.due(NOW + timedelta(hours=24))
    assert again.lessons == lessons
    watch = Watch(known().tree)
    teach(watch, again.lessons)
    assert evening(watch) == set()


def test_where_nobody_has_that_habit_the_same_evening_is_an_outage(store):
    put(store, ten_days(office=False))
    here = known()
    watch = Watch(here.tree)
    teach(watch, Learning(store).learn(here, watch, NOW))
    assert evening(watch) == {("sw-12",)}


def outage(register: Register, since: datetime, gain: float, *states: OutageState) -> None:
    opened = register.open(
        Outage(
            id="", root="sw-12", state=OutageState.CONFIRMED, cause=Cause.UNKNOWN,
            origin=Origin.INFERENCE, since=since,
        ),
        "inference", evidence={"gain": gain},
    )  # fmt: skip
    for n, state in enumerate(states, 1):
        at = since + timedelta(minutes=10 * n)
        over = state is OutageState.CLEARED
        changed = replace(opened, state=state, cleared_at=at if over else None)
        entry = Entry(at=at, who="inference", state=state, note="")
        register.change(opened.id, lambda _, to=(changed, entry): to)


def test_who_fell_in_an_outage_teaches_nothing_but_a_habit_that_was_called_one_does(store):
    put(store, ten_days(office=True))
    register, here = Register(store), known()
    yesterday = NOW.replace(hour=18) - timedelta(days=1)
    outage(register, yesterday, 9.0, OutageState.CLEARING, OutageState.CLEARED)
    once = Learning(store).learn(here, Watch(here.tree), NOW).profile["sw-12"]
    for day in (2, 3):
        at = NOW.replace(hour=18) - timedelta(days=day)
        outage(register, at, 9.0, OutageState.CLEARING, OutageState.CLEARED)
    thrice = Learning(store).learn(here, Watch(here.tree), NOW).profile["sw-12"]
    assert sum(thrice) == sum(once) + len(OFFICE)


def test_confidence_is_fitted_to_outages_whose_truth_is_known(store):
    register, here = Register(store), known()
    for hour in range(30):
        since = NOW - timedelta(hours=hour + 2)
        gone = (OutageState.CLEARED,)
        outage(register, since, 6.0, *gone)
    watch = Watch(here.tree)
    before = watch.book.reporter.calibration(6.0)
    lessons = Learning(store).learn(here, watch, NOW)
    assert lessons.outages == 30
    teach(watch, lessons)
    assert watch.book.reporter.calibration(6.0) < before - 0.3


async def test_the_daemon_learns_once_a_day_and_knows_it_after_a_restart(store, monkeypatch):
    """Also when the watch's own memory is gone."""
    here = known()
    monkeypatch.setattr("netdiag.service.watch.inference.known_of", lambda inventory, now: known())
    put(store, [replaced(one) for one in ten_days(office=True)])
    app = SimpleNamespace(inventory=SimpleNamespace(topology=lambda: here))
    first = Inference(store, lambda: app, 300.0)
    await first.turn()
    assert await first.learn()
    assert not await first.learn()
    learned = {first.watch.tree.label(n): list(k) for n, k in first.watch.hazard.slots.items()}
    assert sum(learned["sw-12"]) > 50
    Cursors(store).put("watch", "not readable any more", datetime.now(UTC))
    second = Inference(store, lambda: app, 300.0)
    await second.turn()
    assert not await second.learn()
    assert list(second.watch.hazard.slots[second.watch.tree.number["sw-12"]]) == learned["sw-12"]


def replaced(one: Event) -> Event:
    """The same, so many days later that it ends today."""
    return session(one.at + (datetime.now(UTC) - NOW), one.subject, one.state)
