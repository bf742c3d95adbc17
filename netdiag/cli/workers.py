"""netdiag workers: who works for which site."""

from __future__ import annotations

from contextlib import closing

import click

from netdiag.cli.failure import tell
from netdiag.cli.options import Common, common, emit
from netdiag.cli.words import line, translator


@click.command()
@common
def workers(common: Common) -> int:
    """Who works for which site, and is alive. Exit code 1 when a site has nobody."""
    from netdiag.service.serve_settings import open_database, read_serve
    from netdiag.service.setup import load_settings
    from netdiag.store.fleet import Fleet, sites_without

    settings = load_settings(common.config)
    common.speak(settings.language)
    with closing(open_database(settings)) as database:
        found = Fleet(database).everybody()
    lacking = sites_without(found, read_serve(settings).workers)
    if common.json:
        emit(
            {
                "workers": [
                    {
                        "name": one.name,
                        "sites": list(one.sites),
                        "alive": one.alive,
                        "host": one.host,
                        "pid": one.pid,
                        "version": one.version,
                        "started_at": one.started_at.isoformat(),
                        "seen_at": one.seen_at.isoformat(),
                    }
                    for one in found
                ],
                "sites_without": list(lacking),
            }
        )
        return 1 if lacking else 0
    say = translator(common.language)
    for one in found:
        state = say("alive") if one.alive else say("gone")
        seen = one.seen_at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
        click.echo(line(f"{one.name}  {', '.join(one.sites)}  {state}  {seen}", common.language))
    for site in lacking:
        tell(f"{say('Nobody works for this site')}: {site}", common.language)
    return 1 if lacking else 0
