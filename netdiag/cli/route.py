"""netdiag route test|show."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from netdiag.cli.failure import tell
from netdiag.cli.moments import at
from netdiag.cli.options import Common, common, emit, options
from netdiag.cli.words import Translate, isolate, line, listed, translator
from netdiag.model.errors import ContentError
from netdiag.model.words import AccessKind, Side

if TYPE_CHECKING:
    from netdiag.model.route import Node
    from netdiag.service.diagnosis.where import Where

ANOTHER_DESK = 1


@click.group()
@options
def route(**_: object) -> None:
    """Which desk takes what: routes.yaml over the catalogue."""


@route.command()
@click.argument("key", required=False)
@click.option("--fault", metavar="F", help="A fault code; without it the subscriber's last one.")
@click.option("--side", type=click.Choice([str(s) for s in Side]), help="Another side than usual.")
@click.option("--tariff", metavar="T", help="Tariff class.")
@click.option("--site", metavar="S", help="Site of the access device.")
@click.option("--access", type=click.Choice([str(a) for a in AccessKind]), help="Kind of access.")
@click.option("--at", metavar="TIME", help="When, such as 2026-12-31T17:00; without it now.")
@click.option("--timezone", metavar="Z", help="The customer's time zone.")
@click.option("--expect", metavar="DESK", help="Exit with 1 when another desk would get it.")
@common
def test(common: Common, key: str | None, expect: str | None, **words: Any) -> int:
    """Which desk would get it, and by when. KEY is a subscriber or a file of --save; offline."""
    from netdiag.service.diagnosis.where import Wish, where_to
    from netdiag.service.setup import offline

    settings, content = offline(common.config)
    common.speak(settings.language)
    zone = words["timezone"] or settings.timezone
    found = where_to(
        Wish(
            key=key,
            fault=words["fault"],
            side=Side(words["side"]) if words["side"] else None,
            tariff=words["tariff"],
            site=words["site"],
            access=AccessKind(words["access"]) if words["access"] else None,
            at=_moment(words["at"], zone),
            timezone=words["timezone"],
        ),
        settings,
        content,
    )
    if common.json:
        emit(_document(found, expect))
    else:
        for text in _lines(found, common.language):
            click.echo(line(text, common.language))
    if expect and expect != found.routing.desk:
        tell(f"{found.routing.desk} gets it, not {expect}.", common.language)
        return ANOTHER_DESK
    return 0


@route.command()
@common
def show(common: Common) -> int:
    """The tree of routes, each with its line in the file."""
    from netdiag.service.diagnosis.routing import Router
    from netdiag.service.setup import offline

    settings, content = offline(common.config)
    common.speak(settings.language)
    root = Router.open(settings, content).tree.root
    if common.json:
        emit(_node(root))
        return 0
    for depth, node in _flat(root, 0):
        click.echo(f"{'  ' * depth}{_told(node)}  ({node.place})")
    return 0


def _moment(text: str | None, name: str) -> datetime:
    """A moment as a person writes it, in that zone when he gives no offset."""
    try:
        zone = ZoneInfo(name)
    except (KeyError, ValueError):
        raise ContentError(f"There is no time zone {name!r}. Write one as Europe/Moscow.") from None
    return at(text, zone.key) if text else datetime.now(UTC)


def _document(found: Where, expect: str | None) -> dict[str, Any]:
    from dataclasses import asdict

    from netdiag.service.diagnosis.document import route_document

    route = route_document(found.routing)
    document = {
        **route,
        "case": asdict(found.case),
        "at": found.at.isoformat(),
        "timezone": found.timezone,
        "route": route,
    }
    return document | ({"expected": expect == found.routing.desk} if expect else {})


def _lines(found: Where, language: str) -> Iterator[str]:
    from netdiag.service.diagnosis.wording import when

    say = translator(language)
    to, zone = found.routing, found.timezone
    yield f"{say('Route')}: {isolate(to.desk, language)}, {isolate(to.priority, language)}"
    if to.queue != to.desk:
        yield f"{say('Queue')}: {isolate(to.queue, language)}"
    yield f"{say('SLA')}: {isolate(to.sla, language)}"
    if to.respond_by:
        yield f"{say('First answer by')}: {when(to.respond_by, language, zone)}"
    if to.due_at:
        yield f"{say('Restored by')}: {when(to.due_at, language, zone)}"
    yield f"{say('Visit')}: {_visit(found, say)}"
    for name, value in to.fields.items():
        yield f"{say('Ticket field')} {isolate(name, language)}: {isolate(value, language)}"
    if to.copies:
        desks = [isolate(copy.desk, language) for copy in to.copies]
        yield f"{say('Copy to')}: {listed(desks, language)}"
    yield f"{say('Decided by')}: {isolate(' > '.join(to.by), language)}"


def _visit(found: Where, say: Translate) -> str:
    if not found.routing.visit:
        return say("no visit")
    return say("visit, paid by the customer") if found.routing.paid else say("visit")


def _flat(node: Node, depth: int) -> Iterator[tuple[int, Node]]:
    yield depth, node
    for below in node.below:
        yield from _flat(below, depth + 1)


def _told(node: Node) -> str:
    asks = " ".join(f"{name}={'|'.join(words)}" for name, words in node.asks.items())
    gives = " ".join(f"{name}: {value}" for name, value in _options(node).items())
    go_on = " (continue)" if node.go_on else ""
    return f"{asks or 'everything'} -> {gives or 'as above'}{go_on}"


def _options(node: Node) -> dict[str, Any]:
    from dataclasses import asdict

    return {k: v for k, v in asdict(node.options).items() if v not in (None, {})}


def _node(node: Node) -> dict[str, Any]:
    return {
        "place": node.place,
        "asks": {name: list(words) for name, words in node.asks.items()},
        "gives": _options(node),
        "continue": node.go_on,
        "routes": [_node(below) for below in node.below],
    }
