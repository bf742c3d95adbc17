"""netdiag feedback import FILE."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from netdiag.cli.options import Common, common, emit, options
from netdiag.cli.words import isolate, line, translator


@click.group()
@options
def feedback(**_: object) -> None:
    """What technicians found: it tells how often verdicts were right."""


@feedback.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--codes",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What the closing codes mean; without it `feedback` of netdiag.yaml.",
)
@common
def import_file(file: Path, codes: Path | None, common: Common) -> int:
    """Closed tickets from a CSV file with their codes: all, or nothing. Repeats are harmless."""
    from netdiag.content.load import load
    from netdiag.service.daemon.settings import open_database
    from netdiag.service.kpi.feedback import codes_of, import_closed
    from netdiag.service.setup import load_settings, open_inventory
    from netdiag.store.feedback import Feedback

    settings = load_settings(common.config)
    common.speak(settings.language)
    known = codes_of(settings, load(settings.content), codes)
    with closing(open_inventory(settings)) as inventory, closing(open_database(settings)) as store:

        def who_is(key: str) -> str:
            """His id; one who has left keeps the key that he was known by."""
            found = inventory.find(key).subscriber
            return found.id if found else key

        done = import_closed(file, known, Feedback(store), who_is)
    if common.json:
        emit({"new": done.new, "known": done.known, "told_nothing": dict(done.told_nothing)})
        return 0
    say = translator(common.language)
    told = say(f"{done.new} findings are new, {done.known} were known.")
    click.echo(line(told, common.language))
    for code, count in done.told_nothing.items():
        words = f"{say('The code tells nothing')}: {isolate(code, common.language)} ({count})"
        click.echo(line(words, common.language))
    return 0
