"""Session starts and stops out of FreeRADIUS's own tables, on real PostgreSQL and MariaDB; sessions
of a router compared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from netdiag.listeners.accounting import events
from netdiag.listeners.sessions import compared
from netdiag.model.event import Event
from netdiag.model.secret import Secret
from netdiag.model.wire import Answer, NoAnswer, RouterosCall
from netdiag.model.words import AbsenceReason
from netdiag.service.app import App
from netdiag.service.setup import load_settings
from netdiag.service.watch.evidence import Evidence
from netdiag.service.watch.sessions import AskError, Sessions
from netdiag.settings import Database
from netdiag.store.cursors import Cursors
from netdiag.store.events import Events
from tests.inventory.sql_servers import mariadb, postgresql
from tests.watch.daemons import COMMUNITY, Watched, inventory

SCHEMAS = Path("/etc/freeradius/3.0/mods-config/sql/main")


@pytest.fixture(scope="module", params=["postgresql", "mysql"])
def radius(request: pytest.FixtureRequest) -> Iterator[tuple[sa.Engine, str]]:
    """An administrator's engine of a database with FreeRADIUS's packaged schema."""
    schema = SCHEMAS / request.param / "schema.sql"
    if not schema.is_file():
        pytest.skip(f"needs the package freeradius-{request.param}")
    with (postgresql if request.param == "postgresql" else mariadb)() as (server, _):
        with server.connect() as connection:
            connection.exec_driver_sql("CREATE DATABASE radius")
        url = server.url.set(database="radius")
        engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in _statements(schema.read_text(encoding="utf-8")):
                connection.exec_driver_sql(statement.replace("%", "%%"))
        yield engine, url.render_as_string(hide_password=False)
        engine.dispose()


def _statements(text: str) -> list[str]:
    bare = re.sub(r"/\*.*?\*/|(?:--|#)[^\n]*", "", text, flags=re.DOTALL)
    found = [part.strip() for part in bare.split(";")]
    return [part for part in found if part.upper().startswith(("CREATE TABLE", "CREATE INDEX"))]


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    monkeypatch.setenv("COMMUNITY", COMMUNITY)
    inventory(tmp_path)
    Watched(tmp_path).configure("")
    made = App.open(str(tmp_path / "netdiag.yaml"))
    yield made
    made.database.close()
    made.inventory.close()


def kept(app: App) -> list[Event]:
    return [one.event for one in Events(app.database).after(0)]


def start(engine: sa.Engine, number: int, login: str) -> None:
    insert = sa.text(
        "INSERT INTO radacct (acctsessionid, acctuniqueid, username, nasipaddress, acctstarttime,"
        " callingstationid) VALUES (:s, :u, :login, '10.0.0.1', CURRENT_TIMESTAMP, 'aa')"
    )
    with engine.connect() as connection:
        connection.execute(insert, {"s": f"s{number}", "u": f"u{number}", "login": login})


def stop(engine: sa.Engine, number: int) -> None:
    change = sa.text("UPDATE radacct SET acctstoptime = CURRENT_TIMESTAMP WHERE acctuniqueid = :u")
    with engine.connect() as connection:
        connection.execute(change, {"u": f"u{number}"})


async def test_starts_and_stops_are_taken_once_also_after_a_restart(
    radius: tuple[sa.Engine, str], app: App
) -> None:
    engine, url = radius
    object.__setattr__(app.settings, "radius", Database(url=Secret(url)))
    start(engine, 1, "long-ago")
    evidence = Evidence(Events(app.database))
    sessions = Sessions(evidence, Cursors(app.database))
    await sessions.accounting(app)
    assert kept(app) == []  # what was there before is no news
    start(engine, 2, "login-sw-11-1")
    start(engine, 3, "login-sw-11-2")
    await sessions.accounting(app)
    stop(engine, 2)
    stop(engine, 1)
    again = Sessions(evidence, Cursors(app.database))  # the daemon was started again
    for _ in range(3):
        await again.accounting(app)
    found = [(one.subject, one.state) for one in kept(app)]
    assert sorted(found) == [
        ("login-sw-11-1", "down"),
        ("login-sw-11-1", "up"),
        ("login-sw-11-2", "up"),
        ("long-ago", "down"),
        ("long-ago", "up"),
    ]
    now = datetime.now(UTC)
    assert all(timedelta(0) <= now - one.at < timedelta(seconds=60) for one in kept(app))
    await app.wires.close()


async def test_more_stops_at_once_than_one_answer_holds_are_all_taken(
    radius: tuple[sa.Engine, str], app: App
) -> None:
    """A mass outage: 4,500 sessions end in the same second."""
    engine, url = radius
    object.__setattr__(app.settings, "radius", Database(url=Secret(url)))
    sessions = Sessions(Evidence(Events(app.database)), Cursors(app.database))
    await sessions.accounting(app)
    insert = sa.text(
        "INSERT INTO radacct (acctsessionid, acctuniqueid, username, nasipaddress, acctstarttime,"
        " callingstationid) VALUES (:s, :u, :login, '10.0.0.1', CURRENT_TIMESTAMP, 'aa')"
    )
    many = [{"s": f"m{n}", "u": f"m{n}", "login": f"many-{n}"} for n in range(4500)]
    change = sa.text("UPDATE radacct SET acctstoptime = CURRENT_TIMESTAMP WHERE username LIKE 'm%'")
    with engine.connect() as connection:
        connection.execute(insert, many)
        await sessions.accounting(app)
        connection.execute(change)
    await sessions.accounting(app)
    found = [one.event for one in Events(app.database).after(0, 20_000)]
    for state in ("up", "down"):
        assert len({one.subject for one in found if one.state == state}) >= 4500, state
    await app.wires.close()


def test_a_date_of_zeros_is_no_time() -> None:
    zeros = "0000-00-00 00:00:00"
    row = {"radacctid": 1, "username": "a", "acctstarttime": "2026-01-01 10:00:00",
           "acctstoptime": zeros, "db_now": "2026-01-01 10:00:05"}  # fmt: skip
    assert [one.state for one in events([row], datetime.now(UTC))] == ["up"]


async def test_a_database_that_is_down_tells_nothing(app: App) -> None:
    url = "postgresql://who:hush@127.0.0.1:1/radius"
    object.__setattr__(app.settings, "radius", Database(url=Secret(url)))
    with pytest.raises(AskError) as caught:
        await Sessions(Evidence(Events(app.database)), Cursors(app.database)).accounting(app)
    assert "hush" not in str(caught.value)
    assert kept(app) == []
    await app.wires.close()


def test_who_came_and_went_between_two_lists() -> None:
    now = datetime.now(UTC)
    found = list(compared("bng-1", ["a", "b"], ["b", "c"], now))
    assert [(one.subject, one.state) for one in found] == [("c", "up"), ("a", "down")]
    assert [one.state for one in compared("bng-1", None, ["a"], now)] == ["up"]


class Router:
    """Answers with the lists it was given, one after the other."""

    def __init__(self, *replies: Answer | NoAnswer) -> None:
        self.replies = list(replies)
        self.asked: list[RouterosCall] = []

    async def ask(self, _transport, _target, question, _deadline):
        self.asked.append(question)
        return self.replies.pop(0)


def listing(*names: str, cut: bool = False) -> Answer:
    return Answer(rows=tuple({"name": name} for name in names), cut=cut)


async def test_a_list_that_was_cut_or_did_not_come_says_of_nobody_that_he_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMMUNITY", COMMUNITY)
    inventory(tmp_path)
    devices = tmp_path / "devices.csv"
    devices.write_text(devices.read_text() + "bng-1,127.77.9.1,bng,mikrotik_routeros,town\n")
    Watched(tmp_path).configure("")
    config = tmp_path / "netdiag.yaml"
    config.write_text(
        config.read_text().replace(
            "snmp: {community: {env: COMMUNITY}}",
            "snmp: {community: {env: COMMUNITY}}, "
            "routeros: {username: netdiag, password: {env: COMMUNITY}}",
        )
    )
    assert load_settings(str(config))
    app = App.open(str(config))
    silent = NoAnswer(why=AbsenceReason.TIMED_OUT, detail="no answer")
    replies = [listing("a", "b"), listing("a", cut=True), silent, listing("a", "c")]
    router = Router(*replies)
    monkeypatch.setattr(app.wires, "ask", router.ask)
    sessions = Sessions(Evidence(Events(app.database)), Cursors(app.database))
    states = []
    for _ in replies:
        await sessions.routers(app)
        states.append([(one.subject, one.state) for one in kept(app)])
    assert states[0] == states[1] == states[2] == [("a", "up"), ("b", "up")]
    assert states[3][2:] == [("c", "up"), ("b", "down")]
    assert router.asked[0].proplist == ("name",)
    assert router.asked[0].max_rows == 20_000
    app.database.close()
    app.inventory.close()
