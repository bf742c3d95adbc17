"""Where somebody is seen, as text."""

from __future__ import annotations

from collections.abc import Iterator

from netdiag.cli.moments import shown
from netdiag.cli.words import isolate, translator
from netdiag.locating.agreement import Agreement
from netdiag.locating.sightings import Place, Sighting, Way
from netdiag.service.locate.locate import Located

_AGREEMENT = {
    Agreement.AGREES: "Seen where the inventory has him.",
    Agreement.DIFFERS: "Not where the inventory has him.",
    Agreement.NOT_ON_FILE: "The inventory has no place to compare with.",
    Agreement.AMBIGUOUS: "Several places, none surer than the others: a person has to choose.",
    Agreement.NOT_SEEN: "Seen nowhere now.",
}
_DOUBT = dict.fromkeys(Way, "it does not name the switch") | {
    Way.FORWARDING: "the port may be an uplink"
}
_WAY = {
    Way.FORWARDING: "In the forwarding table",
    Way.CIRCUIT: "By the circuit-id of a lease or session that stands",
    Way.CIRCUIT_OLD: "By the circuit-id of a session that ended",
}


def located_lines(found: Located, timezone: str, language: str) -> Iterator[str]:
    """Places by weight with their evidence, then what the inventory says."""
    say = translator(language)
    for place in found.places:
        yield isolate(f"{place.device}:{place.port}", language)
        for text in dict.fromkeys(_evidence(one, timezone, language) for one in _newest(place)):
            yield f"  {text}"
    at = found.expected
    recorded = isolate(f"{at.device}:{at.port}", language) if at and at.device else ""
    yield say(_AGREEMENT[found.agreement])
    if recorded and found.agreement is not Agreement.AGREES:
        yield f"{say('In the inventory')}: {recorded}"
    others = [one for one in found.on_file if one != found.subscriber]
    if others:
        yield f"{say('On file on that port')}: {isolate(', '.join(others), language)}"
    if found.finding:
        yield isolate(found.finding, language)


def _newest(place: Place) -> list[Sighting]:
    return sorted(place.sightings, key=lambda one: (-one.weight, -one.seen_at.timestamp()))


def _evidence(one: Sighting, timezone: str, language: str) -> str:
    say = translator(language)
    told = [one.mac, f"VLAN {one.vlan}" if one.vlan else None, one.detail or None]
    what = ", ".join(text for text in told if text)
    at = shown(one.seen_at, timezone, seconds=True)
    doubt = f" ({say(_DOUBT[one.way])})" if one.doubtful else ""
    where = isolate(f"{one.source}: {what}; {at}", language)
    return f"{say(_WAY[one.way])}{doubt}: {where}"
