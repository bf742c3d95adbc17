"""netdiag locate KEY."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import click

from netdiag.cli.failure import FAILED, UNKNOWN, tell, whoever_reads
from netdiag.cli.options import Common, common, emit
from netdiag.cli.words import isolate, line, translator
from netdiag.locating.sightings import Agreement, Place, Sighting, Way
from netdiag.service.locate import Located

_EXIT = {
    Agreement.AGREES: 0,
    Agreement.DIFFERS: 1,
    Agreement.NOT_ON_FILE: 1,
    Agreement.AMBIGUOUS: 1,
    Agreement.NOT_SEEN: UNKNOWN,
}
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


@click.command()
@click.argument("key")
@click.option("--deadline", type=click.FloatRange(0.5, 300), metavar="S", help="Seconds for all.")
@click.option("--whole-tables", is_flag=True, help="Walk tables where no exact question helps.")
@common
def locate(key: str, deadline: float | None, whole_tables: bool, common: Common) -> int:
    """The edge port where somebody is seen now, and whether the inventory agrees.

    KEY is a MAC, an IP address, a login, a phone or a subscriber's id. Exit codes: 0 seen where the
    inventory has him, 1 seen elsewhere (or several places, or not on file), 3 not seen, 4 nobody
    could be asked.
    """
    return asyncio.run(_locate(key, deadline, whole_tables, common))


async def _locate(key: str, deadline: float | None, whole_tables: bool, common: Common) -> int:
    from netdiag.cli.waiting import waiting
    from netdiag.service.app import App
    from netdiag.service.locate import locate as search
    from netdiag.service.locate import nobody_answered
    from netdiag.service.locate_document import located_document

    async with App.open(common.config) as app:
        language = common.speak(app.settings.language)
        with waiting(f"looking for {key}", common):
            found = await search(app.parts, key, deadline_s=deadline, whole_tables=whole_tables)
        with whoever_reads():
            if common.json:
                emit(located_document(found, app.content))
            else:
                for text in _lines(found, language):
                    click.echo(line(text, language))
    for note in () if common.json else found.notes:
        tell(note, language)
    return FAILED if nobody_answered(found) else _EXIT[found.agreement]


def _lines(found: Located, language: str) -> Iterator[str]:
    say = translator(language)
    for place in found.places:
        yield isolate(f"{place.device}:{place.port}", language)
        for text in dict.fromkeys(_evidence(one, language) for one in _newest(place)):
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


def _evidence(one: Sighting, language: str) -> str:
    say = translator(language)
    told = [one.mac, f"VLAN {one.vlan}" if one.vlan else None, one.detail or None]
    what = ", ".join(text for text in told if text)
    at = one.seen_at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    doubt = f" ({say(_DOUBT[one.way])})" if one.doubtful else ""
    where = isolate(f"{one.source}: {what}; {at}", language)
    return f"{say(_WAY[one.way])}{doubt}: {where}"
