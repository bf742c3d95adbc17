"""netdiag serve: the daemon."""

from __future__ import annotations

import asyncio

import click

from netdiag.cli.failure import tell
from netdiag.cli.options import Common, common


@click.command()
@click.option("--listen", metavar="ADDRESS:PORT", help="Instead of serve.listen of netdiag.yaml.")
@common
def serve(listen: str | None, common: Common) -> int:
    """The daemon: API, durable work, schedules. Ends cleanly on SIGTERM, reloads on SIGHUP."""
    from netdiag.service.daemon.logs import log_to_stderr
    from netdiag.service.daemon.run import opened

    log_to_stderr(verbose=common.verbose, as_json=common.json)
    daemon, reload = opened(common.config, listen)
    where = f"{daemon.serve.host}:{daemon.serve.port}"
    from netdiag.web.server import serve as run

    async def ready() -> None:
        tell(f"Listening on {where}. Ctrl-C ends it.", common.language)

    asyncio.run(run(daemon, reload, ready=ready))
    return 0
