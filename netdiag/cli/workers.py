"""netdiag workers: who works for which site."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from netdiag.cli.failure import FAILED, tell
from netdiag.cli.moments import shown
from netdiag.cli.options import Common, common, emit
from netdiag.cli.words import line, translator

if TYPE_CHECKING:
    from netdiag.settings import Settings


@click.command()
@common
def workers(common: Common) -> int:
    """Who works for which site, and is alive. Exit code 1 when a site has nobody."""
    from netdiag.service.daemon.settings import open_database, read_serve
    from netdiag.service.setup import load_settings
    from netdiag.store.database import StoreError
    from netdiag.store.fleet import Fleet, sites_without

    settings = load_settings(common.config)
    common.speak(settings.language)
    with closing(open_database(settings)) as database:
        try:
            found = Fleet(database).everybody()
        except StoreError as error:
            tell(str(error), common.language)
            return _alone(settings, common)
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
                        "alone": dict(one.alone),
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
        seen = shown(one.seen_at, settings.timezone, seconds=True)
        click.echo(line(f"{one.name}  {', '.join(one.sites)}  {state}  {seen}", common.language))
        _tell_alone(one.alone, common)
    if not found:
        click.echo(line(say("No daemon or worker has been here yet."), common.language))
    for site in lacking:
        tell(f"{say('Nobody works for this site')}: {site}", common.language)
    return 1 if lacking else 0


def _alone(settings: Settings, common: Common) -> int:
    """The store is not reached: what the workers of this machine do without it."""
    from netdiag.service.spool.build import spools
    from netdiag.service.spool.story import told_by

    found = {name: told_by(database) for name, database in spools(settings.state_dir)}
    if common.json:
        emit({"workers": [{"name": name, "alone": told} for name, told in found.items()]})
    for name, told in found.items() if not common.json else ():
        click.echo(line(name, common.language))
        _tell_alone(told, common)
    return FAILED


def _tell_alone(alone: Mapping[str, Any], common: Common) -> None:
    """The last time without the store, if there was one."""
    from netdiag.service.spool.story import sentence

    if text := sentence(alone):
        click.echo(line(f"    {text}", common.language))
