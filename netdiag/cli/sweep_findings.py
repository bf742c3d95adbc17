"""netdiag sweep findings, useful, nonsense, runs, cancel."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from netdiag.cli.options import Common, common, emit
from netdiag.cli.words import line, translator
from netdiag.model.errors import ContentError

if TYPE_CHECKING:
    from netdiag.model.content import Content
    from netdiag.store.database import Database


@click.command()
@click.option("--all", "closed", is_flag=True, help="Also those that are over.")
@click.option("--site", metavar="S", help="Only of this site.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, help="How many at most.")
@common
def findings(closed: bool, site: str | None, limit: int, common: Common) -> int:
    """Findings that stand open, the most important first."""
    from netdiag.cli.sweep_text import finding_lines
    from netdiag.service.sweep.words import document
    from netdiag.store.findings import Findings

    with _open(common) as (database, content):
        found = Findings(database).find(state=None if closed else "open", site=site, limit=limit)
        told = [document(one, content, common.language) for one in found]
    if common.json:
        emit(told)
        return 0
    if not told:
        click.echo(line(translator(common.language)("Nothing is open."), common.language))
    for one in told:
        for text in finding_lines(one, common, full=True):
            click.echo(text)
    return 0


@click.command()
@click.argument("number", metavar="ID", type=int)
@click.option("--remark", default="", help="For those who tend the rules.")
@common
def useful(number: int, remark: str, common: Common) -> int:
    """A technician found it true: counts for its rule."""
    return _vote(number, True, remark, common)


@click.command()
@click.argument("number", metavar="ID", type=int)
@click.option("--remark", default="", help="What it was instead.")
@common
def nonsense(number: int, remark: str, common: Common) -> int:
    """It was nothing: closes it for 90 days and counts against its rule."""
    return _vote(number, False, remark, common)


@click.command()
@click.option("--limit", type=click.IntRange(1, 1000), default=20, help="How many at most.")
@common
def runs(limit: int, common: Common) -> int:
    """The newest sweeps, how far they came and how they ended."""
    from netdiag.store.sweeps import Sweeps

    with _open(common, content=False) as (database, _):
        found = Sweeps(database).last(limit)
    if common.json:
        emit(
            [
                {
                    "id": run.id,
                    "state": run.state,
                    "scope": dict(run.scope),
                    "started_at": run.started_at.isoformat(),
                    "finished_at": run.finished_at and run.finished_at.isoformat(),
                    "total": run.total,
                    "done": run.done,
                    "devices": run.summary.get("devices", {}),
                }
                for run in found
            ]
        )
        return 0
    for run in found:
        scope = " ".join(f"{k}={v}" for k, v in run.scope.items() if v) or "all"
        click.echo(
            f"{run.id}  {run.state}  {scope}  {run.done}/{run.total}  "
            f"{run.started_at:%Y-%m-%d %H:%M:%S}"
        )
    return 0


@click.command()
@click.argument("key", metavar="ID")
@common
def cancel(key: str, common: Common) -> int:
    """End a sweep that is under way; `netdiag sweep --resume` goes on with it."""
    from netdiag.store.sweeps import Sweeps

    with _open(common, content=False) as (database, _):
        if not Sweeps(database).cancel(key):
            raise ContentError(f"No sweep {key!r} is under way. `netdiag sweep runs` shows them.")
    return 0


def _vote(number: int, good: bool, remark: str, common: Common) -> int:
    from netdiag.store.findings import Findings

    with _open(common, content=False) as (database, _):
        register = Findings(database)
        finding = register.get(number)
        if finding is None:
            raise ContentError(
                f"There is no finding {number}. `netdiag sweep findings` shows them."
            )
        now = datetime.now(UTC)
        register.vote(finding, useful=good, who=getpass.getuser(), remark=remark, now=now)
    return 0


@contextmanager
def _open(common: Common, content: bool = True) -> Iterator[tuple[Database, Content]]:
    from netdiag.content.load import load
    from netdiag.service.serve_settings import open_database
    from netdiag.service.setup import load_settings

    settings = load_settings(common.config)
    common.speak(settings.language)
    database = open_database(settings)
    try:
        yield database, load(settings.content) if content else None  # type: ignore[misc]
    finally:
        database.close()
