"""netdiag impact DEVICE[:PORT]."""

from __future__ import annotations

import csv
import sys
from dataclasses import asdict

import click

from netdiag.cli.options import Common, common, emit
from netdiag.model.errors import UnknownSubscriberError


@click.command()
@click.argument("place", metavar="DEVICE[:PORT]")
@click.option("--csv", "as_csv", is_flag=True, help="One subscriber a line, for a spreadsheet.")
@common
def impact(place: str, as_csv: bool, common: Common) -> int:
    """Who is behind a device or port."""
    from netdiag.service.setup import load_settings, open_inventory

    inventory = open_inventory(load_settings(common.config))
    device, _, port = place.partition(":")
    if inventory.device(device) is None:
        raise UnknownSubscriberError(
            f"There is no device {device!r} in the inventory. `netdiag check` shows what it holds."
        )
    found = inventory.behind(device, port or None)
    if common.json:
        emit({"place": place, **asdict(found)})
    elif as_csv:
        writer = csv.writer(sys.stdout)
        writer.writerow(["subscriber", "behind"])
        writer.writerows([ident, place] for ident in found.subscribers)
    else:
        click.echo(f"{len(found.subscribers)} subscribers behind {place}")
        click.echo(f"devices that go with it: {', '.join(found.devices) or 'none'}")
        if found.redundant:
            click.echo(f"below it, but with another path: {', '.join(found.redundant)}")
        for ident in found.subscribers:
            click.echo(f"  {ident}")
        for note in found.notes:
            click.echo(note, err=True)
    inventory.close()
    return 0
