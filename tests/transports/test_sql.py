"""The sql transport on SQLite, and against peers that are no database."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sql_server import target

from netdiag.model.wire import Answer, Deadline, NoAnswer, SnmpGet, SqlQuery, Target
from netdiag.model.words import AbsenceReason as Why
from netdiag.transports.sql import SqlTransport, refusal
from netdiag.transports.sql_rows import read_cell
from tests.addresses import free_port
from tests.patience import BUSY_S

ENDLESS = """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
SELECT count(*) FROM n"""


@pytest.fixture
async def transport() -> AsyncIterator[SqlTransport]:
    made = SqlTransport()
    yield made
    await made.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "billing дома.sqlite"
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE account (Id TEXT, state TEXT, balance REAL, photo BLOB)")
        rows = [(f"{n:06d}", "да" if n % 2 else "no", n / 2, b"\x00\xff") for n in range(100)]
        made.executemany("INSERT INTO account VALUES (?, ?, ?, ?)", rows)
    made.close()
    return path


def lite(path: Path) -> Target:
    return target(f"sqlite:///{path}")


def soon(seconds: float = 30.0) -> Deadline:
    return Deadline.after(seconds)


async def test_rows_with_their_types(transport: SqlTransport, file: Path) -> None:
    query = SqlQuery(text="SELECT * FROM account WHERE id = :id", params={"id": "000007"})
    answer = await transport.ask(lite(file), query, soon())
    assert isinstance(answer, Answer)
    assert answer.rows == ({"id": "000007", "state": "да", "balance": 3.5, "photo": b"\x00\xff"},)
    assert not answer.cut


async def test_parameters_stay_values(transport: SqlTransport, file: Path) -> None:
    evil = "x' OR '1'='1"
    query = SqlQuery(
        text="SELECT id FROM account WHERE id = :id;", params={"id": evil, "not_used": "x"}
    )
    answer = await transport.ask(lite(file), query, soon())
    assert isinstance(answer, Answer)
    assert answer.rows == ()


async def test_rows_above_the_cap_are_left_out(transport: SqlTransport, file: Path) -> None:
    cut = await transport.ask(
        lite(file), SqlQuery(text="SELECT id FROM account", max_rows=10), soon()
    )
    whole = await transport.ask(
        lite(file), SqlQuery(text="SELECT id FROM account", max_rows=100), soon()
    )
    assert isinstance(cut, Answer)
    assert (len(cut.rows), cut.cut) == (10, True)
    assert isinstance(whole, Answer)
    assert (len(whole.rows), whole.cut) == (100, False)


@pytest.mark.parametrize(
    "text",
    [
        "DELETE FROM account",
        "UPDATE account SET state = 'x'",
        "DROP TABLE account",
        "SELECT 1; DROP TABLE account",
        "WITH x AS (DELETE FROM account RETURNING id) SELECT * FROM x",
        "WITH x AS (INSERT INTO account VALUES (1) RETURNING id) SELECT * FROM x",
        "SELECT * FROM account INTO OUTFILE '/tmp/x'",
        "SELECT * FROM account FOR UPDATE",
        "/* SELECT */ DELETE FROM account",
        "-- SELECT\nDROP TABLE account",
        "PRAGMA writable_schema = 1",
        "ATTACH 'x' AS y",
        "EXPLAIN SELECT 1",
        "",
    ],
)
async def test_only_a_select_is_sent(transport: SqlTransport, file: Path, text: str) -> None:
    answer = await transport.ask(lite(file), SqlQuery(text=text), soon())
    assert isinstance(answer, NoAnswer)
    assert answer.why is Why.NOT_ASKED
    assert answer.detail.endswith(".")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 1",
        "  select *\nfrom account;  ",
        "-- the account\nSELECT 1",
        "/* of the account */ SELECT 'DROP; TABLE' AS x, create_date, updated FROM account",
        "WITH x AS (SELECT 1) SELECT * FROM x",
    ],
)
def test_what_only_reads_is_sent(text: str) -> None:
    assert refusal(text) is None


async def test_database_file_is_neither_written_nor_made(
    transport: SqlTransport, tmp_path: Path
) -> None:
    missing = tmp_path / "none.sqlite"
    answer = await transport.ask(lite(missing), SqlQuery(text="SELECT 1"), soon())
    assert isinstance(answer, NoAnswer)
    assert answer.why is Why.NOT_REACHABLE
    assert not missing.exists()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("SELECT x FROM nowhere", "nowhere"),
        ("SELECT balanse FROM account", "balanse"),
        ("SELECT id FROM account WHERE", "incomplete"),
        ("SELECT id FROM account WHERE id = :id", "query"),
    ],
)
async def test_a_query_that_does_not_fit_is_named(
    transport: SqlTransport, file: Path, text: str, word: str
) -> None:
    answer = await transport.ask(lite(file), SqlQuery(text=text), soon())
    assert isinstance(answer, NoAnswer)
    assert answer.why is Why.UNREADABLE
    assert word in answer.detail
    assert str(file) not in answer.detail


async def test_slow_query_is_broken_off_at_the_deadline(
    transport: SqlTransport, file: Path
) -> None:
    started = time.monotonic()
    answer = await transport.ask(lite(file), SqlQuery(text=ENDLESS), soon(0.4))
    assert time.monotonic() - started < BUSY_S
    assert isinstance(answer, NoAnswer)
    assert answer.why is Why.TIMED_OUT
    await no_threads_left()


async def test_cancelled_query_is_broken_off(transport: SqlTransport, file: Path) -> None:
    task = asyncio.create_task(transport.ask(lite(file), SqlQuery(text=ENDLESS), soon(60)))
    await asyncio.sleep(0.3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await no_threads_left()


async def test_no_free_thread_is_not_silence_of_the_database(file: Path) -> None:
    transport = SqlTransport(workers=1)
    first = asyncio.create_task(transport.ask(lite(file), SqlQuery(text=ENDLESS), soon(0.8)))
    await asyncio.sleep(0.1)
    second = await transport.ask(lite(file), SqlQuery(text="SELECT 1"), soon(0.2))
    await first
    await transport.close()
    assert isinstance(second, NoAnswer)
    assert second.why is Why.NOT_ASKED


SCHEMES = ["postgresql", "mysql"]


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_nobody_listens(transport: SqlTransport, scheme: str) -> None:
    url = f"{scheme}://user:s3cret@127.0.0.1:{free_port()}/billing"
    answer = await transport.ask(target(url), SqlQuery(text="SELECT 1"), soon(3))
    assert isinstance(answer, NoAnswer)
    assert answer.why is Why.NOT_REACHABLE
    assert "s3cret" not in repr(answer)
    assert "127.0.0.1" not in answer.detail


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_silence_after_connecting(transport: SqlTransport, scheme: str) -> None:
    async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await asyncio.sleep(30)
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(silence, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    started = time.monotonic()
    url = f"{scheme}://user:s3cret@127.0.0.1:{port}/billing"
    answer = await transport.ask(target(url), SqlQuery(text="SELECT 1"), soon(0.4))
    assert time.monotonic() - started < BUSY_S
    assert isinstance(answer, NoAnswer)
    assert answer.why is Why.TIMED_OUT
    server.close()
    tasks = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await no_threads_left(5)


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("not a url", "SQLAlchemy URL"),
        ("klingon://user:s3cret@host/db", "driver"),
        ("oracle+cx_oracle://user:s3cret@host/db", "driver"),
    ],
)
async def test_urls_that_cannot_be_used(transport: SqlTransport, url: str, word: str) -> None:
    answer = await transport.ask(target(url), SqlQuery(text="SELECT 1"), soon())
    assert isinstance(answer, NoAnswer)
    assert answer.why is Why.NOT_ASKED
    assert word in answer.detail
    assert "s3cret" not in repr(answer)


async def test_target_without_url_and_foreign_questions(transport: SqlTransport) -> None:
    bare = Target(device="billing", host="billing")
    for answer in (
        await transport.ask(bare, SqlQuery(text="SELECT 1"), soon()),
        await transport.ask(bare, SnmpGet(oids={}), soon()),
    ):
        assert isinstance(answer, NoAnswer)
        assert answer.why is Why.NOT_ASKED


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, None),
        ("000123", "000123"),
        (True, "true"),
        (7, 7),
        (b"\x00", b"\x00"),
        (memoryview(b"\x01"), b"\x01"),
        (Decimal("10.50"), "10.50"),
        (Decimal("1E+3"), "1000"),
        (datetime(2026, 1, 1, 3, 4, 5), "2026-01-01T03:04:05"),  # noqa: DTZ001
        (datetime(2026, 1, 1, 3, 4, 5, tzinfo=UTC), "2026-01-01T03:04:05+00:00"),
        (date(2026, 1, 1), "2026-01-01"),
        (timedelta(minutes=2), 120.0),
        (["a", None, 3], "a,None,3"),
        ({"a": 1}, '{"a": 1}'),
    ],
)
def test_cells(value: Any, cell: object) -> None:
    assert read_cell(value) == cell


def test_importing_the_transport_does_not_load_sqlalchemy() -> None:
    script = "import sys, netdiag.transports.sql; print('sqlalchemy' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=15, check=True
    )
    assert done.stdout.strip() == "False"


async def no_threads_left(seconds: float = 2) -> None:
    """All of the transport's threads have ended."""
    names: list[str] = []
    for _ in range(int(seconds * 20)):
        names = [t.name for t in threading.enumerate() if t.name == "netdiag-sql"]
        if not names:
            return
        await asyncio.sleep(0.05)
    pytest.fail(f"still running: {names}")
