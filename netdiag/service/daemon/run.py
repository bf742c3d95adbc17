"""Open the daemon over one configuration, with what reloads it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from netdiag.model.errors import ContentError
from netdiag.service.app import App
from netdiag.service.daemon.daemon import Daemon
from netdiag.service.daemon.read_parts import read_parts
from netdiag.service.daemon.reload import REMEMBER_S, Reload
from netdiag.service.daemon.settings import ServeSettings


def opened(
    config: str | None,
    listen: str | None,
    *,
    only: tuple[str, ...] = (),
    name: str | None = None,
) -> tuple[Daemon, Callable[[], Awaitable[str]]]:
    """A daemon that is not started yet, and what reloads it. `only`: a worker of these sites, who
    goes by that name."""
    app = App.open(config, remember_s=REMEMBER_S)
    parts = read_parts(app.settings)
    serve = _elsewhere(parts.serve, listen) if listen else parts.serve
    if name:
        serve = replace(serve, executor=name)
    daemon = Daemon(app, serve, app.database, only, parts.tickets)
    return daemon, Reload(daemon, config, parts.serve)


def _elsewhere(serve: ServeSettings, listen: str) -> ServeSettings:
    host, colon, port = listen.rpartition(":")
    if not colon or not host or not port.isdigit():
        raise ContentError("--listen is ADDRESS:PORT, such as 127.0.0.1:8787.")
    elsewhere = replace(serve, host=host.strip("[]"), port=int(port))
    if not elsewhere.only_here and serve.tls_certificate is None:
        raise ContentError("--listen without TLS takes a loopback address only.")
    return elsewhere
