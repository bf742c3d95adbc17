"""Read configuration, inventory, probes, rules and routes anew: whole, or the old ones stay."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import fields, replace

from netdiag.model.errors import ContentError, NetdiagError
from netdiag.model.wire import Deadline
from netdiag.service.app import App
from netdiag.service.daemon.daemon import Daemon
from netdiag.service.daemon.read_parts import read_parts
from netdiag.service.daemon.settings import ServeSettings
from netdiag.service.patience import look_up

# Shorter than the pause between two readings of a counter (probing.run.SECOND_READING_S).
REMEMBER_S = 1.0
_INVENTORY_S = 20.0
_NOW = ("inbound", "customer", "retention", "waiting", "wait_s", "request_s", "body_bytes")
_WRITTEN = {"host": "listen", "port": "listen", "tls_certificate": "tls", "tls_key": "tls"}
_log = logging.getLogger(__name__)


class Reload:
    """What SIGHUP starts; one at a time, so that the newest files win. Gives a sentence."""

    def __init__(self, daemon: Daemon, config: str | None, serve: ServeSettings) -> None:
        self._daemon = daemon
        self._config = config
        self._serve = serve  # as it stood in the file at the start
        self._turn = asyncio.Lock()

    async def __call__(self) -> str:
        """Carry it out; never raises."""
        async with self._turn:
            try:
                told = await self._carried_out()
            except NetdiagError as error:
                _log.error("reload refused, the old configuration stays: %s", error)
                told, well = f"reload refused: {error}", False
            except Exception:  # noqa: BLE001  the boundary of a signal: the daemon goes on with what it has
                _log.exception("reload failed, the old configuration stays")
                told, well = "reload failed: netdiag itself; its log says where", False
            else:
                _log.info("reloaded, %s", told)
                well = True
            self._daemon.metrics.reloaded(well=well)
            return " ".join(told.split())

    async def _carried_out(self) -> str:
        fresh = await asyncio.to_thread(App.open, self._config, None, REMEMBER_S)
        try:
            parts = read_parts(fresh.settings)
            if fresh.database.url != self._daemon.database.url:
                raise ContentError("Another store needs a restart: `store` or `state_dir` changed.")
            notes = await _read(fresh)
            serve, later = self._next(parts.serve)
            await self._daemon.replace_app(fresh, serve, parts.tickets)
        except BaseException:
            await fresh.__aexit__()
            raise
        for note in (*notes, *later):
            _log.warning("%s", note)
        return "; ".join((f"rule revision {fresh.content.revision}", *notes, *later))

    def _next(self, fresh: ServeSettings) -> tuple[ServeSettings, tuple[str, ...]]:
        """`serve` from now on, and what of it changes with the next start."""
        changed = [
            one.name
            for one in fields(fresh)
            if one.name not in _NOW and getattr(fresh, one.name) != getattr(self._serve, one.name)
        ]
        names = sorted({_WRITTEN.get(name, name) for name in changed})
        later = (f"needs a restart: serve.{', serve.'.join(names)}",) if names else ()
        taken = {name: getattr(fresh, name) for name in _NOW}
        return replace(self._daemon.serve, **taken), later


async def _read(app: App) -> tuple[str, ...]:
    """Read the inventory; notes of sources that answer from an older copy. Raises
    InventoryUnavailableError when nothing can be said."""
    deadline = Deadline.after(_INVENTORY_S)
    await look_up(app.inventory.devices, app.inventory, deadline)
    states = await look_up(app.inventory.describe, app.inventory, deadline)
    return tuple(f"{state.name}: {note}" for state in states for note in state.notes)
