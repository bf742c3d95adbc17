"""A sweep as durable work: who is there, then batches on the site's queue, then what is new.

A batch that a crash interrupted is visited again; the others keep their results.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from netdiag.service.daemon.durable import step

Json = dict[str, Any]
Act = Callable[[Json], Awaitable[Json]]
BATCH = "sweep-batch"


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepFlow:
    """`plan` finds the devices and who answers, `spawn` puts a batch on the queue under a key and
    gives what waits for it (None: it failed or was cancelled), `end` settles and tells;
    `propose` makes a ticket of a finding where policy says so."""

    plan: Act
    spawn: Callable[[str, Json], Awaitable[Callable[[], Awaitable[Json | None]]]]
    end: Act
    propose: Act | None = None

    async def __call__(self, argument: Json) -> Json:
        """argument: id, site (of the queue), scope."""
        plan: Json = await step("plan", self.plan, argument)
        if "refused" in plan:
            return plan
        batches: list[Json] = plan["batches"]
        waits = [
            await self.spawn(
                f"{argument['id']}-{number}",
                batch | {"site": argument["site"], "run": plan["run"]},
            )
            for number, batch in enumerate(batches)
        ]
        results = [await wait() for wait in waits]
        told = {"run": plan["run"], "scope": argument["scope"], "tallies": results}
        ended: Json = await step("end", self.end, told)
        for number in ended.pop("propose", ()):
            if self.propose is not None:
                await step(f"propose:{number}", self.propose, {"finding": number}, attempts=3)
        return ended


@dataclass(frozen=True, slots=True, kw_only=True)
class LateFlow:
    """A finding of a worker that had no store, told once it is back."""

    propose: Act

    async def __call__(self, argument: Json) -> Json:
        """argument: finding, site."""
        told: Json = await step("propose", self.propose, argument, attempts=3)
        return told


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchFlow:
    """About a hundred devices: one step."""

    visit: Act

    async def __call__(self, argument: Json) -> Json:
        """argument: run, site, devices, silent, behind, ping, cut_off."""
        told: Json = await step("visit", self.visit, argument)
        return told
