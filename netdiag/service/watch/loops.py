"""Inference kept going: turns, directed probes, the round of devices."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime

from netdiag.model.errors import NetdiagError
from netdiag.model.event import Event
from netdiag.outages.change import Suspicion
from netdiag.service.app import App
from netdiag.service.watch.evidence import Evidence
from netdiag.service.watch.inference import Inference, Turn
from netdiag.service.watch.orphans import Orphans
from netdiag.service.watch.port_names import PortNames
from netdiag.service.watch.probes import Prober
from netdiag.service.watch.tree import Known
from netdiag.service.watch.ways_asked import found_up

_LEAST_S = 0.25  # between two turns
_MOST_ASKED = 64
_SILENCES = 3
_BUSY_S = 120.0
_ORPHANS_S = 60.0
_LEARN_S = 900.0
_WAYS_S = 300.0
_MOST_WAYS = 20  # dead links that are asked after at once
_log = logging.getLogger(__name__)


class Loops:
    """What runs beside the daemon's requests while it infers outages."""

    def __init__(
        self,
        inference: Inference,
        evidence: Evidence,
        app: Callable[[], App],
        changed: Callable[[], Awaitable[None]],
        may: Callable[[], bool] = lambda: True,
    ) -> None:
        self.inference = inference
        self.prober = Prober()
        self.ports = PortNames()
        self._evidence = evidence
        self._app = app
        self._changed = changed
        self._may = may
        self._probing: asyncio.Task[None] | None = None
        self._orphans_at = 0.0
        self._orphans = Orphans(self.prober)
        self._pointed_at: set[str] = set()
        self._silences: dict[str, int] = {}
        self._busy_until = 0.0  # until then every answer of the round is told, not only news

    async def infer(self, tick_s: float) -> None:
        """Turns for ever: at once when something came in, else every so often."""
        told = ""
        while True:
            self._evidence.fresh.clear()
            more = False
            try:
                if self._may():
                    turn = await self.inference.turn()
                    told, more = "", turn.more
                    await self._act(turn)
            except NetdiagError as error:
                if str(error) != told:
                    _log.warning("outages are not inferred just now: %s", error)
                told = str(error)
            await asyncio.sleep(0 if more else _LEAST_S)
            if not more:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._evidence.fresh.wait(), tick_s)

    async def go_round(self, every_s: float) -> None:
        """Ping every device, spread over the time; first at once, so that who is up is known."""
        over_s = min(10.0, every_s)
        while True:
            began = asyncio.get_running_loop().time()
            known = self.inference.known
            if known is not None and self._may():
                try:
                    devices = list(known.devices.values())
                    everything = began < self._busy_until
                    async for events in self.prober.round(
                        devices, self._app(), over_s, everything=everything
                    ):
                        self._doubt(events, known)
                        await self._evidence.take(events)
                except NetdiagError as error:
                    _log.warning("the round of devices: %s", error)
                over_s = every_s * 0.9
            passed = asyncio.get_running_loop().time() - began
            await asyncio.sleep(max(1.0, every_s - passed) if known is not None else 1.0)

    async def ask_after_ways(self, every_s: float = _WAYS_S) -> None:
        """Whether dead links have come back, for all of whose notifications one may be lost."""
        while True:
            await asyncio.sleep(every_s)
            try:
                if self._may():
                    dead = self.inference.dead_ways()[:_MOST_WAYS]
                    await self._evidence.take(await found_up(dead, self._app()))
            except NetdiagError as error:
                _log.warning("dead links are not asked after: %s", error)

    async def learn(self) -> None:
        """Look every so often whether it is time to learn from the past."""
        while True:
            try:
                if self._may():
                    await self.inference.learn()
            except NetdiagError as error:
                _log.warning("nothing is learned from the past just now: %s", error)
            await asyncio.sleep(_LEARN_S if self.inference.known is not None else 1.0)

    async def stop(self, *, keep: bool = True) -> None:
        """End, and remember everything, if this is still whose turn it is."""
        if self._probing is not None:
            self._probing.cancel()
            await asyncio.gather(self._probing, return_exceptions=True)
        if keep:
            with contextlib.suppress(NetdiagError):
                await self.inference.keep()

    async def _act(self, turn: Turn) -> None:
        if turn.changes:
            await self._changed()
        now = asyncio.get_running_loop().time()
        orphans = now - self._orphans_at > _ORPHANS_S and not turn.more
        if orphans:
            self._orphans_at = now
        idle = self._probing is None or self._probing.done()
        self._pointed_at |= turn.pointed_at
        if any(one.outage for one in turn.suspicions) or self._pointed_at:
            self._busy_until = now + _BUSY_S
        if idle and (turn.suspicions or turn.ports or self._pointed_at or orphans):
            self._probing = asyncio.create_task(
                self._probe(turn.suspicions, turn.ports, orphans=orphans)
            )

    async def _probe(
        self,
        suspicions: tuple[Suspicion, ...],
        ports: Mapping[tuple[str, int], Event],
        *,
        orphans: bool,
    ) -> None:
        known = self.inference.known
        if known is None:
            return
        try:
            app = self._app()
            await self._evidence.take(await self.ports.named(ports, app, known))
            wanted = [one for suspicion in suspicions for one in suspicion.ask]
            subjects = [*self._pointed(known), *wanted][:_MOST_ASKED]
            events = await self.prober.ask(subjects, app, known)
            self._doubt(events, known)
            await self._evidence.take(events)
            if orphans and await self._orphans.look(self.inference, app):
                await self._changed()
        except NetdiagError as error:
            _log.warning("probing for outages: %s", error)

    def _pointed(self, known: Known) -> list[str]:
        """Devices that a trap or a silence points at, each behind its parents: who above it answers
        says that it is not above."""
        now, tree = datetime.now(UTC), known.tree
        first = [s for s in sorted(self._pointed_at) if self.prober.may_ask(s, now)]
        self._pointed_at.difference_update(first[: _MOST_ASKED // 2])
        asked: dict[str, None] = {}
        for device in first[: _MOST_ASKED // 2]:
            above = tree.path(tree.number[device]) if device in tree.number else []
            asked |= dict.fromkeys(tree.ids[node] for node in reversed(above) if tree.ids[node])
            asked[device] = None
        return list(asked)

    def _doubt(self, events: Iterable[Event], known: Known) -> None:
        """A device that was silent once is asked again soon, three times in all: one lost packet is
        no outage, and three silences are not one lost packet."""
        for event in events:
            if event.state == "up":
                self._silences.pop(event.subject, None)
            elif event.subject in known.devices:
                silences = self._silences.get(event.subject, 0) + 1
                self._silences[event.subject] = silences
                if silences < _SILENCES:
                    self._pointed_at.add(event.subject)
