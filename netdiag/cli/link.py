"""netdiag link KEY."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime

import click

from netdiag.cli.options import Common, common, emit, key_argument
from netdiag.model.errors import ContentError, UnknownSubscriberError


@click.command()
@key_argument()
@click.option(
    "--hours", type=click.IntRange(1, 8760), help="Valid for so long; else as configured."
)
@common
def link(key: str, hours: int | None, common: Common) -> int:
    """A signed link to a customer's own page: what is wrong, whose, what to do, by when."""
    from netdiag.service.customer.links import link_for
    from netdiag.service.daemon.settings import read_serve
    from netdiag.service.setup import load_settings, open_inventory

    settings = load_settings(common.config)
    common.speak(settings.language)
    customer = read_serve(settings).customer
    if customer is None:
        raise ContentError(
            "There is no 'customer' under serve in netdiag.yaml. Give it the url under which the "
            "daemon is reached, and a secret; config/netdiag.yaml shows how."
        )
    with closing(open_inventory(settings)) as inventory:
        subscriber = inventory.find(key).subscriber
    if subscriber is None:
        raise UnknownSubscriberError(
            f"There is no single subscriber {key!r} in the inventory. Search by id, login, phone, "
            "IP, MAC or device:port."
        )
    made = link_for(subscriber.id, customer, datetime.now(UTC), hours)
    if common.json:
        emit({"url": made.url, "expires_at": made.expires_at.isoformat()})
    else:
        click.echo(made.url)
    return 0
