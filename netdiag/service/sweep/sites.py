"""After all batches: what half of a site has in common is one finding of the site."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from netdiag.model.condition import Truth
from netdiag.model.subscriber import Device
from netdiag.service.sweep.batch import Batches
from netdiag.service.sweep.tally import Tally
from netdiag.store.database import Database
from netdiag.store.findings import Findings
from netdiag.sweeping.register import gathered

_SITE = "site:"


async def settle_sites(
    batches: Batches, database: Database, tally: Tally, devices: Sequence[Device], now: datetime
) -> None:
    """Settle what the batches postponed; their ids join the tally."""
    await asyncio.to_thread(_settle, batches, database, tally, devices, now)


def _settle(
    batches: Batches, database: Database, tally: Tally, devices: Sequence[Device], now: datetime
) -> None:
    rules = batches.rules
    sites = {device.id: device.site or "" for device in devices}

    def site_of(name: str) -> str:
        return name.removeprefix(_SITE) if name.startswith(_SITE) else sites.get(name, "")

    hits = gathered(tally.postponed(), rules, site_of, tally.sites)
    names = [*sites, *(f"{_SITE}{site}" for site in set(sites.values()) if site)]
    known = [
        finding
        for finding in Findings(database).known(names, now)
        if finding.rule in rules and rules[finding.rule].together
    ]
    if not hits and not known:
        return
    stands = tally.stands()
    for finding in known:
        if finding.device.startswith(_SITE) and tally.sites.get(site_of(finding.device)):
            stands[finding.key] = Truth.FALSE
    changes = batches.settled(known, hits, stands, site_of, now)
    tally.new += [one.id for one in changes.new if one.id is not None]
    tally.gone += [one.id for one in changes.gone if one.id is not None]
