"""Bring a store to today's schema. Runs when the store is opened; `netdiag store upgrade` by hand.

Alembic changes a SQLite table by copying it; with foreign keys enforced that would delete the rows
that point to it. So a migration runs over a connection of its own with foreign_keys=OFF.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from netdiag.model.errors import NetdiagError

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection, Engine

NEWEST = "0013"  # the revision that this netdiag works with; a test compares it with the files
_LOCK = 727_100_234  # pg_advisory_lock: two daemons that start together migrate one by one


class NewerStoreError(NetdiagError):
    """The store was upgraded by a newer netdiag than this one."""


def bring_up_to_date(engine: Engine) -> None:
    """Upgrade to the newest revision; nothing happens when the store is there already."""
    with engine.connect() as connection:
        current = revision(connection)
    if current == NEWEST:
        return
    if current is not None and current > NEWEST:
        raise NewerStoreError(
            f"The store is of a newer netdiag (revision {current}, this one knows {NEWEST}). "
            "Install that version again, or go back with `netdiag store downgrade` of it."
        )
    go_to(engine, NEWEST)


def go_to(engine: Engine, target: str) -> None:
    """Upgrade or downgrade to a revision by name ("0000" empties the store)."""
    from alembic import command

    migrating = _engine_for_migration(engine)
    try:
        with migrating.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            current = revision(connection) or "0000"
            config = _config(connection)
            if current < target:
                command.upgrade(config, target)
            elif current > target:
                command.downgrade(config, "base" if target == "0000" else target)
    finally:
        if migrating is not engine:
            migrating.dispose()


def revision(connection: Connection) -> str | None:
    """The revision that the store stands at; None for an empty one."""
    from sqlalchemy import inspect, text

    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found) if found else None


def _engine_for_migration(engine: Engine) -> Engine:
    from netdiag.store.database import connect

    if engine.dialect.name != "sqlite":
        return engine
    return connect(engine.url.render_as_string(hide_password=False), foreign_keys=False)


def _config(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
