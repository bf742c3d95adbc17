"""Whom devices hear, asked of all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from netdiag.locating.neighbours import Neighbour, Table, neighbours_of
from netdiag.model.probe import Probe
from netdiag.model.subscriber import Device
from netdiag.model.verdict import ProbeRun
from netdiag.model.wire import Deadline
from netdiag.service import targets as whom
from netdiag.service.listing import Lister
from netdiag.service.locate.search import Parts

_AT_ONCE = 16
_PER_DEVICE_S = 20.0
_NEAR, _OWN = "near.", "own."

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one device told."""

    tables: tuple[Table, ...]
    neighbours: tuple[Neighbour, ...]
    runs: tuple[ProbeRun, ...]

    @property
    def why(self) -> str:
        """Why there is no neighbour."""
        reasons = [run.why for run in self.runs if run.why]
        read = any(table.probe.endswith("-near") for table in self.tables)
        return "it hears nobody" if read else next(iter(reasons), "nothing could be asked")


async def ask_all(
    parts: Parts, devices: Sequence[Device], deadline: Deadline, progress: Progress
) -> dict[str, Told]:
    """All of them, some at once; `progress` hears how many are done, of how many."""
    gate = asyncio.Semaphore(_AT_ONCE)
    done = 0

    async def one(device: Device) -> Told:
        nonlocal done
        async with gate:
            told = await _ask(parts, device, deadline.at_most(_PER_DEVICE_S))
        done += 1
        progress(done, len(devices))
        return told

    told = await asyncio.gather(*(one(device) for device in devices))
    return {device.id: one for device, one in zip(devices, told, strict=True)}


async def _ask(parts: Parts, device: Device, deadline: Deadline) -> Told:
    """Whom it hears, and what it calls itself and its ports; ports only where somebody is heard."""
    target = await asyncio.to_thread(whom.of_device, device, parts.settings, parts.content)
    zone = parts.settings.timezone
    lister = Lister(content=parts.content, ask=parts.ask, deadline=deadline, timezone=zone)

    async def tables(wanted: Callable[[Probe], bool]) -> list[Table]:
        listed = await lister.all(target, lister.probes(target, wanted), {})
        return [one.table for one in listed if one.table is not None]

    found = await tables(lambda probe: probe.id.endswith("-near"))
    found += await tables(lambda probe: "own.name" in probe.yields)
    if any(table.rows for table in found if table.probe.endswith("-near")):
        found += await tables(_tells_of_ports)
    near = neighbours_of(device.id, found)
    return Told(tables=tuple(found), neighbours=near, runs=tuple(lister.runs))


def _tells_of_ports(probe: Probe) -> bool:
    asked = probe.id.endswith("-near") or "own.name" in probe.yields or "own.vlan" in probe.yields
    return not asked and any(name.startswith((_NEAR, _OWN)) for name in probe.yields)
