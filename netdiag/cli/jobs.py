"""netdiag jobs: durable work that is waiting, running, failed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import click

from netdiag.cli.options import Common, common, emit
from netdiag.model.errors import ContentError

if TYPE_CHECKING:
    from netdiag.service.jobs import Job, Jobs

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
    found = _with(common, lambda jobs: jobs.find(states=states, limit=limit))
    if common.json:
        emit([_document(job) for job in found])
        return 0
    for job in found:
        click.echo(_line(job))
    return 0


@jobs.command()
@click.argument("key", metavar="ID")
@common
def show(key: str, common: Common) -> int:
    """One job: what was asked, what was done, why it failed."""

    async def look(jobs: Jobs) -> tuple[Job | None, list[dict[str, object]]]:
        job = await jobs.get(key)
        return job, await jobs.steps(key) if job else []

    job, steps = _with(common, look)
    if job is None:
        raise ContentError(f"There is no job {key!r}. `netdiag jobs list` shows them.")
    if common.json:
        emit(_document(job) | {"argument": job.argument, "steps": steps})
        return 0
    click.echo(_line(job))
    for one in steps:
        click.echo(f"  {one['step']}: {one['error'] or 'ok'}")
    return 0


@jobs.command()
@click.argument("key", metavar="ID")
@common
def retry(key: str, common: Common) -> int:
    """Go on with a job that failed, after its last finished step."""
    _steered(key, _with(common, lambda jobs: jobs.retry(key)))
    return 0


@jobs.command()
@click.argument("key", metavar="ID")
@common
def cancel(key: str, common: Common) -> int:
    """Take a job back: what has not begun never will."""
    _steered(key, _with(common, lambda jobs: jobs.cancel(key)))
    return 0


def _steered(key: str, done: bool) -> None:
    if not done:
        raise ContentError(f"There is no job {key!r}. `netdiag jobs list` shows them.")


def _with(common: Common, act: Callable[[Jobs], Awaitable[T]]) -> T:
    from netdiag.service.jobs import Jobs
    from netdiag.service.serve_settings import open_database
    from netdiag.service.setup import load_settings

    settings = load_settings(common.config)
    common.speak(settings.language)

    async def run() -> T:
        jobs = Jobs(open_database(settings))
        try:
            return await act(jobs)
        finally:
            jobs.close()

    return asyncio.run(run())


def _line(job: Job) -> str:
    since = f"{job.created_at:%Y-%m-%d %H:%M:%S}" if job.created_at else "-"
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
