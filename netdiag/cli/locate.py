"""netdiag locate KEY."""

from __future__ import annotations

import asyncio

import click

from netdiag.cli.failure import FAILED, UNKNOWN, tell, whoever_reads
from netdiag.cli.locate_text import located_lines
from netdiag.cli.options import Common, common, emit, key_argument
from netdiag.cli.words import line
from netdiag.locating.agreement import Agreement

_EXIT = {
    Agreement.AGREES: 0,
    Agreement.DIFFERS: 1,
    Agreement.NOT_ON_FILE: 1,
    Agreement.AMBIGUOUS: 1,
    Agreement.NOT_SEEN: UNKNOWN,
}


@click.command()
@key_argument()
@click.option("--deadline", type=click.FloatRange(0.5, 300), metavar="S", help="Seconds for all.")
@click.option("--whole-tables", is_flag=True, help="Walk tables where no exact question helps.")
@common
def locate(key: str, deadline: float | None, whole_tables: bool, common: Common) -> int:
    """The edge port where somebody is seen now, and whether the inventory agrees.

    KEY is a MAC, an IP address, a login, a phone or a subscriber's id. Exit codes: 0 seen where the
    inventory has him, 1 seen elsewhere (or several places, or not on file), 3 not seen, 4 nobody
    could be asked.
    """
    return asyncio.run(_locate(key, deadline, whole_tables, common))


async def _locate(key: str, deadline: float | None, whole_tables: bool, common: Common) -> int:
    from netdiag.cli.waiting import waiting
    from netdiag.service.app import App
    from netdiag.service.locate.document import located_document
    from netdiag.service.locate.locate import locate as search
    from netdiag.service.locate.locate import nobody_answered

    async with App.open(common.config) as app:
        language = common.speak(app.settings.language)
        with waiting(f"looking for {key}", common):
            found = await search(app.parts, key, deadline_s=deadline, whole_tables=whole_tables)
        with whoever_reads():
            if common.json:
                emit(located_document(found, app.content))
            else:
                for text in located_lines(found, app.settings.timezone, language):
                    click.echo(line(text, language))
    for note in () if common.json else found.notes:
        tell(note, language)
    return FAILED if nobody_answered(found) else _EXIT[found.agreement]
