"""The schema: built step by step it is what the tables say, and nothing is lost on the way."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from netdiag.store import tables
from netdiag.store.database import Database, StoreError, connect
from netdiag.store.migrate import NEWEST, NewerStoreError, bring_up_to_date, go_to, revision

VERSIONS = Path(tables.__file__).parent / "migrations"


def test_the_newest_revision_is_the_last_file() -> None:
    assert ScriptDirectory(str(VERSIONS)).get_current_head() == NEWEST


def test_the_migrations_make_what_the_tables_say(database: Database) -> None:
    with database.engine().connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, tables.metadata) == []


def test_a_filled_store_of_the_oldest_version_keeps_its_rows_up_and_down(url: str) -> None:
    engine = connect(url)
    go_to(engine, "0001")
    insert = (
        "INSERT INTO audit (at, who, what, device, port, why) VALUES "
        "('2026-01-02 03:04:05', 'cli', 'cable-test', 'sw-1', '7', 'x')"
    )
    with engine.begin() as connection:
        connection.execute(text(insert))
    for target in (NEWEST, "0001", NEWEST):
        go_to(engine, target)
        with engine.connect() as connection:
            assert revision(connection) == target
            assert connection.execute(text("SELECT who FROM audit")).scalar() == "cli"
    engine.dispose()


def test_a_store_of_a_newer_netdiag_is_refused(url: str) -> None:
    engine = connect(url)
    bring_up_to_date(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerStoreError, match="newer netdiag"):
        bring_up_to_date(engine)
    engine.dispose()


def test_a_database_that_is_not_there_is_a_sentence() -> None:
    with pytest.raises(StoreError, match="cannot be used") as caught:
        Database("postgresql://who:hush@127.0.0.1:1/none").engine()
    assert "hush" not in str(caught.value)
