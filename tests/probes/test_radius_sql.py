"""The SQL of the RADIUS probes means the same on SQLite, PostgreSQL and MariaDB."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from netdiag.model.content import Content
from netdiag.model.fact import Fact, Facts, Source
from netdiag.model.secret import Secret
from netdiag.model.wire import Deadline, Limits, NoAnswer, Target
from netdiag.probing.extract import Circumstances, extract
from netdiag.probing.render import Params, render
from netdiag.transports.sql import SqlTransport
from tests.probes.reading import probe_of
from tests.transports import sql_server

GIVEN = {"login": "petrov-12", "mac": "02:aa:00:00:00:12"}
# The columns of FreeRADIUS's schema that the probes read. Numbers of all rows are in the ids.
SCHEMA = """
CREATE TABLE radacct (radacctid {id}, username VARCHAR(64), acctstarttime {time},
  acctupdatetime {time}, acctstoptime {time}, callingstationid VARCHAR(50),
  acctterminatecause VARCHAR(32), framedipaddress VARCHAR(15), acctinputoctets BIGINT);
CREATE TABLE radpostauth (id {id}, username VARCHAR(64), pass VARCHAR(64), reply VARCHAR(32),
  authdate {time} {own}{added});
CREATE TABLE radcheck (id {id}, username VARCHAR(64), attribute VARCHAR(64), op CHAR(2),
  value VARCHAR(253));
"""
ADDED = ", callingstationid VARCHAR(50), reason VARCHAR(128)"


def ago(seconds: int, *, epoch: bool) -> str:
    """A time as the database keeps it; FreeRADIUS writes Unix seconds into SQLite."""
    moment = datetime.now(UTC) - timedelta(seconds=seconds)
    return str(int(moment.timestamp())) if epoch else f"'{moment:%Y-%m-%d %H:%M:%S}'"


def rows(*, epoch: bool, added: bool) -> str:
    """A session that is up, sixty old ones, a wrong password just now, and a good one before."""

    def t(seconds: int) -> str:
        return ago(seconds, epoch=epoch)

    mac = "'02:AA:00:00:00:12'"
    more = f", {mac}, 'pap: Cleartext password does not match'" if added else ""
    none = ", '', ''" if added else ""
    old = "".join(
        f"INSERT INTO radacct VALUES ({i + 10}, 'petrov-12', {t(90000 + i * 3600)}, "
        f"{t(89000 + i * 3600)}, {t(88000 + i * 3600)}, {mac}, 'User-Request', '100.64.0.12', 5);"
        for i in range(60)
    )
    return (
        f"INSERT INTO radacct VALUES (1, 'petrov-12', {t(7200)}, {t(120)}, NULL, {mac}, '', "
        "'100.64.0.12', 4711);"
        f"INSERT INTO radacct VALUES (2, 'petrov-12', {t(9000)}, {t(8000)}, {t(7300)}, {mac}, "
        "'Lost-Carrier', '100.64.0.12', 12);" + old + f"INSERT INTO radpostauth VALUES "
        f"(1, 'petrov-12', 'right', 'Access-Accept', {t(7200)}{none});"
        f"INSERT INTO radpostauth VALUES (2, 'petrov-12', 'wrong', 'Access-Reject', {t(60)}{more});"
        f"INSERT INTO radpostauth VALUES (3, 'ivanov-3', 'x', 'Access-Accept', {t(30)}{none});"
        "INSERT INTO radcheck VALUES (1, 'petrov-12', 'Cleartext-Password', ':=', 'right');"
    )


@pytest.fixture(params=["stock", "added"])
def added(request: pytest.FixtureRequest) -> bool:
    """Has the operator added the MAC and the reason to radpostauth?"""
    return bool(request.param == "added")


@pytest.fixture
def sqlite(tmp_path: Path, added: bool) -> Target:
    """FreeRADIUS on SQLite."""
    words = {"id": "INTEGER PRIMARY KEY", "time": "DATETIME", "own": "", "added": ""}
    words["added"] = ADDED if added else ""
    connection = sqlite3.connect(tmp_path / "radius.db")
    connection.executescript(SCHEMA.format(**words) + rows(epoch=True, added=added))
    connection.close()
    return _target(f"sqlite:///{tmp_path / 'radius.db'}")


@pytest.fixture
def postgresql(monkeypatch: pytest.MonkeyPatch, added: bool) -> Iterator[Target]:
    """FreeRADIUS on PostgreSQL: times with a zone."""
    words = {"id": "BIGINT PRIMARY KEY", "time": "TIMESTAMP WITH TIME ZONE", "own": ""}
    script = "SET TIME ZONE 'UTC';" + SCHEMA.format(**words, added=ADDED if added else "")
    grants = "GRANT SELECT ON radpostauth, radcheck TO reader;"
    script += rows(epoch=False, added=added) + grants
    monkeypatch.setattr(sql_server, "TABLE", script)
    with sql_server.postgresql() as server:
        yield _target(server.url())


@pytest.fixture
def mariadb(monkeypatch: pytest.MonkeyPatch, added: bool) -> Iterator[Target]:
    """FreeRADIUS on MariaDB: times without a zone."""
    words = {"id": "BIGINT PRIMARY KEY", "time": "DATETIME NULL", "own": ""}
    script = SCHEMA.format(**words, added=ADDED if added else "") + rows(epoch=False, added=added)
    monkeypatch.setattr(sql_server, "TABLE", script)
    with sql_server.mariadb() as server:
        yield _target(f"mysql://root@127.0.0.1:{server.port}/radius")


def _target(url: str) -> Target:
    return Target(
        device="radius", host="radius", secrets={"sql.url": Secret(url)}, limits=Limits(sessions=4)
    )


async def facts_of(content: Content, target: Target) -> dict[str, object]:
    """All facts of all RADIUS probes, and for those without an answer the reason."""
    transport, found = SqlTransport(), {}
    try:
        for probe_id in ("answers", "open-session", "sessions", "rejects", "rejects-stock"):
            probe = probe_of(content, "freeradius", probe_id)
            params = Params(GIVEN, Facts())
            reply = await transport.ask(target, render(probe.ask, params), Deadline.after(10))
            if isinstance(reply, NoAnswer):
                found[probe_id] = str(reply.why)
                continue
            source = Source(transport="sql", probe=probe_id, query="")
            at = Circumstances(params=params, now=datetime.now(UTC), source=source)
            readings = extract(probe, reply, content.vocabulary, at)
            found.update({r.name: r.value for r in readings if isinstance(r, Fact)})
    finally:
        await transport.close()
    return found


def check(facts: dict[str, object], *, added: bool) -> None:
    """The same story from every database."""
    assert facts["session.state"] == "up"
    assert facts["session.mac"] == "02:aa:00:00:00:12"
    assert facts["session.ip"] == "100.64.0.12"
    assert facts["session.in_octets"] == 4711
    assert abs(int(str(facts["session.uptime_s"])) - 7200) < 30
    # Sixty older rows do not cut the answer about the last day.
    assert facts["session.count"] == 1
    assert facts["session.drops_24h"] == 1
    assert facts["session.last_terminate_cause"] == "lost_carrier"
    assert abs(int(str(facts["aaa.last_answer_age_s"])) - 30) < 30
    assert facts["aaa.last_reject_reason"] == "wrong_password"
    assert abs(int(str(facts["aaa.last_reject_age_s"])) - 60) < 30
    assert abs(int(str(facts["aaa.last_accept_age_s"])) - 7200) < 30
    assert ("rejects" in facts) is not added, "without the added columns the query must fail"
    assert facts.get("aaa.tried_login") == ("petrov-12" if added else None)


async def test_radius_probes_on_sqlite(content: Content, sqlite: Target, added: bool) -> None:
    check(await facts_of(content, sqlite), added=added)


@pytest.mark.real
async def test_radius_probes_on_postgresql(
    content: Content, postgresql: Target, added: bool
) -> None:
    check(await facts_of(content, postgresql), added=added)


@pytest.mark.real
async def test_radius_probes_on_mariadb(content: Content, mariadb: Target, added: bool) -> None:
    check(await facts_of(content, mariadb), added=added)
