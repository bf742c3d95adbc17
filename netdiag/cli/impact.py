"""netdiag impact DEVICE[:PORT]."""

from __future__ import annotations

import csv
import sys

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
    behind = inventory.behind(device, port or None)
    rows = [
        {
            "subscriber": s.id,
            "login": s.login,
            "device": s.attachment.device if s.attachment else None,
            "port": s.attachment.port if s.attachment else None,
        }
        for s in behind
    ]
    if common.json:
        below = sorted(inventory.topology().below(device))
        emit({"place": place, "devices": below, "subscribers": rows})
    elif as_csv:
        writer = csv.DictWriter(sys.stdout, ["subscriber", "login", "device", "port"])
        writer.writeheader()
        writer.writerows(rows)
    else:
        click.echo(f"{len(rows)} subscribers behind {place}")
        for row in rows:
            click.echo(f"  {row['subscriber']}  {row['device']}:{row['port']}")
    inventory.close()
    return 0
