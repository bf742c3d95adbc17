"""A worker's copy of its site, and what it brings back: once, whatever happens in between."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from netdiag.model.event import Event
from netdiag.model.sweep import Finding
from netdiag.store import catch_up
from netdiag.store.catch_up import CatchUp
from netdiag.store.database import Database, StoreError
from netdiag.store.events import Events
from netdiag.store.findings import Findings
from netdiag.store.mirror import Mirror, own_runs
from netdiag.store.sweep_tables import finding_votes, findings, sweep_days, sweep_devices, sweeps
from netdiag.store.sweeps import Run, Sweeps, Visited
from netdiag.store.tables import events

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=3)


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path}/spool.db")
    yield made
    made.close()


def finding(device: str, since: datetime, **more: Any) -> Finding:
    given = {"rule": "port.half-duplex", "place": "7", "port": "7", "site": "north"} | more
    return Finding(
        device=device, since=since, seen_at=since, sure=0.9, rank=1.0,
        severity="minor", evidence={"port.duplex": "half"}, **given,
    )  # fmt: skip


def run(key: str, at: datetime, **summary: Any) -> Run:
    return Run(
        id=key, site="north", scope={"site": "north"}, state="done", owner="x:1", started_at=at,
        alive_at=at, finished_at=at, total=2, done=2, summary=summary,
    )  # fmt: skip


def visited(device: str, site: str = "north", known: bytes = b"old") -> Visited:
    return Visited(device=device, site=site, reach="ok", detail="", known=known)


def central_site(central: Database) -> list[Finding]:
    """Two devices at north with a day, one at south; a finding each."""
    rows = [visited("a"), visited("b"), visited("c", site="south")]
    Sweeps(central).keep("sweep-1", rows, [("a", date(2026, 11, 27), b"day")], NOON)
    return Findings(central).keep(
        [finding("a", NOON), finding("b", NOON), finding("c", NOON, site="south")], []
    )


def alone(local: Database) -> None:
    """What a sweep without the store leaves in the file."""
    Sweeps(local).keep(
        "away-1", [visited("a", known=b"new")], [("a", date(2026, 11, 28), b"day")], LATER
    )
    down = Event(at=LATER, source="sweep", subject="b", kind="probe", state="down", key="away-1:b")
    Events(local).add([down], LATER)
    register = Findings(local)
    known = {one.device: one for one in register.find()}
    over = Finding(**{n: getattr(known["b"], n) for n in Finding.__dataclass_fields__}
                   | {"state": "closed", "closed_at": LATER, "seen_at": LATER})  # fmt: skip
    made = register.keep([finding("a", LATER, rule="port.flapping")], [over])
    numbers = {"new": [made[0].id], "gone": [over.id]}
    with local.write() as connection:
        told = run("away-1", LATER, **numbers)
        row = {name: getattr(told, name) for name in Run.__dataclass_fields__}
        connection.execute(sweeps.insert().values(row))


def count(database: Database, table: Any) -> int:
    with database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def test_the_copy_holds_the_site_and_nothing_else(database: Database, local: Database) -> None:
    central_site(database)
    mirror = Mirror(database, local, ["north"])
    assert mirror.take(NOON) == 5  # two devices, a day, two findings
    assert {one.device for one in Findings(local).find()} == {"a", "b"}
    assert Sweeps(local).known(["a", "b", "c"]) == {"a": b"old", "b": b"old"}
    assert list(Sweeps(local).days(["a"], date(2026, 1, 1))["a"]) == [date(2026, 11, 27)]
    assert mirror.take(NOON) == 0  # nothing changed, nothing crosses the line
    Sweeps(database).keep("sweep-2", [visited("b", known=b"more")], [], LATER)
    assert mirror.take(LATER) == 1
    assert Sweeps(local).known(["b"]) == {"b": b"more"}


def test_what_was_found_alone_is_brought_once(database: Database, local: Database) -> None:
    central_site(database)
    Mirror(database, local, ["north"]).take(NOON)
    alone(local)
    told: list[list[int]] = []
    caught = CatchUp(database, local, told.append).run(LATER)
    assert (caught.sweeps, caught.devices, caught.days, caught.events) == (1, 1, 1, 1)
    register = Findings(database)
    new = register.get(caught.new[0])
    assert new is not None
    assert (new.rule, new.since) == ("port.flapping", LATER)
    assert told == [caught.new]
    assert {(one.device, one.rule) for one in register.find()} == {
        ("a", "port.half-duplex"), ("a", "port.flapping"), ("c", "port.half-duplex"),
    }  # fmt: skip
    brought = Sweeps(database).last(1)[0]
    assert brought.id == "away-1"
    assert brought.summary["new"] == caught.new
    assert brought.summary["gone"] == [one.id for one in register.find(state="closed")]
    (silence,) = Events(database).after(0)
    assert silence.event.at == LATER  # its own time, not that of the return
    assert own_runs(local) == 0
    assert CatchUp(database, local).run(LATER).sweeps == 0


@pytest.mark.parametrize("at", ["_days", "_devices", "_findings", "_sweeps", "_tell", "_clean"])
def test_a_crash_in_between_doubles_nothing(
    database: Database, local: Database, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    central_site(database)
    Mirror(database, local, ["north"]).take(NOON)
    alone(local)
    told: list[list[int]] = []
    broken = CatchUp(database, local, told.append)

    def dies(*_: Any) -> None:
        raise StoreError("the line was cut again")

    monkeypatch.setattr(broken, at, dies)
    with pytest.raises(StoreError):
        broken.run(LATER)
    assert own_runs(local) == 1
    CatchUp(database, local, told.append).run(LATER)
    tables = (sweeps, sweep_devices, sweep_days, findings, events)
    assert [count(database, one) for one in tables] == [1, 3, 2, 4, 1]
    assert len({number for one in told for number in one}) == 1


def test_a_crash_in_the_midst_of_findings_doubles_none(
    database: Database, local: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    central_site(database)
    Mirror(database, local, ["north"]).take(NOON)
    Findings(local).keep([finding(f"d{n}", LATER) for n in range(7)], [])
    with local.write() as connection:
        row = {n: getattr(run("away-1", LATER), n) for n in Run.__dataclass_fields__}
        connection.execute(sweeps.insert().values(row))
    monkeypatch.setattr(catch_up, "BITE", 2)
    real, calls = catch_up.brought, 0

    def third(*args: Any, **more: Any) -> tuple[int | None, bool]:
        nonlocal calls
        calls += 1
        if calls == 6:
            raise StoreError("the line was cut again")
        return real(*args, **more)

    monkeypatch.setattr(catch_up, "brought", third)
    with pytest.raises(StoreError):
        CatchUp(database, local).run(LATER)
    assert count(database, findings) == 3 + 2  # two bites of ours and theirs came through
    caught = CatchUp(database, local).run(LATER)
    assert count(database, findings) == 3 + 7
    assert len(caught.new) == 7  # told of all: none had been told before


def test_what_a_technician_and_another_worker_said_meanwhile_stands(
    database: Database, local: Database
) -> None:
    first, *_ = central_site(database)
    Mirror(database, local, ["north"]).take(NOON)
    alone(local)
    register = Findings(database)
    register.vote(first, useful=False, who="t", remark="", now=LATER)
    other = register.keep([finding("a", NOON, rule="port.flapping")], [])[0]
    newer = LATER + timedelta(minutes=1)
    Sweeps(database).keep("sweep-9", [visited("a", known=b"newest")], [], newer)
    caught = CatchUp(database, local).run(newer)
    told = register.get(first.id or 0)
    assert told is not None
    assert told.state == "nonsense"
    assert caught.new == []
    assert [one.id for one in register.find() if one.rule == "port.flapping"] == [other.id]
    assert Sweeps(database).known(["a"]) == {"a": b"newest"}
    assert count(database, finding_votes) == 1
