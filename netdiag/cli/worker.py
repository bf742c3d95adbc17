"""netdiag worker: the work of some sites, on any machine."""

from __future__ import annotations

import asyncio

import click

from netdiag.cli.failure import tell
from netdiag.cli.options import Common, common


@click.command()
@click.option(
    "--site", "sites", multiple=True, required=True, metavar="S", help="Its site. May be repeated."
)
@click.option("--name", metavar="NAME", help="Needed where one machine has two of the same site.")
@common
def worker(sites: tuple[str, ...], name: str | None, common: Common) -> int:
    """Carries out the work of some sites. Ends cleanly on SIGTERM, reloads on SIGHUP."""
    from netdiag.service.daemon.logs import log_to_stderr
    from netdiag.service.daemon.worker import opened_worker, work

    log_to_stderr(verbose=common.verbose, as_json=common.json)
    daemon, reload = opened_worker(common.config, sites, name)
    tell(f"{daemon.serve.executor} works for {', '.join(sites)}. Ctrl-C ends it.", common.language)
    asyncio.run(work(daemon, reload))
    return 0
