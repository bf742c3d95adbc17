"""Before the service is touched: say what it costs the customer, and ask."""

from __future__ import annotations

import asyncio
import getpass
import sys
from typing import TYPE_CHECKING

import click

from netdiag.cli.options import Common
from netdiag.cli.words import line, translator

if TYPE_CHECKING:
    from netdiag.service.touch.consent import Cost


def person() -> str:
    """Who is at the keyboard, for the record."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"


def in_terminal() -> bool:
    """Can anybody be asked? A script has said all with --disruptive."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def agree(key: str, common: Common) -> None:
    """Tell the tests and their price on stderr; click.Abort unless the answer is yes."""
    place, costs = asyncio.run(_costs(key, common))
    say = translator(common.language)
    head = f"{say('These tests may stop the service on')} {place}:"
    click.echo(line(head, common.language), err=True)
    for cost in costs:
        text = f"  {cost.title}: {say('about')} {cost.seconds:.0f} s"
        click.echo(line(text, common.language), err=True)
    if not costs:
        click.echo(line(f"  {say('none on this device')}", common.language), err=True)
        return
    said = say("Has the customer agreed?")
    click.confirm(line(said, common.language), abort=True, err=True)


async def _costs(key: str, common: Common) -> tuple[str, tuple[Cost, ...]]:
    from netdiag.service.app import App
    from netdiag.service.targets import Identity, platform_of
    from netdiag.service.touch.consent import costs

    async with App.open(common.config) as app:
        common.speak(app.settings.language)
        subscriber, _ = app.find(key)
        at = subscriber.attachment
        device = app.inventory.device(at.device) if at and at.device else None
        if at is None or device is None:
            return key, ()
        platform = platform_of(device, app.content, Identity())
        return f"{device.id}:{at.port}", costs(app.content, platform)
