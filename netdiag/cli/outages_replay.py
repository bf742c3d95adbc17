"""netdiag outages replay EVENTS.jsonl --topology TOPOLOGY.jsonl"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netdiag.cli.failure import tell, whoever_reads
from netdiag.cli.options import Common, common
from netdiag.cli.words import isolate, line, translator

if TYPE_CHECKING:
    from netdiag.outages.change import Change


@click.command("replay")
@click.argument("events", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@click.option(
    "--topology",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Resources and subscribers, one JSON object a line.",
)
@common
def replay_stream(events: Path, topology: Path, common: Common) -> int:
    """Infer outages from recorded events; no network, no store.

    One JSON object a line for every change; a sentence each in a terminal. EVENTS may be - for
    standard input.
    """
    from netdiag.service.outages.replay import replay

    with whoever_reads():
        for change in replay(events, topology, lambda text: tell(text, common.language)):
            if common.fancy:
                click.echo(_sentence(change, common.language))
            else:
                click.echo(json.dumps(change.line(), ensure_ascii=False))
    return 0


def _sentence(change: Change, language: str) -> str:
    say = translator(language)
    at = datetime.fromtimestamp(change.t, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    text = say("{at} {outage} {state}: {roots}; cause: {cause}; subscribers: {count}; {sure} %")
    return line(
        text.format(
            at=isolate(at, language),
            outage=isolate(change.outage, language),
            state=say(str(change.state)),
            roots=isolate(", ".join(change.roots), language),
            cause=say(str(change.cause)),
            count=change.subscribers,
            sure=round(100 * change.confidence),
        ),
        language,
    )
