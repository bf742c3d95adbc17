"""Sweeps by the daemon's clock, carried out by the durable engine, for each site where its
workers are."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from netdiag.model.errors import ContentError
from netdiag.model.subscriber import Device
from netdiag.service.app import App
from netdiag.service.daemon.durable import Durable, Urgency
from netdiag.service.daemon.settings import ServeSettings
from netdiag.service.flows.sweep import BATCH, BatchFlow, LateFlow, SweepFlow
from netdiag.service.sweep.policy import Policy, read_policy
from netdiag.service.sweep.proposing import Propose, propose_ticket
from netdiag.service.sweep.reach import Reachable
from netdiag.service.sweep.run import Sweeper, is_cut_off, stand_of
from netdiag.service.sweep.sites import settle_sites
from netdiag.service.sweep.stops import Scope, chosen, levels, places
from netdiag.service.sweep.tally import Tally
from netdiag.store.findings import Findings
from netdiag.store.sweeps import SweepRunsError, Sweeps

Json = dict[str, Any]
LATE = "sweep-late"
_LATE = "the time for this sweep was over"
MOST_PROPOSED = 20  # of one sweep; the rest is listed
_SIGN_OF_LIFE_S = 30.0
_log = logging.getLogger(__name__)


class Scheduled:
    """The sweeps of one daemon or worker."""

    def __init__(
        self,
        durable: Durable,
        serve: ServeSettings,
        app: Callable[[], App],
        propose: Propose | None = None,
    ) -> None:
        self._durable = durable
        self._serve = serve
        self._app = app
        self._propose = propose
        self._sweeper: tuple[App, Sweeper] | None = None
        self.hold: Callable[[], bool] = lambda: False  # what was swept alone comes first

    def register(self) -> None:
        """Make the flows known, before the engine starts."""
        flow = SweepFlow(plan=self.plan, spawn=self._spawn, end=self.end, propose=self.propose)
        self._durable.register("sweep", flow)
        self._durable.register(BATCH, BatchFlow(visit=self.visit))
        self._durable.register(LATE, LateFlow(propose=self.propose))
        self._durable.register_chore("sweep-tick", self.tick)

    async def begin(self) -> None:
        """Schedule, where netdiag.yaml says so; again after a reload."""
        policy = read_policy(self._app().settings)
        if policy.schedule:
            await self._durable.schedule(
                "sweep-by-clock", policy.schedule, "sweep-tick", site=self._serve.site
            )

    async def tick(self, due: Json) -> Json:
        """It is time: one sweep for each site with workers of its own, one for all the rest."""
        if not read_policy(self._app().settings).schedule:
            return {"begun": []}  # it was taken out of netdiag.yaml
        begun = []
        for site, scope in self._scopes():
            key = f"sweep-{site}-{due['at']}"
            argument = {"id": key, "site": site, "scope": scope.told(), "due": due["at"]}
            await self._durable.enqueue("sweep", key, argument, site=site, urgency=Urgency.CHORE)
            begun.append(key)
        return {"begun": begun}

    async def plan(self, argument: Json) -> Json:
        """The step: devices in order, parents first, and who answers ping."""
        await self._may_begin()
        sweeper, app = self._own()
        scope = Scope.read(argument["scope"])
        try:
            self._not_overtaken(app, argument, scope)
            devices = chosen(await asyncio.to_thread(app.inventory.devices), scope)
            topology = await asyncio.to_thread(app.inventory.topology)
            run = await asyncio.to_thread(sweeper.begin, scope, len(devices), False)
        except (ContentError, SweepRunsError) as error:
            _log.warning("sweep %s: %s", argument["id"], error)
            return {"refused": str(error)}
        groups = levels(devices, topology)
        found = await sweeper.reach(groups, topology)
        order = [device.id for group in groups for device in group]
        size = self._policy().batch
        some = [order[start : start + size] for start in range(0, len(order), size)]
        ends = time.time() + self._policy().deadline_s
        return {"run": run.id, "batches": [_batch(names, found) | {"ends": ends} for names in some]}

    async def visit(self, argument: Json) -> Json:
        """The step: one batch."""
        await self._may_begin()
        sweeper, app = self._own()
        sweeps = Sweeps(app.database)
        run = argument["run"]
        await asyncio.to_thread(sweeps.refuse_dead, run, datetime.now(UTC))
        alive = await asyncio.to_thread(sweeps.alive, run, 0, datetime.now(UTC))
        ends = argument.get("ends", time.time() + self._policy().deadline_s)

        def stopped() -> str:
            if not alive:
                return "it was cancelled"
            return _LATE if time.time() >= ends else ""

        devices = await asyncio.to_thread(self._devices, app, argument["devices"])
        topology = await asyncio.to_thread(app.inventory.topology)
        stand = stand_of(_reachable(argument))
        pulse = asyncio.create_task(_keep_alive(sweeps, run))
        try:
            tally = await sweeper.batches.run(run, devices, places(topology), stand, stopped)
        finally:
            pulse.cancel()
        return tally.told()

    async def end(self, argument: Json) -> Json:
        """The step: sites as a whole, and the summary."""
        sweeper, app = self._own()
        tally = Tally()
        for told in argument["tallies"]:
            if told is not None:
                tally.add(Tally.read(told))
        lost = sum(told is None for told in argument["tallies"])
        scope = Scope.read(argument["scope"])
        devices = chosen(await asyncio.to_thread(app.inventory.devices), scope)
        now = datetime.now(UTC)
        await settle_sites(sweeper.batches, app.database, tally, devices, now)
        summary = sweeper.told(scope, tally)
        register = Findings(app.database)
        late = any(one["why"] == _LATE for one in tally.trouble)
        state = "failed" if is_cut_off(tally) else "cut" if lost or late else "done"
        run = argument["run"]
        await asyncio.to_thread(Sweeps(app.database).finish, run, state, tally.done, summary, now)
        still = sum((await asyncio.to_thread(register.counts)).values())
        _log.info(
            "%s %s: %s; %d new, %d over, %d open",
            run, state, dict(tally.counts), len(tally.new), len(tally.gone), still,
        )  # fmt: skip
        told = {"run": run, "state": state, "new": len(tally.new), "gone": len(tally.gone)}
        if self._policy().tickets:
            new = [one for key in tally.new if (one := register.get(key)) is not None]
            new.sort(key=lambda one: -one.rank)
            told["propose"] = [one.id for one in new[:MOST_PROPOSED]]
        return told

    async def propose(self, argument: Json) -> Json:
        """The step: one finding."""
        if self._propose is None:
            return {}
        return await propose_ticket(self._app(), argument["finding"], self._propose)

    async def _may_begin(self) -> None:
        while self.hold():  # noqa: ASYNC110  a thread of its own sweeps; it sets no event
            await asyncio.sleep(0.5)

    @staticmethod
    def _not_overtaken(app: App, argument: Json, scope: Scope) -> None:
        """Of sweeps that waited for a worker the first is enough. Raises SweepRunsError."""
        due = argument.get("due")
        if due is None:
            return
        later = Sweeps(app.database).since(scope.told(), datetime.fromisoformat(due))
        if later is not None:
            raise SweepRunsError(f"was due at {due}; {later.id} went later, and is done")

    def _own(self) -> tuple[Sweeper, App]:
        """A sweeper over today's configuration."""
        app = self._app()
        if self._sweeper is None or self._sweeper[0] is not app:
            self._sweeper = (app, Sweeper(app, self._policy()))
        return self._sweeper[1], app

    def _policy(self) -> Policy:
        return read_policy(self._app().settings)

    def _scopes(self) -> list[tuple[str, Scope]]:
        """Queue and scope of each sweep."""
        if not self._serve.workers:
            return [(self._serve.site, Scope())]
        rest = (self._serve.site, Scope(without=self._serve.workers))
        return [(site, Scope(site=site)) for site in self._serve.workers] + [rest]

    @staticmethod
    def _devices(app: App, names: list[str]) -> list[Device]:
        """Those that are still in the inventory."""
        known = {device.id: device for device in app.inventory.devices()}
        return [known[name] for name in names if name in known]

    async def _spawn(self, key: str, argument: Json) -> Callable[[], Awaitable[Json | None]]:
        return await self._durable.spawn(BATCH, key, argument, site=argument["site"])


async def _keep_alive(sweeps: Sweeps, run: str) -> None:
    while True:
        await asyncio.sleep(_SIGN_OF_LIFE_S)
        await asyncio.to_thread(sweeps.alive, run, 0, datetime.now(UTC))


def _batch(names: list[str], found: Reachable) -> Json:
    return {
        "devices": names,
        "silent": [name for name in names if name in found.silent],
        "behind": {name: found.behind[name] for name in names if name in found.behind},
        "ping": {name: found.ping[name] for name in names if name in found.ping},
        "cut_off": found.cut_off,
    }


def _reachable(argument: Json) -> Reachable:
    return Reachable(
        ping=dict(argument["ping"]),
        silent=set(argument["silent"]),
        behind=dict(argument["behind"]),
        cut_off=argument["cut_off"],
    )
