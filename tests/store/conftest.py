"""A store on SQLite and on a real PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from netdiag.store.database import Database
from tests.inventory.sql_servers import postgresql


@pytest.fixture(scope="session")
def server() -> Iterator[sa.Engine]:
    """An administrator's engine of a PostgreSQL of this test run."""
    with postgresql() as (engine, _):
        yield engine


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.real)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/netdiag.db"
    server: sa.Engine = request.getfixturevalue("server")
    name = f"store_{abs(hash(str(tmp_path))) % 10**9}"
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    return server.url.set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """A store that is up to date."""
    made = Database(url)
    yield made
    made.close()
