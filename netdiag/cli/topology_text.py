"""What a discovery of links found, as text."""

from __future__ import annotations

from collections.abc import Iterator

from netdiag.cli.moments import shown
from netdiag.cli.words import foreign, isolate, translator
from netdiag.locating.proposals import Edge, Fit, Proposal
from netdiag.service.discover.discover import Discovery

_TITLES = {
    Fit.DIFFERS: "Heard otherwise than the inventory has it",
    Fit.NEW: "Heard, not in the inventory",
    Fit.MISSING: "In the inventory, heard by neither end",
    Fit.AGREES: "As in the inventory",
    Fit.NOT_TOLD: "In the inventory; nobody could say",
}


def discovery_lines(
    found: Discovery, timezone: str, language: str, *, everything: bool
) -> Iterator[str]:
    """Kind by kind, what needs a person first."""
    say = translator(language)
    for fit, title in _TITLES.items():
        mine = [one for one in found.proposals if one.fit is fit]
        if not mine:
            continue
        yield f"{say(title)}: {len(mine)}"
        if fit is Fit.AGREES and not everything:
            continue
        for one in mine:
            yield from (f"  {text}" for text in _proposal(one, timezone, language))
    if found.strangers:
        yield f"{say('Neighbours that the inventory does not have')}: {len(found.strangers)}"
    for stranger in found.strangers:
        at = isolate(f"{stranger.device}:{stranger.port or '?'}", language)
        told = ", ".join(t for t in (stranger.address, stranger.chassis, stranger.descr) if t)
        yield f"  {at} {isolate(f'{stranger.called} ({told}), {stranger.by}', language)}"
    if found.quiet:
        yield f"{say('Devices that told of no neighbour')}: {len(found.quiet)}"
    for name, why in found.quiet:
        yield f"  {isolate(name, language)}: {foreign(why, language)}"


def _proposal(one: Proposal, timezone: str, language: str) -> Iterator[str]:
    say = translator(language)
    edge = one.now or one.recorded
    if edge is None:
        return
    told = _shown(edge)
    if one.heard is not None:
        at = shown(one.heard.seen_at, timezone)
        told += f"  [{', '.join(one.heard.by)}: {', '.join(one.heard.ends)}; {at}]"
    yield isolate(told, language)
    for text in (*one.why, *(one.heard.conflicts if one.heard else ())):
        yield f"  {foreign(text, language)}"
    if one.heard is not None and not one.heard.direct:
        yield f"  {say('Heard over a protocol that passes through switches: maybe no neighbours.')}"


def _shown(edge: Edge) -> str:
    below = f"{edge.device}:{edge.device_port or '?'}"
    return f"{below} -> {edge.parent}:{edge.parent_port or '?'}"
