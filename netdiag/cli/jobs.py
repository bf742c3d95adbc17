"""netdiag jobs: durable work that is waiting, running, failed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing
from typing import TYPE_CHECKING, TypeVar

import click

from netdiag.cli.moments import shown
from netdiag.cli.opened import opened_store
from netdiag.cli.options import Common, common, done, emit
from netdiag.cli.words import line, translator
from netdiag.model.errors import ContentError

if TYPE_CHECKING:
    from netdiag.service.daemon.jobs import Job, Jobs

T = TypeVar("T")
_STATES = {
    "waiting": ["ENQUEUED", "DELAYED"],
    "running": ["PENDING"],
    "failed": ["ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"],
    "done": ["SUCCESS"],
    "cancelled": ["CANCELLED"],
}


@click.group()
def jobs() -> None:
    """Durable work: list, show, retry, cancel."""


@jobs.command("list")
@click.option("--state", type=click.Choice(list(_STATES)), help="Only these.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, help="How many at most.")
@common
def list_jobs(state: str | None, limit: int, common: Common) -> int:
    """The newest jobs first."""
    states = _STATES[state] if state else None
    found, timezone = _with(common, lambda jobs: jobs.find(states=states, limit=limit))
    if common.json:
        emit([_document(job) for job in found])
        return 0
    for job in found:
        click.echo(_line(job, timezone))
    if not found:
        click.echo(line(translator(common.language)("No job."), common.language))
    return 0


@jobs.command()
@click.argument("key", metavar="ID")
@common
def show(key: str, common: Common) -> int:
    """One job: what was asked, what was done, why it failed."""

    async def look(jobs: Jobs) -> tuple[Job | None, list[dict[str, object]]]:
        job = await jobs.get(key)
        return job, await jobs.steps(key) if job else []

    (job, steps), timezone = _with(common, look)
    if job is None:
        raise ContentError(f"There is no job {key!r}. `netdiag jobs list` shows them.")
    if common.json:
        emit(_document(job) | {"argument": job.argument, "steps": steps})
        return 0
    click.echo(_line(job, timezone))
    for one in steps:
        click.echo(f"  {one['step']}: {one['error'] or 'ok'}")
    return 0


@jobs.command()
@click.argument("key", metavar="ID")
@common
def retry(key: str, common: Common) -> int:
    """Go on with a job that failed, after its last finished step."""
    return _steered(key, _with(common, lambda jobs: jobs.retry(key))[0], "goes on", common)


@jobs.command()
@click.argument("key", metavar="ID")
@common
def cancel(key: str, common: Common) -> int:
    """Take a job back: what has not begun never will."""
    return _steered(key, _with(common, lambda jobs: jobs.cancel(key))[0], "is cancelled", common)


def _steered(key: str, known: bool, what: str, common: Common) -> int:
    if not known:
        raise ContentError(f"There is no job {key!r}. `netdiag jobs list` shows them.")
    return done(f"{key} {what}.", common)


def _with(common: Common, act: Callable[[Jobs], Awaitable[T]]) -> tuple[T, str]:
    """What comes of it, and the time zone in which times are shown."""
    from netdiag.service.daemon.jobs import Jobs

    with opened_store(common) as (database, settings):

        async def run() -> T:
            with closing(Jobs(database)) as jobs:
                return await act(jobs)

        return asyncio.run(run()), settings.timezone


def _line(job: Job, timezone: str) -> str:
    since = shown(job.created_at, timezone, seconds=True)
    why = f"  {job.error}" if job.error else ""
    return f"{job.id}  {job.flow}  {job.state}  {since}{why}"


def _document(job: Job) -> dict[str, object]:
    return {
        "id": job.id,
        "flow": job.flow,
        "state": job.state,
        "site": job.site,
        "created_at": job.created_at and job.created_at.isoformat(),
        "updated_at": job.updated_at and job.updated_at.isoformat(),
        "error": job.error,
    }
