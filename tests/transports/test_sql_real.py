"""The sql transport against real PostgreSQL and MariaDB servers."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from sql_server import PASSWORD, Database, mariadb, postgresql

from netdiag.model.wire import Answer, Deadline, NoAnswer, SqlQuery
from netdiag.model.words import AbsenceReason as Why
from netdiag.transports.sql import SqlTransport
from tests.patience import BUSY_S

pytestmark = pytest.mark.real

SLEEP = {"postgresql": "SELECT pg_sleep(60)", "mysql": "SELECT SLEEP(60) FROM radacct"}
MANY = {
    "postgresql": "SELECT * FROM generate_series(1, 3000000) AS n",
    "mysql": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900)"
    " SELECT a.i FROM n AS a, n AS b, radacct",
}
RUNNING = {
    "postgresql": "SELECT count(*) AS n FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%'"
    " AND state = 'active' AND pid <> pg_backend_pid()",
    "mysql": "SELECT count(*) AS n FROM information_schema.processlist"
    " WHERE info LIKE '%SLEEP(60)%' AND id <> connection_id()",
}


@pytest.fixture(scope="module", params=["postgresql", "mariadb"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    with {"postgresql": postgresql, "mariadb": mariadb}[request.param]() as running:
        yield running


@pytest.fixture
async def transport() -> AsyncIterator[SqlTransport]:
    made = SqlTransport()
    yield made
    await made.close()


async def running(transport: SqlTransport, database: Database) -> bool:
    """Is the slow query still under way on the server?"""
    left = await transport.ask(database.target(), SqlQuery(text=RUNNING[database.kind]), soon())
    assert isinstance(left, Answer), left
    return left.rows != ({"n": 0},)


def soon(seconds: float = 30.0) -> Deadline:
    return Deadline.after(seconds)


async def test_rows_with_their_types(transport: SqlTransport, database: Database) -> None:
    query = SqlQuery(
        text="SELECT * FROM radacct WHERE note = :note", params={"note": "квартира 12"}
    )
    answer = await transport.ask(database.target(), query, soon())
    assert isinstance(answer, Answer), answer
    assert answer.rows == (
        {
            "id": 1,
            "login": "petrov",
            "started": "2026-01-01T03:04:05",
            "octets": 9007199254740993,
            "price": "10.50",
            "note": "квартира 12",
            "raw": b"\x00\xff",
        },
    )


async def test_times_with_a_zone_keep_it(transport: SqlTransport, database: Database) -> None:
    if database.kind != "postgresql":
        pytest.skip("MariaDB keeps no offsets")
    query = SqlQuery(text="SELECT TIMESTAMPTZ '2026-01-01 03:04:05+03' AS at")
    answer = await transport.ask(database.target(), query, soon())
    assert isinstance(answer, Answer), answer
    assert str(answer.rows[0]["at"]).endswith("+00:00") or "+" in str(answer.rows[0]["at"])


async def test_a_huge_result_is_cut_by_the_server(
    transport: SqlTransport, database: Database
) -> None:
    query = SqlQuery(text=MANY[database.kind], max_rows=10)
    answer = await transport.ask(database.target(), query, soon())
    assert isinstance(answer, Answer), answer
    assert (len(answer.rows), answer.cut) == (10, True)


async def test_order_comments_and_casts_survive(
    transport: SqlTransport, database: Database
) -> None:
    text = "WITH r AS (SELECT * FROM radacct) SELECT login, CAST(id AS CHAR) AS id FROM r"
    query = SqlQuery(text=f"{text} ORDER BY r.id DESC -- the newest first")
    answer = await transport.ask(database.target(), query, soon())
    assert isinstance(answer, Answer), answer
    assert [row["login"] for row in answer.rows] == ["000123", "petrov"]


async def test_wrong_password_is_denied_and_not_repeated(
    transport: SqlTransport, database: Database
) -> None:
    wrong = database.target(password="wrong-one")
    logins: list[object] = []
    listening = (sa.Engine, "do_connect", lambda *_: logins.append(1))
    sa.event.listen(*listening)
    for _ in range(2):
        answer = await transport.ask(wrong, SqlQuery(text="SELECT 1"), soon())
        assert isinstance(answer, NoAnswer)
        assert answer.why is Why.ACCESS_DENIED
        assert "wrong-one" not in repr(answer)
    sa.event.remove(*listening)
    assert len(logins) == 1
    right = await transport.ask(database.target(), SqlQuery(text="SELECT 1"), soon())
    assert isinstance(right, Answer)


async def test_a_table_that_may_not_be_read(transport: SqlTransport, database: Database) -> None:
    answer = await transport.ask(database.target(), SqlQuery(text="SELECT * FROM hidden"), soon())
    assert isinstance(answer, NoAnswer)
    assert answer.why is Why.ACCESS_DENIED
    after = await transport.ask(database.target(), SqlQuery(text="SELECT 1 AS x"), soon())
    assert isinstance(after, Answer), "the login itself was not refused"


async def test_unknown_tables_and_columns_are_named(
    transport: SqlTransport, database: Database
) -> None:
    # MariaDB tells nobody of tables that he has no right to; so only the column there.
    texts = {"SELECT lohin FROM radacct": "lohin"}
    if database.kind == "postgresql":
        texts["SELECT * FROM radact"] = "radact"
    for text, word in texts.items():
        answer = await transport.ask(database.target(), SqlQuery(text=text), soon())
        assert isinstance(answer, NoAnswer)
        assert answer.why is Why.UNREADABLE, answer
        assert word in answer.detail
        assert PASSWORD not in answer.detail
        assert str(database.port) not in answer.detail


async def test_unknown_database_and_user_names_are_not_shown(
    transport: SqlTransport, database: Database
) -> None:
    answer = await transport.ask(
        database.target(database="nowhere"), SqlQuery(text="SELECT 1"), soon()
    )
    assert isinstance(answer, NoAnswer)
    assert answer.why in (Why.NOT_REACHABLE, Why.ACCESS_DENIED)
    assert "nowhere" not in answer.detail


async def test_slow_query_ends_on_the_server_too(
    transport: SqlTransport, database: Database
) -> None:
    started = time.monotonic()
    answer = await transport.ask(database.target(), SqlQuery(text=SLEEP[database.kind]), soon(0.6))
    assert time.monotonic() - started < BUSY_S
    assert isinstance(answer, NoAnswer), answer
    assert answer.why is Why.TIMED_OUT
    async with asyncio.timeout(BUSY_S):
        while await running(transport, database):
            await asyncio.sleep(0.1)


async def test_the_transaction_is_read_only(transport: SqlTransport, database: Database) -> None:
    if database.kind == "postgresql":
        text = "SELECT nextval('counter') AS x"
    else:
        text = "SELECT @@tx_read_only AS x, @@sql_select_limit AS y"
    answer = await transport.ask(database.target(), SqlQuery(text=text), soon())
    if database.kind == "postgresql":
        assert isinstance(answer, NoAnswer)
        assert answer.why is Why.NOT_ASKED
        assert "write" in answer.detail
    else:
        assert isinstance(answer, Answer), answer
        assert answer.rows[0]["y"] == 65


async def test_questions_at_once_and_one_login_for_the_next(
    transport: SqlTransport, database: Database
) -> None:
    query = SqlQuery(text="SELECT login FROM radacct WHERE id = :id", params={"id": "1"})
    answers = await asyncio.gather(
        *(transport.ask(database.target(), query, soon()) for _ in range(12))
    )
    assert all(isinstance(answer, Answer) for answer in answers)


async def test_a_restarted_server_is_asked_again(
    transport: SqlTransport, database: Database
) -> None:
    query = SqlQuery(text="SELECT 1 AS x")
    assert isinstance(await transport.ask(database.target(), query, soon()), Answer)
    await asyncio.to_thread(database.restart)
    for _ in range(20):
        answer = await transport.ask(database.target(), query, soon())
        if isinstance(answer, Answer):
            break
        assert answer.why is Why.NOT_REACHABLE, "at most while it starts"
        await asyncio.sleep(0.1)
    assert isinstance(answer, Answer)


async def test_a_frozen_server_is_late_and_leaves_no_thread(database: Database) -> None:
    from test_sql import no_threads_left

    if database.kind != "mysql":
        pytest.skip("each PostgreSQL session is a process of its own; the frozen one is MariaDB")
    transport = SqlTransport()
    query = SqlQuery(text="SELECT 1 AS x")
    assert isinstance(await transport.ask(database.target(), query, soon()), Answer)
    pids = _server_pids(database.port)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        answer = await transport.ask(database.target(), query, soon(0.5))
        assert isinstance(answer, NoAnswer)
        assert answer.why is Why.TIMED_OUT
        await no_threads_left(4)
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
    await transport.close()


def _server_pids(port: int) -> list[int]:
    """The server that was started with this port (it may have been restarted)."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            line = file.read_bytes()
            if f"--port={port}".encode() in line and b"mariadbd" in line:
                found.append(int(file.parent.name))
    return found
