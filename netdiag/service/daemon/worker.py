"""`netdiag worker`: durable work of some sites, on any machine that reaches store and devices."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress

import sdnotify

from netdiag.model.errors import ContentError
from netdiag.service.daemon.daemon import Daemon
from netdiag.service.daemon.run import opened
from netdiag.service.spool.build import keeper_of
from netdiag.service.spool.keeper import Keeper
from netdiag.store.database import StoreError

_AGAIN_S = 5.0
Reload = Callable[[], Awaitable[str]]


def opened_worker(
    config: str | None, sites: tuple[str, ...], name: str | None
) -> tuple[Daemon, Reload]:
    """A worker that is not started yet, and what reloads it. Raises ContentError on a store that
    is a file of one machine."""
    daemon, reload = opened(config, None, only=sites, name=name or usual_name(sites))
    if daemon.database.is_sqlite:
        raise ContentError(
            "Workers share their work over PostgreSQL, and the store is a file of this machine. "
            "Name it in netdiag.yaml: store: {url: …}; see docs/howto/spread-over-sites.md."
        )
    return daemon, reload


def usual_name(sites: tuple[str, ...]) -> str:
    """One worker per machine and set of sites needs no name of its own."""
    return f"{socket.gethostname()}-{'+'.join(sites)}"


async def work(daemon: Daemon, reload: Reload) -> None:
    """Work until SIGTERM; what is under way is finished first. SIGHUP reloads. Without the store
    the site is swept all the same, where it was ever reached: see service.spool."""
    notifier = sdnotify.SystemdNotifier()
    loop, leave = asyncio.get_running_loop(), asyncio.Event()
    reloading: set[asyncio.Task[None]] = set()

    async def reloaded() -> None:
        notifier.notify("RELOADING=1")
        notifier.notify(f"READY=1\nSTATUS={await reload()}")

    def on_hangup() -> None:
        task = loop.create_task(reloaded())
        reloading.add(task)
        task.add_done_callback(reloading.discard)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, leave.set)
    loop.add_signal_handler(signal.SIGHUP, on_hangup)
    keeper = keeper_of(daemon)
    await asyncio.to_thread(keeper.start)
    started = False
    try:
        started = await _started(daemon, keeper, leave, notifier)
        await _until(leave, notifier)
    finally:
        notifier.notify("STOPPING=1")
        await asyncio.to_thread(keeper.stop)
        if started:
            await daemon.stop()


async def _started(
    daemon: Daemon, keeper: Keeper, leave: asyncio.Event, notifier: sdnotify.SystemdNotifier
) -> bool:
    """Join, when the store is reached; False: it was told to leave before. Raises StoreError where
    nothing could be done without the store."""
    while not leave.is_set():
        try:
            await daemon.start()
        except StoreError:
            if not keeper.filled:
                raise
        else:
            notifier.notify("READY=1")
            return True
        notifier.notify("READY=1\nWATCHDOG=1\nSTATUS=without the store")
        with suppress(TimeoutError):
            await asyncio.wait_for(leave.wait(), _AGAIN_S)
    return False


async def _until(leave: asyncio.Event, notifier: sdnotify.SystemdNotifier) -> None:
    """A sign of life at half of systemd's interval (sd_watchdog_enabled(3))."""
    interval_s = int(os.environ.get("WATCHDOG_USEC", "0")) / 1e6 / 2
    while not leave.is_set():
        notifier.notify("WATCHDOG=1")
        try:
            await asyncio.wait_for(leave.wait(), interval_s or None)
        except TimeoutError:
            continue
