"""netdiag store: the database of diagnoses, readings, outages, work."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from netdiag.cli.opened import opened_store
from netdiag.cli.options import Common, common, done, emit


@click.group()
def store() -> None:
    """The store: its size, a backup while it runs, its schema."""


@store.command()
@common
def size(common: Common) -> int:
    """How much is kept."""
    from netdiag.service.daemon.upkeep import size as measured

    with opened_store(common) as (database, _):
        found = measured(database)
        shown = database.shown
    if common.json:
        emit({"store": shown, **asdict(found)})
        return 0
    click.echo(f"{shown}  {found.revision}  {found.megabytes} MB")
    for name, rows in sorted(found.rows.items()):
        click.echo(f"{rows:>10}  {name}")
    return 0


@store.command()
@click.argument("directory", type=click.Path(path_type=Path))
@common
def backup(directory: Path, common: Common) -> int:
    """Copy the SQLite files into DIRECTORY, while they are in use."""
    from netdiag.service.daemon.upkeep import backup as copied

    with opened_store(common) as (database, _):
        made = copied(database, directory)
    if common.json:
        emit([str(path) for path in made])
    for path in () if common.json else made:
        click.echo(str(path))
    return 0


@store.command()
@common
def upgrade(common: Common) -> int:
    """Bring the schema up to date; `netdiag serve` does it by itself."""
    with opened_store(common) as (database, _):
        database.engine()
    return done("The schema is up to date.", common)


@store.command()
@click.argument("revision")
@common
def downgrade(revision: str, common: Common) -> int:
    """Back to an older schema, before an older netdiag is installed. Stop the daemon first."""
    from netdiag.service.daemon.upkeep import downgrade as back

    with opened_store(common) as (database, _):
        back(database, revision)
    return done(f"The schema is that of {revision} now.", common)


@store.command()
@common
def forget(common: Common) -> int:
    """Delete what is past its retention now, as the nightly chore does."""
    from netdiag.service.daemon.settings import read_serve
    from netdiag.service.daemon.upkeep import forget as old

    with opened_store(common) as (database, settings):
        gone = old(database, read_serve(settings).retention, datetime.now(UTC))
    if common.json:
        emit(gone)
    for name, rows in () if common.json else sorted(gone.items()):
        click.echo(f"{rows:>10}  {name}")
    return 0
