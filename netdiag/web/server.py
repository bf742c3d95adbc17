"""Serve until told to stop: sockets, TLS, systemd's notify protocol, signals."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import sdnotify
import uvicorn

from netdiag.model.user import User
from netdiag.service.daemon.certificate import unfit
from netdiag.service.daemon.daemon import Daemon
from netdiag.web.app import create_app
from netdiag.web.listen import bound

_GRACE_S = 20
_log = logging.getLogger(__name__)


async def serve(
    daemon: Daemon,
    reload: Callable[[], Awaitable[str]],
    *,
    guest: User | None = None,
    ready: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """Start the daemon, answer requests, drain on SIGTERM, reload on SIGHUP.

    systemd is told when it is ready, when it reloads and stops, and that it is alive
    (sd_notify(3); WatchdogSec= in the unit). `guest`: see `create_app`; `ready` is called once
    requests are answered. Raises AddressError when the address is taken, before any work is.
    """
    notifier = sdnotify.SystemdNotifier()
    settings = daemon.serve
    app = create_app(daemon, guest)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
        timeout_keep_alive=20,
        # The last resort, without a word: before it come the 1000 requests of netdiag.web.limits.
        limit_concurrency=1500,
        h11_max_incomplete_event_size=65_536,
    )
    server = _Server(config, app.state.leaving)
    with bound(settings.host, settings.port) as address:
        await daemon.start()
        await _serve(daemon, server, address, _Reloads(notifier, reload, config), ready)


async def _serve(
    daemon: Daemon,
    server: _Server,
    address: socket.socket,
    reloads: _Reloads,
    ready: Callable[[], Awaitable[None]] | None,
) -> None:
    loop, notifier = asyncio.get_running_loop(), reloads.notifier
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.leave)
    loop.add_signal_handler(signal.SIGHUP, reloads.begin)
    beat = asyncio.create_task(_watchdog(notifier, server, ready))
    try:
        await server.serve([address])
    finally:
        notifier.notify("STOPPING=1")
        beat.cancel()
        await daemon.stop()


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: ours also drain the work."""

    def __init__(self, config: uvicorn.Config, leaving: asyncio.Event) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()
        self._leaving = leaving

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Bind; from then on requests are answered."""
        await super().startup(sockets)
        self.listening.set()

    def leave(self) -> None:
        """Stop accepting, finish what is being answered; what never ends by itself does now."""
        self._leaving.set()
        self.should_exit = True

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """None: see `serve`."""
        yield


@dataclass(slots=True)
class _Reloads:
    """What SIGHUP starts: configuration, inventory, content, and the certificate."""

    notifier: sdnotify.SystemdNotifier
    reload: Callable[[], Awaitable[str]]
    config: uvicorn.Config
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)

    def begin(self) -> None:
        task = asyncio.get_running_loop().create_task(self._carry_out())
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _carry_out(self) -> None:
        self.notifier.notify("RELOADING=1")
        status = await self.reload() + await asyncio.to_thread(self._certificate)
        self.notifier.notify(f"READY=1\nSTATUS={status}")

    def _certificate(self) -> str:
        """A renewed certificate is for new connections; a broken one leaves the old."""
        certificate, key = self.config.ssl_certfile, self.config.ssl_keyfile
        if self.config.ssl is None or certificate is None:
            return ""
        why = unfit(Path(certificate), Path(key or certificate))
        if why:
            _log.error("the old certificate stays: %s", why)
            return f"; the old certificate stays: {why}"
        self.config.ssl.load_cert_chain(certificate, key)
        return ""


async def _watchdog(
    notifier: sdnotify.SystemdNotifier,
    server: _Server,
    ready: Callable[[], Awaitable[None]] | None,
) -> None:
    """READY=1 once requests are answered, then a sign of life at half the interval."""
    await server.listening.wait()
    notifier.notify("READY=1")
    if ready is not None:
        await ready()
    interval_s = int(os.environ.get("WATCHDOG_USEC", "0")) / 1e6 / 2
    while interval_s > 0:
        notifier.notify("WATCHDOG=1")
        await asyncio.sleep(interval_s)
