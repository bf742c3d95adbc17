"""netdiag impact DEVICE[:PORT]."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from netdiag.cli.consent import person
from netdiag.cli.failure import tell
from netdiag.cli.options import Common, common, emit
from netdiag.cli.words import isolate, line, translator
from netdiag.inventory.found import Impact
from netdiag.model.errors import UnknownSubscriberError

if TYPE_CHECKING:
    from netdiag.inventory.inventory import Inventory
    from netdiag.settings import Settings


@click.command()
@click.argument("place", metavar="DEVICE[:PORT]")
@click.option("--csv", "as_csv", is_flag=True, help="One subscriber a line, for a spreadsheet.")
@click.option(
    "--contacts", is_flag=True, help="With logins and phones; who took them is written down."
)
@common
def impact(place: str, as_csv: bool, contacts: bool, common: Common) -> int:
    """Who is behind a device or port."""
    from netdiag.service.setup import load_settings, open_inventory

    settings = load_settings(common.config)
    common.speak(settings.language)
    with closing(open_inventory(settings)) as inventory:
        device, _, port = place.partition(":")
        if inventory.device(device) is None:
            raise UnknownSubscriberError(
                f"There is no device {device!r} in the inventory. "
                "`netdiag check` shows what it holds."
            )
        found = inventory.behind(device, port or None)
        people = _people(settings, inventory, found, place) if contacts else []
    if common.json:
        emit({"place": place, **asdict(found)} | ({"people": people} if contacts else {}))
    elif as_csv and contacts:
        from netdiag.service.outages.impact import as_csv as table

        click.echo(table(people, contacts=True), nl=False)
    elif as_csv:
        writer = csv.writer(sys.stdout)
        writer.writerow(["subscriber", "behind"])
        writer.writerows([ident, place] for ident in found.subscribers)
    else:
        for text in _lines(place, found, common.language):
            click.echo(line(text, common.language))
    for note in () if common.json else found.notes:
        tell(note, common.language)
    return 0


def _people(
    settings: Settings, inventory: Inventory, found: Impact, place: str
) -> list[dict[str, str | None]]:
    """Records with contact data; the record of changes tells who had them."""
    from netdiag.service.daemon.settings import open_database
    from netdiag.service.outages.impact import Behind, records, rows
    from netdiag.store.changes import Changed, Changes

    database = open_database(settings)
    try:
        who, now = person(), datetime.now(UTC)
        Changes(database).add(Changed(at=now, who=who, what="impact.contacts", thing=place))
    finally:
        database.close()
    behind = Behind(root=place, impacts=(found,))
    return rows(behind, records(inventory, behind), contacts=True)


def _lines(place: str, found: Impact, language: str) -> Iterator[str]:
    say = translator(language)
    count = len(found.subscribers)
    if count == 1:
        yield say(f"1 subscriber is behind {place}")
    else:
        yield say(f"{count} subscribers are behind {place}")
    if found.devices:
        names = isolate(", ".join(found.devices), language)
        yield f"{say('Devices that go with it')}: {names}"
    if found.weakened:
        names = isolate(", ".join(found.weakened), language)
        yield f"{say('They go on over another path, their redundancy lost')}: {names}"
    if unknown := [name for name in found.redundant if name not in found.weakened]:
        names = isolate(", ".join(unknown), language)
        yield f"{say('Below it, and it is not known whether by another path too')}: {names}"
    for ident in found.subscribers:
        yield f"  {isolate(ident, language)}"
