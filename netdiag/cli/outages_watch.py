"""netdiag outages held, maintenance, tell: what is not told, what is expected, does it arrive."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from netdiag.cli.consent import person
from netdiag.cli.moments import at, shown
from netdiag.cli.options import Common, common, emit
from netdiag.cli.words import Translate, isolate, line, translator
from netdiag.model.errors import ContentError

if TYPE_CHECKING:
    from netdiag.model.maintenance import Maintenance
    from netdiag.service.app import App


@click.command()
@common
def held(common: Common) -> int:
    """What nobody was told: held back now, dropped or failed within a day, each with its reason."""
    from netdiag.service.watch.held import held as found_of
    from netdiag.service.watch.weakened import Redundancy
    from netdiag.store.cursors import Cursors
    from netdiag.store.maintenance import Windows
    from netdiag.store.notices import Notices
    from netdiag.store.outages import Register

    with _opened(common) as app:
        database = app.database
        found = list(
            found_of(
                Register(database),
                Notices(database),
                Windows(database),
                Redundancy(Cursors(database)),
                app,
                datetime.now(UTC),
            )
        )
    if common.json:
        emit(
            [
                {name: getattr(one, name) for name in one.__dataclass_fields__}
                | {"at": one.at.isoformat()}
                for one in found
            ]
        )
        return 0
    say = translator(common.language)
    if not found:
        _print(say("Nothing is held back."), common)
    for one in found:
        words = (one.outage, one.root, one.destination, one.kind, say(one.state), say(one.why))
        _print("  ".join(isolate(word, common.language) for word in words), common)
    return 0


@click.group()
def maintenance() -> None:
    """Announced work: what fails because of it is known, and nobody is woken for it."""


@maintenance.command("list")
@common
def list_windows(common: Common) -> int:
    """Windows that are in force or still to come."""
    from netdiag.store.maintenance import Windows

    with _opened(common) as app:
        found = Windows(app.database).current(datetime.now(UTC))
    if common.json:
        emit([_document(one) for one in found])
        return 0
    if not found:
        _print(translator(common.language)("No maintenance is announced."), common)
    for one in found:
        _show(one, app.settings.timezone, common)
    return 0


@maintenance.command()
@click.argument("root", metavar="DEVICE[:PORT]|site:NAME")
@click.option("--until", metavar="TIME", required=True, help="End, such as 2026-12-31T17:00.")
@click.option("--since", metavar="TIME", help="Beginning; now, when not given.")
@click.option("--note", default="", help="For colleagues.")
@common
def plan(root: str, until: str, since: str | None, note: str, common: Common) -> int:
    """Announce a window for a device, a port or a site, and all that hangs below it."""
    from netdiag.model.maintenance import Maintenance
    from netdiag.service.outages.maintain import plan as planned

    with _opened(common) as app:
        wish = Maintenance(
            id="",
            root=root,
            since=at(since, app.settings.timezone) if since else datetime.now(UTC),
            until=at(until, app.settings.timezone),
            who=person(),
            note=note,
        )
        made, _ = planned(app.database, app.inventory, wish)
    if common.json:
        emit(_document(made))
    else:
        _show(made, app.settings.timezone, common)
    return 0


@maintenance.command()
@click.argument("key", metavar="ID")
@common
def cancel(key: str, common: Common) -> int:
    """End a window now: what still fails is told from here on."""
    from netdiag.service.outages.maintain import cancel as cancelled

    with _opened(common) as app:
        ended = cancelled(app.database, key, person(), datetime.now(UTC))
    if common.json:
        emit(_document(ended))
    else:
        _show(ended, app.settings.timezone, common)
    return 0


@click.command()
@click.argument("name", metavar="DESTINATION")
@common
def tell(name: str, common: Common) -> int:
    """Send a test message to a destination of `notify.people`."""
    from netdiag.notify.people import tell as send
    from netdiag.service.setup import load_settings
    from netdiag.service.watch.notify_settings import read_notify

    settings = load_settings(common.config)
    common.speak(settings.language)
    people = {one.name: one for one in read_notify(settings).people}
    if name not in people:
        raise ContentError(
            f"notify.people has no destination {name!r}. Known: {', '.join(people) or 'none'}."
        )
    say = translator(people[name].language)
    text = say("This is a test. Nothing has happened.")
    asyncio.run(send(name, people[name].url, "netdiag", text))
    if common.json:
        emit({"destination": name, "sent": True})
    else:
        _print(translator(common.language)("Sent to {name}.").format(name=name), common)
    return 0


@contextmanager
def _opened(common: Common) -> Iterator[App]:
    from netdiag.service.app import App

    app = App.open(common.config)
    common.speak(app.settings.language)
    try:
        yield app
    finally:
        app.database.close()
        app.inventory.close()


def _document(window: Maintenance) -> dict[str, object]:
    times = {
        name: moment.isoformat() if (moment := getattr(window, name)) else None
        for name in ("since", "until", "cancelled_at")
    }
    return {name: getattr(window, name) for name in window.__dataclass_fields__} | times


def _show(window: Maintenance, timezone: str, common: Common) -> None:
    say: Translate = translator(common.language)
    text = say("{id}  {root}  from {since} to {until}  {note}").format(
        id=window.id,
        root=isolate(window.root, common.language),
        since=isolate(shown(window.since, timezone), common.language),
        until=isolate(shown(window.until, timezone), common.language),
        note=say("cancelled") if window.cancelled_at else window.note,
    )
    _print(text.rstrip(), common)


def _print(text: str, common: Common) -> None:
    click.echo(line(text, common.language))
