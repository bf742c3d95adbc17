"""Open the daemon over one configuration, and reload it whole."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from netdiag.model.errors import ContentError, NetdiagError
from netdiag.service.app import App
from netdiag.service.daemon import Daemon
from netdiag.service.notify_settings import read_notify
from netdiag.service.serve_settings import ServeSettings, read_serve
from netdiag.service.sweep.policy import read_policy
from netdiag.service.tickets.settings import read_tickets
from netdiag.service.watch_settings import read_watch

# Shorter than the pause between two readings of a counter (probing.run.SECOND_READING_S).
_REMEMBER_S = 1.0
_log = logging.getLogger(__name__)


def opened(
    config: str | None,
    listen: str | None,
    *,
    only: tuple[str, ...] = (),
    name: str | None = None,
) -> tuple[Daemon, Callable[[], Awaitable[str]]]:
    """A daemon that is not started yet, and what reloads it. `only`: a worker of these sites, who
    goes by that name."""
    app = App.open(config, remember_s=_REMEMBER_S)
    serve = read_serve(app.settings)
    read_notify(app.settings)
    read_watch(app.settings)
    read_policy(app.settings)
    if listen:
        serve = _elsewhere(serve, listen)
    if name:
        serve = replace(serve, executor=name)
    daemon = Daemon(app, serve, app.database, only, read_tickets(app.settings))

    async def reload() -> str:
        try:
            fresh = await asyncio.to_thread(App.open, config, None, _REMEMBER_S)
            read_serve(fresh.settings)
            read_notify(fresh.settings)
            read_watch(fresh.settings)
            read_policy(fresh.settings)
            tickets = read_tickets(fresh.settings)
        except NetdiagError as error:
            daemon.metrics.reloaded(well=False)
            _log.error("reload refused, the old configuration stays: %s", error)
            return f"reload refused: {error}"
        await daemon.replace_app(fresh, tickets)
        daemon.metrics.reloaded(well=True)
        _log.info("reloaded, rule revision %s", fresh.content.revision)
        return f"rule revision {fresh.content.revision}"

    return daemon, reload


def _elsewhere(serve: ServeSettings, listen: str) -> ServeSettings:
    host, colon, port = listen.rpartition(":")
    if not colon or not host or not port.isdigit():
        raise ContentError("--listen is ADDRESS:PORT, such as 127.0.0.1:8787.")
    elsewhere = replace(serve, host=host.strip("[]"), port=int(port))
    if not elsewhere.only_here and serve.tls_certificate is None:
        raise ContentError("--listen without TLS takes a loopback address only.")
    return elsewhere
