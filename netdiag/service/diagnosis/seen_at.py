"""A router on another port: on which one it is seen now, for the verdict."""

from __future__ import annotations

from netdiag.locating.sightings import certain, ranked
from netdiag.model.fact import Absence, Fact, Facts, Reading, Source
from netdiag.model.scene import Scene
from netdiag.model.verdict import Verdict
from netdiag.model.wire import Deadline
from netdiag.model.words import AbsenceReason
from netdiag.service.locate.locate import FAULT, searching
from netdiag.service.locate.search import Parts

FACT = "fdb.seen_at"
_LEAST_S = 0.3


async def place_for(
    verdict: Verdict, facts: Facts, scene: Scene, parts: Parts, deadline: Deadline
) -> Reading | None:
    """The port as `device:port`; None when the verdict is another one, or it is known already."""
    known = FACT not in parts.content.vocabulary or facts.fact(FACT) is not None
    if verdict.fault != FAULT or known or not scene.subscriber.macs:
        return None
    if deadline.remaining < _LEAST_S:
        return Absence(name=FACT, why=AbsenceReason.TIMED_OUT, detail="no time was left to look")
    search = searching(parts, scene.attachment, deadline)
    for mac in scene.subscriber.macs[:2]:
        await search.follow(mac, scene.attachment.vlan)
    places = ranked(search.sightings)
    if not certain(places):
        detail = "no port that leads to no other device has learned it"
        return Absence(name=FACT, why=AbsenceReason.NOT_SUPPORTED, detail=detail)
    first = places[0].sightings[0]
    source = Source(transport="derived", probe="locate", query=first.query, device=first.source)
    value = f"{places[0].device}:{places[0].port}"
    return Fact(name=FACT, value=value, source=source, measured_at=first.seen_at)
