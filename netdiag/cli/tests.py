"""netdiag tests, netdiag audit: tests that touch the service, and the record of them."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from netdiag.cli.failure import FAILED
from netdiag.cli.moments import shown
from netdiag.cli.opened import opened_store
from netdiag.cli.options import Common, common, emit
from netdiag.cli.words import isolate, line, translator

if TYPE_CHECKING:
    from netdiag.model.touched import Touched
    from netdiag.store.changes import Changed


@click.group()
def tests() -> None:
    """Tests that stop the service: what they cost, and the undo of interrupted ones."""


@tests.command("list")
@click.argument("platform", required=False)
@common
def list_tests(platform: str | None, common: Common) -> int:
    """Tests of a PLATFORM (or of all), and how long the customer is without service."""
    from netdiag.service.setup import offline
    from netdiag.service.touch.consent import costs

    settings, content = offline(common.config)
    common.speak(settings.language)
    names = [platform] if platform else sorted(n for n in content.platforms if "/" not in n)
    unknown = [name for name in names if name not in content.platforms]
    if unknown:
        raise click.BadParameter(f"there is no platform {unknown[0]!r}. See: netdiag probes list")
    found = {name: costs(content, name) for name in names}
    if common.json:
        emit({name: [asdict(cost) for cost in tests] for name, tests in found.items()})
        return 0
    say = translator(common.language)
    for name, tests in found.items():
        for cost in tests:
            text = f"{name}: {cost.title} ({say('about')} {cost.seconds:.0f} s)"
            click.echo(line(text, common.language))
    return 0


@tests.command()
@click.option("--force", is_flag=True, help="Also those that may still be under way.")
@common
def restore(force: bool, common: Common) -> int:
    """Undo what interrupted tests have left behind."""
    from netdiag.service.app import App
    from netdiag.service.touch.restore import restore as undo

    async def work() -> int:
        async with App.open(common.config) as app:
            common.speak(app.settings.language)
            found = await undo(app, force=force)
        if common.json:
            emit([{**_row(one.line), "ok": one.ok, "text": one.text} for one in found])
        say = translator(common.language)
        for one in () if common.json else found:
            place = isolate(f"{one.line.device}:{one.line.port}", common.language)
            click.echo(line(f"{one.line.what} {place}: {say(one.text)}", common.language))
        if not found and not common.json:
            click.echo(line(say("No test was left half-done."), common.language))
        return 0 if all(one.ok for one in found) else FAILED

    return asyncio.run(work())


@click.command()
@click.option("--days", type=click.IntRange(1, 3650), default=30, help="How far back.")
@click.option("--changes", is_flag=True, help="Instead: what people changed, and contacts taken.")
@common
def audit(days: int, changes: bool, common: Common) -> int:
    """Who touched whose service, when, why, and how it ended."""
    from netdiag.store.changes import Changes
    from netdiag.store.journal import Journal

    since = datetime.now(UTC) - timedelta(days=days)
    with opened_store(common) as (database, settings):
        if changes:
            return _changes(Changes(database).since(since), settings.timezone, common)
        lines = Journal(database).lines(since)
    if common.json:
        emit([_row(one) for one in lines])
        return 0
    say = translator(common.language)
    for one in lines:
        ticket = one.ticket or say("no ticket")
        at = shown(one.begun_at, settings.timezone, seconds=True)
        head = f"{at}  {one.who}  {one.what}  {one.device}:{one.port}"
        text = f"{head}  {one.subscriber}  {ticket}  {say(one.state)}: {one.outcome}"
        click.echo(line(isolate(text, common.language), common.language))
    if not lines:
        click.echo(line(say("Nothing was touched."), common.language))
    return 0


def _changes(found: list[Changed], timezone: str, common: Common) -> int:
    if common.json:
        emit([asdict(one) | {"at": one.at.isoformat()} for one in found])
        return 0
    for one in found:
        text = f"{shown(one.at, timezone, seconds=True)}  {one.who}  {one.what}  {one.thing}"
        click.echo(
            line(isolate(text, common.language) + f"  {one.detail}".rstrip(), common.language)
        )
    if not found:
        click.echo(line(translator(common.language)("Nothing was changed."), common.language))
    return 0


def _row(one: Touched) -> dict[str, Any]:
    row = asdict(one)
    for name in ("begun_at", "ended_at", "due_at"):
        row[name] = row[name].isoformat() if row[name] else None
    return row
