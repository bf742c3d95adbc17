"""A whole sweep of one process: who is there, then batch by batch, then what is new."""

from __future__ import annotations

import asyncio
import os
import socket
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from netdiag.inventory.topology import Topology
from netdiag.model.subscriber import Device
from netdiag.model.sweep import Reach
from netdiag.model.wire import Answer, Deadline, SnmpGet
from netdiag.service.app import App
from netdiag.service.sweep.batch import Batches
from netdiag.service.sweep.policy import Policy
from netdiag.service.sweep.reach import Reachable, is_tired, pinger, reach
from netdiag.service.sweep.sites import settle_sites
from netdiag.service.sweep.stops import Scope, chosen, levels, places
from netdiag.service.sweep.tally import Tally
from netdiag.service.targets import of_device
from netdiag.store.sweeps import Run, Sweeps
from netdiag.sweeping.known import unpacked

_SIGN_OF_LIFE_S = 5.0
_UPTIME = "1.3.6.1.2.1.1.3.0"
_OPEN_BATCHES = 12  # so that a slow device holds up nobody else
CUT_OFF = "this host reaches nobody: look at its own line first"

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a sweep ended. `state`: done, cut (out of time), cancelled, failed (we are cut off)."""

    run: str
    state: str
    tally: Tally
    summary: dict[str, Any]


class Sweeper:
    """Sweeps over one configuration."""

    def __init__(self, app: App, policy: Policy, clock: Callable[[], float] = time.time) -> None:
        self._app = app
        self._policy = policy
        self._clock = clock
        self._sweeps = Sweeps(app.database)
        self._stop_reason = ""
        self._stop = asyncio.Event()
        self.batches = Batches(
            settings=app.settings,
            content=app.content,
            inventory=app.inventory,
            database=app.database,
            ask=app.wires.ask,
            policy=policy,
            clock=clock,
        )

    async def run(
        self, scope: Scope, *, resume: bool = False, progress: Progress = lambda *_: None
    ) -> Outcome:
        """Sweep. Raises ContentError when the scope is empty, SweepRunsError when another sweep
        of the same devices is under way."""
        devices = chosen(await asyncio.to_thread(self._app.inventory.devices), scope)
        topology = await asyncio.to_thread(self._app.inventory.topology)
        run = await asyncio.to_thread(self.begin, scope, len(devices), resume)
        done = await asyncio.to_thread(self._sweeps.done_in, run.id) if resume else set()
        left = [device for device in devices if device.id not in done]
        tally = Tally()
        watch = asyncio.create_task(self._watch(run.id, tally))
        state = "cut"
        try:
            await self._sweep(run.id, left, topology, tally, progress)
            state = self._state(tally)
        finally:
            watch.cancel()
            summary = {"started_at": run.started_at.isoformat(), **self.told(scope, tally)}
            now = self._now()
            await asyncio.to_thread(
                self._sweeps.finish, run.id, state, tally.done + len(done), summary, now
            )
        return Outcome(run=run.id, state=state, tally=tally, summary=summary)

    def cancel(self, why: str) -> None:
        """Ask nobody else any more; what is under way is finished."""
        self._stop_reason = self._stop_reason or why
        self._stop.set()

    async def _sweep(
        self,
        run: str,
        devices: Sequence[Device],
        topology: Topology,
        tally: Tally,
        progress: Progress,
    ) -> None:
        groups = levels(devices, topology)
        progress("reach", 0, len(devices))
        found = await self.reach(groups, topology)
        ends = time.monotonic() + self._policy.deadline_s
        order = [device for group in groups for device in group]
        where = places(topology)
        counted = 0

        def count(number: int) -> None:
            nonlocal counted
            counted += number
            progress("ask", counted, len(order))

        def stopped() -> str:
            if time.monotonic() >= ends:
                self.cancel("the time for this sweep was over")
            return self._stop_reason

        slots = asyncio.Semaphore(_OPEN_BATCHES)
        size = self._policy.batch
        starts = range(0, len(order), size)
        began = time.monotonic()

        async def batch(start: int) -> None:
            async with slots:
                await self._wait_for_turn(began, start / max(1, len(order)))
                some = order[start : start + size]
                told = await self.batches.run(run, some, where, stand_of(found), stopped, count)
                tally.add(told)

        await asyncio.gather(*map(batch, starts))
        await settle_sites(self.batches, self._app.database, tally, order, self._now())

    async def reach(self, groups: Sequence[Sequence[Device]], topology: Topology) -> Reachable:
        """Who is there."""
        settings, content = self._app.settings, self._app.content
        ping = pinger(lambda device: of_device(device, settings, content))
        tired = await self.tired()
        return await reach(groups, topology, ping, self._knock, self._policy, tired)

    async def tired(self) -> set[str]:
        """Devices that were silent for so long that they are asked less this time."""
        silent = await asyncio.to_thread(self._sweeps.silent)
        return {name for name, known in silent.items() if is_tired(unpacked(known).misses)}

    async def _knock(self, device: Device) -> bool:
        """Does a device that keeps silent on ping answer SNMP?"""
        target = of_device(device, self._app.settings, self._app.content)
        question = SnmpGet(oids={"uptime": _UPTIME})
        reply = await self._app.wires.ask("snmp", target, question, Deadline.after(10))
        return isinstance(reply, Answer)

    async def _wait_for_turn(self, began: float, share: float) -> None:
        wait = began + self._policy.over_s * share - time.monotonic()
        if wait > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), wait)

    async def _watch(self, run: str, tally: Tally) -> None:
        """A sign of life, and an ear for who cancels."""
        while True:
            await asyncio.sleep(_SIGN_OF_LIFE_S)
            alive = await asyncio.to_thread(self._sweeps.alive, run, tally.done, self._now())
            if not alive:
                self.cancel("it was cancelled")

    def begin(self, scope: Scope, total: int, resume: bool) -> Run:
        """Register a run, or take the last one up. Raises SweepRunsError."""
        now = self._now()
        if resume:
            old = self._sweeps.take_up(scope.told(), now)
            if old is not None:
                return old
        run = Run(
            id=f"sweep-{now:%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}",
            site=scope.site or "",
            scope=scope.told(),
            state="running",
            owner=f"{socket.gethostname()}:{os.getpid()}",
            started_at=now,
            alive_at=now,
            finished_at=None,
            total=total,
            done=0,
            summary={},
        )
        self._sweeps.begin(run)
        return run

    def _state(self, tally: Tally) -> str:
        if self._stop_reason:
            return "cancelled" if "cancelled" in self._stop_reason else "cut"
        return "failed" if is_cut_off(tally) else "done"

    def told(self, scope: Scope, tally: Tally) -> dict[str, Any]:
        """The summary that is kept with the run."""
        return {
            "scope": scope.told(),
            "finished_at": self._now().isoformat(),
            "devices": dict(tally.counts),
            "varbinds": tally.varbinds,
            "new": tally.new,
            "gone": tally.gone,
            "trouble": tally.trouble[:500],
        }

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)


def is_cut_off(tally: Tally) -> bool:
    """Did this host reach nobody at all?"""
    return any(one["why"] == CUT_OFF for one in tally.trouble)


def stand_of(found: Reachable) -> Callable[[str], tuple[Reach | None, str, bool | None]]:
    """How a device stands before it is visited."""

    def stand(device: str) -> tuple[Reach | None, str, bool | None]:
        if found.cut_off:
            return Reach.NOT_ASKED, CUT_OFF, None
        if device in found.behind:
            return Reach.BEHIND, f"behind {found.behind[device]}, which is silent", None
        if device in found.silent:
            return Reach.SILENT, "answers neither ping nor SNMP", False
        return None, "", found.ping.get(device)

    return stand
