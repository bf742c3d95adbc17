"""netdiag outages: the register, by hand."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netdiag.cli.options import Common, common, emit
from netdiag.cli.outages_live import follow
from netdiag.cli.outages_replay import replay_stream
from netdiag.cli.outages_watch import held, maintenance, tell
from netdiag.cli.words import line, translator
from netdiag.model.errors import ContentError
from netdiag.model.outage import Cause, Outage, OutageState

if TYPE_CHECKING:
    from netdiag.service.announce import Change
    from netdiag.settings import Settings
    from netdiag.store.outages import Register


@click.group(invoke_without_command=True)
@click.option("--all", "closed", is_flag=True, help="The newest hundred, cleared ones too.")
@click.option("--watch", is_flag=True, help="Every change as it comes, until Ctrl-C.")
@common
def outages(closed: bool, watch: bool, common: Common) -> int:
    """Open outages; `open`, `note` and `close` write the register by hand."""
    context = click.get_current_context()
    if context.invoked_subcommand:
        return 0
    if watch:
        with _register(common) as (register, settings):
            return follow(register.open_ones, partial(_document, settings=settings), _line, common)
    with _register(common) as (register, settings):
        found = register.last() if closed else register.open_ones()
    if common.json:
        emit([_document(one, settings) for one in found])
        return 0
    if not found:
        click.echo(line(translator(common.language)("No open outage."), common.language))
    for one in found:
        click.echo(_line(one))
    return 0


for command in (replay_stream, held, maintenance, tell):
    outages.add_command(command)


@outages.command("open")
@click.argument("root", metavar="DEVICE[:PORT]|site:NAME")
@click.option(
    "--cause", type=click.Choice([str(c) for c in Cause]), default="unknown", help="What broke it."
)
@click.option("--until", metavar="TIME", help="Expected end, RFC 3339.")
@click.option("--since", metavar="TIME", help="RFC 3339; now, when not given.")
@click.option("--note", default="", help="For colleagues.")
@common
def open_one(
    root: str, cause: str, until: str | None, since: str | None, note: str, common: Common
) -> int:
    """Announce an outage: those behind it are answered without a probe."""
    from netdiag.service.announce import announce
    from netdiag.service.setup import open_inventory

    with _register(common) as (register, settings), closing(open_inventory(settings)) as inventory:
        outage = announce(
            register,
            inventory,
            root=root,
            cause=Cause(cause),
            since=_time(since) or datetime.now(UTC),
            expected_end=_time(until),
            say={},
            note=note,
            who=getpass.getuser(),
        )
    _show(outage, settings, common)
    return 0


@outages.command()
@click.argument("key", metavar="ID")
@click.argument("text")
@click.option("--until", metavar="TIME", help="New expected end, RFC 3339.")
@common
def note(key: str, text: str, until: str | None, common: Common) -> int:
    """Add a note, and a new expected end."""
    from netdiag.service.announce import Change

    return _change(key, Change(note=text, expected_end=_time(until)), common)


@outages.command()
@click.argument("key", metavar="ID")
@click.option("--note", default="", help="For colleagues.")
@common
def close(key: str, note: str, common: Common) -> int:
    """It is over."""
    from netdiag.service.announce import Change

    return _change(key, Change(note=note, state=OutageState.CLEARED), common)


@outages.command("report")
@click.argument("key", metavar="ID")
@click.option(
    "--html",
    "into",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A page that prints as PDF.",
)
@common
def report(key: str, into: Path | None, common: Common) -> int:
    """For the morning after: timeline, cause, evidence, subscribers × minutes, tickets, SLA."""
    from netdiag.cli.outage_report import show_report
    from netdiag.content.load import load as load_content
    from netdiag.service.board.outage_view import report_of
    from netdiag.service.setup import open_inventory

    now = datetime.now(UTC)
    with _register(common) as (register, settings), closing(open_inventory(settings)) as inventory:
        content = load_content(settings.content)
        found = report_of(register.database, inventory, content, key, now)
    show_report(found, now, settings.timezone, into, common)
    return 0


def _change(key: str, wish: Change, common: Common) -> int:
    from netdiag.service.announce import change

    with _register(common) as (register, settings):
        changed = change(register, key, wish, who=getpass.getuser(), now=datetime.now(UTC))
    _show(changed, settings, common)
    return 0


@contextmanager
def _register(common: Common) -> Iterator[tuple[Register, Settings]]:
    from netdiag.service.serve_settings import open_database
    from netdiag.service.setup import load_settings
    from netdiag.store.outages import Register

    settings = load_settings(common.config)
    common.speak(settings.language)
    database = open_database(settings)
    try:
        yield Register(database), settings
    finally:
        database.close()


def _show(outage: Outage, settings: Settings, common: Common) -> None:
    if common.json:
        emit(_document(outage, settings))
    else:
        click.echo(_line(outage))


def _document(outage: Outage, settings: Settings) -> dict[str, object]:
    from netdiag.service.answer_known import outage_document

    return outage_document(outage, settings.timezone)


def _line(outage: Outage) -> str:
    until = f" until {outage.expected_end:%Y-%m-%d %H:%M}" if outage.expected_end else ""
    return (
        f"{outage.id}  {outage.state}  {outage.root}  {outage.cause}  "
        f"since {outage.since:%Y-%m-%d %H:%M}{until}  {outage.subscribers or '?'} subscribers"
    )


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ContentError(f"{text!r} is not a time such as 2026-01-31T18:00:00+03:00.") from None
    return moment if moment.tzinfo else moment.astimezone()
