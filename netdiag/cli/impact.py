"""netdiag impact DEVICE[:PORT]."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict

import click

from netdiag.cli.failure import tell
from netdiag.cli.options import Common, common, emit
from netdiag.cli.words import isolate, line, translator
from netdiag.inventory.found import Impact
from netdiag.model.errors import UnknownSubscriberError


@click.command()
@click.argument("place", metavar="DEVICE[:PORT]")
@click.option("--csv", "as_csv", is_flag=True, help="One subscriber a line, for a spreadsheet.")
@common
def impact(place: str, as_csv: bool, common: Common) -> int:
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
    if common.json:
        emit({"place": place, **asdict(found)})
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
    if found.redundant:
        names = isolate(", ".join(found.redundant), language)
        yield f"{say('Below it, but with another path')}: {names}"
    for ident in found.subscribers:
        yield f"  {isolate(ident, language)}"
