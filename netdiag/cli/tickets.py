"""netdiag tickets: what netdiag knows of tickets, and what it could not send."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from netdiag.cli.moments import shown
from netdiag.cli.opened import opened_store
from netdiag.cli.options import Common, common, emit
from netdiag.cli.words import line, translator
from netdiag.model.errors import ContentError

if TYPE_CHECKING:
    from netdiag.model.letter import Letter
    from netdiag.model.ticket import Case, TicketEvent


@click.group()
def tickets() -> None:
    """Tickets: list, show a life, dead letters, send one again."""


@tickets.command("list")
@click.option("--subscriber", metavar="ID", help="Only his.")
@click.option("--open", "only_open", is_flag=True, help="Only those that are not over.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, help="How many at most.")
@common
def list_tickets(subscriber: str | None, only_open: bool, limit: int, common: Common) -> int:
    """Those that changed last come first."""
    from netdiag.store.tickets import Tickets

    with opened_store(common) as (database, settings):
        found = Tickets(database).newest(limit, subscriber=subscriber, live=only_open)
    if common.json:
        emit([_document(case) for case in found])
        return 0
    if not found:
        click.echo(line(translator(common.language)("No ticket."), common.language))
    for case in found:
        click.echo(_line(case, settings.timezone))
    return 0


@tickets.command()
@click.argument("system")
@click.argument("ticket", metavar="ID")
@common
def show(system: str, ticket: str, common: Common) -> int:
    """One ticket: everything that happened to it."""
    from netdiag.store.tickets import Tickets

    with opened_store(common) as (database, settings):
        store = Tickets(database)
        case = store.get(system, ticket)
        life = store.life(case.id) if case else []
    if case is None:
        raise ContentError(
            f"netdiag knows no ticket {ticket!r} of {system!r}. `netdiag tickets list` shows all."
        )
    if common.json:
        emit(_document(case) | {"life": [_event(one) for one in life]})
        return 0
    click.echo(_line(case, settings.timezone))
    for one in life:
        what = " ".join(part for part in (one.desk, one.fault, one.outage) if part)
        at = shown(one.at, settings.timezone, seconds=True)
        click.echo(f"  {at}  {one.kind}  {one.who}  {what}".rstrip())
    return 0


@tickets.command()
@common
def dead(common: Common) -> int:
    """What could not be sent to a ticket system, and why."""
    from netdiag.store.letters import Letters

    with opened_store(common) as (database, settings):
        found = Letters(database).dead()
    if common.json:
        emit([_letter(one) for one in found])
        return 0
    if not found:
        click.echo(line(translator(common.language)("No dead letter."), common.language))
    for one in found:
        click.echo(
            f"{one.id}  {one.system} #{one.external_id or '-'}  {one.act}  "
            f"{shown(one.begun_at, settings.timezone)}  {one.error}"
        )
    return 0


@tickets.command()
@click.argument("numbers", metavar="NUMBER...", type=int, nargs=-1, required=True)
@common
def resend(numbers: tuple[int, ...], common: Common) -> int:
    """Send dead letters again; what arrived already is not sent twice."""
    from netdiag.service.daemon.jobs import Jobs
    from netdiag.service.daemon.settings import read_serve
    from netdiag.service.tickets.resend import resend as sent_again
    from netdiag.store.letters import Letters

    with opened_store(common) as (database, settings):
        site = read_serve(settings).site

        async def run() -> list[str]:
            jobs = Jobs(database)
            try:
                letters = Letters(database)
                return [await sent_again(letters, jobs, one, site=site) for one in numbers]
            finally:
                jobs.close()

        begun = asyncio.run(run())
    if common.json:
        emit(begun)
    for job in () if common.json else begun:
        click.echo(job)
    return 0


def _line(case: Case, timezone: str) -> str:
    parts = (
        f"{case.system} #{case.external_id}",
        case.state,
        case.subscriber or "?",
        case.fault or "-",
        case.desk or "-",
        shown(case.changed_at, timezone),
    )
    return "  ".join(parts)


def _document(case: Case) -> dict[str, object]:
    times = ("due_at", "opened_at", "resolved_at", "closed_at", "changed_at")
    plain = ("system", "external_id", "subscriber", "state", "fault", "side", "site", "desk")
    more = ("queue", "priority", "visit", "origin", "outage", "diagnosis", "bounces", "repeat_of")
    shown: dict[str, object] = {name: getattr(case, name) for name in (*plain, *more)}
    moments = {name: getattr(case, name) for name in times}
    return shown | {name: at and at.isoformat() for name, at in moments.items()}


def _event(event: TicketEvent) -> dict[str, object]:
    names = ("kind", "who", "diagnosis", "outage", "fault", "side", "desk")
    shown: dict[str, object] = {name: getattr(event, name) for name in names}
    return {"at": event.at.isoformat()} | shown | {"detail": dict(event.detail)}


def _letter(letter: Letter) -> dict[str, object]:
    names = ("id", "system", "external_id", "act", "state", "attempts", "error")
    shown: dict[str, object] = {name: getattr(letter, name) for name in names}
    return shown | {"begun_at": letter.begun_at.isoformat()}
