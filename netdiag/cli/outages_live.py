"""netdiag outages --watch: every change of the register as it comes, until Ctrl-C."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence

import click

from netdiag.cli.moments import shown
from netdiag.cli.options import Common
from netdiag.cli.words import line, translator
from netdiag.model.outage import Outage

LOOK_EVERY_S = 1.0


def follow(
    open_ones: Callable[[], Sequence[Outage]],
    document: Callable[[Outage], dict[str, object]],
    told: Callable[[Outage], str],
    timezone: str,
    common: Common,
) -> int:
    """In a terminal a table that stays up to date; in a pipe a line for every change, with --json
    one object a line. Ends at Ctrl-C."""
    try:
        if common.fancy:
            _table(open_ones, timezone, common)
        for one in changes(open_ones, LOOK_EVERY_S):
            text = json.dumps(document(one), ensure_ascii=False) if common.json else told(one)
            click.echo(text)
    except KeyboardInterrupt:
        return 0
    return 0


def changes(open_ones: Callable[[], Sequence[Outage]], pause_s: float) -> Iterator[Outage]:
    """Outages that are new or not as they were; one that is open no more comes once again, as it
    was last seen, in the state `cleared`."""
    from dataclasses import replace

    from netdiag.model.outage import OutageState

    known: dict[str, Outage] = {}
    while True:
        found = {one.id: one for one in open_ones()}
        for key, one in found.items():
            if known.get(key) != one:
                yield one
        for key in known.keys() - found.keys():
            yield replace(known[key], state=OutageState.CLEARED)
        known = found
        time.sleep(pause_s)


def _table(open_ones: Callable[[], Sequence[Outage]], timezone: str, common: Common) -> None:
    from rich.console import Console
    from rich.live import Live
    from rich.table import Table

    say = translator(common.language)
    with Live(console=Console(no_color=not common.color), auto_refresh=False) as live:
        while True:
            found = open_ones()
            table = Table(
                "", say("State"), say("Root"), say("Cause"), say("Since"), say("Subscribers")
            )
            for one in found:
                since = shown(one.since, timezone)
                count = "?" if one.subscribers is None else str(one.subscribers)
                table.add_row(one.id, say(one.state), one.root, say(one.cause), since, count)
            text = line(say("No open outage."), common.language)
            live.update(table if found else text, refresh=True)
            time.sleep(LOOK_EVERY_S)
