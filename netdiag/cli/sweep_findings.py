"""netdiag sweep findings, useful, nonsense, runs, cancel."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from netdiag.cli.consent import person
from netdiag.cli.moments import shown
from netdiag.cli.opened import opened_store
from netdiag.cli.options import Common, common, done, emit
from netdiag.cli.words import line, translator
from netdiag.model.errors import ContentError


@click.command()
@click.option("--all", "closed", is_flag=True, help="Also those that are over.")
@click.option("--site", metavar="S", help="Only of this site.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, help="How many at most.")
@common
def findings(closed: bool, site: str | None, limit: int, common: Common) -> int:
    """Findings that stand open, the most important first."""
    from netdiag.cli.sweep_text import finding_lines
    from netdiag.content.load import load
    from netdiag.service.sweep.words import document
    from netdiag.store.findings import Findings

    with opened_store(common) as (database, settings):
        content = load(settings.content)
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

    with opened_store(common) as (database, settings):
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
            f"{shown(run.started_at, settings.timezone, seconds=True)}"
        )
    if not found:
        click.echo(line(translator(common.language)("No sweep yet."), common.language))
    return 0


@click.command()
@click.argument("key", metavar="ID")
@common
def cancel(key: str, common: Common) -> int:
    """End a sweep that is under way; `netdiag sweep --resume` goes on with it."""
    from netdiag.store.sweeps import Sweeps

    with opened_store(common) as (database, _):
        if not Sweeps(database).cancel(key):
            raise ContentError(f"No sweep {key!r} is under way. `netdiag sweep runs` shows them.")
    return done(f"{key} is asked to end.", common)


def _vote(number: int, good: bool, remark: str, common: Common) -> int:
    from netdiag.store.findings import Findings

    with opened_store(common) as (database, _):
        register = Findings(database)
        finding = register.get(number)
        if finding is None:
            raise ContentError(
                f"There is no finding {number}. `netdiag sweep findings` shows them."
            )
        now = datetime.now(UTC)
        register.vote(finding, useful=good, who=person(), remark=remark, now=now)
    return done(f"Finding {number}: written down.", common)
